"""Calls as declarations, from the terminal: checked, imported, exported, compared, and their schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli import work
from app.cli.actor import TERMINAL
from app.extensions import db
from app.kernel import clock
from app.kernel.errors import Refused
from app.programmes import queries, revising, services
from app.programmes.definition import DeclarationRefused, Definition, check, from_data, parse, to_data
from app.programmes.definition.differences import differences
from app.programmes.definition.json_schema import json_schema
from app.programmes.definition.toml import to_toml

calls = AppGroup("call", help="Calls as declarations.")
VERSIONED = re.compile(r"(?P<key>[a-z0-9_-]+)(?:@(?P<number>[0-9]+))?")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # the proxy's own method


def read(path: Path) -> Definition:
    """The declaration of a file, TOML or JSON. Every mistake is printed before it gives up."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".json":
            return parse(text, path.name)
        data = json.loads(text)
        if not isinstance(data, dict):
            raise click.ClickException(f"{path.name} holds no declaration: a JSON object is needed.")
        return from_data(data, path.name)
    except json.JSONDecodeError as broken:
        raise click.ClickException(f"{path.name} is no JSON: {broken}") from broken
    except DeclarationRefused as refused:
        for mistake in refused.mistakes:
            click.echo(str(mistake), err=True)
        raise click.ClickException(
            f"{path.name} has {len(refused.mistakes)} mistakes; nothing was changed."
        ) from refused
    except (OSError, UnicodeDecodeError) as unreadable:
        raise click.ClickException(f"{path} cannot be read: {unreadable}") from unreadable


@calls.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def check_calls(paths: tuple[Path, ...]) -> None:
    """Read declarations and say what stands in the way of announcing each."""
    for path in paths:
        findings = check(read(path))
        for finding in findings:
            click.echo(f"{'must' if finding.blocks else 'look'}  {finding.key_path}: {finding}")
        is_ready = not any(finding.blocks for finding in findings)
        named = f"{path.name}: " if len(paths) > 1 else ""
        click.echo(f"{named}{'Ready' if is_ready else 'Not ready'} to be announced.")


@calls.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def import_call(path: Path) -> None:
    """Keep a declaration as a call that is not announced yet."""
    definition = read(path)
    try:
        with work.write(_app()) as session:
            services.import_call(session, definition, by=TERMINAL, at=clock.now())
    except Refused as refused:
        raise click.ClickException("; ".join(str(problem) for problem in refused.problems)) from refused
    click.echo(f"{definition.key} is imported.")


@calls.command("export")
@click.argument("key")
@click.option("--format", "form", type=click.Choice(["toml", "json"]), default="toml", help="TOML, or JSON.")
@click.option("--version", "number", type=int, default=None, help="An earlier version, by its number.")
def export_call(key: str, form: str, number: int | None) -> None:
    """Print a call's declaration as it stands, or as an earlier version had it."""
    definition = _of_call(key, number)
    if form == "json":
        click.echo(json.dumps(to_data(definition), indent=2, ensure_ascii=False, sort_keys=True))
    else:
        click.echo(to_toml(definition), nl=False)


@calls.command("copy")
@click.argument("key")
@click.argument("new_key")
@click.option("--year", type=int, required=True, help="The year of the new call; every date moves by as many years.")
def copy_call(key: str, new_key: str, year: int) -> None:
    """Begin the call NEW_KEY with everything of the call KEY, its dates shifted. It is not announced."""
    try:
        with work.write(_app()) as session:
            call = queries.call_by_key(session, key)
            if call is None:
                raise click.ClickException(f"There is no call {key}.")
            revising.copy_call(session, call, key=new_key, year=year, by=TERMINAL, at=clock.now())
    except Refused as refused:
        raise click.ClickException("; ".join(str(problem) for problem in refused.problems)) from refused
    click.echo(f"{new_key} is begun. `tandem call export {new_key}` shows it; its sides keep their coordinators.")


@calls.command("diff")
@click.argument("before")
@click.argument("after")
def diff_calls(before: str, after: str) -> None:
    """Show what differs between two declarations: each a FILE, a call's KEY, or KEY@VERSION."""
    found = differences(_meant(before), _meant(after))
    for difference in found:
        click.echo(f"{difference.change}  {difference.key_path}: {difference.before} → {difference.after}")
    if not found:
        click.echo("No difference.")


@calls.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of declarations."""
    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _meant(text: str) -> Definition:
    if Path(text).is_file():
        return read(Path(text))
    found = VERSIONED.fullmatch(text)
    if found is None:
        raise click.ClickException(f"{text} is neither a file nor the key of a call.")
    return _of_call(found["key"], int(found["number"]) if found["number"] else None)


def _of_call(key: str, number: int | None = None) -> Definition:
    session = db.session()
    call = queries.call_by_key(session, key)
    if call is None:
        raise click.ClickException(f"There is no call {key}.")
    if number is None:
        return queries.definition_of(session, call)
    version = queries.version_by_number(session, call.id, number)
    if version is None:
        raise click.ClickException(f"The call {key} has no version {number}.")
    return queries.read(version)
