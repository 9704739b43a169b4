"""Fills what a declaration leaves unknown with values that are clearly invented, so that a call can be run in a test.

Nothing here is a fact about a real call, and nothing of it stands in the catalogue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from app.programmes.definition import Definition, from_data, to_data

ZONE = "Europe/Stockholm"
Data = dict[str, Any]


def both(text: str) -> Data:
    """An invented text in both languages."""
    return {"en": f"Invented: {text}", "sv": f"Påhittat: {text}"}


def moment(day: dt.date | str, time: str = "14:00:00") -> Data:
    return {"date": str(day), "time": time, "zone": ZONE}


def filled(definition: Definition) -> Definition:
    """The same call with everything known: what was a marked unknown is invented, and it could be announced."""
    data = _without_unknowns(to_data(definition))
    _fill_texts(data)
    _fill_sides(data)
    _fill_review(data)
    _fill_form(data)
    _fill_dates(data)
    return from_data(data, "filled")


def _without_unknowns(data: Data) -> Data:
    """The declaration without its marks."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: cleaned(each) for key, each in value.items() if not _is_mark(each)}
        return [cleaned(each) for each in value] if isinstance(value, list) else value

    found: Data = cleaned(data)
    return found


def _is_mark(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"unknown"}


def _fill_texts(data: Data) -> None:
    data["title"] = {
        key: f"{text} ({'påhittad' if key == 'sv' else 'invented'})" for key, text in data["title"].items()
    }
    data["is_fictional"] = True
    data.setdefault("year", 2030)
    data.setdefault("review_terms", both("read in confidence"))
    data.setdefault("max_awards", 3)
    data.setdefault("years", 1)
    if data.get("contingent_years"):
        data.setdefault("gate", both("progress"))


def _fill_sides(data: Data) -> None:
    for side in data["sides"]:
        side["institution"].setdefault("country", "NO")
        side["institution"].setdefault("zone", "Europe/Oslo")
        if side.get("pays", True):
            side.setdefault(
                "currency", {"US": "USD", "DE": "EUR", "NO": "NOK"}.get(side["institution"]["country"], "SEK")
            )
            side.setdefault("overhead", "inside")
            side.setdefault("cap_total", side.get("cap_per_year", 90_000) * data["years"])


def _fill_review(data: Data) -> None:
    data.setdefault("stages", ["eligibility", "review"])
    data.setdefault("eligibility", [{"key": "complete", "title": both("it is complete")}])
    data.setdefault("scales", [{"key": "invented", "low": 1, "high": 5, "best": "high"}])
    scale = data["scales"][0]["key"]
    data.setdefault("criteria", [{"key": "quality", "title": both("quality")}])
    for criterion in data["criteria"]:
        if criterion["key"] == "feasibility":
            criterion.setdefault("threshold", 2)
    made = [{"key": f"{side['key']}-panel", "title": both("panel"), "side": side["key"]} for side in data["sides"]]
    for panel in data.setdefault("panels", made):
        panel.setdefault("scale", scale)
        panel.setdefault("min_reviews", 1)
    data.setdefault("overall", {"how": "entered"})
    data.setdefault("decision", {"model": "both_recommend"})


def _fill_form(data: Data) -> None:
    sections = data.setdefault("sections", [{"key": "project", "title": both("project"), "owner": "shared"}])
    budgets = {section["owner"] for section in sections if section.get("budget")}
    for side in data["sides"]:
        if side.get("pays", True) and side["key"] not in budgets:
            key = f"{side['key']}-money"
            sections.append({"key": key, "title": both("budget"), "owner": side["key"], "budget": True})
    questions = data.setdefault("questions", [])
    first = next(section["key"] for section in sections if section["owner"] == "shared")
    if "title_question" not in data:
        data["title_question"] = "invented_title"
        title = {"key": "invented_title", "section": first, "kind": "short_text", "required": True, "max_chars": 150}
        questions.insert(0, title | {"title": both("title")})
    if len(questions) == 1:
        questions.append({"key": "invented_plan", "section": first, "kind": "long_text", "title": both("plan")})
    for question in questions:
        if not question.get("criteria"):
            question.setdefault("used_for", ["reviewers"])


def _fill_dates(data: Data) -> None:
    """Opened in January of its year and closed in June, but for what is known."""
    known = data.setdefault("closes", {})
    ends = dt.date.fromisoformat(data["event"]["begins"]) if "event" in data else None
    known.setdefault("date", f"{data['year']}-06-03" if ends is None else (ends - dt.timedelta(90)).isoformat())
    known.setdefault("time", "14:00:00")
    known.setdefault("zone", ZONE)
    closes = dt.date.fromisoformat(known["date"])
    data.setdefault("announced", moment(closes - dt.timedelta(100)))
    data.setdefault("opens", moment(closes - dt.timedelta(90)))
    data.setdefault("grace_minutes", 0)
    data.setdefault("decision_by", (closes + dt.timedelta(120)).isoformat())
