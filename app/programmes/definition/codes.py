"""Codes and amounts with rules of their own: currencies, caps, countries, addresses of public records."""

from __future__ import annotations

import re
from functools import cache

from babel import Locale

from app.kernel.identifiers import ROR, proves_ror
from app.kernel.money import Money
from app.kernel.words import N_, say
from app.programmes.definition.mistakes import suggestion
from app.programmes.definition.reader import Table
from app.programmes.definition.shape import Key
from app.programmes.definition.values import currencies, money_of


def read_currency(table: Table, entry: Key) -> str | None:
    """A code of ISO 4217."""
    allowed = N_("a currency code of ISO 4217, such as SEK, USD or EUR")
    currency = table.string("currency", required=entry.required, unknown=entry.unknown, allowed=allowed)
    if currency and currency not in currencies():
        meant = suggestion(currency, currencies() & {currency.upper()})
        table.note(
            "currency", say(N_("“%(currency)s” is not a currency%(meant)s"), currency=currency, meant=meant), allowed
        )
        return None
    return currency or None


def read_cap(table: Table, key: str) -> Money | None:
    """An amount in whole units of the currency of its table, or of the one around it."""
    units = table.integer(
        key, 1, allowed=N_("a whole number of currency units, at least 1, without quotation marks or separators")
    )
    currency = table.around("currency")
    if units is not None and not isinstance(currency, str):
        table.note(key, N_("a cap without a currency says nothing"), N_("a cap and its currency"))
        return None
    return money_of(units, str(currency)) if units is not None and currency in currencies() else None


def read_country(table: Table) -> str:
    """A code of ISO 3166; empty when there is none, or no source tells it."""
    allowed = N_("a country code of ISO 3166, such as SE or US")
    country = table.string("country", unknown=True, allowed=allowed)
    if country and country not in countries():
        table.note("country", say(N_("“%(country)s” is not a country code"), country=country), allowed)
    return country


@cache
def countries() -> frozenset[str]:
    """The codes of ISO 3166 that name a country today."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code) and code != "ZZ")


def read_ror(table: Table) -> str:
    """The public record's address, whose two last digits prove the others (ISO 7064, 97-10)."""
    allowed = N_("the address of a record at ror.org, such as https://ror.org/056d84691")
    ror = table.matching("ror", ROR, allowed, required=False)
    if not ror:
        return ""
    if not proves_ror(ror):
        table.note("ror", say(N_("“%(ror)s” has wrong check digits"), ror=ror), allowed)
    return ror
