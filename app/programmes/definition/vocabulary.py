"""The words a declaration chooses from."""

from __future__ import annotations

from enum import StrEnum

SHARED = "shared"
"""Owner of a section that all sides write together."""
JOINT = "joint"
"""Side of a panel that all sides share."""


class ProgrammeKind(StrEnum):
    """What a programme gives."""

    PROJECT = "project"
    TRAVEL = "travel"
    STUDENT_TRAVEL = "student_travel"
    ADMINISTRATIVE = "administrative"
    EVENT = "event"
    INFORMATION = "information"


class ProgrammeStatus(StrEnum):
    """Whether new calls are opened. A retired programme keeps its awards, reports and archive."""

    ACTIVE = "active"
    RETIRED = "retired"


class Overhead(StrEnum):
    """Where indirect costs lie: inside the amount asked for, or added on top of it."""

    INSIDE = "inside"
    ON_TOP = "on_top"


class Best(StrEnum):
    """Which end of a scale is the best."""

    HIGH = "high"
    LOW = "low"


class ScaleKind(StrEnum):
    """Numbers; categories in words, the best first; or yes and no."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    BINARY = "binary"


class Overall(StrEnum):
    """Whether a reviewer enters the overall grade, or it is computed from the criteria."""

    ENTERED = "entered"
    COMPUTED = "computed"


class Formula(StrEnum):
    """How one review's overall grade is computed from its scores."""

    WEIGHTED_SUM = "weighted_sum"
    WEIGHTED_MEAN = "weighted_mean"
    MEAN = "mean"
    MEDIAN = "median"
    TEN_TIMES_MEAN = "ten_times_mean"
    EXPRESSION = "expression"


class PanelResult(StrEnum):
    """How a panel's result for an application follows from the overall grades of its reviewers."""

    MEAN = "mean"
    MEDIAN = "median"
    TEN_TIMES_MEAN = "ten_times_mean"


class Visibility(StrEnum):
    """When a reviewer sees the reviews of the others in the same panel."""

    NEVER = "never"
    AFTER_OWN = "after_own"
    AFTER_CLOSING = "after_closing"


class DecisionModel(StrEnum):
    """How the sides come to one decision."""

    LEAD_AGENCY = "lead_agency"
    BOTH_RECOMMEND = "both_recommend"
    OWN_FIRST_THEN_JOINT_PANEL = "own_first_then_joint_panel"
    JOINT_PANEL = "joint_panel"
    STUDY_SECTION_THEN_COMMITTEE = "study_section_then_committee"
    RANK_SUM = "rank_sum"
    WEIGHTED_MEAN_RANK = "weighted_mean_rank"
    WORST_RANK = "worst_rank"
    ORIENTED_MEAN = "oriented_mean"
    ORIENTED_WORST = "oriented_worst"


class TieRule(StrEnum):
    """What comes first among equals; asked in the declared order. What is still equal stays equal."""

    CRITERION = "criterion"
    NO_EARLIER_GRANT = "no_earlier_grant"
    SMALLER_SPREAD = "smaller_spread"
    CHAIR = "chair"
    LOTS = "lots"


class Part(StrEnum):
    """The stage of applying that a section, a panel or an approval belongs to."""

    OUTLINE = "outline"
    FULL = "full"


class Matching(StrEnum):
    """What the sides' amounts must be to each other."""

    OWN_CAPS = "own_caps"
    EQUAL = "equal"
    RATIO = "ratio"
    IN_KIND = "in_kind"


class OneApplication(StrEnum):
    """How many applications one person may be part of."""

    ANY = "any"
    ONE_PER_PERSON = "one_per_person"
    MOST_AS_LEAD = "most_as_lead"
    TWO_INVALIDATE_BOTH = "two_invalidate_both"


class SameInstitution(StrEnum):
    """What it means that a reviewer and an applicant work at the same institution."""

    ALLOWED = "allowed"
    OTHER_SIDES_ONLY = "other_sides_only"
    CONFLICT = "conflict"


class DeadlineKind(StrEnum):
    """What one side wants done before the joint deadline."""

    NOMINATION = "nomination"
    SIDE_READY = "side_ready"


class ApprovalKind(StrEnum):
    """What is approved."""

    CONSENT = "consent"
    READINESS = "readiness"
    SIGNATURE = "signature"
    COUNTERSIGNATURE = "countersignature"


class Approver(StrEnum):
    """Who is asked for an approval."""

    LEAD_APPLICANT = "lead_applicant"
    SIDE_LEAD = "side_lead"
    NAMED_PERSON = "named_person"
    COORDINATOR = "coordinator"


class Window(StrEnum):
    """When an approval is asked for: while the application is written, or on the frozen version after the deadline."""

    BEFORE_CLOSING = "before_closing"
    AFTER_CLOSING = "after_closing"


class AtExpiry(StrEnum):
    """What the call says happens when the time to sign has ended without a signature. A person rejects, never a clock."""

    OFFICE_DECIDES = "office_decides"
    NOT_ELIGIBLE = "not_eligible"
    GOES_ON = "goes_on"


class Material(StrEnum):
    """A change that voids an approval given before it. `commitments` is all that a signer is shown: the budget, the
    people, and the answers that the call marks so."""

    ANSWERS = "answers"
    BUDGET = "budget"
    PEOPLE = "people"
    COMMITMENTS = "commitments"


class Changes(StrEnum):
    """Whose coordinators agree before a call is published or changed."""

    LEAD = "lead"
    EVERY_SIDE = "every_side"


class Severity(StrEnum):
    """Whether a rule that is not met stops the application, or is shown as a caveat to those who judge it."""

    STOPS = "stops"
    CAVEAT = "caveat"


class Use(StrEnum):
    """What an answer serves besides the criteria; a question that serves nothing is not asked."""

    ELIGIBILITY = "eligibility"
    REVIEWERS = "reviewers"
    MONEY = "money"
    RECORD = "record"
    PUBLIC = "public"


class Language(StrEnum):
    """The languages of the house."""

    ENGLISH = "en"
    SWEDISH = "sv"


class LetterKind(StrEnum):
    """The letters to which a call may add a paragraph of its own."""

    RECEIPT = "receipt"
    INELIGIBLE = "ineligible"
    ELIGIBLE = "eligible"
    PARTNER_INVITATION = "partner_invitation"
    REVIEW_INVITATION = "review_invitation"
    DECISION_AWARD = "decision_award"
    DECISION_RESERVE = "decision_reserve"
    DECISION_DECLINE = "decision_decline"


class ColumnKind(StrEnum):
    """What a column of a table holds."""

    SHORT_TEXT = "short_text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
