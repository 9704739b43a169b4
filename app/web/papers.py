"""Applications as PDF, as dossier and as bundle. What applicants look at before they submit, what offices read and what
reviewers get comes from one function; each door gives what its own scope lets through."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import reach, scope
from app.access.transfer import reads_application_outside, reads_outside
from app.applications import queries
from app.applications.models import Application
from app.applications.snapshots import Sheet
from app.exports.papers.assigned import take_assigned
from app.exports.papers.bundles import bundle_of
from app.exports.papers.content import Reading, application_data
from app.exports.papers.dossier import dossier_of
from app.exports.papers.enclosed import Enclosed, enclosed_in
from app.exports.papers.printing import CannotPrint, printed
from app.extensions import db
from app.kernel.errors import NotFound, Problem
from app.kernel.transaction import transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version, definition_of
from app.reviews import queries as reviewing
from app.reviews.models import Assignment, Panel, PanelMember
from app.web import errors
from app.web.doors import here, now, on_application, on_assignment, on_membership, viewer
from app.web.files import READING, SANDBOX
from app.web.receiving import store
from app.web.words import language

log = logging.getLogger("tandem.web")
bp = Blueprint("papers", __name__)
PAPERS = ("application.pdf", "dossier.pdf", "files.zip")
NOT_MADE = Problem(
    "paper_not_made",
    N_(
        "The PDF could not be made just now. Nothing is lost: everything stands on the page itself. Try again in a minute."
    ),
)


@bp.get("/applications/<uuid:application_id>/draft/<paper>")
@on_application(Action.READ_DRAFT)
def draft(application_id: UUID, paper: str) -> ResponseReturnValue:
    """What would be submitted now, as reviewers would get it; every page says that it is a draft."""
    found, work = here(Application).thing, db.session()
    definition = definition_by_version(work, found.call_version_id)
    return _answer(paper, queries.draft_sheet(work, found), definition)


@bp.get("/applications/<uuid:application_id>/papers/<paper>")
@on_application(Action.READ_APPLICATION)
def submitted(application_id: UUID, paper: str) -> ResponseReturnValue:
    """What was submitted last, for its team and its office."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    is_reader = acting.hats.isdisjoint(reach.TEAM)
    is_outside = is_reader and reads_outside(work, viewer().person_id, definition)
    letters = enclosed_in(work, viewer(), [found.id], definition) if is_reader else {}
    sheet = queries.frozen_sheet(work, found.id, is_outside=is_outside)
    return _answer(paper, sheet, definition, letters.get(found.id, ()))


@bp.get("/reviews/<uuid:assignment_id>/papers/<paper>")
@on_assignment(Action.WRITE_REVIEW)
def reviewed(assignment_id: UUID, paper: str) -> ResponseReturnValue:
    """The same for whoever reviews it, once the conflicts are answered."""
    assignment, work = here(Assignment).thing, db.session()
    member = work.get_one(PanelMember, assignment.member_id)
    if reviewing.has_unanswered(work, member):
        return redirect(url_for("reviewer.conflicts", member_id=member.id))
    call = work.get_one(Call, work.get_one(Panel, assignment.panel_id).call_id)
    is_outside = reads_application_outside(work, viewer().person_id, assignment.application_id)
    sheet = queries.frozen_sheet(work, assignment.application_id, is_outside=is_outside)
    definition = definition_of(work, call)
    letters = enclosed_in(work, viewer(), [assignment.application_id], definition)
    return _answer(paper, sheet, definition, letters.get(assignment.application_id, ()))


@bp.post("/memberships/<uuid:member_id>/applications.zip")
@on_membership(Action.DECLARE_CONFLICT)
def assigned(member_id: UUID) -> ResponseReturnValue:
    """Everything on the own table in one bundle. Taking it home is a deed, so it is a button and a line in the trail."""
    member, acting = here(PanelMember).thing, here(PanelMember).acting
    if member.accepted_at is None or reviewing.has_unanswered(db.session(), member):
        return redirect(url_for("reviewer.queue", member_id=member_id), 303)
    with transaction(db.session()) as work:
        own = scope.own_assignments(viewer())
        taken = take_assigned(work, member, own, viewer(), by=acting, at=now(), locale=language())
    return _zip(taken.pieces(store()), taken.name)


def _answer(
    paper: str, sheet: Sheet | None, definition: Definition, letters: tuple[Enclosed, ...] = ()
) -> ResponseReturnValue:
    if sheet is None or paper not in PAPERS:
        raise NotFound()
    reading = Reading(language(), definition.lead_side.zone)
    stem = f"{sheet.reference}-v{sheet.number}" if sheet.number is not None else f"{definition.key}-draft"
    if paper == "files.zip":
        return _zip(bundle_of(sheet, reading, store(), letters), f"{stem}-files.zip")
    try:
        if paper == "dossier.pdf":
            return pdf(dossier_of(sheet, reading, store(), letters).content, f"{stem}-dossier.pdf")
        return pdf(printed("application.typ", application_data(sheet, reading)).content, f"{stem}.pdf")
    except CannotPrint as why:
        return not_made(why)


def not_made(why: CannotPrint) -> ResponseReturnValue:
    """The page that says so; the log says why."""
    log.error("a paper could not be made: %s", why)
    return errors.page(503, (NOT_MADE,))


def pdf(content: bytes, name: str) -> Response:
    """A PDF that the browser opens, under a policy of its own."""
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=name)
    answer.headers["Content-Security-Policy"] = READING
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _zip(pieces: Iterator[bytes], name: str) -> Response:
    answer = Response(pieces, mimetype="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
