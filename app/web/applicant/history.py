"""The history of an application, for its own team alone: who wrote what and when, and what differs between two versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.access import reach
from app.applications.models import Application
from app.applications.queries.history import FrozenRow, VersionRow, frozen_versions, values_at, versions_of
from app.applications.wording import Piece, differences
from app.extensions import db
from app.kernel.errors import NotFound
from app.kernel.money import Money, money_text
from app.policy.table import TEAM, may
from app.policy.vocabulary import Action
from app.programmes.definition import Definition
from app.programmes.kinds import answer_text
from app.programmes.queries import definition_by_version
from app.web.applicant.shown import bp
from app.web.applicant.standing import shown_title
from app.web.doors import Door, hang, here
from app.web.words import language, moment_text

MOST_MOMENTS = 60
team_of_application = hang(Door("application: those who apply", None, reach.application, "application_id"))


@dataclass(frozen=True)
class VersionText:
    """One version as the page shows it. `until` is empty for a version that was written at once."""

    number: int
    by: str
    since: str
    until: str
    text: str


@dataclass(frozen=True)
class AnswerText:
    """One answer, or one line of a budget, with its versions, the newest first."""

    key: str
    title: str
    versions: tuple[VersionText, ...]


@dataclass(frozen=True)
class Difference:
    """What differs under one title."""

    title: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Moment:
    """A state of the whole application that can be compared: what stood then."""

    name: str
    label: str
    values: Mapping[str, Any]


@bp.get("/applications/<uuid:application_id>/history")
@team_of_application
def history(application_id: UUID) -> ResponseReturnValue:
    """Every answer with its versions, one answer's differences, or those of the whole application."""
    found, acting = here(Application).thing, here(Application).acting
    reads = (
        may(Action.READ_DRAFT, acting, found.state) is None or may(Action.READ_APPLICATION, acting, found.state) is None
    )
    if acting.hats.isdisjoint(TEAM) or not reads:
        raise NotFound()
    work = db.session()
    definition = definition_by_version(work, found.call_version_id)
    versions = versions_of(work, found.id)
    answers = _answers(definition, versions)
    moments = _moments(definition, versions, frozen_versions(work, found.id))
    one = next((answer for answer in answers if answer.key == request.args.get("answer")), None)
    return render_template(
        "applicant/history.html",
        application_id=found.id,
        title=shown_title(found, definition),
        answers=answers,
        one=one,
        moments=moments,
        chosen=_chosen([version.number for version in one.versions]) if one else _chosen_moments(moments),
        differences=_of_one(one) if one else _of_all(definition, moments),
        is_compared="from" in request.args or one is not None,
    )


def _answers(definition: Definition, versions: Sequence[VersionRow]) -> tuple[AnswerText, ...]:
    """In the order of the form, budgets after the questions."""
    by_key: dict[str, list[VersionRow]] = {}
    for row in versions:
        by_key.setdefault(row.key, []).append(row)
    return tuple(
        AnswerText(key, title_of(definition, key), tuple(_version(definition, row) for row in reversed(by_key[key])))
        for key in _ordered(definition, by_key)
    )


def _ordered(definition: Definition, keys: Iterable[str]) -> list[str]:
    places = {question.key: place for place, question in enumerate(definition.questions)}
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))


def _version(definition: Definition, row: VersionRow) -> VersionText:
    since, until = moment_text(row.begun_at) or "", moment_text(row.at) or ""
    return VersionText(
        row.number, row.by_name, since, until if until != since else "", text_of(definition, row.key, row.value)
    )


def title_of(definition: Definition, key: str) -> str:
    """The question, or the side, year and cost of a line of a budget."""
    if not key.startswith("budget/"):
        question = next((each for each in definition.questions if each.key == key), None)
        return question.title.in_(language()) if question is not None else key
    _, side_key, year, cost = key.split("/", 3)
    side = next((each for each in definition.sides if each.key == side_key), None)
    costs = {each.key: each.title.in_(language()) for each in side.allowed_costs} if side else {}
    name = gettext("Budget of %(side)s, year %(year)s", side=side.short if side else side_key, year=year)
    return f"{name}, {costs.get(cost, cost)}" if cost else str(name)


def text_of(definition: Definition, key: str, value: Any) -> str:
    """What stood there, as one reads it; empty for nothing."""
    if value == "":
        return ""
    if key.startswith("budget/"):
        return money_text(Money(value["minor"], value["currency"]), language())
    question = next((each for each in definition.questions if each.key == key), None)
    return answer_text(question, value, language()) if question is not None else str(value)


def _moments(definition: Definition, versions: Sequence[VersionRow], frozen: Sequence[FrozenRow]) -> tuple[Moment, ...]:
    """The states that can be compared, the newest first: as it stands now, submitted versions, and after each writing."""
    found: dict[datetime, Moment] = {}
    written = {row.at: row for row in versions}
    for at in sorted(written)[-MOST_MOMENTS:]:
        label = gettext(
            "%(when)s, after %(person)s wrote: %(what)s",
            when=moment_text(at),
            person=written[at].by_name,
            what=title_of(definition, written[at].key),
        )
        found[at] = Moment(at.isoformat(), label, values_at(versions, at))
    for each in frozen:
        label = gettext(
            "Version %(number)s, submitted %(when)s", number=each.number, when=moment_text(each.submitted_at)
        )
        found[each.submitted_at] = Moment(f"version-{each.number}", label, each.values)
    now = Moment("now", gettext("As it stands now"), values_at(versions, None))
    return (now, *(found[at] for at in sorted(found, reverse=True)))


def _chosen(names: Sequence[Any]) -> tuple[str, str]:
    """Which two are compared: those that were asked for, else the newest and the one before."""
    known = [str(name) for name in names]
    newest = known[0] if known else ""
    before = known[1] if len(known) > 1 else newest
    start, end = request.args.get("from", ""), request.args.get("to", "")
    return start if start in known else before, end if end in known else newest


def _chosen_moments(moments: Sequence[Moment]) -> tuple[str, str]:
    """As for one answer; left to itself, the newest state and the last one that differs from it."""
    before = next((each.name for each in moments if each.values != moments[0].values), moments[0].name)
    return _chosen([moments[0].name, before, *(each.name for each in moments)])


def _of_one(one: AnswerText) -> tuple[Difference, ...]:
    texts = {str(version.number): version.text for version in one.versions}
    start, end = _chosen(list(texts))
    return (Difference(one.title, differences(texts.get(start, ""), texts.get(end, ""))),)


def _of_all(definition: Definition, moments: Sequence[Moment]) -> tuple[Difference, ...]:
    start, end = _chosen_moments(moments)
    values = {moment.name: moment.values for moment in moments}
    old, new = values[start], values[end]
    found = []
    for key in _ordered(definition, old.keys() | new.keys()):
        before, after = (text_of(definition, key, each.get(key, "")) for each in (old, new))
        if before != after:
            found.append(Difference(title_of(definition, key), differences(before, after)))
    return tuple(found)
