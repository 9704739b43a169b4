"""Which of the call's areas an application belongs to: what was answered to the question that offers them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Answer
from app.applications.standing import stands
from app.kernel.database import scoped
from app.programmes.definition import Definition


def areas_of(
    session: Session, application_ids: Collection[UUID], definition: Definition, *, always: bool = False
) -> dict[UUID, frozenset[str]]:
    """The areas by application, in two statements; none, unless `always`, where no criterion depends on them."""
    keys = [question.key for question in definition.questions if question.options_from]
    found: dict[UUID, frozenset[str]] = {application_id: frozenset() for application_id in application_ids}
    depends = always or any(criterion.areas for criterion in definition.criteria)
    if not keys or not depends:
        return found
    rows = session.scalars(
        scoped(select(Answer).where(Answer.application_id.in_(application_ids), Answer.key.in_(keys)))
    )
    kept = stands(session, application_ids)
    answers = [(row.application_id, row.value) for row in rows if row.application_id not in kept]
    answers += [(each, stood.answers.get(key)) for each, stood in kept.items() for key in keys]
    for application_id, value in answers:
        given = value if isinstance(value, list) else [value]
        found[application_id] |= {str(area) for area in given if area}
    return found
