"""What the team is told while its application is taken back, on every page, and that it is safe once it is submitted."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.access import scope
from app.applications import queries
from app.applications.effects import newest_number
from app.applications.models import Application
from app.applications.standing import working_title
from app.applications.taking_back import closing
from app.extensions import db
from app.kernel.actors import Acting
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.web.doors import now, viewer_or_none
from app.web.labels import move_label
from app.web.public.views import places
from app.web.words import DeadlineText, ProblemText, deadline_text, problem_text
from app.workflow.table import IMPROVABLE, TAKEN_BACK
from app.workflow.vocabulary import Move


@dataclass(frozen=True)
class TakenBackText:
    """The banner: which application, which version stands, until when, and where to go on."""

    reference: str
    number: int
    deadline: DeadlineText | None
    url: str


def taken_back_texts() -> tuple[TakenBackText, ...]:
    """What this person applies with and is taken back now. Whoever has nothing of the kind costs no statement."""
    who = viewer_or_none()
    if who is None or not who.improves:
        return ()
    found = queries.improved(db.session(), among=scope.ids(scope.applicant_of(who)))
    return tuple(_text(each, definition_by_version(db.session(), each.call_version_id)) for each in found)


def taken_back_text(found: Application, definition: Definition) -> TakenBackText | None:
    """The same of one application; None while it is not taken back."""
    return _text(found, definition) if found.state in TAKEN_BACK else None


def _text(found: Application, definition: Definition) -> TakenBackText:
    return TakenBackText(
        found.reference or "",
        newest_number(db.session(), found),
        _deadline(found, definition),
        url_for("applicant.edit", application_id=found.id),
    )


def _deadline(found: Application, definition: Definition) -> DeadlineText | None:
    closes = closing(db.session(), found, definition)
    return deadline_text(closes, places(definition)) if closes else None


def shown_title(found: Application, definition: Definition) -> str:
    """The title as the team writes it now."""
    return working_title(db.session(), found, definition) if found.state in TAKEN_BACK else found.title


def delete_url(found: Application, acting: Acting) -> str | None:
    """Where a draft that was never submitted is deleted, for whoever may."""
    allowed = may(Action.DELETE_DRAFT, acting, found.state) is None
    return url_for("applicant.ask_deletion", application_id=found.id) if allowed else None


def may_choose_sides(found: Application) -> bool:
    """Whether sides may be brought in and people invited: not while an earlier version stands."""
    return found.state not in TAKEN_BACK


@dataclass(frozen=True)
class MoveText:
    """A move as a button."""

    label: str
    url: str
    allowed: bool
    problem: ProblemText | None


@dataclass(frozen=True)
class ImprovingText:
    """What the receipt says of improving: safe and until when, who may take it back, or how a withdrawal is undone."""

    number: int
    deadline: DeadlineText | None
    is_safe: bool
    move: MoveText | None
    undo: MoveText | None
    edit_url: str | None


def improving_text(found: Application, definition: Definition, acting: Acting) -> ImprovingText | None:
    """None once the deadline has passed, and for what was never submitted."""
    offered = {offer.move: offer for offer in queries.offers(db.session(), found, acting, now())}
    moves = {
        move: MoveText(
            move_label(move),
            url_for(where, application_id=found.id),
            offered[move].is_open,
            problem_text(offered[move].problems[0]) if offered[move].problems else None,
        )
        for move, where in ((Move.TAKE_BACK, "applicant.take_back"), (Move.UNDO_WITHDRAW, "applicant.undo_withdrawal"))
        if move in offered
    }
    deadline = _deadline(found, definition)
    if deadline is None or deadline.passed:
        return None
    writes = found.state in TAKEN_BACK and may(Action.READ_DRAFT, acting, found.state) is None
    return ImprovingText(
        newest_number(db.session(), found),
        deadline,
        found.state in IMPROVABLE,
        moves.get(Move.TAKE_BACK),
        moves.get(Move.UNDO_WITHDRAW),
        url_for("applicant.edit", application_id=found.id) if writes else None,
    )
