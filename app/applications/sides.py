"""Writing one side's part: its budget by whoever leads it there, the invitation, the yes and the no."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications import effects, queries, silence, standing
from app.applications.approvals.asking import ask_on_invitation
from app.applications.approvals.voiding import void_what_changed
from app.applications.attachments import freeze_files
from app.applications.history import amount_value, budget_key, note_versions
from app.applications.lines import lines_there, write_lines
from app.applications.models import Application, ApplicationSide, Submission
from app.applications.notes import note
from app.applications.parts import parts_of, read_amounts
from app.applications.rules import writes_part
from app.applications.side_deadlines import part_is_open
from app.applications.snapshots import hash_of, snapshot_of
from app.applications.stages import part_at
from app.applications.tally import Line, lines_of
from app.identities import services as identities
from app.identities.models import LinkPurpose, Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.kernel.errors import NotAllowed, NotFound, Problem, Refused
from app.kernel.money import AmountProblem, Money, parse_amount
from app.kernel.words import N_
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.definition import Part as Stage
from app.programmes.queries import definition_by_version
from app.workflow.vocabulary import Hat

"""Where a partner who was silent may still answer."""


def save_budget(
    session: Session, side: ApplicationSide, typed: Mapping[int, str] | Mapping[Line, str], *, by: Acting, at: datetime
) -> None:
    """Keep a side's own amounts by year, and by cost where the call lists costs; an empty text takes a line out.

    The budget's history remembers each line; it is no deed of the trail. Over a cap is kept too, and told before
    submitting. A line that the call does not have is passed over. Refused (fields `budget-<side>-<year>`, then
    `-<cost>`) when one cannot be read; NotAllowed for anybody but its lead.
    """
    application = _written_part(session, side, by=by, at=at)
    definition = definition_by_version(session, application.call_version_id)
    _is_open(session, application, definition, side.side_key, at)
    declared = definition.side(side.side_key)
    known = lines_of(declared, range(1, (definition.years or 1) + 1))
    lines = {(key, "") if isinstance(key, int) else key: text for key, text in typed.items()}
    amounts, problems = read_amounts(declared, {line: text for line, text in lines.items() if line in known})
    if problems:
        raise Refused(problems)
    changed = write_lines(session, side, amounts)
    if changed:
        remember_lines(session, application, side, {line: amounts[line] for line in changed}, by=by, at=at)
        void_what_changed(session, application, by=by, at=at)


def save_least(session: Session, side: ApplicationSide, typed: str, *, by: Acting, at: datetime) -> None:
    """Keep the least amount with which a side could still do its part, in its own currency; an empty text takes it out.

    Nothing where the call does not ask. Refused (field `least-<side>`) when it cannot be read.
    """
    application = _written_part(session, side, by=by, at=at)
    definition = definition_by_version(session, application.call_version_id)
    _is_open(session, application, definition, side.side_key, at)
    declared = definition.side(side.side_key)
    if not declared.asks_least or declared.currency is None:
        return
    try:
        least = parse_amount(typed, declared.currency).minor if typed.strip() else None
    except AmountProblem as wrong:
        raise Refused([wrong.problem(f"least-{side.side_key}", declared.short)]) from None
    if least != side.least_minor:
        side.least_minor = least
        session.flush()
        note(session, "save-least", application, by=by, at=at, side=side.side_key)


def remember_lines(
    session: Session,
    application: Application,
    side: ApplicationSide,
    amounts: Mapping[Line, Money | None],
    *,
    by: Acting,
    at: datetime,
) -> None:
    """The history of the budget: each line that changed, as it stands now."""
    lines = {budget_key(side.side_key, line): (None, amount_value(money)) for line, money in amounts.items()}
    note_versions(session, application, lines, by=by, at=at)


def _written_part(session: Session, side: ApplicationSide, *, by: Acting, at: datetime) -> Application:
    """The application of a side whose budget this person writes: who leads it, and who edits it for the team."""
    if not by.hats & {Hat.CO_EDITOR, Hat.SIDE_EDITOR}:
        return _own_part(session, side, by=by, at=at)
    application = _of(session, side)
    problem = may(Action.EDIT_SIDE, by, application.state) and may(Action.EDIT_LEAD_BUDGET, by, application.state)
    parts = parts_of(session, application, definition_by_version(session, application.call_version_id))
    if problem is None and not any(part.id == side.id and writes_part(part, by) for part in parts):
        problem = Problem("not_yours", N_("The budget of a side is written by whoever leads the project there."))
    if problem is not None:
        raise NotAllowed([problem])
    return application


def _own_part(session: Session, side: ApplicationSide, *, by: Acting, at: datetime) -> Application:
    """The application of a side, when this person leads that side and the draft is still open, or the days of grace for
    a partner who was silent; else NotAllowed."""
    application = _of(session, side)
    if application.state in silence.LATE_STATES:
        problem = silence.may_confirm_late(session, application, side, by=by, at=at)
        if problem is not None:
            raise NotAllowed([problem])
        return application
    problem = may(Action.CONFIRM_SIDE, by, application.state) and may(Action.EDIT_LEAD_BUDGET, by, application.state)
    if problem is None and side.lead_person_id != by.person_id:
        problem = Problem("not_yours", N_("The budget of a side is written by whoever leads the project there."))
    if problem is not None:
        raise NotAllowed([problem])
    return application


def _is_open(session: Session, application: Application, definition: Definition, side_key: str, at: datetime) -> None:
    """An internal deadline closes a part that is written before the joint one; the days of grace come after it."""
    if application.state not in silence.LATE_STATES:
        part_is_open(session, application, definition, side_key, at)


def _of(session: Session, side: ApplicationSide) -> Application:
    found = session.scalar(scoped(select(Application).where(Application.id == side.application_id).with_for_update()))
    if found is None:
        raise NotFound()
    return found


def invite_partner(
    session: Session, application: Application, side_key: str, *, name: str, address: str, by: Acting, at: datetime
) -> ApplicationSide:
    """Ask somebody by mail to lead a side. Asking the same person again sends a new link; asking somebody else takes
    the part from who was asked before. Refused when that side has confirmed, or name or address are missing."""
    problem = may(Action.INVITE_PARTNER, by, application.state)
    if problem is not None:
        raise NotAllowed([problem])
    side = queries.side_of(session, application.id, side_key)
    if side is None or not side.takes_part:
        raise NotFound()
    definition = definition_by_version(session, application.call_version_id)
    declared = definition.side(side_key)
    part_is_open(session, application, definition, side_key, at)
    _may_be_asked(session, application, side, name, address, at=at)
    partner = identities.find_or_make_person(
        session, name, address, at=at, institution=declared.name, zone=declared.zone, locale=declared.language
    )
    is_free(session, application, side, partner)
    if side.lead_person_id != partner.id:
        identities.revoke_links(session, LinkPurpose.PARTNER, side.id, at=at)
        gone = lines_there(session, side)
        remember_lines(session, application, side, {(row.year, row.cost): None for row in gone}, by=by, at=at)
        for row in gone:
            session.delete(row)
    side.lead_person_id, side.invited_at, side.declined_at, side.declined_because = partner.id, at, None, None
    side.objected_at, side.objected_because = None, None
    session.flush()
    effects.invite(session, application, side, partner, at)
    note(session, "invite-partner", application, by=by, at=at, side=side_key, partner=str(partner.id))
    void_what_changed(session, application, by=by, at=at)
    ask_on_invitation(session, application, definition, side_key, by=by, at=at)
    return side


def _may_be_asked(
    session: Session, application: Application, side: ApplicationSide, name: str, address: str, *, at: datetime
) -> None:
    problems: list[Problem] = []
    if side.confirmed_at is not None or side.lead_person_id == application.lead_person_id:
        problems.append(Problem("confirmed_already", N_("This side has confirmed already."), since=side.confirmed_at))
    if not name.strip():
        problems.append(Problem("name_missing", N_("Write the name of the person you invite."), field="name"))
    try:
        identities.clean_address(address)
    except Refused as refused:
        problems.extend(refused.problems)
    if not problems and not identities.allow_attempt(session, "invite", str(side.id), at=at):
        problems.append(Problem("too_often", N_("Many invitations were sent just now. Wait a quarter of an hour.")))
    if problems:
        raise Refused(problems)


def is_free(session: Session, application: Application, side: ApplicationSide, partner: Person) -> None:
    """Nobody leads two sides of one project."""
    leads = {person_id for person_id, key in queries.applicants_of(session, application) if key != side.side_key}
    if partner.id in leads | {application.lead_person_id}:
        raise Refused(
            [
                Problem(
                    "leads_already",
                    N_("%(person)s leads another side of this project already."),
                    field="address",
                    values={"person": partner.name},
                )
            ]
        )


def confirm_side(session: Session, side: ApplicationSide, *, name: str, by: Acting, at: datetime) -> None:
    """The partner's yes, under the name given. Refused while the side's own answers or budget are not in order."""
    application = _own_part(session, side, by=by, at=at)
    definition = definition_by_version(session, application.call_version_id)
    _is_open(session, application, definition, side.side_key, at)
    problems = lacks_of(session, application, definition, side)
    if not name.strip():
        problems.insert(0, Problem("name_missing", N_("Write your name; it stands on the application."), field="name"))
    if problems:
        raise Refused(problems)
    is_new = side.confirmed_at is None or side.mail_id is not None
    side.confirmed_at = at if is_new else side.confirmed_at
    side.confirmed_as = " ".join(name.split())
    side.declined_at, side.declined_because, side.objected_at, side.objected_because = None, None, None, None
    side.mail_id = None  # from now on the partner's own word stands
    session.flush()
    if is_new:
        if application.state in silence.LATE_STATES:
            complete(session, application, definition, side, by=by, at=at)
        effects.tell_answer(session, application, side, at)
        note(session, "confirm-side", application, by=by, at=at, side=side.side_key, name=side.confirmed_as)


def lacks_of(
    session: Session, application: Application, definition: Definition, side: ApplicationSide
) -> list[Problem]:
    """What keeps a side from being confirmed: its own budget or answers are not in order."""
    part = next(part for part in parts_of(session, application, definition) if part.id == side.id)
    lacks = queries.budget_lacks(definition, part, part_at(definition, application.state))
    return [
        *lacks,
        *queries.caps_broken(definition, part),
        *queries.answers_lacking(session, application, definition, side.side_key),
    ]


def confirmed_since_taken_back(
    session: Session, application: Application, definition: Definition
) -> tuple[ApplicationSide, ...]:
    """The sides whose silent partner gave the yes while the application was being improved, and whose part is whole."""
    since = standing.taken_back_at(session, application)
    gaps = silence.open_gaps(session, application) if since is not None else {}
    rows = select(ApplicationSide).where(
        ApplicationSide.application_id == application.id,
        ApplicationSide.side_key.in_(gaps),
        ApplicationSide.confirmed_at > since,
    )
    found = session.scalars(scoped(rows.order_by(ApplicationSide.side_key))) if gaps else ()
    return tuple(side for side in found if not lacks_of(session, application, definition, side))


def complete(
    session: Session,
    application: Application,
    definition: Definition,
    side: ApplicationSide,
    *,
    by: Acting,
    at: datetime,
) -> None:
    """A late yes makes a new frozen version: the last one with this side's own part in it, and all else as it was."""
    rows = select(Submission).where(Submission.application_id == application.id).order_by(Submission.number.desc())
    last = session.scalars(scoped(rows.limit(1))).one()
    now = snapshot_of(session, application, definition, Stage.FULL)
    snapshot = {
        **last.snapshot,
        "sections": silence.with_side_of(last.snapshot["sections"], now["sections"], "owner", side.side_key),
        "sides": silence.with_side_of(last.snapshot["sides"], now["sides"], "key", side.side_key),
    }
    frozen = Submission(
        application_id=application.id, number=last.number + 1, snapshot=snapshot, sha256=hash_of(snapshot),
        submitted_at=at, submitted_by=by.person_id, part=Stage.FULL,
    )  # fmt: skip
    session.add(frozen)
    session.flush()
    freeze_files(session, application, frozen)
    void_what_changed(session, application, by=by, at=at)


def decline_side(session: Session, side: ApplicationSide, *, because: str, by: Acting, at: datetime) -> None:
    """The partner's no, with one sentence that the lead applicant reads. An earlier yes is taken back."""
    application = _asked_for(session, side, because, by=by, at=at)
    if side.declined_at is not None:
        return
    _take_back(side)
    side.declined_at, side.declined_because = at, because.strip()
    session.flush()
    effects.tell_answer(session, application, side, at)
    note(session, "decline-side", application, by=by, at=at, side=side.side_key)


def object_to_side(session: Session, side: ApplicationSide, *, because: str, by: Acting, at: datetime) -> None:
    """“Not like this”, with one sentence: nothing is declined, the invitation stays open, and the lead applicant hears
    it at once. An earlier answer is taken back."""
    application = _asked_for(session, side, because, by=by, at=at)
    if side.objected_because == because.strip():
        return  # a second click
    _take_back(side)
    side.declined_at, side.declined_because = None, None
    side.objected_at, side.objected_because = at, because.strip()
    session.flush()
    effects.tell_objection(session, application, side, at)
    note(session, "object-to-side", application, by=by, at=at, side=side.side_key)


def _asked_for(session: Session, side: ApplicationSide, because: str, *, by: Acting, at: datetime) -> Application:
    """The application of a side whose partner says something else than yes, in one sentence."""
    application = _own_part(session, side, by=by, at=at)
    if side.lead_person_id == application.lead_person_id:
        raise NotAllowed([Problem("own_side", N_("You lead this application; withdraw or leave the draft instead."))])
    if not because.strip():
        message = N_("Write one sentence; the lead applicant reads it.")
        raise Refused([Problem("because_missing", message, field="because")])
    return application


def _take_back(side: ApplicationSide) -> None:
    side.confirmed_at, side.confirmed_as, side.mail_id = None, None, None
    side.objected_at, side.objected_because = None, None
