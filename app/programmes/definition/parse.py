"""From a text or stored JSON to a `Definition`, or to all its mistakes at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace

from app.programmes.definition.consistency import find_contradictions
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.mistakes import DeclarationRefused, Mistake
from app.programmes.definition.reader import Reading, Table
from app.programmes.definition.reading import read_record
from app.programmes.definition.settling import settle
from app.programmes.definition.tree import Definition
from app.programmes.definition.values import shown

SCHEMA = 1


def parse(text: str, source: str) -> Definition:
    """Read a declaration in TOML. `source` is the file's name for the messages. Raises DeclarationRefused."""
    return from_data(toml_tables(text, source), source)


def from_data(tables: Mapping[str, object], source: str) -> Definition:
    """Read what `to_data` wrote. Raises DeclarationRefused with every mistake."""
    reading = Reading(source)
    top = Table(tables, "", reading)
    if not _is_known_schema(top):
        raise DeclarationRefused(reading.mistakes)  # another schema may mean other things by the same keys
    definition = settle(read_record(SHAPE, top), tables, reading)
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
