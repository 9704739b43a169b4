"""Files that leave the house: complete, typed, disarmed, and never more than the person may see."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.viewer import Viewer
from app.applications import services as applying
from app.applications.models import Application
from app.exports.cells import LONGEST, disarmed, fitting
from app.exports.registry import EXPORTS, File, make
from app.exports.tables import within
from app.kernel.database import scoped
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import services as reviewing
from app.reviews.models import Review, Score
from app.trail.models import TrailEntry
from app.workflow.vocabulary import Move
from tests import stages
from tests.approving import ask_for, begun, leader
from tests.domain.test_decisions import DECIDED, decide, say
from tests.shows import shows
from tests.world import BEFORE_CLOSING, World

FORMULA = "=1+1 åäö"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", " =1", "\u00a0=1"])
def test_what_looks_like_a_formula_is_disarmed(text: str) -> None:
    assert disarmed(text) == "'" + text


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert disarmed("a = b, 5 - 3") == "a = b, 5 - 3"


def test_a_text_too_long_for_a_cell_says_that_it_was_cut() -> None:
    cut = fitting("x" * 40_000, " (cut)")
    assert (len(cut), cut[-6:]) == (LONGEST, " (cut)")


def viewer(world: World, who: str = "ki_coordinator", side: str = "ki") -> Viewer:
    return Viewer(getattr(world, who), who, "en", "Europe/Stockholm", duties=frozenset({(world.call, side)}))


def taken(session: Session, world: World, name: str, *, locale: str = "en", who: Viewer | None = None) -> File:
    who = who or viewer(world)
    call = session.get_one(Call, world.call)
    return make(session, name, call, within(who, call.id), by=stages.ki_office(world), at=DECIDED, locale=locale)


def book(file: File) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file.content))


def table(sheet: Any) -> list[dict[str, Any]]:
    head, *rows = sheet.iter_rows()
    return [{heading.value: cell for heading, cell in zip(head, row, strict=True)} for row in rows]


@pytest.fixture
def scene(world: World, session: Session) -> tuple[UUID, UUID]:
    """Two reviewed applications, the first decided as an award; its title would be a formula."""
    one = stages.submitted(session, world, title=FORMULA)
    two = stages.submitted(session, world, title="Something else", who=world.other_researcher)
    stages.reviewed(session, world, one, two)
    for side in ("ki", "mayo"):
        say(session, world, one, side)
    decide(session, world, one, "award")
    return one.id, two.id


def test_the_workbook_has_every_application_with_typed_cells(
    world: World, session: Session, scene: tuple[UUID, UUID]
) -> None:
    file = taken(session, world, "call-xlsx")
    assert file.name.startswith(world.call_key) and file.name.endswith("-call.xlsx")
    workbook = book(file)
    assert workbook.sheetnames == ["About", "Overview", "Reviews", "Criteria", "Extensions"]
    rows = table(workbook["Overview"])
    assert len(rows) == 2
    first = rows[0]
    assert first["Title"].value == FORMULA
    assert isinstance(first["Submitted (Europe/Stockholm)"].value, datetime)
    assert first["Asked, KI, year 1 (SEK)"].value == 500_000
    assert first["Asked, Mayo, in all (USD)"].value == 95_000
    assert first["Granted, KI, in all (SEK)"].value == 850_000
    assert first["Decision"].value == "Award"
    assert [first[f"KI panel: {what}"].value for what in ("reviews", "mean", "result (Mean)", "rank")] == [2, 6, 6, "1"]
    assert rows[1]["Decision"].value is None and rows[1]["Granted, KI, in all (SEK)"].value is None


@shows("sides.asks_least")
def test_what_is_enough_has_a_column_of_its_own_currency(world: World, session: Session) -> None:
    known = ask_for(session, world)
    asks = tuple(replace(side, asks_least=side.key == "ki") for side in known.sides)
    ask_for(session, world, questions=known.questions, sides=asks)
    application = begun(session, world)
    side = stages.side_of(session, application.id, "ki")
    applying.save_least(session, side, "700 000", by=leader(session, application), at=BEFORE_CLOSING)
    applying.take(session, application, Move.SUBMIT, by=leader(session, application), at=BEFORE_CLOSING)

    (row,) = table(book(taken(session, world, "call-xlsx"))["Overview"])

    assert row["Enough, KI, in all (SEK)"].value == 700_000
    assert not [heading for heading in row if heading.startswith("Enough, Mayo")]


def test_no_cell_of_the_workbook_is_a_formula(world: World, session: Session, scene: tuple[UUID, UUID]) -> None:
    score = session.scalars(scoped(select(Score).limit(1))).one()
    score.remark = "@HYPERLINK(1)"
    session.flush()
    cells = [cell for sheet in book(taken(session, world, "call-xlsx")) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"n", "s", "d"}
    assert "@HYPERLINK(1)" in {cell.value for cell in cells}


def test_every_submitted_review_is_there_with_every_criterion(
    world: World, session: Session, scene: tuple[UUID, UUID]
) -> None:
    rows = table(book(taken(session, world, "call-xlsx"))["Reviews"])
    submitted = session.scalars(scoped(select(Review).where(Review.submitted_at.is_not(None)))).all()
    assert len(rows) == len(submitted) == 8
    for criterion in definition_of(session, session.get_one(Call, world.call)).criteria:
        assert all(row[criterion.title.en].data_type == "n" and row[criterion.title.en].value for row in rows)


def test_the_file_says_what_it_holds(world: World, session: Session, scene: tuple[UUID, UUID]) -> None:
    about = {row[0].value: row[1].value for row in book(taken(session, world, "call-xlsx"))["About"].iter_rows()}
    assert about["The file holds"] == "2 of 2 applications, 8 of 8 reviews"
    assert about["Missing reviews"] == "none"
    assert about["Made by"] == "Kajsa Samordning"


def test_csv_for_swedish_excel(world: World, session: Session, scene: tuple[UUID, UUID]) -> None:
    file = taken(session, world, "overview-csv", locale="sv")
    assert file.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    assert rows[0]["Titel"] == "'" + FORMULA
    assert rows[0]["KI:s panel: medelvärde"] == "6,00"
    assert rows[0]["Sökt, KI, totalt (SEK)"] == "900000,00"


def test_numbers_are_the_same_in_workbook_and_csv(world: World, session: Session, scene: tuple[UUID, UUID]) -> None:
    sheet = table(book(taken(session, world, "call-xlsx"))["Overview"])
    plain = list(csv.DictReader(io.StringIO(taken(session, world, "overview-csv").content.decode("utf-8-sig"))))
    for typed, text in zip(sheet, plain, strict=True):
        for heading, cell in typed.items():
            if cell.data_type == "n" and cell.value is not None:
                assert float(text[heading]) == float(cell.value), heading


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_a_coordinator_in_conflict_takes_no_row_of_it(
    world: World, session: Session, scene: tuple[UUID, UUID], name: str
) -> None:
    application = session.scalars(scoped(select(Application).where(Application.id == scene[0]))).one()
    by = stages.ki_office(world)
    reviewing.declare_conflict(session, world.ki_coordinator, application, "A cousin.", by=by, at=DECIDED)

    file = taken(session, world, name)

    text = _everything_in(file)
    assert "åäö" not in text and (application.reference or "?") not in text
    assert ("2 of 2" not in text) and ("1 of 1 applications, 4 of 4 reviews" in text or name != "call-xlsx")


def test_a_sealed_panel_gives_no_score(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    members = stages.in_review(session, world, application)
    for side in ("ki", "mayo"):
        for member in members[side]:
            stages.score(session, world, member, application, 4)

    workbook = book(taken(session, world, "call-xlsx"))

    assert {row["Panel"].value for row in table(workbook["Reviews"])} == {"KI panel"}
    assert "Mayo panel: mean" not in table(workbook["Overview"])[0]
    about = {row[0].value: row[1].value for row in workbook["About"].iter_rows()}
    assert about["Sealed panels, left out"] == "Mayo panel"
    assert about["The file holds"] == "1 of 1 applications, 2 of 2 reviews"


def test_a_missing_review_is_named(world: World, session: Session) -> None:
    application = stages.submitted(session, world)
    members = stages.in_review(session, world, application)
    stages.score(session, world, members["ki"][0], application, 4)
    about = {row[0].value: row[1].value for row in book(taken(session, world, "call-xlsx"))["About"].iter_rows()}
    assert about["The file holds"] == "1 of 1 applications, 1 of 2 reviews"
    assert about["Missing reviews"] == f"{application.reference}: Runar Läsare (KI panel)"


def test_each_download_is_a_line_in_the_trail(world: World, session: Session, scene: tuple[UUID, UUID]) -> None:
    taken(session, world, "reviews-csv")
    entry = session.scalars(select(TrailEntry).where(TrailEntry.verb == "export-call")).one()
    assert (entry.actor, entry.payload["export"]) == ("Kajsa Samordning", "reviews-csv")


def _everything_in(file: File) -> str:
    if not file.name.endswith("xlsx"):
        return file.content.decode("utf-8-sig")
    return "\n".join(
        str(cell.value) for sheet in book(file) for row in sheet.iter_rows() for cell in row if cell.value is not None
    )
