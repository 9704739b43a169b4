"""Every export by its name: what it is called, and who writes it. One line here, one file beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.exports import call_xlsx, extensions_csv, overview_csv, reviews_csv
from app.exports.tables import CallTables, Within, gather
from app.kernel.actors import Acting
from app.kernel.errors import NotFound
from app.programmes.kinds import Text
from app.programmes.models import Call
from app.trail import services as trail

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Export:
    """One export. `ending` closes the file's name, after the key of the call and the date."""

    title: Text
    about: Text
    ending: str
    media_type: str
    write: Callable[[CallTables, str], bytes]


EXPORTS: dict[str, Export] = {
    "call-xlsx": Export(
        Text("The whole call as a workbook", "Hela utlysningen som arbetsbok"),
        Text(
            "Overview, one row a review, criteria and scales. For Excel and LibreOffice.",
            "Översikt, en rad per granskning, kriterier och skalor. För Excel och LibreOffice.",
        ),
        "call.xlsx",
        XLSX,
        call_xlsx.write,
    ),
    "overview-csv": Export(
        Text("Overview as CSV", "Översikt som CSV"),
        Text("One row an application.", "En rad per ansökan."),
        "overview.csv",
        CSV,
        overview_csv.write,
    ),
    "reviews-csv": Export(
        Text("Reviews as CSV", "Granskningar som CSV"),
        Text(
            "One row a submitted review, with every criterion.", "En rad per inskickad granskning, med alla kriterier."
        ),
        "reviews.csv",
        CSV,
        reviews_csv.write,
    ),
    "extensions-csv": Export(
        Text("Extensions as CSV", "Förlängningar som CSV"),
        Text(
            "One row an extension: for whom, until when, why, and who agreed.",
            "En rad per förlängning: för vem, till när, varför och vem som godkände.",
        ),
        "extensions.csv",
        CSV,
        extensions_csv.write,
    ),
}


@dataclass(frozen=True)
class File:
    """A file that leaves the house."""

    name: str
    media_type: str
    content: bytes


def make(
    session: Session, name: str, call: Call, allowed: Within, *, by: Acting, at: datetime, locale: str = "en"
) -> File:
    """The export as a file, and a line in the trail that says who took it. Raises NotFound for an unknown name.

    What it holds is within `allowed` (`tables.within` for a person at a door); nothing else is read.
    """
    if name not in EXPORTS:
        raise NotFound()
    export = EXPORTS[name]
    tables = gather(session, call, allowed, by_name=by.name, at=at)
    day = at.astimezone(ZoneInfo(tables.definition.lead_side.zone)).date().isoformat()
    content = export.write(tables, locale)
    trail.record(session, "export-call", by=by, at=at, call_id=call.id, subject=name, export=name, bytes=len(content))
    return File(f"{call.key}-{day}-{export.ending}", export.media_type, content)
