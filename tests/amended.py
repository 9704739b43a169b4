"""The small world's call, said otherwise: a newer version of its declaration with some keys changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.programmes import services
from app.programmes.definition import Definition, from_data, to_data
from app.programmes.models import Call
from app.programmes.queries import definition_of
from tests.world import ANNOUNCED, World


def both(text: str) -> dict[str, str]:
    """A text in both languages, told apart by a mark."""
    return {"en": text, "sv": f"{text} (sv)"}


def amend(
    session: Session,
    world: World,
    *,
    sides: Mapping[str, Mapping[str, Any]] = {},
    questions: Mapping[str, Mapping[str, Any]] = {},
    more_questions: tuple[Mapping[str, Any], ...] = (),
    **changes: Any,
) -> Definition:
    """Add a version in which these keys are changed, side by side and question by question; drafts begin under it."""
    call = session.get_one(Call, world.call)
    data = to_data(definition_of(session, call)) | changes
    data["sides"] = [{**side, **sides.get(side["key"], {})} for side in data["sides"]]
    asked = [{**question, **questions.get(question["key"], {})} for question in data["questions"]]
    data["questions"] = [*asked, *more_questions]
    definition = from_data(data, "amended")
    services.add_version(session, call, definition, at=ANNOUNCED)
    session.flush()
    return definition
