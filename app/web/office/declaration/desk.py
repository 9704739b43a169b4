"""What lies on the desk when a declaration is edited: the newest version, the working copy, and what is wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.kernel.words import N_, Said, Word, said
from app.programmes import editing, queries, revising
from app.programmes.definition import Definition, Finding, Mistake, check
from app.programmes.definition.keys.top import GROUPS
from app.programmes.definition.shape import Record, Records
from app.programmes.models import Call, CallVersion, WorkingCopy
from app.web.office.declaration.choices import label_of
from app.web.words import language, problem_text

GROUP_TITLES = {
    "texts": N_("Texts"),
    "dates": N_("Dates"),
    "money": N_("Sides and money"),
    "way": N_("The way of an application"),
    "form": N_("The form"),
    "review": N_("Review and decision"),
    "later": N_("Letters and afterwards"),
}
GROUP_OF = {key.name: group for group, keys in GROUPS for key in keys}


@dataclass(frozen=True)
class Desk:
    """A call with its newest version and, if somebody edits it, the working copy. `definition` is what they say, or
    None while it is mistaken."""

    call: Call
    version: CallVersion
    work: WorkingCopy | None
    definition: Definition | None
    mistakes: tuple[Mistake, ...]
    data: Mapping[str, Any] = field(hash=False)

    @property
    def stands(self) -> Definition:
        """The declaration as it stands."""
        return queries.read(self.version)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What stands in the way of publishing, or is worth a thought; nothing as long as there are mistakes."""
        return tuple(check(self.definition)) if self.definition is not None else ()


def desk_of(session: Session, call: Call) -> Desk:
    """The desk of a call. Nothing is written."""
    version, work = queries.newest_version(session, call.id), queries.working_copy(session, call.id)
    if work is None:
        return Desk(call, version, None, queries.read(version), (), version.data)
    definition, mistakes = revising.read_copy(work)
    return Desk(call, version, work, definition, mistakes, work.data)


@dataclass(frozen=True)
class Told:
    """One thing to see to, at the key it concerns. `lang` is set where the words are not in the reader's language."""

    key_path: str
    text: str
    href: str
    blocks: bool
    lang: str | None = None


def _is_translated(mistake: Mistake) -> bool:
    return isinstance(mistake.wrong, Said | Word) and isinstance(mistake.allowed, Said | Word)


def _sentence(mistake: Mistake) -> str:
    """A mistake in the reader's language, or whole in English where a part of it has no other."""
    wrong, allowed = str(mistake.wrong), str(mistake.allowed)
    if _is_translated(mistake):
        wrong, allowed = said(mistake.wrong, gettext), said(mistake.allowed, gettext)
    return f"{wrong}. {gettext('Allowed: %(allowed)s.', allowed=allowed)}"


def told(desk: Desk) -> tuple[Told, ...]:
    """Every mistake of the working copy, and what the look before the start finds, each linked to its entry."""
    found = [
        Told(
            each.key_path,
            _sentence(each),
            href_of(desk, each.key_path),
            True,
            None if language() == "en" or _is_translated(each) else "en",
        )
        for each in desk.mistakes
    ]
    found += [
        Told(each.key_path, problem_text(each.problem).text, href_of(desk, each.key_path), each.blocks)
        for each in desk.findings
    ]
    return tuple(found)


def home_of(data: Mapping[str, Any], key_path: str) -> tuple[str, str]:
    """The entry on whose page a key stands, and the key's name: `sides[1].closes.date` → `sides[1]`, `closes`."""
    way = key_path.split(".")
    for cut in range(len(way) - 1, -1, -1):
        name = re.match(r"[a-z_]*", way[cut])
        try:
            found = editing.place(data, ".".join(way[:cut]))
        except editing.NoSuchPlace:
            continue
        if name and any(key.name == name[0] for key in found.record.keys):
            return found.path, name[0]
        return found.path, ""
    return "", ""


def href_of(desk: Desk, key_path: str) -> str:
    """The page of the entry that a key belongs to, at the key's own place."""
    path, name = home_of(desk.data, key_path)
    return url_of(desk, path, name or None)


def url_of(desk: Desk, path: str, anchor: str | None = None) -> str:
    """The page of an entry; of a key of the whole, the page of its group."""
    if not path:
        group = GROUP_OF.get(anchor or "", "texts")
        return url_for("office.declaration_group", call_id=desk.call.id, group=group, _anchor=anchor)
    at = editing.named(desk.data, path)
    return url_for("office.declaration_entry", call_id=desk.call.id, at=at, _anchor=anchor)


def way_to(desk: Desk, path: str) -> Iterator[tuple[str, str]]:
    """The titles on the way to an entry, each with its address, the entry itself last."""
    if not path:
        return
    head = re.match(r"[a-z_]+", path)
    group = GROUP_OF.get(head[0] if head else "", "texts")
    yield gettext(GROUP_TITLES[group]), url_for("office.declaration_group", call_id=desk.call.id, group=group)
    steps = path.split(".")
    for count in range(1, len(steps) + 1):
        here = ".".join(steps[:count])
        yield title_of(desk, here), url_of(desk, here)


def title_of(desk: Desk, path: str) -> str:
    """What people call an entry: «Sides: Mayo Clinic», or the name of a table that there is once."""
    outer, _, last = path.rpartition(".")
    name = re.match(r"[a-z_]+", last)
    key = editing.place(desk.data, outer).record.key(name[0] if name else "")
    title = key.title.in_(language())
    if isinstance(key.value, Record):
        return title
    assert isinstance(key.value, Records)
    return f"{title}: {label_of(editing.place(desk.data, path).entry, language()) or '–'}"
