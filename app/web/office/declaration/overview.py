"""The overview of a call's declaration: what it says, what differs, what is wrong, and who agrees to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.applications import changing
from app.extensions import db
from app.identities.models import Person
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes import agreeing, queries, revising, services
from app.programmes.definition import Definition
from app.programmes.definition import shape as s
from app.programmes.definition.differences import Change, Difference, differences
from app.programmes.definition.keys.top import GROUPS
from app.programmes.models import Call, CallState, WorkingCopy
from app.programmes.services import sha256_of
from app.reviews.services import open_panels
from app.web.doors import here, now, on_call
from app.web.office import bp
from app.web.office.declaration.choices import label_of
from app.web.office.declaration.desk import GROUP_TITLES, Desk, desk_of, href_of, told, url_of
from app.web.office.publishing import published
from app.web.public.views import card_of
from app.web.words import ProblemText, language, moment_text, problem_text

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


# --- Deeds ------------------------------------------------------------------------------------------------------


def _placed(problems: tuple[Problem, ...]) -> tuple[ProblemText, ...]:
    """Problems with links to the entries they concern."""
    desk = desk_of(db.session(), here(Call).thing)
    texts = []
    for problem in problems:
        text = problem_text(problem)
        href = href_of(desk, problem.field) if problem.field else None
        texts.append(ProblemText(text.text, href, problem.field, text.holder, text.side, text.since, text.until))
    return tuple(texts)


def _work(session: Session) -> WorkingCopy:
    work = queries.working_copy(session, here(Call).thing.id)
    if work is None:
        message = N_("There is no working copy any more: somebody took it over or dropped it.")
        raise Refused([Problem("no_copy", message)])
    return work


@bp.post("/calls/<uuid:call_id>/declaration/propose")
@on_call(Action.EDIT_CALL)
def propose(call_id: UUID) -> ResponseReturnValue:
    """Take the working copy over, as far as the own side goes."""
    found, acting = here(Call).thing, here(Call).acting
    try:
        with transaction(db.session()) as session:
            work = _work(session)
            if request.form.get("sha256") != sha256_of(work.data):
                message = N_("The working copy was changed meanwhile. Look at the differences again.")
                raise Refused([Problem("changed_meanwhile", message)])
            missing = changing.propose(session, found, work, by=acting, at=now())
            _open_more_panels(session, found)
    except Refused as refused:
        return page(_placed(refused.problems))
    return _said(missing)


@bp.post("/calls/<uuid:call_id>/declaration/agree")
@on_call(Action.EDIT_CALL)
def agree(call_id: UUID) -> ResponseReturnValue:
    """Agree to exactly the text that the page showed."""
    found, acting = here(Call).thing, here(Call).acting
    try:
        with transaction(db.session()) as session:
            sha256 = request.form.get("sha256", "")
            missing = changing.agree(session, found, _work(session), sha256, by=acting, at=now())
            _open_more_panels(session, found)
    except Refused as refused:
        return page(_placed(refused.problems))
    return _said(missing)


def _open_more_panels(session: Session, found: Call) -> None:
    """A panel that was added after the call was announced opens with the change."""
    if found.state is CallState.ANNOUNCED:
        open_panels(session, found, queries.definition_of(session, found))


def _said(missing: tuple[str, ...]) -> ResponseReturnValue:
    call_id = here(Call).thing.id
    if missing:
        names = queries.definition_of(db.session(), here(Call).thing)
        sides = ", ".join(side.short for side in names.sides if side.key in missing) or ", ".join(missing)
        flash(gettext("Proposed. It holds when %(sides)s has agreed to exactly this text.", sides=sides), "wait")
    else:
        flash(gettext("The change is taken over. Applications keep the version they were made under."), "good")
    return redirect(url_for(".declaration", call_id=call_id), 303)


@bp.post("/calls/<uuid:call_id>/declaration/drop")
@on_call(Action.EDIT_CALL)
def drop(call_id: UUID) -> ResponseReturnValue:
    """Throw the working copy away, exactly as the page showed it."""
    try:
        with transaction(db.session()) as session:
            work = _work(session)
            if request.form.get("sha256") != sha256_of(work.data):
                message = N_("The working copy was changed meanwhile. Look at the differences again.")
                raise Refused([Problem("changed_meanwhile", message)])
            revising.drop_copy(session, work, by=here(Call).acting, at=now())
    except Refused as refused:
        return page(_placed(refused.problems))
    flash(gettext("The changes are dropped; the declaration stays as it was."))
    return redirect(url_for(".declaration", call_id=call_id), 303)


@bp.post("/calls/<uuid:call_id>/declaration/forecast")
@on_call(Action.ANNOUNCE_CALL)
def forecast(call_id: UUID) -> ResponseReturnValue:
    """Show the call as a forecast, or hide it again."""
    found = here(Call).thing
    try:
        with transaction(db.session()) as session:
            services.publish_forecast(session, found, by=here(Call).acting, at=now())
    except Refused as refused:
        return page(_placed(refused.problems))
    shown = found.forecast_at is not None
    flash(gettext("The call is shown as a forecast.") if shown else gettext("The forecast is hidden again."))
    return redirect(url_for(".declaration", call_id=call_id), 303)


@bp.post("/calls/<uuid:call_id>/declaration/publish")
@on_call(Action.ANNOUNCE_CALL)
def publish(call_id: UUID) -> ResponseReturnValue:
    """Agree to publishing exactly this declaration; with the last side it is announced."""
    try:
        flash(*published(request.form.get("sha256", "")))
    except Refused as refused:
        return page(_placed(refused.problems))
    return redirect(url_for(".declaration", call_id=call_id), 303)


def raise_unless_known(number: int) -> Definition:
    """The declaration as one version has it. Raises NotFound."""
    version = queries.version_by_number(db.session(), here(Call).thing.id, number)
    if version is None:
        raise NotFound()
    return queries.read(version)
