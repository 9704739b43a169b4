"""The keys of sides and institutions."""

from __future__ import annotations

from app.programmes.definition.shape import (
    Amount,
    Both,
    Clock,
    Country,
    Currency,
    Day,
    Exact,
    Flag,
    Name,
    OneOf,
    Options,
    Record,
    Records,
    Reference,
    References,
    Ror,
    SomeOf,
    Whole,
    Words,
    Zone,
    asked,
    key,
    known,
    must,
)
from app.programmes.definition.tree import (
    CareerLimit,
    ConditionalCap,
    ConflictPolicy,
    Institution,
    InternalDeadline,
    Participants,
    Side,
)
from app.programmes.definition.vocabulary import DeadlineKind, Language, Overhead, SameInstitution

NAME = must(
    key(
        "key",
        Name(),
        "Key",
        "Nyckel",
        "A short name for references, lower-case, such as ki-budget. It is not shown to applicants.",
        "Ett kort namn för hänvisningar, med små bokstäver, till exempel ki-budget. Sökande ser det inte.",
    )
)
TITLE = must(key("title", Both(), "Title", "Rubrik", "What people read.", "Det som visas."))
HELP = known(
    key("help", Both(long=True), "Help", "Hjälp", "One or two sentences beside it.", "En eller två meningar intill.")
)

INSTITUTION = Record(
    "institution",
    Institution,
    (
        must(
            key("name", Words(), "Full name", "Fullständigt namn", "As it stands in letters.", "Som det står i brev.")
        ),
        must(key("short", Words(), "Short name", "Kort namn", "As it stands in tables.", "Som det står i tabeller.")),
        asked(
            key("country", Country(), "Country", "Land", "Two letters, such as SE.", "Två bokstäver, till exempel SE.")
        ),
        asked(
            key(
                "zone",
                Zone(),
                "Time zone",
                "Tidszon",
                "In which its deadlines are shown.",
                "I vilken dess tider visas.",
            )
        ),
        known(
            key("ror", Ror(), "ROR", "ROR", "Address of the public record, if any.", "Adress till den öppna posten.")
        ),
    ),
)

CONDITIONAL_CAP = Record(
    "cap",
    ConditionalCap,
    (
        must(
            key(
                "with_sides",
                References("sides"),
                "When these sides take part",
                "När dessa parter deltar",
                "The caps hold when all of them take part.",
                "Taken gäller när alla dessa deltar.",
            )
        ),
        key("cap_per_year", Amount(), "Cap per year", "Tak per år", "Whole units.", "Hela enheter."),
        key("cap_total", Amount(), "Cap in total", "Tak totalt", "Whole units.", "Hela enheter."),
    ),
)

INTERNAL_DEADLINE = Record(
    "internal deadline",
    InternalDeadline,
    (
        NAME,
        TITLE,
        must(
            key(
                "kind",
                OneOf(DeadlineKind),
                "What is due",
                "Vad som ska vara klart",
                "A nomination, or the whole part of the side.",
                "En nominering, eller partens hela del.",
            )
        ),
        must(
            key("moment", Clock(), "When", "När", "Date, time and zone; before the joint deadline.", "Datum, tid, zon.")
        ),
        known(
            key(
                "hard",
                Flag(default=True),
                "Closes the part",
                "Stänger delen",
                "If not, it only reminds.",
                "Annars påminner den bara.",
                default=True,
            )
        ),
        known(
            key(
                "grace_minutes",
                Whole(0, 10080),
                "Grace in minutes",
                "Anstånd i minuter",
                "0: none.",
                "0: inget.",
                default=0,
            )
        ),
    ),
)

PARTICIPANTS = Record(
    "participants",
    Participants,
    (
        must(
            key(
                "question",
                Reference("questions"),
                "Asked in",
                "Anges i",
                "The question that names these people.",
                "Frågan där personerna anges.",
            )
        ),
        known(key("minimum", Whole(0, 100), "At least", "Minst", "How many people.", "Hur många.", default=1)),
        known(key("maximum", Whole(1, 100), "At most", "Högst", "Empty: no limit.", "Tomt: ingen gräns.")),
        known(
            key(
                "ranks",
                Options(),
                "Ranks",
                "Befattningar",
                "Which ranks may take part.",
                "Vilka som får delta.",
                default=(),
            )
        ),
    ),
)

CAREER_LIMIT = Record(
    "career limit",
    CareerLimit,
    (
        NAME,
        TITLE,
        must(
            key(
                "from_question",
                Reference("questions"),
                "Counted from",
                "Räknas från",
                "The question that asks for the date, such as that of the doctoral degree.",
                "Frågan om datumet, till exempel doktorsexamens.",
            )
        ),
        must(key("at", Day(), "Counted to", "Räknas till", "A fixed date.", "Ett bestämt datum.")),
        must(key("most_years", Whole(0, 80), "At most years", "Högst antal år", "Whole years.", "Hela år.")),
        known(
            key(
                "deduct_question",
                Reference("questions"),
                "Deductible months",
                "Avdragsgilla månader",
                "The question that asks for them: parental leave, illness, service.",
                "Frågan om dem: föräldraledighet, sjukdom, tjänstgöring.",
                default="",
            )
        ),
    ),
)

CONFLICT_POLICY = Record(
    "conflict policy",
    ConflictPolicy,
    (
        key(
            "text",
            Both(long=True),
            "Rule in words",
            "Regeln i ord",
            "Shown to reviewers before they answer.",
            "Visas för granskare innan de svarar.",
        ),
        known(
            key(
                "same_institution",
                OneOf(SameInstitution),
                "Same institution",
                "Samma lärosäte",
                "What it means that reviewer and applicant work at the same institution.",
                "Vad det betyder att granskare och sökande arbetar vid samma lärosäte.",
                default=SameInstitution.ALLOWED,
            )
        ),
        key(
            "coauthor_years",
            Whole(0, 50),
            "Years after joint papers",
            "År efter gemensamma artiklar",
            "Shown to reviewers: joint papers of so many years are a conflict.",
            "Visas för granskare: gemensamma artiklar så många år tillbaka är jäv.",
        ),
    ),
)

SIDE = Record(
    "side",
    Side,
    (
        NAME,
        must(
            key(
                "institution",
                INSTITUTION,
                "Institution",
                "Organisation",
                "Who pays, or hosts.",
                "Den som betalar eller är värd.",
            )
        ),
        known(
            key(
                "zone",
                Zone(),
                "Time zone",
                "Tidszon",
                "Empty: that of the institution.",
                "Tomt: organisationens.",
                default="",
            )
        ),
        known(
            key(
                "lead",
                Flag(),
                "Leads the call",
                "Leder utlysningen",
                "Exactly one side does.",
                "Exakt en part gör det.",
                default=False,
            )
        ),
        known(
            key(
                "pays",
                Flag(default=True),
                "Pays",
                "Betalar",
                "A side may take part without paying.",
                "En part kan delta utan att betala.",
                default=True,
            )
        ),
        known(
            key(
                "optional",
                Flag(),
                "Optional",
                "Frivillig",
                "Applicants choose whether it takes part.",
                "Sökande väljer om parten deltar.",
                default=False,
            )
        ),
        known(
            key(
                "language",
                OneOf(Language),
                "Language",
                "Språk",
                "Preferred in letters to its people.",
                "Föredras i brev till dess personer.",
                default=Language.ENGLISH,
            )
        ),
        key("currency", Currency(), "Currency", "Valuta", "Such as SEK.", "Till exempel SEK."),
        key(
            "cap_per_year",
            Amount(),
            "Cap per year",
            "Tak per år",
            "Whole units of the side’s currency. Empty: none.",
            "Hela enheter i partens valuta. Tomt: inget.",
        ),
        key(
            "cap_total",
            Amount(),
            "Cap in total",
            "Tak totalt",
            "Whole units of the side’s currency. Empty: none.",
            "Hela enheter i partens valuta. Tomt: inget.",
        ),
        key(
            "least_total",
            Amount(),
            "At least in total",
            "Minst totalt",
            "The smallest amount that may be asked for.",
            "Det minsta belopp som får sökas.",
        ),
        known(
            key(
                "asks_least",
                Flag(),
                "Asks what is enough",
                "Frågar vad som räcker",
                "The least amount with which the side could still do its part.",
                "Det minsta belopp med vilket parten ändå kan göra sin del.",
                default=False,
            )
        ),
        known(
            key(
                "caps_when",
                Records(CONDITIONAL_CAP),
                "Caps that depend on the sides",
                "Tak som beror på parterna",
                "The last one that fits holds instead of the caps above.",
                "Det sista som passar gäller i stället för taken ovan.",
                default=(),
            )
        ),
        key(
            "overhead",
            OneOf(Overhead),
            "Indirect costs",
            "Indirekta kostnader",
            "Inside the caps, or paid on top of them.",
            "Inom taken, eller utöver dem.",
        ),
        key(
            "overhead_percent",
            Exact(),
            "Rate of indirect costs",
            "Påslag i procent",
            "Per cent of the direct costs.",
            "Procent av de direkta kostnaderna.",
        ),
        known(
            key(
                "allowed_costs",
                Options(),
                "Allowed costs",
                "Tillåtna kostnader",
                "The budget has a line for each. Empty: one line a year.",
                "Budgeten har en rad för var och en. Tomt: en rad per år.",
                default=(),
            )
        ),
        key(
            "refused_costs",
            Both(long=True),
            "Costs that are not paid",
            "Kostnader som inte betalas",
            "Shown at the budget, such as stipends.",
            "Visas vid budgeten, till exempel stipendier.",
        ),
        key(
            "source_of_funds",
            Both(),
            "Source of funds",
            "Medlens källa",
            "Kept with the award.",
            "Sparas med bidraget.",
        ),
        known(
            key(
                "internal_deadlines",
                Records(INTERNAL_DEADLINE),
                "Internal deadlines",
                "Interna tider",
                "What this side wants done before the joint deadline.",
                "Vad parten vill ha klart före den gemensamma sista dagen.",
                default=(),
            )
        ),
        known(
            key(
                "participants",
                Records(PARTICIPANTS),
                "Participants",
                "Deltagare",
                "How many people, of which ranks.",
                "Hur många och med vilka befattningar.",
                default=(),
            )
        ),
        known(
            key(
                "career_limits",
                Records(CAREER_LIMIT),
                "Career limits",
                "Karriärgränser",
                "Years since a date, less deductible time.",
                "År sedan ett datum, minus avdragsgill tid.",
                default=(),
            )
        ),
        key(
            "conflict_policy",
            CONFLICT_POLICY,
            "Conflict policy",
            "Jävsregler",
            "What this side counts as a conflict of interest.",
            "Vad parten räknar som jäv.",
        ),
    ),
)

LANGUAGES = SomeOf(("en", "sv"))
