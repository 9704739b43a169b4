"""Conflicts that software can see: somebody named in an application, and the same institution as the side's rule says.

Names of institutions are compared in full and short, casefolded; mail addresses by person and by domain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.letters.models import InvitedLetter
from app.applications.models import Answer, Application, ApplicationSide
from app.applications.participation import addresses_in
from app.applications.standing import stands
from app.applications.team.models import ApplicationMember
from app.identities.models import EmailAddress, Person, Profile
from app.kernel.database import scoped
from app.programmes.definition import Definition, Side
from app.programmes.definition.vocabulary import JOINT, SameInstitution

SEEN = "detected: "
"""How the reason of a conflict begins that software saw."""
NAMED = "detected: named in the application"
SAME_ORCID = "detected: same ORCID as an applicant"
SAME = "detected: same institution – "
FREE_MAIL = frozenset(("gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "proton.me", "live.com"))
"""Domains that say nothing of where somebody works."""
STRICTEST = (SameInstitution.CONFLICT, SameInstitution.OTHER_SIDES_ONLY, SameInstitution.ALLOWED)


@dataclass(frozen=True)
class Place:
    """Where somebody works, as far as known: names of the institution and domains of mail; `shown` for people."""

    names: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    shown: Mapping[str, str] = field(default_factory=dict, hash=False)
    orcids: frozenset[str] = frozenset()

    def shared_with(self, other: Place) -> str | None:
        """What both have in common, in words, or None."""
        for name in sorted(self.names & other.names):
            return self.shown.get(name) or other.shown.get(name) or name
        return next(iter(sorted(self.domains & other.domains)), None)


def place_of(institutions: Iterable[str], addresses: Iterable[str], sides: Collection[Side]) -> Place:
    """The place behind names and addresses; either name of a side's institution stands for both. Pure."""
    typed = {" ".join(text.split()).casefold(): " ".join(text.split()) for text in institutions if text.strip()}
    names, shown = set(typed), dict(typed)
    for side in sides:
        known = {side.name.casefold(), side.short.casefold()}
        if known & names:
            names |= known
            shown |= dict.fromkeys(known, side.name)
    kept = frozenset(address.casefold() for address in addresses)
    domains = frozenset(address.rpartition("@")[2] for address in kept) - FREE_MAIL
    return Place(frozenset(names), domains, kept, shown)


def rule_of(definition: Definition, panel_key: str) -> SameInstitution:
    """What the same institution means in a panel: the rule of its side; in a joint panel the strictest of all."""
    panel = definition.panel(panel_key)
    sides = definition.sides if panel.side == JOINT else (definition.side(panel.side),)
    said = [side.conflict_policy.same_institution for side in sides if side.conflict_policy is not None]
    return next((rule for rule in STRICTEST if rule in said), SameInstitution.ALLOWED)


def conflict_between(
    reviewer: Place, applicants: Iterable[Place], rule: SameInstitution, home: Place | None
) -> str | None:
    """Why a reviewer may not judge, or None. `home` is the place of the panel's own side. Pure."""
    people = tuple(applicants)
    if any(reviewer.addresses & person.addresses for person in people):
        return NAMED
    if any(reviewer.orcids & person.orcids for person in people):
        return SAME_ORCID
    if rule is SameInstitution.ALLOWED:
        return None
    for person in people:
        shared = reviewer.shared_with(person)
        if shared is None:
            continue
        if rule is SameInstitution.OTHER_SIDES_ONLY and home is not None and reviewer.shared_with(home) is not None:
            continue
        return f"{SAME}{shared}"
    return None


def detected(
    session: Session, definition: Definition, panel_key: str, person_id: UUID, application_ids: Collection[UUID]
) -> dict[UUID, str]:
    """The applications that this person may not judge in this panel, each with the reason that software found."""
    rule = rule_of(definition, panel_key)
    reviewer = _places(session, definition, [person_id]).get(person_id, Place())
    people = _applicants(session, definition, application_ids)
    panel = definition.panel(panel_key)
    home = None if panel.side == JOINT else _home(definition.side(panel.side), definition.sides)
    found = {
        application_id: conflict_between(reviewer, people.get(application_id, ()), rule, home)
        for application_id in application_ids
    }
    return {application_id: reason for application_id, reason in found.items() if reason is not None}


def _home(side: Side, sides: Collection[Side]) -> Place:
    return place_of([side.name], (), sides)


def _places(session: Session, definition: Definition, person_ids: Collection[UUID]) -> dict[UUID, Place]:
    addresses: dict[UUID, list[str]] = {}
    for row in session.execute(
        select(EmailAddress.person_id, EmailAddress.address).where(EmailAddress.person_id.in_(list(person_ids)))
    ):
        addresses.setdefault(row.person_id, []).append(row.address)
    people = session.execute(
        select(Person.id, Person.institution, Profile.institution, Profile.orcid)
        .outerjoin(Profile, Profile.person_id == Person.id)
        .where(Person.id.in_(list(person_ids)))
    )
    return {
        person_id: replace(
            place_of([recorded, told or ""], addresses.get(person_id, ()), definition.sides),
            orcids=frozenset({orcid} if orcid else ()),
        )
        for person_id, recorded, told, orcid in people
    }


def _applicants(
    session: Session, definition: Definition, application_ids: Collection[UUID]
) -> dict[UUID, tuple[Place, ...]]:
    """Whoever leads a side of each application, took part in its team or wrote a letter for it, and whoever is named in
    its answers."""
    leads = session.execute(
        scoped(
            select(ApplicationSide.application_id, ApplicationSide.lead_person_id).where(
                ApplicationSide.application_id.in_(list(application_ids)),
                ApplicationSide.lead_person_id.is_not(None),
                ApplicationSide.declined_at.is_(None),
            )
        )
    ).all()
    whole = session.execute(
        scoped(select(Application.id, Application.lead_person_id).where(Application.id.in_(list(application_ids))))
    ).all()
    team = session.execute(
        scoped(
            select(ApplicationMember.application_id, ApplicationMember.person_id).where(
                ApplicationMember.application_id.in_(list(application_ids)),
                ApplicationMember.took_part_since.is_not(None),
            )
        )
    ).all()
    letters = session.execute(
        scoped(
            select(InvitedLetter.application_id, InvitedLetter.person_id).where(
                InvitedLetter.application_id.in_(list(application_ids)), InvitedLetter.came_at.is_not(None)
            )
        )
    ).all()
    pairs = {(row[0], row[1]) for row in (*leads, *whole, *team, *letters) if row[1] is not None}
    places = _places(session, definition, {person_id for _, person_id in pairs})
    found: dict[UUID, tuple[Place, ...]] = {}
    for application_id, person_id in sorted(pairs, key=str):
        found[application_id] = (*found.get(application_id, ()), places[person_id])
    answers = session.execute(
        scoped(select(Answer.application_id, Answer.value).where(Answer.application_id.in_(list(application_ids))))
    )
    given = [(row.application_id, row.value) for row in answers]
    given += [
        (each, value) for each, kept in stands(session, application_ids).items() for value in kept.answers.values()
    ]
    for application_id, value in given:
        named = addresses_in(value)
        if named:
            found[application_id] = (*found.get(application_id, ()), place_of((), named, ()))
    return found
