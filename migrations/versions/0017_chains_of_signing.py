"""When a signer was told, what a signature stood on in words, and the least amount a side could do with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("approval_task", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("approval_entry", sa.Column("shown", sa.Text(), nullable=True))
    op.execute("UPDATE approval_task SET told_at = asked_at")  # else everybody would be written to once more
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.add_column(sa.Column("least_minor", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_application_side_least_not_negative"), "least_minor IS NULL OR least_minor >= 0"
        )


def downgrade() -> None:
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_application_side_least_not_negative"), type_="check")
        batch_op.drop_column("least_minor")
    op.drop_column("approval_entry", "shown")
    op.drop_column("approval_task", "told_at")
