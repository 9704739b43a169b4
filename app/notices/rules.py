"""What a notice must say, how long it may stand, and which two fit together. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.kernel.errors import Problem
from app.kernel.words import N_

LONGEST_STANDING = timedelta(days=180)
USUAL_STANDING = timedelta(days=90)
LONGEST_TOPIC, LONGEST_TEXT, LONGEST_MESSAGE = 120, 1500, 3000
MOST_KEYWORDS, LONGEST_KEYWORD = 8, 40
SHORTEST_WORD = 4
COMMON = frozenset(
    " ".join(
        (
            "about after also among another because been before between both cell cells could cancer data each effect effects",
            "find from group have human into like looking more most need other over partner people project research seek",
            "some study such than that their them then there these they this through tumour tumours tumor tumors using want",
            "what when where which who with within work would your",
            "alla även bland data denna deras dessa detta efter eller från forskning genom gärna har inom kan människor",
            "med mellan många någon olika partner projekt samt samarbete sedan som studie studier söker till under vara",
            "vid vilka våra cancern",
        )
    ).split()
)
"""Words that say nothing about a topic here."""


@dataclass(frozen=True)
class Typed:
    """A notice as it was typed. `sought` is an institution's short name, empty for any."""

    topic: str = ""
    brings: str = ""
    seeks: str = ""
    keywords: str = ""
    institution: str = ""
    sought: str = ""
    programme_key: str | None = None
    call_id: UUID | None = None
    until: date | None = None


@dataclass(frozen=True)
class Words:
    """What of a notice matters for finding it its like."""

    topic: str
    keywords: str
    institution: str
    sought: str


@dataclass(frozen=True)
class Match:
    """Why two notices fit: the words they share, and whether each is from where the other looks."""

    shared: tuple[str, ...]
    fits_sides: bool

    @property
    def rank(self) -> tuple[int, int]:
        """Better is larger: first who is from where one looks, then who shares more."""
        return (int(self.fits_sides), len(self.shared))


def keywords_of(text: str) -> tuple[str, ...]:
    """Keywords as they were typed, once each, in their order."""
    found = (" ".join(each.split()) for each in re.split(r"[,;\n]", text))
    return tuple({each.casefold(): each for each in found if each}.values())


def telling_words(topic: str, keywords: str) -> frozenset[str]:
    """The words by which a topic is known: of the keywords all, of the topic those that are long and not common."""
    said = unicodedata.normalize("NFKC", f"{topic} {keywords}").casefold()
    words = re.findall(r"[^\W_]+(?:-[^\W_]+)*", said)
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD and word not in COMMON) | frozenset(
        keyword.casefold() for keyword in keywords_of(unicodedata.normalize("NFKC", keywords))
    )


def match(mine: Words, other: Words) -> Match | None:
    """Why these two fit; None when they share no word, or one looks elsewhere. The same in both directions."""
    shared = telling_words(mine.topic, mine.keywords) & telling_words(other.topic, other.keywords)
    if not shared or not (_looks_there(mine, other) and _looks_there(other, mine)):
        return None
    return Match(
        tuple(sorted(shared)), bool(mine.institution and other.institution) and mine.institution != other.institution
    )


def _looks_there(one: Words, other: Words) -> bool:
    return not one.sought or not other.institution or one.sought == other.institution


def ends_at(until: date, zone: str) -> datetime:
    """The instant at which a notice ends: when the day is over where its author is."""
    return datetime.combine(until + timedelta(days=1), time(), ZoneInfo(zone))


def problems_of(typed: Typed, institutions: Collection[str], *, zone: str, at: datetime) -> list[Problem]:
    """Everything that keeps these words from being put up."""
    return [
        *_text_problems(typed),
        *_keyword_problems(typed.keywords),
        *(
            Problem("not_listed", N_("Choose an institution from the list."), field=field)
            for field, chosen in (("institution", typed.institution), ("sought", typed.sought))
            if chosen and chosen not in institutions
        ),
        *_until_problems(typed.until, zone, at),
    ]


def _text_problems(typed: Typed) -> Iterable[Problem]:
    missing = {
        "topic": N_("Write the topic in a few words."),
        "brings": N_("Write what you bring."),
        "seeks": N_("Write whom or what you seek."),
    }
    for field, message in missing.items():
        text, most = getattr(typed, field).strip(), LONGEST_TOPIC if field == "topic" else LONGEST_TEXT
        if not text:
            yield Problem("empty", message, field=field)
        elif len(text) > most:
            too_long = N_("This text has %(n)s characters, and at most %(most)s are shown. Shorten it.")
            yield Problem("too_long", too_long, field=field, values={"n": len(text), "most": most})


def _keyword_problems(text: str) -> Iterable[Problem]:
    keywords = keywords_of(text)
    if len(keywords) > MOST_KEYWORDS:
        message = N_("At most %(most)s keywords are used. Leave some out.")
        yield Problem("too_many_keywords", message, field="keywords", values={"most": MOST_KEYWORDS})
    for keyword in keywords:
        if len(keyword) > LONGEST_KEYWORD:
            message = N_("“%(keyword)s …” is too long for a keyword. Write a comma between two keywords.")
            yield Problem("long_keyword", message, field="keywords", values={"keyword": keyword[:LONGEST_KEYWORD]})


def _until_problems(until: date | None, zone: str, at: datetime) -> Iterable[Problem]:
    if until is None:
        yield Problem("no_day", N_("Choose until when the notice stands."), field="until")
        return
    today = at.astimezone(ZoneInfo(zone)).date()
    if until < today:
        yield Problem("past_day", N_("This day has passed. Choose a later one."), field="until")
    elif until > today + LONGEST_STANDING:
        message = N_(
            "A notice stands for at most %(days)s days. Choose a day up to %(last)s; you can prolong it later."
        )
        values = {"days": LONGEST_STANDING.days, "last": today + LONGEST_STANDING}
        yield Problem("late_day", message, field="until", values=values)


def harmless(text: str) -> str:
    """A stranger's words as our mail carries them: control characters go, and no address in them becomes a link."""
    kept = "".join(
        c
        for c in text
        if c == "\n" or (unicodedata.category(c)[0] != "C" and unicodedata.category(c) not in ("Zl", "Zp"))
    )
    return re.sub(r"(?i)\b(https?|ftp|mailto|javascript|data):(?=\S)", r"\1: ", kept).strip()
