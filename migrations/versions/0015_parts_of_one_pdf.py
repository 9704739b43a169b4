"""Where the parts of an application that comes as one PDF begin, and who said so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_pages", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("placed_by", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_attachment_placed_by"), "person", ["placed_by"], ["id"])
        batch_op.create_check_constraint(
            batch_op.f("ck_attachment_placed_once_said"), "(first_pages IS NULL) = (placed_at IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_attachment_placed_by_somebody"), "(placed_at IS NULL) = (placed_by IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_attachment_placed_by_somebody"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_attachment_placed_once_said"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_attachment_placed_by"), type_="foreignkey")
        batch_op.drop_column("placed_by")
        batch_op.drop_column("placed_at")
        batch_op.drop_column("first_pages")
