"""Every kind of mistake in the newer keys of a declaration, each with its whole message.

`mistakes.json` holds [path, the value put there (or "GONE"), the messages]; `rich.toml` is what it is put into.
"""

from __future__ import annotations

import copy
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from app.programmes.definition import DeclarationRefused, from_data

HERE = Path(__file__).parent
RICH = tomllib.loads((HERE / "rich.toml").read_text(encoding="utf-8"))
MISTAKES = json.loads((HERE / "mistakes.json").read_text(encoding="utf-8"))


def changed(path: str, value: Any) -> dict[str, Any]:
    tree = copy.deepcopy(RICH)
    *way, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    place: Any = tree
    for step in way:
        place = place[step]
    if value == "GONE":
        del place[last]
    else:
        place[last] = value
    return tree


def test_the_rich_declaration_itself_is_sound() -> None:
    assert from_data(copy.deepcopy(RICH), "rich").key == "rich"


@pytest.mark.parametrize(
    ("path", "value", "messages"), MISTAKES, ids=[f"{path}={value!r:.40}" for path, value, _ in MISTAKES]
)
def test_a_mistake_is_named_with_its_remedy(path: str, value: Any, messages: list[str]) -> None:
    with pytest.raises(DeclarationRefused) as refused:
        from_data(changed(path, value), "rich")

    assert [str(mistake).removeprefix("rich: ") for mistake in refused.value.mistakes] == messages
