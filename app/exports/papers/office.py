"""The paper for a partner's sponsored-programs office: the project, one side's part, the terms, and where to sign.

It is read by people without access here, in the partner's own language and on the clocks of that side. It asks for
nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.applications.parts import Part
from app.communications.instants import day_text, instant_text
from app.exports.papers import words as w
from app.exports.papers.content import Reading, confirmed_words, sum_rows
from app.exports.papers.markdown import broken
from app.programmes.definition import Definition


@dataclass(frozen=True)
class OfficePaper:
    """What is told. `rules` are the sentences of the budget's form, `meaning` those of the page that asks to confirm."""

    title: str
    definition: Definition
    parts: Sequence[Part]
    own: Part
    deadlines: Sequence[tuple[str, datetime]]
    rules: Sequence[str]
    meaning: Sequence[str]


def office_data(paper: OfficePaper, reading: Reading) -> dict[str, Any]:
    """What the template `office.typ` is given."""
    say, side = reading.say, paper.own.side
    return {
        "lang": reading.locale[:2],
        "title": paper.title or say(w.UNTITLED),
        "running": say(w.OFFICE),
        "call": paper.definition.title.in_(reading.locale),
        "page": say(w.PAGE),
        "parts": [
            _part(say(w.PROJECT), facts=_project(paper, reading)),
            _part(say(w.LEADS), facts=[[part.side.name, _person(part, reading)] for part in paper.parts]),
            _money(paper, reading),
            *([terms] if (terms := _terms(paper, reading)) else []),
            _part(say(w.MEANING), points=list(paper.meaning)),
        ],
        "signatures": {
            "title": say(w.SIGNATURES),
            "note": say(w.SIGN_NOTE),
            "labels": [say(w.NAME_LINE), say(w.SIGN_LINE), say(w.DATE_LINE)],
            "people": [
                {"title": say(w.PI, side=side.name), "name": paper.own.confirmed_as or paper.own.name},
                {"title": say(w.OFFICIAL, side=side.name), "name": ""},
            ],
        },
    }


def _part(
    title: str,
    *,
    facts: Sequence[Sequence[str]] = (),
    table: dict[str, Any] | None = None,
    texts: Sequence[str] = (),
    points: Sequence[str] = (),
) -> dict[str, Any]:
    return {"title": title, "facts": list(facts), "table": table, "texts": list(texts), "points": list(points)}


def _project(paper: OfficePaper, reading: Reading) -> list[list[str]]:
    zone = paper.own.side.zone
    told = [[title, instant_text(at, zone, reading.locale)] for title, at in paper.deadlines]
    return [[reading.say(w.CALL), paper.definition.title.in_(reading.locale)], *told]


def _person(part: Part, reading: Reading) -> str:
    if not part.name:
        return reading.say(w.NOBODY)
    return "\n".join(filter(None, (part.name, part.institution, broken(part.address))))


def _money(paper: OfficePaper, reading: Reading) -> dict[str, Any]:
    """The own part: who leads it, whether it is confirmed, its budget with its sums, and the rules for it."""
    own, say = paper.own, reading.say
    confirmed = confirmed_words(own, reading, own.side.zone) or say(w.NOT_CONFIRMED)
    table = sum_rows(own.tally, [(cost.key, cost.title) for cost in own.side.allowed_costs], reading)
    empty = [] if table else [say(w.NO_BUDGET if own.side.pays else w.PAYS_NOTHING)]
    facts = [[say(w.LEAD), own.name], [say(w.STATUS), confirmed]]
    return _part(say(w.MY_PART, side=own.side.name), facts=facts, table=table, texts=empty, points=paper.rules)


def _terms(paper: OfficePaper, reading: Reading) -> dict[str, Any] | None:
    """The call's own texts on money, gates and reports, and the dates that it fixes."""
    call, side, say = paper.definition, paper.own.side, reading.say
    points = []
    if call.contingent_years:
        years = ", ".join(str(year) for year in call.contingent_years)
        points.append(say(w.CONTINGENT, years=years))
    after = call.after
    texts = (
        (w.GATE, call.gate),
        (w.SOURCE, side.source_of_funds),
        (w.REPORTS, after.report if after else None),
        (w.SUCCESS, after.success if after else None),
    )
    points += [say(label, text=text.in_(reading.locale)) for label, text in texts if text is not None]
    if call.disposal_end is not None:
        points.append(say(w.USABLE_UNTIL, day=day_text(call.disposal_end, reading.locale)))
    if len(paper.parts) > 1:
        points.append(say(w.OWN_CURRENCY))
    return _part(say(w.TERMS), points=points) if points else None
