"""The declarations that come with the house: programmes in one file, calls in a file each."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

from app.programmes.definition.keys.programmes import PROGRAMME
from app.programmes.definition.mistakes import DeclarationRefused, Mistake, listed, suggestion
from app.programmes.definition.parse import parse, toml_tables
from app.programmes.definition.reader import Reading, Table
from app.programmes.definition.reading import read_record
from app.programmes.definition.tree import Definition, Programme


def load_catalogue() -> dict[str, Definition]:
    """Every call of the catalogue by its key, in the order of the file names. Raises DeclarationRefused."""
    programmes = load_programmes()
    calls: dict[str, Definition] = {}
    for path in sorted((_root() / "calls").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            definition = parse(path.read_text(encoding="utf-8"), f"calls/{path.name}")
            _belongs(definition, f"calls/{path.name}", programmes, calls)
            calls[definition.key] = definition
    return calls


def load_programmes() -> dict[str, Programme]:
    """Every programme of the catalogue by its key. Raises DeclarationRefused."""
    text = (_root() / "programmes.toml").read_text(encoding="utf-8")
    return parse_programmes(text, "programmes.toml")


def parse_programmes(text: str, source: str) -> dict[str, Programme]:
    """Read programmes from TOML. Raises DeclarationRefused."""
    reading = Reading(source)
    top = Table(toml_tables(text, source), "", reading)
    programmes = [read_record(PROGRAMME, table) for table in top.tables("programmes", required=True, unknown=False)]
    top.close()
    keys = [programme.key for programme in programmes]
    for place, key in enumerate(keys):
        if key and key in keys[:place]:
            reading.note(f"programmes[{place}].key", f"“{key}” is there twice", "a key of its own")
    if reading.mistakes:
        raise DeclarationRefused(reading.mistakes)
    return {programme.key: programme for programme in programmes}


def _belongs(call: Definition, source: str, programmes: dict[str, Programme], calls: dict[str, Definition]) -> None:
    if call.programme not in programmes:
        wrong = f"there is no programme “{call.programme}”{suggestion(call.programme, programmes)}"
        raise DeclarationRefused([Mistake(source, "programme", wrong, listed(programmes))])
    if call.key in calls:
        wrong = f"“{call.key}” is the key of another call"
        raise DeclarationRefused([Mistake(source, "key", wrong, "a key of its own")])


def _root() -> Traversable:
    return files("app.programmes") / "catalogue"
