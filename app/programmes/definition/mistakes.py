"""Mistakes in a declaration: each names file, key, what is wrong and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


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


def listed(words: Iterable[str]) -> str:
    """Words as a reader lists them: `a, b or c`."""
    *most, last = [*words] or ["nothing"]
    return f"{', '.join(most)} or {last}" if most else last


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; perhaps “X” is meant` where something known is near, else nothing."""
    originals = {each.lower(): each for each in known}
    near = get_close_matches(word.lower(), list(originals), n=1)
    return f"; perhaps “{originals[near[0]]}” is meant" if near else ""
