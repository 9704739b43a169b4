"""Awards from before: a file is imported whole or not at all, and what is imported is public."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.awards.models import PastAward
from tests.forms import forms, text_of
from tests.world import World

Do, As = Callable[..., Any], Callable[..., FlaskClient]
GOOD = """programme;year;title;side;amount;currency;leader;leader_may_be_shown
mayo-ki-breast;2020;Påhittade celler;KI;500 000;SEK;Ylva Exempelsson;ja
mayo-ki-breast;2020;Påhittade celler;Mayo;50 000,50;USD;Parker Påhitt;nej
"""
WRONG = GOOD + "nothing;20;;;;;;\n"


def send(browser: FlaskClient, text: str, do: str = "import") -> Any:
    file = (io.BytesIO(text.encode("utf-8-sig")), "awards.csv")
    return browser.post("/admin/past-awards", data={"file": file, "do": do}, follow_redirects=True)


def kept(do: Do) -> int:
    return do(lambda s: s.scalar(select(func.count()).select_from(PastAward)))


def test_a_trial_says_what_would_happen_and_changes_nothing(world: World, as_: As, do: Do) -> None:
    answer = send(as_(world.administrator), GOOD, "try")
    assert "2 new rows, 0 kept already" in text_of(answer)
    assert kept(do) == 0


def test_the_same_file_twice_adds_nothing(world: World, as_: As, do: Do) -> None:
    browser = as_(world.administrator)
    assert "2 rows imported." in text_of(send(browser, GOOD))
    assert "0 rows imported." in text_of(send(browser, GOOD))
    assert kept(do) == 2


def test_one_wrong_row_imports_nothing_and_every_problem_is_listed(world: World, as_: As, do: Do) -> None:
    answer = send(as_(world.administrator), WRONG)
    assert answer.status_code == 422
    assert "4 problems. Nothing was imported." in text_of(answer)
    assert all(
        f"<td>{column}</td>" in answer.get_data(as_text=True) for column in ("programme", "year", "title", "side")
    )
    assert kept(do) == 0


def test_a_file_never_changes_what_is_kept(world: World, as_: As, do: Do) -> None:
    browser = as_(world.administrator)
    send(browser, GOOD)
    answer = send(browser, GOOD.replace("500 000", "600 000"))
    assert "kept with another amount" in text_of(answer)


def test_no_file_is_said_in_words(world: World, as_: As) -> None:
    browser = as_(world.administrator)
    assert "Choose the CSV file first." in text_of(browser.post("/admin/past-awards", data={}))
    assert any(
        "file" in form.fields or form.action.endswith("past-awards")
        for form in forms(browser.get("/admin/past-awards"))
    )


def test_only_administrators_import(world: World, as_: As) -> None:
    for person in (world.ki_coordinator, world.researcher):
        assert as_(person).get("/admin/past-awards").status_code == 404


def test_the_public_list_names_a_leader_only_with_consent(client: FlaskClient, world: World, as_: As) -> None:
    send(as_(world.administrator), GOOD)
    for path in ("/awards", "/programmes/mayo-ki-breast"):
        text = text_of(client.get(path))
        assert "Påhittade celler" in text and "SEK 500,000" in text and "USD 50,000.50" in text
        assert "Ylva Exempelsson" in text and "Parker Påhitt" not in text
    assert "No award matches" in text_of(client.get("/awards?year=1999"))


def test_the_list_is_open_data(client: FlaskClient, world: World, as_: As) -> None:
    send(as_(world.administrator), GOOD)
    rows = list(csv.DictReader(io.StringIO(client.get("/awards.csv").data.decode("utf-8-sig"))))
    data = client.get("/awards.json").get_json()["awards"]
    assert [(row["side"], row["amount"], row["currency"]) for row in rows] == [
        ("KI", "500000.00", "SEK"), ("Mayo", "50000.50", "USD"),
    ]  # fmt: skip
    assert [award["title"] for award in data] == ["Påhittade celler"] * 2


def test_the_terminal_does_the_same(app: Flask, world: World, do: Do, tmp_path: Path) -> None:
    good, wrong = tmp_path / "good.csv", tmp_path / "wrong.csv"
    good.write_text(GOOD, encoding="utf-8")
    wrong.write_text(WRONG, encoding="utf-8")
    run = app.test_cli_runner()
    refused = run.invoke(args=["award", "import", str(wrong)])
    assert refused.exit_code == 1 and "row 4, year: “20” is not a year." in refused.output
    tried = run.invoke(args=["award", "import", str(good), "--dry-run"])
    assert "2 rows are new" in tried.output and kept(do) == 0
    assert "2 rows imported" in run.invoke(args=["award", "import", str(good)]).output
    assert "0 rows imported, 2 were kept already." in run.invoke(args=["award", "import", str(good)]).output
