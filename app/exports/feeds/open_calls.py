"""Calls as open data: JSON of a documented shape, a CSV, and schema.org for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.exports.csv_text import csv_bytes
from app.kernel.money import Money
from app.programmes.deadlines import Standing
from app.programmes.definition import Programme, Side
from app.programmes.kinds import Text
from app.programmes.queries import PublicCall

_BOTH = {
    "type": "object",
    "properties": {"en": {"type": "string"}, "sv": {"type": "string"}},
    "required": ["en", "sv"],
    "additionalProperties": False,
}
_INSTANT = {"type": ["string", "null"], "format": "date-time", "description": "UTC; null when no source tells it"}
_AMOUNT = {
    "type": ["object", "null"],
    "properties": {"amount": {"type": "string", "pattern": r"^\d+(\.\d+)?$"}, "currency": {"type": "string"}},
    "required": ["amount", "currency"],
}
_SIDE = {
    "type": "object",
    "properties": {
        "key": {"type": "string"},
        "name": {"type": "string"},
        "ror": {"type": "string", "description": "address of the public record, or empty"},
        "country": {"type": "string"},
        "zone": {"type": "string"},
        "leads": {"type": "boolean"},
        "pays": {"type": "boolean"},
        "cap_per_year": _AMOUNT,
        "cap_total": _AMOUNT,
    },
    "required": ["key", "name", "country", "zone", "leads", "pays", "cap_per_year", "cap_total"],
}
_CALL = {
    "type": "object",
    "properties": {
        "key": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "status": {"enum": ["forecast", "announced", "open", "closed", "decided"]},
        "is_fictional": {"type": "boolean", "description": "invented for demonstration; nobody can receive money"},
        "year": {"type": "integer"},
        "programme": {"type": "string"},
        "kind": {"type": "string"},
        "title": _BOTH,
        "summary": _BOTH,
        "opens": _INSTANT,
        "closes": _INSTANT,
        "closes_as_stated": {"type": "string", "description": "the deadline as it was written, with its zone"},
        "areas": {"type": "array", "items": _BOTH},
        "max_awards": {"type": ["integer", "null"]},
        "years": {"type": ["integer", "null"]},
        "sides": {"type": "array", "items": _SIDE, "minItems": 1},
    },
    "required": ["key", "url", "status", "year", "programme", "title", "summary", "opens", "closes", "sides"],
}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Calls of Tandem that the public may see",
    "type": "object",
    "properties": {"version": {"const": 1}, "calls": {"type": "array", "items": _CALL}},
    "required": ["version", "calls"],
}
"""The shape of /calls.json. Within version 1 keys may be added; none is removed or changes its meaning."""

COLUMNS = (
    "key", "status", "year", "programme", "kind", "title_en", "title_sv", "opens_utc", "closes_utc", "closes_as_stated",
    "sides", "caps_total", "max_awards", "is_fictional", "url",
)  # fmt: skip
"""The headings of /calls.csv, which stay."""


def call_data(row: PublicCall, stands: Standing, programme: Programme | None, url: str) -> dict[str, Any]:
    """One call in the shape of `SCHEMA`."""
    call = row.definition
    return {
        "key": call.key,
        "url": url,
        "status": stands.value,
        "is_fictional": call.is_fictional,
        "year": call.year,
        "programme": call.programme,
        "kind": programme.kind.value if programme else "",
        "title": _both(call.title),
        "summary": _both(call.summary),
        "opens": stamp(row.opens_at),
        "closes": stamp(row.closes_at),
        "closes_as_stated": call.closes.stated if call.closes else "",
        "areas": [_both(area.title) for area in call.areas],
        "max_awards": call.max_awards,
        "years": call.years,
        "sides": [_side(side) for side in call.sides],
    }


def calls_data(calls: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The whole document."""
    return {"version": 1, "calls": list(calls)}


def calls_csv(calls: Sequence[dict[str, Any]]) -> bytes:
    """The calls as a CSV with `COLUMNS`; instants in UTC."""
    return csv_bytes(list(COLUMNS), (_line(call) for call in calls), locale="en", zone="UTC")


def _line(call: dict[str, Any]) -> list[str | int | Decimal | datetime | None]:
    sides = call["sides"]
    caps = [side["cap_total"] or side["cap_per_year"] for side in sides]
    return [
        *(call[key] for key in ("key", "status", "year", "programme", "kind")),
        call["title"]["en"],
        call["title"]["sv"],
        call["opens"],
        call["closes"],
        call["closes_as_stated"],
        "; ".join(side["name"] for side in sides),
        "; ".join(f"{cap['currency']} {cap['amount']}" for cap in caps if cap),
        call["max_awards"],
        "yes" if call["is_fictional"] else "no",
        call["url"],
    ]


def grant(row: PublicCall, url: str, language: str) -> dict[str, Any]:
    """The call as schema.org `MonetaryGrant`. Amounts of several currencies stand side by side."""
    call = row.definition
    funders = [
        {
            "@type": "Organization",
            "name": side.name,
            **({"sameAs": side.institution.ror} if side.institution.ror else {}),
        }
        for side in call.paying_sides
    ]
    amounts = [
        {"@type": "MonetaryAmount", "currency": cap.currency, "maxValue": f"{cap.major:f}"}
        for side in call.paying_sides
        for cap in (side.cap_total or side.cap_per_year,)
        if cap is not None
    ]
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MonetaryGrant",
        "@id": url,
        "url": url,
        "name": call.title.in_(language),
        "description": call.summary.in_(language),
        "inLanguage": language,
        "funder": funders,
    }
    return made | ({"amount": amounts} if amounts else {})


def stamp(at: datetime | None) -> str | None:
    """An instant in UTC as ISO 8601."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at is not None else None


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "sv": text.sv}


def _amount(money: Money | None) -> dict[str, str] | None:
    return {"amount": f"{money.major:f}", "currency": money.currency} if money is not None else None


def _side(side: Side) -> dict[str, Any]:
    return {
        "key": side.key,
        "name": side.name,
        "ror": side.institution.ror,
        "country": side.institution.country,
        "zone": side.zone,
        "leads": side.lead,
        "pays": side.pays,
        "cap_per_year": _amount(side.cap_per_year),
        "cap_total": _amount(side.cap_total),
    }
