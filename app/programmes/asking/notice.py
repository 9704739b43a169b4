"""What applicants read before they type: who reads it, what leaves the EU, on what basis, and for how long. Pure.

It is made from the declaration alone, so the same call always says the same; what the call does not tell is said to be
untold, and nothing is made up in its place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.kernel.countries import is_outside
from app.programmes.definition import Definition, Side, Text


@dataclass(frozen=True)
class Notice:
    """Headed paragraphs, in both languages. `sha256` tells one wording from another."""

    paragraphs: tuple[tuple[Text, Text], ...]

    @property
    def words(self) -> list[dict[str, Any]]:
        """The paragraphs as plain data, to be kept with a draft."""
        return [
            {"title": {"en": title.en, "sv": title.sv}, "text": {"en": text.en, "sv": text.sv}}
            for title, text in self.paragraphs
        ]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(self.words, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def notice_from(words: list[dict[str, Any]]) -> Notice:
    """A notice that was kept."""
    return Notice(tuple((Text(**each["title"]), Text(**each["text"])) for each in words))


def notice_of(call: Definition) -> Notice:
    """The notice of a call."""
    return Notice(
        (
            (Text("What it is for", "Vad det är till för"), _purpose(call)),
            (Text("Who reads it", "Vem som läser"), _readers(call)),
            (Text("Outside the EU and the EEA", "Utanför EU och EES"), _outside(call)),
            (Text("Legal basis", "Rättslig grund"), _basis(call)),
            (Text("How long it is kept", "Hur länge det sparas"), _kept(call)),
            (Text("Public documents", "Allmänna handlingar"), _public(call)),
            (Text("Whom to ask", "Vem du kan fråga"), _contact(call)),
        )
    )


def _joined(*texts: Text | None) -> Text:
    found = [text for text in texts if text is not None]
    return Text(" ".join(text.en for text in found), " ".join(text.sv for text in found))


def _purpose(call: Definition) -> Text:
    said = Text(
        "What you write is used to check and judge your application to this call, to decide on it, and to follow up an award.",
        "Det du skriver används för att kontrollera och bedöma ansökan, besluta om den och följa upp ett bidrag.",
    )
    number = Text(
        "Write no Swedish personal identity number: none is asked for.",
        "Skriv inget personnummer: inget sådant efterfrågas.",
    )
    return _joined(said, number)


def _named(sides: tuple[Side, ...]) -> str:
    countries = ((side.name, side.institution.country) for side in sides)
    return ", ".join(f"{name} ({country})" if country else name for name, country in countries)


def _readers(call: Definition) -> Text:
    names = _named(call.sides)
    team = Text(
        "While you write, only you and those whom you invite read it: no office and no administrator.",
        "Medan du skriver läser bara du och de du bjuder in: inget kansli och ingen administratör.",
    )
    office = Text(
        f"From the submission on, the coordinators of {names} read it.",
        f"När du har skickat in läser samordnarna hos {names}.",
    )
    panels = call.panels
    if not panels:
        return _joined(team, office)
    count = len(panels)
    judged = Text(
        f"So do the reviewers of {count} panel{'s' if count > 1 else ''}: "
        f"{', '.join(panel.title.en for panel in panels)}. Reviewers may sit in other countries.",
        f"Det gör också granskarna i {count} {'paneler' if count > 1 else 'panel'}: "
        f"{', '.join(panel.title.sv for panel in panels)}. Granskare kan finnas i andra länder.",
    )
    return _joined(team, office, judged)


def _outside(call: Definition) -> Text:
    away = tuple(side for side in call.sides if is_outside(side.institution.country))
    home = [question for question in call.questions if not question.leaves_eu]
    said = call.transfer.notice if call.transfer else None
    if away:
        where = Text(f"Outside the EU and the EEA sits: {_named(away)}.", f"Utanför EU och EES finns: {_named(away)}.")
    else:
        where = Text(
            "All sides of the call sit inside the EU and the EEA; a reviewer may sit outside.",
            "Alla parter i utlysningen finns inom EU och EES; en granskare kan finnas utanför.",
        )
    if home:
        stays = Text(
            f"Never shown there: {'; '.join(each.title.en for each in home)}. All other answers may be read there.",
            f"Visas aldrig där: {'; '.join(each.title.sv for each in home)}. Alla andra svar kan läsas där.",
        )
    else:
        stays = Text("All answers may be read there.", "Alla svar kan läsas där.")
    return _joined(where, stays, said)


def _basis(call: Definition) -> Text:
    own = call.privacy.basis if call.privacy else None
    transfer = call.transfer.basis if call.transfer else None
    if own is None:
        own = Text("The call does not name it.", "Utlysningen anger den inte.")
    if transfer is None:
        return own
    away = Text(
        f"For reading outside the EU and the EEA: {transfer.en}", f"För läsning utanför EU och EES: {transfer.sv}"
    )
    return _joined(own, away)


def _kept(call: Definition) -> Text:
    archive = call.records
    if archive is None or call.why_unknown("records.years") is not None:
        kept = Text("The call does not say for how long.", "Utlysningen anger inte hur länge.")
    else:
        years, kind = archive.years, archive.retention_class
        en = "Without an end" if years is None else "1 year" if years == 1 else f"{years} years"
        sv = "Utan slut" if years is None else f"{years} år"
        class_en, class_sv = (f", in the retention class {kind}", f", i gallringsklassen {kind}") if kind else ("", "")
        kept = Text(f"{en}{class_en}.", f"{sv}{class_sv}.")
    withdrawn = Text(
        "An application that was submitted and then withdrawn is kept too.",
        "En ansökan som har skickats in och sedan dragits tillbaka sparas också.",
    )
    return _joined(kept, withdrawn)


def _public(call: Definition) -> Text:
    said = call.privacy.public_records if call.privacy else None
    return said or Text(
        "The call does not say what becomes a public document. Ask before you write what must stay secret.",
        "Utlysningen anger inte vad som blir allmän handling. Fråga innan du skriver det som måste förbli hemligt.",
    )


def _contact(call: Definition) -> Text:
    said = call.privacy.contact if call.privacy else None
    return said or Text(f"The office of {call.lead_side.name}.", f"Kansliet hos {call.lead_side.name}.")


def paragraphs_in(notice: Notice, locale: object) -> Iterator[tuple[str, str]]:
    """The notice in one language."""
    return ((title.in_(locale), text.in_(locale)) for title, text in notice.paragraphs)
