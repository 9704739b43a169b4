"""What several pages of the applicant say, and their doors."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from app.access import reach
from app.applications import queries, services
from app.applications.approvals import queries as approvals
from app.applications.models import Application
from app.applications.registry import Form
from app.applications.stages import closing_of, part_at
from app.extensions import db
from app.kernel.errors import NotAllowed, Problem
from app.kernel.transaction import transaction
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.definition import Part as Stage
from app.programmes.models import Call
from app.web.applicant.opened import last_used
from app.web.approver.texts import StandingText, standing_texts
from app.web.doors import Door, hang, here, now
from app.web.public.views import places
from app.web.words import (
    deadline_text,
    language,
)
from app.workflow.table import SUBMITTING
from app.workflow.vocabulary import Hat, Move

LONGEST_KEY = 64
bp = Blueprint("applicant", __name__)
draft_or_receipt = hang(Door("application: edit_answers, or its receipt", None, reach.application, "application_id"))
any_applicant = hang(Door("application: moves of the lead applicant", None, reach.application, "application_id"))


def elsewhere() -> ResponseReturnValue | None:
    """Where somebody belongs who may not write here: the own part, or the receipt. None for whoever may write."""
    found, acting = here(Application).thing, here(Application).acting
    problem = may(Action.EDIT_ANSWERS, acting, found.state)
    if problem is None:
        return None
    for side_key in sorted(acting.sides):
        side = queries.side_of(db.session(), found.id, side_key)
        if (
            side is not None
            and side.lead_person_id == acting.person_id
            and may(Action.READ_DRAFT, acting, found.state) is None
        ):
            return redirect(url_for("partner.task", side_id=side.id))
    if may(Action.READ_DRAFT, acting, found.state) is None:
        return redirect(url_for("team.draft", application_id=found.id))
    if may(Action.READ_APPLICATION, acting, found.state) is None:
        return redirect(url_for(".show", application_id=found.id))
    raise NotAllowed([problem])


def call_text(found: Application, definition: Definition) -> dict[str, object]:
    call = db.session.get_one(Call, found.call_id)
    closes = closing_of(call, part_at(definition, found.state))
    deadline = deadline_text(closes, places(definition)) if closes else None
    return {
        "title": definition.title.in_(language()),
        "key": call.key,
        "deadline": deadline,
        "grace": definition.grace_minutes,
        "kept_days": definition.drafts_kept_days,
        "languages": definition.languages,
        "is_outline": part_at(definition, found.state) is Stage.OUTLINE,
    }


def readiness(found: Application) -> tuple[list[Problem], list[Problem]]:
    """What the call itself forbids now, and what the application still lacks."""
    leader = replace(here(Application).acting, hats=frozenset({Hat.LEAD_APPLICANT}))  # what lacks is the same to all
    offered = queries.offers(db.session(), found, leader, now(), last_used(found.id))
    problems = [problem for offer in offered if offer.move is Move.SUBMIT for problem in offer.problems]
    return [p for p in problems if p.code.startswith("call_")], [p for p in problems if not p.code.startswith("call_")]


def leads() -> bool:
    """Whether this person leads the application: who invites partners and asks for approvals."""
    return Hat.LEAD_APPLICANT in here(Application).acting.hats


def may_submit() -> bool:
    """Whether this person is one of those who submit it."""
    return not SUBMITTING.isdisjoint(here(Application).acting.hats)


def approval_texts(found: Application, definition: Definition) -> tuple[StandingText, ...]:
    return standing_texts(approvals.standings(db.session(), found, definition, now()), definition)


def take(move: Move, reason: str = "", *, key: str = "", seen: str = "") -> None:
    """Take a step; the door has loaded the application for writing, in this very transaction."""
    found, acting = here(Application).thing, here(Application).acting
    form = Form(key[:LONGEST_KEY], seen, is_held=True)
    with transaction(db.session()) as work:
        services.take(work, found, move, by=acting, at=now(), reason=reason, last_used=last_used(found.id), form=form)
