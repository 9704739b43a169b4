"""One page a call, complete for a reader who decides whether to apply: each key of the declaration is seen on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.kernel.money import Money
from app.programmes import services as programmes
from app.programmes.definition import (
    After,
    Area,
    Definition,
    Event,
    MatchingRule,
    Moment,
    OneApplicationRule,
    Overhead,
    Rate,
    ScaleLabel,
    TeamRule,
    Transfer,
    load_catalogue,
)
from app.programmes.definition.tree import ConditionalCap, InternalDeadline, Quota
from app.programmes.definition.vocabulary import DeadlineKind, Matching, OneApplication, TieRule
from app.programmes.kinds import Option, Text
from app.workflow.vocabulary import Stage
from tests.forms import text_of
from tests.shows import shows
from tests.stages import ki_office
from tests.world import ANNOUNCED, KEY, World

MODEL = load_catalogue()[KEY]
SEEN = Text("Seen words", "Sedda ord")
ZONE = "Europe/Stockholm"
Do = Callable[..., Any]


def shown(client: FlaskClient, do: Do, world: World, call: Definition, path: str = "", locale: str = "en") -> str:
    """The call's page, imported as a forecast under a key of its own."""
    declared = replace(call, key="shown", reference_prefix="SHOWN")

    def arrange(session: Any) -> None:
        made = programmes.import_call(session, declared, by=ki_office(world), at=ANNOUNCED)
        if made.forecast_at is None:
            programmes.publish_forecast(session, made, by=ki_office(world), at=ANNOUNCED)

    do(arrange)
    return text_of(client.get(f"/calls/shown{path}", headers={"Accept-Language": locale}))


def side(**changes: Any) -> Definition:
    return replace(MODEL, sides=(replace(MODEL.sides[0], **changes), *MODEL.sides[1:]))


def decision(**changes: Any) -> Definition:
    assert MODEL.decision is not None
    return replace(MODEL, decision=replace(MODEL.decision, **changes))


def criterion(**changes: Any) -> Definition:
    return replace(MODEL, criteria=(replace(MODEL.criteria[0], **changes), *MODEL.criteria[1:]))


EVENT = Event(SEEN, dt.date(2027, 12, 9), dt.date(2027, 12, 10), "Uppsala", "https://event.example/")
EARLY = Moment(dt.date(2026, 9, 20), dt.time(9), ZONE)
MORNING = Moment(dt.date(2027, 3, 20), dt.time(9), ZONE)
OWN = InternalDeadline("own", SEEN, DeadlineKind.SIDE_READY, MORNING, True, 5)
CASES: dict[str, tuple[Definition, str]] = {
    "purpose": (replace(MODEL, purpose=SEEN), "Seen words"),
    "emphasis": (replace(MODEL, emphasis=SEEN), "Seen words"),
    "ai_use": (replace(MODEL, ai_use=SEEN), "Use of AI tools Seen words"),
    "languages": (replace(MODEL, languages=("en", "sv")), "Preferred: English or Swedish. Swedish is always accepted."),
    "areas.title": (replace(MODEL, areas=(Area("a", SEEN),)), "Areas Seen words"),
    "event.name": (replace(MODEL, event=EVENT), "Tied to Seen words"),
    "event.begins": (replace(MODEL, event=EVENT), "9 Dec 2027 – 10 Dec 2027"),
    "event.place": (replace(MODEL, event=EVENT), "Uppsala"),
    "event.url": (replace(MODEL, event=EVENT), "https://event.example/"),
    "announced": (replace(MODEL, announced=EARLY), "Announced KI: 20 Sep 2026, 09:00 CEST"),
    "opens": (replace(MODEL, opens=MORNING), "Mayo: 20 Mar 2027, 03:00 CDT"),
    "grace_minutes": (replace(MODEL, grace_minutes=15), "may be finished within 15 minutes"),
    "decision_by": (replace(MODEL, decision_by=dt.date(2027, 7, 9)), "Decision no later than 9 Jul 2027"),
    "disposal_end": (replace(MODEL, disposal_end=dt.date(2030, 12, 31)), "Money can be used until 31 Dec 2030"),
    "max_awards": (replace(MODEL, max_awards=7), "up to 7; fewer may be funded"),
    "years": (replace(MODEL, years=5), "Years 5"),
    "gate": (replace(MODEL, gate=SEEN), "Seen words"),
    "sides.refused_costs": (side(refused_costs=SEEN), "Not paid are Seen words"),
    "sides.source_of_funds": (side(source_of_funds=SEEN), "Source of the money Seen words"),
    "sides.overhead": (side(overhead=Overhead.ON_TOP, overhead_percent=Decimal(25)), "on top, 25 %"),
    "sides.least_total": (side(least_total=Money(100_00, "SEK")), "At least in all SEK 100"),
    "sides.caps_when": (
        side(caps_when=(ConditionalCap(("mayo",), None, Money(9_00, "SEK")),)),
        "When Mayo take part SEK 9 in all",
    ),
    "sides.allowed_costs": (side(allowed_costs=(Option("x", SEEN),)), "Paid are Seen words"),
    "sides.internal_deadlines": (side(internal_deadlines=(OWN,)), "KI: Seen words KI: 20 Mar 2027, 09:00 CET"),
    "matching.ratio": (
        replace(MODEL, matching=MatchingRule(Matching.RATIO, 10, (2, 1), (Rate("USD", Decimal(10)),))),
        "must be to each other as 2 : 1, within 10 %.",
    ),
    "matching.rates": (
        replace(MODEL, matching=MatchingRule(Matching.RATIO, 10, (2, 1), (Rate("USD", Decimal(10)),))),
        "1 USD counts as 10 SEK.",
    ),
    "one_application": (
        replace(MODEL, one_application=OneApplicationRule(OneApplication.MOST_AS_LEAD, 3)),
        "One person may lead at most 3 applications.",
    ),
    "team.all_answer": (replace(MODEL, team=TeamRule(all_answer=True)), "Everybody invited to the team must"),
    "team.most_in_programme": (replace(MODEL, team=TeamRule(most_in_programme=3)), "in at most 3 applications"),
    "stages": (replace(MODEL, stages=(Stage.REVIEW, Stage.INTERVIEW)), "Interviews"),
    "eligibility.title": (
        replace(MODEL, eligibility=(replace(MODEL.eligibility[0], title=SEEN),)),
        "Who may apply Seen words",
    ),
    "eligibility.help": (replace(MODEL, eligibility=(replace(MODEL.eligibility[0], help=SEEN),)), "Seen words"),
    "criteria.title": (criterion(title=SEEN), "What is judged Seen words"),
    "criteria.help": (criterion(help=SEEN), "Seen words"),
    "criteria.threshold": (criterion(threshold=Decimal(3)), "below 3 (Good) cannot be funded"),
    "scales.labels": (
        replace(MODEL, scales=(replace(MODEL.scales[0], labels=(ScaleLabel(Decimal(1), SEEN),)), *MODEL.scales[1:])),
        "1: Seen words",
    ),
    "decision.text": (decision(text=SEEN), "Seen words"),
    "decision.vetoes": (decision(vetoes=("mayo",)), "Nothing is funded without the yes of Mayo Clinic"),
    "decision.quotas": (decision(quotas=(Quota(MODEL.areas[0].key, 1),)), "At most in Diagnosis 1"),
    "decision.ties": (decision(ties=(TieRule.SMALLER_SPREAD, TieRule.LOTS)), "The smaller spread → Lots are drawn"),
    "after.report": (replace(MODEL, after=After(SEEN, None)), "Reports Seen words"),
    "after.success": (replace(MODEL, after=After(None, SEEN)), "Success Seen words"),
    "transfer.notice": (replace(MODEL, transfer=Transfer(None, SEEN)), "outside the EU Seen words"),
    "transfer.basis": (replace(MODEL, transfer=Transfer(SEEN, None)), "On what basis Seen words"),
}


@shows(
    "purpose", "emphasis", "ai_use", "areas.title", "event.name", "event.begins", "event.ends", "event.place",
    "event.url", "announced", "opens", "decision_by", "disposal_end", "sides.refused_costs", "sides.source_of_funds",
    "eligibility.title", "eligibility.help", "decision.text", "after.report", "after.success", "transfer.notice",
    "transfer.basis",
)  # fmt: skip
@pytest.mark.parametrize("key", CASES)
def test_the_page_says_what_the_declaration_says(client: FlaskClient, do: Do, world: World, key: str) -> None:
    call, words = CASES[key]
    assert words in shown(client, do, world, call)
    assert words not in shown(client, do, world, MODEL)


@shows("languages")
def test_whatever_is_preferred_swedish_is_accepted(client: FlaskClient, do: Do, world: World) -> None:
    wish = shown(client, do, world, replace(MODEL, languages=("en",)))
    none = shown(client, do, world, replace(MODEL, languages=()))
    assert "Preferred: English. Swedish is always accepted." in wish
    assert "Swedish and English are accepted." in none


@shows("areas.key")
def test_a_quota_holds_for_the_area_that_it_names(client: FlaskClient, do: Do, world: World) -> None:
    areas = (Area("one", Text("First", "Första")), Area("two", Text("Second", "Andra")))
    for key, title in (("one", "First"), ("two", "Second")):
        assert MODEL.decision is not None
        call = replace(MODEL, areas=areas, decision=replace(MODEL.decision, quotas=(Quota(key, 1),)))
        assert f"At most in {title} 1" in shown(client, do, world, call)


def test_the_page_is_swedish_for_swedish_readers(client: FlaskClient, do: Do, world: World) -> None:
    text = shown(client, do, world, replace(MODEL, ai_use=SEEN), locale="sv")
    assert "Användning av AI-verktyg Sedda ord" in text
    assert MODEL.title.sv in text and MODEL.title.en not in text


def test_a_forecast_says_that_details_may_change(client: FlaskClient, do: Do, world: World) -> None:
    assert "details may change" in shown(client, do, world, MODEL)
    assert "details may change" not in text_of(client.get(f"/calls/{KEY}"))


def test_every_instant_stands_in_each_sides_zone_and_in_utc(client: FlaskClient, world: World) -> None:
    assert "Closes KI: 1 Apr 2027, 14:00 CEST Mayo: 1 Apr 2027, 07:00 CDT UTC: 1 Apr 2027, 12:00 UTC" in text_of(
        client.get(f"/calls/{KEY}")
    )


@pytest.mark.parametrize(("day", "is_odd"), [(dt.date(2027, 3, 20), True), (dt.date(2027, 4, 20), False)])
def test_the_weeks_of_odd_clocks_are_said(
    client: FlaskClient, do: Do, world: World, day: dt.date, is_odd: bool
) -> None:
    text = shown(client, do, world, replace(MODEL, closes=Moment(day, dt.time(14), ZONE)))
    assert ("Mayo is 6 hours from KI instead of 7" in text) is is_odd


def test_what_no_source_tells_says_so_with_its_reason(client: FlaskClient, do: Do, world: World) -> None:
    text = shown(client, do, world, load_catalogue()["mayo-ki-breast-2021"])
    assert "not known: No scale is given" not in text  # a scale that nobody names is left out
    assert "How the two sides agreed is not told." in text
    assert "2021-04-01 (The public texts give the day and no clock time." in text


def test_answers_that_stay_at_home_are_named(client: FlaskClient, do: Do, world: World) -> None:
    questions = (replace(MODEL.questions[0], leaves_eu=False), *MODEL.questions[1:])
    text = shown(client, do, world, replace(MODEL, questions=questions))
    assert f"These answers stay at home {MODEL.questions[0].title.en}" in text
    assert "not shown to readers outside the EU" in shown(
        client, do, world, replace(MODEL, questions=questions), "/questions"
    )


def test_all_questions_can_be_read_and_taken_along(client: FlaskClient, world: World) -> None:
    page = text_of(client.get(f"/calls/{KEY}/questions"))
    file = client.get(f"/calls/{KEY}/questions.txt")
    assert file.headers["Content-Disposition"] == f'attachment; filename="{KEY}-questions.txt"'
    for question in MODEL.questions:
        assert question.title.en in page
        assert question.title.en in file.get_data(as_text=True)
    assert "at most" in page


def test_search_engines_find_a_grant_that_no_title_can_break_out_of(client: FlaskClient, do: Do, world: World) -> None:
    import json
    import re

    shown(client, do, world, replace(MODEL, title=Text("</script><b>&", "x")))
    page = client.get("/calls/shown").get_data(as_text=True)
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    grant = json.loads(found[1])
    assert (grant["@type"], grant["name"]) == ("MonetaryGrant", "</script><b>&")
    assert [amount["currency"] for amount in grant["amount"]] == ["SEK", "USD"]
