"""Every mistake of the corpus remembers what it is made of, and has its sentences in the Swedish catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import app
from app.kernel.words import Said, Word, said
from app.programmes.definition import DeclarationRefused, from_data
from app.programmes.definition.mistakes import ONLY
from tests.pure.test_mistakes import MISTAKES, changed

CATALOGUE = Path(app.__file__).parent / "translations/sv/LC_MESSAGES/messages.mo"


def templates(part: object) -> Iterator[str]:
    if isinstance(part, Said):
        yield part.template
        for value in part.values.values():
            yield from templates(value)
    elif isinstance(part, Word):
        yield part


def test_every_sentence_of_the_corpus_is_said_in_swedish() -> None:
    with CATALOGUE.open("rb") as file:
        swedish = GNUTranslations(file)
    seen = set()
    for path, value, _ in MISTAKES:
        try:
            from_data(changed(path, value), "rich")
        except DeclarationRefused as refused:
            for mistake in refused.mistakes:
                for part in (mistake.wrong, mistake.allowed):
                    assert isinstance(part, Said | Word), part
                    seen |= set(templates(part))
                    assert said(part, str) == part
                    assert said(part, swedish.gettext)

    catalogue = swedish._catalog  # type: ignore[attr-defined]
    assert [each for each in sorted(seen - {ONLY}) if each not in catalogue] == []
    assert len(seen) > 20
