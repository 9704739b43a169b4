"""Beginning an application from an earlier one of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.applications import queries, services, uploads
from app.applications.attachments import attached
from app.applications.copying_rules import OTHER_COSTS, Plan, budget_fits, plan_of
from app.applications.file_rules import Received
from app.applications.models import Application
from app.applications.notes import note
from app.applications.parts import Part, answers_of, parts_of, values_of
from app.applications.scan_rules import Scan
from app.kernel.actors import Acting
from app.kernel.errors import Problem, Refused
from app.kernel.money import amount_text
from app.kernel.words import N_
from app.programmes.definition import SHARED, Definition
from app.programmes.kinds import QuestionKind
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import Hat


def plan(session: Session, source: Application, target: Definition, side_key: str) -> Plan:
    """What would go over into a call in which the person leads this side."""
    definition = definition_by_version(session, source.call_version_id)
    own = _own_part(session, source, definition)
    owners = {SHARED, own.key} if own is not None else {SHARED}
    made = plan_of(definition, target, values_of(answers_of(session, source)), owners, {SHARED, side_key})
    if own is None or not own.lines:
        return made
    last = max(year for year, _ in own.lines)
    fits = budget_fits(own.side, target.side(side_key), last, target.years or 1)
    return replace(made, budget=fits, why_no_budget=None if fits else Problem("left_behind", OTHER_COSTS))


def _own_part(session: Session, source: Application, definition: Definition) -> Part | None:
    return next((part for part in parts_of(session, source, definition) if part.is_own), None)


def begin_from(
    session: Session,
    source: Application,
    call: Call,
    *,
    by: Acting,
    at: datetime,
    scan: Scan = Scan.NOT_SCANNED,
) -> Application:
    """A draft in this call with all that goes over. Refused where a draft was begun before: nothing is written over.

    The person led the earlier application; whoever calls has made sure of it. Files begin anew with the virus scanner, as
    `scan` says; one that it refused stays behind.
    """
    assert by.person_id is not None
    if queries.own_draft(session, call.id, by.person_id) is not None:
        message = N_("You have begun an application to this call already; nothing of it is written over.")
        raise Refused([Problem("begun_already", message)])
    begun = services.start_draft(session, call, by=by, at=at)
    by = replace(by, hats=frozenset({Hat.LEAD_APPLICANT}))
    target = definition_by_version(session, begun.call_version_id)
    own = next(part for part in parts_of(session, begun, target) if part.is_own)
    made = plan(session, source, target, own.key)
    answers = {each.target.key: list(each.entries) for each in made.copied if each.target.kind is not QuestionKind.FILE}
    services.save_answers(session, begun, answers, {}, by=by, at=at)
    _copy_files(session, source, begun, made, by=by, at=at, scan=scan)
    if made.budget:
        _copy_budget(session, source, begun, own, by=by, at=at)
    note(session, "copy-application", begun, by=by, at=at, source=source.reference or str(source.id))
    return begun


def _copy_files(
    session: Session, source: Application, begun: Application, made: Plan, *, by: Acting, at: datetime, scan: Scan
) -> None:
    """The same bytes under their hash; what the new call does not take stays behind, and its question says it is empty."""
    files = attached(session, source.id)
    for each in made.copied:
        if each.target.kind is not QuestionKind.FILE:
            continue
        for file in files.get(each.source.key, ()):
            if file.scan is Scan.REFUSED:
                continue
            received = Received(file.original_name, file.size, file.sha256, file.type, file.pages, scan=scan)
            try:
                uploads.attach(session, begun, each.target.key, received, by=by, at=at)
            except Refused:
                continue


def _copy_budget(
    session: Session, source: Application, begun: Application, own: Part, *, by: Acting, at: datetime
) -> None:
    definition = definition_by_version(session, source.call_version_id)
    earlier = _own_part(session, source, definition)
    side = queries.side_of(session, begun.id, own.key)
    if earlier is None or side is None:
        return
    lines: Mapping[tuple[int, str], str] = {line: amount_text(money, "en") for line, money in earlier.lines.items()}
    services.save_budget(session, side, lines, by=by, at=at)
