"""Finding calls: free text, facets, and how many calls each further choice would leave. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from app.programmes.deadlines import Standing
from app.programmes.definition import Area, Definition, Programme
from app.programmes.kinds import Text

FACETS = ("status", "side", "programme", "kind", "year", "area")
LONGEST = 200
"""Characters of a search; what is longer is cut."""


@dataclass(frozen=True)
class Wish:
    """What somebody looks for: a free text, and at most one value of each facet. Empty means everything."""

    q: str = ""
    status: str = ""
    side: str = ""
    programme: str = ""
    kind: str = ""
    year: str = ""
    area: str = ""

    @property
    def is_empty(self) -> bool:
        return self == EVERYTHING

    def as_dict(self) -> dict[str, str]:
        """Name and value of everything chosen, as addresses and saved searches hold it."""
        return {name: value for name in ("q", *FACETS) if (value := getattr(self, name))}

    def without_status(self) -> Wish:
        """The same for calls to come, whatever their status."""
        return replace(self, status="")


EVERYTHING = Wish()


def wish_of(typed: Mapping[str, str]) -> Wish:
    """What an address or a saved search asks for; unknown names are ignored."""
    return Wish(**{name: typed.get(name, "").strip()[:LONGEST] for name in ("q", *FACETS)})


@dataclass(frozen=True)
class Sought:
    """What of a declaration is looked through: its values by facet, and its words in both languages, folded."""

    values: Mapping[str, tuple[str, ...]]
    text: str


@dataclass(frozen=True)
class Entry:
    """A call as it is looked for."""

    key: str
    standing: Standing
    sought: Sought
    areas: tuple[Area, ...] = ()

    def values(self, facet: str) -> tuple[str, ...]:
        """The values of the call under one facet."""
        return (self.standing.value,) if facet == "status" else self.sought.values[facet]


def entry_of(sha256: str, call: Definition, programme: Programme | None, standing: Standing) -> Entry:
    """A call to be looked for. `sha256` names the declaration, which is looked through once for each process."""
    return Entry(call.key, standing, _sought(_Named(sha256, call, programme)), call.areas)


class _Named:
    """A declaration as a cache argument: to hash its whole tree each time would cost more than reading it."""

    def __init__(self, sha256: str, call: Definition, programme: Programme | None) -> None:
        self.name, self.call, self.programme = (sha256, programme), call, programme

    def __hash__(self) -> int:
        return hash(self.name[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Named) and self.name == other.name


@lru_cache(maxsize=1024)
def _sought(named: _Named) -> Sought:
    call, programme = named.call, named.programme
    values = {
        "side": tuple(dict.fromkeys(side.short for side in call.sides)),
        "programme": (call.programme,),
        "kind": (programme.kind.value,) if programme else (),
        "year": (str(call.year),) if call.year else (),  # which no source may tell
        "area": tuple(area.key for area in call.areas),
    }
    return Sought(values, haystack(call, programme))


def folded(text: str) -> str:
    """The text for comparing: small letters, without diacritics, so that «Malmo» finds «Malmö»."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def haystack(call: Definition, programme: Programme | None) -> str:
    """All that a search looks through, in both languages."""
    texts: list[Text | None] = [call.title, call.summary, call.purpose, call.emphasis]
    texts += [area.title for area in call.areas] + ([programme.title] if programme else [])
    words = chain.from_iterable((text.en, text.sv) for text in texts if text is not None)
    names = chain.from_iterable((side.name, side.short) for side in call.sides)
    return folded(" ".join((*words, *names, call.key, str(call.year))))


def misses(wish: Wish, entry: Entry) -> list[str]:
    """What of the wish the call does not meet: names of facets, and `q`."""
    missed = [facet for facet in FACETS if (value := getattr(wish, facet)) and value not in entry.values(facet)]
    if wish.q:
        missed += ["q"] if any(word not in entry.sought.text for word in folded(wish.q).split()) else []
    return missed


def matches(wish: Wish, entry: Entry) -> bool:
    """Whether the call is what is looked for."""
    return not misses(wish, entry)


@dataclass(frozen=True)
class Found:
    """The calls that match, and for each facet how many calls each value would leave."""

    entries: tuple[Entry, ...]
    counts: Mapping[str, Mapping[str, int]]


def find(wish: Wish, entries: Iterable[Entry]) -> Found:
    """Everything that matches, in the given order. A facet's counts ignore what is chosen in that facet itself."""
    found: list[Entry] = []
    is_all = wish.is_empty
    counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
    for entry in entries:
        missed = [] if is_all else misses(wish, entry)
        if not missed:
            found.append(entry)
        if "q" in missed or len(missed) > 1:
            continue
        for facet in missed or FACETS:
            tally = counts[facet]
            for value in entry.values(facet):
                tally[value] = tally.get(value, 0) + 1
    return Found(tuple(found), counts)
