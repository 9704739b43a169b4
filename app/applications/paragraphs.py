"""The call's own paragraph in a letter, with earlier answers quoted in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.parts import answers_of, asked_of, parts_of, values_of
from app.programmes.asking import quote
from app.programmes.definition import Definition


def own_paragraph(
    session: Session, application: Application | None, definition: Definition, kind: str, locale: str
) -> dict[str, Any]:
    """The value `paragraph` of a letter of this kind in this language, or nothing where the call adds none.

    What was not answered is a dash, and so is what may not leave the EU: letters are read anywhere.
    """
    texts = [letter.text for letter in definition.letters if letter.kind == kind]
    if not texts:
        return {}
    answers, values = _heard(session, application, definition, locale) if application is not None else ({}, {})
    home = {question.key for question in definition.questions if not question.leaves_eu}
    shown = {key: answer for key, answer in answers.items() if key not in home}
    counted = {key: value for key, value in values.items() if key not in home}
    return {"paragraph": "\n\n".join(quote(text, definition, shown, locale, counted).strip() for text in texts)}


def _heard(
    session: Session, application: Application, definition: Definition, locale: str
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    asked = asked_of(
        definition, values_of(answers_of(session, application)), parts_of(session, application, definition), locale
    )
    return asked.answers, asked.values
