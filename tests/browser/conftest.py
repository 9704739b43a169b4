"""A real browser against a real server; axe looks at every page that a journey visits."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app, rehearsal
from app.cli import demo_data, work
from app.extensions import db
from app.kernel import clock
from tests.conftest import settings_for

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SIZES = {"1280": (1280, 800), "360": (360, 740)}
Look = Callable[..., None]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium through Playwright; skipped where there is none."""
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("TANDEM_BROWSER_REQUIRED"):
            pytest.fail("no chromium, although it is required here")
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The demonstration on a free port, with its worker."""
    from waitress import create_server

    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / "tandem.sqlite3")
    settings = settings_for(f"sqlite:///{folder / 'tandem.sqlite3'}", folder, demo=True)
    app = create_app(settings)
    demo_data.fill(app, folder)
    clock.follow(rehearsal.offset_in(folder))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    address = f"http://127.0.0.1:{server.effective_port}"
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.run, daemon=True),
        threading.Thread(target=work.run, args=(app, stop, 0.2), daemon=True),
    ]
    for thread in threads:
        thread.start()
    yield app, address
    stop.set()
    server.close()
    clock.follow(None)
    with app.app_context():
        db.engine.dispose()


@contextmanager
def watched(page: Any) -> Iterator[list[str]]:
    """Whatever the browser complains about: scripts that fail, things the policy refused."""
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield complaints


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A window of 1280 × 800 that must not complain."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    window = context.new_page()
    with watched(window) as complaints:
        yield window
    context.close()
    assert [c for c in complaints if "status of 4" not in c] == []


@pytest.fixture
def look(page: Any) -> Look:
    """Look at the page: axe in light and dark, at both widths; nothing scrolls sideways; a picture if a folder is named."""
    pictures = os.environ.get("TANDEM_PICTURES")

    def see(name: str) -> None:
        found: list[str] = []
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.evaluate(AXE.read_text(encoding="utf-8"))
                result = page.evaluate(
                    "() => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"
                )
                found += [
                    f"{name} {size} {scheme}: {v['id']} {n['target']} {n['failureSummary'][:200]}"
                    for v in result["violations"]
                    for n in v["nodes"]
                ]
                if pictures and (scheme == "light" or size == "1280"):
                    page.screenshot(path=f"{pictures}/{name}-{size}-{scheme}.png", full_page=True)
            wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found.append(f"{name} {size}: scrolls sideways by {wide} px")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(color_scheme="light")
        assert found == []

    return see
