"""The route census: every route with its declared access, and a stranger gets only the public ones."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.web.doors import Door
from tests.conftest import settings_for

CENSUS = Path(__file__).with_name("routes.txt")


def census(app: Flask) -> str:
    lines = []
    for rule in app.url_map.iter_rules():
        door = getattr(app.view_functions[rule.endpoint], "door", None)
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"{rule.rule:55} {methods:5} {rule.endpoint:32} {door.text if door else 'NONE'}")
    return "\n".join(sorted(lines)) + "\n"


def test_every_route_has_its_declared_access(app: Flask) -> None:
    assert census(app) == CENSUS.read_text()


def test_a_route_without_a_door_does_not_exist(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'x.sqlite3'}", tmp_path))
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/forgotten").status_code == 404


def url_of(app: Flask, rule: object) -> str:
    arguments = {name: uuid4() if "id" in name else "nothing" for name in rule.arguments}  # type: ignore[attr-defined]
    with app.test_request_context():
        from flask import url_for

        return url_for(rule.endpoint, **arguments)  # type: ignore[attr-defined]


def test_a_stranger_gets_only_the_public_routes(app: Flask, client: FlaskClient, world: object) -> None:
    opened = []
    for rule in app.url_map.iter_rules():
        door: Door = app.view_functions[rule.endpoint].door  # type: ignore[attr-defined]
        if door.is_public:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.open(url_of(app, rule), method=method, headers=headers)
                if answer.status_code not in (302, 401, 404):
                    opened.append((rule.rule, method, answer.status_code))
    assert opened == []


def test_the_demonstration_exists_only_on_loopback(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    for settings in (settings_for(database, tmp_path), settings_for(database, tmp_path, demo=True, host="0.0.0.0")):
        rules = {rule.endpoint for rule in create_app(settings).url_map.iter_rules()}
        assert not {rule for rule in rules if rule.startswith("demo.")}


@pytest.mark.parametrize("path", ["/", "/healthz", "/sign-in", "/nowhere"])
def test_every_answer_carries_the_headers(client: FlaskClient, world: object, path: str) -> None:
    answer = client.get(path)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    kept = "public, no-cache" if path == "/" else "private, no-store"  # the same for everybody who is nobody
    assert answer.headers["Cache-Control"] == kept
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
