"""Reading pages as a browser does: forms are found by the words on their button and sent with what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Fields = dict[str, list[str]]


def tree(answer: TestResponse | str) -> Element:
    """The parsed page."""
    text = answer if isinstance(answer, str) else answer.get_data(as_text=True)
    parsed: Element = html5lib.parse(text, namespaceHTMLElements=False)
    return parsed


def words(element: Element) -> str:
    """The text of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def text_of(answer: TestResponse) -> str:
    """All that a page says in its main part."""
    main = tree(answer).find(".//main")
    return words(main if main is not None else tree(answer))


@dataclass
class Form:
    """A form with what stands in it."""

    action: str
    method: str
    fields: Fields
    buttons: list[tuple[str, str | None, str, str | None]]


def _value(element: Element) -> Iterable[tuple[str, str]]:
    name, kind = element.get("name"), element.get("type", "text")
    if name is None or element.get("disabled") is not None:
        return
    if element.tag == "textarea":
        yield name, "".join(element.itertext()).removeprefix("\n")
    elif element.tag == "select":
        options = element.findall(".//option")
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        for option in chosen:
            yield name, option.get("value", words(option))
    elif kind in ("radio", "checkbox"):
        if element.get("checked") is not None:
            yield name, element.get("value", "on")
    elif kind not in ("submit", "button", "file"):
        yield name, element.get("value", "")


def forms(answer: TestResponse) -> list[Form]:
    """Every form of a page."""
    page, found = tree(answer), []
    for element in page.iter("form"):
        identity = element.get("id")
        parts = list(element.iter()) + ([e for e in page.iter() if e.get("form") == identity] if identity else [])
        fields: Fields = {}
        for part in parts:
            if part.tag in ("input", "textarea", "select"):
                for name, value in _value(part):
                    fields.setdefault(name, []).append(value)
        buttons = [
            (words(b), b.get("name"), b.get("value", ""), b.get("formaction")) for b in parts if b.tag == "button"
        ]
        found.append(Form(element.get("action") or "", element.get("method", "get").lower(), fields, buttons))
    return found


def press(client: FlaskClient, answer: TestResponse, button: str, follow: bool = True, **typed: Any) -> TestResponse:
    """Press the button whose words match, with some fields typed. Field names may be written with `__` for `-`."""
    matches = [(form, b) for form in forms(answer) for b in form.buttons if re.search(button, b[0])]
    assert matches, (
        f"no button {button!r} on {answer.request.path}; there are {[b[0] for f in forms(answer) for b in f.buttons]}"
    )
    form, (_, name, value, elsewhere) = matches[0]
    data = {key: list(values) for key, values in form.fields.items()}
    for key, given in typed.items():
        data[key.replace("__", "-")] = list(given) if isinstance(given, (list, tuple, set)) else [str(given)]
    if name:
        data[name] = [value]
    target = elsewhere or form.action or answer.request.path
    return client.open(target, method=form.method.upper(), data=data, follow_redirects=follow)


def links(answer: TestResponse) -> dict[str, str]:
    """The links of a page by their words."""
    return {words(a): a.get("href", "") for a in tree(answer).iter("a")}


def follow(client: FlaskClient, answer: TestResponse, link: str) -> TestResponse:
    """Go where the link leads whose words match."""
    for text, href in links(answer).items():
        if re.search(link, text):
            parts = urlsplit(href)
            return client.get(parts.path + (f"?{parts.query}" if parts.query else ""), follow_redirects=True)
    raise AssertionError(f"no link {link!r} on {answer.request.path}; there are {list(links(answer))}")


def path_in_mail(text: str) -> str:
    """The path of the personal link in a mail."""
    found = re.search(r"https?://[^/\s]+(/p/[\w-]+)", text)
    assert found, text
    return found.group(1)


def without_keys(answer: TestResponse) -> bytes:
    """A page without the keys of its forms, which differ each time."""
    data: bytes = re.sub(rb'(csrf[-_]token" (?:value|content)=")[^"]+', rb"\1", answer.data)
    return data
