"""Reading who pays: institutions, sides, currencies and caps."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from app.kernel.money import Money
from app.programmes.definition.mistakes import suggestion
from app.programmes.definition.moments import read_zone
from app.programmes.definition.reader import Table
from app.programmes.definition.tree import Institution, Side
from app.programmes.definition.values import currencies, money_of
from app.programmes.definition.vocabulary import JOINT, SHARED, Overhead

ROR = re.compile(r"https://ror\.org/0[a-hjkmnp-tv-z0-9]{6}[0-9]{2}")
ROR_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
MONEY_KEYS = ("currency", "cap_per_year", "cap_total", "overhead", "overhead_percent", "source_of_funds")


def read_sides(table: Table) -> tuple[Side, ...]:
    """The sides of a call: at least one, and exactly one of them leads."""
    tables = table.tables("sides", required=True, unknown=False)
    sides = tuple(_read_side(side) for side in tables)
    leads = sum(side.lead for side in sides)
    if table.entries.get("sides") == []:
        table.note("sides", "a call needs a side", "at least one side")
    elif tables and leads != 1:
        table.note("sides", f"{leads or 'none'} of the {len(sides)} sides lead", "lead = true for exactly one side")
    return sides


def read_institution(table: Table) -> Institution:
    """An institution; the table is closed."""
    institution = Institution(
        name=table.string("name"),
        short=table.string("short"),
        country=_read_country(table),
        zone=read_zone(table) or "",
        ror=_read_ror(table),
    )
    table.close()
    return institution


def _read_side(table: Table) -> Side:
    key = table.key()
    if key in (SHARED, JOINT):
        table.note("key", f"“{key}” has a meaning of its own", f"any key but {SHARED} and {JOINT}")
    inner = table.table("institution", "a table of name, short, country and zone", required=True, unknown=False)
    institution = read_institution(inner) if inner else Institution("", "", "", "")
    side = Side(
        key=key,
        institution=institution,
        zone=read_zone(table, required=False) or institution.zone,
        lead=table.boolean("lead"),
        pays=table.boolean("pays", default=True),
        currency=_read_currency(table),
        cap_per_year=_read_cap(table, "cap_per_year"),
        cap_total=_read_cap(table, "cap_total"),
        overhead=table.word("overhead", Overhead),
        overhead_percent=table.decimal("overhead_percent", unknown=True),
        source_of_funds=table.text("source_of_funds", unknown=True),
    )
    table.close()
    _check_money(table, side)
    return side


def _check_money(table: Table, side: Side) -> None:
    given = [key for key in MONEY_KEYS if key in table.entries]
    if not side.pays and given:
        allowed = "pays = true, or none of " + ", ".join(MONEY_KEYS)
        table.note("pays", f"a side that does not pay has no {given[0]}", allowed)
    if side.cap_per_year and side.cap_total and side.cap_total.minor < side.cap_per_year.minor:
        table.note("cap_total", "the cap in total is below the cap per year", "at least the value of cap_per_year")
    if side.overhead is Overhead.ON_TOP and "overhead_percent" not in table.entries:
        table.note("overhead_percent", "overhead on top needs its rate", "per cent of the direct costs, such as 25")
    if side.overhead is not Overhead.ON_TOP and side.overhead_percent is not None:
        wrong = "a rate means nothing unless overhead is on_top"
        table.note("overhead_percent", wrong, "overhead = “on_top”, or no rate")


def _read_currency(table: Table) -> str | None:
    allowed = "a currency code of ISO 4217, such as SEK, USD or EUR"
    currency = table.string("currency", required=False, unknown=True, allowed=allowed)
    if currency and currency not in currencies():
        meant = suggestion(currency, currencies() & {currency.upper()})
        table.note("currency", f"“{currency}” is not a currency{meant}", allowed)
        return None
    return currency or None


def _read_cap(table: Table, key: str) -> Money | None:
    """A cap in whole units of the side's currency."""
    units = table.integer(key, 1, what="of currency units, at least 1, without quotation marks or separators")
    currency = table.entries.get("currency")
    if units is not None and not isinstance(currency, str):
        table.note(key, "a cap without a currency says nothing", "a cap and its currency")
        return None
    return money_of(units, str(currency)) if units is not None and currency in currencies() else None


def _read_country(table: Table) -> str:
    allowed = "a country code of ISO 3166, such as SE or US"
    country = table.string("country", allowed=allowed)
    if country and country not in _countries():
        table.note("country", f"“{country}” is not a country code", allowed)
    return country


@cache
def _countries() -> frozenset[str]:
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code) and code != "ZZ")


def _read_ror(table: Table) -> str:
    """The public record's address, whose two last digits prove the others (ISO 7064, 97-10)."""
    allowed = "the address of a record at ror.org, such as https://ror.org/056d84691"
    ror = table.matching("ror", ROR, allowed, required=False)
    if not ror:
        return ""
    number = 0
    for sign in ror[-9:-2]:
        number = number * 32 + ROR_DIGITS.index(sign)
    if 98 - number * 100 % 97 != int(ror[-2:]):
        table.note("ror", f"“{ror}” has wrong check digits", allowed)
    return ror
