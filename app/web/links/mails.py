"""Recording a yes that came by mail: the form, the mail as a file or pasted, and fetching it again."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from app.access import links, scope
from app.access.links import LinkLine
from app.access.reach import Here, house
from app.access.viewer import Viewer
from app.applications import by_mail, silence
from app.applications import queries as applications
from app.applications.file_rules import typed_name
from app.applications.models import KeptMail, MailType
from app.applications.parts import ByMail
from app.applications.tally import lines_of, place_of
from app.identities.models import LinkPurpose
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Problem, Refused
from app.kernel.inspection import mail_type_of
from app.kernel.words import N_
from app.programmes.definition import Definition
from app.programmes.definition.values import as_date
from app.web.applicant.budgets import typed_lines
from app.web.doors import Door, hang, here, now
from app.web.files import closed, sent
from app.web.receiving import first_scan, received, store
from app.web.words import language

bp = Blueprint("mails", __name__)
LARGEST = 10_000_000
MEDIA = {MailType.PDF: "application/pdf", MailType.EML: "message/rfc822", MailType.TXT: "text/plain; charset=utf-8"}


@dataclass(frozen=True)
class AmountField:
    """One amount that the mail may name."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Recording:
    """The form for a yes that came by mail. `tasks` are the approvals it may be for; `amounts` a side's empty budget."""

    tasks: tuple[tuple[str, str], ...]
    amounts: tuple[AmountField, ...]
    currency: str
    confirmed: str | None
    earlier: ByMail | None = None


def recording(
    work: Session, viewer: Viewer, line: LinkLine, definition: Definition, typed: Mapping[str, str]
) -> Recording | None:
    """What can be recorded for this link; None where nothing is, and nothing of a draft is in it."""
    if line.subject.purpose is LinkPurpose.APPROVAL:
        tasks = _tasks(work, viewer, line)
        return Recording(tasks, (), "", None) if tasks else None
    if line.subject.purpose is not LinkPurpose.PARTNER:
        return None
    side = applications.side_by_id(work, line.subject.id)
    if (
        not line.subject.is_written
        and silence.why_too_late(work, applications.application_of(work, side.application_id), side, now()) is not None
    ):
        return None
    if side.lead_person_id != links.person_of(work, line):
        return None
    if side.confirmed_at is not None and side.mail_id is None:
        return Recording((), (), "", side.confirmed_as)
    declared = definition.side(side.side_key)
    titles = {cost.key: cost.title.in_(language()) for cost in declared.allowed_costs}
    years = range(1, (definition.years or 1) + 1)
    amounts = tuple(
        AmountField(
            place_of(side.side_key, (year, cost)),
            ", ".join(part for part in (gettext("Year %(year)s", year=year), titles.get(cost, "")) if part),
            typed.get(place_of(side.side_key, (year, cost)), ""),
        )
        for year, cost in (lines_of(declared, years) if declared.pays else ())
    )
    earlier = by_mail.kept_of(work, side)
    return Recording((), amounts, declared.currency or "", None, ByMail.of(earlier) if earlier else None)


def _tasks(work: Session, viewer: Viewer, line: LinkLine) -> tuple[tuple[str, str], ...]:
    """What this person is asked to approve now; of a draft only which side's approval it is."""
    return tuple(
        (
            str(found.asked.task.id),
            gettext(
                "%(what)s, %(side)s: %(which)s",
                what=found.approval.title.in_(language()),
                side=found.side.short,
                which=found.application.reference or gettext("a draft"),
            ),
        )
        for found in links.open_tasks(work, viewer, line, now())
    )


def record(work: Session, viewer: Viewer, line: LinkLine, definition: Definition, *, by: Acting, at: datetime) -> None:
    """Keep what the form says. Raises Refused with every problem; the mail's bytes are kept only when it is a mail."""
    name, type_, size, sha256 = _mail()
    day = as_date(request.form.get("written_on", ""))
    mail = by_mail.Mail(request.form.get("written_by", ""), day, name, type_, size, sha256, first_scan())
    if line.subject.purpose is LinkPurpose.APPROVAL:
        wanted = request.form.get("task", "")
        task = next(
            (one.asked.task for one in links.open_tasks(work, viewer, line, now()) if str(one.asked.task.id) == wanted),
            None,
        )
        if task is None:
            raise Refused([Problem("no_task", N_("Choose what the mail approves."), field="task")])
        by_mail.record_approval(work, task, mail, by=by, at=at)
        return
    if line.subject.purpose is not LinkPurpose.PARTNER:
        raise NotFound()
    side = applications.side_by_id(work, line.subject.id)
    typed = typed_lines(request.form, f"budget-{side.side_key}-")
    by_mail.record_side(work, side, mail, typed, by=by, at=at)


NO_MAIL = Problem("mail_missing", N_("Attach the mail as PDF, .eml or .txt, or paste its text."), field="mail")
NOT_A_MAIL = Problem(
    "not_a_mail", N_("This file is no mail that can be kept. Save the mail as PDF, .eml or .txt."), field="mail"
)


def _mail() -> tuple[str, MailType, int, str]:
    """The mail that the form brought, kept under its hash. A PDF was looked at already; words are looked at here."""
    pasted = request.form.get("pasted", "").strip()
    for file in received().get("mail", ()):
        if file.type == "pdf" and not file.trouble:
            return file.name, MailType.PDF, file.size, file.sha256
        content = request.files["mail"].stream
        content.seek(0)
        words = content.read(LARGEST + 1)
        type_ = mail_type_of(words) if len(words) <= LARGEST else ""
        if not type_:
            raise Refused([NOT_A_MAIL])
        return (file.name, MailType(type_), *_kept(words))
    if not pasted:
        raise Refused([NO_MAIL])
    return (typed_name(gettext("mail") + ".txt"), MailType.TXT, *_kept(pasted.encode()))


def _kept(content: bytes) -> tuple[int, str]:
    place = store()
    staged = place.stage(io.BytesIO(content))
    place.keep(staged)
    return staged.size, staged.sha256


def reach_mail(session: Session, viewer: Viewer, mail_id: UUID) -> Here[KeptMail]:
    """A kept mail, for the team of its application and the office of the call."""
    found = session.scalar(scope.kept_mails(viewer).where(KeptMail.id == mail_id))
    if found is None:
        raise NotFound()
    return Here(found, house(viewer))


@bp.get("/mails/<uuid:mail_id>")
@hang(Door("mail: team and office", None, reach_mail, "mail_id"))
def fetch(mail_id: UUID) -> ResponseReturnValue:
    """The mail as it was attached, always as a download."""
    found = here(KeptMail).thing
    return closed(found.scan, found.recorded_by) or sent(found.sha256, MEDIA[found.type], found.name, found.size)
