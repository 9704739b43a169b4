"""Every answer and budget line is remembered: who wrote what, and when; a stretch of writing is one version."""

from __future__ import annotations

import time as clock
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.history import GONE, STRETCH, budget_key, goes_on
from app.applications.models import AnswerVersion, Application
from app.applications.wording import Fate, Piece, differences
from app.identities.models import Person
from app.kernel.database import scoped
from tests import stages
from tests.world import BEFORE_CLOSING, World, lead

QUESTION = "research_plan"


def versions(session: Session, application: Application, key: str = QUESTION) -> list[tuple[int, object, str]]:
    rows = session.scalars(
        scoped(
            select(AnswerVersion)
            .where(AnswerVersion.application_id == application.id, AnswerVersion.key == key)
            .order_by(AnswerVersion.number)
        )
    )
    return [(row.number, row.value, row.by_name) for row in rows]


def write(session: Session, application: Application, words: str, *, after: timedelta) -> None:
    person = session.get_one(Person, application.lead_person_id)
    by = lead(person.id, person.name)
    applying.save_answers(session, application, {QUESTION: [words]}, {}, by=by, at=BEFORE_CLOSING + after)


def test_writing_on_grows_one_version_and_a_later_change_is_one_of_its_own(world: World, session: Session) -> None:
    application = stages.draft(session, world)
    (first,) = versions(session, application)
    write(session, application, f"{first[1]} And more.", after=STRETCH / 2)
    write(session, application, "Begun anew on another day.", after=timedelta(days=1))
    assert [(number, value) for number, value, _ in versions(session, application)] == [
        (2, f"{first[1]} And more."),
        (3, "Begun anew on another day."),
    ]


def test_a_paragraph_deleted_within_the_stretch_is_still_there(world: World, session: Session) -> None:
    application = stages.draft(session, world)
    long = "A thought that took long to write. " * 3
    write(session, application, long, after=timedelta(hours=1))
    write(session, application, "", after=timedelta(hours=1, seconds=5))
    assert [value for _, value, _ in versions(session, application)][-2:] == [long.strip(), ""]


def test_a_submission_between_ends_the_stretch(world: World, session: Session) -> None:
    application = stages.draft(session, world)
    before = versions(session, application)
    application.submitted_at = BEFORE_CLOSING + timedelta(seconds=10)
    write(session, application, f"{before[-1][1]} More.", after=timedelta(seconds=20))
    assert len(versions(session, application)) == len(before) + 1


def test_lines_of_a_budget_are_remembered_under_keys_of_their_own(world: World, session: Session) -> None:
    application = stages.draft(session, world)
    side = stages.side_of(session, application.id, "ki")
    person = session.get_one(Person, application.lead_person_id)
    later = BEFORE_CLOSING + timedelta(hours=1)
    applying.save_budget(session, side, {1: "300 000", 2: ""}, by=lead(person.id, person.name), at=later)
    assert [value for _, value, _ in versions(session, application, budget_key("ki", (1, "")))] == [
        {"minor": 50_000_000, "currency": "SEK"},
        {"minor": 30_000_000, "currency": "SEK"},
    ]
    assert versions(session, application, budget_key("ki", (2, "")))[-1][1] == ""


def test_the_database_keeps_who_wrote(world: World, session: Session) -> None:
    stages.draft(session, world)
    with pytest.raises(DBAPIError, match="keeps who wrote"), session.begin_nested():
        session.execute(text("UPDATE answer_version SET by_name = 'Somebody else'"))


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_only_what_went_counts_wherever_it_stood(start: str, gone: str, new: str, end: str) -> None:
    before, after = start + gone + end, start + new + end
    if len(gone) <= GONE:
        assert goes_on(before, after)
    assert goes_on(before, before + new)
    assert not goes_on("x" * (GONE + 1), "")


TEXTS = st.text(alphabet="ab \n.å", max_size=60)


@given(TEXTS, TEXTS)
def test_the_pieces_hold_both_texts_and_nothing_else(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.NEW) == old
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.GONE) == new
    assert all(one.fate is not other.fate for one, other in pairwise(pieces))


def test_one_word_of_many_is_told_alone() -> None:
    assert differences("The old plan is good.", "The new plan is good.") == (
        Piece(Fate.SAME, "The "),
        Piece(Fate.GONE, "old"),
        Piece(Fate.NEW, "new"),
        Piece(Fate.SAME, " plan is good."),
    )


@pytest.mark.parametrize("words", ["same ", "w{} "], ids=["one word", "many words"])
def test_long_texts_are_compared_in_bounded_time(words: str) -> None:
    old = "x " + "".join(words.format(number) for number in range(40_000)) + " y"
    new = "z " + "".join(words.format(number * 2) for number in range(40_000)) + " q"
    begun = clock.process_time()
    pieces = differences(old, new)
    assert clock.process_time() - begun < 3
    assert "".join(piece.text for piece in pieces if piece.fate is not Fate.GONE) == new
