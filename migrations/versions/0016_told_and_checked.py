"""What applicants are told and asked before they type, and what the formal check asks of single questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_promise",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_promise_call_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_call_promise_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_promise")),
    )
    with op.batch_alter_table("call_promise", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_promise_call_id"), ["call_id"], unique=False)

    op.create_table(
        "check_condition",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name=op.f("ck_check_condition_met_by_somebody")),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_check_condition_says_something")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_check_condition_application_id")),
        sa.ForeignKeyConstraint(["met_by"], ["person.id"], name=op.f("fk_check_condition_met_by")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_check_condition_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_condition")),
    )
    with op.batch_alter_table("check_condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_check_condition_application_id"), ["application_id"], unique=False)

    op.create_table(
        "notice_read",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_notice_read_sha256")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_notice_read_application_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_read_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_read")),
    )
    with op.batch_alter_table("notice_read", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_read_application_id"), ["application_id"], unique=False)

    op.create_table(
        "question_flag",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("to_person_id", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("proposed", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'colleague') = (to_person_id IS NOT NULL)", name=op.f("ck_question_flag_colleague_is_named")
        ),
        sa.CheckConstraint(
            "is_accepted IS NULL OR kind = 'applicant'", name=op.f("ck_question_flag_only_corrections_are_decided")
        ),
        sa.CheckConstraint(
            "kind = 'colleague' OR until IS NOT NULL", name=op.f("ck_question_flag_applicant_has_a_date")
        ),
        sa.CheckConstraint("kind IN ('colleague', 'applicant')", name=op.f("ck_question_flag_kind")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("ck_question_flag_answered_by_somebody")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_question_flag_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (is_accepted IS NULL)", name=op.f("ck_question_flag_decided_one_way")
        ),
        sa.CheckConstraint("closed_at IS NULL OR decided_at IS NULL", name=op.f("ck_question_flag_closed_or_decided")),
        sa.CheckConstraint(
            "decided_at IS NULL OR answered_at IS NOT NULL", name=op.f("ck_question_flag_answered_before_decided")
        ),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_question_flag_says_something")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_question_flag_answered_by")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_question_flag_application_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_question_flag_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_question_flag_decided_by")),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_question_flag_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_flag")),
    )
    with op.batch_alter_table("question_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_flag_application_id"), ["application_id"], unique=False)

    op.create_table(
        "quiz_answers",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_quiz_answers_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answers")),
        sa.UniqueConstraint("application_id", name=op.f("uq_quiz_answers_application_id")),
    )


def downgrade() -> None:
    for table in ("quiz_answers", "question_flag", "notice_read", "check_condition", "call_promise"):
        op.drop_table(table)
