"""Calls that change: working copies, agreements of sides, extensions, embargo and forecast; awards from before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "past_award",
        sa.Column("programme_key", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("leader", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_past_award_amount_with_currency")
        ),
        sa.CheckConstraint("amount_minor IS NULL OR amount_minor >= 0", name=op.f("ck_past_award_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_award")),
        sa.UniqueConstraint(
            "programme_key", "year", "title", "side", name=op.f("uq_past_award_programme_key_year_title_side")
        ),
    )
    with op.batch_alter_table("past_award", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_past_award_programme_key"), ["programme_key"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_agreement_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("call_id", "sha256", "side_key", name=op.f("uq_agreement_call_id_sha256_side_key")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_call_id"), ["call_id"], unique=False)

    op.create_table(
        "working_copy",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_working_copy_call_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_working_copy_changed_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_working_copy_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copy")),
        sa.UniqueConstraint("call_id", name=op.f("uq_working_copy_call_id")),
    )
    op.create_table(
        "extension",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("side_key", sa.Text(), nullable=True),
        sa.Column("from_instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_instant", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(agreed_at IS NULL) = (agreed_by IS NULL)", name=op.f("ck_extension_agreed_by_somebody")),
        sa.CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name=op.f("ck_extension_one_answer")),
        sa.CheckConstraint("agreed_by IS NULL OR agreed_by <> asked_by", name=op.f("ck_extension_second_coordinator")),
        sa.CheckConstraint("application_id IS NOT NULL OR side_key IS NOT NULL", name=op.f("ck_extension_some_aim")),
        sa.CheckConstraint("application_id IS NULL OR side_key IS NULL", name=op.f("ck_extension_one_aim")),
        sa.CheckConstraint("to_instant > from_instant", name=op.f("ck_extension_later")),
        sa.ForeignKeyConstraint(["agreed_by"], ["person.id"], name=op.f("fk_extension_agreed_by")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_extension_application_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_extension_asked_by")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_extension_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_call_id"), ["call_id"], unique=False)

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("visible_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("forecast_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:

    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("forecast_at")
        batch_op.drop_column("visible_at")

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_call_id"))
        batch_op.drop_index(batch_op.f("ix_extension_application_id"))

    op.drop_table("extension")
    op.drop_table("working_copy")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_call_id"))

    op.drop_table("agreement")
    with op.batch_alter_table("past_award", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_past_award_programme_key"))

    op.drop_table("past_award")
