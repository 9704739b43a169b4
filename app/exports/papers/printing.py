"""A paper as a tagged PDF: one process for each, with little time and memory, no network, and no file but the template's."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, BinaryIO

log = logging.getLogger("tandem.papers")
CHILD = Path(__file__).with_name("printing_child.py")
SECONDS = 20
KEPT = 16
"""Papers that are kept in memory, of some hundred kilobytes each."""
TURNS = BoundedSemaphore(2)
"""As many papers as are made at once: more would only slow each other down."""
PATIENCE, LONG_PATIENCE = 5, 60
"""Seconds that a page waits for its turn, and that a bundle waits, which is being sent already."""


class CannotPrint(RuntimeError):
    """The paper could not be made; the message says what its maker said last."""


@dataclass(frozen=True)
class Paper:
    """A PDF that is tagged. `is_checked`: it keeps every rule of PDF/UA-1, which a sign without a glyph does not."""

    content: bytes
    is_checked: bool


def printed(template: str, data: Mapping[str, Any], *, patience: float = PATIENCE) -> Paper:
    """The data under a template. The same data gives the same bytes. Raises CannotPrint."""
    return _printed(json.dumps({"template": template, "data": json.dumps(data, ensure_ascii=False)}).encode(), patience)


@lru_cache(maxsize=KEPT)
def _printed(told: bytes, patience: float) -> Paper:
    """The last few papers are kept by what they say: a draft that is looked at twice is made once."""
    begun = time.monotonic()
    head, _, content = asked_of_child(CHILD, told, seconds=SECONDS, patience=patience).partition(b"\n")
    if not content.startswith(b"%PDF-"):
        raise CannotPrint("no PDF came back")
    is_checked = bool(json.loads(head)["is_checked"])
    if not is_checked:
        log.warning("a paper holds a sign that no font here can draw; it is tagged, and is not PDF/UA-1")
    log.info("printed %d bytes in %.2f s", len(content), time.monotonic() - begun)
    return Paper(content, is_checked)


def asked_of_child(
    script: Path, told: bytes, *, seconds: float, files: Sequence[BinaryIO] = (), patience: float = PATIENCE
) -> bytes:
    """What a script of ours answers, run as a process of its own that holds these open files and nothing else of ours.
    Raises CannotPrint when it dies, dawdles or complains."""
    if not TURNS.acquire(timeout=patience):
        raise CannotPrint("too many papers are being made just now")
    try:
        done = subprocess.run(  # noqa: S603  # our own script under our own interpreter
            [sys.executable, "-I", str(script)],
            input=told,
            capture_output=True,
            timeout=seconds,
            pass_fds=[file.fileno() for file in files],
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotPrint(f"not made within {seconds:g} seconds") from None
    finally:
        TURNS.release()
    if done.returncode != 0:
        raise CannotPrint(done.stderr.decode(errors="replace").strip()[-500:] or f"ended with {done.returncode}")
    return done.stdout
