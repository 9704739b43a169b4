"""Mistakes in a declaration: each names file, key, what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from app.kernel.words import N_, Said, Word, say


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong. `key_path` is dotted with indexes, such as `sides[1].currency`."""

    source: str
    key_path: str
    wrong: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.source}: {self.key_path}: {self.wrong}. Allowed: {self.allowed}."


class DeclarationRefused(Exception):
    """A declaration was not taken; `mistakes` holds every one that was found, in the order of the reading."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


ONLY = Word("%(word)s")


def listed(words: Iterable[str]) -> Said:
    """Words as a reader lists them: `a, b or c`."""
    *most, last = [*words] or [N_("nothing")]
    return say(N_("%(most)s or %(last)s"), most=", ".join(most), last=last) if most else say(ONLY, word=last)


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; perhaps “X” is meant` where something known is near, else nothing."""
    originals = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), list(originals), n=1)
    return say(N_("; perhaps “%(word)s” is meant"), word=originals[near[0]]) if near else ""
