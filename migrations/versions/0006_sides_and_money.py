"""Optional sides that stay away, budget lines by cost, and the indirect part of an award's amounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.add_column(sa.Column("takes_part", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("earlier_lead_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_application_side_earlier_lead_id"), "person", ["earlier_lead_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_application_side_absent_is_led_by_nobody"), "takes_part OR lead_person_id IS NULL"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_application_side_earlier_lead_of_absent"), "earlier_lead_id IS NULL OR NOT takes_part"
        )
    with op.batch_alter_table("budget_year", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cost", sa.Text(), nullable=False, server_default=""))
        batch_op.drop_constraint(batch_op.f("uq_budget_year_application_side_id_year"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_budget_year_application_side_id_year_cost"), ["application_side_id", "year", "cost"]
        )
    with op.batch_alter_table("tranche", schema=None) as batch_op:
        batch_op.add_column(sa.Column("indirect_minor", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.create_check_constraint(
            batch_op.f("ck_tranche_indirect_within"), "indirect_minor >= 0 AND indirect_minor <= amount_minor"
        )
    for table, column in (("application_side", "takes_part"), ("budget_year", "cost"), ("tranche", "indirect_minor")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("tranche", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_tranche_indirect_within"), type_="check")
        batch_op.drop_column("indirect_minor")
    with op.batch_alter_table("budget_year", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_budget_year_application_side_id_year_cost"), type_="unique")
        batch_op.drop_column("cost")
        batch_op.create_unique_constraint(
            batch_op.f("uq_budget_year_application_side_id_year"), ["application_side_id", "year"]
        )
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_application_side_earlier_lead_of_absent"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_application_side_absent_is_led_by_nobody"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_application_side_earlier_lead_id"), type_="foreignkey")
        batch_op.drop_column("earlier_lead_id")
        batch_op.drop_column("takes_part")
