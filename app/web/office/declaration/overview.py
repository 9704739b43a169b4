"""The overview of a call's declaration: what it says, what differs, what is wrong, and who agrees to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.extensions import db
from app.identities.models import Person
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import agreeing, queries
from app.programmes.definition import Definition
from app.programmes.definition import shape as s
from app.programmes.definition.differences import Change, Difference, differences
from app.programmes.definition.keys.top import GROUPS
from app.programmes.models import Call, CallState, WorkingCopy
from app.programmes.services import sha256_of
from app.web.doors import here, on_call
from app.web.office import bp
from app.web.office.declaration.choices import label_of
from app.web.office.declaration.desk import GROUP_TITLES, Desk, desk_of, href_of, told, url_of
from app.web.public.views import card_of
from app.web.words import ProblemText, language, moment_text

CHANGES = {
    Change.ADDED: N_("added"),
    Change.REMOVED: N_("taken out"),
    Change.CHANGED: N_("changed"),
    Change.MOVED: N_("moved"),
}


@dataclass(frozen=True)
class DifferenceText:
    """One difference in words."""

    title: str
    what: str
    before: str
    after: str
    href: str | None


@dataclass(frozen=True)
class GroupText:
    """One group of keys, with the entries that have pages of their own."""

    title: str
    url: str
    keys: str
    entries: tuple[tuple[str, str], ...]
    open: int


@dataclass(frozen=True)
class WorkText:
    """The working copy: who changed it, what differs, and who still has to agree to it."""

    changed_by: str
    changed_at: str | None
    proposed_by: str | None
    proposed_at: str | None
    sha256: str
    differences: tuple[DifferenceText, ...]
    agreed: tuple[str, ...]
    missing: tuple[str, ...]
    others: tuple[str, ...]
    is_mine_missing: bool


@bp.get("/calls/<uuid:call_id>/declaration")
@on_call(Action.EDIT_CALL)
def declaration(call_id: UUID) -> ResponseReturnValue:
    """The whole declaration at a glance."""
    return page(())


def page(problems: tuple[ProblemText, ...]) -> ResponseReturnValue:
    """The overview, with what stood in the way of the last try."""
    session, found = db.session(), here(Call).thing
    desk = desk_of(session, found)
    notes = told(desk)
    body = render_template(
        "office/declaration/overview.html",
        call_id=found.id,
        card=card_of(found, desk.stands),
        number=desk.version.number,
        problems=problems,
        is_draft=found.state is CallState.DRAFT,
        is_forecast=found.forecast_at is not None,
        work=_work_text(session, desk) if desk.work is not None else None,
        blocking=[each for each in notes if each.blocks],
        thoughts=[each for each in notes if not each.blocks],
        groups=_groups(desk),
        publishing=_publishing(session, desk),
    )
    return body, 422 if problems else 200


def _groups(desk: Desk) -> list[GroupText]:
    notes = [each.href.partition("#")[0] for each in told(desk) if each.blocks]
    made = []
    for group, keys in GROUPS:
        url = url_for(".declaration_group", call_id=desk.call.id, group=group)
        entries: list[tuple[str, str]] = []
        for key in keys:
            value = desk.data.get(key.name)
            if isinstance(key.value, s.Records) and isinstance(value, list):
                for number, entry in enumerate(value):
                    label = label_of(entry, language()) if isinstance(entry, dict) else ""
                    entries.append(
                        (f"{key.title.in_(language())}: {label or number + 1}", url_of(desk, f"{key.name}[{number}]"))
                    )
            elif isinstance(key.value, s.Record) and isinstance(value, dict) and "unknown" not in value:
                entries.append((key.title.in_(language()), url_of(desk, key.name)))
        mine = {url, *(at for _, at in entries)}
        titles = ", ".join(key.title.in_(language()) for key in keys)
        open_points = sum(note in mine for note in notes)
        made.append(GroupText(gettext(GROUP_TITLES[group]), url, titles, tuple(entries), open_points))
    return made


def difference_texts(
    before: Definition, after: Definition, href: Callable[[Difference], str | None]
) -> tuple[DifferenceText, ...]:
    """What two declarations differ in, in words."""
    return tuple(
        DifferenceText(each.title.in_(language()), gettext(CHANGES[each.change]), each.before, each.after, href(each))
        for each in differences(before, after)
    )


def _work_text(session: Session, desk: Desk) -> WorkText:
    work = desk.work
    assert work is not None
    sha256 = sha256_of(work.data)
    needed, agreed = _agreement(session, desk, work, sha256)
    shorts = {side.key: side.short for side in (desk.definition or desk.stands).sides}
    missing = sorted(needed - agreed)
    return WorkText(
        _name(session, work.changed_by) or "",
        moment_text(work.changed_at),
        _name(session, work.proposed_by),
        moment_text(work.proposed_at),
        sha256,
        difference_texts(desk.stands, desk.definition, lambda each: _href(desk, each)) if desk.definition else (),
        tuple(shorts.get(side, side) for side in sorted(agreed)),
        tuple(shorts.get(side, side) for side in missing),
        tuple(shorts.get(side, side) for side in missing if side not in here(Call).acting.sides),
        bool(here(Call).acting.sides & frozenset(missing)),
    )


def _href(desk: Desk, each: Difference) -> str | None:
    return href_of(desk, each.key_path) if each.change is not Change.REMOVED else None


def _agreement(session: Session, desk: Desk, work: WorkingCopy, sha256: str) -> tuple[frozenset[str], frozenset[str]]:
    """The sides that agree to the change, and those that have."""
    if desk.definition is None:
        return frozenset(), frozenset()
    return (
        agreeing.needed_for_change(session, desk.call, desk.definition),
        queries.agreed_sides(session, desk.call.id, sha256),
    )


def _name(session: Session, person_id: UUID | None) -> str | None:
    person = session.get(Person, person_id) if person_id is not None else None
    return person.name if person is not None else None


@dataclass(frozen=True)
class Publishing:
    """Who agrees to publishing the declaration as it stands, and who has."""

    sha256: str
    agreed: tuple[str, ...]
    missing: tuple[str, ...]
    others: tuple[str, ...]


def _publishing(session: Session, desk: Desk) -> Publishing | None:
    if desk.call.state is not CallState.DRAFT:
        return None
    stands = desk.stands
    needed, agreed = agreeing.sides_asked(stands), agreeing.agreed_to_publish(session, desk.call)
    shorts = {side.key: side.short for side in stands.sides}
    return Publishing(
        desk.version.sha256,
        tuple(shorts[side] for side in sorted(agreed & needed)),
        tuple(shorts[side] for side in sorted(needed - agreed)),
        tuple(shorts[side] for side in sorted(needed - agreed - here(Call).acting.sides)),
    )
