"""Every key of a declaration changes something: each is named by a test that shows what."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.config import ROOT
from app.programmes.definition.keys.top import SHAPE
from app.programmes.definition.shape import Record, Records, walk


def keys() -> set[str]:
    """The paths of all keys that hold a value; tables and lists are shown by what is in them."""
    return {path for path, key in walk(SHAPE) if not isinstance(key.value, Record | Records)}


def shown() -> Iterator[str]:
    """What the tests say they show, read from their marks."""
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "shows":
                yield from (word.value for word in node.args if isinstance(word, ast.Constant))  # type: ignore[misc]


def test_marks_name_keys_that_exist() -> None:
    assert sorted(set(shown()) - keys()) == []


def test_every_key_is_shown() -> None:
    assert sorted(keys() - set(shown())) == []
