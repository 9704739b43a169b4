"""The outbox of a call, to be read and corrected, and the one release that sends it and shows all results."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import scope
from app.communications import services as communications
from app.communications.models import Letter, LetterStatus
from app.communications.rendering import CannotRender, Words
from app.decisions import effects, queries, services
from app.decisions.queries import LetterRow
from app.extensions import db
from app.kernel.errors import Clash, NotFound, Problem, Refused, Stale
from app.kernel.transaction import CHANGED_MEANWHILE, transaction
from app.kernel.words import N_
from app.policy.vocabulary import Action
from app.programmes.models import Call
from app.running import letterhead
from app.trail import services as trail
from app.web.doors import here, now, on_call, viewer
from app.web.office import bp
from app.web.office.ranking.table import outcome_text
from app.web.words import ProblemText, by_field, moment_text, problem_texts
from app.workflow.vocabulary import State

STATUSES = {
    LetterStatus.DRAFT: (N_("Draft"), "neutral"),
    LetterStatus.QUEUED: (N_("Queued"), "wait"),
    LetterStatus.SENT: (N_("Sent"), "good"),
    LetterStatus.FAILED: (N_("Failed"), "bad"),
    LetterStatus.DROPPED: (N_("Dropped"), "neutral"),
}


@dataclass(frozen=True)
class LetterText:
    """A letter as a line of the outbox, or as its page shows it."""

    id: UUID
    to_name: str
    to_address: str
    reference: str | None
    subject: str
    body: str
    status: str
    tone: str
    is_draft: bool
    has_failed: bool
    sent: str | None
    error: str | None
    version: int


def _text(row: LetterRow, letter: Letter) -> LetterText:
    words, label = _words(letter), STATUSES[row.status]
    return LetterText(
        row.id,
        row.to_name,
        row.to_address,
        row.reference,
        words.subject,
        words.body,
        gettext(label[0]),
        label[1],
        row.status is LetterStatus.DRAFT,
        row.status is LetterStatus.FAILED,
        moment_text(row.sent_at),
        row.last_error,
        row.version,
    )


def _words(letter: Letter) -> Words:
    """What the mail says; the secret of a link is never shown in the office."""
    try:
        return communications.words_now(letter, letterhead(), show_link=False)
    except CannotRender as hole:
        return Words(gettext("(cannot be written)"), str(hole))


def _outbox() -> tuple[tuple[LetterRow, Letter], ...]:
    return queries.outbox(db.session(), scope.letters_for_office(viewer(), here(Call).thing.id))


@bp.get("/calls/<uuid:call_id>/letters")
@on_call(Action.CORRECT_LETTERS)
def letters(call_id: UUID) -> ResponseReturnValue:
    """Every letter of the call that this office may read: what waits, what went, what failed."""
    found = [_text(*pair) for pair in _outbox()]
    release = queries.release_of(db.session(), call_id)
    drafts = [letter for letter in found if letter.is_draft]
    return render_template(
        "office/letters/letters.html",
        call_id=call_id,
        drafts=drafts,
        rest=[one for one in found if not one.is_draft],
        released=moment_text(release.at) if release else None,
        released_by=release.by_name if release else None,
    )


def _one(letter_id: UUID) -> tuple[LetterRow, Letter]:
    statement = scope.letters_for_office(viewer(), here(Call).thing.id).where(Letter.id == letter_id)
    found = queries.outbox(db.session(), statement)
    if not found:
        raise NotFound()
    return found[0]


@bp.get("/calls/<uuid:call_id>/letters/<uuid:letter_id>")
@on_call(Action.CORRECT_LETTERS)
def letter(call_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """One letter: a draft can be corrected."""
    return _letter_page(letter_id)


def _letter_page(
    letter_id: UUID, problems: tuple[ProblemText, ...] = (), clashes: tuple[Clash, ...] = (), status: int = 200
) -> ResponseReturnValue:
    shown = _text(*_one(letter_id))
    page = render_template(
        "office/letters/letter.html",
        call_id=here(Call).thing.id,
        letter=shown,
        problems=problems,
        fields=by_field(problems),
        clashes=[(gettext(clash.label), clash.theirs) for clash in clashes],
        subject=request.form.get("subject", shown.subject),
        body=request.form.get("body", shown.body),
    )
    return page, status


@bp.post("/calls/<uuid:call_id>/letters/<uuid:letter_id>")
@on_call(Action.CORRECT_LETTERS)
def correct_letter(call_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Change the words of a draft; when somebody was faster, both texts are on the page."""
    acting = here(Call).acting
    try:
        with transaction(db.session()) as work:
            row, found = _one(letter_id)
            communications.correct(
                work,
                found,
                subject=request.form.get("subject", ""),
                body=request.form.get("body", ""),
                version=request.form.get("version", 0, type=int),
                by_name=acting.name,
                at=now(),
            )
            trail.record(
                work,
                "correct-letter",
                by=acting,
                at=now(),
                call_id=call_id,
                subject=row.reference or "",
                subject_id=found.application_id,
                letter=str(found.id),
                version=found.version,
            )
    except Refused as refused:
        return _letter_page(letter_id, problem_texts(refused.problems), status=422)
    except Stale as stale:
        return _letter_page(letter_id, problem_texts(stale.problems), stale.clashes, 409)
    flash(gettext("The letter is corrected."))
    return redirect(url_for(".letter", call_id=call_id, letter_id=letter_id), 303)


@bp.post("/calls/<uuid:call_id>/letters/<uuid:letter_id>/send-again")
@on_call(Action.CORRECT_LETTERS)
def send_letter_again(call_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Give a letter that failed a new row of tries."""
    try:
        with transaction(db.session()) as work:
            row, found = _one(letter_id)
            communications.send_again(work, found, at=now())
            trail.record(
                work,
                "send-again",
                by=here(Call).acting,
                at=now(),
                call_id=call_id,
                subject=row.reference or "",
                subject_id=found.application_id,
                letter=str(found.id),
            )
    except Refused as refused:
        return _letter_page(letter_id, problem_texts(refused.problems), status=422)
    flash(gettext("The letter is queued again."))
    return redirect(url_for(".letters", call_id=call_id), 303)


# --- The release --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BecomesText:
    """What one application becomes, and who is told."""

    reference: str
    outcome: str
    tone: str
    recipients: tuple[str, ...]


@bp.get("/calls/<uuid:call_id>/release")
@on_call(Action.RELEASE_RESULTS)
def release_check(call_id: UUID) -> ResponseReturnValue:
    """What the release would do, letter by letter; or everything that stands in its way."""
    return _release_page(())


def _release_page(problems: Sequence[Problem], status: int = 200) -> ResponseReturnValue:
    found, work = here(Call).thing, db.session()
    done = queries.release_of(work, found.id)
    if done is not None:
        return render_template(
            "office/letters/released.html", call_id=found.id, at=moment_text(done.at), by_name=done.by_name
        )
    standing = services.release_problems(work, found, by=here(Call).acting, at=now(), is_thorough=False)
    becomes = () if standing else _becomes()
    shown = tuple(problem for problem in problems if problem not in standing)
    page = render_template(
        "office/letters/release.html",
        call_id=found.id,
        standing=problem_texts(standing),
        problems=problem_texts(shown),
        becomes=becomes,
        count=sum(len(one.recipients) for one in becomes),
        seen=_seen(),
    )
    return page, status


def _waiting() -> list[LetterRow]:
    return [row for row, _ in _outbox() if row.status is LetterStatus.DRAFT and row.kind in effects.LETTERS]


def _becomes() -> tuple[BecomesText, ...]:
    rows = queries.decided(db.session(), scope.office_ids(viewer(), here(Call).thing.id))
    ready = [(application_id, reference) for application_id, reference, state in rows if state is State.DECIDED]
    outcomes = queries.decisions_of(db.session(), [application_id for application_id, _ in ready])
    waiting = _waiting()
    return tuple(
        BecomesText(
            reference,
            *outcome_text(outcomes[application_id].outcome),
            tuple(f"{row.to_name} <{row.to_address}>" for row in waiting if row.application_id == application_id),
        )
        for application_id, reference in ready
    )


def _seen() -> str:
    """A mark of the letters as they stand, so that only what was looked at is released."""
    marks = sorted(f"{row.id}:{row.version}" for row in _waiting())
    return hashlib.sha256(" ".join(marks).encode()).hexdigest()


@bp.post("/calls/<uuid:call_id>/release")
@on_call(Action.RELEASE_RESULTS)
def release(call_id: UUID) -> ResponseReturnValue:
    """Send all letters and make all results visible at this instant. A second click shows that it is done."""
    if queries.release_of(db.session(), call_id) is None:
        if request.form.get("confirm") != "yes":
            message = N_("Tick that the results may go out now.")
            return _release_page([Problem("not_confirmed", message, field="confirm")], 422)
        if request.form.get("seen") != _seen():
            return _release_page([CHANGED_MEANWHILE], 409)
        try:
            with transaction(db.session()) as work:
                services.release(work, here(Call).thing, by=here(Call).acting, at=now())
        except Refused as refused:
            return _release_page(refused.problems, 422)
        flash(gettext("The results are released."))
    return redirect(url_for(".release_check", call_id=call_id), 303)
