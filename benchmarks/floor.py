"""The floor: pages with the same rows and nothing else; no layout, no permissions, no translation."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, jsonify, render_template_string, request
from sqlalchemy import create_engine, select, update

from benchmarks.data import FLOOR, FLOOR_ANSWER, FLOOR_VERSION
from benchmarks.rows import DRAFT

LIST = """<!doctype html><title>Calls</title>{% for call in calls %}<h2><a href="/calls/{{ call.key }}">{{ call.title }}</a></h2>
<p>{{ 'Closed' if call.closes_at < now else 'Opens later' if call.opens_at > now else 'Open' }}</p>
<p>{{ call.summary }}</p><p>{{ call.sides }}</p><p>{{ call.closes_at.strftime('%d %b %Y, %H:%M') }}</p>{% endfor %}"""


def create_app() -> Flask:
    """The floor's application on the database that the environment names."""
    app = Flask("floor")
    url = os.environ["TANDEM_DATABASE_URL"]
    engine = create_engine(url)
    is_naive = url.startswith("sqlite")

    @app.get("/")
    def calls() -> str:
        with engine.connect() as connection:
            rows = connection.execute(select(FLOOR).order_by(FLOOR.c.closes_at.desc())).all()
        now = datetime.now(UTC)
        return render_template_string(LIST, calls=rows, now=now.replace(tzinfo=None) if is_naive else now)

    @app.post("/answer")
    def answer() -> Any:
        value, at = request.form["value"], datetime.now(UTC)
        with engine.begin() as connection:
            row = connection.execute(select(FLOOR_ANSWER).where(FLOOR_ANSWER.c.id == DRAFT)).one()
            kept = connection.execute(select(FLOOR_VERSION).where(FLOOR_VERSION.c.id == DRAFT)).one()
            following = row.version + 1
            connection.execute(
                update(FLOOR_ANSWER)
                .where(FLOOR_ANSWER.c.id == row.id, FLOOR_ANSWER.c.version == row.version)
                .values(value=value, version=following, changed_at=at)
            )
            connection.execute(
                update(FLOOR_VERSION).where(FLOOR_VERSION.c.id == kept.id).values(value=value, number=following, at=at)
            )
        return jsonify(version=following)

    return app
