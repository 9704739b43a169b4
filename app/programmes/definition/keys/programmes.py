"""The keys of a programme."""

from __future__ import annotations

from app.programmes.definition.keys.sides import INSTITUTION, NAME, TITLE
from app.programmes.definition.shape import Both, Name, OneOf, Record, Records, Whole, key, known, must
from app.programmes.definition.tree import Programme
from app.programmes.definition.vocabulary import ProgrammeKind, ProgrammeStatus

PROGRAMME = Record(
    "programme",
    Programme,
    (
        NAME,
        must(key("kind", OneOf(ProgrammeKind), "Kind", "Typ", "What it gives.", "Vad det ger.")),
        TITLE,
        must(
            key("partners", Records(INSTITUTION), "Partners", "Samarbetsparter", "Who takes part.", "Vilka som deltar.")
        ),
        known(
            key(
                "status",
                OneOf(ProgrammeStatus),
                "Status",
                "Status",
                "A retired one keeps its awards. Left out: no source tells.",
                "Ett avslutat behåller sina bidrag. Utelämnad: ingen källa säger det.",
            )
        ),
        known(
            key(
                "partnership", Name(), "Partnership", "Partnerskap", "To which it belongs.", "Det hör till.", default=""
            )
        ),
        known(key("summary", Both(long=True), "Summary", "Sammanfattning", "For its page.", "För dess sida.")),
        known(key("since", Whole(1900, 2200), "Since", "Sedan", "First year.", "Första året.")),
    ),
)
