"""Who has given a letter for an application or answered as its host: the condition from which conflicts start.

`person` and `application` are ids, or columns of the statement around.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Exists, exists
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.applications.letters.models import InvitedLetter

Who = UUID | ColumnElement[Any] | InstrumentedAttribute[Any] | None


def has_given(person: Who, application: Who) -> Exists:
    """The person's letter or answer as the host has come, whether or not it is still asked for."""
    row = aliased(InvitedLetter)
    came = exists().where(row.application_id == application, row.person_id == person, row.came_at.is_not(None))
    return came.correlate_except(row)
