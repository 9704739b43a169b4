"""The notice before typing is made from the call: what it says follows from the declaration, and nothing is made up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.programmes.asking.notice import notice_from, notice_of
from app.programmes.definition import Definition, Records, Text, Transfer, load_catalogue
from app.programmes.definition.tree import Privacy
from tests.shows import shows
from tests.world import KEY

CALL = load_catalogue()[KEY]
KEPT_HOME = replace(CALL, questions=(replace(CALL.questions[0], leaves_eu=False), *CALL.questions[1:]))


def english(call: Definition) -> str:
    return "\n".join(f"{title.en}: {text.en}" for title, text in notice_of(call).paragraphs)


@shows("privacy.basis", "privacy.contact", "privacy.public_records")
@pytest.mark.parametrize(
    ("privacy", "said", "unsaid"),
    [
        (Privacy(basis=Text("A public task.", "Allmänt intresse.")), "Legal basis: A public task.", "does not name it"),
        (Privacy(contact=Text("dpo@ki.example", "dso@ki.example")), "Whom to ask: dpo@ki.example", "The office of"),
        (
            Privacy(public_records=Text("All of it, at KI.", "Allt, hos KI.")),
            "Public documents: All of it, at KI.",
            "Ask before",
        ),
    ],
)
def test_what_the_call_says_stands_in_it_and_what_it_does_not_say_is_told(
    privacy: Privacy, said: str, unsaid: str
) -> None:
    bare = replace(CALL, privacy=None)

    assert said in english(replace(CALL, privacy=privacy)) and unsaid not in english(replace(CALL, privacy=privacy))
    assert said not in english(bare) and unsaid in english(bare)


def test_it_names_the_sides_their_countries_and_what_stays_inside() -> None:
    text = english(KEPT_HOME)

    for side in CALL.sides:
        assert side.name in text
    assert "(US)" in text and f"Never shown there: {CALL.questions[0].title.en}." in text
    assert "All answers may be read there." in english(CALL)


def test_it_says_how_long_and_on_what_basis_answers_leave() -> None:
    call = replace(
        CALL,
        records=Records("2.7", 10),
        transfer=Transfer(Text("Standard clauses.", "Standardavtalsklausuler."), None),
    )

    assert "10 years, in the retention class 2.7." in english(call)
    assert "For reading outside the EU and the EEA: Standard clauses." in english(call)
    assert "Without an end" in english(replace(CALL, records=Records()))
    assert "does not say for how long" in english(replace(CALL, records=None))


@pytest.mark.parametrize("key", sorted(load_catalogue()))
def test_every_call_has_one_in_both_languages_that_survives_being_kept(key: str) -> None:
    notice = notice_of(load_catalogue()[key])

    assert all(text.en.strip() and text.sv.strip() for pair in notice.paragraphs for text in pair)
    assert notice_from(notice.words) == notice
    assert notice_from(notice.words).sha256 == notice.sha256
