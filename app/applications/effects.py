"""What follows a step of an application: the frozen version, the receipt, and letters with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.dates import format_date
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.applications import silence, standing
from app.applications.approvals.voiding import void_what_changed
from app.applications.attachments import file_questions, freeze_files, settle_names
from app.applications.checking.conditions import conditions_of
from app.applications.models import Application, ApplicationSide, Extension, Submission
from app.applications.paragraphs import own_paragraph
from app.applications.parts import Content, Part, answers_of, content_of, parts_of, values_of
from app.applications.points import failed_texts
from app.applications.queries import taking_part, team_of
from app.applications.queries.partners import Teammate
from app.applications.registry import Deed, Follow
from app.applications.side_deadlines import SideDue
from app.applications.snapshots import hash_of, seen_hash_of, sheet_of, snapshot_of
from app.applications.stages import closing_of, part_at, written_in
from app.communications import services as mail
from app.communications.instants import instant_text
from app.communications.services import About
from app.identities.models import LinkPurpose, Person, PersonalLink
from app.identities.services import make_link, primary_address
from app.kernel.database import scoped
from app.kernel.errors import Problem, Stale
from app.kernel.words import N_
from app.programmes.definition import Definition, Text
from app.programmes.definition import Part as Stage
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.workflow.table import TAKEN_BACK
from app.workflow.vocabulary import Effect, State

More = Callable[[str], dict[str, Any]]
"""The values of a letter in the language of whoever gets it."""
CHANGED_SINCE = Problem(
    "changed_since",
    N_("Something was changed after you looked at this page. Look at what stands here now, and submit again."),
)
UNTITLED = Text("(without a title yet)", "(ännu utan titel)")


def by_side(at: datetime, definition: Definition, locale: str) -> list[dict[str, str]]:
    """The same instant on the clocks of each side."""
    return [{"place": side.short, "time": instant_text(at, side.zone, locale)} for side in definition.sides]


def present(session: Session, application: Application, content: Content | None = None) -> Definition:
    """The call as an application's letters speak of it: with the sides that take part, and no others."""
    definition = definition_by_version(session, application.call_version_id)
    if content is not None:
        return replace(definition, sides=tuple(part.side for part in content.parts))
    keys = taking_part(session, [application.id])[application.id]
    return replace(definition, sides=tuple(side for side in definition.sides if side.key in keys))


def freeze(session: Session, application: Application, deed: Deed, *, corrected: str | None = None) -> None:
    """Keep the whole content with its hash; nothing that is edited later changes it. Stale when somebody changed
    something since the sender looked at it. Where one question was `corrected`, the part of a partner who has not
    confirmed stays as it was frozen before."""
    definition = definition_by_version(session, application.call_version_id)
    content = deed.content or content_of(session, application, definition)
    if deed.step.start in TAKEN_BACK:
        application.title = standing.title_in(values_of(content.answers).get(definition.title_question))
        standing.forget(session, application)
    if file_questions(definition):
        person_id = deed.by.person_id or application.lead_person_id
        settle_names(session, application, definition, by_person_id=person_id, at=deed.at)
        content.answers = answers_of(session, application)
    part = part_at(definition, deed.step.start)
    snapshot = snapshot_of(session, application, definition, part, content)
    if corrected is not None:
        snapshot = silence.with_gaps_kept(session, application, snapshot, corrected)
    if deed.form.seen and deed.form.seen != seen_hash_of(snapshot):
        raise Stale(problems=[CHANGED_SINCE])
    frozen = Submission(
        application_id=application.id,
        number=1 if deed.step.start is State.DRAFT else newest_number(session, application) + 1,
        snapshot=snapshot,
        sha256=hash_of(snapshot),
        submitted_at=deed.at,
        submitted_by=deed.by.person_id,
        part=part,
        key=deed.form.key or None,
    )
    session.add(frozen)
    session.flush()
    content.frozen = frozen
    if file_questions(definition):
        freeze_files(session, application, frozen)
    void_what_changed(session, application, by=deed.by, at=deed.at)


def newest_number(session: Session, application: Application) -> int:
    """The number of the version that was submitted last; 0 before the first."""
    number = select(func.max(Submission.number)).where(Submission.application_id == application.id)
    return session.scalar(scoped(number)) or 0


def _frozen(session: Session, application: Application, deed: Deed) -> Submission:
    if deed.content is not None and deed.content.frozen is not None:
        return deed.content.frozen
    newest = select(Submission).where(Submission.application_id == application.id)
    return session.scalars(scoped(newest.order_by(Submission.number.desc()).limit(1))).one()


def receipt(session: Session, application: Application, deed: Deed) -> None:
    """A receipt to all of the team: reference, time in each side's zone, version and hash, and each file."""
    frozen = _frozen(session, application, deed)
    files = sheet_of(frozen.snapshot).files
    definition = present(session, application, deed.content)
    is_outline = part_at(definition, deed.step.start) is Stage.OUTLINE
    closes = session.get_one(Call, application.call_id).closes_at
    post_to_team(
        session,
        application,
        "outline_receipt" if is_outline else "receipt",
        deed.at,
        lambda locale: (
            {
                "times": by_side(deed.at, definition, locale),
                "number": frozen.number,
                "sha256": frozen.sha256,
                "files": [
                    {"name": file.name, "facts": file.facts.in_(locale), "sha256": file.sha256} for file in files
                ],
                "unconfirmed": _unconfirmed(frozen.snapshot, definition, locale),
            }
            | (_after_outline(definition, closes, deed, locale) if is_outline else {})
        ),
        mark=f"version-{frozen.number}",
        content=deed.content,
    )


def _unconfirmed(snapshot: Mapping[str, Any], definition: Definition, locale: str) -> list[dict[str, str]]:
    """Partners who had not confirmed, and until when each of them still may, on the clocks of that side."""
    return [
        {
            "person": side.lead_name,
            "side": side.name,
            "until": instant_text(side.confirm_until, definition.side(side.key).zone, locale),
        }
        for side in sheet_of(snapshot).sides
        if side.confirm_until is not None
    ]


def _after_outline(definition: Definition, closes: datetime | None, deed: Deed, locale: str) -> dict[str, Any]:
    """What follows an outline: the full form at once, or an answer by a promised day."""
    promised = definition.outline.decision_by if definition.outline else None
    return {
        "goes_on": deed.step.end is State.INVITED,
        "closes": by_side(closes, definition, locale) if closes else [],
        "promised": instant_text(promised.instant, definition.lead_side.zone, locale)
        if promised and promised.instant
        else None,
    }


def tell_ineligible(session: Session, application: Application, deed: Deed) -> None:
    """The formal reason with the texts of the points that failed, to all of the team."""
    texts = failed_texts(session, application, definition_by_version(session, application.call_version_id))
    post_to_team(
        session,
        application,
        "ineligible",
        deed.at,
        lambda locale: {"reason": deed.reason.strip(), "points": [text.in_(locale) for text in texts]},
    )


def tell_eligible(session: Session, application: Application, deed: Deed) -> None:
    """The conditions of the formal check, to whoever leads a side; a plain yes only where the call has words for it."""
    open_ones = [each for each in conditions_of(session, [application.id]) if each.met_at is None]
    definition = definition_by_version(session, application.call_version_id)
    if not open_ones and not any(letter.kind == "eligible" for letter in definition.letters):
        return
    post_to_team(
        session,
        application,
        "eligible",
        deed.at,
        lambda locale: {
            "conditions": [
                {"text": each.text, "due": format_date(each.due, "long", locale=locale)} for each in open_ones
            ]
        },
    )


def tell_withdrawn(session: Session, application: Application, deed: Deed) -> None:
    """That the application was withdrawn, by whom and why, to all of the team."""
    said = {"reason": deed.reason.strip(), "by": deed.by.name}
    post_to_team(session, application, "withdrawn", deed.at, lambda locale: said)


def post_to_team(  # what, when, and to whom it went before
    session: Session,
    application: Application,
    kind: str,
    at: datetime,
    more: More,
    *,
    once: str = "",
    mark: str = "",
    content: Content | None = None,
) -> int:
    """One letter to everybody of the team, with the way in that each has. How many were put; with `once`, those who
    got a letter of this name before get no second one. `mark` tells letters of one kind apart, else the instant does."""
    definition = present(session, application, content)
    team = [
        (mate, f"{kind}:{application.id}:{mate.side_key}:{mate.person_id}:{once or mark or at.isoformat()}")
        for mate in team_of(session, application)
    ]
    if once:
        team = [row for row in team if not mail.is_posted(session, row[1])]
    links = {dedupe: _link_of(session, application, mate, at, content) for mate, dedupe in team}
    for mate, dedupe in team:
        person_id = mate.person_id
        person = session.get_one(Person, person_id)
        values = common(application, definition, person) | more(person.locale)
        values |= own_paragraph(session, application, definition, kind, person.locale)
        mail.post(
            session,
            kind,
            person_id,
            dedupe=dedupe,
            values=values,
            at=at,
            about=About(application.call_id, application.id),
            link_id=links[dedupe],
            is_new=content is not None,
        )
    session.flush()
    return len(team)


def common(application: Application, definition: Definition, person: Person) -> dict[str, Any]:
    """What every letter about an application says."""
    return {
        "name": person.name,
        "reference": application.reference,
        "application_id": str(application.id),
        "title": application.title or UNTITLED.in_(person.locale),
        "call": definition.title.in_(person.locale),
        "senders": "\n".join(side.name for side in definition.sides),
    }


def _link_of(
    session: Session, application: Application, mate: Teammate, at: datetime, content: Content | None
) -> UUID | None:
    """The link in a letter to somebody of the team: that of the invitation, or that of the side."""
    if mate.member_id is not None:
        address = primary_address(session, mate.person_id)
        return make_link(session, LinkPurpose.MEMBER, mate.person_id, address, at=at, subject_id=mate.member_id).id
    return _own_link(session, application, mate.person_id, mate.side_key or "", at, content)


def _own_link(  # noqa: PLR0917  # whose way in, to which part
    session: Session,
    application: Application,
    person_id: UUID,
    side_key: str,
    at: datetime,
    content: Content | None = None,
) -> UUID | None:
    """A partner needs no account: the letter carries the link of the part. The lead applicant signs in."""
    if person_id == application.lead_person_id:
        return None
    for part in content.parts if content is not None else ():
        if part.key == side_key and part.person_id == person_id:
            return make_link(session, LinkPurpose.PARTNER, person_id, part.address, at=at, subject_id=part.id).id
    side = session.scalars(
        scoped(
            select(ApplicationSide).where(
                ApplicationSide.application_id == application.id, ApplicationSide.side_key == side_key
            )
        )
    ).one()
    return _partner_link(session, side, person_id, at).id


def _partner_link(session: Session, side: ApplicationSide, person_id: UUID, at: datetime) -> PersonalLink:
    address = primary_address(session, person_id)
    return make_link(session, LinkPurpose.PARTNER, person_id, address, at=at, subject_id=side.id)


def invite(session: Session, application: Application, side: ApplicationSide, partner: Person, at: datetime) -> None:
    """The letter that asks a partner, with the link that opens the part."""
    definition = present(session, application)
    lead = session.get_one(Person, application.lead_person_id)
    asked = definition.side(side.side_key)
    closes = closing_of(session.get_one(Call, application.call_id), part_at(definition, application.state))
    link = _partner_link(session, side, partner.id, at)
    values = common(application, definition, partner) | {
        "lead": lead.name,
        "lead_institution": lead.institution,
        "side": asked.name,
        "pays": asked.pays,
        "currency": asked.currency,
        "times": by_side(closes, definition, partner.locale) if closes else [],
        **own_paragraph(session, application, definition, "partner_invitation", partner.locale),
    }
    mail.post(
        session,
        "partner_invitation",
        partner.id,
        dedupe=f"partner-invitation:{link.id}",
        values=values,
        at=at,
        about=About(application.call_id, application.id),
        link_id=link.id,
    )


def tell_answer(session: Session, application: Application, side: ApplicationSide, at: datetime) -> None:
    """The partner's yes or no, to the lead applicant."""
    definition = present(session, application)
    part = _part(session, application, definition, side.side_key)
    lead = session.get_one(Person, application.lead_person_id)
    values: Mapping[str, Any] = common(application, definition, lead) | {
        "partner": part.confirmed_as or part.name,
        "side": part.side.name,
        "has_confirmed": part.confirmed_at is not None,
        "because": part.declined_because,
        "recorded_by": part.mail.recorded_by if part.mail else None,
    }
    mail.post(
        session,
        "partner_answer",
        lead.id,
        dedupe=f"partner-answer:{side.id}:{at.isoformat()}",
        values=values,
        at=at,
        about=About(application.call_id, application.id),
    )


def tell_objection(session: Session, application: Application, side: ApplicationSide, at: datetime) -> None:
    """What the partner wants otherwise, to the lead applicant, at once."""
    definition = present(session, application)
    part = _part(session, application, definition, side.side_key)
    lead = session.get_one(Person, application.lead_person_id)
    values: Mapping[str, Any] = common(application, definition, lead) | {
        "partner": part.name,
        "side": part.side.name,
        "because": part.objected_because,
    }
    mail.post(
        session,
        "partner_objects",
        lead.id,
        dedupe=f"partner-objects:{side.id}:{at.isoformat()}",
        values=values,
        at=at,
        about=About(application.call_id, application.id),
    )


def tell_left(session: Session, application: Application, side: ApplicationSide, partner: Person, at: datetime) -> None:
    """That a side no longer takes part, to whoever was asked to lead it."""
    definition = present(session, application)
    lead = session.get_one(Person, application.lead_person_id)
    whole = definition_by_version(session, application.call_version_id)
    values: Mapping[str, Any] = common(application, definition, partner) | {
        "lead": lead.name,
        "lead_institution": lead.institution,
        "side": whole.side(side.side_key).name,
    }
    mail.post(
        session,
        "side_left",
        partner.id,
        dedupe=f"side-left:{side.id}:{at.isoformat()}",
        values=values,
        at=at,
        about=About(application.call_id, application.id),
    )


def _part(session: Session, application: Application, definition: Definition, side_key: str) -> Part:
    return next(part for part in parts_of(session, application, definition) if part.key == side_key)


def remind(  # whom, of what, and when
    session: Session,
    application: Application,
    person_id: UUID,
    side_key: str,
    closes: datetime,
    *,
    days: int,
    at: datetime,
) -> bool:
    """One reminder of an unfinished application. False when it was put before."""
    person = session.get_one(Person, person_id)
    dedupe = f"reminder:{application.id}:{person_id}:{days}:{closes.isoformat()}"
    if mail.is_posted(session, dedupe):
        return False
    definition = present(session, application)
    values = common(application, definition, person) | {
        "times": by_side(closes, definition, person.locale),
        "days": days,
        "leads": person_id == application.lead_person_id,
        "grace": definition.grace_minutes or 0,
    }
    mail.post(
        session,
        "deadline_reminder",
        person_id,
        dedupe=dedupe,
        values=values,
        at=at,
        about=About(application.call_id, application.id),
        link_id=_own_link(session, application, person_id, side_key, at),
    )
    return True


def remind_side(  # whom, of what, and when
    session: Session,
    application: Application,
    definition: Definition,
    person_id: UUID,
    due: SideDue,
    *,
    days: int,
    at: datetime,
) -> bool:
    """One reminder of a side's own deadline. False when it was put before."""
    person, closes = session.get_one(Person, person_id), due.due.closes
    dedupe = f"side-reminder:{application.id}:{person_id}:{due.internal.key}:{days}:{closes.isoformat()}"
    if mail.is_posted(session, dedupe):
        return False
    values = common(application, definition, person) | {
        "side": due.side.name,
        "what": due.internal.title.in_(person.locale),
        "is_hard": due.internal.hard,
        "days": days,
        "times": [{"place": due.side.short, "time": instant_text(closes, due.side.zone, person.locale)}],
    }
    mail.post(
        session,
        "side_deadline_reminder",
        person_id,
        dedupe=dedupe,
        values=values,
        at=at,
        about=About(application.call_id, application.id),
        link_id=_own_link(session, application, person_id, due.side.key, at),
    )
    return True


def tell_one(  # noqa: PLR0917  # whom, of what, and when
    session: Session,
    application: Application,
    definition: Definition,
    person: Person,
    kind: str,
    said: Mapping[str, Any],
    at: datetime,
) -> None:
    """One letter about an application to one person who has an account."""
    mail.post(
        session,
        kind,
        person.id,
        dedupe=f"{kind}:{application.id}:{person.id}:{said.get('side', '')}:{at.isoformat()}",
        values={**common(application, definition, person), **said},
        at=at,
        about=About(application.call_id, application.id),
    )


def tell_extended(session: Session, call: Call, extension: Extension, at: datetime) -> None:
    """The later deadline, to whoever leads the drafts it holds for."""
    has_outlines = call.outline_closes_at is not None
    states = written_in(extension.part, has_outlines=has_outlines)
    statement = select(Application).where(Application.call_id == call.id, Application.state.in_(states))
    if extension.application_id is not None:
        statement = statement.where(Application.id == extension.application_id)
    else:
        taking_part = select(ApplicationSide.application_id).where(
            ApplicationSide.side_key == extension.side_key, ApplicationSide.takes_part
        )
        statement = statement.where(Application.id.in_(taking_part))
    tell_moved(session, call, statement, extension.from_instant, extension.to_instant, at, str(extension.id))


def tell_moved(  # noqa: PLR0917  # from when to when, and to whom
    session: Session, call: Call, drafts: Select[Any], old: datetime | None, new: datetime, at: datetime, because: str
) -> None:
    """Old and new deadline on the clocks of every side, to the lead applicants of these drafts."""
    for application in session.scalars(scoped(drafts)).all():
        definition = present(session, application)
        person = session.get_one(Person, application.lead_person_id)
        values = common(application, definition, person) | {
            "times": by_side(new, definition, person.locale),
            "before": by_side(old, definition, person.locale) if old else [],
        }
        mail.post(
            session,
            "deadline_moved",
            person.id,
            dedupe=f"deadline-moved:{application.id}:{because}",
            values=values,
            at=at,
            about=About(call.id, application.id),
        )


EFFECTS: dict[Effect, Follow] = {
    Effect.FREEZE: freeze,
    Effect.RECEIPT: receipt,
    Effect.TELL_INELIGIBLE: tell_ineligible,
    Effect.TELL_ELIGIBLE: tell_eligible,
    Effect.TELL_WITHDRAWN: tell_withdrawn,
}
