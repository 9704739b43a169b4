"""The check in twenty seconds: yes and no, no account, nothing kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient

from app.programmes.definition import EligibilityCheck, EligibilityRule, load_catalogue
from app.programmes.kinds import Question, QuestionKind, Text
from tests.forms import press, text_of
from tests.shows import shows
from tests.web.test_call_page import shown
from tests.world import KEY, World

MODEL = load_catalogue()[KEY]
EMPLOYED = EligibilityCheck(
    "employed",
    Text("Employed", "Anställd"),
    ask=Text("Are you employed?", "Är du anställd?"),
    reason=Text("Only employees may apply.", "Bara anställda får söka."),
)
DAYS = Question("days", "idea", QuestionKind.NUMBER, Text("Days away", "Dagar borta"))
LONG = EligibilityRule(
    "long", Text("Long enough", "Länge nog"), "days >= 14", Text("Two weeks at least.", "Minst två veckor.")
)


def with_quiz(**changes: Any) -> Any:
    return replace(MODEL, **({"eligibility": (EMPLOYED, *MODEL.eligibility)} | changes))


@shows("eligibility.ask", "eligibility.reason", "eligibility.key")
def test_a_no_is_answered_with_its_reason(client: FlaskClient, do: Callable[..., Any], world: World) -> None:
    assert "May I apply?" in shown(client, do, world, with_quiz())
    page = client.get("/calls/shown/eligibility")
    assert "Are you employed?" in text_of(page)
    no = press(client, page, "Show the answer", employed="no")
    assert "As it stands you cannot apply." in text_of(no) and "Only employees may apply." in text_of(no)
    yes = press(client, page, "Show the answer", employed="yes")
    assert "Nothing here keeps you from applying." in text_of(yes)
    silent = press(client, page, "Show the answer")
    assert "Some questions are not answered yet." in text_of(silent)


def test_a_rule_that_can_be_told_from_one_answer_is_asked_too(
    client: FlaskClient, do: Callable[..., Any], world: World
) -> None:
    section = MODEL.sections[0].key
    call = with_quiz(questions=(*MODEL.questions, replace(DAYS, section=section)), rules=(LONG,))
    shown(client, do, world, call)
    page = client.get("/calls/shown/eligibility")
    short = press(client, page, "Show the answer", employed="yes", **{"answer-days": "10"})
    assert "Two weeks at least." in text_of(short)
    assert "Nothing here keeps" in text_of(
        press(client, page, "Show the answer", employed="yes", **{"answer-days": "20"})
    )


def test_what_was_answered_still_stands_there(client: FlaskClient, do: Callable[..., Any], world: World) -> None:
    shown(client, do, world, with_quiz())
    answer = press(client, client.get("/calls/shown/eligibility"), "Show the answer", employed="no")
    assert 'value="no" checked' in answer.get_data(as_text=True)


def test_a_call_that_asks_nothing_has_no_quiz(client: FlaskClient, world: World) -> None:
    bare = tuple(check for check in MODEL.eligibility if check.ask)
    assert client.get(f"/calls/{KEY}/eligibility").status_code == (200 if bare else 404)


def test_the_answer_costs_no_writing(
    client: FlaskClient, do: Callable[..., Any], world: World, statements: Callable[[], Any]
) -> None:
    shown(client, do, world, with_quiz())
    with statements() as seen:
        client.post("/calls/shown/eligibility", data={"employed": "no"})
    assert not [each for each in seen if not each.startswith("SELECT")]
