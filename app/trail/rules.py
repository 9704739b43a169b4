"""The arithmetic of the chain: what an entry's mac covers."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

GENESIS = "0" * 64


def mac_of(key: str, columns: Mapping[str, object]) -> str:
    """HMAC-SHA256 over the canonical JSON of all columns, the mac of the entry before among them."""
    text = json.dumps(columns, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not belong in the trail")
