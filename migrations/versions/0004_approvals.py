"""Approvals: who is asked, what was answered; the state that follows signatures, and links for approvers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATES_BEFORE = (
    "draft", "submitted", "withdrawn", "ineligible", "eligible", "in_review", "reviewed", "decided", "awarded",
    "reserve", "declined",
)  # fmt: skip
STATES = ("draft", "submitted", "signed", *STATES_BEFORE[2:])
MOVES_BEFORE = (
    "submit", "withdraw", "pass_check", "fail_check", "start_review", "close_review", "decide", "reopen_decision",
    "release",
)  # fmt: skip
MOVES = ("submit", "withdraw", "sign_off", "waive_signature", *MOVES_BEFORE[2:])
PURPOSES_BEFORE = ("sign_in", "partner", "review")
PURPOSES = (*PURPOSES_BEFORE, "approval")


def upgrade() -> None:
    _words(STATES, MOVES, PURPOSES)
    op.create_table(
        "approval_task",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=32), nullable=False),
        sa.Column("window", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("for_person_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "who IN ('lead_applicant', 'side_lead', 'named_person', 'coordinator')", name=op.f("ck_approval_task_who")
        ),
        sa.CheckConstraint("\"window\" IN ('before_closing', 'after_closing')", name=op.f("ck_approval_task_window")),
        sa.CheckConstraint(
            "for_person_id IS NULL OR for_person_id <> person_id", name=op.f("ck_approval_task_not_for_oneself")
        ),
        sa.CheckConstraint("until IS NULL OR until > asked_at", name=op.f("ck_approval_task_ends_later")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_approval_task_application_id")),
        sa.ForeignKeyConstraint(["for_person_id"], ["person.id"], name=op.f("fk_approval_task_for_person_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_task_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_task")),
        sa.UniqueConstraint(
            "application_id",
            "key",
            "side_key",
            "person_id",
            name=op.f("uq_approval_task_application_id_key_side_key_person_id"),
        ),
    )
    with op.batch_alter_table("approval_task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_task_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_task_person_id"), ["person_id"], unique=False)
    op.create_table(
        "approval_entry",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(length=32), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("name_given", sa.Text(), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("material", sa.Text(), nullable=True),
        sa.Column("submission_number", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('asked', 'answered', 'voided', 'lapsed', 'extended', 'handed_over', 'recalled')",
            name=op.f("ck_approval_entry_kind"),
        ),
        sa.CheckConstraint("answer IN ('yes', 'no', 'return', 'abstain')", name=op.f("ck_approval_entry_answer")),
        sa.CheckConstraint("(kind = 'answered') = (answer IS NOT NULL)", name=op.f("ck_approval_entry_answer_given")),
        sa.CheckConstraint("(answer IS NULL) = (sha256 IS NULL)", name=op.f("ck_approval_entry_what_was_answered")),
        sa.CheckConstraint("(answer IS NULL) = (name_given IS NULL)", name=op.f("ck_approval_entry_name_was_given")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_approval_entry_by_person_id")),
        sa.ForeignKeyConstraint(["link_id"], ["personal_link.id"], name=op.f("fk_approval_entry_link_id")),
        sa.ForeignKeyConstraint(["task_id"], ["approval_task.id"], name=op.f("fk_approval_entry_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_entry")),
        sa.UniqueConstraint("task_id", "position", name=op.f("uq_approval_entry_task_id_position")),
    )
    with op.batch_alter_table("approval_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_entry_task_id"), ["task_id"], unique=False)
    _append_only("approval_entry")


def downgrade() -> None:
    with op.batch_alter_table("approval_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_entry_task_id"))
    op.drop_table("approval_entry")
    with op.batch_alter_table("approval_task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_task_person_id"))
        batch_op.drop_index(batch_op.f("ix_approval_task_application_id"))
    op.drop_table("approval_task")
    _words(STATES_BEFORE, MOVES_BEFORE, PURPOSES_BEFORE)


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def _words(states: tuple[str, ...], moves: tuple[str, ...], purposes: tuple[str, ...]) -> None:
    """The words that columns may hold. SQLite makes the tables anew; the triggers of the steps come back."""
    checks = {
        "application": {"state": _one_of("state", states)},
        "application_step": {
            "move": _one_of("move", moves),
            "start": _one_of("start", states),
            "end": _one_of('"end"', states),
        },
        "personal_link": {"purpose": _one_of("purpose", purposes)},
    }
    for table, wanted in checks.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, text in wanted.items():
                batch_op.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
                batch_op.create_check_constraint(op.f(f"ck_{table}_{name}"), text)
    if op.get_bind().dialect.name == "sqlite":
        _append_only("application_step")


def _append_only(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
