"""The invitation to review: yes or no first, with all that one needs to know before. By link or by account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from babel.dates import format_date
from flask import abort, render_template, request, url_for
from flask_babel import gettext

from app.access.viewer import Viewer
from app.extensions import db
from app.identities.links import OpenLink
from app.kernel.actors import Acting
from app.kernel.errors import NotFound, Refused
from app.kernel.transaction import transaction
from app.programmes.models import Call
from app.programmes.queries import definition_of
from app.reviews import queries, services
from app.reviews.desk import MINUTES_EACH
from app.reviews.models import Panel, PanelMember
from app.web.doors import now
from app.web.judgements import dates_of
from app.web.words import ProblemText, language, problem_texts
from app.workflow.vocabulary import Hat


@dataclass(frozen=True)
class Invitation:
    """What the page of an invitation shows."""

    name: str
    call: str
    panel: str
    is_chair: bool
    state: str
    is_closed: bool
    applications: tuple[queries.Candidate, ...]
    hours: int
    due: str | None
    terms: str
    dates: tuple[tuple[str, str], ...]

    @property
    def has_accepted(self) -> bool:
        """Whether the answer was yes."""
        return self.state == "accepted"

    @property
    def has_declined(self) -> bool:
        """Whether the answer was no."""
        return self.state == "declined"

    @property
    def can_answer(self) -> bool:
        """Whether an answer is waited for."""
        return not (self.has_accepted or self.has_declined or self.is_closed)


def invitation_of(member: PanelMember, name: str) -> Invitation:
    """The invitation as it stands now; applications with a known conflict are absent."""
    work = db.session()
    panel = work.get_one(Panel, member.panel_id)
    definition = definition_of(work, work.get_one(Call, panel.call_id))
    concerned = queries.candidates(work, member, only_assigned=True)
    return Invitation(
        name,
        definition.title.in_(language()),
        definition.panel(panel.key).title.in_(language()),
        member.is_chair,
        queries.state_of(member),
        panel.closed_at is not None,
        concerned,
        -(-len(concerned) * MINUTES_EACH // 60),
        _due(definition.decision_by),
        definition.review_terms.in_(language()) if definition.review_terms else "",
        dates_of(definition.panel(panel.key)),
    )


def _due(day: date | None) -> str | None:
    return format_date(day, "d MMMM y", locale=language()) if day is not None else None


def render(member: PanelMember, name: str, action: str, problems: tuple[ProblemText, ...] = ()) -> str:
    """The page of an invitation, whose forms post to `action`."""
    return render_template(
        "reviewer/invitation.html",
        invitation=invitation_of(member, name),
        action=action,
        problems=problems,
        because=request.form.get("because", ""),
        suggestion=request.form.get("suggestion", ""),
    )


def answer(member: PanelMember, by: Acting) -> str:
    """Take the answer out of the form, if there is one; returns where to go next. Raises Refused."""
    said = request.form.get("answer")
    if said not in ("yes", "no", None):
        abort(400)
    if said is not None:
        parts = [request.form.get("because", "").strip(), _suggested(request.form.get("suggestion", "").strip())]
        with transaction(db.session()) as work:
            services.answer_invitation(
                work, member, accepts=said == "yes", because=" ".join(part for part in parts if part), by=by, at=now()
            )
    return next_page(member)


def _suggested(name: str) -> str:
    return gettext("Suggests: %(name)s.", name=name) if name else ""


def next_page(member: PanelMember) -> str:
    """Where a member goes on: the answer, then conflicts, then the first review that is not submitted."""
    if member.accepted_at is None:
        return url_for("reviewer.invitation", member_id=member.id)
    if queries.has_unanswered(db.session(), member):
        return url_for("reviewer.conflicts", member_id=member.id)
    return url_for("reviewer.queue", member_id=member.id)


def _member(link: OpenLink) -> PanelMember:
    member = db.session().get(PanelMember, link.subject_id) if isinstance(link.subject_id, UUID) else None
    if member is None or member.person_id != link.person_id:
        raise NotFound()
    return member


def page(link: OpenLink, action: str) -> str:
    """What a personal link shows. Changes nothing, however often it is fetched."""
    return render(_member(link), link.person_name, action)


def act(link: OpenLink, viewer: Viewer) -> str:
    """Take the answer given on the page of the link; returns where to go."""
    member = _member(link)
    by = Acting(
        viewer.person_id,
        viewer.name,
        frozenset({Hat.REVIEWER}),
        link_id=viewer.link.id if viewer.link else None,
        deed=viewer.deed,
    )
    return answer(member, by)


def refused(member: PanelMember, name: str, action: str, refusal: Refused) -> str:
    """The page again, with what stands in the way and what was typed."""
    return render(member, name, action, problem_texts(refusal.problems))
