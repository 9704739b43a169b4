"""The question bank: questions of earlier calls, found by their words and taken over with all that belongs to them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.programmes.definition import Definition, to_data
from app.programmes.kinds import Question, Text

MOST = 50
QUOTE = re.compile(r"\{([a-z][a-z0-9_-]*)\}")


@dataclass(frozen=True)
class Banked:
    """A question of another call. `others` are the keys of all its questions, `data` is how its declaration writes it."""

    call_key: str
    call_title: Text
    question: Question
    others: frozenset[str]
    data: Mapping[str, Any] = field(hash=False)


def questions_in(calls: Iterable[Definition], words: str) -> list[Banked]:
    """The questions in which every word occurs, in either language or in their help; each wording once, the newest
    call first."""
    wanted = words.casefold().split()
    found: dict[tuple[str, str], Banked] = {}
    for call in sorted(calls, key=lambda each: (-each.year, each.key)):
        written = to_data(call).get("questions")
        entries = written if isinstance(written, list) else []
        others = frozenset(question.key for question in call.questions)
        for question, data in zip(call.questions, entries, strict=False):
            if all(word in _text(question) for word in wanted):
                found.setdefault(
                    (question.kind, question.title.en), Banked(call.key, call.title, question, others, data)
                )
    return list(found.values())[:MOST]


def _text(question: Question) -> str:
    parts = [question.key, question.title.en, question.title.sv]
    if question.help is not None:
        parts += [question.help.en, question.help.sv]
    return " ".join(parts).casefold()


def one_of(calls: Iterable[Definition], call_key: str, key: str) -> Banked | None:
    """The question of that key in that call, or None."""
    for call in calls:
        if call.key == call_key:
            found = [each for each in questions_in([call], "") if each.question.key == key]
            return found[0] if found else None
    return None


@dataclass(frozen=True)
class Taken:
    """A question as it is taken over, and the keys of it that were left out because they lead nowhere here."""

    entry: dict[str, Any] = field(hash=False)
    left_out: tuple[str, ...]


def taken(banked: Banked, here: Mapping[str, Any], section: str) -> Taken:
    """The question for another declaration: limits, help, options and both languages come along."""
    entry, left_out = dict(banked.data), []
    entry["section"] = section
    questions, criteria, areas = (_keys(here, name) for name in ("questions", "criteria", "areas"))
    if entry.get("options") == "areas" and not areas:
        entry["options"] = [
            {"key": each.key, "title": {"en": each.title.en, "sv": each.title.sv}} for each in banked.question.options
        ]
    if entry.get("criteria"):
        kept = [key for key in entry["criteria"] if key in criteria]
        left_out += [f"criteria: {key}" for key in entry["criteria"] if key not in criteria]
        entry["criteria"] = kept
    if entry.get("when") is not None and not _looks_at(entry["when"]) <= questions:
        left_out.append("when: " + ", ".join(sorted(_looks_at(entry["when"]) - questions)))
        del entry["when"]
    lost = _lost_names(str(entry.get("formula") or ""), banked, questions)
    if lost:
        left_out.append("formula: " + ", ".join(lost))
        del entry["formula"]
    for name in ("title", "help"):
        left_out += _without_quotes(entry, name, banked.others - questions)
    return Taken({key: value for key, value in entry.items() if value not in ([], None)}, tuple(left_out))


def _keys(here: Mapping[str, Any], name: str) -> set[str]:
    entries = here.get(name)
    return (
        {str(each.get("key")) for each in entries if isinstance(each, Mapping)} if isinstance(entries, list) else set()
    )


def _looks_at(condition: Any) -> set[str]:
    if isinstance(condition, list):
        return {key for part in condition for key in _looks_at(part)}
    if not isinstance(condition, Mapping):
        return set()
    if "question" in condition:
        return {str(condition["question"])}
    return {key for join in ("all", "any") for key in _looks_at(condition.get(join))}


def _lost_names(formula: str, banked: Banked, questions: set[str]) -> list[str]:
    """Questions of the other call that its formula names and that are not asked here."""
    return sorted(set(re.findall(r"[a-z][a-z0-9_-]*", formula)) & banked.others - questions)


def _without_quotes(entry: dict[str, Any], name: str, lost: frozenset[str]) -> list[str]:
    """Quotes of answers that are not asked for here become a dash."""
    both = entry.get(name)
    if not isinstance(both, Mapping):
        return []
    quoted = sorted({key for text in both.values() for key in QUOTE.findall(str(text)) if key in lost})
    if quoted:
        entry[name] = {
            lang: QUOTE.sub(lambda found: "–" if found[1] in lost else found[0], str(text))
            for lang, text in both.items()
        }
    return [f"{name}: {{{key}}}" for key in quoted]
