"""The keys of the form: sections, questions, checks, eligibility, approvals."""

from __future__ import annotations

from app.kernel.words import N_
from app.programmes.definition.keys.sides import HELP, NAME, TITLE
from app.programmes.definition.shape import (
    Both,
    Clock,
    Currency,
    Day,
    Exact,
    Flag,
    Formula,
    Key,
    OneOf,
    Options,
    Record,
    Records,
    Reference,
    References,
    SomeOf,
    Value,
    When,
    Whole,
    Wholes,
    Words,
    key,
    known,
    must,
)
from app.programmes.definition.tree import (
    Approval,
    Area,
    EligibilityCheck,
    EligibilityRule,
    FormCheck,
    MatchingRule,
    OneApplicationRule,
    Outline,
    Rate,
    Section,
    TeamRule,
)
from app.programmes.definition.vocabulary import (
    SHARED,
    ApprovalKind,
    Approver,
    AtExpiry,
    ColumnKind,
    Matching,
    Material,
    OneApplication,
    Part,
    Severity,
    Use,
    Window,
)
from app.programmes.kinds import FILE_TYPES, Column, Commitment, FilePart, Question, QuestionKind

AREA = Record("area", Area, (NAME, TITLE))

OUTLINE = Record(
    "outline",
    Outline,
    (
        key("closes", Clock(), "Outlines close", "Skisser stänger", "Before the full deadline.", "Före sista dagen."),
        known(
            key(
                "selects",
                Flag(default=True),
                "Outlines are chosen from",
                "Skisser väljs ut",
                "If not, every outline may go on.",
                "Annars får alla skisser gå vidare.",
                default=True,
            )
        ),
        key(
            "decision_by",
            Clock(),
            "Invitations by",
            "Inbjudningar senast",
            "When applicants hear whether they are invited.",
            "När sökande får veta om de bjuds in.",
        ),
    ),
)

ELIGIBILITY = Record(
    "check",
    EligibilityCheck,
    (
        NAME,
        TITLE,
        HELP,
        known(
            key(
                "ask",
                Both(),
                "Question to applicants",
                "Fråga till sökande",
                "Asked before they type; yes must be the right answer.",
                "Ställs innan de skriver; ja ska vara rätt svar.",
            )
        ),
        known(
            key(
                "reason",
                Both(long=True),
                "Reason when not met",
                "Skäl när den inte uppfylls",
                "Stands in the letter.",
                "Står i brevet.",
            )
        ),
    ),
)

RULE = Record(
    "rule",
    EligibilityRule,
    (
        NAME,
        TITLE,
        must(
            key(
                "holds",
                Formula(),
                "Holds when",
                "Uppfylls när",
                "An expression over the answers, such as stay_days >= 14.",
                "Ett uttryck över svaren, till exempel stay_days >= 14.",
            )
        ),
        must(
            key("reason", Both(long=True), "Reason when not met", "Skäl när den inte uppfylls", "In words.", "I ord.")
        ),
        known(
            key(
                "severity",
                OneOf(Severity),
                "What follows",
                "Vad som följer",
                "It stops the application, or is told to those who judge.",
                "Den stoppar ansökan, eller visas för dem som bedömer.",
                default=Severity.STOPS,
            )
        ),
    ),
)

CHECK = Record(
    "check",
    FormCheck,
    (
        NAME,
        must(
            key(
                "holds",
                Formula(),
                "Must be true",
                "Ska vara sant",
                "An expression over several answers.",
                "Ett uttryck över flera svar.",
            )
        ),
        must(
            key(
                "message",
                Both(long=True),
                "Message otherwise",
                "Meddelande annars",
                "Says what to do.",
                "Säger vad man ska göra.",
            )
        ),
        known(
            key(
                "question",
                Reference("questions"),
                "Shown at",
                "Visas vid",
                "The question to mend.",
                "Frågan som ska rättas.",
                default="",
            )
        ),
    ),
)

SECTION = Record(
    "section",
    Section,
    (
        NAME,
        TITLE,
        must(
            key(
                "owner",
                Reference("sides", also=(SHARED,)),
                "Written by",
                "Skrivs av",
                "Everybody together, or one side.",
                "Alla tillsammans, eller en part.",
            )
        ),
        HELP,
        known(
            key(
                "budget",
                Flag(),
                "Holds the budget",
                "Innehåller budgeten",
                "Adds the budget of the side that writes it.",
                "Lägger till budgeten för parten som skriver.",
                default=False,
            )
        ),
        known(
            key(
                "stage",
                OneOf(Part),
                "Asked in",
                "Frågas i",
                "What the outline asks is carried over to the full application.",
                "Det som skissen frågar följer med till den fullständiga ansökan.",
                default=Part.FULL,
            )
        ),
        known(key("when", When(), "Asked when", "Frågas när", "Empty: always.", "Tomt: alltid.")),
    ),
)


NONE = ("Empty: no limit.", "Tomt: ingen gräns.")


def _limit(name: str, value: Value, titles: tuple[str, str], help_texts: tuple[str, str] = NONE) -> Key:
    return known(key(name, value, *titles, *help_texts))


COMMITMENT = known(
    key(
        "commitment",
        OneOf(Commitment),
        "Commits to",
        "Binder till",
        "Those who sign see these answers and no others.",
        "De som skriver under ser dessa svar och inga andra.",
    )
)

COLUMN = Record(
    "column",
    Column,
    (
        NAME,
        TITLE,
        known(
            key(
                "kind",
                OneOf(ColumnKind),
                "Kind",
                "Typ",
                "Text, number, money or date.",
                "Text, tal, belopp eller datum.",
                default=ColumnKind.SHORT_TEXT,
            )
        ),
        COMMITMENT,
    ),
)

FILE_PART = Record(
    "part",
    FilePart,
    (
        NAME,
        TITLE,
        known(
            key(
                "required",
                Flag(default=True),
                "Must be there",
                "Måste finnas",
                "Before submitting; a draft may lack it.",
                "Före inlämning; ett utkast får sakna den.",
                default=True,
            )
        ),
        _limit("max_pages", Whole(1, 500), ("At most pages", "Högst sidor")),
    ),
)

LIMITS = (
    key("max_words", Whole(1), "At most words", "Högst ord", "Empty: no limit.", "Tomt: ingen gräns."),
    key("max_chars", Whole(1), "At most characters", "Högst tecken", "Empty: no limit.", "Tomt: ingen gräns."),
    key(
        "max_pages",
        Whole(1, 500),
        "At most pages",
        "Högst sidor",
        "Of a PDF; of a text, 3,000 characters count as a page.",
        "I en PDF; i en text räknas 3 000 tecken som en sida.",
    ),
    _limit("minimum", Whole(-(10**12)), ("At least", "Minst")),
    _limit("maximum", Whole(-(10**12)), ("At most", "Högst")),
    known(key("currency", Currency(), "Currency", "Valuta", "Of an amount.", "För ett belopp.", default="")),
    _limit("not_before", Day(), ("Not before", "Inte före")),
    _limit("not_after", Day(), ("Not after", "Inte efter")),
    _limit("min_days", Whole(1, 3660), ("At least days", "Minst dagar"), ("Of a period.", "För en period.")),
    _limit("max_days", Whole(1, 3660), ("At most days", "Högst dagar"), ("Of a period.", "För en period.")),
    _limit("min_rows", Whole(1, 200), ("At least rows", "Minst rader")),
    _limit("max_rows", Whole(1, 200), ("At most rows", "Högst rader")),
    known(key("columns", Records(COLUMN), "Columns", "Kolumner", "Of a table.", "I en tabell.", default=())),
    _limit("since_year", Whole(1900, 2200), ("Since year", "Sedan år"), ("Of publications.", "För publikationer.")),
    _limit(
        "max_starred", Whole(1, 50), ("At most starred", "Högst markerade"), ("Of publications.", "För publikationer.")
    ),
    known(
        key(
            "file_types",
            SomeOf(FILE_TYPES),
            "File types",
            "Filtyper",
            "Empty: PDF only.",
            "Tomt: endast PDF.",
            default=(),
        )
    ),
    _limit("max_megabytes", Whole(1, 20), ("At most megabytes", "Högst megabyte"), ("Each file.", "Varje fil.")),
    _limit("max_files", Whole(1, 20), ("At most files", "Högst filer"), ("Empty: one.", "Tomt: en.")),
    known(
        key(
            "file_name",
            Words(r"[A-Za-z0-9_. {}-]+", N_("letters, digits, _ - . and {first}, {last}, {title} or {call}")),
            "File name",
            "Filnamn",
            "Such as BlueSkyAward_{first}_{last}; files are renamed by themselves.",
            "Till exempel BlueSkyAward_{first}_{last}; filer döps om av sig själva.",
            default="",
        )
    ),
    known(
        key(
            "parts",
            Records(FILE_PART),
            "Parts of one PDF",
            "Delar i en PDF",
            "In their order; the applicant confirms where each begins. Empty: not divided.",
            "I ordning; den sökande bekräftar var varje del börjar. Tomt: inte uppdelad.",
            default=(),
        )
    ),
    known(
        key(
            "text_on",
            Words("yes|no", N_("yes or no")),
            "Text is asked on",
            "Text begärs vid",
            "The answer after which a text is needed.",
            "Svaret efter vilket en text behövs.",
            default="",
        )
    ),
    known(
        key(
            "formula",
            Formula(),
            "Calculated by",
            "Beräknas med",
            "An expression over other answers.",
            "Ett uttryck över andra svar.",
            default="",
        )
    ),
    _limit(
        "days_late",
        Whole(1, 365),
        ("Days after the deadline", "Dagar efter sista dagen"),
        ("So long a letter may follow. Empty: not at all.", "Så länge får ett brev följa efter. Tomt: inte alls."),
    ),
    known(
        key(
            "seen_by",
            SomeOf(("applicant",)),
            "Read by applicants too",
            "Läses även av sökande",
            "If not, they see only that a letter came, and when.",
            "Annars ser de bara att ett brev kom, och när.",
            default=(),
        )
    ),
)

QUESTION = Record(
    "question",
    Question,
    (
        NAME,
        must(key("section", Reference("sections"), "Section", "Avsnitt", "Where it stands.", "Var den står.")),
        must(key("kind", OneOf(QuestionKind), "Kind", "Typ", "What may be answered.", "Vad man kan svara.")),
        must(key("title", Both(quotes=True), "Title", "Rubrik", "May quote: {title_en}.", "Får citera: {title_en}.")),
        known(key("help", Both(long=True, quotes=True), "Help", "Hjälp", "Beside the answer.", "Intill svaret.")),
        known(
            key(
                "required",
                Flag(),
                "Must be answered",
                "Måste besvaras",
                "Before submitting; a draft may lack it.",
                "Före inlämning; ett utkast får sakna det.",
                default=False,
            )
        ),
        known(key("when", When(), "Asked when", "Frågas när", "Empty: always.", "Tomt: alltid.")),
        *LIMITS,
        known(
            key(
                "options",
                Options(),
                "Answers offered",
                "Svarsalternativ",
                "Or the areas of the call.",
                "Eller utlysningens områden.",
                default=(),
            )
        ),
        known(
            key(
                "criteria",
                References("criteria"),
                "Used by criteria",
                "Används av kriterier",
                "Which criteria are judged by it.",
                "Vilka kriterier den bedöms mot.",
                default=(),
            )
        ),
        known(
            key(
                "used_for",
                SomeOf(tuple(Use)),
                "Used for",
                "Används till",
                "What it serves besides the criteria; a question that serves nothing cannot be published.",
                "Vad den tjänar utöver kriterierna; en fråga som inte tjänar något kan inte publiceras.",
                default=(),
            )
        ),
        known(
            key(
                "leaves_eu",
                Flag(default=True),
                "May leave the EU",
                "Får lämna EU",
                "Whether readers outside the EU and the EEA see the answer.",
                "Om läsare utanför EU och EES ser svaret.",
                default=True,
            )
        ),
        COMMITMENT,
    ),
)

RATE = Record(
    "rate",
    Rate,
    (
        must(key("currency", Currency(), "Currency", "Valuta", "Of the amount.", "För beloppet.")),
        must(
            key(
                "value",
                Exact(),
                "Units of the lead side’s currency",
                "Enheter av ledande parts valuta",
                "For the check and to show; amounts are never added.",
                "För kontrollen och att visa; belopp summeras aldrig.",
            )
        ),
        known(key("date", Day(), "Of the day", "Från dagen", "Told with the rate.", "Visas med kursen.")),
        known(key("source", Both(), "Source", "Källa", "Who published it.", "Vem som offentliggjort den.")),
    ),
)

MATCHING = Record(
    "matching rule",
    MatchingRule,
    (
        must(
            key(
                "rule",
                OneOf(Matching),
                "Rule",
                "Regel",
                "What the sides’ amounts must be to each other.",
                "Hur parternas belopp ska förhålla sig.",
            )
        ),
        known(key("percent", Whole(0, 100), "Leeway in per cent", "Marginal i procent", "Of equal.", "För lika.")),
        known(
            key(
                "ratio",
                Wholes(0, 1000, N_("a list of whole numbers, one for each paying side, such as [2, 1]")),
                "Ratio",
                "Förhållande",
                "One number for each paying side, in their order.",
                "Ett tal för varje betalande part, i deras ordning.",
                default=(),
            )
        ),
        known(
            key(
                "rates",
                Records(RATE),
                "Rates",
                "Kurser",
                "One for each other currency.",
                "En för varje annan.",
                default=(),
            )
        ),
    ),
)

ONE_APPLICATION = Record(
    "one-application rule",
    OneApplicationRule,
    (
        must(key("rule", OneOf(OneApplication), "Rule", "Regel", "How many one person may be part of.", "Hur många.")),
        known(key("most", Whole(1, 50), "At most", "Högst", "As leader.", "Som ledare.")),
    ),
)

TEAM = Record(
    "team",
    TeamRule,
    (
        known(
            key(
                "all_answer",
                Flag(),
                "Everybody answers first",
                "Alla svarar först",
                "Nothing is submitted before everybody invited to the team has answered; an invitation can be taken back.",
                "Inget skickas in förrän alla som bjudits in till gruppen har svarat; en inbjudan kan tas tillbaka.",
                default=False,
            )
        ),
        known(
            key(
                "most_in_programme",
                Whole(1, 50),
                "Applications per key person",
                "Ansökningar per nyckelperson",
                "At most so many in calls of the programme at the same time, as long as they are not decided.",
                "Högst så många samtidigt i programmets utlysningar, så länge de inte är avgjorda.",
            )
        ),
    ),
)

APPROVAL = Record(
    "approval",
    Approval,
    (
        NAME,
        must(key("kind", OneOf(ApprovalKind), "Kind", "Typ", "What it is called.", "Vad det kallas.")),
        must(key("title", Both(), "Title", "Rubrik", "What is agreed to.", "Vad som godkänns.")),
        must(key("who", OneOf(Approver), "Asked of", "Begärs av", "Who agrees.", "Vem som godkänner.")),
        known(
            key(
                "side",
                Reference("sides"),
                "Side",
                "Part",
                "Empty: every side that takes part.",
                "Tomt: varje part som deltar.",
                default="",
            )
        ),
        known(
            key(
                "question",
                Reference("questions"),
                "Named in",
                "Anges i",
                "The question that names the person.",
                "Frågan som anger personen.",
                default="",
            )
        ),
        known(
            key(
                "at_least",
                Whole(0, 20),
                "At least",
                "Minst",
                "How many agree; 0: everybody named.",
                "Hur många; 0: alla som anges.",
                default=1,
            )
        ),
        known(
            key(
                "answers",
                SomeOf(("yes", "no", "return", "abstain")),
                "Allowed answers",
                "Tillåtna svar",
                "Yes, no, return for changes, abstain.",
                "Ja, nej, åter för ändring, avstår.",
                default=("yes", "no"),
            )
        ),
        known(
            key(
                "window",
                OneOf(Window),
                "When",
                "När",
                "Before the deadline, or after it on the frozen version.",
                "Före sista dagen, eller efter på den låsta versionen.",
                default=Window.BEFORE_CLOSING,
            )
        ),
        known(key("days", Whole(1, 365), "Days", "Dagar", "Then it lapses.", "Sedan förfaller den.")),
        known(
            key(
                "voided_by",
                SomeOf(tuple(Material)),
                "Voided by",
                "Upphävs av",
                "Changes after which it is asked again.",
                "Ändringar efter vilka den begärs igen.",
                default=(),
            )
        ),
        known(
            key(
                "required",
                Flag(default=True),
                "Required",
                "Krävs",
                "Without it the application goes no further.",
                "Utan den går ansökan inte vidare.",
                default=True,
            )
        ),
        known(
            key(
                "after",
                Reference("approvals"),
                "Comes after",
                "Kommer efter",
                "An approval of the same side that must be granted first.",
                "Ett godkännande av samma part som ska ges först.",
                default="",
            )
        ),
        known(
            key(
                "at_expiry",
                OneOf(AtExpiry),
                "When the time ends",
                "När tiden går ut",
                "What happens without a signature; everybody reads it before.",
                "Vad som händer utan underskrift; alla läser det innan.",
                default=AtExpiry.OFFICE_DECIDES,
            )
        ),
    ),
)
