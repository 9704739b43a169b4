"""What machines ask: is the process up, is it ready."""

from __future__ import annotations

import os

from flask import Blueprint
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import migrate
from app.extensions import db
from app.running import settings
from app.web.doors import public

bp = Blueprint("api", __name__)


@bp.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """The process is up. Asks no database."""
    return {"status": "up"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """Database reachable and migrated, instance folder writable."""
    try:
        database = migrate.is_current(db.engine)
    except SQLAlchemyError:
        database = False
    folder = os.access(settings().instance, os.W_OK)
    return {"database": database, "files": folder}, 200 if database and folder else 503


@bp.get("/robots.txt")
@public
def robots() -> ResponseReturnValue:
    """Search engines may read what the public may."""
    lines = ("User-agent: *", "Disallow: /p/", "Disallow: /office/", "Disallow: /desk", "Allow: /")
    return "\n".join(lines) + "\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
