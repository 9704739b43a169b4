"""How files stand with the virus scanner; the notice board where partners are sought."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _scans()
    _notices()


def _scans() -> None:
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scan", sa.String(length=32), server_default="not_scanned", nullable=False))
        batch_op.add_column(sa.Column("scanned_at", WHEN, nullable=True))
        batch_op.add_column(sa.Column("scan_found", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("scan_tries", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("scan_next_at", WHEN, nullable=True))
        batch_op.add_column(sa.Column("scan_error", sa.Text(), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_attachment_scan"), "scan IN ('not_scanned', 'waiting', 'clean', 'refused')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_attachment_scanned_at_kept"), "(scan IN ('clean', 'refused')) = (scanned_at IS NOT NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_attachment_refused_for_something"), "(scan = 'refused') = (scan_found IS NOT NULL)"
        )
        batch_op.create_index(batch_op.f("ix_attachment_scan"), ["scan"], unique=False)


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("brings", sa.Text(), nullable=False),
        sa.Column("seeks", sa.Text(), nullable=False),
        sa.Column("keywords", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("programme_key", sa.Text(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("ends_at", WHEN, nullable=False),
        sa.Column("changed_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("hidden_at", WHEN, nullable=True),
        sa.Column("hidden_by", sa.Uuid(), nullable=True),
        sa.Column("hidden_because", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.CheckConstraint("programme_key IS NULL OR call_id IS NULL", name=op.f("ck_notice_one_aim")),
        sa.CheckConstraint("ends_at > changed_at", name=op.f("ck_notice_ends_later")),
        sa.CheckConstraint("topic <> '' AND brings <> '' AND seeks <> ''", name=op.f("ck_notice_says_something")),
        sa.CheckConstraint(
            "(hidden_at IS NULL) = (hidden_by IS NULL) AND (hidden_at IS NULL) = (hidden_because IS NULL)",
            name=op.f("ck_notice_hidden_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_notice_call_id")),
        sa.ForeignKeyConstraint(["hidden_by"], ["person.id"], name=op.f("fk_notice_hidden_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_ends_at"), ["ends_at"], unique=False)
    op.create_table(
        "notice_contact",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_contact_notice_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_notice_contact_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_contact")),
    )
    with op.batch_alter_table("notice_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_contact_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notice_contact_by_person_id"), ["by_person_id"], unique=False)


def downgrade() -> None:
    op.drop_table("notice_contact")
    op.drop_table("notice")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachment_scan"))
        for name in ("refused_for_something", "scanned_at_kept", "scan"):
            batch_op.drop_constraint(batch_op.f(f"ck_attachment_{name}"), type_="check")
        for name in ("scan_error", "scan_next_at", "scan_tries", "scan_found", "scanned_at", "scan"):
            batch_op.drop_column(name)
