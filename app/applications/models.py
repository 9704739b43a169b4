"""An application and what belongs to it. Only `applications.services.take` changes its state."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from app.applications.scanned import Scanned, scan_checks
from app.kernel.models import Base, Identified, JSONText, Protected, Stamped, one_of, word_of
from app.programmes.definition.vocabulary import Part
from app.workflow.vocabulary import Move, State


class MailType(StrEnum):
    """In what form a mail is kept that somebody wrote instead of using the page."""

    PDF = "pdf"
    EML = "eml"
    TXT = "txt"


class Application(Identified, Stamped, Protected, Base):
    """One proposal to one call."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint("(state = 'draft') OR (submitted_at IS NOT NULL)", name="submitted_at_kept"),
        CheckConstraint("(state = 'draft') OR (reference IS NOT NULL)", name="reference_kept"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    call_version_id: Mapped[UUID] = mapped_column(ForeignKey("call_version.id"))
    lead_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[State] = mapped_column(word_of(State), index=True)
    title: Mapped[str] = mapped_column(default="")
    number: Mapped[int | None]
    reference: Mapped[str | None] = mapped_column(unique=True)
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Answer(Identified, Protected, Base):
    """What stands under one question now; the version tells two tabs apart."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    key: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONText)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    __mapper_args__ = {"version_id_col": version}


class AnswerVersion(Identified, Protected, Base):
    """An answer, or a line of a budget, as it once stood. A stretch of writing by one person is one row that grows until
    it ends (`history.is_one_stretch`); who wrote it and since when never changes."""

    __tablename__ = "answer_version"
    __table_args__ = (
        UniqueConstraint("application_id", "key", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("begun_at <= at", name="begun_first"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    key: Mapped[str]
    number: Mapped[int]
    value: Mapped[Any] = mapped_column(JSONText)
    begun_at: Mapped[datetime]
    at: Mapped[datetime]
    by_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]


class ApplicationSide(Identified, Protected, Base):
    """One side's part: who leads it, whether that person has confirmed, and its budget.

    An optional side may stay away. It keeps its budget and its answers for the case that it comes back, and nobody
    leads it: so it is in no mail, no scope and no list. `earlier_lead_id` is who is asked again. `least_minor` is the
    least amount, in the side's currency, with which it could still do its part.
    """

    __tablename__ = "application_side"
    __table_args__ = (
        UniqueConstraint("application_id", "side_key"),
        CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name="one_answer"),
        CheckConstraint("confirmed_at IS NULL OR lead_person_id IS NOT NULL", name="confirmed_by_somebody"),
        CheckConstraint("takes_part OR lead_person_id IS NULL", name="absent_is_led_by_nobody"),
        CheckConstraint("earlier_lead_id IS NULL OR NOT takes_part", name="earlier_lead_of_absent"),
        CheckConstraint("least_minor IS NULL OR least_minor >= 0", name="least_not_negative"),
        CheckConstraint("(objected_at IS NULL) = (objected_because IS NULL)", name="objected_in_words"),
        CheckConstraint("mail_id IS NULL OR confirmed_at IS NOT NULL", name="mail_confirms"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    side_key: Mapped[str]
    takes_part: Mapped[bool] = mapped_column(default=True)
    earlier_lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    lead_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    invited_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_as: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    declined_because: Mapped[str | None]
    least_minor: Mapped[int | None] = mapped_column(BigInteger)
    objected_at: Mapped[datetime | None]
    objected_because: Mapped[str | None]
    mail_id: Mapped[UUID | None] = mapped_column(ForeignKey("kept_mail.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class KeptMail(Identified, Scanned, Protected, Base):
    """A mail by which somebody agreed without the page: recorded by a coordinator, its bytes kept by their
    hash. `entry_id` is the answer that it stands for, where it gives an approval."""

    __tablename__ = "kept_mail"
    __table_args__ = (
        CheckConstraint(one_of("type", MailType), name="type"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        *scan_checks(),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    side_key: Mapped[str]
    written_by: Mapped[str]
    written_on: Mapped[date]
    name: Mapped[str]
    type: Mapped[MailType] = mapped_column(word_of(MailType))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(index=True)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_by_name: Mapped[str]
    recorded_at: Mapped[datetime]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("approval_entry.id"), unique=True)


class BudgetYear(Identified, Protected, Base):
    """What one side asks for in one year, in that side's own currency; one row for each cost, where the call lists
    costs, else one with an empty `cost`."""

    __tablename__ = "budget_year"
    __table_args__ = (
        UniqueConstraint("application_side_id", "year", "cost"),
        CheckConstraint("amount_minor >= 0", name="not_negative"),
        CheckConstraint("year >= 1", name="year"),
    )

    application_side_id: Mapped[UUID] = mapped_column(ForeignKey("application_side.id"), index=True)
    year: Mapped[int]
    cost: Mapped[str] = mapped_column(default="")
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]


class Submission(Identified, Protected, Base):
    """A frozen version: the whole content, names and addresses as they were, and its hash. `key` is the one of the form
    that sent it: sent twice, it submits once."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        UniqueConstraint("application_id", "key"),
        CheckConstraint(one_of("part", Part), name="part"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    snapshot: Mapped[Any] = mapped_column(JSONText)
    sha256: Mapped[str]
    submitted_at: Mapped[datetime]
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    part: Mapped[Part] = mapped_column(word_of(Part), default=Part.FULL, server_default="full")
    key: Mapped[str | None]


class TakenBack(Identified, Protected, Base):
    """What stands of an application while its team improves it: its rows as they were submitted. Gone with the next
    version, or when the deadline puts the rows back."""

    __tablename__ = "taken_back"
    __table_args__ = (UniqueConstraint("application_id"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    taken_at: Mapped[datetime]
    taken_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kept: Mapped[Any] = mapped_column(JSONText)


class Attachment(Identified, Scanned, Protected, Base):
    """One uploaded file under one question. Its bytes lie in the store under their hash; removing keeps the row.

    `original_name` is what the device called it, for its own team alone; readers get it as `name`. `first_pages` says
    where the parts of an application in one PDF begin, once somebody has said so; another file is asked anew.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("pages IS NULL OR pages >= 1", name="pages"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("(removed_at IS NULL) = (removed_by IS NULL)", name="removed_by_somebody"),
        CheckConstraint("(first_pages IS NULL) = (placed_at IS NULL)", name="placed_once_said"),
        CheckConstraint("(placed_at IS NULL) = (placed_by IS NULL)", name="placed_by_somebody"),
        *scan_checks(),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    question_key: Mapped[str]
    original_name: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    pages: Mapped[int | None]
    sha256: Mapped[str] = mapped_column(index=True)
    added_at: Mapped[datetime]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    first_pages: Mapped[dict[str, int] | None] = mapped_column(JSONText)
    placed_at: Mapped[datetime | None]
    placed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))


class SubmissionFile(Identified, Protected, Base):
    """A file as it belongs to a frozen version, under the name it had there. Append-only."""

    __tablename__ = "submission_file"
    __table_args__ = (UniqueConstraint("submission_id", "attachment_id"),)

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("submission.id"), index=True)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachment.id"), index=True)
    name: Mapped[str]


class ApplicationStep(Identified, Protected, Base):
    """One step of the workflow as it was taken. Append-only."""

    __tablename__ = "application_step"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        CheckConstraint(one_of("move", Move), name="move"),
        CheckConstraint(one_of("start", State), name="start"),
        CheckConstraint(one_of("end", State).replace("end IN", '"end" IN'), name="end"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    position: Mapped[int]
    move: Mapped[Move] = mapped_column(word_of(Move))
    start: Mapped[State] = mapped_column(word_of(State))
    end: Mapped[State] = mapped_column(word_of(State))
    by_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class EligibilityTick(Identified, Protected, Base):
    """One point of the formal check as a person found it: in order, or failed."""

    __tablename__ = "eligibility_tick"
    __table_args__ = (UniqueConstraint("application_id", "key"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    key: Mapped[str]
    is_in_order: Mapped[bool] = mapped_column(default=True, server_default=true())
    by_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Nomination(Identified, Protected, Base):
    """One side's coordinator is asked to put an application forward, and says yes or no. Asking shows title and lead."""

    __tablename__ = "nomination"
    __table_args__ = (
        UniqueConstraint("application_id", "side_key"),
        CheckConstraint("(answered_at IS NULL) = (is_nominated IS NULL)", name="one_answer"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered_by_somebody"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    side_key: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    is_nominated: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Extension(Identified, Base):
    """A later deadline of one part for one application or one side: asked for by one coordinator, agreed to by a second."""

    __tablename__ = "extension"
    __table_args__ = (
        CheckConstraint("application_id IS NULL OR side_key IS NULL", name="one_aim"),
        CheckConstraint("application_id IS NOT NULL OR side_key IS NOT NULL", name="some_aim"),
        CheckConstraint("to_instant > from_instant", name="later"),
        CheckConstraint("(agreed_at IS NULL) = (agreed_by IS NULL)", name="agreed_by_somebody"),
        CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name="one_answer"),
        CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name="second_coordinator"),
        CheckConstraint(one_of("part", Part), name="part"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"), index=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id"), index=True)
    side_key: Mapped[str | None]
    from_instant: Mapped[datetime]
    to_instant: Mapped[datetime]
    reason: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    part: Mapped[Part] = mapped_column(word_of(Part), default=Part.FULL, server_default="full")
