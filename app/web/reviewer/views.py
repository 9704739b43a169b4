"""A reviewer's pages: the answer, conflicts first, the application beside the form, and the own table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.access.transfer import reads_application_outside
from app.applications.queries import frozen_sheet
from app.applications.verdicts import lines_of
from app.extensions import db
from app.kernel.errors import Clash, Refused, Stale
from app.kernel.transaction import transaction
from app.policy.vocabulary import Action
from app.programmes.definition import Panel as DeclaredPanel
from app.programmes.definition import Visibility
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import desk as desks
from app.reviews import queries, services
from app.reviews.models import Assignment, Panel, PanelMember
from app.reviews.rules import Scale, score_text
from app.web.doors import here, now, on_assignment, on_membership, viewer
from app.web.judgements import ReviewText, dates_of, review_texts
from app.web.letters.texts import read_texts
from app.web.reviewer import landing
from app.web.reviewer.policies import policies_text
from app.web.rule_lines import caveats_text
from app.web.words import ProblemText, by_field, language, moment_text, problem_texts

bp = Blueprint("reviewer", __name__)


@bp.get("/memberships/<uuid:member_id>/invitation")
@on_membership(Action.DECLARE_CONFLICT)
def invitation(member_id: UUID) -> ResponseReturnValue:
    """The invitation, for somebody who is signed in."""
    return landing.render(here(PanelMember).thing, viewer().name, url_for(".answer", member_id=member_id))


@bp.post("/memberships/<uuid:member_id>/invitation")
@on_membership(Action.DECLARE_CONFLICT)
def answer(member_id: UUID) -> ResponseReturnValue:
    """Yes or no."""
    member = here(PanelMember)
    try:
        return redirect(landing.answer(member.thing, member.acting), 303)
    except Refused as refused:
        action = url_for(".answer", member_id=member_id)
        return landing.refused(member.thing, viewer().name, action, refused), 422


# --- Conflicts --------------------------------------------------------------------------------------------------


@bp.get("/panels/<uuid:member_id>/conflicts")
@on_membership(Action.DECLARE_CONFLICT)
def conflicts(member_id: UUID) -> ResponseReturnValue:
    """Every application of the call with its people; nothing else of them is shown before this is answered."""
    if here(PanelMember).thing.accepted_at is None:
        return redirect(url_for(".invitation", member_id=member_id))
    return _conflicts_page((), {})


def _conflicts_page(problems: tuple[ProblemText, ...], ticked: Mapping[UUID, str]) -> ResponseReturnValue:
    member = here(PanelMember).thing
    page = render_template(
        "reviewer/conflicts.html",
        member_id=member.id,
        applications=queries.candidates(db.session(), member, only_assigned=False),
        ticked=ticked,
        problems=problems,
        errors=by_field(problems),
        panel=queries.title_of(db.session(), db.session().get_one(Panel, member.panel_id)).in_(language()),
        policies=policies_text(member),
    )
    return page, 422 if problems else 200


@bp.post("/panels/<uuid:member_id>/conflicts")
@on_membership(Action.DECLARE_CONFLICT)
def declare(member_id: UUID) -> ResponseReturnValue:
    """Keep the answer for every application, then go to the first review."""
    member, acting = here(PanelMember).thing, here(PanelMember).acting
    ticked = _ticked()
    try:
        with transaction(db.session()) as work:
            services.answer_conflicts(work, member, ticked, by=acting, at=now())
    except Refused as refused:
        return _conflicts_page(problem_texts(refused.problems), ticked)
    first = desks.next_open(_queue(member.id))
    if first is None:
        return redirect(url_for(".queue", member_id=member_id), 303)
    return redirect(url_for(".desk", assignment_id=first), 303)


def _ticked() -> dict[UUID, str]:
    try:
        ids = [UUID(text) for text in request.form.getlist("conflict")]
    except ValueError:
        abort(400)
    return {found: request.form.get(f"reason-{found}", "") for found in ids}


# --- The own table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class QueueText:
    """One line of the own table, in words."""

    url: str
    reference: str
    title: str
    is_submitted: bool
    is_begun: bool
    scores: tuple[str, ...]
    overall: str
    changed: str | None


def _queue(member_id: UUID) -> tuple[desks.QueueRow, ...]:
    return desks.queue_of(db.session(), scope.own_assignments(viewer()), member_id)


@bp.get("/memberships/<uuid:member_id>")
@on_membership(Action.DECLARE_CONFLICT)
def queue(member_id: UUID) -> ResponseReturnValue:
    """All that this member has to judge, with the own scores and nobody else's."""
    member = here(PanelMember).thing
    if member.accepted_at is None or queries.has_unanswered(db.session(), member):
        return redirect(landing.next_page(member))
    work = db.session()
    panel = work.get_one(Panel, member.panel_id)
    found = _queue(member.id)
    return render_template(
        "reviewer/queue.html",
        member_id=member.id,
        rows=[_queue_text(row) for row in found],
        done=sum(row.state == "submitted" for row in found),
        panel=queries.title_of(work, panel).in_(language()),
        criteria=[title.in_(language()) for title in queries.criteria_of(work, panel)],
        is_closed=panel.closed_at is not None,
        dates=dates_of(_declared(panel)),
        waits=queries.waits_for(work, panel),
        others_url=url_for(".others", member_id=member.id),
        chair_url=url_for("panel.show", panel_id=panel.id) if member.is_chair else None,
        next_url=_next_url(found),
    )


def _declared(panel: Panel) -> DeclaredPanel:
    work = db.session()
    return definition_of(work, work.get_one(Call, panel.call_id)).panel(panel.key)


@bp.get("/memberships/<uuid:member_id>/others")
@on_membership(Action.DECLARE_CONFLICT)
def others(member_id: UUID) -> ResponseReturnValue:
    """What others wrote of the applications that this member judges too, as far as the call lets members see each
    other, and what the applicants answered."""
    member, work = here(PanelMember).thing, db.session()
    if member.accepted_at is None or queries.has_unanswered(work, member):
        return redirect(landing.next_page(member))
    panel = work.get_one(Panel, member.panel_id)
    definition = definition_of(work, work.get_one(Call, panel.call_id))
    lines = queries.review_lines(work, panel.call_id, scope.reviews_of_others(viewer()))
    named = {line.application_id: (line.reference, line.title) for line in lines}
    answers = queries.judged_by(work, member, scope.rejoinders(viewer()))
    return render_template(
        "reviewer/others.html",
        member_id=member.id,
        panel=queries.title_of(work, panel).in_(language()),
        rule=_seen_when(panel.sees_others),
        reviews=[(*named[key], texts) for key, texts in review_texts(lines, definition).items()],
        answers=answers,
    )


def _seen_when(rule: Visibility) -> str:
    words: dict[Visibility, str] = {
        Visibility.NEVER: gettext("In this call, members of a panel do not see each other’s reviews."),
        Visibility.AFTER_OWN: gettext("You see what others in your panel wrote once your own review is submitted."),
        Visibility.AFTER_CLOSING: gettext("You see what others in your panel wrote once the panel has closed."),
    }
    return words[rule]


def _next_url(rows: tuple[desks.QueueRow, ...]) -> str | None:
    first = desks.next_open(rows)
    return url_for(".desk", assignment_id=first) if first is not None else None


def _queue_text(row: desks.QueueRow) -> QueueText:
    return QueueText(
        url_for(".desk", assignment_id=row.assignment_id),
        row.reference,
        row.title,
        row.state == "submitted",
        row.state == "draft",
        tuple("–" if score is None else desks.point_text(score) for score in row.scores),
        "–" if row.overall is None else _grade(row),
        moment_text(row.changed_at),
    )


def _grade(row: desks.QueueRow) -> str:
    assert row.overall is not None
    return desks.point_text(row.overall) if row.overall.denominator == 1 else score_text(row.overall, language())


# --- The desk ---------------------------------------------------------------------------------------------------


@bp.get("/reviews/<uuid:assignment_id>")
@on_assignment(Action.WRITE_REVIEW)
def desk(assignment_id: UUID) -> ResponseReturnValue:
    """The application as it was submitted, beside the form that judges it."""
    member = db.session().get_one(PanelMember, here(Assignment).thing.member_id)
    if queries.has_unanswered(db.session(), member):
        return redirect(url_for(".conflicts", member_id=member.id))
    return _desk_page(())


def _desk_page(problems: tuple[ProblemText, ...], typed: Mapping[str, str] | None = None) -> ResponseReturnValue:
    assignment, work = here(Assignment).thing, db.session()
    shown = desks.desk_of(work, assignment, typed)
    is_outside = reads_application_outside(work, viewer().person_id, assignment.application_id)
    page = render_template(
        "reviewer/desk.html",
        assignment_id=assignment.id,
        member_id=assignment.member_id,
        desk=shown,
        sheet=frozen_sheet(work, assignment.application_id, is_outside=is_outside),
        letters=read_texts(work, viewer(), assignment.application_id),
        caveats_of_rules=caveats_text(lines_of(work, assignment.application_id), is_outside=is_outside),
        problems=problems,
        errors=by_field(problems),
        points=points_of(shown.scale),
        own_points={line.key: points_of(line.scale) for line in shown.lines},
        best=desks.point_text(shown.scale.best_value),
        worst=desks.point_text(shown.scale.worst_value),
        computed=None if shown.computed is None else score_text(shown.computed, language()),
        saved=moment_text(shown.changed_at),
        submitted=moment_text(shown.submitted_at),
        others=_others_of(assignment),
        is_seen_by_members=work.get_one(Panel, assignment.panel_id).sees_others is not Visibility.NEVER,
    )
    return page, 422 if problems else 200


def _others_of(assignment: Assignment) -> tuple[ReviewText, ...]:
    """What others wrote of this application, as far as this reviewer may see it now."""
    work = db.session()
    panel = work.get_one(Panel, assignment.panel_id)
    written = scope.reviews_of_others(viewer()).where(Assignment.application_id == assignment.application_id)
    lines = queries.review_lines(work, panel.call_id, written)
    definition = definition_of(work, work.get_one(Call, panel.call_id))
    return review_texts(lines, definition).get(assignment.application_id, ())


def points_of(scale: Scale) -> list[tuple[str, str | None]]:
    """The values of a scale, the best of words first, each with its meaning where the call gives one."""
    labels = {desks.point_text(at): text.in_(language()) for at, text in scale.labels.items()}
    if not scale.is_numeric and not labels:
        labels = {"1": gettext("Yes"), "0": gettext("No")}
    values = [desks.point_text(point) for point in scale.points()]
    return [(value, labels.get(value)) for value in values]


@bp.post("/reviews/<uuid:assignment_id>")
@on_assignment(Action.WRITE_REVIEW)
def write(assignment_id: UUID) -> ResponseReturnValue:
    """Save the draft; with the second button, also submit. What was typed is kept even when submitting is refused."""
    assignment, acting = here(Assignment).thing, here(Assignment).acting
    typed = _chosen()
    version = typed.get("version", "0")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        abort(400)
    is_submitting = request.form.get("deed") == "submit"
    try:
        with transaction(db.session()) as work:
            review = services.save_review(work, assignment, typed, int(version), by=acting, at=now())
        if is_submitting:
            with transaction(db.session()) as work:
                services.submit_review(work, assignment, typed, review.version, by=acting, at=now())
    except Stale as stale:
        return _both_texts(stale.clashes, typed)
    except Refused as refused:
        return _desk_page(problem_texts(refused.problems), typed)
    return redirect(_after(assignment, is_submitting=is_submitting), 303)


def _after(assignment: Assignment, *, is_submitting: bool) -> str:
    """After a draft the same desk; after a submitted review the next one, or the table when all are done."""
    if not is_submitting:
        flash(gettext("Draft saved at %(time)s.", time=moment_text(now())), "good")
        return url_for(".desk", assignment_id=assignment.id)
    found = _queue(assignment.member_id)
    done = sum(row.state == "submitted" for row in found)
    own = next((row.reference for row in found if row.assignment_id == assignment.id), "")
    flash(
        gettext("Review of %(reference)s submitted: %(done)s of %(all)s.", reference=own, done=done, all=len(found)),
        "good",
    )
    return _next_url(found) or url_for(".queue", member_id=assignment.member_id)


def _chosen() -> dict[str, str]:
    """The form, with the other tab's text in each place where the reviewer chose that."""
    typed = dict(request.form.items())
    for name in [name for name in typed if name.startswith("theirs-")]:
        field = name.removeprefix("theirs-")
        kept = typed.get(f"keep-{field}")
        if kept == "theirs":
            typed[field] = typed[name]
        elif kept != "yours":
            typed["version"] = "0"  # left undecided: ask again
    return typed


@dataclass(frozen=True)
class ClashText:
    """One place that two tabs wrote, in words; `field` is the form's name of it."""

    field: str
    label: str
    yours: str
    theirs: str


def _both_texts(clashes: tuple[Clash, ...], typed: Mapping[str, str]) -> ResponseReturnValue:
    """The slower tab gets both texts and chooses, place by place; nothing is lost."""
    assignment, work = here(Assignment).thing, db.session()
    sheet, review = desks.sheet_of(work, assignment), desks.review_of(work, assignment)
    wanted, version = desks.cleaned(sheet, typed), review.version if review is not None else 0
    found = clashes or desks.clashes(desks.typed_of(work, sheet, review), wanted, viewer().name, version)
    labels = _labels(sheet)
    differing = {clash.field for clash in found}
    page = render_template(
        "reviewer/both.html",
        assignment_id=assignment.id,
        version=version,
        saved=moment_text(review.changed_at) if review is not None else None,
        clashes=[ClashText(clash.field, labels[clash.field], clash.yours, clash.theirs) for clash in found],
        kept=[(name, text) for name, text in wanted.items() if name not in differing],
    )
    return page, 409


def _labels(sheet: desks.Sheet) -> dict[str, str]:
    labels = {
        "overall": gettext("Overall grade"),
        "for_applicant": gettext("Text for the applicants"),
        "for_panel": gettext("Confidential text for the panel"),
    }
    for criterion in sheet.criteria:
        title = criterion.title.in_(language())
        labels[f"score-{criterion.key}"] = gettext("Score: %(criterion)s", criterion=title)
        labels[f"remark-{criterion.key}"] = gettext("Remarks: %(criterion)s", criterion=title)
    return labels
