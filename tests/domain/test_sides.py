"""Calls of one side, of two and of three, optional and in kind among them: from the draft to the award."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import reach, scope
from app.access.viewer import with_duties
from app.applications import queries
from app.applications import services as applying
from app.applications.models import Application
from app.awards.queries import AwardView, award_of
from app.awards.services import open_gate
from app.communications.models import Letter
from app.decisions import queries as decisions
from app.decisions import services as deciding
from app.exports import overview
from app.exports.tables import gather, within
from app.identities.models import Person, PersonalLink
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Refused
from app.kernel.money import Money
from app.programmes.definition import check
from app.reviews import queries as judging
from app.reviews.models import Panel
from app.workflow.vocabulary import State
from tests import sides
from tests.shows import shows
from tests.sides import AT, KI, MAYO, ON_TOP, OSLO, both, call_of, office
from tests.world import AFTER_CLOSING, World, lead

COSTS = {(1, "salaries"): "300 000", (1, "travel"): "0,03", (2, "salaries"): "100 000"}
PANELS: dict[str, Any] = {
    "stages": ["review"],
    "scales": [{"key": "seven", "low": 1, "high": 7, "best": "high"}],
    "criteria": [{"key": "quality", "title": both("Quality")}],
    "overall": {"how": "entered"},
    "panels": [
        {"key": f"{key}-panel", "side": key, "scale": "seven", "min_reviews": 1, "title": both(f"Panel of {key}")}
        for key in ("ki", "mayo", "oslo")
    ],
}


def sek(minor: int) -> Money:
    return Money(minor, "SEK")


def kinds(session: Session, person_id: UUID | None) -> list[str]:
    statement = scoped(select(Letter.kind).where(Letter.person_id == person_id).order_by(Letter.created_at))
    return list(session.scalars(statement))


def award(session: Session, application: Application) -> AwardView:
    found = award_of(session, application.id)
    assert found is not None
    return found


def exported(session: Session, world: World, application: Application) -> dict[str, Any]:
    """The application's line of the overview, by heading."""
    viewer = with_duties(session, session.get_one(Person, world.ki_coordinator))
    call = reach.call(session, viewer, application.call_id).thing
    tables = gather(session, call, within(viewer, call.id), by_name="Kajsa", at=AFTER_CLOSING)
    (row,) = overview.rows(tables, "en")
    headings = overview.columns(tables, "en")
    assert len(set(headings)) == len(headings) == len(row)
    return dict(zip(headings, row, strict=True))


def test_what_is_carried_out_keeps_no_call_from_being_published() -> None:
    rule = {"rule": "equal", "percent": 10, "rates": [{"currency": "USD", "value": "10"}]}
    ki = {**KI, **ON_TOP, "caps_when": [{"with_sides": ["mayo"], "cap_total": 900_000}], "least_total": 1}
    ki |= {"refused_costs": both("Stipends.")}
    call = call_of(ki, MAYO, OSLO, matching=rule, least_sides=1, most_sides=2)
    assert [finding.key_path for finding in check(call) if finding.blocks] == []


@shows("years", "contingent_years", "gate")
def test_a_call_of_one_side_goes_from_the_draft_to_the_award_and_its_gate(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of({**KI, **ON_TOP}, contingent_years=[2], gate=both("A report.")))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", COSTS)
    sides.submit(session, application)
    sides.awarded(session, world, call, application, {"ki": ("200 000,02", "100 000")})

    assert application.state is State.AWARDED
    (side,) = award(session, application).sides
    first, second = side.years
    assert (first.amount, first.indirect, first.is_held) == (sek(25_000_003), sek(5_000_001), False)
    assert (second.amount, second.is_held) == (sek(12_500_000), True)
    assert side.total == sek(37_500_003)
    assert award(session, application).gate == call_of(KI, gate=both("A report.")).gate
    open_gate(session, application, "ki", 2, reason="Read.", by=office(world, "ki"), at=AFTER_CLOSING)
    assert [year.is_held for year in award(session, application).sides[0].years] == [False, False]
    (letter,) = session.scalars(scoped(select(Letter).where(Letter.kind == "decision_award")))
    assert "varav indirekta kostnader SEK 50 000,01" in " ".join(letter.body.split())


def test_without_contingent_years_nothing_is_held(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, years=1))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "1", 2: "9"})
    sides.submit(session, application)
    sides.awarded(session, world, call, application, {"ki": ("1",)})
    (year,) = award(session, application).sides[0].years
    assert (year.year, year.is_held, award(session, application).gate) == (1, False, None)


@shows("sides.optional", "sides.pays")
def test_three_sides_one_optional_and_one_in_kind_go_to_the_award(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, MAYO, OSLO, **PANELS))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "1000", 2: "1000"})
    sides.joins(session, application, "mayo", {1: "100", 2: "100"})
    assert [problem.code for problem in sides.refused(session, application)] == ["side_not_invited"]
    sides.joins(session, application, "oslo")
    sides.submit(session, application)
    sides.judged(session, world, call, application, ["ki", "mayo", "oslo"])
    sides.awarded(session, world, call, application, {"ki": ("900", "0"), "mayo": ("100", "1"), "oslo": ()})

    found = award(session, application)
    assert [(side.key, side.total) for side in found.sides] == [("ki", sek(90_000)), ("mayo", Money(10_100, "USD"))]
    assert kinds(session, world.researcher) == ["partner_answer", "partner_answer", "receipt", "decision_award"]
    line = exported(session, world, application)
    assert line["Verdict, Oslo"] == "recommends"
    assert "Asked, Oslo, in all (None)" not in line


def test_a_side_that_stays_away_is_in_no_guard_mail_verdict_or_column(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, MAYO, OSLO, **PANELS))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "1000", 2: "1000"})
    sides.joins(session, application, "oslo")
    sides.submit(session, application)
    sides.judged(session, world, call, application, ["ki", "oslo"])
    with pytest.raises(NotAllowed):
        deciding.record_verdict(
            session,
            application,
            "mayo",
            recommends=True,
            reasons="We were not asked.",
            typed={},
            version=0,
            by=office(world, "mayo"),
            at=AFTER_CLOSING,
        )
    sides.awarded(session, world, call, application, {"ki": ("900", "0"), "oslo": ()})

    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None
    assert [side.key for side in sheet.sides] == ["ki", "oslo"]
    assert [side.key for side in award(session, application).sides] == ["ki"]
    line = exported(session, world, application)
    assert {value for heading, value in line.items() if "Mayo" in heading} == {None}
    letters = session.scalars(scoped(select(Letter).where(Letter.application_id == application.id))).all()
    assert [letter.kind for letter in letters if "Mayo" in f"{letter.values} {letter.body}"] == []


def test_its_panel_is_given_no_application_of_a_side_that_stays_away(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, MAYO, OSLO, **PANELS))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "1000", 2: "1000"})
    sides.joins(session, application, "oslo")
    sides.submit(session, application)
    among = select(Application.id).where(Application.call_id == call.id)
    panels = {panel.side_key: panel for panel in session.scalars(select(Panel).where(Panel.call_id == call.id))}
    rows = {key: len(judging.grid(session, panel, (), 1, among=among)) for key, panel in panels.items()}
    assert rows == {"ki": 1, "oslo": 1, "mayo": 0}
    with pytest.raises(NotFound):
        sides.judged(session, world, call, application, ["ki", "oslo", "mayo"])


def test_what_a_side_typed_waits_for_its_coming_back_and_its_partner_is_told(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, MAYO))
    application, by = sides.begun(session, world, call), lead(world.researcher)
    sides.asks(session, application, "ki", {1: "1000", 2: "1000"})
    sides.joins(session, application, "mayo", {1: "100", 2: "50"})
    part = sides.side(session, application, "mayo")
    partner = part.lead_person_id

    applying.leave_out(session, application, "mayo", by=by, at=AT + timedelta(hours=1))

    assert (part.takes_part, part.lead_person_id, part.confirmed_at) == (False, None, None)
    assert queries.budgets(session, [application.id])[application.id].keys() == {"ki"}
    assert kinds(session, partner) == ["partner_invitation", "side_left"]
    live = (
        select(func.count())
        .select_from(PersonalLink)
        .where(PersonalLink.subject_id == part.id, PersonalLink.revoked_at.is_(None))
    )
    assert session.scalar(live) == 0
    assert partner is not None
    viewer = with_duties(session, session.get_one(Person, partner))
    assert session.scalars(scope.applications(viewer)).all() == []
    assert sides.refused_codes(session, application) == []

    applying.bring_in(session, application, "mayo", by=by, at=AT + timedelta(hours=2))

    assert (part.takes_part, part.lead_person_id, part.confirmed_at) == (True, partner, None)
    assert kinds(session, partner) == ["partner_invitation", "side_left", "partner_invitation"]
    kept = queries.budgets(session, [application.id])[application.id]["mayo"]
    assert kept == {1: Money(10_000, "USD"), 2: Money(5_000, "USD")}
    assert [problem.code for problem in sides.refused(session, application)] == ["side_waiting"]


def test_only_optional_sides_are_chosen_by_the_lead_applicant_while_it_is_a_draft(
    world: World, session: Session
) -> None:
    call = sides.opened(session, world, call_of(KI, MAYO, OSLO))
    application, by = sides.begun(session, world, call), lead(world.researcher)
    for key, code in (("ki", "not_optional"), ("oslo", "not_optional")):
        with pytest.raises(Refused) as no:
            applying.leave_out(session, application, key, by=by, at=AT)
        assert [problem.code for problem in no.value.problems] == [code]
    with pytest.raises(NotFound):
        applying.bring_in(session, application, "mars", by=by, at=AT)
    with pytest.raises(NotAllowed):
        applying.bring_in(session, application, "mayo", by=office(world, "ki"), at=AT)
    with pytest.raises(NotFound):
        applying.invite_partner(session, application, "mayo", name="P", address="p@mayo.example", by=by, at=AT)
    applying.leave_out(session, application, "mayo", by=by, at=AT)  # it stays away already
    assert not sides.side(session, application, "mayo").takes_part


def test_the_own_optional_side_of_an_applicant_takes_part(world: World, session: Session) -> None:
    session.get_one(Person, world.researcher).institution = "Mayo Clinic"
    call = sides.opened(session, world, call_of(KI, MAYO))
    application = sides.begun(session, world, call)
    assert sides.side(session, application, "mayo").takes_part
    with pytest.raises(Refused) as no:
        applying.leave_out(session, application, "mayo", by=lead(world.researcher), at=AT)
    assert [problem.code for problem in no.value.problems] == ["own_side"]


def test_the_number_of_sides_is_checked_at_submitting(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, MAYO, OSLO | {"optional": True}, least_sides=2, most_sides=2))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "1000", 2: "1000"})
    assert [problem.code for problem in sides.refused(session, application)] == ["too_few_sides"]
    sides.joins(session, application, "oslo")
    assert sides.refused_codes(session, application) == []
    sides.joins(session, application, "mayo", {1: "1", 2: "1"})
    assert [problem.code for problem in sides.refused(session, application)] == ["too_many_sides"]


def test_caps_follow_the_sides_that_take_part(world: World, session: Session) -> None:
    ki = {**KI, "caps_when": [{"with_sides": ["mayo"], "cap_total": 900_000}]}
    call = sides.opened(session, world, call_of(ki, MAYO))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "450 000", 2: "450 000"})
    told = [str(problem) for problem in sides.refused(session, application)]
    assert told == ["KI, all years: SEK 900,000 is SEK 100,000 over the cap of SEK 800,000 in all."]
    sides.joins(session, application, "mayo", {1: "1", 2: "1"})
    sides.submit(session, application)
    with pytest.raises(Refused) as no:
        sides.awarded(session, world, call, application, {"ki": ("450 000", "450 000,01")})
    assert {problem.code for problem in no.value.problems} == {"over_asked", "over_cap_total"}
    assert decisions.verdicts_of(session, [application.id])[application.id] == {}


def test_amounts_that_do_not_match_are_told_with_both_and_the_rate(world: World, session: Session) -> None:
    rule = {"rule": "equal", "percent": 10, "rates": [{"currency": "USD", "value": "10.42"}]}
    call = sides.opened(session, world, call_of(KI, MAYO, matching=rule))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {1: "400 000", 2: "400 000"})
    assert sides.refused_codes(session, application) == []  # KI alone has nobody to match
    sides.joins(session, application, "mayo", {1: "30 000", 2: "30 000"})
    (problem,) = sides.refused(session, application)
    assert str(problem) == (
        "KI: SEK 800,000. Mayo: USD 60,000. At USD 1 = SEK 10.42, the rates of the call for this check alone, they are "
        "21.9 % apart; at most 10 % is allowed."
    )
    sides.asks(session, application, "mayo", {1: "38 000", 2: "38 000"})
    sides.submit(session, application)


@shows("sections.budget")
def test_a_budget_is_asked_of_whoever_pays_and_has_a_section_for_it(world: World, session: Session) -> None:
    bare = [
        {"key": section.key, "owner": section.owner, "title": both(section.title.en)}
        for section in call_of(KI).sections
    ]
    assert "no_budget" in [finding.code for finding in check(call_of(KI, sections=bare)) if finding.blocks]
    assert check(call_of(KI)) == []
    call = sides.opened(session, world, call_of(KI))
    application = sides.begun(session, world, call)
    assert [problem.code for problem in sides.refused(session, application)] == ["budget_missing"]


@shows("max_awards")
def test_an_award_above_the_ceiling_is_not_decided(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of(KI, max_awards=1))
    for person in (world.researcher, world.other_researcher):
        application = sides.begun(session, world, call, who=person)
        sides.asks(session, application, "ki", {1: "1", 2: "1"})
        sides.submit(session, application)
        problems = sides.decided(session, world, application)
        assert [problem.code for problem in problems] == ([] if person == world.researcher else ["over_ceiling"])


def test_screen_frozen_version_and_export_have_the_same_sums(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of({**KI, **ON_TOP}))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", COSTS)
    sides.submit(session, application)

    tally = queries.tallies(session, [application.id], call_of({**KI, **ON_TOP}))[application.id]["ki"]
    sheet = queries.frozen_sheet(session, application.id)
    assert sheet is not None
    assert sheet.sides[0].tally == tally
    line = exported(session, world, application)
    assert line["Asked, KI, Salaries, in all (SEK)"] == tally.of_cost("salaries").major == 400_000
    assert line["Asked, KI, Travel, year 2 (SEK)"] is None
    assert line["Asked, KI, year 1 (SEK), direct costs"] == tally.years[1].major
    assert line["Asked, KI, year 1 (SEK), indirect costs"] == tally.indirect_of(1).major
    assert str(tally.indirect_of(1)) == "SEK 75,000.01"
    assert line["Asked, KI, year 1 (SEK)"] == tally.total_of(1).major
    assert line["Asked, KI, in all (SEK)"] == tally.total.major
    snapshot = sides.snapshot(session, application)["sides"][0]
    assert snapshot["total_minor"] == tally.total.minor
    assert sum(row["amount_minor"] + row["indirect_minor"] for row in snapshot["years"]) == tally.total.minor
    assert sum(cost["total_minor"] for cost in snapshot["costs"]) == tally.direct.minor


def test_a_frozen_version_from_before_costs_is_still_read(world: World, session: Session) -> None:
    old = {
        "key": "ki",
        "name": "Karolinska Institutet",
        "short": "KI",
        "pays": True,
        "currency": "SEK",
        "lead": {"name": "Y", "address": "y@ki.example", "institution": "KI"},
        "confirmed_at": None,
        "confirmed_as": None,
        "years": [{"year": 1, "amount_minor": 5, "currency": "SEK"}, {"year": 2, "amount_minor": 6, "currency": "SEK"}],
    }
    sheet = sides.sheet_with(old)
    assert (sheet.sides[0].years, sheet.sides[0].total) == (((1, sek(5)), (2, sek(6))), sek(11))


def test_a_line_that_the_call_does_not_have_is_passed_over(world: World, session: Session) -> None:
    call = sides.opened(session, world, call_of({**KI, **ON_TOP}))
    application = sides.begun(session, world, call)
    sides.asks(session, application, "ki", {(1, "salaries"): "5", (1, "wine"): "7", (3, "travel"): "9", 2: "11"})
    assert queries.budgets(session, [application.id])[application.id] == {"ki": {1: sek(500)}}
    sides.asks(session, application, "ki", {(1, "salaries"): ""})
    assert queries.budgets(session, [application.id])[application.id] == {}
