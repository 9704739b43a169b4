"""The worker: delivers what is due, again and again, until it is told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from flask import Flask
from sqlalchemy.orm import Session

from app.applications import uploads
from app.applications.approvals.ticks import tend
from app.applications.forgetting import forget_drafts
from app.applications.letters.effects import remind_all as remind_writers
from app.applications.overdue import let_stand, warn_all
from app.applications.reminders import remind_all
from app.applications.scanning import scan_due
from app.applications.silent_reminders import remind_silent
from app.communications.delivery import deliver_due
from app.config import Settings
from app.extensions import db
from app.kernel import clamd, clock
from app.kernel.database import writing
from app.kernel.files import LocalStore
from app.kernel.transaction import transaction
from app.notices.services import forget
from app.programmes.alerts import tell_all
from app.programmes.partnerships import cooperations
from app.reviews.reminders import remind_reviewers
from app.running import letterhead

log = logging.getLogger("tandem.worker")
LOOK_EVERY = 60.0
"""Seconds between two looks for reminders."""
SWEEP_EVERY = 3600.0
"""Seconds between two sweeps of files that belong to nothing."""


@contextmanager
def write(app: Flask) -> Iterator[Session]:
    """One short writing transaction outside a request."""
    with app.app_context(), writing(db.engine):
        try:
            with transaction(db.session()) as session:
                yield session
        finally:
            db.session.remove()


def deliver(app: Flask) -> int:
    """One round of delivery."""
    settings: Settings = app.config["SETTINGS"]
    return deliver_due(lambda: write(app), letterhead(app), settings.mail, now=clock.now)


def remind(app: Flask) -> int:
    """Put reminders and news that are due into the outbox, and do what time does to approvals."""
    with write(app) as session:
        at = clock.now()
        return (
            let_stand(session, at)
            + warn_all(session, at)
            + remind_all(session, at)
            + remind_reviewers(session, at)
            + tend(session, at)
            + remind_silent(session, at)
            + remind_writers(session, at)
            + tell_all(session, cooperations().programmes, at)
            + forget(session, at)
        )


def sweep(app: Flask) -> int:
    """Delete the bytes of files that no application wants any more."""
    settings: Settings = app.config["SETTINGS"]
    store = LocalStore(settings.instance / "files")
    with app.app_context():
        try:
            gone, missing = uploads.sweep(db.session(), store, clock.now())
        finally:
            db.session.remove()
    for sha256 in missing:
        log.error("the bytes of file %s are missing: restore them from the backup", sha256)
    if gone:
        log.info("swept %s files that belong to nothing", len(gone))
    return len(gone)


def purge(app: Flask) -> int:
    """Warn of drafts that their call forgets, and delete those of which was warned in time."""
    with write(app) as session:
        return forget_drafts(session, clock.now())


def scan(app: Flask) -> int:
    """Ask the virus scanner about files that wait for it; nothing where none is configured."""
    settings: Settings = app.config["SETTINGS"]
    if not settings.scanner:
        return 0
    store = LocalStore(settings.instance / "files")
    return scan_due(lambda: write(app), partial(clamd.scan, settings.scanner), store.open, now=clock.now)


def run(app: Flask, stop: threading.Event, pause: float = 1.0) -> None:
    """Deliver until `stop` is set. A round that fails is logged, and the next one tries again."""
    next_look = next_sweep = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= next_look:
                remind(app)
                next_look = time.monotonic() + LOOK_EVERY
            if time.monotonic() >= next_sweep:
                purge(app)
                sweep(app)
                next_sweep = time.monotonic() + SWEEP_EVERY
            scan(app)
            deliver(app)
        except Exception:
            log.exception("a round of delivery failed")
        stop.wait(pause)
