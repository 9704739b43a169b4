"""Settings: typed, read once from the environment. The embedded default needs none."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class Settings:
    """All that a deployment may choose."""

    instance: Path
    database_url: str
    secret_key: str = field(repr=False)
    trail_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    mail: str = "mailbox"
    mail_from: str = "Tandem <tandem@localhost.invalid>"
    reply_to: str = "Tandem office <office@localhost.invalid>"
    demo: bool = False
    cheap_passwords: bool = False
    scanner: str = ""

    @property
    def is_demo(self) -> bool:
        """The demonstration doors exist only on loopback."""
        return self.demo and self.host in LOOPBACK

    @property
    def hosts(self) -> list[str]:
        """The names under which this house answers; a demonstration answers on loopback alone."""
        return sorted({urlsplit(self.base_url).hostname or "localhost", *LOOPBACK})

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"


class SettingRefused(ValueError):
    """A setting that cannot be used; the message says which and what is allowed."""


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Makes the instance folder and its secrets when they are missing."""
    env = dict(os.environ if environment is None else environment)
    instance = Path(env.get("TANDEM_INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    host = env.get("TANDEM_HOST", "127.0.0.1")
    port = _port(env.get("TANDEM_PORT") or env.get("PORT") or "8000")
    return Settings(
        instance=instance,
        database_url=database_url(env.get("TANDEM_DATABASE_URL") or env.get("DATABASE_URL"), instance),
        secret_key=env.get("TANDEM_SECRET_KEY") or _kept_secret(instance / "secret-key"),
        trail_key=env.get("TANDEM_TRAIL_KEY") or _kept_secret(instance / "trail-key"),
        base_url=env.get("TANDEM_BASE_URL", f"http://{host}:{port}").rstrip("/"),
        host=host,
        port=port,
        mail=_mail(env.get("TANDEM_MAIL", "mailbox")),
        mail_from=env.get("TANDEM_MAIL_FROM", Settings.mail_from),
        reply_to=env.get("TANDEM_REPLY_TO", Settings.reply_to),
        demo=_switch("TANDEM_DEMO", env.get("TANDEM_DEMO", "0")),
        cheap_passwords=_switch("TANDEM_CHEAP_PASSWORDS", env.get("TANDEM_CHEAP_PASSWORDS", "0")),
        scanner=_scanner(env.get("TANDEM_SCANNER", "")),
    )


def database_url(text: str | None, instance: Path) -> str:
    """The database's address; SQLite in the instance folder unless told otherwise."""
    if not text:
        return f"sqlite:///{instance / 'tandem.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text[len(prefix) :]
    if text.startswith(("sqlite:///", "postgresql+psycopg://")):
        return text
    raise SettingRefused("DATABASE_URL: use sqlite:///path or postgresql://user:password@host/name")


def _kept_secret(path: Path) -> str:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingRefused(f"PORT: {text!r} is no port; use a number from 1 to 65535")
    return int(text)


def _switch(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise SettingRefused(f"{name}: {text!r} is not a switch; use 0 or 1")
    return text == "1"


def _mail(text: str) -> str:
    if text == "mailbox" or urlsplit(text).scheme in ("smtp", "smtps"):
        return text
    raise SettingRefused("TANDEM_MAIL: use mailbox, or smtp://host:25, or smtps://user:password@host:465")


def _scanner(text: str) -> str:
    parts = urlsplit(text)
    if not text or (parts.scheme == "unix" and parts.path) or (parts.scheme == "tcp" and parts.hostname):
        return text
    raise SettingRefused("TANDEM_SCANNER: use unix:///run/clamav/clamd.ctl, or tcp://host:3310, or leave it out")
