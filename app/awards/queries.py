"""Reading awards: amounts by side and year, each side in its own currency, never added across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.awards.models import Award, Tranche
from app.identities.models import Person
from app.kernel.database import scoped
from app.kernel.money import Money, sum_of
from app.programmes.definition import Definition, Side
from app.programmes.kinds import Text
from app.programmes.queries import definition_by_version


@dataclass(frozen=True)
class AwardYear:
    """One side's money for one year: what is paid, and how much of it lies on top of the direct costs. A gated year
    without `released_at` is held back."""

    year: int
    amount: Money
    is_gated: bool
    released_at: datetime | None
    released_by: str | None
    reason: str | None
    indirect: Money | None = None

    @property
    def is_held(self) -> bool:
        return self.released_at is None


@dataclass(frozen=True)
class AwardSide:
    """What one side pays in all and year by year, in its own currency."""

    key: str
    name: str
    short: str
    total: Money
    years: tuple[AwardYear, ...]

    @property
    def is_holding(self) -> bool:
        """Whether a year waits behind its gate."""
        return any(year.is_held for year in self.years)


@dataclass(frozen=True)
class AwardView:
    """An award as its page shows it. `gate` and `disposal_end` are as the call declares them."""

    at: datetime
    sides: tuple[AwardSide, ...]
    gate: Text | None
    disposal_end: date | None = None


def award_of(session: Session, application_id: UUID) -> AwardView | None:
    """The award of an application, or None. The sides stand in the order of the call."""
    return awards_of(session, [application_id]).get(application_id)


def awards_of(session: Session, application_ids: Sequence[UUID]) -> dict[UUID, AwardView]:
    """The awards of these applications, where there are any."""
    rows = session.execute(
        scoped(
            select(Award, Application.call_version_id)
            .join(Application, Application.id == Award.application_id)
            .where(Award.application_id.in_(application_ids))
        )
    ).all()
    tranches: dict[UUID, dict[str, list[AwardYear]]] = {award.id: {} for award, _ in rows}
    for tranche, name in session.execute(
        scoped(
            select(Tranche, Person.name)
            .outerjoin(Person, Person.id == Tranche.released_by)
            .where(Tranche.award_id.in_(tranches))
            .order_by(Tranche.year)
        )
    ):
        tranches[tranche.award_id].setdefault(tranche.side_key, []).append(_year(tranche, name))
    found: dict[UUID, AwardView] = {}
    for award, version_id in rows:
        definition = definition_by_version(session, version_id)
        found[award.application_id] = AwardView(
            award.at, _sides(definition, tranches[award.id]), definition.gate, definition.disposal_end
        )
    return found


def _year(tranche: Tranche, released_by: str | None) -> AwardYear:
    return AwardYear(
        tranche.year,
        Money(tranche.amount_minor, tranche.currency),
        tranche.is_gated,
        tranche.released_at,
        released_by,
        tranche.release_reason,
        Money(tranche.indirect_minor, tranche.currency) if tranche.indirect_minor else None,
    )


def _sides(definition: Definition, years: dict[str, list[AwardYear]]) -> tuple[AwardSide, ...]:
    return tuple(_side(side, years[side.key]) for side in definition.sides if side.key in years)


def _side(side: Side, years: list[AwardYear]) -> AwardSide:
    total = sum_of((year.amount for year in years), years[0].amount.currency)
    return AwardSide(side.key, side.name, side.short, total, tuple(years))
