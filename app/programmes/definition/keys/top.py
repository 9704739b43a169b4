"""The keys of the whole call, in the order in which they are explained to those who write one."""

from __future__ import annotations

from app.kernel.words import N_
from app.programmes.definition.keys import deciding, form, judging
from app.programmes.definition.keys.sides import SIDE
from app.programmes.definition.shape import (
    Both,
    Clock,
    Day,
    Flag,
    Name,
    OneOf,
    Record,
    Records,
    Reference,
    SomeOf,
    Whole,
    Wholes,
    Words,
    asked,
    key,
    known,
    must,
)
from app.programmes.definition.tree import Definition
from app.programmes.definition.vocabulary import Changes
from app.workflow.vocabulary import Stage

TEXTS = (
    must(
        key(
            "key",
            Name(),
            "Key",
            "Nyckel",
            "The call’s short name in addresses and files, such as mayo-ki-2027.",
            "Utlysningens korta namn i adresser och filer, till exempel mayo-ki-2027.",
        )
    ),
    must(key("programme", Name(), "Programme", "Program", "The key of its programme.", "Programmets nyckel.")),
    must(
        key(
            "reference_prefix",
            Words("[A-Z0-9]+(-[A-Z0-9]+)*", N_("capitals and digits joined by -, such as MKB-27")),
            "Prefix of references",
            "Början på referenser",
            "Applications are called MKB-27-0001 and so on.",
            "Ansökningar heter MKB-27-0001 och så vidare.",
        )
    ),
    asked(key("year", Whole(1900, 2200), "Year", "År", "Of the call.", "För utlysningen.", default=0)),
    must(
        key(
            "is_fictional",
            Flag(),
            "Fictional",
            "Påhittad",
            "Marks a call for demonstration; pages say so.",
            "Märker en utlysning för demonstration; sidorna säger det.",
        )
    ),
    must(key("title", Both(), "Title", "Rubrik", "Of the call.", "På utlysningen.")),
    must(
        key(
            "summary",
            Both(long=True),
            "Summary",
            "Sammanfattning",
            "Two or three sentences for the list of calls.",
            "Två eller tre meningar för listan över utlysningar.",
        )
    ),
    key("purpose", Both(long=True), "Purpose", "Syfte", "What the call is for.", "Vad utlysningen är till för."),
    key("emphasis", Both(long=True), "Emphasis", "Tyngdpunkt", "What is looked for.", "Vad som eftersöks."),
    key(
        "ai_use",
        Both(long=True),
        "Use of AI",
        "Användning av AI",
        "What applicants may do with AI tools.",
        "Vad sökande får göra med AI-verktyg.",
    ),
    key(
        "languages",
        SomeOf(("en", "sv")),
        "Preferred languages",
        "Önskade språk",
        "A wish only: Swedish is always accepted.",
        "Bara ett önskemål: svenska godtas alltid.",
        default=(),
    ),
    key(
        "areas",
        Records(form.AREA),
        "Areas",
        "Områden",
        "Fields of research that the call is open to.",
        "Forskningsområden som utlysningen är öppen för.",
        default=(),
    ),
    key("event", deciding.EVENT, "Event", "Evenemang", "That the grant is tied to.", "Som bidraget är knutet till."),
)

DATES = (
    key(
        "announced",
        Clock(),
        "Announced",
        "Annonseras",
        "Until then a published call is under embargo: nobody outside sees it.",
        "Till dess är en publicerad utlysning under embargo: ingen utanför ser den.",
    ),
    key("opens", Clock(), "Opens", "Öppnar", "By itself, at this instant.", "Av sig själv, i detta ögonblick."),
    key(
        "closes",
        Clock(),
        "Closes",
        "Stänger",
        "One instant, shown in the zone of every side.",
        "Ett ögonblick, som visas i varje parts zon.",
    ),
    key(
        "grace_minutes",
        Whole(0, 10080),
        "Grace in minutes",
        "Anstånd i minuter",
        "For forms that were open at the deadline; 0 is an answer.",
        "För formulär som var öppna vid sista tiden; 0 är ett svar.",
    ),
    known(
        key(
            "partner_grace_days",
            Whole(1, 60),
            "Days for a silent partner",
            "Dagar för en tyst partner",
            "Submitted without a partner's yes, who has so many days more. Empty: that cannot be submitted.",
            "Lämnas in utan partnerns ja, som får så många dagar till. Tomt: det går inte att lämna in.",
        )
    ),
    known(
        key(
            "reminders",
            Wholes(1, 90, N_("a list of days before the deadline, such as [7, 2]")),
            "Reminders",
            "Påminnelser",
            "Days before the deadline; sent at 09:00 where the reader is.",
            "Dagar före sista dagen; skickas 09:00 där läsaren är.",
            default=(),
        )
    ),
    known(
        key(
            "drafts_kept_days",
            Whole(30, 3650),
            "Days that unsent drafts are kept",
            "Dagar som oinskickade utkast sparas",
            "After the deadline. Then they are deleted, two weeks after a warning by mail. Empty: they are kept.",
            "Efter sista ansökningstid. Sedan raderas de, två veckor efter en varning med e-post. Tomt: de sparas.",
        )
    ),
    key("decision_by", Day(), "Decision by", "Beslut senast", "Promised to applicants.", "Utlovat till sökande."),
    key(
        "disposal_end",
        Day(),
        "Money usable until",
        "Dispositionstid till",
        "The last day on which the money can be used.",
        "Sista dagen då medlen får användas.",
    ),
)

MONEY = (
    known(
        key(
            "changes_need",
            OneOf(Changes),
            "Agreed by",
            "Godkänns av",
            "Whose coordinators agree to publishing and to later changes.",
            "Vems samordnare som godkänner publicering och senare ändringar.",
            default=Changes.LEAD,
        )
    ),
    must(
        key(
            "sides",
            Records(SIDE),
            "Sides",
            "Parter",
            "Each funding institution, with its money and rules.",
            "Varje finansierande organisation, med dess pengar och regler.",
        )
    ),
    known(
        key(
            "least_sides",
            Whole(1, 50),
            "Sides at least",
            "Minst parter",
            "That take part in one application.",
            "Som deltar i en ansökan.",
        )
    ),
    known(key("most_sides", Whole(1, 50), "Sides at most", "Högst parter", "Empty: all.", "Tomt: alla.")),
    key("years", Whole(1, 10), "Years", "År", "For which the money is given.", "Som pengarna ges för."),
    key(
        "contingent_years",
        Wholes(2, 10, N_("a list of years of the project after the first, such as [2]")),
        "Contingent years",
        "Villkorade år",
        "Years that are released only after a gate.",
        "År som frigörs först efter en avstämning.",
        default=(),
    ),
    key(
        "gate",
        Both(long=True),
        "Gate",
        "Avstämning",
        "What opens the contingent years, in words.",
        "Vad som öppnar de villkorade åren, i ord.",
    ),
    key(
        "max_awards",
        Whole(1, 1000),
        "Awards at most",
        "Högst bidrag",
        "A ceiling, not a target.",
        "Ett tak, inget mål.",
    ),
    known(
        key(
            "matching",
            form.MATCHING,
            "Matching",
            "Matchning",
            "What the sides’ amounts must be to each other.",
            "Hur parternas belopp ska förhålla sig till varandra.",
        )
    ),
    known(
        key(
            "one_application",
            form.ONE_APPLICATION,
            "One application",
            "En ansökan",
            "How many applications one person may be part of.",
            "Hur många ansökningar en person får ingå i.",
        )
    ),
    known(
        key(
            "team",
            form.TEAM,
            "The team",
            "Gruppen",
            "What is asked of those who are invited to work on an application.",
            "Vad som krävs av dem som bjuds in att arbeta med en ansökan.",
        )
    ),
)

WAY = (
    key(
        "stages",
        SomeOf(tuple(Stage)),
        "Stages",
        "Steg",
        "The way of an application through this call.",
        "En ansökans väg genom utlysningen.",
        default=(),
    ),
    known(
        key("outline", form.OUTLINE, "Outline", "Skiss", "Of the short first stage.", "För det korta första steget.")
    ),
    known(
        key(
            "approvals",
            Records(form.APPROVAL),
            "Approvals",
            "Godkännanden",
            "Who agrees to what: consent, readiness, signatures.",
            "Vem som godkänner vad: samtycke, klartecken, underskrifter.",
            default=(),
        )
    ),
    key(
        "eligibility",
        Records(form.ELIGIBILITY),
        "Checked by a person",
        "Kontrolleras av en person",
        "What the office ticks in the formal check.",
        "Vad kansliet bockar av i behörighetskontrollen.",
        default=(),
    ),
    known(
        key(
            "rules",
            Records(form.RULE),
            "Checked by software",
            "Kontrolleras av programmet",
            "Rules over the answers.",
            "Regler över svaren.",
            default=(),
        )
    ),
)

FORM = (
    key(
        "title_question",
        Reference("questions"),
        "Title of an application",
        "En ansökans titel",
        "The question whose answer is the title.",
        "Frågan vars svar är titeln.",
        default="",
    ),
    known(
        key(
            "limit_tolerance_percent",
            Whole(0, 50),
            "Tolerance of limits",
            "Tolerans för gränser",
            "Per cent over a text limit that are still taken; shown to applicants.",
            "Procent över en textgräns som ändå godtas; visas för sökande.",
            default=0,
        )
    ),
    key("sections", Records(form.SECTION), "Sections", "Avsnitt", "Of the form.", "I formuläret.", default=()),
    key("questions", Records(form.QUESTION), "Questions", "Frågor", "In their order.", "I ordning.", default=()),
    known(
        key(
            "checks",
            Records(form.CHECK),
            "Checks across questions",
            "Kontroller över frågor",
            "What must be true of several answers together.",
            "Vad som ska vara sant för flera svar tillsammans.",
            default=(),
        )
    ),
)

REVIEW = (
    key("scales", Records(judging.SCALE), "Scales", "Skalor", "That panels use.", "Som paneler använder.", default=()),
    key(
        "criteria",
        Records(judging.CRITERION),
        "Criteria",
        "Kriterier",
        "What reviewers judge.",
        "Vad granskare bedömer.",
        default=(),
    ),
    key("panels", Records(judging.PANEL), "Panels", "Paneler", "Groups of reviewers.", "Granskargrupper.", default=()),
    key("overall", judging.GRADE, "Overall grade", "Helhetsbetyg", "Of one review.", "För en granskning."),
    key(
        "review_terms",
        Both(long=True),
        "Terms for reviewers",
        "Villkor för granskare",
        "Accepted once: confidentiality, AI tools, what may become public.",
        "Godkänns en gång: sekretess, AI-verktyg, vad som kan bli offentligt.",
    ),
    known(
        key(
            "rejoinder",
            deciding.REJOINDER,
            "Rejoinder",
            "Genmäle",
            "The applicant’s answer to reviews.",
            "Sökandes svar.",
        )
    ),
    known(key("interview", deciding.INTERVIEW, "Interview", "Intervju", "When and where.", "När och var.")),
    key(
        "decision",
        deciding.DECISION,
        "Decision",
        "Beslut",
        "How the sides decide together.",
        "Hur parterna beslutar tillsammans.",
    ),
)

LATER = (
    known(
        key(
            "letters",
            Records(deciding.LETTER),
            "Paragraphs of letters",
            "Stycken i brev",
            "The call’s own words in letters.",
            "Utlysningens egna ord i brev.",
            default=(),
        )
    ),
    key("after", deciding.AFTER, "After the award", "Efter beviljandet", "In words.", "I ord."),
    key("records", deciding.RECORDS, "Records", "Arkiv", "What the archive needs.", "Vad arkivet behöver."),
    key(
        "transfer",
        deciding.TRANSFER,
        "Transfer outside the EU",
        "Överföring utanför EU",
        "Its basis, and what applicants are told.",
        "Dess grund, och vad sökande får veta.",
    ),
    key(
        "privacy",
        deciding.PRIVACY,
        "Notice before typing",
        "Information före skrivandet",
        "What the rest of the call does not tell.",
        "Det som resten av utlysningen inte säger.",
    ),
)

GROUPS = (
    ("texts", TEXTS),
    ("dates", DATES),
    ("money", MONEY),
    ("way", WAY),
    ("form", FORM),
    ("review", REVIEW),
    ("later", LATER),
)
"""The keys as the editor groups them, a page a group."""

SHAPE = Record("call", Definition, tuple(entry for _, group in GROUPS for entry in group))
"""The whole declaration, but for `schema`."""
