"""The keys of scales, criteria, panels and the overall grade."""

from __future__ import annotations

from decimal import Decimal

from app.programmes.definition.keys.sides import HELP, NAME, TITLE
from app.programmes.definition.shape import (
    Clock,
    Exact,
    Flag,
    Formula,
    Labels,
    OneOf,
    Record,
    Reference,
    References,
    Whole,
    asked,
    key,
    known,
    must,
)
from app.programmes.definition.tree import Criterion, Grade, Panel, Scale
from app.programmes.definition.vocabulary import (
    JOINT,
    Best,
    Overall,
    PanelResult,
    Part,
    ScaleKind,
    Visibility,
)
from app.programmes.definition.vocabulary import Formula as HowComputed

SCALE = Record(
    "scale",
    Scale,
    (
        NAME,
        known(
            key(
                "kind",
                OneOf(ScaleKind),
                "Kind",
                "Typ",
                "Numbers, words in order, or yes and no.",
                "Tal, ord i ordning, eller ja och nej.",
                default=ScaleKind.NUMERIC,
            )
        ),
        known(key("low", Exact(), "Lowest", "Lägst", "Of numbers.", "För tal.")),
        known(key("high", Exact(), "Highest", "Högst", "Of numbers.", "För tal.")),
        known(key("best", OneOf(Best), "Which end is best", "Vilken ände är bäst", "1 or 9?", "1 eller 9?")),
        known(key("step", Exact(), "Step", "Steg", "Empty: 1.", "Tomt: 1.", default=Decimal(1))),
        known(
            key(
                "labels",
                Labels(),
                "Words for the values",
                "Ord för värdena",
                "What each value means.",
                "Vad varje värde betyder.",
                default=(),
            )
        ),
    ),
)

CRITERION = Record(
    "criterion",
    Criterion,
    (
        NAME,
        TITLE,
        HELP,
        known(
            key(
                "weight",
                Exact(),
                "Weight",
                "Vikt",
                "Counts where the overall grade is computed.",
                "Räknas när helhetsbetyget beräknas.",
                default=Decimal(1),
            )
        ),
        known(
            key(
                "text_required",
                Flag(),
                "Text required",
                "Text krävs",
                "Reviewers must write why.",
                "Granskare måste motivera.",
                default=False,
            )
        ),
        known(
            key(
                "scale",
                Reference("scales"),
                "Own scale",
                "Egen skala",
                "Empty: that of the panel.",
                "Tomt: panelens.",
                default="",
            )
        ),
        key(
            "threshold",
            Exact(),
            "Threshold",
            "Tröskel",
            "The worst value that still passes.",
            "Det sämsta värdet som räcker.",
        ),
        known(
            key(
                "areas",
                References("areas"),
                "Only in areas",
                "Bara i områden",
                "Empty: in all.",
                "Tomt: i alla.",
                default=(),
            )
        ),
        known(
            key(
                "panels",
                References("panels"),
                "Only in panels",
                "Bara i paneler",
                "Empty: in all.",
                "Tomt: i alla.",
                default=(),
            )
        ),
    ),
)

PANEL = Record(
    "panel",
    Panel,
    (
        NAME,
        TITLE,
        must(
            key(
                "side",
                Reference("sides", also=(JOINT,)),
                "Of the side",
                "Hör till",
                "One side’s, or joint.",
                "En parts, eller gemensam.",
            )
        ),
        asked(key("scale", Reference("scales"), "Scale", "Skala", "Of its grades.", "För dess betyg.")),
        key(
            "min_reviews",
            Whole(1, 20),
            "Reviews at least",
            "Minst granskningar",
            "Of each application.",
            "Av varje ansökan.",
        ),
        known(
            key(
                "needs_chair",
                Flag(default=True),
                "Needs a chair",
                "Behöver ordförande",
                "The chair closes the panel.",
                "Ordföranden stänger panelen.",
                default=True,
            )
        ),
        known(
            key(
                "stage",
                OneOf(Part),
                "Judges",
                "Bedömer",
                "Outlines or full applications.",
                "Skisser eller fullständiga ansökningar.",
                default=Part.FULL,
            )
        ),
        known(
            key(
                "result",
                OneOf(PanelResult),
                "Panel’s result",
                "Panelens resultat",
                "From the overall grades of its reviewers.",
                "Av granskarnas helhetsbetyg.",
                default=PanelResult.MEAN,
            )
        ),
        known(
            key(
                "sees_others",
                OneOf(Visibility),
                "Others’ reviews are seen",
                "Andras granskningar syns",
                "By a member of the same panel.",
                "För en ledamot i samma panel.",
                default=Visibility.AFTER_CLOSING,
            )
        ),
        known(
            key(
                "outside_reviews",
                Whole(0, 20),
                "Reviews from outside",
                "Granskningar utifrån",
                "How many must come from people of no side.",
                "Hur många som måste komma från personer utan part.",
                default=0,
            )
        ),
        known(
            key(
                "after",
                References("panels"),
                "Begins after",
                "Börjar efter",
                "Panels that close first.",
                "Paneler som stänger först.",
                default=(),
            )
        ),
        key("conflicts_by", Clock(), "Conflicts by", "Jäv senast", "When all have answered.", "När alla har svarat."),
        key("reviews_by", Clock(), "Reviews by", "Granskningar senast", "Shown to reviewers.", "Visas för granskare."),
        key("meets", Clock(), "Meets", "Möts", "When the panel meets.", "När panelen möts."),
    ),
)

GRADE = Record(
    "overall grade",
    Grade,
    (
        must(key("how", OneOf(Overall), "How", "Hur", "Entered, or computed.", "Sätts, eller beräknas.")),
        known(
            key(
                "formula",
                OneOf(HowComputed),
                "Computed as",
                "Beräknas som",
                "Where it is computed.",
                "När det beräknas.",
                default=HowComputed.WEIGHTED_MEAN,
            )
        ),
        known(
            key(
                "expression",
                Formula("criteria"),
                "Expression",
                "Uttryck",
                "Over the criteria.",
                "Över kriterierna.",
                default="",
            )
        ),
        known(
            key(
                "threshold",
                Exact(),
                "Threshold",
                "Tröskel",
                "The worst overall grade that still passes.",
                "Det sämsta helhetsbetyg som räcker.",
            )
        ),
    ),
)
