"""Which two notices fit and why, what a notice must say, and what a stranger's words may carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notices.rules import (
    LONGEST_STANDING,
    Match,
    Typed,
    Words,
    ends_at,
    harmless,
    keywords_of,
    match,
    problems_of,
    telling_words,
)

AT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
KI, MAYO = "KI", "Mayo"
GOOD = Typed("Dormant cells", "A cohort of 900", "A mouse model", "dormancy, breast", KI, MAYO, until=date(2027, 5, 1))


def test_two_notices_matched_by_topic_say_why() -> None:
    mine = Words("Dormant cells in the healthy breast", "dormancy, imaging", KI, MAYO)
    other = Words("Imaging of dormant disease", "Dormancy", MAYO, "")

    assert match(mine, other) == Match(("dormancy", "dormant", "imaging"), True)


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        (Words("Breath tests", "", KI, ""), Words("Gut microbes", "", MAYO, "")),
        (Words("Dormant cells", "", KI, "DKFZ"), Words("Dormant cells", "", MAYO, "")),
        (Words("Research project on cancer", "", KI, ""), Words("Cancer research project", "", MAYO, "")),
    ],
)
def test_other_topics_other_wishes_and_common_words_do_not_match(mine: Words, other: Words) -> None:
    assert match(mine, other) is None


def test_who_is_from_where_one_looks_comes_first() -> None:
    mine = Words("Dormant breast cells", "", KI, "")
    near = match(mine, Words("Dormant breast cells", "", KI, ""))
    far = match(mine, Words("Dormant worms", "", MAYO, ""))

    assert near and far and far.rank > near.rank


text = st.text(st.sampled_from("abcdö ,-ß"), max_size=30)
words = st.builds(Words, text, text, st.sampled_from(["", KI, MAYO]), st.sampled_from(["", KI, MAYO]))


@given(words, words)
def test_a_match_is_the_same_seen_from_both_sides(one: Words, other: Words) -> None:
    assert match(one, other) == match(other, one)


def test_a_keyword_counts_however_short_and_however_written() -> None:
    assert telling_words("On AI", "AI; mRNA,  ai ,") == {"ai", "mrna"}
    assert keywords_of(" a,b ;A\nc") == ("A", "b", "c")


def codes(typed: Typed) -> list[tuple[str, str | None]]:
    return [(p.code, p.field) for p in problems_of(typed, (KI, MAYO), zone="Europe/Stockholm", at=AT)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"topic": " "}, [("empty", "topic")]),
        ({"brings": ""}, [("empty", "brings")]),
        ({"seeks": "x" * 1501}, [("too_long", "seeks")]),
        ({"keywords": "a,b,c,d,e,f,g,h,i"}, [("too_many_keywords", "keywords")]),
        ({"keywords": "x" * 41}, [("long_keyword", "keywords")]),
        ({"institution": "Elsewhere"}, [("not_listed", "institution")]),
        ({"until": None}, [("no_day", "until")]),
        ({"until": date(2027, 2, 28)}, [("past_day", "until")]),
        ({"until": date(2027, 3, 1) + LONGEST_STANDING}, []),
        ({"until": date(2027, 3, 2) + LONGEST_STANDING}, [("late_day", "until")]),
    ],
)
def test_what_a_notice_must_say(change: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert codes(replace(GOOD, **change)) == expected  # type: ignore[arg-type]


def test_a_notice_ends_when_the_day_is_over_where_its_author_is() -> None:
    assert ends_at(date(2027, 5, 1), "America/Chicago") - ends_at(date(2027, 5, 1), "Europe/Stockholm") == timedelta(
        hours=7
    )


@pytest.mark.parametrize(
    ("said", "carried"),
    [
        ("Hello,\nread https://evil.example/x now", "Hello,\nread https: //evil.example/x now"),
        ("javascript:alert(1) MAILTO:a@b.example", "javascript: alert(1) MAILTO: a@b.example"),
        ("a\r\nBcc: x\u202e\u2028\0", "a\nBcc: x"),
        ("Ratio 1:2, note: fine", "Ratio 1:2, note: fine"),
    ],
)
def test_a_stranger_s_words_carry_no_link_and_no_control_character(said: str, carried: str) -> None:
    assert harmless(said) == carried
