"""The census of forms with free text: none may be without its entry, and each is put through every loss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from app import wiring
from app.web.doors import Door

FORM = re.compile(r"<form\b((?:[^>{]|\{\{.*?\}\}|\{%.*?%\})*)>(.*?)</form>", re.DOTALL)
ACTION = re.compile(r'action="(\{\{.*?\}\}|[^"]*)')
TEXT = re.compile(
    r"<textarea|textarea\(|\bfield\(|type=\"(?:text|email)\"|section\(|_controls|amount\(|rows\(|caller\(|control|\{% include"
)
NOBODY_WRITES = {
    "account.sign_in_by_password": "an address and a password",
    "account.send_link": "an address",
    "account.choose_password": "a password",
    "alerts.ask": "an address, by nobody in particular: the answer redraws it",
    "public.check_eligibility": "choices alone, by nobody in particular",
    "codes.enter": "a code from a mail",
    "demo.move_clock": "the clock of the demonstration",
}
"""Forms that the census finds and that are not kept, each with the reason."""
MADE_BY_VIEWS = {
    "offer.url": {"applicant.withdraw", "office.move", "office.release_outlines"},
    "check[0].url": {"office.move"},
    "again.url": {"applicant.save"},
    "action": {"office.keep_entry", "office.keep_group", "reviewer.answer", "account.act_on_link"},
}
"""Addresses that a view makes: the endpoints they lead to."""
UNKEPT = frozenset(f"account.{name}" for name in ("sign_in_by_password", "send_link", "choose_password")) | frozenset(
    {"codes.enter", "profile.check", "profile.merge", "again.url"}
)
"""Forms of which the browser keeps no copy: secrets, and what was given back already."""


def text_forms() -> Iterator[tuple[str, str, str]]:
    """Each form with free text in the templates: the template, its endpoint or the expression of its address, its tag."""
    folder = Path(wiring.templates())
    for path in sorted(folder.rglob("*.html")):
        for tag, body in FORM.findall(path.read_text(encoding="utf-8")):
            if 'method="post"' not in tag or not TEXT.search(body):
                continue
            found = ACTION.search(tag)
            address = found.group(1).strip("{} ") if found else ""
            named = re.match(r"url_for\('([\w.]+)'", address)
            yield str(path.relative_to(folder)), named.group(1) if named else address, tag


def posts(app: Flask) -> list[str]:
    """Every endpoint to which somebody who is signed in may post."""
    found = []
    for rule in app.url_map.iter_rules():
        door: Door = app.view_functions[rule.endpoint].door  # type: ignore[attr-defined]
        if "POST" in (rule.methods or set()) and not door.is_public and rule.endpoint not in NOBODY_WRITES:
            found.append(rule.endpoint)
    return sorted(set(found))
