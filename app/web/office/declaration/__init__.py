"""The coordinator's editor of a call: its declaration key by key, what differs, who agrees, previews, files, copies."""

from __future__ import annotations

from app.web.office.declaration import bank, copies, deeds, entries, files, overview, previews  # noqa: F401  # views hang on bp
