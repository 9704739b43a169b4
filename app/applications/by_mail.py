"""A partner or an approver answers by mail instead of on the page: a coordinator records it, with the mail.

A draft stays private: recording shows the coordinator nothing of it. The amounts that the mail names may be copied in;
what the side of a draft still lacks is told to the applicants alone, when they check and submit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import effects, silence
from app.applications.approvals import services as approving
from app.applications.approvals.models import ApprovalEntry, ApprovalTask, Said
from app.applications.approvals.queries import declared_of
from app.applications.approvals.voiding import void_what_changed
from app.applications.lines import write_lines
from app.applications.models import Application, ApplicationSide, KeptMail, MailType
from app.applications.notes import note
from app.applications.parts import read_amounts
from app.applications.scan_rules import Scan
from app.applications.side_deadlines import part_is_open
from app.applications.sides import complete, lacks_of, remember_lines
from app.applications.tally import Line, lines_of
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.workflow.table import WRITTEN
from app.workflow.vocabulary import Hat


@dataclass(frozen=True)
class Mail:
    """A mail as it is recorded: who wrote it, on which day, and the bytes that are kept under their hash."""

    written_by: str
    written_on: date | None
    name: str
    type: MailType
    size: int
    sha256: str
    scan: Scan = Scan.NOT_SCANNED


def record_side(
    session: Session,
    side: ApplicationSide,
    mail: Mail,
    typed: Mapping[Line, str],
    *,
    by: Acting,
    at: datetime,
) -> KeptMail:
    """The yes of a side's partner, as a mail says it, with the amounts that the mail names. A later mail may be recorded
    after an earlier one. Refused once the partner has confirmed on the page, for nobody asked, for amounts that cannot be
    read, and after submission; but in the days of grace of a silent partner it completes the application as the partner's
    own late yes does, and is refused with what the part still lacks."""
    application = _held(session, side.application_id, by=by)
    definition = definition_by_version(session, application.call_version_id)
    problems = _mail_problems(mail, definition, at)
    is_late = application.state not in WRITTEN
    if is_late and silence.why_too_late(session, application, side, at) is not None:
        problems.append(Problem("not_now", N_("The application is submitted; this is no longer asked.")))
    if side.confirmed_at is not None and side.mail_id is None:
        problems.append(Problem("confirmed_already", N_("This side has confirmed already."), since=side.confirmed_at))
    if side.lead_person_id is None or side.lead_person_id == application.lead_person_id:
        problems.append(Problem("nobody_asked", N_("Nobody is asked to lead this side by mail.")))
    declared = definition.side(side.side_key)
    known = lines_of(declared, range(1, (definition.years or 1) + 1)) if declared.pays else ()
    wanted = {line: text for line, text in typed.items() if line in known and text.strip()}
    amounts, unreadable = read_amounts(declared, wanted)
    if problems or unreadable:
        raise Refused([*problems, *unreadable])
    if not is_late:
        part_is_open(session, application, definition, side.side_key, at)
    written = write_lines(session, side, amounts)
    remember_lines(session, application, side, {line: amounts[line] for line in written}, by=by, at=at)
    lacks = lacks_of(session, application, definition, side) if is_late else []
    if lacks:
        raise Refused(lacks)
    kept = _keep(session, application, side.side_key, mail, by=by, at=at)
    side.confirmed_at, side.confirmed_as, side.mail_id = at, kept.written_by, kept.id
    side.declined_at, side.declined_because, side.objected_at, side.objected_because = None, None, None, None
    session.flush()
    if is_late:
        complete(session, application, definition, side, by=by, at=at)
    effects.tell_answer(session, application, side, at)
    said = {"writer": kept.written_by, "sha256": kept.sha256, "day": kept.written_on.isoformat()}
    note(session, "record-confirmation-by-mail", application, by=by, at=at, side=side.side_key, **said)
    if not is_late:
        void_what_changed(session, application, by=by, at=at)
    return kept


def kept_of(session: Session, side: ApplicationSide) -> KeptMail | None:
    """The mail by which this side has confirmed, if it was one."""
    return session.scalar(scoped(select(KeptMail).where(KeptMail.id == side.mail_id))) if side.mail_id else None


def record_approval(session: Session, task: ApprovalTask, mail: Mail, *, by: Acting, at: datetime) -> KeptMail:
    """The answer that agrees, of somebody who was asked to approve, as a mail says it. It stands for exactly what would
    be approved now. Refused as the answer itself would be."""
    application = _held(session, task.application_id, by=by)
    problems = _mail_problems(mail, definition_by_version(session, application.call_version_id), at)
    if problems:
        raise Refused(problems)
    standing = approving.commitment_of(session, task, at)
    if standing.asked.word.answer is not None:
        raise Refused([Problem("answered_already", N_("This person has answered already."), field="task")])
    as_approver = Acting(
        by.person_id, by.name, frozenset({Hat.APPROVER}), deed=f"recorded from a mail of {mail.written_by}"
    )
    grants = Said(declared_of(session, task).answers[0])
    approving.answer(session, task, grants, name=mail.written_by, seen=standing.sha256, by=as_approver, at=at)
    kept = _keep(session, application, task.side_key, mail, by=by, at=at)
    kept.entry_id = session.scalar(
        scoped(
            select(ApprovalEntry.id)
            .where(ApprovalEntry.task_id == task.id)
            .order_by(ApprovalEntry.position.desc())
            .limit(1)
        )
    )
    session.flush()
    note(session, "record-approval-by-mail", application, by=by, at=at, task=str(task.id), sha256=kept.sha256)
    return kept


def _held(session: Session, application_id: object, *, by: Acting) -> Application:
    problem = may(Action.RECORD_MAIL, by)
    if problem is not None:
        raise NotAllowed([problem])
    statement = select(Application).where(Application.id == application_id).with_for_update()
    found = session.scalar(scoped(statement))
    if found is None:
        raise NotFound()
    return found


def _mail_problems(mail: Mail, definition: Definition, at: datetime) -> list[Problem]:
    problems, today = [], at.astimezone(ZoneInfo(definition.lead_side.zone)).date()
    if not mail.written_by.strip():
        problems.append(Problem("name_missing", N_("Write who wrote the mail."), field="written_by"))
    if mail.written_on is None or mail.written_on > today:
        problems.append(Problem("day_missing", N_("Write on which day the mail was written."), field="written_on"))
    return problems


def _keep(
    session: Session, application: Application, side_key: str, mail: Mail, *, by: Acting, at: datetime
) -> KeptMail:
    assert mail.written_on is not None
    assert by.person_id is not None
    kept = KeptMail(
        application_id=application.id,
        side_key=side_key,
        written_by=" ".join(mail.written_by.split()),
        written_on=mail.written_on,
        name=mail.name,
        type=mail.type,
        size=mail.size,
        sha256=mail.sha256,
        scan=mail.scan,
        recorded_by=by.person_id,
        recorded_by_name=by.name,
        recorded_at=at,
    )
    session.add(kept)
    session.flush()
    return kept
