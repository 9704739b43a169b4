"""All or nothing: the view, the command or the job opens one transaction; services flush at most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.kernel.errors import Problem, Stale
from app.kernel.words import N_

CHANGED_MEANWHILE = Problem(
    "changed_meanwhile", N_("Somebody else changed this a moment ago. Load the page again and look at what stands now.")
)


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit at the end, or undo everything. A version that moved meanwhile is told as Stale."""
    try:
        yield session
        session.commit()
    except StaleDataError as stale:
        session.rollback()
        raise Stale(problems=(CHANGED_MEANWHILE,)) from stale
    except IntegrityError as clash:
        session.rollback()
        if not _is_taken(clash):
            raise
        raise Stale(problems=(CHANGED_MEANWHILE,)) from clash
    except BaseException:
        session.rollback()
        raise


def _is_taken(clash: IntegrityError) -> bool:
    """Whether a row of the same key was faster. Any other constraint that breaks is a bug and stays one."""
    return "UNIQUE constraint failed" in str(clash.orig) or getattr(clash.orig, "sqlstate", None) == "23505"
