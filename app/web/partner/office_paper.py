"""The paper that a partner hands to the own sponsored-programs office."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.applications.models import Application
from app.applications.parts import Part, parts_of
from app.applications.side_deadlines import internal_dues
from app.applications.stages import closing_of, part_at
from app.exports.papers import words as w
from app.exports.papers.content import Reading
from app.exports.papers.office import OfficePaper, office_data
from app.exports.papers.printing import CannotPrint, printed
from app.extensions import db
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.programmes.queries import definition_by_version
from app.web.applicant.budgets import balance_text, budget_words
from app.web.applicant.standing import shown_title
from app.web.doors import here
from app.web.papers import not_made, pdf
from app.web.partner.views import Task, bp, own_part
from app.web.words import language


@bp.get("/parts/<uuid:side_id>/sponsored-programs.pdf")
@own_part
def office_paper(side_id: UUID) -> ResponseReturnValue:
    """Project, own part, terms and signature lines, in the partner's language and on the own clocks."""
    found, work = here(Task).thing, db.session()
    definition = definition_by_version(work, found.application.call_version_id)
    parts = parts_of(work, found.application, definition)
    own = next(part for part in parts if part.id == found.side.id)
    balance = balance_text(definition, parts)
    paper = OfficePaper(
        shown_title(found.application, definition),
        definition,
        parts,
        own,
        _deadlines(found.application, definition, own),
        (*(budget_words(own) if own.side.pays else ()), *([balance.rule] if balance else [])),
        commitments(own),
    )
    reading = Reading(language(), own.side.zone)
    try:
        content = printed("office.typ", office_data(paper, reading)).content
    except CannotPrint as why:
        return not_made(why)
    stem = found.application.reference or definition.key
    return pdf(content, f"{stem}-{own.key}-sponsored-programs.pdf")


def _deadlines(application: Application, definition: Definition, own: Part) -> list[tuple[str, datetime]]:
    """The joint deadline, and what the own side wants before it."""
    closes = closing_of(db.session.get_one(Call, application.call_id), part_at(definition, application.state))
    joint = [(w.DEADLINE.in_(language()), closes)] if closes is not None else []
    dues = internal_dues(db.session(), application, definition)
    return [
        *joint,
        *((each.internal.title.in_(language()), each.due.closes) for each in dues if each.side.key == own.key),
    ]


def commitments(own: Part) -> tuple[str, ...]:
    """What confirming means, in the sentences of the page that asks for it."""
    return (
        gettext("You lead the project at %(side)s.", side=own.side.name),
        gettext(
            "Your name, your address and the budget of your side stand on the application, and reviewers read them."
        )
        if own.side.pays
        else gettext("Your name and your address stand on the application, and reviewers read them."),
        gettext("You can change your part until the application is submitted. Nobody else can change your budget.")
        if own.side.pays
        else gettext("You can change your part until the application is submitted."),
    )
