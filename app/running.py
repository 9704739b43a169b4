"""The running application: its settings, and the letterhead made from them."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Flask, current_app

from app import wiring
from app.communications.rendering import Post
from app.config import Settings
from app.identities import proofs
from app.identities.codes import digits_of
from app.identities.links import token_of


def settings() -> Settings:
    """The settings this application was made with."""
    return cast(Settings, current_app.config["SETTINGS"])


def letterhead(app: Flask | None = None) -> Post:
    """What every mail of this house has in common; links get their secret only when a mail is made."""
    chosen: Settings = (app or current_app).config["SETTINGS"]

    def link_url(link_id: UUID) -> str:
        return f"{chosen.base_url}/p/{token_of(chosen.secret_key, link_id)}"

    def alert_url(subscription_id: UUID) -> str:
        return f"{chosen.base_url}/alerts/{token_of(chosen.secret_key, subscription_id)}"

    def code_of(code_id: UUID) -> str:
        return digits_of(chosen.secret_key, code_id)

    def proof_of(code_id: UUID) -> str:
        return proofs.digits_of(chosen.secret_key, code_id)

    senders = (chosen.base_url, chosen.mail_from, chosen.reply_to)
    return Post(wiring.templates(), *senders, link_url, alert_url, code_of, proof_of)
