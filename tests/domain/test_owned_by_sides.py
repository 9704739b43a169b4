"""A call owned by its sides: published and changed only with what each of them has agreed to, to the very text."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import Viewer
from app.applications import changing
from app.applications.extensions import answer_extension, ask_extension, extensions_of
from app.communications.models import Letter
from app.kernel.database import scoped
from app.kernel.errors import Refused
from app.programmes import agreeing, queries, revising, services
from app.programmes.definition import from_data, to_data
from app.programmes.models import Call, CallState, WorkingCopy
from tests import stages
from tests.domain.test_exports import book, taken, viewer
from tests.shows import shows
from tests.web.test_announce import CLOSES as OTHER_CLOSES
from tests.world import BEFORE_CLOSING, CLOSES, World, coordinator_of, load_catalogue

TOMORROW = CLOSES + timedelta(days=1)
EARLY = OTHER_CLOSES - timedelta(days=60)
LATER = {"date": "2027-04-02", "time": "14:00:00", "zone": "Europe/Stockholm"}


@pytest.fixture
def call(world: World, session: Session) -> Call:
    """A running call whose changes need every side."""
    found = session.get_one(Call, world.call)
    data = to_data(queries.definition_of(session, found)) | {"changes_need": "every_side"}
    services.add_version(session, found, from_data(data, "x"), at=BEFORE_CLOSING)
    return found


def not_announced(session: Session, world: World, **changes: Any) -> Call:
    data = to_data(load_catalogue()["mayo-ki-breast-2026-fictional"]) | changes
    return services.import_call(session, from_data(data, "x"), by=stages.ki_office(world), at=EARLY)


def sha_of(session: Session, call: Call) -> str:
    return queries.newest_version(session, call.id).sha256


def proposed(session: Session, call: Call, world: World, **changes: Any) -> WorkingCopy:
    work = revising.open_copy(session, call, by=stages.ki_office(world), at=BEFORE_CLOSING)
    revising.change(session, work, {**work.data, **changes}, by=stages.ki_office(world), at=BEFORE_CLOSING)
    changing.propose(session, call, work, by=stages.ki_office(world), at=BEFORE_CLOSING)
    return work


def letters(session: Session) -> int:
    return len(session.scalars(scoped(select(Letter.id).where(Letter.kind == "deadline_moved"))).all())


@shows("changes_need")
def test_publishing_needs_the_sides_that_the_declaration_names(world: World, session: Session) -> None:
    both = not_announced(session, world, changes_need="every_side")
    sha256 = sha_of(session, both)

    missing = agreeing.publish(session, both, sha256, by=stages.ki_office(world), at=EARLY)
    before = both.state
    last = agreeing.publish(session, both, sha256, by=stages.mayo_office(world), at=EARLY)

    assert (missing, before, last, both.state) == (("mayo",), CallState.DRAFT, (), CallState.ANNOUNCED)
    lead = not_announced(session, world, key="another", changes_need="lead")
    assert agreeing.publish(session, lead, sha_of(session, lead), by=stages.ki_office(world), at=EARLY) == ()


def test_the_side_that_does_not_lead_waits_for_the_leading_one(world: World, session: Session) -> None:
    lead = not_announced(session, world)

    missing = agreeing.publish(session, lead, sha_of(session, lead), by=stages.mayo_office(world), at=EARLY)

    assert (missing, lead.state) == (("ki",), CallState.DRAFT)


def test_a_call_of_every_side_is_never_announced_past_them(world: World, session: Session) -> None:
    both = not_announced(session, world, changes_need="every_side")

    with pytest.raises(Refused) as no:
        services.announce(session, both, queries.definition_of(session, both), by=stages.ki_office(world), at=EARLY)

    assert [problem.code for problem in no.value.problems] == ["not_agreed"]


def test_a_text_that_was_changed_is_agreed_to_anew_before_it_is_published(world: World, session: Session) -> None:
    both = not_announced(session, world, changes_need="every_side")
    seen = sha_of(session, both)
    agreeing.publish(session, both, seen, by=stages.ki_office(world), at=EARLY)
    work = revising.open_copy(session, both, by=stages.mayo_office(world), at=EARLY)
    revising.change(session, work, {**work.data, "max_awards": 9}, by=stages.mayo_office(world), at=EARLY)
    with pytest.raises(Refused) as waits:
        agreeing.publish(session, both, seen, by=stages.mayo_office(world), at=EARLY)
    changing.propose(session, both, work, by=stages.mayo_office(world), at=EARLY)

    with pytest.raises(Refused) as other:
        agreeing.publish(session, both, seen, by=stages.mayo_office(world), at=EARLY)
    missing = agreeing.publish(session, both, sha_of(session, both), by=stages.mayo_office(world), at=EARLY)

    assert [problem.code for problem in waits.value.problems] == ["changes_wait"]
    assert [problem.code for problem in other.value.problems] == ["changed_meanwhile"]
    assert (missing, both.state) == (("ki",), CallState.DRAFT)


def test_no_side_alone_takes_the_others_out_of_the_agreement(world: World, session: Session, call: Call) -> None:
    both = not_announced(session, world, changes_need="every_side")
    work = revising.open_copy(session, both, by=stages.ki_office(world), at=EARLY)
    revising.change(session, work, {**work.data, "changes_need": "lead"}, by=stages.ki_office(world), at=EARLY)

    assert changing.propose(session, both, work, by=stages.ki_office(world), at=EARLY) == ("mayo",)
    assert queries.definition_of(session, both).changes_need == "every_side"


def test_one_sides_deadline_stays_a_proposal_and_drafts_are_told_when_it_is_taken(
    world: World, session: Session, call: Call
) -> None:
    stages.draft(session, world)
    stages.submitted(session, world, who=world.other_researcher)
    work = proposed(session, call, world, closes=LATER)
    shown = services.sha256_of(work.data)
    before = (call.closes_at, letters(session), queries.definition_of(session, call).closes)

    missing = changing.agree(session, call, work, shown, by=stages.mayo_office(world), at=BEFORE_CLOSING)

    assert before[:2] == (CLOSES, 0)
    assert before[2] is not None and before[2].instant == CLOSES
    assert (missing, call.closes_at, letters(session)) == ((), TOMORROW, 1)


def test_an_earlier_deadline_is_never_taken_without_telling_the_drafts(
    world: World, session: Session, call: Call
) -> None:
    stages.draft(session, world)
    work = proposed(session, call, world, closes={**LATER, "date": "2027-03-25"})
    changing.agree(session, call, work, services.sha256_of(work.data), by=stages.mayo_office(world), at=BEFORE_CLOSING)
    assert (call.closes_at, letters(session)) == (CLOSES - timedelta(days=7) + timedelta(hours=1), 1)


def test_a_deadline_is_not_moved_into_the_past(world: World, session: Session, call: Call) -> None:
    with pytest.raises(Refused) as no:
        proposed(session, call, world, closes={**LATER, "date": "2027-01-04"})
    assert "deadline_passed" in [problem.code for problem in no.value.problems]


def test_a_running_call_is_not_changed_into_one_that_could_not_be_published(
    world: World, session: Session, call: Call
) -> None:
    with pytest.raises(Refused) as no:
        proposed(session, call, world, closes={"unknown": "The sides still discuss it."})
    assert [(problem.code, problem.field) for problem in no.value.problems] == [("unknown", "closes")]


def test_a_proposal_that_is_changed_is_no_longer_agreed_to(world: World, session: Session, call: Call) -> None:
    work = proposed(session, call, world, closes=LATER)
    shown, text = services.sha256_of(work.data), dict(work.data)
    revising.change(session, work, {**text, "max_awards": 9}, by=stages.mayo_office(world), at=BEFORE_CLOSING)
    with pytest.raises(Refused) as no:
        changing.agree(session, call, work, shown, by=stages.mayo_office(world), at=BEFORE_CLOSING)

    revising.change(session, work, text, by=stages.mayo_office(world), at=BEFORE_CLOSING)

    assert [problem.code for problem in no.value.problems] == ["changed_meanwhile"]
    assert queries.agreed_sides(session, call.id, shown) == frozenset()
    assert changing.propose(session, call, work, by=stages.mayo_office(world), at=BEFORE_CLOSING) == ("ki",)


def test_an_agreement_is_spent_with_the_change_it_was_given_to(world: World, session: Session, call: Call) -> None:
    first = dict(queries.newest_version(session, call.id).data)
    for changes in ({"closes": LATER}, {"closes": first["closes"]}, {"closes": LATER}):
        work = proposed(session, call, world, **changes)
        assert call.closes_at is not None
        waiting = queries.proposals_of(session, [call.id])
        assert list(waiting) == [call.id]
        changing.agree(
            session, call, work, services.sha256_of(work.data), by=stages.mayo_office(world), at=BEFORE_CLOSING
        )
    assert call.closes_at == TOMORROW


def test_three_sides_agree_in_any_order(world: World, session: Session) -> None:
    data = to_data(load_catalogue()["mayo-ki-breast-2026-fictional"])
    third = {**data["sides"][1], "key": "third", "pays": False}  # type: ignore[index]  # a list
    third = {key: third[key] for key in ("key", "institution", "zone", "lead", "pays", "optional", "language")}
    three = not_announced(session, world, key="three", changes_need="every_side", sides=[*data["sides"], third])  # type: ignore[misc]
    sha256 = sha_of(session, three)

    by_third = coordinator_of(world.outsider, "Nemo Nobody", "third")
    left = [
        agreeing.publish(session, three, sha256, by=by, at=EARLY)
        for by in (by_third, stages.mayo_office(world), stages.ki_office(world))
    ]

    assert left == [("ki", "mayo"), ("ki",), ()]
    assert three.state is CallState.ANNOUNCED


@shows("year", "key", "reference_prefix", "title")
def test_the_copy_of_a_call_has_its_own_names_and_the_old_coordinators(world: World, session: Session) -> None:
    found = session.get_one(Call, world.call)
    made = revising.copy_call(session, found, key="mayo-ki-2031", year=2031, by=stages.ki_office(world), at=EARLY)
    definition = queries.definition_of(session, made)

    assert (definition.key, definition.year, definition.reference_prefix) == ("mayo-ki-2031", 2031, "MKB-31")
    assert ("2031" in definition.title.en, "2027" in definition.title.en) == (True, False)
    assert sorted(queries.coordinators_of(session, made.id), key=lambda pair: pair[1]) == [
        (world.ki_coordinator, "ki"),
        (world.mayo_coordinator, "mayo"),
    ]


def test_every_extension_stands_in_the_exports_but_those_of_an_application_in_conflict(
    world: World, session: Session
) -> None:
    found = session.get_one(Call, world.call)
    one = stages.draft(session, world)
    for application_id, side in ((one.id, None), (None, "mayo")):
        asked = ask_extension(
            session, found, application_id=application_id, side_key=side, to=TOMORROW, reason="=Fire",
            by=stages.ki_office(world), at=BEFORE_CLOSING,
        )  # fmt: skip
        answer_extension(session, found, asked.id, agrees=side is None, by=stages.mayo_office(world), at=BEFORE_CLOSING)

    sheet = book(taken(session, world, "call-xlsx"))["Extensions"]
    rows = list(csv.reader(io.StringIO(taken(session, world, "extensions-csv").content.decode("utf-8-sig"))))

    assert [cell.value for cell in sheet["D"]][1:] == ["=Fire", "=Fire"]
    assert {row[6] for row in rows[1:]} == {"granted", "refused"}
    assert {row[3] for row in rows[1:]} == {"'=Fire"}
    own = Viewer(world.researcher, "Ylva", "en", "Europe/Stockholm", duties=frozenset({(world.call, "ki")}))
    assert [row.side_key for row in extensions_of(session, found.id, among=scope.extensions(own, found.id))] == ["mayo"]
    assert len(extensions_of(session, found.id, among=scope.extensions(viewer(world), found.id))) == 2
