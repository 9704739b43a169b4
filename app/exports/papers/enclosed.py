"""Letters of others that came for an application: enclosed in the bundles and dossiers of those who judge it, as far as
each may read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.access import scope
from app.access.transfer import reads_outside
from app.access.viewer import Viewer
from app.applications.file_rules import ENDINGS
from app.applications.letters.models import InvitedLetter
from app.applications.letters.queries import read_by, sought_of
from app.applications.snapshots import SheetFile
from app.exports.papers import words as w
from app.programmes.definition import Definition, Question, Text

NO_FACTS = Text("", "")


@dataclass(frozen=True)
class Enclosed:
    """One letter: a file that is kept, or a text. Its name tells the question and nobody's name."""

    file: SheetFile
    text: str = ""


def closed_by_scanner(file: SheetFile) -> Text | None:
    """Why the bytes of a file may not leave the house now; None where the virus scanner lets them."""
    if file.is_refused:
        return w.LEFT_OUT["refused"]
    return w.LEFT_OUT["waiting"] if file.is_being_checked else None


def enclosed_in(
    session: Session, viewer: Viewer, application_ids: Sequence[UUID], definition: Definition
) -> dict[UUID, tuple[Enclosed, ...]]:
    """The letters by application, in the order in which they were asked for; a call that asks for none asks no
    database. What may not leave the EU and the EEA is left out for readers outside."""
    is_outside = reads_outside(session, viewer.person_id, definition)
    questions = {each.key: each for each in sought_of(definition) if each.leaves_eu or not is_outside}
    found: dict[UUID, tuple[Enclosed, ...]] = {}
    if not questions:
        return found
    letters = scope.letters_of_others(viewer).where(
        InvitedLetter.application_id.in_(application_ids),
        InvitedLetter.came_at.is_not(None),
        InvitedLetter.question_key.in_(questions),
    )
    for letter, name in read_by(session, letters):
        before = found.get(letter.application_id, ())
        stem = f"{letter.question_key}-{len({each.file.id for each in before} | {str(letter.id)})}"
        written = _enclosed(letter, letter.name_given or name, questions[letter.question_key], stem)
        found[letter.application_id] = (*before, *written)
    return found


def _enclosed(letter: InvitedLetter, by_name: str, question: Question, stem: str) -> Iterator[Enclosed]:
    if letter.text.strip():
        text = f"{question.title.en}\r\n{by_name}\r\n\r\n{letter.text}"
        yield Enclosed(SheetFile(str(letter.id), f"{stem}.txt", len(text), None, "", NO_FACTS, "txt"), text)
    if letter.sha256 is not None and letter.type is not None:
        name = f"{stem}.{ENDINGS[letter.type]}"
        file = SheetFile(
            str(letter.id), name, letter.size or 0, letter.pages, letter.sha256, NO_FACTS, letter.type, scan=letter.scan
        )
        yield Enclosed(file)
