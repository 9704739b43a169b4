"""What keys of a declaration change in a running call: who judges, who leads, how an application goes on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.queries import side_of
from app.decisions import queries as decisions
from app.identities.models import Institution, Person
from app.kernel.actors import Acting
from app.kernel.errors import Refused
from app.programmes import models
from app.programmes import services as programmes
from app.programmes.definition import Definition
from app.reviews.models import Panel
from app.reviews.services import open_panels
from app.workflow.vocabulary import Hat, State
from tests import walk as way
from tests.filling import both
from tests.made_up import call_of, data_of
from tests.shows import shows


def first_of(name: str, count: int = 1, **changes: Any) -> list[Any]:
    """A list of a made-up declaration with other values in its first entry."""
    entries: list[Any] = data_of(count)[name]
    return [entries[0] | changes, *entries[1:]]


@shows("panels.key", "panels.side")
def test_the_panels_of_a_call_are_opened_each_for_its_side(session: Session) -> None:
    panels = first_of("panels", 2, key="of-all", side="joint")
    walk = way.announced(session, call_of(2, panels=panels))

    found = session.execute(select(Panel.key, Panel.side_key).where(Panel.call_id == walk.call.id).order_by(Panel.key))
    assert [tuple(row) for row in found] == [("beta-panel", "beta"), ("of-all", None)]


@shows("panels.min_reviews")
def test_review_does_not_start_before_a_panel_has_the_reviewers_it_needs(session: Session) -> None:
    walk = way.announced(session, call_of(1, panels=first_of("panels", min_reviews=3)))
    application = way.submitted(walk)
    way.checked(walk, application)

    with pytest.raises(Refused) as no:
        way.started(walk, application)
    assert [(problem.code, problem.values["needed"]) for problem in no.value.problems] == [("thin_panel", 3)]
    way.reviewed(walk, application)
    assert application.state is State.REVIEWED


@shows("criteria.threshold", "overall.threshold")
@pytest.mark.parametrize(
    ("changes", "below"),
    [
        ({}, ()),
        ({"overall": {"how": "entered", "threshold": 7}}, ("Overall grade",)),
        ({"criteria": first_of("criteria", threshold=7)}, ("Invented: quality",)),
    ],
)
def test_a_result_below_a_threshold_is_not_proposed(
    session: Session, changes: dict[str, Any], below: tuple[str, ...]
) -> None:
    walk = way.announced(session, call_of(1, "joint_panel", **changes))
    applications = [way.submitted(walk) for _ in range(2)]
    for application in applications:
        way.checked(walk, application)
    way.reviewed(walk, *applications)

    found = decisions.proposals_of_call(session, walk.call.id, walk.definition)

    assert found[applications[0].id].code == "above_line"
    assert found[applications[1].id].code == ("below_threshold" if below else "above_line")
    assert found[applications[1].id].values.get("below", "") == ", ".join(below)


@shows("stages")
@pytest.mark.parametrize(
    ("stages", "after_the_check"),
    [(["eligibility", "review"], State.ELIGIBLE), (["review"], State.SUBMITTED), ([], State.SUBMITTED)],
)
def test_an_application_goes_the_way_of_the_calls_stages(
    session: Session, stages: list[str], after_the_check: State
) -> None:
    reviews: dict[str, Any] = {} if "review" in stages else {"panels": [], "criteria": []}
    questions = [question | {"criteria": [], "used_for": ["record"]} for question in data_of(1)["questions"]]
    walk = way.announced(session, call_of(1, stages=stages, questions=questions, **reviews))
    application = way.submitted(walk)

    way.checked(walk, application)
    assert application.state is after_the_check
    way.reviewed(walk, application)
    way.decided(walk, application)
    way.released(walk)
    assert application.state is State.AWARDED


def institutions(session: Session) -> dict[str, tuple[str, str, str, str | None]]:
    rows = session.scalars(select(Institution))
    return {row.short_name: (row.name, row.country, row.zone, row.ror) for row in rows}


@shows(
    "sides.institution.name",
    "sides.institution.short",
    "sides.institution.country",
    "sides.institution.zone",
    "sides.institution.ror",
)
def test_the_institutions_of_a_call_are_known_from_then_on(session: Session) -> None:
    ror = "https://ror.org/056d84691"
    sides = first_of("sides")
    sides[0]["institution"] |= {"ror": ror}
    way.announced(session, call_of(1, sides=sides))

    assert institutions(session) == {"Alpha": ("Institute alpha", "SE", "Europe/Stockholm", ror)}


@shows("sides.key", "sides.lead")
@pytest.mark.parametrize("lead", ["alpha", "beta"])
def test_whoever_comes_from_elsewhere_applies_at_the_leading_side(session: Session, lead: str) -> None:
    sides = [side | {"lead": side["key"] == lead} for side in data_of(2)["sides"]]
    walk = way.announced(session, call_of(2, sides=sides))
    person = walk.somebody()
    by = Acting(person.id, person.name, frozenset({Hat.LEAD_APPLICANT}))

    application = applying.start_draft(session, walk.call, by=by, at=walk.before)

    parts = {key: side_of(session, application.id, key) for key in ("alpha", "beta")}
    assert [key for key, part in parts.items() if part is not None and part.lead_person_id == person.id] == [lead]


@shows("sections.owner")
def test_a_section_of_one_side_is_written_by_its_partner(session: Session) -> None:
    section = {"key": "work", "owner": "beta", "title": both("work")}
    question = {"key": "work_plan", "section": "work", "kind": "short_text", "title": both("w"), "used_for": ["record"]}
    data = data_of(2)
    call = call_of(2, sections=[*data["sections"], section], questions=[*data["questions"], question])
    walk = way.announced(session, call)
    application = way.submitted(walk)

    def writes(key: str, definition: Definition) -> list[str]:
        part = side_of(session, application.id, key)
        assert part is not None and part.lead_person_id is not None
        person = session.get_one(Person, part.lead_person_id)
        hats = frozenset({Hat.LEAD_APPLICANT if key == "alpha" else Hat.SIDE_LEAD})
        by = Acting(person.id, person.name, hats, frozenset({key}))
        return [asked.key for asked in applying.writable(session, application, definition, by=by)]

    application.state = State.DRAFT
    assert writes("alpha", call) == ["title_en", "plan"]
    assert writes("beta", call) == ["work_plan"]


@shows("programme")
def test_a_call_belongs_to_its_programme(session: Session) -> None:
    walk = way.announced(session, call_of(1, programme="blue-sky"))

    assert session.get_one(models.Programme, walk.call.programme_id).key == "blue-sky"
    with pytest.raises(Refused) as no:
        programmes.import_call(session, call_of(2, programme="green-sky"), by=walk.lead_office, at=walk.before)
    assert [problem.code for problem in no.value.problems] == ["no_programme"]


def test_panels_that_were_opened_are_not_opened_again(session: Session) -> None:
    walk = way.announced(session, call_of(3))
    open_panels(session, walk.call, walk.definition)

    assert len(session.scalars(select(Panel).where(Panel.call_id == walk.call.id)).all()) == len(walk.definition.panels)
