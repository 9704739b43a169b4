"""Who people are. A person has many addresses; nobody needs an account to be one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.models import Base, Identified, Stamped, one_of, word_of


class Role(StrEnum):
    """A standing duty: for the house, or for one side of one call."""

    ADMINISTRATOR = "administrator"
    COORDINATOR = "coordinator"


class LinkPurpose(StrEnum):
    """The one task that a personal link opens."""

    SIGN_IN = "sign_in"
    PARTNER = "partner"
    REVIEW = "review"
    APPROVAL = "approval"
    LETTER = "letter"
    HOST = "host"
    MEMBER = "member"


class Institution(Identified, Base):
    """An institution with the facts that calls and letters need."""

    __tablename__ = "institution"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    country: Mapped[str]
    zone: Mapped[str]
    currency: Mapped[str]
    ror: Mapped[str | None]


class Leave(StrEnum):
    """A kind of time that is deducted from career age."""

    PARENTAL = "parental"
    ILLNESS = "illness"
    MILITARY = "military"
    UNION = "union"
    CLINICAL = "clinical"
    OTHER = "other"


class Person(Identified, Stamped, Base):
    """A human being known to Tandem, with or without an account. `merged_into`: the same human being's other record."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("merged_into IS NULL OR disabled_at IS NOT NULL", name="merged_is_closed"),
        CheckConstraint("merged_into IS NULL OR merged_into <> id", name="not_into_itself"),
    )

    name: Mapped[str]
    locale: Mapped[str] = mapped_column(default="en")
    institution: Mapped[str] = mapped_column(default="")
    department: Mapped[str] = mapped_column(default="")
    zone: Mapped[str] = mapped_column(default="Europe/Stockholm")
    country: Mapped[str | None]
    password_hash: Mapped[str | None]
    disabled_at: Mapped[datetime | None]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)


class Profile(Base):
    """What a person says of herself, once, to be used in applications. No rule of access reads it."""

    __tablename__ = "profile"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    title: Mapped[str] = mapped_column(default="")
    institution: Mapped[str] = mapped_column(default="")
    ror: Mapped[str | None]
    department: Mapped[str] = mapped_column(default="")
    orcid: Mapped[str | None] = mapped_column(index=True)
    phone: Mapped[str] = mapped_column(default="")
    doctoral_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CareerLeave(Identified, Base):
    """Months of one kind that are deducted from a person's career age."""

    __tablename__ = "career_leave"
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint(one_of("kind", Leave), name="kind"),
        CheckConstraint("months BETWEEN 1 AND 240", name="months"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Leave] = mapped_column(word_of(Leave))
    months: Mapped[int]


class EmailAddress(Identified, Stamped, Base):
    """One address of a person; addresses are unique, so an address is never two people."""

    __tablename__ = "email_address"
    __table_args__ = (
        Index(
            "uq_email_address_primary",
            "person_id",
            unique=True,
            sqlite_where=text("is_primary"),
            postgresql_where=text("is_primary"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(unique=True)
    is_primary: Mapped[bool]
    proved_at: Mapped[datetime | None]


class RoleGrant(Identified, Stamped, Base):
    """A role that somebody has, for the house or for a side of a call, until it is ended."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("(role = 'administrator') = (call_id IS NULL)", name="scope"),
        CheckConstraint("(call_id IS NULL) = (side_key IS NULL)", name="side"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(word_of(Role))
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"), index=True)
    side_key: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class PersonalLink(Identified, Stamped, Base):
    """A link for one task. The secret is not stored: it is derived from the id when the mail is rendered."""

    __tablename__ = "personal_link"
    __table_args__ = (CheckConstraint(one_of("purpose", LinkPurpose), name="purpose"),)

    purpose: Mapped[LinkPurpose] = mapped_column(word_of(LinkPurpose))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    sent_to: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class LinkBrowser(Identified, Stamped, Base):
    """A browser that a personal link lets in: the first one that did something, and later ones by a mailed code."""

    __tablename__ = "link_browser"

    link_id: Mapped[UUID] = mapped_column(ForeignKey("personal_link.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    by_code: Mapped[bool]
    revoked_at: Mapped[datetime | None]


class LinkCode(Identified, Stamped, Base):
    """Six digits, mailed to the address of a link. They are not stored: they are derived from the id, as links are."""

    __tablename__ = "link_code"
    __table_args__ = (CheckConstraint("wrong >= 0", name="wrong"),)

    link_id: Mapped[UUID] = mapped_column(ForeignKey("personal_link.id"), index=True)
    expires_at: Mapped[datetime]
    wrong: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class LoginSession(Identified, Stamped, Base):
    """A browser that acts for a person; with `link_id`, only within that link's task. Ended on the server."""

    __tablename__ = "login_session"

    secret_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("personal_link.id"))
    browser_id: Mapped[UUID | None] = mapped_column(ForeignKey("link_browser.id"))
    ended_at: Mapped[datetime | None]


class AddressProof(Identified, Stamped, Base):
    """A six-digit code that was mailed to an address and is asked for in the same browser session, and nowhere else."""

    __tablename__ = "address_proof"
    __table_args__ = (
        UniqueConstraint("login_session_id", "address"),
        CheckConstraint("tries >= 0", name="tries"),
        CheckConstraint("proved_at IS NULL OR proved_at >= created_at", name="proved_later"),
    )

    login_session_id: Mapped[UUID] = mapped_column(ForeignKey("login_session.id"), index=True)
    address: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    proved_at: Mapped[datetime | None]


class Attempt(Base):
    """How often something was tried in a window of time; keys are hashes."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]
