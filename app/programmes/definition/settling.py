"""What follows from the values of single entries: defaults that stand elsewhere, and rules within one entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.kernel.words import N_, say
from app.programmes.definition.mistakes import listed
from app.programmes.definition.reader import Reading
from app.programmes.definition.scales import settle_scale
from app.programmes.definition.tree import Definition, Grade, Scale, Side
from app.programmes.definition.vocabulary import JOINT, SHARED, Formula, Overall, Overhead
from app.programmes.kinds import KINDS, SETTINGS, Option, Question, QuestionKind

MONEY_KEYS = (
    "currency",
    "cap_per_year",
    "cap_total",
    "least_total",
    "caps_when",
    "overhead",
    "overhead_percent",
    "allowed_costs",
    "refused_costs",
    "source_of_funds",
)
Raw = Mapping[str, object]


def settle(call: Definition, tables: Raw, reading: Reading) -> Definition:
    """The declaration with every default in its place."""
    _check_leads(call, tables, reading)
    return replace(
        call,
        sides=tuple(
            _side(each, raw, f"sides[{place}]", call, reading)
            for place, each, raw in _with(call.sides, tables, "sides")
        ),
        scales=tuple(
            _scale(each, raw, f"scales[{place}]", reading) for place, each, raw in _with(call.scales, tables, "scales")
        ),
        questions=tuple(
            _question(each, raw, f"questions[{place}]", call, reading)
            for place, each, raw in _with(call.questions, tables, "questions")
        ),
        overall=_grade(call.overall, reading) if call.overall else None,
    )


def _with(entries: Sequence[Any], tables: Raw, key: str) -> list[tuple[int, Any, Raw]]:
    """Entries beside what was written; a list that could not be read at all has none."""
    raw = tables.get(key)
    given = raw if isinstance(raw, list) and len(raw) == len(entries) else []
    return [(place, entry, table) for place, (entry, table) in enumerate(zip(entries, given, strict=False))]


def _check_leads(call: Definition, tables: Raw, reading: Reading) -> None:
    leads = sum(side.lead for side in call.sides)
    if tables.get("sides") == []:
        reading.note("sides", N_("a call needs a side"), N_("at least one side"))
    elif call.sides and leads != 1:
        reading.note(
            "sides",
            say(N_("%(leads)s of the %(count)s sides lead"), leads=leads, count=len(call.sides))
            if leads
            else say(N_("none of the %(count)s sides lead"), count=len(call.sides)),
            N_("lead = true for exactly one side"),
        )


def _zone_of_the_lead(call: Definition) -> str:
    """In which a side's deadlines are shown while no source tells where the side is."""
    return next((each.zone or each.institution.zone for each in call.sides if each.lead), "")


def _side(side: Side, raw: Raw, path: str, call: Definition, reading: Reading) -> Side:
    if side.key in (SHARED, JOINT):
        allowed: str = say(N_("any key but %(shared)s and %(joint)s"), shared=SHARED, joint=JOINT)
        reading.note(f"{path}.key", say(N_("“%(key)s” has a meaning of its own"), key=side.key), allowed)
    given = [key for key in MONEY_KEYS if key in raw]
    if not side.pays and given:
        allowed = say(N_("pays = true, or none of %(keys)s"), keys=", ".join(MONEY_KEYS))
        reading.note(f"{path}.pays", say(N_("a side that does not pay has no %(given)s"), given=given[0]), allowed)
    if side.cap_per_year and side.cap_total and side.cap_total.minor < side.cap_per_year.minor:
        wrong: str = N_("the cap in total is below the cap per year")
        reading.note(f"{path}.cap_total", wrong, N_("at least the value of cap_per_year"))
    if side.least_total and side.cap_total and side.least_total.minor > side.cap_total.minor:
        reading.note(f"{path}.least_total", N_("it is above the cap in total"), N_("at most the value of cap_total"))
    if side.overhead is Overhead.ON_TOP and "overhead_percent" not in raw:
        reading.note(
            f"{path}.overhead_percent",
            N_("overhead on top needs its rate"),
            N_("per cent of the direct costs, such as 25"),
        )
    if side.overhead is not Overhead.ON_TOP and side.overhead_percent is not None:
        wrong = N_("a rate means nothing unless overhead is on_top")
        reading.note(f"{path}.overhead_percent", wrong, N_("overhead = “on_top”, or no rate"))
    for place, asked in enumerate(side.participants):
        if asked.maximum is not None and asked.maximum < asked.minimum:
            wrong = say(
                N_("%(maximum)s is below the minimum %(minimum)s"), maximum=asked.maximum, minimum=asked.minimum
            )
            reading.note(f"{path}.participants[{place}].maximum", wrong, N_("at least the minimum"))
    return replace(side, zone=side.zone or side.institution.zone or _zone_of_the_lead(call))


def _scale(scale: Scale, raw: Raw, path: str, reading: Reading) -> Scale:
    return settle_scale(scale, raw, lambda key, wrong, allowed: reading.note(f"{path}.{key}", wrong, allowed))


def _question(question: Question, raw: Raw, path: str, call: Definition, reading: Reading) -> Question:
    kind = KINDS[question.kind]
    if raw.get("kind") in set(KINDS):
        for key in SETTINGS:
            if key in raw and key not in kind.settings:
                allowed = (
                    say(N_("for this kind %(words)s"), words=listed(sorted(kind.settings)))
                    if kind.settings
                    else N_("no settings for this kind")
                )
                reading.note(
                    f"{path}.{key}",
                    say(N_("this means nothing for a question of kind %(kind)s"), kind=question.kind),
                    allowed,
                )
        for key in sorted(kind.needs):
            if raw.get(key) is None:
                reading.note(
                    f"{path}.{key}", _NEEDED.get(key, N_("this kind needs it")), _NEEDS_ALLOWED.get(key, N_("a value"))
                )
    if not question.currency and any(column.kind == QuestionKind.MONEY for column in question.columns):
        reading.note(f"{path}.currency", _NEEDED["currency"], _NEEDS_ALLOWED["currency"])
    _check_ends(question, path, reading)
    _check_parts(question, path, reading)
    if raw.get("options") == "areas":
        areas = tuple(Option(area.key, area.title) for area in call.areas)
        return replace(question, options=areas, options_from="areas")
    return question


_NEEDED = {
    "options": N_("a choice needs its options"),
    "columns": N_("a table needs its columns"),
    "currency": N_("an amount needs its currency"),
    "formula": N_("a calculated question needs its formula"),
    "text_on": N_("it needs the answer that asks for a text"),
}
_NEEDS_ALLOWED = {
    "options": N_("“areas”, or a list of at least two {key, title}"),
    "columns": N_("a list of tables of key, title and kind"),
    "currency": N_("a currency code of ISO 4217, such as SEK, USD or EUR"),
    "formula": N_("an expression"),
    "text_on": N_("yes or no"),
}
_ENDS = (("minimum", "maximum"), ("not_before", "not_after"), ("min_days", "max_days"), ("min_rows", "max_rows"))


def _check_parts(question: Question, path: str, reading: Reading) -> None:
    """Parts divide the pages of one PDF."""
    if question.parts and question.file_types not in ((), ("pdf",)):
        reading.note(f"{path}.file_types", N_("parts are pages of a PDF"), N_("pdf alone, or no parts"))
    if question.parts and (question.max_files or 1) > 1:
        reading.note(f"{path}.max_files", N_("parts are pages of one PDF"), N_("1, or no parts"))


def _check_ends(question: Question, path: str, reading: Reading) -> None:
    for low, high in _ENDS:
        least, most = getattr(question, low), getattr(question, high)
        if least is not None and most is not None and least > most:
            known = {"minimum": N_("the minimum")}.get(low, low)
            reading.note(
                f"{path}.{high}",
                say(N_("%(most)s is below %(known)s %(least)s"), most=most, known=known, least=least),
                say(N_("at least %(known)s"), known=known),
            )


def _grade(grade: Grade, reading: Reading) -> Grade:
    if grade.how is Overall.ENTERED and (grade.expression or grade.formula is not Formula.WEIGHTED_MEAN):
        reading.note("overall.formula", N_("an entered grade is not computed"), N_("how = “computed”, or no formula"))
    if grade.formula is Formula.EXPRESSION and not grade.expression:
        reading.note("overall.expression", N_("this key is missing"), N_("an expression over the criteria"))
    if grade.expression and grade.formula is not Formula.EXPRESSION:
        reading.note("overall.expression", N_("only the formula “expression” reads it"), N_("formula = “expression”"))
    return grade
