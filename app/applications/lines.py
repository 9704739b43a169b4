"""The lines of a side's budget as rows: read, and written where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import ApplicationSide, BudgetYear
from app.applications.tally import Line
from app.kernel.database import scoped
from app.kernel.money import Money


def lines_there(session: Session, side: ApplicationSide) -> Sequence[BudgetYear]:
    """The rows of a side that was reached, by year and cost."""
    found = select(BudgetYear).where(BudgetYear.application_side_id == side.id)
    return session.scalars(scoped(found.order_by(BudgetYear.year, BudgetYear.cost))).all()


def write_lines(
    session: Session, side: ApplicationSide, amounts: Mapping[Line, Money | None]
) -> dict[Line, int | None]:
    """Write what differs; returns the new minor units of each changed line."""
    rows = {(row.year, row.cost): row for row in lines_there(session, side)}
    changed: dict[Line, int | None] = {}
    for (year, cost), money in amounts.items():
        row = rows.get((year, cost))
        if (row.amount_minor if row else None) == (money.minor if money else None):
            continue
        changed[year, cost] = money.minor if money else None
        if money is None:
            session.delete(row)
        elif row is not None:
            row.amount_minor = money.minor
        else:
            session.add(
                BudgetYear(
                    application_side_id=side.id,
                    year=year,
                    cost=cost,
                    amount_minor=money.minor,
                    currency=money.currency,
                )
            )
    session.flush()
    return changed
