"""Teams of applications and their comments; profiles, proofs of addresses, and two records of one person made one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PURPOSES = ("sign_in", "partner", "review", "approval", "letter", "host")

TABLES = {
    "personal_link": (sa.column("id"), sa.column("purpose")),
    "letter": (sa.column("code_id"), sa.column("link_id")),
    "link_code": (sa.column("id"), sa.column("link_id")),
}


def upgrade() -> None:
    _purposes((*PURPOSES, "member"))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("merged_into", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_person_merged_into"), "person", ["merged_into"], ["id"])
        batch_op.create_index(batch_op.f("ix_person_merged_into"), ["merged_into"], unique=False)
        batch_op.create_check_constraint(
            batch_op.f("ck_person_merged_is_closed"), "merged_into IS NULL OR disabled_at IS NOT NULL"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_person_not_into_itself"), "merged_into IS NULL OR merged_into <> id"
        )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("to_address", sa.Text(), nullable=True))
    _teams()
    _profiles()
    _proofs()


def _purposes(purposes: tuple[str, ...]) -> None:
    words = ", ".join(repr(purpose) for purpose in purposes)
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_personal_link_purpose"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_personal_link_purpose"), f"purpose IN ({words})")


def _teams() -> None:
    op.create_table(
        "application_member",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("side_key", sa.Text(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("may", sa.String(length=32), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("took_part_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('co_applicant', 'participant', 'assistant')", name=op.f("ck_application_member_role")
        ),
        sa.CheckConstraint("may IN ('read', 'comment', 'edit', 'submit')", name=op.f("ck_application_member_may")),
        sa.CheckConstraint("may <> 'submit' OR side_key IS NULL", name=op.f("ck_application_member_submits_the_whole")),
        sa.CheckConstraint("invited_by <> person_id", name=op.f("ck_application_member_not_by_oneself")),
        sa.CheckConstraint("accepted_at IS NULL OR declined_at IS NULL", name=op.f("ck_application_member_one_answer")),
        sa.CheckConstraint(
            "(declined_at IS NULL) = (declined_because IS NULL)",
            name=op.f("ck_application_member_declined_with_a_sentence"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_application_member_ended_by_somebody")
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR took_part_since IS NOT NULL",
            name=op.f("ck_application_member_accepted_is_remembered"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_member_application_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_member_person_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_application_member_invited_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_application_member_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_member")),
        sa.UniqueConstraint("application_id", "person_id", name=op.f("uq_application_member_application_id_person_id")),
    )
    op.create_table(
        "draft_comment",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("question_key", sa.Text(), nullable=False),
        sa.Column("answers_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("length(text) > 0", name=op.f("ck_draft_comment_not_empty")),
        sa.CheckConstraint(
            "(resolved_at IS NULL) = (resolved_by IS NULL)", name=op.f("ck_draft_comment_resolved_by_somebody")
        ),
        sa.CheckConstraint(
            "answers_id IS NULL OR resolved_at IS NULL", name=op.f("ck_draft_comment_answers_are_not_resolved")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_draft_comment_application_id")),
        sa.ForeignKeyConstraint(["answers_id"], ["draft_comment.id"], name=op.f("fk_draft_comment_answers_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_draft_comment_written_by")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_draft_comment_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_comment")),
    )
    for table, columns in (
        ("application_member", ("application_id", "person_id")),
        ("draft_comment", ("application_id", "answers_id")),
    ):
        _indexes(table, columns)


def _profiles() -> None:
    op.create_table(
        "profile",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("ror", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("orcid", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("doctoral_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_profile_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "career_leave",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('parental', 'illness', 'military', 'union', 'clinical', 'other')",
            name=op.f("ck_career_leave_kind"),
        ),
        sa.CheckConstraint("months BETWEEN 1 AND 240", name=op.f("ck_career_leave_months")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_career_leave_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_career_leave")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_career_leave_person_id_kind")),
    )
    _indexes("profile", ("orcid",))
    _indexes("career_leave", ("person_id",))


def _proofs() -> None:
    op.create_table(
        "address_proof",
        sa.Column("login_session_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_address_proof_tries")),
        sa.CheckConstraint("proved_at IS NULL OR proved_at >= created_at", name=op.f("ck_address_proof_proved_later")),
        sa.ForeignKeyConstraint(
            ["login_session_id"], ["login_session.id"], name=op.f("fk_address_proof_login_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_proof")),
        sa.UniqueConstraint("login_session_id", "address", name=op.f("uq_address_proof_login_session_id_address")),
    )
    _indexes("address_proof", ("login_session_id",))


def _indexes(table: str, columns: tuple[str, ...]) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    for table in ("address_proof", "career_leave", "profile", "draft_comment", "application_member"):
        op.drop_table(table)
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_column("to_address")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_person_not_into_itself"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_person_merged_is_closed"), type_="check")
        batch_op.drop_index(batch_op.f("ix_person_merged_into"))
        batch_op.drop_constraint(batch_op.f("fk_person_merged_into"), type_="foreignkey")
        batch_op.drop_column("merged_into")
    _forget_links_of_members()
    _purposes(PURPOSES)


def _forget_links_of_members() -> None:
    """Links to teams, and what refers to them."""
    link, letter, code = (sa.table(name, *columns) for name, columns in TABLES.items())
    links = sa.select(link.c.id).where(link.c.purpose == "member")
    codes = sa.select(code.c.id).where(code.c.link_id.in_(links))
    op.execute(sa.update(letter).where(letter.c.code_id.in_(codes)).values(code_id=None))
    op.execute(sa.update(letter).where(letter.c.link_id.in_(links)).values(link_id=None))
    for name in ("login_session", "link_browser", "link_code"):
        table = sa.table(name, sa.column("link_id"))
        op.execute(sa.delete(table).where(table.c.link_id.in_(links)))
    op.execute(sa.delete(link).where(link.c.purpose == "member"))
