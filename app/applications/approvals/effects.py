"""Letters about approvals: one digest a person when asked and when reminded, what was voided, and a no with its reason."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.approvals.differing import Differences, changed_texts
from app.applications.approvals.models import ApprovalTask
from app.applications.approvals.pledges import Overload
from app.applications.models import Application
from app.communications import services as mail
from app.communications.instants import instant_text
from app.communications.models import Letter, LetterStatus
from app.communications.services import About
from app.identities.models import LinkPurpose, Person
from app.identities.services import make_link, primary_address
from app.kernel.database import scoped
from app.kernel.money import Money, money_text
from app.programmes.definition import Approval, Definition, Text

UNTITLED = Text("(without a title yet)", "(ännu utan titel)")
OVERLOADED = Text(
    "With this, %(name)s would be at %(percent)s per cent in %(year)s.",
    "Med detta skulle %(name)s ligga på %(percent)s procent %(year)s.",
)
QUIET = timedelta(minutes=10)
"""How long a letter about a change waits, so that somebody who is still writing is not told of half a number."""
Line = tuple[ApprovalTask, Application, Definition]


@dataclass(frozen=True)
class Promised:
    """What a signer has promised this year, by currency, and who would work more than all of the time."""

    this_year: tuple[Money, ...]
    above_full: tuple[Overload, ...]


def tell_asked(session: Session, lines: Iterable[Line], asked_by: str, at: datetime) -> int:
    """One letter to each person for all that the person is newly asked for in a call. How many letters."""
    return _digests(session, "approval_request", lines, at, {"asked_by": asked_by})


def remind(session: Session, lines: Sequence[Line], day: str, at: datetime) -> int:
    """One reminder to each person for all that ends soon in a call; once for each day before the end."""
    return _digests(session, "approval_reminder", lines, at, {}, stamp=day)


def _stamp(tasks: Sequence[ApprovalTask], at: datetime) -> str:
    text = ",".join(sorted(str(task.id) for task in tasks)) + at.isoformat()
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _digests(
    session: Session, kind: str, lines: Iterable[Line], at: datetime, more: Mapping[str, Any], *, stamp: str = ""
) -> int:
    by_person: dict[tuple[UUID, UUID], list[Line]] = {}
    for line in lines:
        by_person.setdefault((line[0].person_id, line[1].call_id), []).append(line)
    count = 0
    for (person_id, call_id), own in by_person.items():
        dedupe = f"{kind}:{call_id}:{person_id}:{stamp or _stamp([task for task, _, _ in own], at)}"
        if mail.is_posted(session, dedupe):
            continue
        person = session.get_one(Person, person_id)
        values = {
            "name": person.name,
            "call": own[0][2].title.in_(person.locale),
            "items": [_item(session, line, person) for line in own],
            "senders": _senders(own[0][2]),
            **more,
        }
        about = About(call_id, own[0][1].id, own[0][0].side_key) if len(own) == 1 else About()
        _post(session, kind, person, call_id, dedupe, values, about, at)
        for task, _, _ in own:
            task.told_at = at
        session.flush()
        count += 1
    return count


def had_digest(session: Session, person_id: UUID, friday: datetime) -> bool:
    """Whether this person has had the mail of this week."""
    return mail.is_posted(session, _of_week(person_id, friday))


def _of_week(person_id: UUID, friday: datetime) -> str:
    return f"approval-digest:{person_id}:{friday.isoformat()}"


def digest(  # noqa: PLR0917  # one mail a week with all that it tells
    session: Session, person: Person, lines: Sequence[Line], said: Promised, friday: datetime, at: datetime
) -> None:
    """The weekly mail: every line that waits in every call, and one link that opens them all."""
    values = {
        "name": person.name,
        "items": [
            {"call": definition.title.in_(person.locale), **_item(session, (task, application, definition), person)}
            for task, application, definition in lines
        ],
        "promised": [money_text(money, person.locale) for money in said.this_year],
        "above_full": [overload_text(one, person.locale) for one in said.above_full],
        "senders": "\n".join(dict.fromkeys(side.name for _, _, each in lines for side in each.sides)),
    }
    dedupe = _of_week(person.id, friday)
    _post(session, "approval_digest", person, person.id, dedupe, values, About(), at)
    for task, _, _ in lines:
        task.told_at = at
    session.flush()


def overload_text(one: Overload, locale: str) -> str:
    """The sentence that says who would be above all of the time, and when."""
    number = one.number.replace(".", ",") if locale.lower().startswith("sv") else one.number
    return OVERLOADED.in_(locale) % {"name": one.name, "percent": number, "year": one.year}


def _item(session: Session, line: Line, person: Person) -> dict[str, str]:
    task, application, definition = line
    principal = session.get_one(Person, task.for_person_id).name if task.for_person_id else ""
    return {
        "what": definition.approval(task.key).title.in_(person.locale),
        "title": application.title or UNTITLED.in_(person.locale),
        "side": definition.side(task.side_key).name,
        "until": instant_text(task.until, person.zone, person.locale) if task.until else "",
        "principal": principal,
    }


def _senders(definition: Definition) -> str:
    return "\n".join(side.name for side in definition.sides)


def _post(  # noqa: PLR0917  # one letter with its link
    session: Session,
    kind: str,
    person: Person,
    subject_id: UUID,
    dedupe: str,
    values: Mapping[str, Any],
    about: About,
    at: datetime,
) -> Letter:
    """The link opens all that waits for this person in this call (or, made out to the person, in every call), and
    nothing else. A digest of several applications is
    about none of them: an office that is closed to one of them must not read of it there."""
    address = primary_address(session, person.id)
    link = make_link(session, LinkPurpose.APPROVAL, person.id, address, at=at, subject_id=subject_id)
    return mail.post(session, kind, person.id, dedupe=dedupe, values=values, at=at, about=about, link_id=link.id)


def tell_voided(session: Session, line: Line, changed: Differences, by_name: str, at: datetime) -> None:
    """What was changed since the yes, to the person whose yes no longer counts."""
    task, application, definition = line
    person = session.get_one(Person, task.person_id)
    values = {
        "name": person.name,
        "call": definition.title.in_(person.locale),
        "title": application.title or UNTITLED.in_(person.locale),
        "what": definition.approval(task.key).title.in_(person.locale),
        "changed": changed_texts(definition, changed, person.locale),
        "by": by_name,
        "senders": _senders(definition),
    }
    about = About(application.call_id, application.id, task.side_key)
    dedupe = _of_voiding(task, at)
    letter = _post(session, "approval_voided", person, application.call_id, dedupe, values, about, at)
    letter.next_try_at = at + QUIET
    session.flush()


def _of_voiding(task: ApprovalTask, at: datetime) -> str:
    return f"approval-voided:{task.id}:{at.isoformat()}"


def tell_more(session: Session, line: Line, voided_at: datetime, changed: Differences) -> None:
    """What was changed further while the letter of the voiding has not gone yet: it tells all of it, old → new."""
    task, _, definition = line
    statement = select(Letter).where(
        Letter.dedupe == _of_voiding(task, voided_at), Letter.status == LetterStatus.QUEUED
    )
    letter = session.scalar(scoped(statement))
    if letter is not None:
        letter.values = {**letter.values, "changed": changed_texts(definition, changed, letter.locale)}
        session.flush()


def tell_changed(  # noqa: PLR0917  # of what, whose part, and what of it
    session: Session, line: Line, side_key: str, changed: Differences, by_name: str, at: datetime
) -> None:
    """What another side has changed in its own part, to somebody who approved the part of this side: that stands."""
    task, application, definition = line
    person = session.get_one(Person, task.person_id)
    values = {
        "name": person.name,
        "call": definition.title.in_(person.locale),
        "title": application.title or UNTITLED.in_(person.locale),
        "side": definition.side(side_key).name,
        "changed": changed_texts(definition, changed, person.locale),
        "by": by_name,
        "senders": _senders(definition),
    }
    about = About(application.call_id, application.id, task.side_key)
    dedupe = f"other-side-changed:{task.id}:{side_key}:{at.isoformat()}"
    _post(session, "other_side_changed", person, application.call_id, dedupe, values, about, at)


def tell_refused(  # noqa: PLR0917  # of what, who, and why
    session: Session, line: Line, approval: Approval, name_given: str, because: str, at: datetime
) -> None:
    """A no, or a request for changes, to the lead applicant at once, with its reason."""
    task, application, definition = line
    lead = session.get_one(Person, application.lead_person_id)
    values = {
        "name": lead.name,
        "call": definition.title.in_(lead.locale),
        "title": application.title or UNTITLED.in_(lead.locale),
        "what": approval.title.in_(lead.locale),
        "side": definition.side(task.side_key).name,
        "approver": name_given,
        "because": because,
        "application_id": str(application.id),
        "is_draft": task.window.value == "before_closing",
        "senders": _senders(definition),
    }
    mail.post(
        session,
        "approval_answer",
        lead.id,
        dedupe=f"approval-answer:{task.id}:{at.isoformat()}",
        values=values,
        at=at,
        about=About(application.call_id, application.id),
    )
