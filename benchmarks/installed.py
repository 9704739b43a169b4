"""What an installation weighs, and what a newcomer has to do."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from benchmarks.rows import MOST_STEPS

ROOT = Path(__file__).resolve().parent.parent
STEPS = ("git clone", "make demo")
"""What a newcomer types until the demonstration answers; `make demo` makes the environment by itself."""
assert len(STEPS) <= MOST_STEPS


def megabytes() -> float:
    """The packages of the runtime lock as they are installed here, without bytecode."""
    names = re.findall(r"^([a-zA-Z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return sum(_size(name) for name in names) / 1e6


def _size(name: str) -> int:
    try:
        found = files(name) or []
    except PackageNotFoundError:
        return 0  # for another platform, or another version of Python
    paths = (Path(str(path.locate())) for path in found if path.suffix != ".pyc")
    return sum(path.stat().st_size for path in paths if path.is_file())
