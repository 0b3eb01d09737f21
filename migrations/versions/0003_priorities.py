"""Tables of a neighbourhood's priorities.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "priority",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("agreed_at", sa.String(length=200), nullable=False),
        sa.Column("agreed_with", sa.String(length=200), nullable=False),
        sa.Column("agreed_engagement_id", BIG, nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("fresh_until", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("how_ended", sa.String(length=20), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=False),
        sa.Column("replaced_by_id", BIG, nullable=True),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.CheckConstraint(
            "(slot IS NULL AND ended_on IS NOT NULL) OR (slot IS NOT NULL AND slot BETWEEN 1 AND 3 AND ended_on IS NULL)",
            name=op.f("ck_priority_live_has_a_place"),
        ),
        sa.ForeignKeyConstraint(["agreed_engagement_id"], ["engagement.id"], name=op.f("fk_priority_agreed_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["officer.id"], name=op.f("fk_priority_ended_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_priority_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_priority_neighbourhood_id_neighbourhood")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_priority_recorded_by_id_officer")),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["priority.id"], name=op.f("fk_priority_replaced_by_id_priority")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_priority_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_priority_client_ref")),
        sa.UniqueConstraint("neighbourhood_id", "slot", name=op.f("uq_priority_neighbourhood_id_slot")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_priority_agreed_engagement_id", "priority", ["agreed_engagement_id"], unique=False)
    op.create_index(
        "ix_priority_force_id_team_id_ended_on_fresh_until", "priority", ["force_id", "team_id", "ended_on", "fresh_until"], unique=False
    )

    op.create_table(
        "priority_concern",
        sa.Column("id", BIG, nullable=False),
        sa.Column("priority_id", BIG, nullable=False),
        sa.Column("concern_id", BIG, nullable=False),
        sa.Column("put_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("put_in_by_id", BIG, nullable=False),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_priority_concern_concern_id_concern")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_priority_concern_force_id_force")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_priority_concern_priority_id_priority")),
        sa.ForeignKeyConstraint(["put_in_by_id"], ["officer.id"], name=op.f("fk_priority_concern_put_in_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_concern")),
        sa.UniqueConstraint("priority_id", "concern_id", name=op.f("uq_priority_concern_priority_id_concern_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_priority_concern_concern_id", "priority_concern", ["concern_id"], unique=False)

    op.create_table(
        "priority_told",
        sa.Column("id", BIG, nullable=False),
        sa.Column("priority_id", BIG, nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("where", sa.String(length=200), nullable=False),
        sa.Column("engagement_id", BIG, nullable=True),
        sa.Column("summary_id", BIG, nullable=True),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_priority_told_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_priority_told_force_id_force")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_priority_told_priority_id_priority")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_priority_told_recorded_by_id_officer")),
        sa.ForeignKeyConstraint(["summary_id"], ["summary.id"], name=op.f("fk_priority_told_summary_id_summary")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_told")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_priority_told_client_ref")),
        sa.UniqueConstraint("priority_id", "summary_id", name=op.f("uq_priority_told_priority_id_summary_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_priority_told_engagement_id", "priority_told", ["engagement_id"], unique=False)
    op.create_index("ix_priority_told_priority_id_told_on", "priority_told", ["priority_id", "told_on"], unique=False)

    op.create_table(
        "priority_wording",
        sa.Column("id", BIG, nullable=False),
        sa.Column("priority_id", BIG, nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("action_on", sa.Date(), nullable=True),
        sa.Column("written_by_id", BIG, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared", sa.JSON(), nullable=False),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["officer.id"], name=op.f("fk_priority_wording_approved_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_priority_wording_force_id_force")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_priority_wording_priority_id_priority")),
        sa.ForeignKeyConstraint(["written_by_id"], ["officer.id"], name=op.f("fk_priority_wording_written_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_wording")),
        sa.UniqueConstraint("priority_id", "n", name=op.f("uq_priority_wording_priority_id_n")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "priority_work",
        sa.Column("id", BIG, nullable=False),
        sa.Column("priority_id", BIG, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_priority_work_force_id_force")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_priority_work_priority_id_priority")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_priority_work_recorded_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_work")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_priority_work_client_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_priority_work_priority_id_done_on", "priority_work", ["priority_id", "done_on"], unique=False)


def downgrade() -> None:
    op.drop_table("priority_work")
    op.drop_table("priority_wording")
    op.drop_table("priority_told")
    op.drop_table("priority_concern")
    op.drop_table("priority")
