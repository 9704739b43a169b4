"""What people call the words of the vocabularies, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.programmes.definition import vocabulary as v
from app.programmes.definition.shape import titles
from app.programmes.kinds import KINDS, Commitment, QuestionKind, Text
from app.workflow.vocabulary import Stage

NAMES: dict[type[StrEnum], Mapping[str, Text]] = {
    QuestionKind: {kind: KINDS[kind].title for kind in KINDS},
    v.Overhead: titles(
        {"inside": ("Inside the amount", "Inom beloppet"), "on_top": ("On top of it", "Utöver beloppet")}
    ),
    v.Best: titles({"high": ("The highest is best", "Högst är bäst"), "low": ("The lowest is best", "Lägst är bäst")}),
    v.ScaleKind: titles(
        {
            "numeric": ("Numbers", "Tal"),
            "categorical": ("Words, the best first", "Ord, det bästa först"),
            "binary": ("Yes or no", "Ja eller nej"),
        }
    ),
    v.Overall: titles(
        {
            "entered": ("Entered by the reviewer", "Sätts av granskaren"),
            "computed": ("Computed from the criteria", "Beräknas av kriterierna"),
        }
    ),
    v.Formula: titles(
        {
            "weighted_sum": ("Weighted sum", "Viktad summa"),
            "weighted_mean": ("Weighted mean", "Viktat medelvärde"),
            "mean": ("Mean", "Medelvärde"),
            "median": ("Median", "Median"),
            "ten_times_mean": ("Ten times the mean", "Tio gånger medelvärdet"),
            "expression": ("An expression", "Ett uttryck"),
        }
    ),
    v.PanelResult: titles(
        {
            "mean": ("Mean", "Medelvärde"),
            "median": ("Median", "Median"),
            "ten_times_mean": ("Ten times the mean", "Tio gånger medelvärdet"),
        }
    ),
    v.Visibility: titles(
        {
            "never": ("Never", "Aldrig"),
            "after_own": ("After the own review", "Efter den egna granskningen"),
            "after_closing": ("When the panel has closed", "När panelen har stängt"),
        }
    ),
    v.DecisionModel: titles(
        {
            "lead_agency": ("The lead side judges, the others endorse", "Ledande part bedömer, de andra godtar"),
            "both_recommend": ("Every side must recommend", "Alla parter måste tillstyrka"),
            "own_first_then_joint_panel": (
                "Each side first, then a joint panel",
                "Varje part först, sedan gemensam panel",
            ),
            "joint_panel": ("A joint panel", "En gemensam panel"),
            "study_section_then_committee": ("A study section, then a committee", "Beredningsgrupp, sedan kommitté"),
            "rank_sum": ("Sum of the panels’ ranks", "Summan av panelernas rang"),
            "weighted_mean_rank": ("Weighted mean of the ranks", "Viktat medelvärde av rangerna"),
            "worst_rank": ("The worse of the ranks", "Den sämsta av rangerna"),
            "oriented_mean": ("Mean of the oriented grades", "Medelvärde av riktade betyg"),
            "oriented_worst": ("The worse of the oriented grades", "Det sämsta av riktade betyg"),
        }
    ),
    v.TieRule: titles(
        {
            "criterion": ("The better score in one criterion", "Bättre betyg i ett kriterium"),
            "no_earlier_grant": ("No earlier grant in the programme", "Inget tidigare bidrag i programmet"),
            "smaller_spread": ("The smaller spread", "Den mindre spridningen"),
            "chair": ("The chair decides", "Ordföranden avgör"),
            "lots": ("Lots are drawn", "Lottning"),
        }
    ),
    v.Part: titles({"outline": ("Outline", "Skiss"), "full": ("Full application", "Fullständig ansökan")}),
    v.Matching: titles(
        {
            "own_caps": ("Each side within its own cap", "Varje part inom sitt eget tak"),
            "equal": ("Equal within a leeway", "Lika inom en marginal"),
            "ratio": ("In a fixed ratio", "I ett bestämt förhållande"),
            "in_kind": ("One side may give in kind", "En part får bidra in natura"),
        }
    ),
    v.OneApplication: titles(
        {
            "any": ("Any number", "Hur många som helst"),
            "one_per_person": ("One per person, in any role", "En per person, oavsett roll"),
            "most_as_lead": ("A most as leader", "Ett högsta antal som ledare"),
            "two_invalidate_both": ("Two make both invalid", "Två gör båda ogiltiga"),
        }
    ),
    v.SameInstitution: titles(
        {
            "allowed": ("Allowed", "Tillåtet"),
            "other_sides_only": ("Only in the other sides’ panels", "Bara i andra parters paneler"),
            "conflict": ("A conflict of interest", "Jäv"),
        }
    ),
    v.DeadlineKind: titles(
        {"nomination": ("Nomination", "Nominering"), "side_ready": ("The side’s part is ready", "Partens del är klar")}
    ),
    v.ApprovalKind: titles(
        {
            "consent": ("Consent", "Samtycke"),
            "readiness": ("Readiness", "Klartecken"),
            "signature": ("Signature", "Underskrift"),
            "countersignature": ("Countersignature", "Kontrasignering"),
        }
    ),
    v.Approver: titles(
        {
            "lead_applicant": ("The lead applicant", "Huvudsökanden"),
            "side_lead": ("The side’s leader", "Partens ledare"),
            "named_person": ("A person named in the form", "En person som anges i formuläret"),
            "coordinator": ("A coordinator", "En samordnare"),
        }
    ),
    v.Window: titles(
        {
            "before_closing": ("While the application is written", "Medan ansökan skrivs"),
            "after_closing": ("On the frozen version, after the deadline", "På den låsta versionen, efter sista dagen"),
        }
    ),
    v.Material: titles(
        {
            "answers": ("Answers", "Svar"),
            "budget": ("The budget", "Budgeten"),
            "people": ("People", "Personer"),
            "commitments": ("All that signers are shown", "Allt som visas för undertecknare"),
        }
    ),
    v.AtExpiry: titles(
        {
            "office_decides": ("The office decides", "Kansliet avgör"),
            "not_eligible": ("Not eligible without it", "Inte behörig utan den"),
            "goes_on": ("It goes on, marked so", "Den går vidare, märkt så"),
        }
    ),
    Commitment: titles(
        {
            "person": ("Who", "Vem"),
            "percent": ("Per cent of the working time", "Procent av arbetstiden"),
            "year": ("In which year", "Vilket år"),
            "years": ("From when to when", "Från när till när"),
            "co_funding": ("Co-funding", "Medfinansiering"),
            "premises": ("Premises", "Lokaler"),
            "overhead": ("Indirect costs", "Indirekta kostnader"),
        }
    ),
    v.Changes: titles(
        {"lead": ("The leading side", "Den ledande parten"), "every_side": ("Every side", "Alla parter")}
    ),
    v.Severity: titles(
        {"stops": ("Stops the application", "Stoppar ansökan"), "caveat": ("A caveat", "En anmärkning")}
    ),
    v.Use: titles(
        {
            "eligibility": ("The formal check", "Behörighetskontrollen"),
            "reviewers": ("Finding reviewers", "Att hitta granskare"),
            "money": ("The payment", "Utbetalningen"),
            "record": ("The record", "Diariet"),
            "public": ("The public award list", "Den offentliga listan över bidrag"),
        }
    ),
    v.ProgrammeKind: titles(
        {
            "project": ("Project", "Projekt"),
            "travel": ("Travel", "Resa"),
            "student_travel": ("Student travel", "Studentresa"),
            "administrative": ("Administrative project", "Administrativt projekt"),
            "event": ("Event", "Evenemang"),
            "information": ("Information only", "Endast information"),
        }
    ),
    v.ProgrammeStatus: titles({"active": ("Active", "Aktivt"), "retired": ("Retired", "Avslutat")}),
    Stage: titles(
        {
            "outline": ("Outline", "Skiss"),
            "signature": ("Signature", "Underskrift"),
            "eligibility": ("Formal check", "Behörighetskontroll"),
            "review": ("Review", "Granskning"),
            "triage": ("Triage", "Sållning"),
            "rejoinder": ("Rejoinder", "Genmäle"),
            "interview": ("Interview", "Intervju"),
        }
    ),
}


def name_of(words: type[StrEnum], word: str) -> Text:
    """What people call a word of a vocabulary."""
    return NAMES[words][word]
