"""The worker's round: claim one letter, render it, hand it over, note what came of it. Killed at any point, it resumes."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from sqlalchemy.orm import Session

from app.communications import services
from app.communications.rendering import CannotRender, Post

log = logging.getLogger("tandem.mail")
Write = Callable[[], AbstractContextManager[Session]]


def deliver_due(write: Write, house: Post, transport: str, *, now: Callable[[], datetime], at_most: int = 200) -> int:
    """Deliver what is due; returns how many went. `write` opens one short transaction and commits it."""
    sent = 0
    for _ in range(at_most):
        with write() as session:
            letter_id = services.claim(session, at=now())
        if letter_id is None:
            return sent
        try:
            with write() as session:
                message = services.compose(session, letter_id, house, at=now())
                if transport == "mailbox":
                    services.keep_in_mailbox(session, message, at=now())
                    services.mark_sent(session, letter_id, to_address=str(message["To"]), at=now())
            if transport != "mailbox":
                send_by_smtp(transport, message)
                with write() as session:
                    services.mark_sent(session, letter_id, to_address=str(message["To"]), at=now())
            sent += 1
        except (CannotRender, smtplib.SMTPException, OSError) as error:
            log.warning("letter %s did not go: %s", letter_id, type(error).__name__)
            with write() as session:
                services.mark_failed(
                    session, letter_id, _plain(error), at=now(), for_good=isinstance(error, CannotRender)
                )
    return sent


def _plain(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def send_by_smtp(url: str, message: EmailMessage) -> None:
    """Hand one mail to the server named by smtp://[user:password@]host[:port] or smtps://…"""
    parts = urlsplit(url)
    host, context = parts.hostname or "localhost", ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=20, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=20)
    with server:
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
