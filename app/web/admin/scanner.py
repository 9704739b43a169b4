"""How the files stand with the virus scanner, in words for operations: numbers alone, no names."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from app.applications.scan_rules import Scan
from app.applications.scanning import standing
from app.running import settings
from app.web.words import moment_text


@dataclass(frozen=True)
class ScannerText:
    """What operations read of the scanner: a sentence, and the trouble where there is some."""

    lines: tuple[str, ...]
    trouble: str


def scanner_text(session: Session) -> ScannerText:
    """Whether there is a scanner, what waits for it since when, what it refused, and why it does not answer."""
    found = standing(session)
    counts = {scan: found.counts.get(scan, 0) for scan in Scan}
    lines = [
        gettext("Files are checked for viruses by the scanner that is configured.")
        if settings().scanner
        else gettext("No virus scanner is configured: files are kept as not checked, and open as ever.")
    ]
    if counts[Scan.WAITING]:
        waiting = ngettext("%(num)d file waits for it", "%(num)d files wait for it", counts[Scan.WAITING])
        lines.append(gettext("%(files)s, the first since %(when)s.", files=waiting, when=moment_text(found.since)))
    not_checked, clean, refused = (counts[scan] for scan in (Scan.NOT_SCANNED, Scan.CLEAN, Scan.REFUSED))
    if not_checked:
        lines.append(ngettext("%(num)d file is not checked.", "%(num)d files are not checked.", not_checked))
    if clean:
        lines.append(ngettext("%(num)d file is clean.", "%(num)d files are clean.", clean))
    if refused:
        lines.append(ngettext("%(num)d file was refused.", "%(num)d files were refused.", refused))
    return ScannerText(tuple(lines), found.error if settings().scanner or counts[Scan.WAITING] else "")
