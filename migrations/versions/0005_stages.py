"""Stages on the way of an application: outlines, triage, rejoinder, interview, and panels that wait for others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATES_BEFORE = (
    "draft", "submitted", "signed", "withdrawn", "ineligible", "eligible", "in_review", "reviewed", "decided",
    "awarded", "reserve", "declined",
)  # fmt: skip
STATES = (
    "draft", "outline_submitted", "outline_eligible", "outline_in_review", "outline_reviewed", "outline_decided",
    "not_invited", "invited", "submitted", "signed", "withdrawn", "ineligible", "eligible", "in_review", "reviewed",
    "set_aside", "in_rejoinder", "to_interview", "interviewed", "decided", "awarded", "reserve", "declined",
)  # fmt: skip
MOVES_BEFORE = (
    "submit", "withdraw", "sign_off", "waive_signature", "pass_check", "fail_check", "start_review", "close_review",
    "decide", "reopen_decision", "release",
)  # fmt: skip
MOVES = (
    "submit", "withdraw", "sign_off", "waive_signature", "pass_check", "fail_check", "start_review", "close_review",
    "decide_outline", "reopen_outline", "release_outline", "set_aside", "bring_back", "open_rejoinder",
    "invite_to_interview", "note_interview", "decide", "reopen_decision", "release",
)  # fmt: skip
PARTS = ("outline", "full")
VISIBILITY = ("never", "after_own", "after_closing")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _lists(states: tuple[str, ...], moves: tuple[str, ...]) -> None:
    """Write the words that states and moves may be; SQLite copies the table for it, and loses its triggers."""
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_application_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_application_state"), _one_of("state", states))
    with op.batch_alter_table("application_step", schema=None) as batch_op:
        for column, quoted, words in (
            ("move", "move", moves),
            ("start", "start", states),
            ("end", '"end"', states),
        ):
            batch_op.drop_constraint(op.f(f"ck_application_step_{column}"), type_="check")
            batch_op.create_check_constraint(op.f(f"ck_application_step_{column}"), _one_of(quoted, words))
    _keep_append_only("application_step")


def _keep_append_only(table: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for deed in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{deed.lower()}")
        op.execute(
            f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _add_part(table: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.add_column(sa.Column("part", sa.String(length=32), nullable=False, server_default="full"))
        batch_op.create_check_constraint(op.f(f"ck_{table}_part"), _one_of("part", PARTS))


def upgrade() -> None:
    _lists(STATES, MOVES)
    _add_part("submission")
    _keep_append_only("submission")
    _add_part("extension")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outline_closes_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("panel", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(length=32), nullable=False, server_default="full"))
        batch_op.add_column(
            sa.Column("sees_others", sa.String(length=32), nullable=False, server_default="after_closing")
        )
        batch_op.create_check_constraint(op.f("ck_panel_stage"), _one_of("stage", PARTS))
        batch_op.create_check_constraint(op.f("ck_panel_sees_others"), _one_of("sees_others", VISIBILITY))
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_outside", sa.Boolean(), nullable=False, server_default=sa.false()))
    _tables_of_panels()
    _tables_of_outlines()


def _tables_of_panels() -> None:
    op.create_table(
        "panel_turn",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("panel_id <> after_id", name=op.f("ck_panel_turn_not_itself")),
        sa.ForeignKeyConstraint(["after_id"], ["panel.id"], name=op.f("fk_panel_turn_after_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_turn_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_turn")),
        sa.UniqueConstraint("panel_id", "after_id", name=op.f("uq_panel_turn_panel_id_after_id")),
    )
    with op.batch_alter_table("panel_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_turn_after_id"), ["after_id"], unique=False)
    op.create_table(
        "rejoinder",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("closes_at > opened_at", name=op.f("ck_rejoinder_some_time")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_rejoinder_application_id")),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_rejoinder_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rejoinder")),
        sa.UniqueConstraint("application_id", name=op.f("uq_rejoinder_application_id")),
    )
    op.create_table(
        "interview",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(noted_at IS NULL) = (noted_by IS NULL)", name=op.f("ck_interview_noted_by_somebody")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_interview_application_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["person.id"], name=op.f("fk_interview_noted_by")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_interview_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("application_id", name=op.f("uq_interview_application_id")),
    )


def _tables_of_outlines() -> None:
    op.create_table(
        "outline_decision",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("is_invited", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_outline_decision_application_id")
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_outline_decision_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outline_decision")),
    )
    with op.batch_alter_table("outline_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outline_decision_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "uq_outline_decision_valid",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
    op.create_table(
        "outline_release",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_outline_release_by_person_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_outline_release_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outline_release")),
        sa.UniqueConstraint("call_id", name=op.f("uq_outline_release_call_id")),
    )


def downgrade() -> None:
    for table in ("outline_release", "outline_decision", "interview", "rejoinder", "panel_turn"):
        op.drop_table(table)
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.drop_column("is_outside")
    with op.batch_alter_table("panel", schema=None) as batch_op:
        for column in ("sees_others", "stage"):
            batch_op.drop_constraint(op.f(f"ck_panel_{column}"), type_="check")
            batch_op.drop_column(column)
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_column("outline_closes_at")
    for table in ("extension", "submission"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_part"), type_="check")
            batch_op.drop_column("part")
    _keep_append_only("submission")
    _lists(STATES_BEFORE, MOVES_BEFORE)
