"""The words of exports, in both languages. Exports know no request, so they are told the language."""

from __future__ import annotations

from app.decisions.rules import Outcome, ProposedOutcome
from app.programmes.kinds import Text
from app.workflow.vocabulary import State

STATES = {
    State.DRAFT: Text("Draft", "Utkast"),
    State.OUTLINE_SUBMITTED: Text("Outline submitted", "Skiss inskickad"),
    State.OUTLINE_REOPENED: Text("Outline submitted, being improved", "Skiss inskickad, omarbetas"),
    State.OUTLINE_ELIGIBLE: Text("Outline eligible", "Skiss behörig"),
    State.OUTLINE_IN_REVIEW: Text("Outline in review", "Skiss under granskning"),
    State.OUTLINE_REVIEWED: Text("Outline reviewed", "Skiss granskad"),
    State.OUTLINE_DECIDED: Text("Outline decided, not released", "Skiss avgjord, inte meddelad"),
    State.NOT_INVITED: Text("Not invited", "Inte inbjuden"),
    State.INVITED: Text("Full application being written", "Fullständig ansökan skrivs"),
    State.SUBMITTED: Text("Submitted", "Inskickad"),
    State.REOPENED: Text("Submitted, being improved", "Inskickad, omarbetas"),
    State.SIGNED: Text("Signatures settled", "Underskrifter klara"),
    State.WITHDRAWN: Text("Withdrawn", "Återkallad"),
    State.INELIGIBLE: Text("Rejected on formal grounds", "Avvisad på formella grunder"),
    State.ELIGIBLE: Text("Eligible", "Behörig"),
    State.IN_REVIEW: Text("In review", "Under granskning"),
    State.REVIEWED: Text("Reviewed", "Granskad"),
    State.SET_ASIDE: Text("Set aside, not discussed", "Bortsållad, inte diskuterad"),
    State.IN_REJOINDER: Text("With the applicants for an answer", "Hos de sökande för bemötande"),
    State.TO_INTERVIEW: Text("Invited to an interview", "Kallad till intervju"),
    State.INTERVIEWED: Text("Interviewed", "Intervjuad"),
    State.DECIDED: Text("Decided, not released", "Beslutad, inte meddelad"),
    State.AWARDED: Text("Awarded", "Beviljad"),
    State.RESERVE: Text("On the reserve list", "På reservlistan"),
    State.DECLINED: Text("Declined", "Avslagen"),
}
OUTCOMES: dict[str, Text] = {
    Outcome.AWARD: Text("Award", "Bevilja"),
    Outcome.RESERVE: Text("Reserve list", "Reservlista"),
    Outcome.DECLINE: Text("Decline", "Avslå"),
    ProposedOutcome.AWAITING: Text("Awaiting a verdict", "Inväntar ställningstagande"),
}
YES, NO = Text("yes", "ja"), Text("no", "nej")
RECOMMENDED = {True: Text("recommends", "tillstyrker"), False: Text("does not recommend", "tillstyrker inte")}
DIRECTION = {
    "low": Text("%(best)s is best, %(worst)s is worst", "%(best)s är bäst, %(worst)s är sämst"),
    "high": Text("%(best)s is best, %(worst)s is worst", "%(best)s är bäst, %(worst)s är sämst"),
}
CUT = Text(" (cut here; the whole text is in the CSV file)", " (avkortat här; hela texten finns i CSV-filen)")

ABOUT = Text("About", "Om filen")
OVERVIEW = Text("Overview", "Översikt")
REVIEWS = Text("Reviews", "Granskningar")
CRITERIA = Text("Criteria", "Kriterier")

REFERENCE = Text("Reference", "Referens")
TITLE = Text("Title", "Titel")
STATUS = Text("Status", "Status")
SUBMITTED = Text("Submitted (%(zone)s)", "Inskickad (%(zone)s)")
LEADER = Text("Project leader, %(side)s", "Projektledare, %(side)s")
INSTITUTION = Text("Institution, %(side)s", "Institution, %(side)s")
ASKED = Text("Asked, %(side)s, year %(year)s (%(currency)s)", "Sökt, %(side)s, år %(year)s (%(currency)s)")
ASKED_TOTAL = Text("Asked, %(side)s, in all (%(currency)s)", "Sökt, %(side)s, totalt (%(currency)s)")
ASKED_COST = Text(
    "Asked, %(side)s, %(cost)s, year %(year)s (%(currency)s)", "Sökt, %(side)s, %(cost)s, år %(year)s (%(currency)s)"
)
ASKED_COST_TOTAL = Text(
    "Asked, %(side)s, %(cost)s, in all (%(currency)s)", "Sökt, %(side)s, %(cost)s, totalt (%(currency)s)"
)
LEAST = Text("Enough, %(side)s, in all (%(currency)s)", "Räcker, %(side)s, totalt (%(currency)s)")
DIRECT, INDIRECT = Text("direct costs", "direkta kostnader"), Text("indirect costs", "indirekta kostnader")
GRANTED = Text("Granted, %(side)s, year %(year)s (%(currency)s)", "Beviljat, %(side)s, år %(year)s (%(currency)s)")
GRANTED_TOTAL = Text("Granted, %(side)s, in all (%(currency)s)", "Beviljat, %(side)s, totalt (%(currency)s)")
N = Text("%(panel)s: reviews", "%(panel)s: antal granskningar")
MEAN = Text("%(panel)s: mean", "%(panel)s: medelvärde")
MEDIAN = Text("%(panel)s: median", "%(panel)s: median")
SPREAD = Text("%(panel)s: spread (standard deviation)", "%(panel)s: spridning (standardavvikelse)")
NOT_DISCUSSED = Text("not discussed", "inte diskuterad")
RESULT = Text("%(panel)s: result (%(how)s)", "%(panel)s: resultat (%(how)s)")
RANK = Text("%(panel)s: rank", "%(panel)s: placering")
PERCENTILE = Text("%(panel)s: percentile", "%(panel)s: percentil")
VERDICT = Text("Verdict, %(side)s", "Ställningstagande, %(side)s")
VERDICT_REASONS = Text("Reasons, %(side)s", "Skäl, %(side)s")
PROPOSAL = Text("Proposal of the joint rule", "Förslag enligt den gemensamma regeln")
OUTCOME = Text("Decision", "Beslut")
FILES = Text("Files", "Filer")
DECIDED = Text("Decided (%(zone)s)", "Beslutat (%(zone)s)")
TOOK_PART = Text("Took part in the decision", "Deltog i beslutet")
DECISION_REASONS = Text("Reasons for the decision", "Skäl för beslutet")

PANEL = Text("Panel", "Panel")
REVIEWER = Text("Reviewer", "Granskare")
REMARK = Text("%(criterion)s: text", "%(criterion)s: text")
OVERALL = Text("Overall", "Helhetsbetyg")
FOR_APPLICANT = Text("For the applicants", "Till de sökande")
FOR_PANEL = Text("For the panel only", "Endast till panelen")

CRITERION = Text("Criterion", "Kriterium")
HELP = Text("What is judged", "Vad som bedöms")
WEIGHT = Text("Weight", "Vikt")
SCALE = Text("Scale", "Skala")
BEST = Text("Direction", "Riktning")
VALUE = Text("Value", "Värde")
MEANING = Text("Meaning", "Betydelse")

EXTENSIONS = Text("Extensions", "Förlängningar")
FOR = Text("For", "För")
FROM = Text("From (%(zone)s)", "Från (%(zone)s)")
TO = Text("To (%(zone)s)", "Till (%(zone)s)")
REASON = Text("Reason", "Skäl")
ASKED_BY = Text("Asked for by", "Begärd av")
ASKED_AT = Text("Asked for (%(zone)s)", "Begärd (%(zone)s)")
ANSWER = Text("Answer", "Svar")
ANSWERED_BY = Text("Agreed to by", "Godkänd av")
ANSWERED_AT = Text("Answered (%(zone)s)", "Besvarad (%(zone)s)")
A_DRAFT = Text("a draft", "ett utkast")
GRANTED_EXTENSION = Text("granted", "beviljad")
REFUSED_EXTENSION = Text("refused", "avslagen")
OPEN_EXTENSION = Text("waits for a second coordinator", "inväntar en andra samordnare")

CALL = Text("Call", "Utlysning")
KEY = Text("Key", "Nyckel")
VERSION = Text("Version of the declaration", "Utlysningens version")
MADE_AT = Text("Made (%(zone)s)", "Skapad (%(zone)s)")
MADE_BY = Text("Made by", "Skapad av")
HOLDS = Text("The file holds", "Filen innehåller")
COMPLETE = Text(
    "%(applications)s of %(applications)s applications, %(submitted)s of %(assigned)s reviews",
    "%(applications)s av %(applications)s ansökningar, %(submitted)s av %(assigned)s granskningar",
)
MISSING = Text("Missing reviews", "Granskningar som saknas")
SEALED = Text("Sealed panels, left out", "Förseglade paneler, utelämnade")
NOTHING = Text("none", "inga")
RELEASED = Text("Results released (%(zone)s)", "Resultaten meddelade (%(zone)s)")
NOT_YET = Text("not yet: the outcomes in this file are confidential", "inte ännu: besluten i filen är konfidentiella")
RETENTION = Text("Retention class", "Gallringsklass")
KEPT_FOR = Text("Kept for years", "Bevaras i år")
