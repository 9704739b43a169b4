"""The list of calls: facets and a free text as a plain form, links with counts, and words where nothing is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from app.extensions import db
from app.kernel.words import N_
from app.programmes import queries
from app.programmes.deadlines import Standing, standing
from app.programmes.definition import ProgrammeKind
from app.programmes.definition.keys.words import name_of
from app.programmes.finding import FACETS, Entry, Found, Wish, entry_of, find, wish_of
from app.programmes.partnerships import cooperations
from app.programmes.queries import PublicCall
from app.web.doors import now, public
from app.web.public.views import STATUSES, bp, places
from app.web.shared import shared
from app.web.words import deadline_text, language, relative_minutes, zone_name

LABELS = {
    "status": N_("Status"),
    "side": N_("Institution"),
    "programme": N_("Programme"),
    "kind": N_("Kind"),
    "year": N_("Year"),
    "area": N_("Area"),
}
ANY = {
    "status": N_("Any status"),
    "side": N_("Any institution"),
    "programme": N_("Any programme"),
    "kind": N_("Any kind"),
    "year": N_("Any year"),
    "area": N_("Any area"),
}
SHOWN_FIRST = (Standing.OPEN, Standing.ANNOUNCED, Standing.FORECAST, Standing.CLOSED, Standing.DECIDED)


@dataclass(frozen=True)
class Choice:
    """One value of a facet: its words and how many calls it leaves; a status has a link of its own as well."""

    value: str
    label: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A facet with its values."""

    name: str
    label: str
    any_label: str
    choices: tuple[Choice, ...]
    chosen: str


@bp.get("/")
@public
@shared
def home() -> ResponseReturnValue:
    """All calls that the public may see, those that can be applied for first."""
    wish, at = wish_of(request.args), now()
    rows = queries.public_rows(db.session(), at)
    found = find(wish, entries_of(rows, at))
    by_key = {row.key: row for row in rows}
    return render_template(
        "public/home.html",
        cards=cards_html(((by_key[entry.key], entry.standing) for entry in in_order(found)), at),
        facets=facets(wish, found),
        wish=wish,
        total=len(rows),
        alert_form=_alert_form(wish, language()),
    )


@lru_cache(maxsize=128)
def _alert_form(wish: Wish, _language: str) -> Markup:
    """The form to be told by mail; it is the same for everybody who looks for the same."""
    page = current_app.jinja_env.get_template("public/_alert_form.html").render(wish=wish)
    return Markup(page)  # noqa: S704  # a template's own output, escaped there


def entries_of(rows: Iterable[PublicCall], at: datetime) -> list[Entry]:
    """Calls as they are looked for."""
    programmes = cooperations().programmes
    return [
        entry_of(row.sha256, row.definition, programmes.get(row.definition.programme), standing(row, at))
        for row in rows
    ]


def in_order(found: Found) -> list[Entry]:
    """What can be applied for first; within a status the newest year first, and in it the latest deadline."""
    newest = sorted(found.entries, key=lambda entry: "".join(entry.values("year")), reverse=True)
    return sorted(newest, key=lambda entry: SHOWN_FIRST.index(entry.standing))


def facets(wish: Wish, found: Found) -> tuple[Facet, ...]:
    """Every facet in which there is a choice, or in which something is chosen."""
    made = []
    for name in FACETS:
        chosen = getattr(wish, name)
        counts = dict(found.counts[name])
        if chosen:
            counts.setdefault(chosen, 0)
        labels = value_labels(name, counts, found.entries)
        order = sorted(counts, key=lambda value, name=name, labels=labels: _place(name, value, labels[value]))  # type: ignore[misc]  # bound now
        choices = tuple(
            Choice(
                value,
                labels[value],
                counts[value],
                address(replace(wish, **{name: value})) if name == "status" else "",
                value == chosen,
            )
            for value in order
        )
        if choices:
            made.append(Facet(name, gettext(LABELS[name]), gettext(ANY[name]), choices, chosen))
    return tuple(made)


def address(wish: Wish) -> str:
    """The list's own address with everything chosen."""
    return f"{url_for('public.home')}?{urlencode(wish.as_dict())}"


def _place(name: str, value: str, label: str) -> tuple[object, ...]:
    if name == "status":
        return (SHOWN_FIRST.index(Standing(value)) if value in set(SHOWN_FIRST) else len(SHOWN_FIRST),)
    return (-int(value) if name == "year" and value.isdecimal() else 0, label.casefold())


def value_labels(name: str, values: Iterable[str], entries: Iterable[Entry]) -> Mapping[str, str]:
    """What people call the values of a facet; a value that nothing has stands as it was typed."""
    areas = {}
    if name == "area":
        titles = {area.key: area.title for declared in {entry.areas for entry in entries} for area in declared}
        areas = {key: title.in_(language()) for key, title in titles.items()}
    return {value: _label(name, value, areas) for value in values}


def _label(name: str, value: str, areas: Mapping[str, str]) -> str:
    if name == "status" and value in set(Standing):
        return str(gettext(STATUSES[Standing(value)][0]))
    if name == "kind" and value in set(ProgrammeKind):
        return name_of(ProgrammeKind, value).in_(language())
    if name == "programme" and value in cooperations().programmes:
        return cooperations().programmes[value].title.in_(language())
    return areas.get(value, value)


def cards_html(rows: Iterable[tuple[PublicCall, Standing]], at: datetime) -> list[Markup]:
    """Calls as the list shows them. When one call changes, the others are not written anew."""
    locale, zone, cards = language(), zone_name(), []
    for row, stands in rows:
        minutes = round((row.due - at).total_seconds() / 60) if row.due else 0
        cards.append(_card_html(row, stands, relative_minutes(minutes, locale), locale, zone))
    return cards


@lru_cache(maxsize=1024)
def _card_html(row: PublicCall, stands: Standing, _relative: str, _language: str, _zone: str) -> Markup:
    call, (words, tone) = row.definition, STATUSES[stands]
    page = current_app.jinja_env.get_template("public/_call_card.html").render(
        key=call.key,
        title=call.title.in_(language()),
        summary=call.summary.in_(language()),
        sides=[side.name for side in call.sides],
        is_fictional=call.is_fictional,
        status_words=gettext(words),
        tone=tone,
        deadline=deadline_text(row.due, places(call)) if row.due else None,
        stated=call.closes.stated if call.closes else "",
        href=url_for("public.call", key=call.key),
    )
    return Markup(page)  # noqa: S704  # a template's own output, escaped there
