"""Invented projects and remarks for the demonstration. No person, project or finding in them is real."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KI, MAYO = "Karolinska Institutet", "Mayo Clinic"


@dataclass(frozen=True)
class Project:
    """An invented project with its two leads (name, address, institution) and its budgets by side and year."""

    title_en: str
    title_sv: str
    lead: tuple[str, str, str]
    partner: tuple[str, str, str]
    budgets: Mapping[str, tuple[str, ...]]
    answers: Mapping[str, str]


def _texts(idea: str, swedish: str) -> dict[str, str]:
    return {
        "popular_summary": swedish,
        "research_plan": (
            f"{idea} We first build the measurements at both sites with the same protocol, then exchange blinded samples, "
            "and only then compare the two cohorts. The risk is that the signal is weaker outside the first cohort; we will "
            "know after eight months, and stop the second year if so. All data stay at the site that collected them; only "
            "summary statistics cross the Atlantic."
        ),
        "site_roles": (
            "The Stockholm group recruits and measures; the Rochester group builds the model and validates it in its own "
            "samples. Both groups write every report together and meet each month."
        ),
        "ki_budget_reasons": "One research nurse part-time, the measurements, and one visit a year to the other site.",
        "mayo_budget_reasons": "A statistician for four months a year, sequencing, and one visit a year to the other site.",
        "external_funding": (
            "A result after the first year would carry a joint application to national funders on both sides, with the "
            "validated protocol as its preliminary data."
        ),
    }


PROJECTS = (
    Project(
        "Silent partners: dormant cells in the healthy breast",
        "Tysta följeslagare: vilande celler i frisk bröstvävnad",
        ("Otto Påhittsson", "otto.pahittsson@ki.example", KI),
        ("Maple Madeup", "maple.madeup@mayo.example", MAYO),
        {"ki": ("450 000", "450 000"), "mayo": ("48 000", "48 000")},
        _texts(
            "Dormant cells may explain late relapse.", "Vi undersöker om vilande celler kan förklara sena återfall."
        ),
    ),
    Project(
        "A breath test for early recurrence",
        "Ett utandningsprov för tidiga återfall",
        ("Freja Fantasia", "freja.fantasia@ki.example", KI),
        ("Parker Fictional", "parker.fictional@mayo.example", MAYO),
        {"ki": ("500 000", "500 000"), "mayo": ("50 000", "50 000")},
        _texts(
            "Exhaled volatile compounds change before imaging does.",
            "Ämnen i utandningsluften förändras före bilderna.",
        ),
    ),
    Project(
        "Teaching mammograms to admit doubt",
        "Att lära mammografin erkänna tvivel",
        ("Hilding Hittepå", "hilding.hittepa@ki.example", KI),
        ("Ivy Invented", "ivy.invented@mayo.example", MAYO),
        {"ki": ("400 000", "350 000"), "mayo": ("45 000", "40 000")},
        _texts("Reading software should say when it does not know.", "Programvara ska säga till när den inte vet."),
    ),
    Project(
        "Timing radiotherapy by the body's own clock",
        "Strålbehandling i takt med kroppens klocka",
        ("Saga Sagasdotter", "saga.sagasdotter@ki.example", KI),
        ("Noel Nowhere", "noel.nowhere@mayo.example", MAYO),
        {"ki": ("500 000", "480 000"), "mayo": ("50 000", "46 500")},
        _texts(
            "Side effects may depend on the hour of treatment.", "Biverkningar kan bero på när på dygnet man behandlas."
        ),
    ),
    Project(
        "Immune memory after a cured tumour",
        "Immunminnet efter en botad tumör",
        ("Truls Trollkarlsson", "truls.trollkarlsson@ki.example", KI),
        ("Quinn Quixotic", "quinn.quixotic@mayo.example", MAYO),
        {"ki": ("300 000", "300 000"), "mayo": ("50 000", "25 000")},
        _texts("Memory cells may guard against a second tumour.", "Minnesceller kan skydda mot en andra tumör."),
    ),
)
REMARKS = (
    "A bold idea with a clear first test. The plan says when it would stop, which is rare and good.",
    "The two sites need each other here. The statistics for the comparison could be stronger.",
    "Important for patients, but the first year promises more than the group can measure in time.",
    "Well thought through. The path to later funding is credible, and the risk is named honestly.",
)
