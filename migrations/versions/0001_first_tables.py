"""The first tables: people, calls, applications, reviews, decisions, awards, letters, trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "window", name=op.f("pk_attempt")),
    )
    op.create_table(
        "institution",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("ror", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_institution")),
        sa.UniqueConstraint("key", name=op.f("uq_institution_key")),
    )
    op.create_table(
        "mailbox_message",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_message")),
    )
    with op.batch_alter_table("mailbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_message_sent_to"), ["sent_to"], unique=False)

    op.create_table(
        "person",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "programme",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("key", name=op.f("uq_programme_key")),
    )
    op.create_table(
        "trail_entry",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_entry")),
        sa.UniqueConstraint("chain", "position", name=op.f("uq_trail_entry_chain_position")),
    )
    with op.batch_alter_table("trail_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trail_entry_chain"), ["chain"], unique=False)
        batch_op.create_index(batch_op.f("ix_trail_entry_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "call",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state <> 'announced') OR (announced_at IS NOT NULL)", name=op.f("ck_call_announced_at_kept")
        ),
        sa.CheckConstraint("(state <> 'announced') OR (closes_at IS NOT NULL)", name=op.f("ck_call_closes_at_known")),
        sa.CheckConstraint("state IN ('draft', 'announced', 'decided')", name=op.f("ck_call_state")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_call_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("key", name=op.f("uq_call_key")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "email_address",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_email_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_address")),
        sa.UniqueConstraint("address", name=op.f("uq_email_address_address")),
    )
    with op.batch_alter_table("email_address", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_address_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_email_address_primary",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("is_primary"),
            postgresql_where=sa.text("is_primary"),
        )

    op.create_table(
        "personal_link",
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('sign_in', 'partner', 'review')", name=op.f("ck_personal_link_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_personal_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_link")),
    )
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_link_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_link_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "call_version",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_call_version_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_version")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_call_version_call_id_number")),
    )
    with op.batch_alter_table("call_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_version_call_id"), ["call_id"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["personal_link.id"], name=op.f("fk_login_session_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_login_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_login_session_secret_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "panel",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_panel_call_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_panel_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
        sa.UniqueConstraint("call_id", "key", name=op.f("uq_panel_call_id_key")),
    )
    with op.batch_alter_table("panel", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_call_id"), ["call_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_release_by_person_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_release_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("call_id", name=op.f("uq_release_call_id")),
    )
    op.create_table(
        "role_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("side_key", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(role = 'administrator') = (call_id IS NULL)", name=op.f("ck_role_grant_scope")),
        sa.CheckConstraint("role IN ('administrator', 'coordinator')", name=op.f("ck_role_grant_role")),
        sa.CheckConstraint("(call_id IS NULL) = (side_key IS NULL)", name=op.f("ck_role_grant_side")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_role_grant_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("call_version_id", sa.Uuid(), nullable=False),
        sa.Column("lead_person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'draft') OR (reference IS NOT NULL)", name=op.f("ck_application_reference_kept")),
        sa.CheckConstraint(
            "(state = 'draft') OR (submitted_at IS NOT NULL)", name=op.f("ck_application_submitted_at_kept")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'withdrawn', 'ineligible', 'eligible', 'in_review', 'reviewed', 'decided', 'awarded', 'reserve', 'declined')",
            name=op.f("ck_application_state"),
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_application_call_id")),
        sa.ForeignKeyConstraint(["call_version_id"], ["call_version.id"], name=op.f("fk_application_call_version_id")),
        sa.ForeignKeyConstraint(["lead_person_id"], ["person.id"], name=op.f("fk_application_lead_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("call_id", "number", name=op.f("uq_application_call_id_number")),
        sa.UniqueConstraint("reference", name=op.f("uq_application_reference")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_lead_person_id"), ["lead_person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_state"), ["state"], unique=False)

    op.create_table(
        "panel_member",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=True),
        sa.Column("conflicts_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_panel_member_one_answer")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_panel_member_panel_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_panel_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_member")),
        sa.UniqueConstraint("panel_id", "person_id", name=op.f("uq_panel_member_panel_id_person_id")),
    )
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_panel_member_panel_id"), ["panel_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_panel_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "answer",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_answer_application_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_answer_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_answer_application_id_key")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_application_id"), ["application_id"], unique=False)

    op.create_table(
        "application_side",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("lead_person_id", sa.Uuid(), nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_as", sa.Text(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("confirmed_at IS NULL OR declined_at IS NULL", name=op.f("ck_application_side_one_answer")),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR lead_person_id IS NOT NULL", name=op.f("ck_application_side_confirmed_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_side_application_id")
        ),
        sa.ForeignKeyConstraint(["lead_person_id"], ["person.id"], name=op.f("fk_application_side_lead_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_side")),
        sa.UniqueConstraint("application_id", "side_key", name=op.f("uq_application_side_application_id_side_key")),
    )
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_side_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_side_lead_person_id"), ["lead_person_id"], unique=False)

    op.create_table(
        "application_step",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("start", sa.String(length=32), nullable=False),
        sa.Column("end", sa.String(length=32), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=True),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "move IN ('submit', 'withdraw', 'pass_check', 'fail_check', 'start_review', 'close_review', 'decide', 'reopen_decision', 'release')",
            name=op.f("ck_application_step_move"),
        ),
        sa.CheckConstraint(
            "start IN ('draft', 'submitted', 'withdrawn', 'ineligible', 'eligible', 'in_review', 'reviewed', 'decided', 'awarded', 'reserve', 'declined')",
            name=op.f("ck_application_step_start"),
        ),
        sa.CheckConstraint(
            "\"end\" IN ('draft', 'submitted', 'withdrawn', 'ineligible', 'eligible', 'in_review', 'reviewed', 'decided', 'awarded', 'reserve', 'declined')",
            name=op.f("ck_application_step_end"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_step_application_id")
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_application_step_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_step")),
        sa.UniqueConstraint("application_id", "position", name=op.f("uq_application_step_application_id_position")),
    )
    with op.batch_alter_table("application_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_step_application_id"), ["application_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("panel_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_assignment_application_id")),
        sa.ForeignKeyConstraint(["member_id"], ["panel_member.id"], name=op.f("fk_assignment_member_id")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_assignment_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("member_id", "application_id", name=op.f("uq_assignment_member_id_application_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_member_id"), ["member_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_panel_id"), ["panel_id"], unique=False)

    op.create_table(
        "award",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_award_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("application_id", name=op.f("uq_award_application_id")),
    )
    op.create_table(
        "conflict_answer",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("has_conflict", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_conflict_answer_application_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conflict_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_answer")),
        sa.UniqueConstraint("person_id", "application_id", name=op.f("uq_conflict_answer_person_id_application_id")),
    )
    with op.batch_alter_table("conflict_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_answer_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conflict_answer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "eligibility_tick",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_eligibility_tick_application_id")
        ),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_eligibility_tick_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_eligibility_tick")),
        sa.UniqueConstraint("application_id", "key", name=op.f("uq_eligibility_tick_application_id_key")),
    )
    with op.batch_alter_table("eligibility_tick", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_eligibility_tick_application_id"), ["application_id"], unique=False)

    op.create_table(
        "joint_decision",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("took_part", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("outcome IN ('award', 'reserve', 'decline')", name=op.f("ck_joint_decision_outcome")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_joint_decision_application_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_joint_decision_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_decision")),
    )
    with op.batch_alter_table("joint_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_decision_application_id"), ["application_id"], unique=False)
        batch_op.create_index(
            "uq_joint_decision_valid",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "letter",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("dedupe", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("side_key", sa.Text(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=False),
        sa.Column("values", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(status = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_letter_sent_at_kept")),
        sa.CheckConstraint("status IN ('draft', 'queued', 'sent', 'failed', 'dropped')", name=op.f("ck_letter_status")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_letter_application_id")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_letter_call_id")),
        sa.ForeignKeyConstraint(["link_id"], ["personal_link.id"], name=op.f("fk_letter_link_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_letter_dedupe")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_application_id"), ["application_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_status"), ["status"], unique=False)

    op.create_table(
        "submission",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_submission_application_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_submission_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_submission_application_id_number")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_application_id"), ["application_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("recommends", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("by_person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_verdict_application_id")),
        sa.ForeignKeyConstraint(["by_person_id"], ["person.id"], name=op.f("fk_verdict_by_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("application_id", "side_key", name=op.f("uq_verdict_application_id_side_key")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_application_id"), ["application_id"], unique=False)

    op.create_table(
        "budget_year",
        sa.Column("application_side_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_budget_year_not_negative")),
        sa.CheckConstraint("year >= 1", name=op.f("ck_budget_year_year")),
        sa.ForeignKeyConstraint(
            ["application_side_id"], ["application_side.id"], name=op.f("fk_budget_year_application_side_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_year")),
        sa.UniqueConstraint("application_side_id", "year", name=op.f("uq_budget_year_application_side_id_year")),
    )
    with op.batch_alter_table("budget_year", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_year_application_side_id"), ["application_side_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("overall", sa.Integer(), nullable=True),
        sa.Column("for_applicant", sa.Text(), nullable=False),
        sa.Column("for_panel", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignment.id"], name=op.f("fk_review_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("assignment_id", name=op.f("uq_review_assignment_id")),
    )
    op.create_table(
        "tranche",
        sa.Column("award_id", sa.Uuid(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("is_gated", sa.Boolean(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_tranche_not_negative")),
        sa.CheckConstraint("is_gated OR released_at IS NOT NULL", name=op.f("ck_tranche_only_gates_wait")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_tranche_award_id")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_tranche_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tranche")),
        sa.UniqueConstraint("award_id", "side_key", "year", name=op.f("uq_tranche_award_id_side_key_year")),
    )
    with op.batch_alter_table("tranche", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tranche_award_id"), ["award_id"], unique=False)

    op.create_table(
        "verdict_year",
        sa.Column("verdict_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_verdict_year_not_negative")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_verdict_year_verdict_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict_year")),
        sa.UniqueConstraint("verdict_id", "year", name=op.f("uq_verdict_year_verdict_id_year")),
    )
    with op.batch_alter_table("verdict_year", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_year_verdict_id"), ["verdict_id"], unique=False)

    op.create_table(
        "score",
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_score_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint("review_id", "criterion", name=op.f("uq_score_review_id_criterion")),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_review_id"), ["review_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_review_id"))

    op.drop_table("score")
    with op.batch_alter_table("verdict_year", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verdict_year_verdict_id"))

    op.drop_table("verdict_year")
    with op.batch_alter_table("tranche", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tranche_award_id"))

    op.drop_table("tranche")
    op.drop_table("review")
    with op.batch_alter_table("budget_year", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_year_application_side_id"))

    op.drop_table("budget_year")
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verdict_application_id"))

    op.drop_table("verdict")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_submission_application_id"))

    op.drop_table("submission")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_status"))
        batch_op.drop_index(batch_op.f("ix_letter_person_id"))
        batch_op.drop_index(batch_op.f("ix_letter_call_id"))
        batch_op.drop_index(batch_op.f("ix_letter_application_id"))

    op.drop_table("letter")
    with op.batch_alter_table("joint_decision", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_joint_decision_valid",
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_joint_decision_application_id"))

    op.drop_table("joint_decision")
    with op.batch_alter_table("eligibility_tick", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_eligibility_tick_application_id"))

    op.drop_table("eligibility_tick")
    with op.batch_alter_table("conflict_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_answer_person_id"))
        batch_op.drop_index(batch_op.f("ix_conflict_answer_application_id"))

    op.drop_table("conflict_answer")
    op.drop_table("award")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_panel_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_member_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_application_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("application_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_step_application_id"))

    op.drop_table("application_step")
    with op.batch_alter_table("application_side", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_side_lead_person_id"))
        batch_op.drop_index(batch_op.f("ix_application_side_application_id"))

    op.drop_table("application_side")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_application_id"))

    op.drop_table("answer")
    with op.batch_alter_table("panel_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_member_person_id"))
        batch_op.drop_index(batch_op.f("ix_panel_member_panel_id"))

    op.drop_table("panel_member")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_state"))
        batch_op.drop_index(batch_op.f("ix_application_lead_person_id"))
        batch_op.drop_index(batch_op.f("ix_application_call_id"))

    op.drop_table("application")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grant_person_id"))
        batch_op.drop_index(batch_op.f("ix_role_grant_call_id"))

    op.drop_table("role_grant")
    op.drop_table("release")
    with op.batch_alter_table("panel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_panel_call_id"))

    op.drop_table("panel")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_person_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("call_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_version_call_id"))

    op.drop_table("call_version")
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_link_subject_id"))
        batch_op.drop_index(batch_op.f("ix_personal_link_person_id"))

    op.drop_table("personal_link")
    with op.batch_alter_table("email_address", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_email_address_primary", sqlite_where=sa.text("is_primary"), postgresql_where=sa.text("is_primary")
        )
        batch_op.drop_index(batch_op.f("ix_email_address_person_id"))

    op.drop_table("email_address")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_programme_id"))

    op.drop_table("call")
    with op.batch_alter_table("trail_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trail_entry_subject_id"))
        batch_op.drop_index(batch_op.f("ix_trail_entry_chain"))

    op.drop_table("trail_entry")
    op.drop_table("programme")
    op.drop_table("person")
    with op.batch_alter_table("mailbox_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailbox_message_sent_to"))

    op.drop_table("mailbox_message")
    op.drop_table("institution")
    op.drop_table("attempt")
