"""Dates: every instant in the zone of each side, of the reader and in UTC, and what is said of the hours around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flask_babel import gettext, ngettext

from app.programmes.definition import Definition, Moment, Side
from app.programmes.definition.clocks import odd_hours
from app.programmes.queries import PublicCall
from app.web.public.telling.blocks import Fact, Sheet, Told, known, words
from app.web.words import calendar_day, moment_text, zone_name


def sheets(call: Definition, row: PublicCall) -> Iterator[Sheet]:
    """All dates of the call, then those of single sides."""
    facts = [
        *_moment(call, "announced", gettext("Announced"), row.visible_at, call.announced),
        *_moment(call, "opens", gettext("Opens"), row.opens_at, call.opens),
        *_outline(call),
        *_moment(call, "closes", gettext("Closes"), row.closes_at, call.closes),
        *known(call, "decision_by", gettext("Decision no later than"), _day(call.decision_by)),
        *known(call, "disposal_end", gettext("Money can be used until"), _day(call.disposal_end)),
    ]
    yield Sheet("dates", gettext("Dates"), facts=tuple(facts), notes=(*_grace(call), *_odd_weeks(call, row)))
    own = tuple(fact for side in call.sides for fact in _internal(call, side))
    lede = (gettext("Some sides want their part earlier than the joint deadline."),)
    yield Sheet("internal", gettext("Dates of single sides"), texts=lede if own else (), facts=own)


def zones(call: Definition) -> tuple[tuple[str, str], ...]:
    """Whose clocks are shown: each zone once with the sides in it, then the reader's, then UTC."""
    places: dict[str, list[str]] = {}
    for side in call.sides:
        places.setdefault(side.zone, []).append(side.short)
    shown = [(", ".join(names), zone) for zone, names in places.items()]
    if zone_name() not in places:
        shown.append((gettext("Your time"), zone_name()))
    return (*shown, ("UTC", "UTC"))


def in_every_zone(call: Definition, at: dt.datetime) -> tuple[str, ...]:
    """One instant, a line for each zone."""
    return tuple(f"{name}: {moment_text(at, zone)}" for name, zone in zones(call))


def _moment(call: Definition, key: str, name: str, at: dt.datetime | None, moment: Moment | None) -> tuple[Fact, ...]:
    if at is not None:
        return (Fact(name, Told(lines=in_every_zone(call, at))),)
    if moment is None:
        return known(call, key, name)
    reasons = dict.fromkeys(call.why_unknown(f"{key}.{part}") or "" for part in ("date", "time", "zone"))
    return (Fact(name, Told(moment.stated, " ".join(filter(None, reasons)))),)


def _outline(call: Definition) -> Iterator[Fact]:
    if call.outline is None:
        return
    closes, decided = call.outline.closes, call.outline.decision_by
    instant = closes.instant if closes else None
    yield from _moment(call, "outline.closes", gettext("Outlines close"), instant, closes)
    if decided is not None:
        name = gettext("Answer to outlines no later than")
        yield from _moment(call, "outline.decision_by", name, decided.instant, decided)


def _day(day: dt.date | None) -> str:
    return calendar_day(day) if day else ""


def _grace(call: Definition) -> Iterator[str]:
    if call.grace_minutes is None:
        why = call.why_unknown("grace_minutes")
        if why:
            yield gettext("Whether anything is taken after the deadline is not known: %(why)s", why=why)
    elif call.grace_minutes == 0:
        yield gettext("There is no grace: what has not been submitted at the deadline is not received.")
    else:
        yield ngettext(
            "A form that was open at the deadline may be finished within %(num)d minute. Nothing new can be begun then.",
            "A form that was open at the deadline may be finished within %(num)d minutes. Nothing new can be begun then.",
            call.grace_minutes,
        )


def _odd_weeks(call: Definition, row: PublicCall) -> Iterator[str]:
    """Instants in the weeks in which one side alone has changed its clocks."""
    outline = call.outline.closes.instant if call.outline and call.outline.closes else None
    instants = (
        (gettext("Opens"), row.opens_at),
        (gettext("Outlines close"), outline),
        (gettext("Closes"), row.closes_at),
    )
    for name, at in instants:
        for side in call.sides:
            odd = odd_hours(call.lead_side.zone, side.zone, at) if at is not None else None
            if odd is not None:
                yield gettext(
                    "%(date)s: mind the clocks. That week %(side)s is %(then)s hours from %(lead)s instead of %(usual)s, "
                    "because one of them alone has changed its clocks.",
                    date=name,
                    side=side.short,
                    lead=call.lead_side.short,
                    then=odd.then,
                    usual=odd.usual,
                )


def _internal(call: Definition, side: Side) -> Iterator[Fact]:
    for own in side.internal_deadlines:
        name = f"{side.short}: {words(own.title)}"
        at = own.moment.instant
        lines = in_every_zone(call, at) if at else ()
        yield Fact(name, Told("" if lines else own.moment.stated, lines=(*lines, _force(own.hard, own.grace_minutes))))


def _force(hard: bool, grace_minutes: int) -> str:
    if not hard:
        return str(gettext("A reminder; the side’s part can still be sent later."))
    if not grace_minutes:
        return str(gettext("The side’s part closes then."))
    return str(
        ngettext(
            "The side’s part closes then, with %(num)d minute of grace.",
            "The side’s part closes then, with %(num)d minutes of grace.",
            grace_minutes,
        )
    )
