"""The keys of the decision and of what follows."""

from __future__ import annotations

from app.kernel.words import N_
from app.programmes.definition.shape import (
    Both,
    Day,
    Exact,
    OneOf,
    Record,
    Records,
    Reference,
    References,
    SomeOf,
    Whole,
    Words,
    key,
    known,
    must,
)
from app.programmes.definition.tree import (
    After,
    Decision,
    Event,
    Interview,
    LetterText,
    Privacy,
    Quota,
    Rejoinder,
    Transfer,
    Weight,
)
from app.programmes.definition.tree import Records as Archive
from app.programmes.definition.vocabulary import DecisionModel, LetterKind, TieRule

WEIGHT = Record(
    "weight",
    Weight,
    (
        must(key("side", Reference("sides"), "Side", "Part", "Whose rank it is.", "Vems rang det är.")),
        must(key("value", Exact(), "Weight", "Vikt", "How much it counts.", "Hur mycket den räknas.")),
    ),
)

QUOTA = Record(
    "quota",
    Quota,
    (
        must(key("area", Reference("areas"), "Area", "Område", "Of the call.", "I utlysningen.")),
        must(key("most", Whole(0, 1000), "At most awards", "Högst bidrag", "In this area.", "I området.")),
    ),
)

DECISION = Record(
    "decision",
    Decision,
    (
        must(
            key(
                "model",
                OneOf(DecisionModel),
                "Decision model",
                "Beslutsmodell",
                "Printed in the call and fixed at opening.",
                "Står i utlysningen och låses när den öppnar.",
            )
        ),
        known(
            key("weights", Records(WEIGHT), "Weights", "Vikter", "Empty: all alike.", "Tomt: alla lika.", default=())
        ),
        known(
            key(
                "vetoes",
                References("sides"),
                "Vetoes",
                "Veto",
                "Sides without whose yes nothing is funded.",
                "Parter utan vars ja inget beviljas.",
                default=(),
            )
        ),
        known(
            key(
                "quotas",
                Records(QUOTA),
                "Quotas",
                "Kvoter",
                "At most so many by area.",
                "Högst så många per område.",
                default=(),
            )
        ),
        known(
            key(
                "first",
                SomeOf((TieRule.NO_EARLIER_GRANT,)),
                "Before any score",
                "Före alla betyg",
                "Who comes first, however the scores are.",
                "Vem som går först, hur betygen än är.",
                default=(),
            )
        ),
        known(
            key(
                "ties",
                SomeOf(tuple(TieRule)),
                "Ties",
                "Vid lika",
                "What comes first among equals, in this order.",
                "Vad som går först vid lika, i denna ordning.",
                default=(),
            )
        ),
        known(
            key(
                "tie_criterion",
                Reference("criteria"),
                "Criterion for ties",
                "Kriterium vid lika",
                "Whose score decides.",
                "Vars betyg avgör.",
                default="",
            )
        ),
        known(
            key(
                "committee",
                Reference("panels"),
                "Committee",
                "Kommitté",
                "The panel that decides last.",
                "Panelen som avgör sist.",
                default="",
            )
        ),
        known(key("text", Both(long=True), "In words", "I ord", "Shown in the call.", "Visas i utlysningen.")),
    ),
)

REJOINDER = Record(
    "rejoinder",
    Rejoinder,
    (
        must(key("days", Whole(1, 90), "Days", "Dagar", "Silence goes on without.", "Tystnad går vidare utan.")),
        must(key("max_words", Whole(1, 5000), "At most words", "Högst ord", "Of the answer.", "I svaret.")),
    ),
)

INTERVIEW = Record(
    "interview",
    Interview,
    (
        key("begins", Day(), "From", "Från", "First day.", "Första dagen."),
        key("ends", Day(), "To", "Till", "Last day.", "Sista dagen."),
        known(key("place", Both(), "Place", "Plats", "Or the address of the meeting.", "Eller mötets adress.")),
    ),
)

EVENT = Record(
    "event",
    Event,
    (
        must(key("name", Both(), "Name", "Namn", "Of the event.", "På evenemanget.")),
        must(key("begins", Day(), "From", "Från", "First day.", "Första dagen.")),
        must(key("ends", Day(), "To", "Till", "Last day.", "Sista dagen.")),
        known(key("place", Words(), "Place", "Plats", "Town and country.", "Ort och land.", default="")),
        known(
            key(
                "url",
                Words(r"https://[^\s]+", N_("an address that begins with https://")),
                "Address",
                "Adress",
                "Of its page.",
                "Till dess sida.",
                default="",
            )
        ),
    ),
)

LETTER = Record(
    "letter",
    LetterText,
    (
        must(key("kind", OneOf(LetterKind), "Letter", "Brev", "In which it stands.", "I vilket det står.")),
        must(
            key(
                "text",
                Both(long=True, quotes=True),
                "Paragraph",
                "Stycke",
                "May quote answers: {title_en}.",
                "Får citera svar: {title_en}.",
            )
        ),
    ),
)

RECORDS = Record(
    "records",
    Archive,
    (
        known(
            key(
                "retention_class",
                Words(),
                "Retention class",
                "Gallringsklass",
                "Of the registrar’s plan.",
                "I dokumenthanteringsplanen.",
                default="",
            )
        ),
        key("years", Whole(0, 200), "Years", "År", "Empty: for ever.", "Tomt: för alltid."),
    ),
)

TRANSFER = Record(
    "transfer",
    Transfer,
    (
        key("basis", Both(), "Basis", "Grund", "On which answers leave the EU.", "På vilken svar lämnar EU."),
        key(
            "notice",
            Both(long=True),
            "Notice",
            "Information",
            "What applicants are told.",
            "Vad sökande får veta.",
        ),
    ),
)

PRIVACY = Record(
    "privacy",
    Privacy,
    (
        key(
            "basis",
            Both(long=True),
            "Legal basis",
            "Rättslig grund",
            "On which what applicants write is handled.",
            "På vilken det sökande skriver behandlas.",
        ),
        key(
            "contact",
            Both(),
            "Contact",
            "Kontakt",
            "Who answers questions about personal data.",
            "Vem som svarar på frågor om personuppgifter.",
        ),
        key(
            "public_records",
            Both(long=True),
            "Public documents",
            "Allmänna handlingar",
            "What becomes a public document, and at which side.",
            "Vad som blir allmän handling, och hos vilken part.",
        ),
    ),
)

AFTER = Record(
    "after",
    After,
    (
        key("report", Both(long=True), "Reports", "Rapporter", "What is due.", "Vad som ska lämnas."),
        key("success", Both(long=True), "Success", "Framgång", "How it is seen.", "Hur den visar sig."),
    ),
)
