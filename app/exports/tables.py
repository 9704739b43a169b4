"""The tables of a call, gathered once from the scopes of whoever asks; every writer writes from these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access import scope
from app.access.viewer import Viewer
from app.applications import queries as applications
from app.applications.models import Application, ApplicationSide
from app.awards import queries as awards
from app.decisions import queries as decisions
from app.decisions.queries import DecisionView, ReleaseView, VerdictView
from app.decisions.rules import Outcome, Proposal
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.money import Money
from app.programmes import queries as programmes
from app.programmes.definition import Definition
from app.programmes.models import Call
from app.reviews import queries as reviews
from app.reviews.models import Assignment, Panel, PanelMember, Review, Score
from app.reviews.rules import overall_grade, rounded
from app.workflow.vocabulary import State


@dataclass(frozen=True)
class Within:
    """What an export may read: applications by id, readable panels, and submitted reviews, each already scoped."""

    applications: Select[Any]
    panels: Select[Any]
    reviews: Select[Any]


def within(viewer: Viewer, call_id: UUID) -> Within:
    """What this coordinator may take out: no application in conflict, no panel still sealed."""
    return Within(
        scope.office_ids(viewer, call_id), scope.readable_panels(viewer, call_id), scope.reviews_of_panels(viewer, call_id)
    )


def everything(call_id: UUID) -> Within:
    """All that was submitted to a call, for whoever runs the machine itself. Never behind a door of the web."""
    known = Application.state != State.DRAFT
    return Within(
        select(Application.id).where(Application.call_id == call_id, known),
        select(Panel).where(Panel.call_id == call_id),
        scoped(
            select(Review).join(Assignment, Assignment.id == Review.assignment_id)
            .join(Panel, Panel.id == Assignment.panel_id)
            .join(Application, Application.id == Assignment.application_id)
            .where(Panel.call_id == call_id, Review.submitted_at.is_not(None), known)
        ),
    )
