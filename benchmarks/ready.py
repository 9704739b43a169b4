"""Drafts of which nothing is missing, as many as wanted: one is written through the services, the others are its copies
under other people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.applications import services as applying
from app.applications.models import Answer, Application, ApplicationSide, BudgetYear
from app.identities import services as identities
from app.identities.models import EmailAddress, LoginSession, Person
from app.kernel.actors import Acting
from app.kernel.database import scoped
from app.programmes.definition import Definition, QuestionKind
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.workflow.vocabulary import Hat

CSRF = "0" * 40
AMOUNTS = {"SEK": "300 000", "USD": "30 000"}


@dataclass(frozen=True)
class Ready:
    """A draft that waits to be submitted, and the secret of its lead applicant's browser session."""

    application_id: UUID
    secret: str


def ready(session: Session, call: Call, count: int, at: datetime) -> list[Ready]:
    """So many complete drafts in this call."""
    first = _written(session, call, at)
    session.flush()
    rows = {model: _rows(session, model, first) for model in (Application, ApplicationSide, Answer, BudgetYear)}
    made: list[Ready] = []
    copies: dict[type[Any], list[dict[str, Any]]] = {}
    for number in range(count):
        found = _copied(rows, number, at)
        for model, lines in found.items():
            copies.setdefault(model, []).extend(lines)
        made.append(Ready(found[Application][0]["id"], f"secret-{number}"))
    for model in (Person, EmailAddress, LoginSession, Application, ApplicationSide, Answer, BudgetYear):
        session.execute(insert(model), copies[model])
    session.flush()
    return made


def _written(session: Session, call: Call, at: datetime) -> UUID:
    """One draft through the services: answered, paid for, confirmed by its partners."""
    definition = definition_of(session, call)
    person = identities.make_person(session, "Lea Först", "lea@ready.example", at=at, is_proved=True)
    by = Acting(person.id, person.name, frozenset({Hat.LEAD_APPLICANT}))
    application = applying.start_draft(session, call, by=by, at=at)
    applying.save_answers(session, application, dict(_answers(definition)), {}, by=by, at=at)
    sides = session.scalars(
        scoped(select(ApplicationSide).where(ApplicationSide.application_id == application.id))
    ).all()
    for side in sides:
        who = by
        if side.lead_person_id is None:
            applying.invite_partner(
                session,
                application,
                side.side_key,
                name="Pat Andra",
                address=f"pat-{side.side_key}@ready.example",
                by=by,
                at=at,
            )
            who = Acting(side.lead_person_id, "Pat Andra", frozenset({Hat.SIDE_LEAD}))
        currency = definition.side(side.side_key).currency or ""
        amounts = dict.fromkeys(range(1, (definition.years or 1) + 1), AMOUNTS[currency])
        applying.save_budget(session, side, amounts, by=who, at=at)
        if who is not by:
            applying.confirm_side(session, side, name="Pat Andra", by=who, at=at)
    return application.id


def _answers(definition: Definition) -> Iterator[tuple[str, Sequence[str]]]:
    for question in definition.questions:
        if question.kind in (QuestionKind.CHOICE, QuestionKind.CHOICES):
            yield question.key, [question.options[0].key if question.options else definition.areas[0].key]
        elif question.kind is QuestionKind.SHORT_TEXT:
            yield question.key, ["An invented project"]
        else:
            yield question.key, ["An invented text of some length, as it stands in an application. " * 12]


def _rows(session: Session, model: type[Any], application_id: UUID) -> list[dict[str, Any]]:
    table: Table = model.__table__
    if model is Application:
        condition = table.c.id == application_id
    elif model is BudgetYear:
        sides = select(ApplicationSide.id).where(ApplicationSide.application_id == application_id)
        condition = table.c.application_side_id.in_(sides)
    else:
        condition = table.c.application_id == application_id
    return [dict(row._mapping) for row in session.execute(scoped(select(table).where(condition)))]


def _copied(
    rows: Mapping[type[Any], list[dict[str, Any]]], number: int, at: datetime
) -> dict[type[Any], list[dict[str, Any]]]:
    """The rows of one copy: its own ids, its own people, one of them signed in."""
    application_id = uuid4()
    people = {row["lead_person_id"]: uuid4() for row in rows[ApplicationSide]}
    sides = {row["id"]: uuid4() for row in rows[ApplicationSide]}
    lead = people[rows[Application][0]["lead_person_id"]]
    return {
        Person: [
            {"id": new, "created_at": at, "name": f"Nils Påhittad {number}", "locale": "en", "institution": "Invented"}
            for new in people.values()
        ],
        EmailAddress: [
            {
                "id": uuid4(),
                "person_id": new,
                "address": f"{new.hex}@ready.example",
                "is_primary": True,
                "proved_at": at,
                "created_at": at,
            }
            for new in people.values()
        ],
        LoginSession: [
            {
                "id": uuid4(),
                "secret_hash": identities.hash_of(f"secret-{number}"),
                "person_id": lead,
                "created_at": at,
            }
        ],
        Application: [{**row, "id": application_id, "lead_person_id": lead} for row in rows[Application]],
        ApplicationSide: [
            {
                **row,
                "id": sides[row["id"]],
                "application_id": application_id,
                "lead_person_id": people[row["lead_person_id"]],
            }
            for row in rows[ApplicationSide]
        ],
        Answer: [{**row, "id": uuid4(), "application_id": application_id, "changed_by": lead} for row in rows[Answer]],
        BudgetYear: [
            {**row, "id": uuid4(), "application_side_id": sides[row["application_side_id"]]} for row in rows[BudgetYear]
        ],
    }


def headers(app: Flask, secret: str) -> dict[str, str]:
    """The cookie and the key of a browser that is signed in with this secret."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    kept = signer.dumps({"_user_id": secret, "_fresh": True, "csrf_token": CSRF})
    key = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(CSRF)
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={kept}", "X-CSRFToken": str(key)}
