"""Awards from before this system, from a CSV."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.awards import past
from app.cli import work
from app.cli.actor import TERMINAL
from app.extensions import db
from app.kernel import clock

awards = AppGroup("award", help="Awards from before this system.")


@awards.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_awards(file: Path, dry_run: bool) -> None:
    """Import the awards in FILE, a CSV: whole, or not at all when any row is wrong."""
    content = file.read_bytes()
    found = past.look(db.session(), content)
    db.session.remove()
    for fault in found.faults:
        click.echo(f"row {fault.row}, {fault.column or 'whole row'}: {fault.problem}", err=True)
    if found.faults:
        raise click.ClickException(f"{len(found.faults)} problems; nothing was imported.")
    if dry_run:
        click.echo(f"{len(found.new)} rows are new, {len(found.known)} are kept already. Nothing was changed.")
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the app behind Flask's proxy
    with work.write(app) as session:
        done = past.import_file(session, content, by=TERMINAL, at=clock.now())
    click.echo(f"{len(done.new)} rows imported, {len(done.known)} were kept already.")
