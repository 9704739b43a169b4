"""Words: every kind of letter renders in both languages; every text is translated; no machine is named."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, meta

from app.communications.rendering import CannotRender, Post, html_of, words_of
from app.config import ROOT
from tests.sample_mails import SAMPLES

MAILS = ROOT / "templates" / "mail"
KINDS = sorted(path.name for path in MAILS.iterdir() if path.is_dir())
HOUSE = Post(
    ROOT / "templates",
    "https://tandem.example",
    "Tandem <t@tandem.example>",
    "office@tandem.example",
    lambda link: f"https://tandem.example/p/{link.hex}",
)
SV = ROOT / "app" / "translations" / "sv" / "LC_MESSAGES" / "messages.po"


def test_every_kind_of_letter_has_a_sample() -> None:
    assert sorted(SAMPLES) == KINDS


@pytest.mark.parametrize("locale", ["en", "sv"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_letter_renders(kind: str, locale: str) -> None:
    words = words_of(HOUSE, kind, locale, SAMPLES[kind], uuid4())
    html = html_of(HOUSE, words, locale)
    assert words.subject and "{" not in words.subject + words.body
    assert f'<html lang="{locale}">' in html


@pytest.mark.parametrize("locale", ["en", "sv"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_with_a_hole_refuses_to_render(kind: str, locale: str) -> None:
    source = (MAILS / kind / f"{locale}.txt").read_text()
    names = meta.find_undeclared_variables(Environment(loader=FileSystemLoader(MAILS)).parse(source))
    for name in names - {"link", "base_url"}:
        if re.search(r"{{\s*" + name + r"\s*}}", source) is None or re.search(r"{% if (not )?" + name + r"\b", source):
            continue
        with pytest.raises(CannotRender):
            link = None if "link is defined" in source else uuid4()
            words_of(HOUSE, kind, locale, {**SAMPLES[kind], name: ""}, link)


def test_the_swedish_catalogue_is_complete_and_compiled(tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    subprocess.run(
        ["pybabel", "-q", "extract", "-F", "babel.cfg", "-k", "N_", "-o", str(template), "."],
        cwd=ROOT,
        check=True,
        env={"PATH": f"{ROOT / '.venv' / 'bin'}:/usr/bin:/bin"},
    )
    wanted = {_fixed(message.id) for message in read_po(template.open("rb")) if message.id}
    catalogue = read_po(SV.open("rb"), locale="sv")
    translated = {
        _fixed(m.id)
        for m in catalogue
        if m.id and not m.fuzzy and all(m.string if isinstance(m.string, (tuple, list)) else [m.string])
    }
    assert sorted(map(str, wanted - translated)) == []
    compiled = {_fixed(m.id): _fixed(m.string) for m in read_mo(SV.with_suffix(".mo").open("rb")) if m.id}
    assert {_fixed(m.id): _fixed(m.string) for m in catalogue if m.id} == compiled


def _fixed(text: object) -> object:
    return tuple(text) if isinstance(text, list) else text


def test_placeholders_survive_translation() -> None:
    for message in read_po(SV.open("rb"), locale="sv"):
        if not message.id or not message.string:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in strings:
            assert set(re.findall(r"%\((\w+)\)", text)) == set(re.findall(r"%\((\w+)\)", ids[-1])), ids


def _tracked() -> Iterator[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    return (ROOT / name for name in names if name)


def test_nothing_unfinished_and_no_machine_is_named() -> None:
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b|/(wo" + r"rk|ro" + r"ot)/")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _tracked()
        if path.suffix in {".py", ".html", ".txt", ".md", ".toml", ".css", ".cfg", ".yaml"}
        and path.exists()
        and "vendor" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if marks.search(line)
    ]
    assert found == []
