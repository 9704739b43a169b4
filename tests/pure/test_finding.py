"""Finding calls: words without diacritics, facets, and counts that keep their promise."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.programmes.deadlines import Standing
from app.programmes.definition import load_catalogue, load_programmes
from app.programmes.finding import FACETS, Entry, Wish, entry_of, find, folded, matches, wish_of

MODEL = load_catalogue()["mayo-ki-breast-2027-fictional"]
PROGRAMME = load_programmes()["mayo-ki-breast"]


def entry(standing: Standing, year: int, areas: int) -> Entry:
    call = replace(MODEL, key=f"{standing}-{year}-{areas}", year=year, areas=MODEL.areas[:areas])
    return entry_of(call.key, call, PROGRAMME, standing)


ENTRIES = [entry(standing, year, areas) for standing in Standing for year in (2021, 2027) for areas in (1, 3)]
values = {facet: sorted({value for each in ENTRIES for value in each.values(facet)}) for facet in FACETS}
wishes = st.fixed_dictionaries({facet: st.sampled_from(["", *values[facet]]) for facet in FACETS}).map(wish_of)


def test_diacritics_and_capitals_make_no_difference() -> None:
    assert folded("BRÖSTCANCER Å") == "brostcancer a"


def test_a_search_finds_english_and_swedish_words_in_any_order() -> None:
    assert matches(Wish(q="utlysning brostcancer"), ENTRIES[0])
    assert matches(Wish(q="CANCER breast"), ENTRIES[0])
    assert not matches(Wish(q="breast astronomy"), ENTRIES[0])


@given(wishes)
def test_a_count_is_what_choosing_that_value_shows(wish: Wish) -> None:
    counts = find(wish, ENTRIES).counts
    for facet in FACETS:
        for value in values[facet]:
            chosen = replace(wish, **{facet: value})
            assert counts[facet].get(value, 0) == len(find(chosen, ENTRIES).entries)


@given(wishes)
def test_what_is_found_is_what_matches_and_keeps_its_order(wish: Wish) -> None:
    assert list(find(wish, ENTRIES).entries) == [each for each in ENTRIES if matches(wish, each)]


def test_unknown_names_and_endless_texts_of_an_address_do_no_harm() -> None:
    assert wish_of({"page": "9", "q": "x" * 5000}) == Wish(q="x" * 200)
