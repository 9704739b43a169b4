"""The commands of the terminal."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app import migrate, rehearsal
from app.access import reach
from app.access.viewer import with_duties
from app.cli import demo_data, work
from app.cli.actor import TERMINAL
from app.cli.awards import awards
from app.cli.calls import calls
from app.config import Settings
from app.exports import registry as exports
from app.exports.tables import within
from app.extensions import db
from app.identities import services as identities
from app.identities.models import Role
from app.kernel import clock
from app.kernel.errors import NotFound, Refused
from app.programmes import queries
from app.trail import services as trail
from app.workflow.diagram import mermaid
from app.workflow.table import TABLE

database = AppGroup("db", help="The database: migrations.")
trail_group = AppGroup("trail", help="The record of every deed.")
people_group = AppGroup("person", help="People: the first administrator.")


def register(app: Flask) -> None:
    """Hang the commands on the application."""
    settings: Settings = app.config["SETTINGS"]
    clock.follow(rehearsal.offset_in(settings.instance) if settings.is_demo else None)
    for command in (
        database,
        trail_group,
        calls,
        people_group,
        awards,
        serve,
        worker,
        demo,
        demo_reset,
        diagram,
        export_tables,
    ):
        app.cli.add_command(command)


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to the newest revision, or to REVISION."""
    migrate.upgrade(db.engine, revision)
    click.echo("The database is migrated.")


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION."""
    migrate.downgrade(db.engine, revision)
    click.echo(f"The database stands at {revision}.")


@trail_group.command("verify")
@click.option("--ends", is_flag=True, help="Print each chain's end as JSON, to be kept elsewhere.")
def verify(ends: bool) -> None:
    """Prove that nobody has changed or removed a line of the trail."""
    found = trail.verify(db.session())
    for broken in found.breaks:
        click.echo(f"chain {broken.chain}, entry {broken.position}: {broken.what}", err=True)
    if ends:
        click.echo(json.dumps(dict(found.ends), indent=2))
    if found.breaks:
        raise click.ClickException("The trail does not hold.")
    click.echo(f"The trail holds: {found.entries} entries in {found.chains} chains.")


@people_group.command("add")
@click.argument("name")
@click.argument("address")
@click.option("--administrator", is_flag=True, help="May manage people and roles.")
def add_person(name: str, address: str, administrator: bool) -> None:
    """Add a person, who then signs in with a mailed link and may choose a password."""
    try:
        with work.write(_app()) as session:
            person = identities.find_or_make_person(session, name, address, at=clock.now())
            if administrator:
                identities.grant_role(session, person, Role.ADMINISTRATOR, at=clock.now())
            trail.record(
                session, "add-person", by=TERMINAL, at=clock.now(), subject_id=person.id, administrator=administrator
            )
    except Refused as refused:
        raise click.ClickException("; ".join(str(problem) for problem in refused.problems)) from refused
    click.echo(f"{address} is known{' and is an administrator' if administrator else ''}.")


@click.command("export")
@click.argument("key")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--as", "address", required=True, help="The coordinator whose rights and conflicts decide what is in it.")
def export_tables(key: str, name: str, path: Path, address: str) -> None:
    """Write the export NAME of the call KEY to the file PATH."""
    try:
        with work.write(_app()) as session:
            person = identities.person_by_address(session, address)
            call = queries.call_by_key(session, key)
            if person is None or call is None:
                raise click.ClickException(f"There is no call {key}, or nobody with the address {address}.")
            viewer = with_duties(session, person)
            here = reach.call(session, viewer, call.id)
            file = exports.make(session, name, call, within(viewer, call.id), by=here.acting, at=clock.now())
    except NotFound as none:
        raise click.ClickException(f"{address} does not coordinate {key}, or there is no export {name}.") from none
    path.write_bytes(file.content)
    click.echo(f"{path}: {len(file.content)} bytes.")


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # the app behind Flask's proxy


def _serve(app: Flask, settings: Settings) -> None:
    from app.cli.serving import server_of

    server_of(app, settings).run()


@click.command("serve")
def serve() -> None:
    """Serve the pages."""
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"Tandem at {settings.base_url}")
    _serve(_app(), settings)


@click.command("worker")
def worker() -> None:
    """Deliver mail until Ctrl-C."""
    work.run(_app(), threading.Event())


@click.command("demo")
def demo() -> None:
    """Migrate, fill with invented data at the first start, serve the pages and deliver the mail."""
    app = _app()
    settings: Settings = app.config["SETTINGS"]
    if not settings.is_demo:
        raise click.ClickException("Set TANDEM_DEMO=1, and serve on 127.0.0.1.")
    migrate.upgrade(db.engine)
    if demo_data.is_empty(db.session()):
        db.session.remove()
        click.echo("Filling in the invented data …")
        demo_data.fill(app, settings.instance)
    db.session.remove()
    click.echo(f"\nTandem is ready at {settings.base_url}\nBecome anybody at {settings.base_url}/demo/\n")
    for persona in rehearsal.PERSONAS:
        click.echo(f"  {persona.name:<24}{persona.role}")
    click.echo("\nCtrl-C stops it; the data stay. `make demo-reset` begins anew.\n")
    stop = threading.Event()
    thread = threading.Thread(target=work.run, args=(app, stop), name="worker", daemon=True)
    thread.start()
    try:
        _serve(app, settings)
    except KeyboardInterrupt:
        click.echo("Stopped.")
    finally:
        stop.set()
        thread.join(timeout=5)


@click.command("demo-reset")
def demo_reset() -> None:
    """Forget the demonstration's data, so that the next start begins anew."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.is_demo:
        raise click.ClickException("Set TANDEM_DEMO=1: only a demonstration is reset.")
    if not settings.database_url.startswith("sqlite:///"):
        raise click.ClickException("Only the embedded database is reset; drop and create a PostgreSQL one by hand.")
    db.engine.dispose()
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm", ".writer"))):
        path.unlink(missing_ok=True)
    (settings.instance / rehearsal.FILE).unlink(missing_ok=True)
    shutil.rmtree(settings.instance / "files", ignore_errors=True)
    click.echo("The demonstration is empty. `make demo` fills it again.")


@click.command("diagram")
@click.argument("path", type=click.Path(path_type=Path), required=False)
def diagram(path: Path | None) -> None:
    """Print the diagram of the workflow, or write it to PATH."""
    text = mermaid(TABLE)
    if path is None:
        click.echo(text)
    else:
        path.write_text(text, encoding="utf-8")
