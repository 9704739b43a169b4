"""The differences between two texts, word by word. Pure, and bounded in time however long the texts are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|[^\s\w]|\w+")
LINES = re.compile(r"[^\n]*\n|[^\n]+")
MOST = 4_000_000
"""Words of one text times words of the other, up to which they are compared word by word; beyond it, line by line."""


class Fate(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them."""

    fate: Fate
    text: str


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces in the order in which one reads them. All that is not new, joined, is the old text; all that is not gone,
    joined, is the new one."""
    return tuple(_joined(_compared(old, new)))


def _compared(old: str, new: str) -> Iterator[Piece]:
    before, after = WORDS.findall(old), WORDS.findall(new)
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    yield Piece(Fate.SAME, "".join(before[:start]))
    middle_old, middle_new = before[start : len(before) - end], after[start : len(after) - end]
    if len(middle_old) * len(middle_new) > MOST:
        middle_old, middle_new = LINES.findall("".join(middle_old)), LINES.findall("".join(middle_new))
    yield from _matched(middle_old, middle_new)
    yield Piece(Fate.SAME, "".join(before[len(before) - end :]))


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) * len(new) > MOST:
        yield Piece(Fate.GONE, "".join(old))
        yield Piece(Fate.NEW, "".join(new))
        return
    for _, start, stop, begin, finish in SequenceMatcher(None, old, new, autojunk=True).get_opcodes():
        if old[start:stop] == new[begin:finish]:
            yield Piece(Fate.SAME, "".join(old[start:stop]))
        else:
            yield Piece(Fate.GONE, "".join(old[start:stop]))
            yield Piece(Fate.NEW, "".join(new[begin:finish]))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts have in common from their beginning."""
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one fate become one piece; empty ones go."""
    held: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if held is not None and held.fate is piece.fate:
            held = Piece(held.fate, held.text + piece.text)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
