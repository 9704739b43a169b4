"""The parts of an application that comes as one PDF: where each begins and ends, and what is wrong with that.

Somebody has said on which page each part begins. A part ends where the next one begins, the last with the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from app.kernel.errors import Problem
from app.kernel.words import N_
from app.programmes.kinds.single import problem
from app.programmes.kinds.vocabulary import FilePart, Question, Text


@dataclass(frozen=True)
class Placed:
    """A part with its first and last page, counted from 1."""

    part: FilePart
    first: int
    last: int

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def written_pages(first_pages: Mapping[str, int]) -> str:
    """First pages by the part's key, as an answer keeps them: `project:1 cv:6`."""
    return " ".join(f"{key}:{page}" for key, page in sorted(first_pages.items(), key=lambda entry: entry[1]))


def read_pages(text: str) -> dict[str, int]:
    """The same read back; what is none is left out."""
    pairs = (entry.partition(":") for entry in text.split())
    return {key: int(page) for key, _, page in pairs if page.isascii() and page.isdigit()}


def placed(question: Question, first_pages: Mapping[str, int], pages: int) -> tuple[Placed, ...]:
    """The parts that are there, in the order of the call."""
    there = [(part, first_pages[part.key]) for part in question.parts if part.key in first_pages]
    starts = sorted({first for _, first in there})
    ends = dict(zip(starts, [*(following - 1 for following in starts[1:]), pages], strict=False))
    return tuple(Placed(part, first, ends[first]) for part, first in there)


def parts_of_row(question: Question, row: Mapping[str, str]) -> tuple[Placed, ...]:
    """The parts of a file as its answer keeps it; none until somebody has said where they begin."""
    pages = row.get("pages", "")
    if not question.parts or not pages.isdigit():
        return ()
    return placed(question, read_pages(row.get("parts", "")), int(pages))


def placed_text(placed: Placed) -> Text:
    """A part as one reads it: `Project: pages 1–5`."""
    if placed.count == 1:
        return Text(f"{placed.part.title.en}: page {placed.first}", f"{placed.part.title.sv}: sida {placed.first}")
    run = f"{placed.first}–{placed.last}"
    return Text(f"{placed.part.title.en}: pages {run}", f"{placed.part.title.sv}: sidor {run}")


def part_faults(question: Question, row: Mapping[str, str], tolerance: int) -> Iterator[Problem]:
    """What keeps a file of parts from being submitted: nobody has said where they begin, one is missing, out of its
    order or too long, or pages belong to none."""
    if not question.parts:
        return
    name = row.get("name", "")
    if "parts" not in row:
        message = N_("Say on which page of %(name)s each part begins.")
        yield problem(question, "parts_not_placed", message, name=name)
        return
    there = parts_of_row(question, row)
    keys = {each.part.key for each in there}
    for part in question.parts:
        if part.required and part.key not in keys:
            message = N_("%(name)s: say where “%(part)s” begins. It must be there.")
            yield problem(question, "part_missing", message, name=name, part=part.title)
    yield from _out_of_order(question, there, name)
    for each in there:
        limit = each.part.max_pages
        if limit is not None and each.count * 100 > limit * (100 + tolerance):
            message = N_("“%(part)s” has %(count)s pages (%(first)s–%(last)s), and at most %(limit)s are allowed.")
            values = {"count": each.count, "first": each.first, "last": each.last, "limit": limit}
            yield problem(question, "part_too_long", message, part=each.part.title, **values)


def _out_of_order(question: Question, there: tuple[Placed, ...], name: str) -> Iterator[Problem]:
    for before, after in pairwise(there):
        if after.first <= before.first:
            message = N_("“%(part)s” must begin on a page after the one on which “%(before)s” begins.")
            values = {"part": after.part.title, "before": before.part.title}
            yield problem(question, "parts_out_of_order", message, **values)
    if there and min(each.first for each in there) > 1:
        message = N_("%(name)s: the first part must begin on page 1, so that every page belongs to a part.")
        yield problem(question, "pages_of_no_part", message, name=name)
