"""Run as a process of its own: sets one paper and writes it out. Told by JSON on its input which template and which data.

Answers with one line of JSON, and the PDF after it. A paper that kills it kills nothing else.
"""

from __future__ import annotations

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
MEMORY = 2 * 1024 * 1024 * 1024
SECONDS = 15


def confine() -> None:
    """Take away what hostile data would use. No file can be written at all."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0))
    for kind, most in limits:
        with suppress(ValueError, OSError):  # a system that does not know this limit; the parent's clock still runs
            resource.setrlimit(kind, (most, most))


def paper(template: str, data: str) -> tuple[bytes, bool]:
    """The PDF, and whether it keeps PDF/UA-1. A sign that no font can draw is printed as an empty box, and still tagged."""
    import typst

    def compiled(*standards: str) -> bytes:
        return typst.compile(  # type: ignore[no-any-return,call-overload]
            str(TEMPLATES / template),
            root=str(TEMPLATES),
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=list(standards),
            timestamp=0,
        )

    try:
        return compiled("ua-1"), True
    except typst.TypstError as refused:
        if "PDF/UA-1" not in str(refused):
            raise
        return compiled(), False


if __name__ == "__main__":
    confine()
    told = json.load(sys.stdin)
    content, is_checked = paper(told["template"], told["data"])
    sys.stdout.buffer.write(json.dumps({"is_checked": is_checked}).encode() + b"\n" + content)
