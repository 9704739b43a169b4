"""Applications that are taken back and improved, and what stands of them meanwhile; withdrawals that are undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATES_BEFORE = (
    "draft", "outline_submitted", "outline_eligible", "outline_in_review", "outline_reviewed", "outline_decided",
    "not_invited", "invited", "submitted", "signed", "withdrawn", "ineligible", "eligible", "in_review", "reviewed",
    "set_aside", "in_rejoinder", "to_interview", "interviewed", "decided", "awarded", "reserve", "declined",
)  # fmt: skip
STATES = (
    "draft", "outline_submitted", "outline_reopened", "outline_eligible", "outline_in_review", "outline_reviewed",
    "outline_decided", "not_invited", "invited", "submitted", "reopened", "signed", "withdrawn", "ineligible",
    "eligible", "in_review", "reviewed", "set_aside", "in_rejoinder", "to_interview", "interviewed", "decided",
    "awarded", "reserve", "declined",
)  # fmt: skip
MOVES_BEFORE = (
    "submit", "withdraw", "sign_off", "waive_signature", "pass_check", "fail_check", "start_review", "close_review",
    "decide_outline", "reopen_outline", "release_outline", "set_aside", "bring_back", "open_rejoinder",
    "invite_to_interview", "note_interview", "decide", "reopen_decision", "release",
)  # fmt: skip
MOVES = (
    "submit", "take_back", "stand", "withdraw", "undo_withdraw", "sign_off", "waive_signature", "pass_check",
    "fail_check", "start_review", "close_review", "decide_outline", "reopen_outline", "release_outline", "set_aside",
    "bring_back", "open_rejoinder", "invite_to_interview", "note_interview", "decide", "reopen_decision", "release",
)  # fmt: skip


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


def _let_drafts_go() -> None:
    """An approval's line is never changed, and deleted only with a draft that was never submitted."""
    of_what_was_sent = (
        "EXISTS (SELECT 1 FROM approval_task JOIN application ON application.id = approval_task.application_id "
        "WHERE approval_task.id = OLD.task_id AND application.submitted_at IS NOT NULL)"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER approval_entry_no_delete")
        op.execute(
            f"CREATE TRIGGER approval_entry_no_delete BEFORE DELETE ON approval_entry WHEN {of_what_was_sent} "
            "BEGIN SELECT RAISE(ABORT, 'approval_entry is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_sent() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'DELETE' AND NOT {of_what_was_sent} THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute("DROP TRIGGER approval_entry_append_only ON approval_entry")
    op.execute(
        "CREATE TRIGGER approval_entry_append_only BEFORE UPDATE OR DELETE ON approval_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change_of_sent()"
    )


def _let_nothing_go() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER approval_entry_no_delete")
        op.execute(
            "CREATE TRIGGER approval_entry_no_delete BEFORE DELETE ON approval_entry "
            "BEGIN SELECT RAISE(ABORT, 'approval_entry is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER approval_entry_append_only ON approval_entry")
    op.execute(
        "CREATE TRIGGER approval_entry_append_only BEFORE UPDATE OR DELETE ON approval_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute("DROP FUNCTION refuse_change_of_sent()")


def upgrade() -> None:
    _lists(STATES, MOVES)
    _let_drafts_go()
    op.create_table(
        "taken_back",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_taken_back_application_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_taken_back_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taken_back")),
        sa.UniqueConstraint("application_id", name=op.f("uq_taken_back_application_id")),
    )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.Text(), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_submission_application_id_key"), ["application_id", "key"])
    _keep_append_only("submission")


def downgrade() -> None:
    _let_nothing_go()
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_submission_application_id_key"), type_="unique")
        batch_op.drop_column("key")
    _keep_append_only("submission")
    op.drop_table("taken_back")
    _lists(STATES_BEFORE, MOVES_BEFORE)
