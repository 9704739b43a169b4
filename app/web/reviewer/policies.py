"""What the sides count as a conflict of interest, as a panel's members read it before they answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.extensions import db
from app.programmes.definition import Side
from app.programmes.definition.vocabulary import JOINT, SameInstitution
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews.models import Panel, PanelMember
from app.web.words import language


@dataclass(frozen=True)
class PolicyText:
    """One side's rule: its own words, and what follows from it."""

    side: str
    text: str
    points: tuple[str, ...]


def policies_text(member: PanelMember) -> tuple[PolicyText, ...]:
    """The rules of the panel's side, or in a joint panel of every side that states one."""
    work = db.session()
    panel = work.get_one(Panel, member.panel_id)
    definition = definition_of(work, work.get_one(Call, panel.call_id))
    declared = definition.panel(panel.key)
    sides = definition.sides if declared.side == JOINT else (definition.side(declared.side),)
    return tuple(_policy(side) for side in sides if side.conflict_policy is not None)


def _policy(side: Side) -> PolicyText:
    policy = side.conflict_policy
    assert policy is not None
    points = []
    if policy.coauthor_years is not None:
        points.append(
            ngettext(
                "A joint paper of the last %(num)s year is a conflict.",
                "A joint paper of the last %(num)s years is a conflict.",
                policy.coauthor_years,
            )
        )
    said = {
        SameInstitution.ALLOWED: gettext("Working at the same institution as an applicant is by itself no conflict."),
        SameInstitution.OTHER_SIDES_ONLY: gettext(
            "People of an applicant’s institution judge only in the panel of their own institution. Tandem closes the rest."
        ),
        SameInstitution.CONFLICT: gettext(
            "Working at the institution of an applicant is a conflict. Where Tandem sees it, it closes the application."
        ),
    }
    points.append(said[policy.same_institution])
    return PolicyText(side.name, policy.text.in_(language()) if policy.text else "", tuple(points))
