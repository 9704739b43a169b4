"""Papers: what stands on the sheet stands in the PDF, tagged and literal, and nothing else does."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from app.applications.snapshots import Sheet, SheetAnswer, SheetFile, SheetPart, SheetSide
from app.applications.tally import Tally
from app.exports.papers import printing
from app.exports.papers.content import Reading, application_data
from app.exports.papers.markdown import blocks_of, broken
from app.exports.papers.printing import CannotPrint, Paper, asked_of_child, printed
from app.kernel.money import Money, money_text
from app.programmes.kinds import Text

HOSTILE = '#read("/etc/passwd") $x$ *b* _c_ \\u{41} = d @e <f> `g` #{panic()} // h /* i */ ~ ---'
SIDE = SheetSide(
    "ki", "Karolinska Institutet", "KI", True, "Ylva Exempelsson", "KI", "ylva@ki.example", None, None,
    Tally("SEK", {(1, "pay"): Money(40_000_000, "SEK"), (2, "pay"): Money(35_000_050, "SEK"), (1, "goods"): Money(100, "SEK")},
          Decimal("12.5")),
    (("pay", Text("Salaries", "Löner")), ("goods", Text("Goods", "Material"))),
)  # fmt: skip
EN, SV = Reading("en", "Europe/Stockholm"), Reading("sv", "Europe/Stockholm")


def same(text: str) -> Text:
    return Text(text, text)


def sheet(*answers: SheetAnswer, **more: Any) -> Sheet:
    base = Sheet(
        "MKB-27-0001", "A breath test", Text("The call", "Utlysningen"), datetime(2027, 3, 1, 12, 0, tzinfo=UTC), 2,
        "ab" * 32, ((Text("The project", "Projektet"), answers),), (SIDE,),
    )  # fmt: skip
    return replace(base, **more)


def answer(text: str, kind: str = "long_text", **more: Any) -> SheetAnswer:
    return SheetAnswer(same("Question"), same(text), kind, **more)


def paper(of: Sheet, reading: Reading = EN) -> Paper:
    return printed("application.typ", application_data(of, reading))


def said(content: bytes) -> str:
    """What the pages say, without white space and places to break a line."""
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"[\s\u200b]+", "", text)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


WORDS = st.text(
    st.one_of(st.sampled_from("#$*_\\`@<>[]{}~=/-+.,:;!?\"'&%"), st.characters(codec="latin-1", categories=["L", "Nd"])),
    min_size=1, max_size=90,
)  # fmt: skip


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@example([HOSTILE, "a" * 400], Decimal(25))
@given(texts=st.lists(WORDS, min_size=1, max_size=5), percent=st.one_of(st.none(), st.decimals(0, 99, places=1)))
def test_every_answer_and_every_sum_stands_in_the_pdf_as_it_was_typed(
    texts: list[str], percent: Decimal | None
) -> None:
    tally = replace(SIDE.tally, percent=percent)  # type: ignore[type-var]
    made = sheet(*(answer(text) for text in texts), sides=(replace(SIDE, tally=tally),))
    printed_words = said(paper(made).content)

    place = 0
    for text in texts:
        place = printed_words.index(squeezed(text), place)
    for money in (*tally.totals.values(), tally.total, tally.of_cost("pay"), tally.direct):
        assert squeezed(money_text(money, "en")) in printed_words


def test_a_paper_is_tagged_titled_and_in_its_language_and_keeps_pdf_ua() -> None:
    made = paper(sheet(answer("Svar")), SV)
    root: Any = PdfReader(io.BytesIO(made.content)).trailer["/Root"]

    assert made.is_checked
    assert ("/StructTreeRoot" in root, root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, True, "sv")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert [
        entry["/Title"] for entry in PdfReader(io.BytesIO(made.content)).outline if not isinstance(entry, list)
    ] == ["A breath test"]


def test_a_paper_tells_nothing_of_who_made_it_and_when() -> None:
    made = paper(sheet(answer("Text"))).content
    reader = PdfReader(io.BytesIO(made))
    xmp = reader.xmp_metadata.stream.get_data().decode() if reader.xmp_metadata else ""

    assert set(reader.metadata or {}) == {"/Title", "/Creator"}
    assert not re.search(r"CreateDate|ModifyDate|dc:creator|" + re.escape(str(Path.home())), xmp)


def test_the_same_sheet_makes_the_same_bytes() -> None:
    assert paper(sheet(answer("Text"))) == paper(sheet(answer("Text")))


def test_reference_version_and_number_stand_on_each_of_thirty_pages() -> None:
    long = "\n\n".join(f"Paragraph {number}. " + "Word after word of it. " * 60 for number in range(105))
    begun = time.monotonic()
    pages = PdfReader(io.BytesIO(paper(sheet(answer(long))).content)).pages
    took = time.monotonic() - begun

    assert len(pages) >= 30
    assert took < 5
    for number, page in enumerate(pages, start=1):
        assert "MKB-27-0001 · Version 2" in page.extract_text()
        assert f"{number} of {len(pages)}" in page.extract_text()


def test_a_draft_says_so_on_each_page_and_holds_what_the_frozen_version_holds() -> None:
    answers = (answer("Shared words"), answer("", kind="short_text"), answer("**bold**\n\n- one", kind="markdown"))
    draft, frozen = sheet(*answers, number=None, sha256="", reference=""), sheet(*answers)
    seen, sent = application_data(draft, EN), application_data(frozen, EN)

    assert seen["running"] == "Draft – not submitted"
    assert (seen["sections"], seen["sides"]) == (sent["sections"], sent["sides"])
    assert "Draft–notsubmitted" in said(paper(draft).content)
    assert "Draft–notsubmitted" not in said(paper(frozen).content)


def test_what_is_withheld_is_named_and_not_printed() -> None:
    hidden = sheet(answer("Seen"), withheld=(Text("Names of patients", "Patienters namn"),))

    assert "Maynotbereadoutside" not in (words := said(paper(hidden).content))
    assert "TheymaynotbereadoutsidetheEUandtheEEA:–Namesofpatients" in words


def test_a_sign_without_a_glyph_is_printed_in_a_tagged_paper_that_claims_less() -> None:
    made = paper(sheet(answer("北京 and words")))

    assert not made.is_checked
    assert "/StructTreeRoot" in PdfReader(io.BytesIO(made.content)).trailer["/Root"]  # type: ignore[operator]
    assert "andwords" in said(made.content)


def test_files_stand_with_their_parts() -> None:
    part = SheetPart(Text("Project", "Projekt"), 1, 5, Text("Project: pages 1–5", "Projekt: sidor 1–5"))
    file = SheetFile("1", "MKB_one.pdf", 9, 6, "cd" * 32, Text("6 pages, 1 kB", "6 sidor, 1 kB"), "pdf", (part,))

    assert "MKB_one.pdf6sidor,1kB‣Projekt:sidor1–5" in said(
        paper(sheet(answer("x", "file", files=(file,))), SV).content
    )


def test_markdown_means_the_same_as_on_the_screen_and_reaches_nothing() -> None:
    text = "### Deep\n\n*a* **b** `c` [link](https://example.org) [bad](javascript:alert(1)) ![pic](https://x.example/p.png)\n\n"
    text += "1. one\n2. two\n\n> said\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n```\ncode #read(1)\n```\n\n<b>html</b>"
    kinds = [block["t"] for block in blocks_of(text)]
    words = said(paper(sheet(answer(text, "markdown"))).content)

    assert kinds == ["heading", "p", "numbered", "quote", "table", "pre", "p"]
    assert blocks_of(text)[0]["level"] == 4  # no level is skipped below a question
    assert "abclink[bad](javascript:alert(1))!pic1.one2.twosaidhi12code#read(1)<b>html</b>" in words


@given(st.text(max_size=200))
def test_breaking_long_runs_changes_no_word(text: str) -> None:
    bare = text.replace("\u200b", "")

    assert broken(bare).replace("\u200b", "") == bare
    assert all(len(run) <= 30 for run in re.split(r"[\s\u200b]+", broken(bare)))


def test_a_maker_that_dawdles_or_dies_is_told(tmp_path: Path) -> None:
    slow, dying, large = tmp_path / "slow.py", tmp_path / "dying.py", tmp_path / "large.py"
    slow.write_text("import time; time.sleep(30)")
    dying.write_text("import sys; sys.exit('no paper')")
    large.write_text(
        f"import sys; sys.path.insert(0, {str(printing.CHILD.parent)!r}); import printing_child as p; p.confine(); "
        "bytearray(4 * 1024 ** 3)"
    )

    with pytest.raises(CannotPrint, match="too many papers"), printing.TURNS, printing.TURNS:
        asked_of_child(dying, b"", seconds=10, patience=0.01)
    with pytest.raises(CannotPrint, match=r"within 0\.3 seconds"):
        asked_of_child(slow, b"", seconds=0.3)
    with pytest.raises(CannotPrint, match="no paper"):
        asked_of_child(dying, b"", seconds=10)
    with pytest.raises(CannotPrint, match="MemoryError"):
        asked_of_child(large, b"", seconds=10)
