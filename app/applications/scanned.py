"""What every row with a file has in common: how its bytes stand with the virus scanner."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.scan_rules import Scan
from app.kernel.models import one_of, word_of


class Scanned:
    """The verdict on a row's bytes. `scan_found` is what the scanner found in them, `scan_error` why it did not answer."""

    scan: Mapped[Scan] = mapped_column(
        word_of(Scan), default=Scan.NOT_SCANNED, server_default=Scan.NOT_SCANNED.value, index=True
    )
    scanned_at: Mapped[datetime | None]
    scan_found: Mapped[str | None]
    scan_tries: Mapped[int] = mapped_column(default=0, server_default="0")
    scan_next_at: Mapped[datetime | None]
    scan_error: Mapped[str | None]

    def begin_scan(self, scan: Scan) -> None:
        """Other bytes stand here now: what was said of the earlier ones is forgotten."""
        self.scan, self.scan_tries = scan, 0
        self.scanned_at = self.scan_found = self.scan_next_at = self.scan_error = None


def scan_checks() -> tuple[CheckConstraint, ...]:
    """What must hold in every such table."""
    return (
        CheckConstraint(one_of("scan", Scan), name="scan"),
        CheckConstraint("(scan IN ('clean', 'refused')) = (scanned_at IS NOT NULL)", name="scanned_at_kept"),
        CheckConstraint("(scan = 'refused') = (scan_found IS NOT NULL)", name="refused_for_something"),
    )
