"""A mark for tests that show what a key of a declaration changes; `tests/house/test_keys.py` asks it of every key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T", bound=Callable[..., object])


def shows(*_key_paths: str) -> Callable[[T], T]:
    """This test fails when these keys stop changing anything; paths as `shape.walk` writes them: `sides.cap_total`."""

    def mark(test: T) -> T:
        return test

    return mark
