"""Every answer and budget line as it once stood: who wrote it, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FIXED = "application_id, key, begun_at, by_person_id, by_name"
NAME = "answer_version_keeps_its_writer"


def upgrade() -> None:
    op.create_table(
        "answer_version",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_answer_version_number")),
        sa.CheckConstraint("begun_at <= at", name=op.f("ck_answer_version_begun_first")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_answer_version_application_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_answer_version_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_version")),
        sa.UniqueConstraint(
            "application_id", "key", "number", name=op.f("uq_answer_version_application_id_key_number")
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {FIXED} ON answer_version "
            "BEGIN SELECT RAISE(ABORT, 'answer_version keeps who wrote, and since when'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'answer_version keeps who wrote, and since when'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OF {FIXED} ON answer_version FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {NAME}")
    else:
        op.execute(f"DROP TRIGGER {NAME} ON answer_version")
        op.execute(f"DROP FUNCTION {NAME}()")
    op.drop_table("answer_version")
