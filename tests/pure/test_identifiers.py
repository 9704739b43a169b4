"""Addresses, ROR ids and passwords are checked before anything is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identities.rules import normalised_address, password_problems
from app.kernel.identifiers import ror_of

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("a.b+tag@x.example.org", "a.b+tag@x.example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("A\u030asa@example.org", "åsa@example.org"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normalised_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "a@",
        "@b.org",
        "a.b.org",
        "a@b@c.org",
        "a b@c.org",
        "a@c .org",
        "a@b.org\nBcc: c@d.org",
        "a\x00@b.org",
        "a@localhost",
        "a@.org",
        "a@b.",
        "a@b..org",
        ".a@b.org",
        "a.@b.org",
        "a..b@c.org",
        "a,b@c.org",
        "<a@b.org>",
        "a@b.org;c@d.org",
        "straße@example.org",
        "a" * 250 + "@b.org",
        "å" * 125 + "@b.org",
        "a\u200b@b.org",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    assert normalised_address(typed) is None


@given(st.text(max_size=20) | st.from_regex(r"[A-Za-zÅäß.+]{1,8}@[a-zA-ZÖ-]{1,8}\.[a-z]{2,3}", fullmatch=True))
def test_an_address_that_is_kept_stays_the_same(text: str) -> None:
    kept = normalised_address(text)
    if kept is not None:
        assert normalised_address(kept) == kept
        assert normalised_address(f"  {kept.upper()}\n") in (kept, None)
        assert kept.count("@") == 1
        assert len(kept.encode()) <= 254
        assert not any(sign.isspace() for sign in kept)


@pytest.mark.parametrize(
    "text",
    [
        "056d84691",
        "02qp3tb03",
        "https://ror.org/056d84691",
        "ror.org/02qp3tb03",
        " 056D84691 ",
        "https://ror.org/056d84691/",
    ],
)
def test_real_ror_ids_are_accepted(text: str) -> None:
    assert ror_of(text) == f"https://ror.org/{text.strip().strip('/').lower()[-9:]}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "056d84692",
        "05d684691",
        "156d84691",
        "056d8469",
        "056d846911",
        "056i84691",
        "٠56d84691",
        "https://example.org/056d84691",
    ],
)
def test_mistyped_ror_ids_are_refused(text: str) -> None:
    assert ror_of(text) is None


@given(st.text(CROCKFORD, min_size=6, max_size=6))
def test_exactly_one_pair_of_check_digits_fits(number: str) -> None:
    assert sum(ror_of(f"0{number}{check:02d}") is not None for check in range(100)) == 1


@given(st.integers(0, 5), st.sampled_from(CROCKFORD))
def test_one_wrong_sign_is_seen(place: int, sign: str) -> None:
    right = "056d84691"
    wrong = right[: place + 1] + sign + right[place + 2 :]
    assert (ror_of(wrong) is not None) == (wrong == right)


@given(st.text(max_size=30))
def test_only_the_length_counts(text: str) -> None:
    assert [problem.code for problem in password_problems(text)] == (["password_too_short"] if len(text) < 12 else [])


@pytest.mark.parametrize("typed", ["ada.example@example.org", " ADA.example@example.org "])
def test_a_password_is_not_what_everybody_knows(typed: str) -> None:
    problems = password_problems(typed, ("Ada Example", "Ada.Example@example.org"))
    assert [problem.code for problem in problems] == ["password_is_known"]


def test_a_short_password_is_told_how_long() -> None:
    (problem,) = password_problems("short", ("short",))
    assert (problem.field, problem.values) == ("password", {"shortest": 12})
