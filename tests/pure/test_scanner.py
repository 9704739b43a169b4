"""What is asked of the virus scanner, over a real socket; and what its word means for who opens a file."""

from __future__ import annotations

import io
import os
from pathlib import Path
from uuid import uuid4

import pytest

from app import config
from app.applications.scan_rules import Scan, opening_problem, opens_for
from app.kernel import clamd as asking
from app.kernel.clamd import ScannerSilent, Verdict, scan
from tests.clamd import EICAR, clamd


@pytest.mark.parametrize("kind", ["tcp", "unix"])
def test_a_file_goes_to_the_scanner_whole_and_the_verdict_comes_back(tmp_path: Path, kind: str) -> None:
    large = os.urandom(asking.CHUNK * 2 + 7)
    with clamd(tmp_path / "clamd" if kind == "unix" else None) as (address, seen):
        verdicts = [scan(address, io.BytesIO(content)) for content in (large, b"%PDF " + EICAR, b"")]

    assert verdicts == [Verdict(), Verdict("Eicar-Signature"), Verdict()]
    assert [len(content) for content in seen] == [len(large), 73, 0]


@pytest.mark.parametrize("answer", ["INSTREAM size limit exceeded. ERROR", "stream: odd", "UNKNOWN COMMAND"])
def test_what_is_no_verdict_is_silence(answer: str) -> None:
    with clamd(answer=answer) as (address, _), pytest.raises(ScannerSilent, match=answer.split()[0]):
        scan(address, io.BytesIO(b"x"))


def test_a_scanner_that_is_away_is_silence(tmp_path: Path) -> None:
    for address in (f"unix://{tmp_path}/none", "tcp://127.0.0.1:9"):
        with pytest.raises(ScannerSilent):
            scan(address, io.BytesIO(b"x"))


@pytest.mark.parametrize(
    ("state", "uploader", "others"),
    [
        (Scan.NOT_SCANNED, None, None),
        (Scan.WAITING, None, "being_checked"),
        (Scan.CLEAN, None, None),
        (Scan.REFUSED, "virus_found", "virus_found"),
    ],
)
def test_who_opens_a_file(state: Scan, uploader: str | None, others: str | None) -> None:
    codes = [problem and problem.code for problem in (opening_problem(state, is_uploader=who) for who in (True, False))]
    me = uuid4()

    assert codes == [uploader, others]
    assert [opens_for(state, me, who) for who in (me, uuid4(), None)] == [not uploader, not others, not others]


@pytest.mark.parametrize("address", ["clamd.ctl", "tcp://", "unix:", "http://scanner:3310"])
def test_a_scanner_that_cannot_be_is_refused_at_the_start(tmp_path: Path, address: str) -> None:
    with pytest.raises(config.SettingRefused, match="TANDEM_SCANNER"):
        config.read({"TANDEM_INSTANCE": str(tmp_path), "TANDEM_SCANNER": address})


def test_a_scanner_is_chosen_in_the_settings(tmp_path: Path) -> None:
    where = {"TANDEM_INSTANCE": str(tmp_path)}

    assert config.read(where).scanner == ""
    assert config.read({**where, "TANDEM_SCANNER": "unix:///run/clamd"}).scanner == "unix:///run/clamd"
