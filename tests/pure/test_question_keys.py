"""Each key of a question changes what the form asks, takes or finds wrong."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from app.kernel.errors import Problem
from app.programmes.asking import ask
from app.programmes.definition import findings
from app.programmes.kinds import (
    Column,
    Option,
    Question,
    QuestionKind,
    Text,
    answer_problems,
    answer_text,
    read_answer,
    row_parts,
)
from tests.light import LIGHT, light
from tests.shows import shows

Q = QuestionKind
T = Text("Title", "Titel")
DAY = dt.date(2027, 5, 10)
TABLE = (Column("what", T), Column("cost", T, Q.MONEY))


def asks(kind: QuestionKind, **settings: Any) -> Question:
    return Question("q", "s", kind, T, **settings)


def faults(kind: QuestionKind, typed: list[str], **settings: Any) -> list[str]:
    """What keeps an answer, typed like this, from being submitted."""
    asked = asks(kind, **settings)
    answer = read_answer(asked, typed)
    if isinstance(answer, Problem):
        return [answer.code]
    return [problem.code for problem in answer_problems(asked, answer)]


def changed(of: str = "event", **keys: Any) -> Any:
    """The light call with one question changed."""
    questions = [dict(question) for question in LIGHT["questions"]]
    place = next(n for n, question in enumerate(questions) if question["key"] == of)
    questions[place] = {key: value for key, value in {**questions[place], **keys}.items() if value is not None}
    return light(questions=questions)


def form(call: Any, answers: Any = None, locale: str = "en") -> list[tuple[str, str, str, str | None]]:
    """Section, key, title and help of everything that is asked."""
    return [
        (section.section.key, question.question.key, question.title, question.help)
        for section in ask(call, answers or {}, locale=locale).sections
        for question in section.questions
    ]


@shows(
    "questions.max_words",
    "questions.max_chars",
    "questions.max_pages",
    "questions.minimum",
    "questions.maximum",
    "questions.not_before",
    "questions.not_after",
    "questions.min_days",
    "questions.max_days",
    "questions.min_rows",
    "questions.max_rows",
    "questions.since_year",
    "questions.max_starred",
    "questions.required",
)
@pytest.mark.parametrize(
    ("key", "kind", "typed", "strict", "lax", "code"),
    [
        ("max_words", Q.LONG_TEXT, ["one two three"], 2, 3, "too_many_words"),
        ("max_words", Q.MARKDOWN, ["one two three"], 2, 3, "too_many_words"),
        ("max_chars", Q.SHORT_TEXT, ["abc"], 2, 3, "too_many_chars"),
        ("max_pages", Q.LONG_TEXT, ["a" * 3001], 1, 2, "too_many_pages"),
        ("minimum", Q.NUMBER, ["4"], 5, 4, "too_low"),
        ("maximum", Q.NUMBER, ["4"], 3, 4, "too_high"),
        ("minimum", Q.MONEY, ["4"], 5, 4, "too_low"),
        ("maximum", Q.MONEY, ["4"], 3, 4, "too_high"),
        ("not_before", Q.DATE, ["2027-05-10"], DAY + dt.timedelta(1), DAY, "too_early"),
        ("not_after", Q.DATE, ["2027-05-10"], DAY - dt.timedelta(1), DAY, "too_late"),
        ("not_after", Q.PERIOD, ["2027-05-01", "2027-05-10"], DAY - dt.timedelta(1), DAY, "too_late"),
        ("min_days", Q.PERIOD, ["2027-05-10", "2027-05-12"], 4, 3, "too_short"),
        ("max_days", Q.PERIOD, ["2027-05-10", "2027-05-12"], 2, 3, "too_long"),
        ("min_rows", Q.TABLE, ["a", "1"], 2, 1, "too_few_rows"),
        ("max_rows", Q.TABLE, ["a", "1", "b", "2"], 1, 2, "too_many_rows"),
        ("since_year", Q.PUBLICATIONS, ["2019", "A paper", ""], 2020, 2019, "publication_too_old"),
        ("max_starred", Q.PUBLICATIONS, ["2020", "A", "yes", "2019", "B", "yes"], 1, 2, "too_many_starred"),
        ("required", Q.SHORT_TEXT, [""], True, False, "answer_missing"),
    ],
)
def test_a_limit_finds_what_lies_beyond_it(
    key: str, kind: QuestionKind, typed: list[str], strict: Any, lax: Any, code: str
) -> None:
    more: dict[str, Any] = {"currency": "SEK"} if kind in (Q.MONEY, Q.TABLE) else {}
    more |= {"columns": TABLE} if kind is Q.TABLE else {}

    assert faults(kind, typed, **{key: strict}, **more) == [code]
    assert faults(kind, typed, **{key: lax}, **more) == []


@shows("questions.kind")
def test_the_kind_says_what_can_be_read() -> None:
    read = [read_answer(asks(kind, currency="SEK"), ["12"]) for kind in (Q.NUMBER, Q.MONEY, Q.SHORT_TEXT)]

    assert read == [12, 1200, "12"]
    assert isinstance(read_answer(asks(Q.DATE), ["12"]), Problem)


@shows("questions.options")
def test_options_are_what_may_be_chosen() -> None:
    offered = asks(Q.CHOICE, options=(Option("a", Text("First", "Första")),))

    assert (read_answer(offered, ["a"]), answer_text(offered, "a", "sv")) == ("a", "Första")
    assert isinstance(read_answer(asks(Q.CHOICE), ["a"]), Problem)


@shows("questions.currency")
def test_the_currency_of_an_amount() -> None:
    amounts = [asks(Q.MONEY, currency=currency) for currency in ("SEK", "JPY")]

    assert [read_answer(amount, ["12"]) for amount in amounts] == [1200, 12]
    assert ["SEK" in answer_text(amount, 1200, "en") for amount in amounts] == [True, False]


@shows("questions.text_on")
@pytest.mark.parametrize(("text_on", "said", "expected"), [("yes", "yes", 1), ("yes", "no", 0), ("no", "no", 1)])
def test_words_are_asked_on_one_of_the_answers(text_on: str, said: str, expected: int) -> None:
    assert len(faults(Q.YES_NO_TEXT, [said, ""], text_on=text_on)) == expected


@shows("questions.columns.key", "questions.columns.kind", "questions.columns.title")
def test_columns_are_what_a_row_holds() -> None:
    asked = asks(Q.TABLE, columns=TABLE, currency="SEK")
    words = asks(Q.TABLE, columns=(Column("thing", Text("Thing", "Sak")), Column("cost", T)), currency="SEK")

    assert (row_parts(asked), row_parts(words)) == (("what", "cost"), ("thing", "cost"))
    assert read_answer(words, ["Ticket", "dear"]) == [{"thing": "Ticket", "cost": "dear"}]
    assert isinstance(read_answer(asked, ["Ticket", "dear"]), Problem)
    titled = [answer_text(each, [{row_parts(each)[0]: "Ticket", "cost": "1"}], "sv") for each in (asked, words)]
    assert [("Titel" in text, "Sak" in text) for text in titled] == [(True, False), (True, True)]


@shows("questions.title", "questions.help", "questions.key", "questions.section")
def test_what_is_asked_and_where() -> None:
    call = changed(
        title={"en": "Which congress", "sv": "Vilken kongress"},
        help={"en": "Its name.", "sv": "Namnet."},
        section="why",
    )

    assert ("why", "event", "Which congress", "Its name.") in form(call)
    assert ("why", "event", "Vilken kongress", "Namnet.") in form(call, locale="sv")
    assert ("trip", "event", "Meeting and place", None) in form(light())
    renamed = changed(key="congress")
    assert "congress" in [key for _, key, _, _ in form(renamed)]
    assert "event" not in ask(renamed, {"event": "Kept under another key"}).answers


@shows("questions.when")
def test_a_question_is_asked_when_its_condition_holds() -> None:
    call = changed(of="motivation", when={"question": "talk", "is": "Poster"})

    asked = [any(key == "motivation" for _, key, _, _ in form(call, {"talk": talk})) for talk in ("Poster", "Talk")]
    assert asked == [True, False]


@shows("questions.formula")
def test_a_formula_is_the_calculated_answer() -> None:
    values = []
    for formula in ("days.days", "days.days * 2"):
        cost = {
            "key": "nights",
            "section": "why",
            "kind": "calculated",
            "formula": formula,
            "title": {"en": "N", "sv": "N"},
        }
        call = light(questions=[*LIGHT["questions"], cost])
        values.append(ask(call, {"days": {"from": "2027-05-10", "to": "2027-05-12"}}).values["nights"])

    assert values == [Fraction(3), Fraction(6)]


@shows("questions.criteria", "questions.used_for")
def test_a_question_that_serves_nothing_blocks_publishing() -> None:
    def unused(call: Any) -> list[str]:
        return [finding.key_path for finding in findings.check(call) if finding.code == "question_unused"]

    assert unused(light()) == []
    assert unused(changed(used_for=None)) == ["questions[1].criteria"]
    assert unused(changed(used_for=None, criteria=["merit"])) == []
