"""Addresses that asked to be told of calls; letters to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("days_before", sa.Integer(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_before BETWEEN 1 AND 60", name=op.f("ck_subscription_days_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("address", "subject", name=op.f("uq_subscription_address_subject")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subscription_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_letter_subscription_id"), "subscription", ["subscription_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_letter_one_reader"), "(person_id IS NULL) <> (subscription_id IS NULL)"
        )
        batch_op.create_index(batch_op.f("ix_letter_subscription_id"), ["subscription_id"], unique=False)


def downgrade() -> None:
    op.execute("DELETE FROM letter WHERE subscription_id IS NOT NULL")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_subscription_id"))
        batch_op.drop_constraint(batch_op.f("ck_letter_one_reader"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_letter_subscription_id"), type_="foreignkey")
        batch_op.drop_column("subscription_id")
        batch_op.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("subscription")
