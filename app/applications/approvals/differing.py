"""What was changed since somebody approved, in words: which piece, and what stood there and stands there now. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from app.applications.approvals.models import Happening
from app.applications.approvals.rules import Word
from app.programmes.definition import Definition, Text

Differences = dict[str, list[list[str] | None]]
"""By path what stood there and what stands there now, each in English and in Swedish; empty where no words are kept."""
BUDGET = Text("the budget of %(side)s, year %(year)s", "budgeten för %(side)s, år %(year)s")
OF_COST = Text("%(budget)s, %(cost)s", "%(budget)s, %(cost)s")
LEADER = Text("who leads the project at %(side)s", "vem som leder projektet vid %(side)s")
NOTHING = Text("nothing", "inget")
TURNED = "%(what)s: %(old)s → %(new)s"
LONGEST = 300


def differences(paths: Sequence[str], then: Mapping[str, list[str]], now: Mapping[str, list[str]]) -> Differences:
    """The words for each of these paths, as far as words are kept of them."""
    return {path: [then.get(path), now.get(path)] if path in then or path in now else [] for path in paths}


def of_word(word: Word) -> Differences:
    """What voided an answer; of one from before words were kept, the paths alone."""
    assert word.voided is not None and word.voided.kind is Happening.VOIDED
    return {path: list(word.voided.shown.get(path, [])) for path in word.voided.changed}


def changed_texts(definition: Definition, changed: Differences | Collection[str], locale: str) -> list[str]:
    """Each change in a line: the piece, and old → new where that is known. A piece is named once."""
    place = 1 if locale.lower().startswith("sv") else 0
    found: dict[str, None] = {}
    for path in changed:
        what, both = _piece(definition, path, locale), changed[path] if isinstance(changed, dict) else []
        if both:
            old, new = (_brief(words[place]) if words else NOTHING.in_(locale) for words in both)
            what = TURNED % {"what": what, "old": old, "new": new}
        found[what] = None
    told = list(found)
    return [line for line in told if not any(other.startswith(f"{line}: ") for other in told)]


def _brief(words: str) -> str:
    plain = "; ".join(line.strip() for line in words.splitlines() if line.strip())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def _piece(definition: Definition, path: str, locale: str) -> str:
    """The title of a question, a line of a side's budget, or who leads a side."""
    kind, owner, name = path.split("/", 2)
    side = next((side for side in definition.sides if side.key == owner), None)
    short = side.short if side is not None else owner
    if kind == "budget":
        year, _, cost = name.partition(" ")
        line = BUDGET.in_(locale) % {"side": short, "year": year}
        title = next((c.title.in_(locale) for c in (side.allowed_costs if side else ()) if c.key == cost), cost)
        return OF_COST.in_(locale) % {"budget": line, "cost": title} if cost else line
    if name == "lead":
        return LEADER.in_(locale) % {"side": short}
    return next((q.title.in_(locale) for q in definition.questions if q.key == name), name)
