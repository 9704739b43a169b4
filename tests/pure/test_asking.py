"""What a form asks now: conditions, calculated answers, quotes, checks and rules."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.applications.eligibility import career_problems, participant_problems
from app.kernel.money import Money
from app.programmes.asking import ask, check_problems, holds, rule_verdicts, stopping_rules
from app.programmes.definition import Definition, from_data
from app.programmes.expressions import (
    DATE,
    NUMBER,
    TEXT,
    TRUTH,
    CannotEvaluate,
    ExpressionRefused,
    evaluate,
    parse,
    written,
)
from app.programmes.kinds import (
    KINDS,
    AllOf,
    AnyOf,
    Comparison,
    Operator,
    Question,
    QuestionKind,
    Text,
    answer_problems,
    answer_text,
    read_answer,
    typed_of,
)

RICH = tomllib.loads((Path(__file__).parent / "rich.toml").read_text(encoding="utf-8"))
IS, NOT, SAID = Operator.IS, Operator.IS_NOT, Operator.ANSWERED


def rich(**changes: Any) -> Definition:
    return from_data({**RICH, **changes}, "rich")


@pytest.mark.parametrize(
    ("look", "answer", "expected"),
    [
        (Comparison("q", IS, "a"), "a", True),
        (Comparison("q", IS, "a"), None, False),
        (Comparison("q", NOT, "a"), None, True),
        (Comparison("q", IS, "yes"), True, True),
        (Comparison("q", IS, "no"), False, True),
        (Comparison("q", IS, "yes"), {"said": "yes"}, True),
        (Comparison("q", Operator.CONTAINS, "b"), ["a", "b"], True),
        (Comparison("q", Operator.CONTAINS, "b"), "b", False),
        (Comparison("q", SAID, "yes"), 0, True),
        (Comparison("q", SAID, "no"), None, True),
        (Comparison("q", Operator.AT_LEAST, "3"), 3, True),
        (Comparison("q", Operator.AT_MOST, "3"), 4, False),
        (Comparison("q", Operator.AT_LEAST, "3"), None, False),
    ],
)
def test_a_condition_looks_at_an_answer(look: Comparison, answer: Any, expected: bool) -> None:
    assert holds(look, {"q": answer}) is expected
    assert holds(AllOf((look, AnyOf((look,)))), {"q": answer}) is expected


def test_no_condition_always_holds() -> None:
    assert holds(None, {})


def test_a_question_that_is_not_asked_has_no_answer_for_later_ones() -> None:
    questions = [dict(each) for each in RICH["questions"]]
    questions[1]["when"] = {"question": "title_en", "is": "Trip"}
    call = rich(questions=questions)

    shown, hidden = (ask(call, {"title_en": title, "stay_days": 20}) for title in ("Trip", "Other"))

    assert ("stay_days" in shown.answers, "stay_days" in hidden.answers) == (True, False)
    assert (shown.values["total"], hidden.values["total"]) == (Fraction(40), None)


def test_an_earlier_answer_is_quoted_and_an_empty_one_is_a_dash() -> None:
    titles = {
        each.question.key: each.title
        for section in ask(rich(), {"title_en": "<b>Bold</b> {plan}"}).sections
        for each in section.questions
    }
    empty = [each.title for section in ask(rich(), {}, locale="sv").sections for each in section.questions]

    assert titles["closing"] == "On <b>Bold</b> {plan}"
    assert "Om –" in empty


def test_a_check_across_questions_and_a_rule_tell_what_is_wrong() -> None:
    call = rich()
    short, long, open_ = (ask(call, {"stay_days": days} if days else {}) for days in (3, 14, None))

    assert [(problem.code, problem.field) for problem in check_problems(call, short)] == [("check_failed", "stay_days")]
    assert (check_problems(call, long), check_problems(call, open_)) == ([], [])
    assert [verdict.is_met for asked in (short, long, open_) for verdict in rule_verdicts(call, asked)] == [
        False,
        True,
        None,
    ]
    assert [len(list(stopping_rules(call, asked))) for asked in (short, long, open_)] == [1, 0, 1]


def test_a_caveat_stops_nothing() -> None:
    call = rich(rules=[{**RICH["rules"][0], "severity": "caveat"}])

    assert list(stopping_rules(call, ask(call, {"stay_days": 1}))) == []


def test_a_budget_is_a_name_of_expressions() -> None:
    call = rich(checks=[{**RICH["checks"][0], "holds": "budget.ki.total <= cost"}])
    amounts = {"ki": {1: Money(100_00, "SEK"), 2: Money(50_00, "SEK")}}

    assert check_problems(call, ask(call, {"cost": 150_00}, amounts=amounts)) == []
    assert [each.code for each in check_problems(call, ask(call, {"cost": 149_00}, amounts=amounts))] == [
        "check_failed"
    ]


@pytest.mark.parametrize(
    ("degree", "months", "codes"),
    [("2015-04-01", 0, []), ("2015-03-31", 0, ["career_limit"]), ("2014-04-01", 12, []), (None, 0, [])],
)
def test_years_since_a_degree_are_counted_less_deductible_months(
    degree: str | None, months: int, codes: list[str]
) -> None:
    assert [each.code for each in career_problems(rich(), {"degree": degree, "stay_days": months})] == codes


def test_people_are_counted_and_their_ranks_looked_at() -> None:
    person = {"name": "Ada", "email": "ada@example.org", "rank": "professor"}

    def codes(team: list[dict[str, str]] | None, asked: frozenset[str] = frozenset({"team"})) -> list[str]:
        return [each.code for each in participant_problems(rich(), {"team": team}, asked)]

    assert codes([person]) == []
    assert codes(None) == ["too_few_people"]
    assert codes(None, frozenset()) == []
    assert codes([person] * 5) == ["too_many_people"]
    assert codes([{**person, "rank": ""}]) == ["rank_not_allowed"]


def test_a_rule_over_a_question_that_is_not_asked_stops_nobody() -> None:
    questions = [dict(each) for each in RICH["questions"]]
    questions[1]["when"] = {"question": "title_en", "is": "Trip"}
    call = rich(questions=questions)

    assert [len(list(stopping_rules(call, ask(call, {"title_en": title})))) for title in ("Trip", "Other")] == [1, 0]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "from", "to", "said", "year"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([each["key"] for each in RICH["questions"]]), ANYTHING, max_size=6))
def test_no_stored_answer_makes_the_form_stumble(answers: dict[str, Any]) -> None:
    asked = ask(rich(), answers)

    for question in asked.questions:
        answer_problems(question, answers.get(question.key))
    check_problems(rich(), asked)


# --- Expressions --------------------------------------------------------------------------------------------------

NAMES = {"n": NUMBER, "t": TEXT, "b": TRUTH, "d": DATE}
trees = st.recursive(
    st.sampled_from(["n", "2", "0.5", "words(t)", 'days_between(d, date("2027-04-01"))']),
    lambda inner: st.one_of(
        st.builds(lambda left, op, right: f"({left} {op} {right})", inner, st.sampled_from("+-*/"), inner),
        st.builds(lambda one: f"-{one}", inner),
        st.builds(lambda one, two: f"if({one} > {two}, {one}, {two})", inner, inner),
        st.builds(lambda one: f"max({one}, n, 3)", inner),
    ),
    max_leaves=6,
)


@given(trees, st.integers(-9, 9), st.text("ab ", max_size=8))
def test_an_expression_is_written_as_it_is_read_and_never_stumbles(text: str, number: int, words: str) -> None:
    read = parse(text, NAMES)

    assert parse(written(read), NAMES) == read
    value = evaluate(read, {"n": Fraction(number), "t": words})
    assert value is None or isinstance(value, Fraction)


@given(st.text('n t b d ( ) + - * / < > = " 1 . , if sum and or not [ ] in `', max_size=40))
def test_no_text_whatever_does_more_than_be_refused(text: str) -> None:
    with suppress(ExpressionRefused, CannotEvaluate):
        evaluate(parse(text, NAMES), {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", Fraction(7)),
        ("(1 + 2) * 3", Fraction(9)),
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 0", None),
        ("unknown_or(1)", ExpressionRefused),
        ("not b or n > 1", None),
        ("b and false", False),
        ("sum(1, n, 2)", Fraction(3)),
        ("mean(n)", None),
        ("round(2.5)", Fraction(3)),
        ("answered(n)", False),
        ('t in ["a", "b"]', None),
        ('years_between(date("2015-04-02"), date("2027-04-01"))', Fraction(11)),
        (" + ".join(["1"] * 200), Fraction(200)),
        ("+".join(["1"] * 900), ExpressionRefused),
        ("__import__", ExpressionRefused),
        ("n.__class__", ExpressionRefused),
    ],
)
def test_an_expression_has_its_value(text: str, value: Any) -> None:
    if value is ExpressionRefused:
        with pytest.raises(ExpressionRefused):
            parse(text, NAMES)
    else:
        assert evaluate(parse(text, NAMES), {}) == value


# --- Kinds --------------------------------------------------------------------------------------------------------


def question(kind: str, **settings: Any) -> Question:
    return Question("q", "s", QuestionKind(kind), Text("Q", "F"), **settings)


@pytest.mark.parametrize(
    ("asked", "typed", "kept", "english"),
    [
        (question("money", currency="SEK"), ["1 250,50"], 125050, "SEK 1,250.50"),
        (
            question("period"),
            ["2027-05-01", "2027-05-20"],
            {"from": "2027-05-01", "to": "2027-05-20"},
            "1 May 2027 – 20 May 2027",
        ),
        (question("yes_no_text", text_on="yes"), ["yes", "Mice"], {"said": "yes", "text": "Mice"}, "Yes. Mice"),
        (
            question("orcid"),
            ["https://orcid.org/0000-0002-1825-0097"],
            "0000-0002-1825-0097",
            "https://orcid.org/0000-0002-1825-0097",
        ),
        (question("country"), ["se"], "SE", "Sweden"),
        (question("declaration"), ["yes"], True, "Confirmed"),
        (
            question("publications"),
            ["2026", "Paper", "*", "", "", ""],
            [{"year": "2026", "reference": "Paper", "starred": "*"}],
            "* 2026 Paper",
        ),
    ],
)
def test_a_newer_kind_is_read_shown_and_drawn_again(asked: Question, typed: list[str], kept: Any, english: str) -> None:
    read = read_answer(asked, typed)

    assert (read, answer_text(asked, kept, "en")) == (kept, english)
    assert read_answer(asked, typed_of(asked, kept, "sv")) == kept
    assert answer_problems(asked, kept) == ()


@pytest.mark.parametrize(
    ("asked", "kept", "code"),
    [
        (question("period", min_days=14), {"from": "2027-05-01", "to": "2027-05-13"}, "too_short"),
        (question("period", max_days=14), {"from": "2027-05-01", "to": "2027-05-15"}, "too_long"),
        (question("period"), {"from": "2027-05-02", "to": "2027-05-01"}, "backwards"),
        (question("period"), {"from": "2027-05-02"}, "half_a_period"),
        (question("yes_no_text", text_on="yes"), {"said": "yes"}, "text_missing"),
        (question("money", currency="SEK", maximum=10), 1001, "too_high"),
        (question("people", max_rows=1), [{"name": "A", "email": "a@b.se"}] * 2, "too_many_rows"),
        (question("people"), [{"name": "A"}], "person_incomplete"),
        (question("publications", since_year=2020), [{"year": "2019", "reference": "x"}], "publication_too_old"),
        (
            question("publications"),
            [{"year": "2019", "reference": "x"}, {"year": "2020", "reference": "y"}],
            "not_newest_first",
        ),
        (question("long_text", max_pages=1), "x" * 3001, "too_many_pages"),
    ],
)
def test_a_newer_kind_tells_what_is_wrong(asked: Question, kept: Any, code: str) -> None:
    assert [problem.code for problem in answer_problems(asked, kept)] == [code]


def test_a_tolerance_of_the_call_widens_a_limit() -> None:
    asked, text = question("long_text", max_words=10), "word " * 11

    assert [problem.code for problem in answer_problems(asked, text)] == ["too_many_words"]
    assert answer_problems(asked, text, 10) == ()


@pytest.mark.parametrize(("typed", "code"), [("0000-0002-1825-0098", "wrong_orcid"), ("12", "not_an_orcid")])
def test_an_orcid_proves_itself(typed: str, code: str) -> None:
    assert getattr(read_answer(question("orcid"), [typed]), "code", None) == code


def test_every_kind_has_its_template() -> None:
    folder = Path(__file__).parents[2] / "templates" / "answers"
    drawn = {kind for kind in KINDS if (folder / f"{kind}.html").exists()}

    assert set(KINDS) == drawn
