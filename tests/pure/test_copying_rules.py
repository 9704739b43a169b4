"""What of an earlier application goes over into another call, question by question; nothing is cut to fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.copying_rules import NO_SUCH_QUESTION, budget_fits, match, plan_of
from app.programmes.definition import SHARED, load_catalogue
from app.programmes.kinds import Option, Question, QuestionKind, Text, read_answer
from tests.world import KEY

Q = QuestionKind
CALL = load_catalogue()[KEY]
HOME = next(section.key for section in CALL.sections if section.owner == SHARED)
THEIRS = next(section.key for section in CALL.sections if section.owner == "mayo")
OWN = {SHARED, "ki"}


def ask(key: str, kind: Q = Q.LONG_TEXT, title: str = "", section: str = HOME, **more: Any) -> Question:
    return Question(key, section, kind, Text(title or key, title or key), **more)


def call(*questions: Question) -> Any:
    return replace(CALL, questions=questions, title_question=questions[0].key)


def planned(source: Question, target: Question, answer: Any) -> tuple[list[str], list[str]]:
    made = plan_of(call(source), call(target), {source.key: answer}, OWN, OWN)
    return [each.target.key for each in made.copied], [str(each.why) for each in made.left]


@pytest.mark.parametrize(
    ("source", "target", "answer", "goes"),
    [
        (ask("plan"), ask("plan"), "A plan.", True),
        (ask("plan", title="Plan"), ask("project", title="Plan"), "A plan.", True),
        (ask("plan"), ask("plan", Q.SHORT_TEXT), "A plan.", False),
        (ask("plan"), ask("other"), "A plan.", False),
        (ask("plan", section=THEIRS), ask("plan"), "Theirs.", False),
        (ask("plan"), ask("plan", section=THEIRS), "Mine.", False),
        (ask("new", Q.YES_NO), ask("new", Q.YES_NO), False, True),
        (ask("true", Q.DECLARATION), ask("true", Q.DECLARATION), True, False),
        (ask("cost", Q.MONEY, currency="SEK"), ask("cost", Q.MONEY, currency="SEK"), 100, True),
        (ask("cost", Q.MONEY, currency="SEK"), ask("cost", Q.MONEY, currency="USD"), 100, False),
        (
            ask("area", Q.CHOICE, options=(Option("a", Text("A", "A")),)),
            ask("area", Q.CHOICE, options=(Option("b", Text("B", "B")),)),
            "a",
            False,
        ),
        (ask("who", Q.PERSON), ask("who", Q.PERSON), {"name": "Nils", "email": "n@x.example"}, True),
        (ask("support", Q.LETTER), ask("support", Q.LETTER), [{"name": "Sven"}], False),
        (ask("lab", Q.HOST), ask("lab", Q.HOST), [{"name": "Sven"}], False),
    ],
)
def test_what_asks_the_same_goes_over(source: Question, target: Question, answer: Any, goes: bool) -> None:
    copied, left = planned(source, target, answer)

    assert (copied, len(left)) == (([target.key], 0) if goes else ([], 1))


def test_what_is_over_a_new_limit_goes_over_whole_and_is_told() -> None:
    made = plan_of(call(ask("plan")), call(ask("plan", max_words=2)), {"plan": "One two three four."}, OWN, OWN)

    assert made.copied[0].entries == ("One two three four.",)
    assert [problem.code for problem in made.copied[0].over] == ["too_many_words"]


@given(st.text(min_size=1, max_size=300))
def test_a_text_is_never_changed_on_the_way(text: str) -> None:
    kept = read_answer(ask("plan"), [text])
    made = plan_of(call(ask("plan")), call(ask("plan", max_words=1, max_chars=3)), {"plan": kept}, OWN, OWN)

    for each in made.copied:
        assert read_answer(each.target, each.entries) == kept


def test_two_questions_never_take_the_same_place() -> None:
    source = call(ask("one", title="Plan"), ask("two", title="Plan"))
    made = plan_of(source, call(ask("three", title="Plan")), {"one": "A", "two": "B"}, OWN, OWN)

    assert [each.source.key for each in made.copied] == ["one"]
    assert [each.why.message for each in made.left] == [NO_SUCH_QUESTION]
    assert match(ask("two"), [ask("one"), ask("two")]) == ask("two")


def test_a_budget_goes_over_only_in_the_same_currency_and_years() -> None:
    ki, mayo = CALL.side("ki"), CALL.side("mayo")

    assert budget_fits(ki, ki, 2, 2) and budget_fits(ki, ki, 1, 2)
    assert not budget_fits(ki, mayo, 2, 2) and not budget_fits(ki, ki, 2, 1)
    assert not budget_fits(ki, replace(ki, allowed_costs=(Option("pay", Text("Pay", "Lön")),)), 2, 2)
