"""The coordinator's calls: the board, announcing, the formal check, moves, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.applications import census
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.models import Application
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes import queries
from app.programmes.definition import Definition, Finding, check
from app.programmes.models import Call, CallState
from app.reviews import queries as reviews
from app.trail import queries as trail
from app.web.doors import here, now, on_application, on_call, viewer, with_account
from app.web.labels import move_label, state_label, state_tone
from app.web.office import bp
from app.web.office.publishing import proposal_of, published
from app.web.public.views import card_of
from app.web.words import ProblemText, language, moment_text, problem_text, problem_texts
from app.workflow.machine import Offer
from app.workflow.vocabulary import Move, State


@dataclass(frozen=True)
class OfferText:
    """A move as a button: open, or greyed with its reason."""

    move: str
    label: str
    url: str
    allowed: bool
    problem: ProblemText | None
    needs_reason: bool


@dataclass(frozen=True)
class Line:
    """One application in the board's table."""

    id: UUID
    reference: str
    title: str
    lead: str
    state: str
    tone: str
    submitted: str | None


@dataclass(frozen=True)
class WaitingText:
    """Who waits for whom, in words."""

    what: str
    holder: str
    side: str | None
    since: str | None


def offer_texts(offers: Sequence[Offer[Move]], application: Application) -> tuple[OfferText, ...]:
    """The moves of this application as buttons."""
    url = url_for("office.move", application_id=application.id)
    return tuple(
        OfferText(
            offer.move.value,
            move_label(offer.move),
            url,
            offer.is_open,
            problem_text(offer.problems[0]) if offer.problems else None,
            offer.needs_reason,
        )
        for offer in offers
    )


@bp.get("/")
@with_account
def calls() -> ResponseReturnValue:
    """The calls this person coordinates."""
    found = queries.calls_of_office(db.session(), viewer().calls)
    definitions = queries.newest_definitions(db.session(), [call.id for call in found])
    cards = [(call.id, call.state.value, card_of(call, definitions[call.id])) for call in found]
    return render_template("office/calls.html", calls=cards)


@bp.get("/calls/<uuid:call_id>")
@on_call(Action.SEE_CALL_OFFICE)
def call(call_id: UUID) -> ResponseReturnValue:
    """The board of one call: what is due, whose turn it is, since when."""
    return board(())


def board(problems: tuple[ProblemText, ...]) -> ResponseReturnValue:
    """The board, with what stood in the way of the last try."""
    found, work, who = here(Call).thing, db.session(), viewer()
    definition = queries.definition_of(work, found)
    rows = applications.office_rows(work, among=scope.office_ids(who, found.id))
    panels = reviews.panels_of_call(
        work, found.id, readable=scope.readable_panels(who, found.id), among=scope.office_ids(who, found.id)
    )
    waiting = _due(rows, found, definition) + _sealed(rows, panels, definition)
    waiting += tuple(
        WaitingText(gettext(row.what), row.holder, row.side, moment_text(row.since))
        for row in reviews.waiting(
            work, panels=scope.readable_panels(who, found.id), among=scope.office_ids(who, found.id)
        )
    )
    proposal = proposal_of(work, found, definition)
    waiting += (WaitingText(*proposal),) if proposal is not None else ()
    page = render_template(
        "office/call.html",
        sha256=queries.newest_version(work, found.id).sha256,
        call_id=found.id,
        card=card_of(found, definition),
        problems=problems,
        is_draft=found.state is CallState.DRAFT,
        findings=[_finding(f) for f in check(definition)],
        drafts=census.drafts_of_call(work, found.id),
        panels=panels,
        waiting=waiting,
        sides=definition.sides,
        own_sides=here(Call).acting.sides,
        is_decided=found.state is CallState.DECIDED,
        lines=[
            Line(
                row.id,
                row.reference or "",
                row.title,
                row.lead_name,
                state_label(row.state),
                state_tone(row.state),
                moment_text(row.submitted_at),
            )
            for row in rows
        ],
    )
    return page, 422 if problems else 200


def _finding(finding: Finding) -> tuple[str, bool]:
    return problem_text(finding.problem).text, finding.blocks


def _due(rows: Sequence[applications.OfficeRow], found: Call, definition: Definition) -> tuple[WaitingText, ...]:
    """What the office itself owes, application by application."""
    if found.closes_at is None or now() <= found.closes_at:
        return ()
    due = {
        State.SUBMITTED: gettext("Eligibility check of %(reference)s"),
        State.ELIGIBLE: gettext("Reviewers and start of review for %(reference)s"),
        State.REVIEWED: gettext("Verdicts and decision on %(reference)s"),
    }
    holder = gettext("the coordinators")
    return tuple(
        WaitingText(
            due[row.state] % {"reference": row.reference},
            holder,
            None,
            moment_text(found.closes_at) if row.state is State.SUBMITTED else None,
        )
        for row in rows
        if row.state in due
    )


def _sealed(
    rows: Sequence[applications.OfficeRow], panels: Sequence[reviews.PanelRow], definition: Definition
) -> tuple[WaitingText, ...]:
    """Panels of other sides that still judge: that they are open may be known, nothing more."""
    if not any(row.state is State.IN_REVIEW for row in rows):
        return ()
    return tuple(
        WaitingText(
            gettext("Closing of %(panel)s", panel=panel.title.in_(language())),
            gettext("its chair and coordinator"),
            definition.side(panel.side_key).short if panel.side_key else None,
            None,
        )
        for panel in panels
        if not panel.is_closed and not panel.is_readable
    )


@bp.post("/calls/<uuid:call_id>/announce")
@on_call(Action.ANNOUNCE_CALL)
def announce(call_id: UUID) -> ResponseReturnValue:
    """Make the call public, or list what stands in the way."""
    try:
        flash(*published(request.form.get("sha256", "")))
    except Refused as refused:
        return board(problem_texts(refused.problems))
    return redirect(url_for(".call", call_id=call_id), 303)


@bp.get("/applications/<uuid:application_id>")
@on_application(Action.READ_APPLICATION)
def application(application_id: UUID) -> ResponseReturnValue:
    """One application for its office: what was sent, the formal check, the next steps, and what happened."""
    if not _is_office(here(Application).acting):
        return redirect(url_for("applicant.show", application_id=application_id))
    return _application_page((), "", ())


def _is_office(acting: Acting) -> bool:
    return may(Action.SEE_CALL_OFFICE, acting) is None


def _application_page(
    problems: tuple[ProblemText, ...], reason: str, ticked: Sequence[str] | None
) -> ResponseReturnValue:
    found, acting = here(Application).thing, here(Application).acting
    work = db.session()
    definition = queries.definition_by_version(work, found.call_version_id)
    page = render_template(
        "office/application.html",
        application_id=found.id,
        call_id=found.call_id,
        reference=found.reference,
        sheet=applications.frozen_sheet(work, found.id),
        state=state_label(found.state),
        tone=state_tone(found.state),
        award_url=(
            url_for("office.award", application_id=found.id)
            if may(Action.SEE_AWARD, acting, found.state) is None
            else None
        ),
        checks=[
            (c.key, c.title.in_(language()), c.help.in_(language()) if c.help else None) for c in definition.eligibility
        ],
        ticked=set(ticked or ()) or applications.ticked(work, found.id),
        problems=problems,
        reason=reason,
        offers=offer_texts(applications.offers(work, found, acting, now()), found),
        steps=applications.steps_of(work, found.id),
        state_label=state_label,
        move_label=move_label,
    )
    return page, 422 if problems else 200


@bp.post("/applications/<uuid:application_id>/move")
@on_application(Action.READ_APPLICATION)
def move(application_id: UUID) -> ResponseReturnValue:
    """Take a step of the workflow: the formal check, or the start of review."""
    found, acting = here(Application).thing, here(Application).acting
    wanted = request.form.get("move", "")
    if wanted not in set(Move) or not _is_office(acting):
        abort(400)
    reason, ticked = request.form.get("reason", ""), request.form.getlist("tick")
    try:
        with transaction(db.session()) as work:
            if wanted == Move.PASS_CHECK:
                applying.tick(work, found, ticked, by=acting, at=now())
            applying.take(work, found, Move(wanted), by=acting, at=now(), reason=reason)
    except Refused as refused:
        db.session.refresh(found)
        return _application_page(problem_texts(refused.problems), reason, ticked)
    flash(
        gettext("%(reference)s is now: %(state)s.", reference=found.reference, state=state_label(found.state)), "good"
    )
    return redirect(url_for(".application", application_id=application_id), 303)


@bp.get("/calls/<uuid:call_id>/trail")
@on_call(Action.READ_TRAIL)
def trail_page(call_id: UUID) -> ResponseReturnValue:
    """Who did what, newest first; deeds on applications in conflict and in sealed panels are absent."""
    found = here(Call).thing
    deeds = trail.deeds_of_call(db.session(), found.id, among=scope.deeds(viewer(), found.id))
    rows = [(moment_text(deed.at), deed.actor, deed.verb.replace("-", " "), deed.subject) for deed in deeds]
    return render_template("office/trail.html", call_id=found.id, rows=rows)
