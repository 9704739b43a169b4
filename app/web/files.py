"""Fetching a file of an application: the scope says who may, and nothing a browser would open runs. Only a PDF is also
opened in the browser, under a policy of its own."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from app.access import reach
from app.applications.attachments import frozen_name
from app.applications.file_rules import MEDIA
from app.applications.models import Attachment
from app.applications.scan_rules import Scan, opening_problem
from app.extensions import db
from app.kernel.errors import NotFound
from app.web import errors
from app.web.doors import Door, hang, here, viewer
from app.web.receiving import store

log = logging.getLogger("tandem.web")
bp = Blueprint("files", __name__)
file_of_readers = hang(Door("file: readers of its application", None, reach.attachment, "file_id"))
SANDBOX = "default-src 'none'; frame-ancestors 'none'; sandbox"
READING = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)
"""Of a PDF that a browser opens: browsers draw PDFs with parts of their own, which a sandbox would refuse. A page that
hides in a PDF may run, load and send nothing."""


@bp.get("/files/<uuid:file_id>")
@file_of_readers
def fetch(file_id: UUID) -> ResponseReturnValue:
    """The bytes, always as a download, under the name that the frozen version gives them. 409 while the virus
    scanner has not found them clean, for all but their uploader; for good when it has found something."""
    return _served(here(Attachment).thing, SANDBOX)


@bp.get("/files/<uuid:file_id>/read")
@file_of_readers
def read(file_id: UUID) -> ResponseReturnValue:
    """The same opened in the browser, so that a link leads to a page of it; for PDFs alone."""
    found = here(Attachment).thing
    if found.type != "pdf":
        raise NotFound()
    return _served(found, READING)


def _served(found: Attachment, policy: str) -> ResponseReturnValue:
    name = frozen_name(db.session(), found.id) or found.name
    return closed(found.scan, found.added_by) or sent(found.sha256, MEDIA[found.type], name, found.size, policy)


def closed(scan: Scan, uploaded_by: UUID) -> ResponseReturnValue | None:
    """The page instead of a file that the virus scanner has not let through to whoever is here; None when it opens."""
    problem = opening_problem(scan, is_uploader=uploaded_by == viewer().person_id)
    return None if problem is None else errors.waiting_file(problem)


def sent(sha256: str, media: str, name: str, size: int, policy: str = SANDBOX) -> ResponseReturnValue:
    """Bytes that are kept, as a download that runs nowhere; under the policy for reading, opened in the browser."""
    try:
        stream = store().open(sha256)
    except FileNotFoundError:
        log.error("the bytes of file %s are missing", sha256)
        return errors.page(500)
    answer: Response = send_file(
        stream,
        mimetype=media,
        as_attachment=policy is SANDBOX,
        download_name=name,
        etag=sha256,
        conditional=False,
    )
    answer.content_length = size
    answer.make_conditional(request, accept_ranges=True, complete_length=size)
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
