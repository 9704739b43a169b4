"""Letters of others and mails that are kept stand before the virus scanner too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = ("invited_letter", "kept_mail")
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("scan", sa.String(length=32), server_default="not_scanned", nullable=False))
            batch_op.add_column(sa.Column("scanned_at", WHEN, nullable=True))
            batch_op.add_column(sa.Column("scan_found", sa.Text(), nullable=True))
            batch_op.add_column(sa.Column("scan_tries", sa.Integer(), server_default="0", nullable=False))
            batch_op.add_column(sa.Column("scan_next_at", WHEN, nullable=True))
            batch_op.add_column(sa.Column("scan_error", sa.Text(), nullable=True))
            batch_op.create_check_constraint(
                batch_op.f(f"ck_{table}_scan"), "scan IN ('not_scanned', 'waiting', 'clean', 'refused')"
            )
            batch_op.create_check_constraint(
                batch_op.f(f"ck_{table}_scanned_at_kept"),
                "(scan IN ('clean', 'refused')) = (scanned_at IS NOT NULL)",
            )
            batch_op.create_check_constraint(
                batch_op.f(f"ck_{table}_refused_for_something"), "(scan = 'refused') = (scan_found IS NOT NULL)"
            )
            batch_op.create_index(batch_op.f(f"ix_{table}_scan"), ["scan"], unique=False)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_scan"))
            for name in ("refused_for_something", "scanned_at_kept", "scan"):
                batch_op.drop_constraint(batch_op.f(f"ck_{table}_{name}"), type_="check")
            for name in ("scan_error", "scan_next_at", "scan_tries", "scan_found", "scanned_at", "scan"):
                batch_op.drop_column(name)
