"""The overview of a draft for its whole team: tasks, everything that is missing, the checks of software, the notice."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications import queries
from app.applications.checking.told import quiz_of_draft
from app.applications.models import Application
from app.applications.parts import answers_of, values_of
from app.applications.snapshots import snapshot_of
from app.applications.verdicts import judged
from app.extensions import db
from app.kernel.errors import Problem
from app.policy.table import may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.queries import definition_by_version
from app.web.applicant.notices import quiz_texts, told_text
from app.web.applicant.shown import call_text
from app.web.applicant.tasks import missing_by_place, task_texts, tasks_in
from app.web.doors import here, now, on_application
from app.web.rule_lines import RulesText, rules_text
from app.web.words import moment_text, problem_texts

bp = Blueprint("overview", __name__)


@bp.get("/applications/<uuid:application_id>/tasks")
@on_application(Action.READ_DRAFT)
def tasks(application_id: UUID) -> ResponseReturnValue:
    """What is done and what is not, for the lead applicant and for whoever leads a side."""
    found, acting, work = here(Application).thing, here(Application).acting, db.session()
    definition = definition_by_version(work, found.call_version_id)
    closed, missing = lacks(found)
    listed = tasks_in(work, found, definition, missing)
    leads = may(Action.EDIT_ANSWERS, acting, found.state) is None
    form = url_for("applicant.edit", application_id=found.id) if leads else _own_part(found)
    pages = {"": form, "submit": url_for("applicant.check", application_id=found.id)} if leads else {"": form}
    quiz = quiz_of_draft(work, found, definition, values_of(answers_of(work, found)))
    return render_template(
        "applicant/tasks.html",
        application_id=found.id,
        title=found.title,
        call=call_text(found, definition),
        tasks=task_texts(listed, pages),
        groups=missing_by_place(definition, missing, listed, form),
        closed=problem_texts(closed),
        rules=draft_rules(found, definition),
        quiz=quiz_texts(quiz),
        quiz_at=moment_text(quiz.at) if quiz else None,
        notice=told_text(work, found, definition, acting),
        form=form,
        leads=leads,
    )


def _own_part(found: Application) -> str:
    """The page of the part that this partner leads; for other members of the team, the draft as they see it."""
    acting = here(Application).acting
    sides = (queries.side_of(db.session(), found.id, key) for key in sorted(acting.sides))
    led = (side for side in sides if side is not None and side.lead_person_id == acting.person_id)
    own = (url_for("partner.task", side_id=side.id) for side in led)
    return next(own, url_for("team.draft", application_id=found.id))


def lacks(found: Application) -> tuple[list[Problem], list[Problem]]:
    """What the call itself forbids now, and all that the draft lacks, whoever of the team asks."""
    known = queries.lacking(db.session(), found, now())
    return [p for p in known if p.code.startswith("call_")], [p for p in known if not p.code.startswith("call_")]


def draft_rules(found: Application, definition: Definition) -> RulesText | None:
    """What software finds of the call's rules in the draft as it stands; None where there are none."""
    if not definition.rules:
        return None
    return rules_text(judged(definition, snapshot_of(db.session(), found, definition)), is_outside=False)
