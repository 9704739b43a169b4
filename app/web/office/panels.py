"""A panel of one's own side: its members and their answers, the grid of assignments, invitations, own conflicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.applications.models import Application
from app.extensions import db
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.kinds import countries
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import queries, services
from app.reviews.detection import NAMED, SAME, SAME_ORCID
from app.reviews.models import Panel
from app.web.doors import here, now, on_application, on_panel, viewer
from app.web.judgements import dates_of
from app.web.labels import state_label, state_tone
from app.web.office import bp
from app.web.words import ProblemText, by_field, language, moment_text, problem_texts


@dataclass(frozen=True)
class MemberText:
    """A member with the state of the answer, in words."""

    id: UUID
    name: str
    address: str
    is_chair: bool
    state: str
    tone: str
    since: str | None
    because: str
    progress: str
    can_invite: bool
    is_invited: bool
    is_outside: bool


@dataclass(frozen=True)
class RowText:
    """One application in the grid."""

    id: UUID
    reference: str
    title: str
    state: str
    tone: str
    cells: tuple[queries.Cell, ...]
    lacks: int
    can_start: bool


def _member_text(row: queries.MemberRow) -> MemberText:
    state, tone = {
        "named": (gettext("Named, not invited yet"), "neutral"),
        "invited": (gettext("Invited, no answer yet"), "wait"),
        "accepted": (gettext("Accepted"), "good"),
        "declined": (gettext("Has declined"), "bad"),
    }[row.state]
    if row.state == "accepted" and not row.has_answered_conflicts:
        state, tone = gettext("Accepted, conflicts not answered yet"), "wait"
    return MemberText(
        row.id,
        row.name,
        row.address,
        row.is_chair,
        state,
        tone,
        moment_text(row.since),
        row.because,
        gettext("%(done)s of %(all)s", done=row.submitted, all=row.assigned) if row.assigned else "–",
        row.state != "declined",
        row.state != "named",
        row.is_outside,
    )


@bp.get("/panels/<uuid:panel_id>")
@on_panel(Action.MANAGE_PANEL)
def panel(panel_id: UUID) -> ResponseReturnValue:
    """Who sits on the panel, what they answered, and who judges what."""
    return _page(())


def _page(
    problems: tuple[ProblemText, ...], typed: Mapping[str, str] | None = None, ticked: frozenset[str] | None = None
) -> ResponseReturnValue:
    found, work, who = here(Panel).thing, db.session(), viewer()
    among = scope.office_ids(who, found.call_id)
    definition = definition_of(work, work.get_one(Call, found.call_id))
    declared = definition.panel(found.key)
    members = queries.members_of(work, found, among=among)
    rows = queries.grid(work, found, members, declared.min_reviews or 1, among=among)
    all_panels = queries.panels_of_call(
        work, found.call_id, readable=scope.readable_panels(who, found.call_id), among=among
    )
    page = render_template(
        "office/panels/show.html",
        panel_id=found.id,
        call_id=found.call_id,
        title=declared.title.in_(language()),
        call_title=definition.title.in_(language()),
        problems=problems,
        errors=by_field(problems),
        typed=typed or {},
        ticked=ticked,
        members=[_member_text(row) for row in members],
        rows=_rows(rows),
        columns=[cell.name for cell in rows[0].cells] if rows else [],
        lacking=[row.reference for row in rows if row.lacks],
        starved=_starved(rows, declared.min_reviews or 1),
        countries=tuple(countries(language()).items()),
        why_seen=_why_seen,
        needed=declared.min_reviews or 1,
        outside=declared.outside_reviews,
        lacking_outside=_lacking_outside(rows, members, declared.outside_reviews),
        dates=dates_of(declared),
        waits=queries.waits_for(work, found),
        others=[row for row in all_panels if row.id != found.id],
        closed=moment_text(found.closed_at),
        lacks_chair=declared.needs_chair and not any(row.is_chair and row.state != "declined" for row in members),
    )
    return page, 422 if problems else 200


def _starved(rows: tuple[queries.GridRow, ...], needed: int) -> list[str]:
    """Applications that cannot get enough reviewers, whoever of the members is asked: conflicts bar too many."""
    barred = ("conflict", "declined")
    return [row.reference for row in rows if sum(cell.state not in barred for cell in row.cells) < needed]


def _why_seen(reason: str) -> str:
    """What software saw of a conflict, in words."""
    if reason == NAMED:
        return str(gettext("named in the application"))
    if reason == SAME_ORCID:
        return str(gettext("the same ORCID as an applicant"))
    return str(gettext("same institution: %(where)s", where=reason.removeprefix(SAME))) if reason else ""


def _lacking_outside(rows: Sequence[queries.GridRow], members: Sequence[queries.MemberRow], needed: int) -> list[str]:
    """The applications that have fewer reviewers of no side than the call asks for."""
    outside = {member.id for member in members if member.is_outside}
    counts = {
        row.reference: sum(
            cell.member_id in outside and cell.state in ("assigned", "begun", "submitted") for cell in row.cells
        )
        for row in rows
    }
    return [reference for reference, count in counts.items() if count < needed]


def _rows(rows: tuple[queries.GridRow, ...]) -> list[RowText]:
    found = here(Panel).thing
    waiting = queries.not_started(
        db.session(), found.call_id, among=scope.office_ids(viewer(), found.call_id), stage=found.stage
    )
    starting = {application.id for application in waiting}
    return [
        RowText(
            row.id,
            row.reference,
            row.title,
            state_label(row.state),
            state_tone(row.state),
            row.cells,
            row.lacks,
            row.id in starting,
        )
        for row in rows
    ]


@bp.post("/panels/<uuid:panel_id>/members")
@on_panel(Action.MANAGE_PANEL)
def name_member(panel_id: UUID) -> ResponseReturnValue:
    """Put somebody on the panel."""
    given = ("name", "address", "is_chair", "is_outside", "institution", "country")
    typed = {key: request.form.get(key, "") for key in given}
    try:
        with transaction(db.session()) as work:
            services.name_member(
                work,
                here(Panel).thing,
                name=typed["name"],
                address=typed["address"],
                is_chair=bool(typed["is_chair"]),
                institution=typed["institution"],
                country=typed["country"],
                is_outside=bool(typed["is_outside"]),
                by=here(Panel).acting,
                at=now(),
            )
    except Refused as refused:
        return _page(problem_texts(refused.problems), typed)
    flash(
        gettext(
            "%(name)s is on the panel. The invitation goes when a review starts, or when you send it here.",
            name=typed["name"].strip(),
        ),
        "good",
    )
    return redirect(url_for(".panel", panel_id=panel_id), 303)


@bp.post("/panels/<uuid:panel_id>/assignments")
@on_panel(Action.MANAGE_PANEL)
def assign(panel_id: UUID) -> ResponseReturnValue:
    """Keep the whole grid at once."""
    found = here(Panel).thing
    pairs = request.form.getlist("pair")
    try:
        wanted = [
            (UUID(application), UUID(member)) for application, _, member in (pair.partition(".") for pair in pairs)
        ]
    except ValueError:
        abort(400)
    try:
        with transaction(db.session()) as work:
            services.assign(
                work, found, wanted, by=here(Panel).acting, at=now(), among=scope.office_ids(viewer(), found.call_id)
            )
    except Refused as refused:
        return _page(problem_texts(refused.problems), ticked=frozenset(pairs))
    flash(gettext("Assignments saved."), "good")
    return redirect(url_for(".panel", panel_id=panel_id), 303)


@bp.post("/panels/<uuid:panel_id>/members/<uuid:member_id>/invitation")
@on_panel(Action.MANAGE_PANEL)
def invite_member(panel_id: UUID, member_id: UUID) -> ResponseReturnValue:
    """Send the invitation, or a new one."""
    try:
        with transaction(db.session()) as work:
            services.invite_again(work, here(Panel).thing, member_id, by=here(Panel).acting, at=now())
    except Refused as refused:
        return _page(problem_texts(refused.problems))
    flash(gettext("The invitation is on its way. Earlier links keep working."), "good")
    return redirect(url_for(".panel", panel_id=panel_id), 303)


@bp.post("/applications/<uuid:application_id>/conflict")
@on_application(Action.DECLARE_CONFLICT)
def conflict(application_id: UUID) -> ResponseReturnValue:
    """Close an application to oneself, as coordinator, chair or reviewer. Afterwards it is gone."""
    found, acting = here(Application).thing, here(Application).acting
    call_id, reference = found.call_id, found.reference
    with transaction(db.session()) as work:
        services.declare_conflict(work, viewer().person_id, found, request.form.get("reason", ""), by=acting, at=now())
    flash(gettext("%(reference)s is closed to you from now on.", reference=reference))
    if may(Action.SEE_CALL_OFFICE, acting) is None:
        return redirect(url_for(".call", call_id=call_id), 303)
    seat = queries.seat_in(db.session(), viewer().person_id, call_id)
    if seat is None:
        return redirect(url_for("public.home"), 303)
    if seat.is_chair:
        return redirect(url_for("panel.show", panel_id=seat.panel_id), 303)
    return redirect(url_for("reviewer.queue", member_id=seat.id), 303)
