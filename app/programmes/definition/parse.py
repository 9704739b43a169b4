"""From a text or stored JSON to a `Definition`, or to all its mistakes at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace

from app.programmes.definition.consistency import find_contradictions
from app.programmes.definition.forms import EMPTY, read_questions, read_sections
from app.programmes.definition.judging import read_criteria, read_panels, read_scales
from app.programmes.definition.mistakes import DeclarationRefused, Mistake
from app.programmes.definition.moments import read_moment
from app.programmes.definition.reader import Reading, Table
from app.programmes.definition.sides import read_sides
from app.programmes.definition.tree import After, Area, Decision, Definition, EligibilityCheck
from app.programmes.definition.values import shown
from app.programmes.definition.vocabulary import DecisionModel, Overall
from app.workflow.vocabulary import Stage

SCHEMA = 1
LANGUAGES = ("en", "sv")
PREFIX = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def parse(text: str, source: str) -> Definition:
    """Read a declaration in TOML. `source` is the file's name for the messages. Raises DeclarationRefused."""
    return from_data(toml_tables(text, source), source)


def from_data(tables: Mapping[str, object], source: str) -> Definition:
    """Read what `to_data` wrote. Raises DeclarationRefused with every mistake."""
    reading = Reading(source)
    top = Table(tables, "", reading)
    if not _is_known_schema(top):
        raise DeclarationRefused(reading.mistakes)  # another schema may mean other things by the same keys
    definition = _read(top)
    top.close()
    find_contradictions(definition, reading)
    if reading.mistakes:
        raise DeclarationRefused(reading.mistakes)
    return replace(definition, unknowns=tuple(reading.unknowns))


def _is_known_schema(top: Table) -> bool:
    schema = top.find("schema", required=True, unknown=False, allowed=str(SCHEMA))
    is_known = type(schema) is int and schema == SCHEMA
    if schema is not None and not is_known:
        top.note("schema", f"{shown(schema)} is not a schema that is read here", str(SCHEMA))
    return is_known


def toml_tables(text: str, source: str) -> dict[str, object]:
    """The tables of a TOML text. Raises DeclarationRefused where it is not TOML."""
    try:
        return tomllib.loads(text)
    except ValueError as broken:  # also raised bare, for a number of thousands of digits
        wrong, _, place = str(broken).partition(" (at ")
        mistake = Mistake(source, place.rstrip(")") or "the text", f"this is not TOML: {wrong}", "TOML of version 1.0")
        raise DeclarationRefused([mistake]) from broken


def _read(top: Table) -> Definition:
    """The whole tree, in the order in which the keys are explained to those who write one."""
    areas = _read_areas(top)
    return Definition(
        key=top.key(),
        programme=top.key("programme"),
        reference_prefix=top.matching("reference_prefix", PREFIX, "capitals and digits joined by -, such as MKB-27"),
        year=top.integer("year", 1900, 2200, required=True, unknown=False) or 0,
        is_fictional=top.boolean("is_fictional", required=True),
        title=top.text("title", required=True) or EMPTY,
        summary=top.text("summary", required=True) or EMPTY,
        purpose=top.text("purpose", unknown=True),
        emphasis=top.text("emphasis", unknown=True),
        languages=top.words("languages", LANGUAGES),
        areas=areas,
        announced=read_moment(top, "announced"),
        opens=read_moment(top, "opens"),
        closes=read_moment(top, "closes"),
        grace_minutes=top.integer("grace_minutes", 0, 7 * 24 * 60),
        decision_by=top.day("decision_by"),
        sides=read_sides(top),
        years=top.integer("years", 1, 10),
        contingent_years=_read_years(top),
        gate=top.text("gate", unknown=True),
        max_awards=top.integer("max_awards", 1, 1000),
        stages=tuple(Stage(word) for word in top.words("stages", [str(stage) for stage in Stage])),
        eligibility=_read_eligibility(top),
        title_question=top.string("title_question", required=False),
        sections=read_sections(top),
        questions=read_questions(top, areas),
        scales=read_scales(top),
        criteria=read_criteria(top),
        panels=read_panels(top),
        overall=top.word("overall", Overall),
        review_terms=top.text("review_terms", unknown=True),
        decision=_read_decision(top),
        after=_read_after(top),
    )


def _read_areas(top: Table) -> tuple[Area, ...]:
    areas = []
    for table in top.tables("areas"):
        areas.append(Area(table.key(), table.text("title", required=True) or EMPTY))
        table.close()
    return tuple(areas)


def _read_years(top: Table) -> tuple[int, ...]:
    allowed = "a list of years of the project after the first, such as [2]"
    years = top.find("contingent_years", required=False, unknown=True, allowed=allowed)
    if years is None:
        return ()
    if isinstance(years, list) and all(type(year) is int and year > 1 for year in years):
        return tuple(years)
    top.note("contingent_years", "this is not a list of later years", allowed)
    return ()


def _read_eligibility(top: Table) -> tuple[EligibilityCheck, ...]:
    checks = []
    for table in top.tables("eligibility"):
        checks.append(EligibilityCheck(table.key(), table.text("title", required=True) or EMPTY, table.text("help")))
        table.close()
    return tuple(checks)


def _read_decision(top: Table) -> Decision | None:
    table = top.table("decision", "a table of model")
    if table is None:
        return None
    model = table.word("model", DecisionModel, required=True, unknown=False)
    table.close()
    return Decision(model) if model else None


def _read_after(top: Table) -> After | None:
    table = top.table("after", "a table of report and success")
    if table is None:
        return None
    after = After(report=table.text("report", unknown=True), success=table.text("success", unknown=True))
    table.close()
    return after
