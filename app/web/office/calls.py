"""The coordinator's calls: the board, announcing, the formal check, moves, and who did what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.access import scope
from app.access.transfer import reads_outside
from app.applications import census
from app.applications import queries as applications
from app.applications import services as applying
from app.applications.approvals import queries as approvals
from app.applications.checking.conditions import set_conditions
from app.applications.models import Application
from app.applications.nominating import nominating_sides
from app.applications.participation import colliding
from app.applications.points import failed_points, mark_failed
from app.applications.side_deadlines import dues_of_call
from app.applications.stages import closing_of, part_at
from app.applications.verdicts import lines_of
from app.awards.journeys import is_travel
from app.extensions import db
from app.kernel.actors import Acting
from app.kernel.errors import Refused
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes import queries
from app.programmes.definition import Definition, Finding, Part, check
from app.programmes.models import Call, CallState
from app.reviews import queries as reviews
from app.trail import queries as trail
from app.web.approver.texts import standing_texts
from app.web.doors import here, now, on_application, on_call, viewer, with_account
from app.web.labels import move_label, state_label, state_tone
from app.web.letters.texts import read_texts
from app.web.office import bp
from app.web.office.asked import asked_text, promise_text, typed_conditions, waiting_lines
from app.web.office.later import later_stages
from app.web.office.publishing import proposal_of, published
from app.web.office.silent import silent_lines, silent_points
from app.web.public.views import card_of
from app.web.rule_lines import rules_text
from app.web.side_dues import due_texts
from app.web.words import ProblemText, by_field, language, moment_text, problem_text, problem_texts
from app.workflow.machine import Offer
from app.workflow.vocabulary import Move, Stage, State


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


OWN_DOORS = {Move.INVITE_TO_INTERVIEW, Move.NOTE_INTERVIEW, Move.DECIDE_OUTLINE, Move.DECIDE}
"""Moves that come with more than a reason, and have pages or forms of their own."""


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
    cards = [(call.id, call.state is CallState.DRAFT, card_of(call, definitions[call.id])) for call in found]
    travels = any(is_travel(each.programme) for each in definitions.values())
    return render_template("office/calls.html", calls=cards, travels=travels)


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
    waiting = _due(rows, found, definition) + _outside(panels, definition) + _sealed(rows, panels, definition)
    waiting += _signatures(definition, found.id)
    waiting += tuple(WaitingText(*line) for line in silent_lines(work, rows, definition, now()))
    waiting += tuple(
        WaitingText(gettext(row.what), row.holder, row.side, moment_text(row.since))
        for row in reviews.waiting(
            work, panels=scope.readable_panels(who, found.id), among=scope.office_ids(who, found.id)
        )
    )
    waiting += tuple(
        WaitingText(what, holder, None, since)
        for what, holder, since in waiting_lines(work, {row.id: row.reference or "" for row in rows})
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
        promise=promise_text(work, found, definition),
        errors=by_field(problems),
        sides=definition.sides,
        dues=due_texts(dues_of_call(work, found, definition)),
        nominates=bool(set(nominating_sides(definition)) & here(Call).acting.sides),
        records=definition.records,
        own_sides=here(Call).acting.sides,
        is_decided=found.state is CallState.DECIDED,
        has_outlines=Stage.OUTLINE in definition.stages,
        to_answer=sum(row.state is State.REVIEWED for row in rows) if Stage.REJOINDER in definition.stages else 0,
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
    start = State.SIGNED if Stage.SIGNATURE in definition.stages else State.SUBMITTED
    due = {
        State.OUTLINE_SUBMITTED: gettext("Formal check of outline %(reference)s"),
        State.OUTLINE_ELIGIBLE: gettext("Review or decision for outline %(reference)s"),
        State.OUTLINE_REVIEWED: gettext("Decision on outline %(reference)s"),
        State.OUTLINE_DECIDED: gettext("Release of the outcome of outline %(reference)s"),
        start: gettext("Eligibility check of %(reference)s"),
        State.ELIGIBLE: gettext("Reviewers and start of review for %(reference)s"),
        State.REVIEWED: _after_review(definition),
        State.SET_ASIDE: gettext("Decision on %(reference)s, which is set aside"),
        State.IN_REJOINDER: gettext("Answer to the reviews of %(reference)s, then verdicts and decision"),
        State.TO_INTERVIEW: gettext("Note on the interview about %(reference)s"),
        State.INTERVIEWED: gettext("Verdicts and decision on %(reference)s"),
    }
    office, applicants = gettext("the coordinators"), gettext("the applicants, then the coordinators")
    since = {State.SUBMITTED: found.closes_at, State.OUTLINE_SUBMITTED: found.outline_closes_at}
    return tuple(
        WaitingText(
            due[row.state] % {"reference": row.reference},
            applicants if row.state is State.IN_REJOINDER else office,
            None,
            moment_text(since.get(row.state)),
        )
        for row in rows
        if row.state in due and _is_past(closing_of(found, part_at(definition, row.state)))
    )


def _signatures(definition: Definition, call_id: UUID) -> tuple[WaitingText, ...]:
    """Who has not signed which application yet, since when; late ones say so."""
    if Stage.SIGNATURE not in definition.stages:
        return ()
    lines = []
    for asked, reference, approval in approvals.awaited_in(db.session(), scope.office_ids(viewer(), call_id)):
        values = {"what": approval.title.in_(language()), "reference": reference}
        if asked.word.answer is not None:
            what, holder = gettext("%(what)s, %(reference)s: not agreed", **values), gettext("the coordinators")
        elif asked.voice.is_late(now()):
            what, holder = gettext("%(what)s, %(reference)s: too late", **values), asked.name
        else:
            what, holder = gettext("%(what)s, %(reference)s", **values), asked.name
        since = asked.word.answer.at if asked.word.answer is not None else asked.word.since
        side = definition.side(asked.task.side_key).short
        lines.append(WaitingText(what, holder, side, moment_text(since)))
    return tuple(lines)


def _outside(panels: Sequence[reviews.PanelRow], definition: Definition) -> tuple[WaitingText, ...]:
    """Reviewers of no side that are still to be named or given applications."""
    return tuple(
        WaitingText(
            ngettext(
                "Reviewers from outside for %(num)s application before %(panel)s",
                "Reviewers from outside for %(num)s applications before %(panel)s",
                panel.lacks_outside,
                panel=panel.title.in_(language()),
            ),
            gettext("the coordinators"),
            definition.side(panel.side_key).short if panel.side_key else None,
            None,
        )
        for panel in panels
        if panel.lacks_outside
    )


def _is_past(closes: datetime | None) -> bool:
    return closes is not None and now() > closes


def _after_review(definition: Definition) -> str:
    """What the office does next with a reviewed application in this call."""
    if Stage.REJOINDER in definition.stages:
        return str(gettext("Asking the applicants of %(reference)s for their answer to the reviews"))
    if Stage.INTERVIEW in definition.stages:
        return str(gettext("Invitation to an interview, or a decision, for %(reference)s"))
    return str(gettext("Verdicts and decision on %(reference)s"))


def _sealed(
    rows: Sequence[applications.OfficeRow], panels: Sequence[reviews.PanelRow], definition: Definition
) -> tuple[WaitingText, ...]:
    """Panels of other sides that still judge: that they are open may be known, nothing more."""
    if not any(row.state in (State.IN_REVIEW, State.OUTLINE_IN_REVIEW) for row in rows):
        return ()
    return tuple(
        WaitingText(
            gettext("Closing of %(panel)s", panel=panel.title.in_(language())),
            gettext("its chair and coordinator"),
            definition.side(panel.side_key).short if panel.side_key else None,
            None,
        )
        for panel in panels
        if not panel.is_closed and not panel.is_readable and definition.panel(panel.key).stage in _parts(rows)
    )


def _parts(rows: Sequence[applications.OfficeRow]) -> set[Part]:
    """The parts that are in review now."""
    states = {row.state for row in rows}
    return {part for part, state in reviews.UNDER_REVIEW.items() if state in states}


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
    return application_page((), "", ())


def _is_office(acting: Acting) -> bool:
    return may(Action.SEE_CALL_OFFICE, acting) is None


def application_page(
    problems: tuple[ProblemText, ...], reason: str, ticked: Sequence[str] | None
) -> ResponseReturnValue:
    """The page of one application, with what stood in the way of the last try."""
    found, acting = here(Application).thing, here(Application).acting
    work = db.session()
    definition = queries.definition_by_version(work, found.call_version_id)
    is_outside = reads_outside(work, viewer().person_id, definition)
    page = render_template(
        "office/application.html",
        application_id=found.id,
        call_id=found.call_id,
        reference=found.reference,
        sheet=applications.frozen_sheet(work, found.id, is_outside=is_outside),
        rules=rules_text(lines_of(work, found.id), is_outside=is_outside),
        failed=set(request.form.getlist("failed")) or failed_points(work, found),
        colliding=problem_texts(colliding(work, found, definition)),
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
        gaps=silent_points(work, found, definition, now()),
        ticked=set(ticked or ()) or applications.ticked(work, found.id),
        problems=problems,
        reason=reason,
        offers=offer_texts(applications.offers(work, found, acting, now()), found),
        approvals=standing_texts(approvals.standings(work, found, definition, now()), definition),
        may_extend=may(Action.EXTEND_APPROVAL, acting, found.state) is None,
        typed=request.form.to_dict(),
        errors=by_field(problems),
        steps=applications.steps_of(work, found.id),
        state_label=state_label,
        move_label=move_label,
        later=later_stages(work, found, definition),
        asked=asked_text(work, found, definition),
        letters=read_texts(work, viewer(), found.id),
        has_outlines=Stage.OUTLINE in definition.stages,
        outline=applications.frozen_sheet(work, found.id, Part.OUTLINE, is_outside=is_outside)
        if _is_full(found, definition)
        else None,
    )
    return page, 422 if problems else 200


def _is_full(found: Application, definition: Definition) -> bool:
    """Whether a full application was submitted after an outline."""
    written = (State.INVITED, State.WITHDRAWN, State.NOT_INVITED, State.INELIGIBLE)
    return part_at(definition, found.state) is Part.FULL and found.state not in written


@bp.post("/applications/<uuid:application_id>/move")
@on_application(Action.READ_APPLICATION)
def move(application_id: UUID) -> ResponseReturnValue:
    """Take a step of the workflow: the formal check, or the start of review."""
    found, acting = here(Application).thing, here(Application).acting
    wanted = request.form.get("move", "")
    if wanted not in set(Move) - OWN_DOORS or not _is_office(acting):
        abort(400)
    reason, ticked = request.form.get("reason", ""), request.form.getlist("tick")
    try:
        with transaction(db.session()) as work:
            if wanted == Move.FAIL_CHECK:
                mark_failed(work, found, request.form.getlist("failed"), by=acting, at=now())
            if wanted == Move.PASS_CHECK:
                applying.tick(work, found, ticked, by=acting, at=now())
                set_conditions(work, found, typed_conditions(), by=acting, at=now())
            applying.take(work, found, Move(wanted), by=acting, at=now(), reason=reason)
    except Refused as refused:
        db.session.refresh(found)
        return application_page(problem_texts(refused.problems), reason, ticked)
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
