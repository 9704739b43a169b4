"""Approvals in words: what one commits to, where each approval stands, and the names of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext

from app.applications.approvals import differing, effects, telling
from app.applications.approvals.commitments import Commitment
from app.applications.approvals.differing import Differences, of_word
from app.applications.approvals.pledges import Pledge
from app.applications.approvals.queries import Asked, Standing
from app.applications.approvals.rules import Status, voided_by_changes
from app.applications.approvals.services import HANDS_OVER
from app.applications.tally import Tally
from app.kernel.money import Money, sum_of
from app.kernel.words import N_
from app.programmes.definition import Approval, ApprovalKind, AtExpiry, Definition, Window
from app.web.sums import percent_text
from app.web.words import amount_of, language, moment_text, problem_text

KINDS = {
    ApprovalKind.CONSENT: N_("Consent"),
    ApprovalKind.READINESS: N_("Readiness"),
    ApprovalKind.SIGNATURE: N_("Signature"),
    ApprovalKind.COUNTERSIGNATURE: N_("Countersignature"),
}
SAID = {
    "yes": N_("Yes"),
    "no": N_("No"),
    "return": N_("Return for changes"),
    "abstain": N_("I abstain"),
}
STATUSES = {
    Status.GRANTED: (N_("Approved"), "good"),
    Status.WAITING: (N_("Waiting for an answer"), "wait"),
    Status.VOIDED: (N_("Voided by a change, asked again"), "wait"),
    Status.REFUSED: (N_("Not agreed"), "bad"),
    Status.LAPSED: (N_("The time to answer has ended"), "bad"),
    Status.NOT_ASKED: (N_("Nobody is asked yet"), "neutral"),
    Status.COMES_LATER: (N_("Its turn comes later"), "neutral"),
    Status.NOBODY: (N_("Too few people to ask"), "bad"),
}
AT_EXPIRY = {
    AtExpiry.OFFICE_DECIDES: N_("If the time ends without an answer, the office decides whether it goes on."),
    AtExpiry.NOT_ELIGIBLE: N_("If the time ends without an answer, the application is not eligible."),
    AtExpiry.GOES_ON: N_("If the time ends without an answer, the application goes on, marked as not signed."),
}

LATER = N_("Asked for after the deadline")
EXPIRED = {
    AtExpiry.OFFICE_DECIDES: N_("The time has ended: the office decides whether it goes on."),
    AtExpiry.NOT_ELIGIBLE: N_(
        "The time has ended: by the rules of the call the application is not eligible without it."
    ),
    AtExpiry.GOES_ON: N_("The time has ended: the application goes on, marked as not signed."),
}


@dataclass(frozen=True)
class PledgeText:
    """One commitment in the call's own words; `over` tells of a limit it goes above."""

    label: str
    text: str
    over: str


@dataclass(frozen=True)
class CommitmentText:
    """One commitment as its approver reads it. `grants` is the answer that agrees; `others` are the other ones."""

    id: UUID
    kind: str
    what: str
    call: str
    title: str
    reference: str
    side: str
    lead: str
    institution: str
    people: tuple[tuple[str, str], ...]
    pledges: tuple[PledgeText, ...]
    years: tuple[tuple[str, str], ...]
    total: str | None
    indirect: str | None
    over: tuple[str, ...]
    until: str | None
    at_expiry: str
    chain: tuple[StandingText, ...]
    principal: str
    version: str
    sha256: str
    grants: str
    others: tuple[tuple[str, str], ...]
    voided: str | None
    changed: tuple[str, ...]
    said: str
    answered: str
    answered_tone: str
    because: str
    can_hand_over: bool


def commitment_text(found: Commitment, zone: str | None = None) -> CommitmentText:
    """Title, people, institution, the side's budget by year, the words agreed to, and until when: nothing else.

    Times are on the clocks of `zone`, or of whoever looks.
    """
    side, basis, word = found.side, found.basis, found.asked.word
    own = basis.sides.get(side.key)
    others = tuple((s.short, basis.sides[s.key].lead_name) for s in found.definition.sides if s.key in basis.sides)
    allowed = [str(answer) for answer in found.approval.answers]
    return CommitmentText(
        found.asked.task.id,
        gettext(KINDS[found.approval.kind]),
        found.approval.title.in_(language()),
        found.definition.title.in_(language()),
        basis.title or gettext("Untitled application"),
        found.application.reference or "",
        side.name,
        own.lead_name if own else "",
        (own.institution if own else "") or side.name,
        tuple((short, name) for short, name in others if name),
        tuple(_pledge(pledge) for pledge in found.pledges),
        tuple((str(year), amount_of(money)) for year, money in own.years) if own else (),
        _total(own.years if own else ()),
        _indirect(own.tally if own else None),
        tuple(problem_text(problem).text for problem in found.over_cap),
        moment_text(found.asked.task.until or found.closes_at, zone),
        expiry_text(found.approval, found.asked.task.until),
        standing_texts(found.chain, found.definition) if len(found.chain) > 1 else (),
        found.asked.for_name,
        gettext("Version %(number)s", number=basis.number) if basis.number else gettext("Draft"),
        found.sha256,
        allowed[0],
        tuple((answer, gettext(SAID[answer])) for answer in allowed[1:]),
        moment_text(word.voided.at, zone) if word.voided else None,
        changed_texts(found.definition, since_signed(found)) if word.voided else (),
        said_text(found.asked),
        signature_text(found.asked),
        "good" if word.answer and word.answer.answer == allowed[0] else "neutral",
        word.answer.because if word.answer else "",
        found.asked.task.who in HANDS_OVER and word.answer is None,
    )


def _total(years: Sequence[tuple[int, Money]]) -> str | None:
    return amount_of(sum_of((money for _, money in years), years[0][1].currency)) if years else None


def _pledge(pledge: Pledge) -> PledgeText:
    over = pledge.over.in_(language()) if pledge.over is not None else ""
    return PledgeText(pledge.label.in_(language()), pledge.text.in_(language()), over)


def _indirect(tally: Tally | None) -> str | None:
    """What of the amounts lies on top of what is asked for directly; None where they hold everything."""
    if tally is None or tally.percent is None or tally.is_empty:
        return None
    return str(
        gettext("%(amount)s (%(percent)s %%)", amount=amount_of(tally.indirect), percent=percent_text(tally.percent))
    )


def expiry_text(approval: Approval, until: datetime | None) -> str:
    """What happens if the time ends without a required answer, as the call says; empty where nothing is told."""
    if approval.window is not Window.AFTER_CLOSING or not approval.required or until is None:
        return ""
    return str(gettext(AT_EXPIRY[approval.at_expiry]))


def overload_texts(found: Sequence[Commitment]) -> tuple[str, ...]:
    """Who would be above all of the time in which year if all of this were signed."""
    return tuple(effects.overload_text(one, language()) for one in telling.above_full(found))


def promised_texts(found: Sequence[Commitment], at: datetime, zone: str) -> tuple[str, ...]:
    """What this person has signed for this year, each currency for itself."""
    return tuple(amount_of(money) for money in telling.promised_in(found, at, zone))


def together(found: Sequence[Commitment]) -> tuple[str, ...]:
    """What all of these commit to together, each currency for itself; a side's part counts once."""
    parts = {
        (c.application.id, c.side.key): c.basis.sides[c.side.key].years for c in found if c.side.key in c.basis.sides
    }
    amounts = [money for years in parts.values() for _, money in years]
    currencies = sorted({money.currency for money in amounts})
    return tuple(amount_of(sum_of((m for m in amounts if m.currency == c), c)) for c in currencies)


def since_signed(found: Commitment) -> Differences:
    """What is different from what was signed, as it stands now; what voided it where the old words stand again."""
    word = found.asked.word
    paths = voided_by_changes(found.approval, word.was, found.material) if word.was is not None else ()
    if not paths or word.was is None:
        return of_word(word)
    return differing.differences(paths, word.was.shown, found.basis.words)


def changed_texts(definition: Definition, changed: Differences) -> tuple[str, ...]:
    """Changed pieces in words, with what stood there and what stands there now."""
    return tuple(differing.changed_texts(definition, changed, language()))


def said_text(asked: Asked) -> str:
    """The answer in a word; empty before there is one."""
    entry = asked.word.answer
    return str(gettext(SAID[entry.answer.value])) if entry is not None and entry.answer is not None else ""


def signature_text(asked: Asked) -> str:
    """«Harriet Head for Didrik Dean · 3 Apr 2027, 10:12 CEST»; empty before there is an answer."""
    entry = asked.word.answer
    if entry is None:
        return ""
    who = entry.name_given
    if entry.on_behalf_of:
        who = gettext("%(name)s for %(principal)s", name=who, principal=entry.on_behalf_of)
    if entry.recorded_by:
        who = gettext("%(name)s, by mail, recorded by %(recorder)s", name=who, recorder=entry.recorded_by)
    return f"{who} · {moment_text(entry.at)}"


@dataclass(frozen=True)
class PersonText:
    """One person who was asked: the answer, or since when the person is waited for."""

    task_id: UUID
    name: str
    principal: str
    label: str
    tone: str
    note: str
    because: str
    until: str | None
    is_awaited: bool


@dataclass(frozen=True)
class StandingText:
    """Where one approval stands for one side."""

    what: str
    kind: str
    side: str
    required: bool
    label: str
    tone: str
    people: tuple[PersonText, ...]
    after: str
    at_expiry: str


def standing_texts(found: Sequence[Standing], definition: Definition) -> tuple[StandingText, ...]:
    """Where approvals stand, for applicants and offices."""
    return tuple(
        StandingText(
            standing.approval.title.in_(language()),
            gettext(KINDS[standing.approval.kind]),
            standing.side.short,
            standing.approval.required,
            gettext(LATER if _comes_later(standing) else STATUSES[standing.status][0]),
            STATUSES[standing.status][1],
            tuple(_person(asked, standing, definition) for asked in standing.people),
            standing.earlier.approval.title.in_(language()) if standing.earlier is not None else "",
            _expiry(standing),
        )
        for standing in found
    )


def _expiry(standing: Standing) -> str:
    """The rule before it strikes, and what followed from it."""
    if standing.status in (Status.WAITING, Status.VOIDED):
        return expiry_text(standing.approval, standing.until)
    if standing.status is Status.LAPSED and standing.approval.window is Window.AFTER_CLOSING:
        return str(gettext(EXPIRED[standing.approval.at_expiry])) if standing.approval.required else ""
    return ""


def _comes_later(standing: Standing) -> bool:
    """Signatures are asked for when the call has closed: of a draft, nobody is asked by design."""
    after = standing.approval.window is Window.AFTER_CLOSING
    return after and standing.status is Status.NOT_ASKED and standing.number is None


def _person(asked: Asked, standing: Standing, definition: Definition) -> PersonText:
    word, task = asked.word, asked.task
    tone = "wait"
    if word.answer is not None:
        label = f"{said_text(asked)} · {signature_text(asked)}"
        tone = "good" if asked.voice.grants(standing.approval) else "bad"
        note = version_text(word.answer.submission_number, standing.number)
    elif word.voided is not None:
        label = gettext("Voided %(when)s", when=moment_text(word.voided.at))
        note = _voided_text(asked, standing, definition)
    else:
        label, note = gettext("Waiting since %(when)s", when=moment_text(word.since)), ""
    return PersonText(
        task.id,
        asked.name,
        asked.for_name,
        label,
        tone,
        note,
        word.answer.because if word.answer else "",
        moment_text(task.until),
        word.answer is None,
    )


def version_text(signed: int | None, now: int | None) -> str:
    """«For version 3», with «now 4» where there is a newer one that changed nothing of it."""
    if signed is None:
        return ""
    if now is not None and now != signed:
        return str(gettext("For version %(signed)s; version %(now)s changed nothing of it.", signed=signed, now=now))
    return str(gettext("For version %(signed)s", signed=signed))


def _voided_text(asked: Asked, standing: Standing, definition: Definition) -> str:
    word = asked.word
    assert word.voided is not None
    changed = "; ".join(changed_texts(definition, of_word(word)))
    signed = word.was.submission_number if word.was else None
    if signed is not None and standing.number is not None:
        return str(
            gettext(
                "For version %(signed)s, now %(now)s. Changed: %(changed)s.",
                signed=signed,
                now=standing.number,
                changed=changed,
            )
        )
    return str(gettext("Changed: %(changed)s.", changed=changed))
