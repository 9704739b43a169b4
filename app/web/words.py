"""What people read: problems, instants, deadlines and money in the language and zone of whoever looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name
from flask import current_app, g
from flask_babel import get_locale, gettext

from app.applications.parts import ByMail
from app.kernel.errors import Problem
from app.kernel.money import Money, money_text
from app.kernel.words import N_, Said, Word
from app.web.markdown import markdown


def language() -> str:
    """The language of this answer: en or sv."""
    if not g:
        return str(get_locale() or "en")[:2]
    kept: str | None = g.get("language")
    if kept is None:
        kept = g.language = str(get_locale() or "en")[:2]
    return kept


def zone_name() -> str:
    """The zone of whoever looks."""
    from app.web.doors import viewer_or_none

    who = viewer_or_none()
    return who.zone if who is not None else "Europe/Stockholm"


def moment_text(at: datetime | None, zone: str | None = None) -> str | None:
    """An instant with its zone, e.g. «1 Apr 2027, 14:00 CEST»; None stays None."""
    if at is None:
        return None
    place = ZoneInfo(zone or zone_name())
    return _moment(at, place, language())


@lru_cache(maxsize=4096)
def _moment(at: datetime, place: ZoneInfo, locale: str) -> str:
    local = at.astimezone(place)
    text = format_datetime(local, "d MMM y, HH:mm", locale=locale)
    return f"{text} {get_timezone_name(local, 'short', locale='en_US' if 'America' in place.key else 'en_GB')}"


def date_text(at: datetime | None, zone: str | None = None) -> str | None:
    """The day of an instant in a zone."""
    return (
        None
        if at is None
        else format_datetime(at.astimezone(ZoneInfo(zone or zone_name())), "d MMM y", locale=language())
    )


def relative_text(at: datetime, now: datetime) -> str:
    """How far away an instant is: «in 6 days»."""
    return relative_minutes(round((at - now).total_seconds() / 60), language())


@lru_cache(maxsize=4096)
def relative_minutes(minutes: int, locale: str) -> str:
    """The same for a number of minutes, in a language; many rows of a list ask for it."""
    return str(format_timedelta(timedelta(minutes=minutes), add_direction=True, locale=locale))


def amount_of(money: Money) -> str:
    """Money as it is shown in this language."""
    return money_text(money, language())


ENGLISH = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")


def typed_amount(text: str) -> str:
    """An amount as it was typed. On an English page `50,000` is written as the page itself writes it, so the comma
    groups thousands; on a Swedish page the same text is ambiguous, and is asked back."""
    bare = text.strip()
    return bare.replace(",", " ") if language() == "en" and ENGLISH.fullmatch(bare) else text


def typed_by_year(form: Mapping[str, str], start: str) -> dict[int, str]:
    """The amounts of a form by year, from the fields whose names begin with `start`."""
    years = {name: name.removeprefix(start) for name in form if name.startswith(start)}
    return {int(year): typed_amount(form[name]) for name, year in years.items() if year.isdecimal() and len(year) < 3}


def calendar_day(day: date) -> str:
    """A date without a clock, which is the same in every zone."""
    return str(format_date(day, "d MMM y", locale=language()))


def shown(value: object) -> str:
    """A value inside a message, in this language."""
    if isinstance(value, Money):
        return amount_of(value)
    if isinstance(value, datetime):
        return moment_text(value) or ""
    if isinstance(value, date):
        return calendar_day(value)
    if isinstance(value, Said):
        return value.through(gettext)
    in_language = getattr(value, "in_", None)
    if callable(in_language):
        return str(in_language(language()))
    if isinstance(value, Problem):
        return problem_text(value).text
    return gettext(value) if isinstance(value, Word) else str(value)


@dataclass(frozen=True)
class ProblemText:
    """A problem as a page shows it: rule, who can lift it, which side, since and until when, and where to mend it."""

    text: str
    href: str | None = None
    field: str | None = None
    holder: str | None = None
    side: str | None = None
    since: str | None = None
    until: str | None = None


def problem_text(problem: Problem, page: str = "") -> ProblemText:
    """Translate a problem; its field becomes a link to the place on `page`."""
    message = gettext(problem.message)
    if problem.values:
        message = message % {key: shown(value) for key, value in problem.values.items()}
    return ProblemText(
        message,
        f"{page}#{problem.field}" if problem.field else None,
        problem.field,
        _holders(problem.holder),
        problem.side,
        moment_text(problem.since),
        moment_text(problem.until),
    )


def problem_texts(problems: Iterable[Problem], page: str = "") -> tuple[ProblemText, ...]:
    """Translate several problems."""
    return tuple(problem_text(problem, page) for problem in problems)


def by_field(problems: Iterable[ProblemText]) -> dict[str, tuple[str, ...]]:
    """The texts of problems under the field they belong to."""
    fields: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        if problem.field:
            fields[problem.field] = (*fields.get(problem.field, ()), problem.text)
    return fields


HATS = {
    "lead_applicant": N_("the lead applicant"),
    "side_lead": N_("the partner who leads the side"),
    "member": N_("the team"),
    "commenter": N_("whoever comments for the team"),
    "co_editor": N_("whoever edits for the team"),
    "side_editor": N_("whoever edits for the side"),
    "co_submitter": N_("whoever submits for the team"),
    "approver": N_("whoever is asked to approve"),
    "reviewer": N_("the reviewer"),
    "chair": N_("the chair of the panel"),
    "coordinator": N_("the coordinator"),
    "administrator": N_("the administrator"),
    "system": N_("Tandem itself, when its time has come"),
}


def _holders(holder: str | None) -> str | None:
    if holder is None:
        return None
    if isinstance(holder, Word):
        return str(gettext(holder))
    return ", ".join(gettext(HATS[word]) if word in HATS else word for word in holder.split(", "))


def by_mail_text(mail: ByMail) -> str:
    """A yes that came by mail, said as what it is."""
    return str(
        gettext(
            "Confirmed by mail from %(writer)s of %(day)s, recorded by %(recorder)s on %(when)s; the mail is attached.",
            writer=mail.written_by,
            day=calendar_day(mail.written_on),
            recorder=mail.recorded_by,
            when=moment_text(mail.recorded_at),
        )
    )


@dataclass(frozen=True)
class DeadlineText:
    """One instant in the zone of each side and of the viewer."""

    zones: tuple[tuple[str, str], ...]
    relative: str
    passed: bool


def deadline_text(at: datetime, places: Iterable[tuple[str, str]]) -> DeadlineText:
    """`places` are (name, zone) of the sides; the viewer's own zone is added when it is another."""
    known = list(places)
    if zone_name() not in {zone for _, zone in known}:
        known.append((gettext("Your time"), zone_name()))
    zones = tuple((name, moment_text(at, zone) or "") for name, zone in known)
    return DeadlineText(zones, relative_text(at, g.arrived), at < g.arrived)


def languages_text(languages: Sequence[str]) -> str:
    """The languages that a call prefers, in words; it can demand none of them."""
    names = {"en": gettext("English"), "sv": gettext("Swedish")}
    if not languages:
        return str(gettext("Write in English or in Swedish, as you prefer."))
    named = ", ".join(names[each] for each in languages)
    if "sv" in languages:
        return str(gettext("Preferred: %(languages)s. You may always write in Swedish.", languages=named))
    return str(gettext("%(languages)s is preferred; Swedish is always accepted.", languages=named))


def template_words() -> dict[str, Any]:
    """What every template may call."""
    return {
        "moment": moment_text,
        "day": date_text,
        "money_words": amount_of,
        "by_mail_words": by_mail_text,
        "markdown": markdown,
        "languages_words": languages_text,
        "locale": language(),
        "product": current_app.name and "Tandem",
    }
