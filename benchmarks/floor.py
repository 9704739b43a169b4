"""The floor: pages with the same rows and nothing else; no layout, no permissions, no translation."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from flask import Flask, render_template_string
from sqlalchemy import create_engine, select

from benchmarks.data import FLOOR

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

    return app
