"""The commands of the terminal: what they say, how they end, and that a refusal changes nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.cli import FlaskGroup
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.programmes.definition import load_catalogue, to_data
from app.programmes.models import Call, CallState, CallVersion
from app.programmes.queries import call_by_key
from app.reviews import services as reviewing
from app.trail.models import TrailEntry
from app.workflow.diagram import mermaid
from app.workflow.table import TABLE
from tests import stages
from tests.world import AFTER_CLOSING, KEY, World

Do = Callable[[Callable[[Session], Any]], Any]
Run = Callable[..., Result]
DRAFT = "mayo-ki-breast-2026-fictional"
CALLS = Path(str(files("app.programmes") / "catalogue" / "calls"))


@pytest.fixture
def run(app: Flask, world: World) -> Run:
    """Type a command: `run("trail", "verify")`. A bug is raised, never shown as an ending."""

    terminal = FlaskGroup(create_app=lambda: app, load_dotenv=False, set_debug_flag=False)

    def type_it(*words: object) -> Result:
        result = app.test_cli_runner().invoke(terminal, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return type_it


def stored(do: Do) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """All calls and all their declarations as they stand."""

    def read(session: Session) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        calls = session.scalars(select(Call).order_by(Call.key)).all()
        versions = session.scalars(select(CallVersion).order_by(CallVersion.call_id, CallVersion.number)).all()
        return (
            [(c.key, c.state, c.opens_at, c.closes_at, c.version) for c in calls],
            [(v.id, v.number, v.sha256, json.dumps(v.data, sort_keys=True)) for v in versions],
        )

    found: tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]] = do(read)
    return found


def deeds(do: Do) -> int:
    return len(do(lambda s: s.scalars(select(TrailEntry.id)).all()))


def altered(tmp_path: Path, key: str, old: str, new: str) -> Path:
    """A file of the catalogue with one thing changed."""
    content = (CALLS / f"{key}.toml").read_text(encoding="utf-8")
    assert old in content
    path = tmp_path / f"{key}.toml"
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    return path


# --- The trail --------------------------------------------------------------------------------------------------


def test_a_trail_that_holds_is_told_with_its_ends(run: Run, do: Do, world: World) -> None:
    entries = deeds(do)
    result = run("trail", "verify")
    assert (result.exit_code, f"The trail holds: {entries} entries in " in result.output) == (0, True)

    ends = json.loads(run("trail", "verify", "--ends").stdout.rpartition("}")[0] + "}")
    assert str(world.call) in ends or world.call.hex in ends


def tamper(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER trail_entry_no_update"))
    else:
        session.execute(text("ALTER TABLE trail_entry DISABLE TRIGGER ALL"))
    session.execute(text("UPDATE trail_entry SET actor = 'Eva' WHERE verb = 'announce-call'"))


def test_a_trail_that_was_tampered_with_ends_in_one_and_names_the_place(run: Run, do: Do) -> None:
    position = do(lambda s: s.scalars(select(TrailEntry.position).where(TrailEntry.verb == "announce-call")).one())
    do(tamper)

    result = run("trail", "verify")

    assert result.exit_code == 1
    assert f"entry {position}: was changed after it was written" in result.output
    assert "The trail does not hold." in result.output
    assert "Traceback" not in result.output


# --- Calls ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(CALLS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_call_of_the_catalogue_is_checked(run: Run, do: Do, path: Path) -> None:
    before = stored(do)
    result = run("call", "check", path)
    assert result.exit_code == 0
    ready = "fictional" in path.stem
    assert result.output.rstrip().endswith("Ready to be announced." if ready else "Not ready to be announced.")
    assert stored(do) == before


@pytest.mark.parametrize("deed", ["check", "import"])
def test_a_broken_declaration_names_the_file_and_the_key_and_changes_nothing(
    run: Run, do: Do, tmp_path: Path, deed: str
) -> None:
    path = altered(tmp_path, DRAFT, 'model = "both_recommend"', 'model = "both_recomend"')
    before, lines = stored(do), deeds(do)

    result = run("call", deed, path)

    assert result.exit_code == 1
    assert f"{DRAFT}.toml" in result.output and "decision.model" in result.output
    assert "nothing was changed" in result.output and "Traceback" not in result.output
    assert (stored(do), deeds(do)) == (before, lines)


def test_a_file_that_is_no_toml_is_refused_in_words(run: Run, do: Do, tmp_path: Path) -> None:
    (tmp_path / "torn.toml").write_text('key = "half', encoding="utf-8")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name in ("torn.toml", "bytes.toml"):
        result = run("call", "check", tmp_path / name)
        assert (result.exit_code, name in result.output, "Traceback" in result.output) == (1, True, False)


def test_a_new_call_comes_in_as_a_draft_and_a_draft_gets_a_new_version(run: Run, do: Do, tmp_path: Path) -> None:
    first = run("call", "import", CALLS / f"{DRAFT}.toml")
    again = run("call", "import", altered(tmp_path, DRAFT, "max_awards = 2", "max_awards = 3"))

    assert (first.exit_code, again.exit_code) == (0, 0)

    def read(session: Session) -> tuple[CallState, list[int]]:
        call = call_by_key(session, DRAFT)
        assert call is not None
        versions = session.scalars(select(CallVersion).where(CallVersion.call_id == call.id))
        return call.state, sorted(version.data["max_awards"] for version in versions)

    assert do(read) == (CallState.DRAFT, [2, 3])


def test_a_call_that_is_announced_is_not_imported_again(run: Run, do: Do, tmp_path: Path) -> None:
    path = altered(tmp_path, KEY, "max_awards = 2", "max_awards = 9")
    before, lines = stored(do), deeds(do)

    result = run("call", "import", path)

    assert result.exit_code == 1
    assert "This call has been announced; its declaration is no longer replaced." in result.output
    assert (stored(do), deeds(do)) == (before, lines)


def test_a_call_of_an_unknown_programme_is_refused_in_words(run: Run, do: Do, tmp_path: Path) -> None:
    path = altered(tmp_path, DRAFT, 'programme = "mayo-ki-breast"', 'programme = "elsewhere"')
    before = stored(do)
    result = run("call", "import", path)
    assert (result.exit_code, stored(do)) == (1, before)
    assert "elsewhere" in result.output and "Traceback" not in result.output


def test_a_call_is_printed_as_the_data_it_was_read_from(run: Run) -> None:
    result = run("call", "export", KEY, "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.output) == json.loads(json.dumps(to_data(load_catalogue()[KEY])))

    none = run("call", "export", "no-such-call")
    assert (none.exit_code, "There is no call no-such-call." in none.output) == (1, True)


# --- Workflow, exports, migrations ------------------------------------------------------------------------------


def test_the_diagram_is_printed_or_written(run: Run, tmp_path: Path) -> None:
    printed = run("diagram")
    assert (printed.exit_code, printed.output) == (0, mermaid(TABLE) + "\n")
    assert run("diagram", tmp_path / "workflow.md").exit_code == 0
    assert (tmp_path / "workflow.md").read_text(encoding="utf-8") == mermaid(TABLE)


def words_of(path: Path) -> str:
    """All that stands in a workbook."""
    book = load_workbook(io.BytesIO(path.read_bytes()))
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


@pytest.fixture
def two(world: World, do: Do) -> None:
    """Two applications in review; KI's coordinator is in conflict with the second."""

    def arrange(session: Session) -> None:
        one = stages.submitted(session, world, title="Silent partners")
        other = stages.submitted(session, world, title="Loud neighbours", who=world.other_researcher)
        stages.in_review(session, world, one, other)
        by = stages.ki_office(world)
        reviewing.declare_conflict(session, world.ki_coordinator, other, "A cousin.", by=by, at=AFTER_CLOSING)

    do(arrange)


def test_a_coordinator_gets_the_workbook_within_the_own_conflicts(run: Run, do: Do, two: None, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "kajsa.xlsx", tmp_path / "molly.xlsx"
    lines = deeds(do)

    first = run("export", KEY, "call-xlsx", mine, "--as", "kajsa@ki.example")
    second = run("export", KEY, "call-xlsx", theirs, "--as", "molly@mayo.example")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert f"{mine}: {mine.stat().st_size} bytes." in first.output
    assert "Silent partners" in words_of(mine) and "Loud neighbours" not in words_of(mine)
    assert "Silent partners" in words_of(theirs) and "Loud neighbours" in words_of(theirs)
    assert deeds(do) == lines + 2


@pytest.mark.parametrize(
    "words",
    [
        (KEY, "call-xlsx", "--as", "nemo@elsewhere.example"),
        (KEY, "call-xlsx", "--as", "ylva@ki.example"),
        (KEY, "call-xlsx", "--as", "adam@tandem.example"),
        (KEY, "call-xlsx", "--as", "rut@review.example"),
        (KEY, "call-xlsx", "--as", "nobody@nowhere.example"),
        (KEY, "no-such-export", "--as", "kajsa@ki.example"),
        ("no-such-call", "call-xlsx", "--as", "kajsa@ki.example"),
    ],
)
def test_somebody_else_gets_no_file(run: Run, do: Do, two: None, tmp_path: Path, words: tuple[str, ...]) -> None:
    lines = deeds(do)
    result = run("export", *words[:2], tmp_path / "out.xlsx", *words[2:])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ") and "Traceback" not in result.output
    assert not (tmp_path / "out.xlsx").exists()
    assert deeds(do) == lines


def test_migrating_twice_is_migrating_once(run: Run, do: Do) -> None:
    before = stored(do)
    results = [run("db", "upgrade") for _ in range(2)]
    assert [result.exit_code for result in results] == [0, 0]
    assert all("The database is migrated." in result.output for result in results)
    assert stored(do) == before


def test_last_years_call_is_copied_compared_and_exported_again(run: Run, tmp_path: Path) -> None:
    copied = run("call", "copy", KEY, "next-year", "--year", "2028")
    again = run("call", "copy", KEY, "next-year", "--year", "2028")
    shown = run("call", "diff", KEY, "next-year")
    written = tmp_path / "next.toml"
    written.write_text(run("call", "export", "next-year").output, encoding="utf-8")

    assert (copied.exit_code, again.exit_code) == (0, 1)
    assert "changed  year: 2027 → 2028" in shown.output
    assert run("call", "diff", "next-year", written).output == "No difference.\n"
    assert run("call", "diff", "next-year@1", "next-year").output == "No difference.\n"
    assert run("call", "check", written).output.endswith("Ready to be announced.\n")


def test_the_schema_is_printed(run: Run) -> None:
    assert json.loads(run("call", "schema").output)["title"] == "Declaration of a call"


def test_a_file_that_holds_no_table_is_refused_in_words(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")

    result = run("call", "check", tmp_path / "list.json")

    assert (result.exit_code, "list.json holds no declaration: a JSON object is needed." in result.output) == (1, True)
