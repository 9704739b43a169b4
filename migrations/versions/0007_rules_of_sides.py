"""What sides ask of people: the country of a person, points that failed the formal check, nominations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("country", sa.Text(), nullable=True))
    with op.batch_alter_table("eligibility_tick", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_in_order", sa.Boolean(), nullable=False, server_default=sa.true()))

    op.create_table(
        "nomination",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_nominated", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (is_nominated IS NULL)", name=op.f("ck_nomination_one_answer")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_nomination_answered_by_somebody")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_nomination_answered_by")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_nomination_application_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_nomination_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nomination")),
        sa.UniqueConstraint("application_id", "side_key", name=op.f("uq_nomination_application_id_side_key")),
    )
    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_nomination_application_id"), ["application_id"], unique=False)


def downgrade() -> None:

    with op.batch_alter_table("nomination", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_nomination_application_id"))
    op.drop_table("nomination")
    with op.batch_alter_table("eligibility_tick", schema=None) as batch_op:
        batch_op.drop_column("is_in_order")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("country")
