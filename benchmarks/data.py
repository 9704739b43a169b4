"""The data of a measurement: fifty public calls, one of them with many applications, and the floor's flat table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid, insert

from app import migrate
from app.applications.models import Answer, Application, ApplicationSide
from app.extensions import db
from app.identities import services as identities
from app.identities.models import LoginSession
from app.kernel.actors import Acting
from app.kernel.database import writing
from app.programmes import services
from app.programmes.definition import Moment, load_catalogue, load_programmes
from app.programmes.models import Call
from app.programmes.queries import definition_of, newest_version
from app.workflow.vocabulary import Hat, State
from benchmarks.rows import ANSWER, DRAFT, SECRET, WORDS

CALLS = 50
MODEL = "mayo-ki-breast-2027-fictional"
OFFICE = Acting(None, "benchmark", frozenset({Hat.COORDINATOR}), frozenset({"ki"}))
FLOOR = Table(
    "floor_call",
    MetaData(),
    Column("key", Text, primary_key=True),
    Column("title", Text),
    Column("summary", Text),
    Column("sides", Text),
    Column("opens_at", DateTime(timezone=True)),
    Column("closes_at", DateTime(timezone=True)),
)
FLOOR_ANSWER = Table(
    "floor_answer",
    FLOOR.metadata,
    Column("id", Uuid, primary_key=True),
    Column("value", Text),
    Column("version", Integer),
    Column("changed_at", DateTime(timezone=True)),
)
FLOOR_VERSION = Table(
    "floor_version",
    FLOOR.metadata,
    Column("id", Uuid, primary_key=True),
    Column("value", Text),
    Column("number", Integer),
    Column("at", DateTime(timezone=True)),
)


def build(app: Flask, applications: int, now: datetime) -> None:
    """Migrate and fill an empty database."""
    with app.app_context():
        migrate.upgrade(db.engine)
        with writing(db.engine):
            for programme in load_programmes().values():
                services.import_programme(db.session(), programme)
            calls = [_call(number, now) for number in range(CALLS)]
            _applications(calls[0], applications, now)
            _draft(calls[1], now)
            for table in (FLOOR, FLOOR_ANSWER, FLOOR_VERSION):
                table.create(db.session.connection())
            db.session.execute(insert(FLOOR_ANSWER), {"id": DRAFT, "value": WORDS, "version": 1, "changed_at": now})
            db.session.execute(insert(FLOOR_VERSION), {"id": DRAFT, "value": WORDS, "number": 1, "at": now})
            db.session.execute(insert(FLOOR), [_flat(call) for call in calls])
            db.session.commit()
            db.session.remove()
        db.engine.dispose()


def _call(number: int, now: datetime) -> Call:
    """A call that opened some days ago and closes some weeks ahead."""
    model, session = load_catalogue()[MODEL], db.session()
    opens, closes = (
        (now + timedelta(days=days)).astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        for days in (-10 - number, 20 + number)
    )
    title = replace(model.title, en=f"{model.title.en} {number}", sv=f"{model.title.sv} {number}")
    declared = replace(
        model,
        key=f"bench-{number:02}",
        reference_prefix=f"B{number}",
        year=now.year,
        title=title,
        announced=None,
        opens=Moment(opens.date(), opens.time(), "UTC"),
        closes=Moment(closes.date(), closes.time(), "UTC"),
        decision_by=None,
        panels=tuple(replace(panel, reviews_by=None, conflicts_by=None, meets=None) for panel in model.panels),
    )
    call = services.import_call(session, declared, by=OFFICE, at=opens)
    services.announce(session, call, declared, by=OFFICE, at=opens)
    return call


def _applications(call: Call, count: int, now: datetime) -> None:
    session = db.session()
    person = identities.make_person(session, "Bengt Mätare", "bengt@bench.example", at=now)
    version = newest_version(session, call.id)
    rows = [
        {
            "id": uuid4(),
            "created_at": now,
            "call_id": call.id,
            "call_version_id": version.id,
            "lead_person_id": person.id,
            "state": State.SUBMITTED,
            "title": f"An invented project {number}",
            "number": number,
            "reference": f"B0-{number:05}",
            "submitted_at": now,
            "version": 1,
        }
        for number in range(1, count + 1)
    ]
    session.execute(insert(Application), rows)


def _draft(call: Call, now: datetime) -> None:
    """The draft of somebody who is signed in, with one answer begun long ago."""
    session = db.session()
    person = identities.make_person(session, "Beata Skrivare", "beata@bench.example", at=now)
    session.flush()
    session.add(LoginSession(secret_hash=identities.hash_of(SECRET.hex), person_id=person.id, created_at=now))
    version, definition = newest_version(session, call.id), definition_of(session, call)
    draft = Application(
        id=DRAFT, created_at=now, call_id=call.id, call_version_id=version.id, lead_person_id=person.id,
        state=State.DRAFT, title="An invented draft",
    )  # fmt: skip
    session.add(draft)
    session.flush()
    for side in definition.sides:
        leads = person.id if side.key == definition.lead_side.key else None
        session.add(ApplicationSide(application_id=DRAFT, side_key=side.key, takes_part=True, lead_person_id=leads))
    session.add(Answer(application_id=DRAFT, key=ANSWER, value=WORDS, changed_at=now, changed_by=person.id))
    session.flush()


def _flat(call: Call) -> dict[str, object]:
    declared = definition_of(db.session(), call)
    return {
        "key": call.key,
        "title": declared.title.en,
        "summary": declared.summary.en,
        "sides": " · ".join(side.name for side in declared.sides),
        "opens_at": call.opens_at,
        "closes_at": call.closes_at,
    }
