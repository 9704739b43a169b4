"""Tandem: joint research calls, from draft to award. `create_app` is the whole wiring on one screen."""

from __future__ import annotations

from flask import Flask

from app import config, wiring
from app.config import Settings
from app.extensions import csrf, db
from app.kernel.database import set_up


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings, or for those of the environment."""
    from app.cli import commands
    from app.web import errors, hooks, rooms

    settings = settings or config.read()
    app = Flask("app", instance_path=str(settings.instance), template_folder=str(wiring.templates()))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=wiring.engine_options(settings),
        WTF_CSRF_TIME_LIMIT=None,
        TRUSTED_HOSTS=settings.hosts,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_NAME="__Host-tandem" if settings.is_https else "tandem",
        SEND_FILE_MAX_AGE_DEFAULT=31536000,
        MAX_CONTENT_LENGTH=20 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=1000,
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    db.init_app(app)
    with app.app_context():
        set_up(db.engine)
        db.session.configure(info={"trail_key": settings.trail_key})
    hooks.hang_on(app, settings)
    csrf.init_app(app)
    errors.hang_on(app)
    rooms.open_all(app, settings)
    wiring.wire()
    commands.register(app)
    return app
