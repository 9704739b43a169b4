"""Doors without an account: browsers that links let in, codes, objections, mails that confirm, and letters of others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PURPOSES = ("sign_in", "partner", "review", "approval")
MORE = ("letter", "host")
OBJECTED = "(objected_at IS NULL) = (objected_because IS NULL)"


def upgrade() -> None:
    _purposes(PURPOSES + MORE)
    _browsers()
    _mails()
    _letters()


def _purposes(words: tuple[str, ...]) -> None:
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_personal_link_purpose"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_personal_link_purpose"), f"purpose IN ({', '.join(map(repr, words))})"
        )


def _browsers() -> None:
    op.create_table(
        "link_browser",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("by_code", sa.Boolean(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["personal_link.id"], name=op.f("fk_link_browser_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_browser")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_link_browser_secret_hash")),
    )
    op.create_index(op.f("ix_link_browser_link_id"), "link_browser", ["link_id"], unique=False)
    op.create_table(
        "link_code",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("wrong >= 0", name=op.f("ck_link_code_wrong")),
        sa.ForeignKeyConstraint(["link_id"], ["personal_link.id"], name=op.f("fk_link_code_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_code")),
    )
    op.create_index(op.f("ix_link_code_link_id"), "link_code", ["link_id"], unique=False)
    for table, column, to in (("login_session", "browser_id", "link_browser"), ("letter", "code_id", "link_code")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column(column, sa.Uuid(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_{column}"), to, [column], ["id"])


def _mails() -> None:
    op.create_table(
        "kept_mail",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_name", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("type IN ('pdf', 'eml', 'txt')", name=op.f("ck_kept_mail_type")),
        sa.CheckConstraint("size > 0", name=op.f("ck_kept_mail_not_empty")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_kept_mail_sha256")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_kept_mail_application_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_kept_mail_recorded_by")),
        sa.ForeignKeyConstraint(["entry_id"], ["approval_entry.id"], name=op.f("fk_kept_mail_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_mail")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_kept_mail_entry_id")),
    )
    op.create_index(op.f("ix_kept_mail_application_id"), "kept_mail", ["application_id"], unique=False)
    op.create_index(op.f("ix_kept_mail_sha256"), "kept_mail", ["sha256"], unique=False)
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.add_column(sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("objected_because", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("mail_id", sa.Uuid(), nullable=True))
        batch_op.create_check_constraint(batch_op.f("ck_application_side_objected_in_words"), OBJECTED)
        batch_op.create_check_constraint(
            batch_op.f("ck_application_side_mail_confirms"), "mail_id IS NULL OR confirmed_at IS NOT NULL"
        )
        batch_op.create_foreign_key(batch_op.f("fk_application_side_mail_id"), "kept_mail", ["mail_id"], ["id"])


def _letters() -> None:
    op.create_table(
        "invited_letter",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name_given", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("original_name", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("says_yes", sa.Boolean(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('letter', 'host')", name=op.f("ck_invited_letter_kind")),
        sa.CheckConstraint(
            "(came_at IS NULL) = (name_given IS NULL)", name=op.f("ck_invited_letter_came_from_somebody")
        ),
        sa.CheckConstraint("came_at IS NULL OR declined_at IS NULL", name=op.f("ck_invited_letter_one_answer")),
        sa.CheckConstraint(
            "(says_yes IS NULL) OR (kind = 'host' AND came_at IS NOT NULL)", name=op.f("ck_invited_letter_host_says")
        ),
        sa.CheckConstraint("(sha256 IS NULL) = (type IS NULL)", name=op.f("ck_invited_letter_whole_file")),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on",
            name=op.f("ck_invited_letter_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_invited_letter_application_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invited_letter_person_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invited_letter_invited_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invited_letter")),
        sa.UniqueConstraint(
            "application_id",
            "question_key",
            "person_id",
            name=op.f("uq_invited_letter_application_id_question_key_person_id"),
        ),
    )
    for column in ("application_id", "person_id", "sha256"):
        op.create_index(op.f(f"ix_invited_letter_{column}"), "invited_letter", [column], unique=False)


def downgrade() -> None:
    op.drop_table("invited_letter")
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_application_side_mail_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_application_side_mail_confirms"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_application_side_objected_in_words"), type_="check")
        for column in ("mail_id", "objected_because", "objected_at"):
            batch_op.drop_column(column)
    op.drop_table("kept_mail")
    op.execute("DELETE FROM letter WHERE code_id IS NOT NULL")
    for table, column in (("letter", "code_id"), ("login_session", "browser_id")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_{column}"), type_="foreignkey")
            batch_op.drop_column(column)
    op.drop_table("link_code")
    op.drop_table("link_browser")
    _forget_letters()
    _purposes(PURPOSES)


def _forget_letters() -> None:
    """Links for letters mean nothing without them; nor do their sessions and mails."""
    links = "SELECT id FROM personal_link WHERE purpose IN ('letter', 'host')"
    for table in ("login_session", "letter"):
        op.execute(f"DELETE FROM {table} WHERE link_id IN ({links})")  # noqa: S608  # names of our own tables
    op.execute("DELETE FROM personal_link WHERE purpose IN ('letter', 'host')")
