"""What the office sees of an application between its review and the decision, each part only where the call has it."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.access import scope
from app.applications.models import Application
from app.programmes.definition import Definition
from app.reviews import interviews, rejoinders
from app.reviews.models import Rejoinder
from app.reviews.triage import set_aside_among
from app.web.doors import viewer
from app.web.words import language, moment_text
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class LaterText:
    """The applicants' answer, the interview, and whether the application was set aside, in words."""

    answer: str | None
    answered: str | None
    is_set_aside: bool
    interview_at: str | None
    interview_typed: str
    interview_zone: str
    interview_place: str
    interview_days: str | None
    interview_note: str
    is_invited: bool


def later_stages(work: Session, found: Application, definition: Definition) -> LaterText:
    """Read inside this person's scopes; an answer that was not sent is not there."""
    sent = rejoinders.sent_among(work, scope.rejoinders(viewer()).where(Rejoinder.application_id == found.id))
    answer = sent.get(found.id)
    met = interviews.interviews_of(work, [found.id]).get(found.id)
    declared = definition.interview
    place = met.place if met else declared.place.in_(language()) if declared and declared.place else ""
    zone = definition.lead_side.zone
    return LaterText(
        answer.text if answer else None,
        moment_text(answer.sent_at) if answer else None,
        found.id in set_aside_among(work, [found.id]),
        moment_text(met.begins_at, zone) if met else None,
        met.begins_at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if met else "",
        zone,
        place,
        interviews.days_text(definition, language()),
        met.note if met else "",
        found.state is State.TO_INTERVIEW,
    )
