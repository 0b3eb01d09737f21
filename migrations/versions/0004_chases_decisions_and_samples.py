"""Tables of chases of the 72 hours, decisions of the board, what an inspector asked, and dip-samples.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "dip_sample",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_from", BIG, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_dip_sample_force_id_force")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_dip_sample_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dip_sample")),
        sa.UniqueConstraint("team_id", "month", name=op.f("uq_dip_sample_team_id_month")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_dip_sample_force_id_month"), "dip_sample", ["force_id", "month"], unique=False)

    op.create_table(
        "item_decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("entity_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", BIG, nullable=True),
        sa.Column("was_officer_id", BIG, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["officer.id"], name=op.f("fk_item_decision_decided_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_item_decision_force_id_force")),
        sa.ForeignKeyConstraint(["note_id"], ["officer_note.id"], name=op.f("fk_item_decision_note_id_officer_note")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_item_decision_officer_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_item_decision_team_id_team")),
        sa.ForeignKeyConstraint(["was_officer_id"], ["officer.id"], name=op.f("fk_item_decision_was_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_decision")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_item_decision_entity_entity_id"), "item_decision", ["entity", "entity_id"], unique=False)
    op.create_index(
        op.f("ix_item_decision_force_id_team_id_decided_at"), "item_decision", ["force_id", "team_id", "decided_at"], unique=False
    )

    op.create_table(
        "dip_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sample_id", BIG, nullable=False),
        sa.Column("place", BIG, nullable=False),
        sa.Column("entity", sa.String(length=20), nullable=False),
        sa.Column("entity_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("overridden", sa.Boolean(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", BIG, nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("commented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_dip_entry_force_id_force")),
        sa.ForeignKeyConstraint(["note_id"], ["officer_note.id"], name=op.f("fk_dip_entry_note_id_officer_note")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_dip_entry_officer_id_officer")),
        sa.ForeignKeyConstraint(["read_by_id"], ["officer.id"], name=op.f("fk_dip_entry_read_by_id_officer")),
        sa.ForeignKeyConstraint(["sample_id"], ["dip_sample.id"], name=op.f("fk_dip_entry_sample_id_dip_sample")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dip_entry")),
        sa.UniqueConstraint("sample_id", "entity", "entity_id", name=op.f("uq_dip_entry_sample_id_entity_entity_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inspector_ask",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["officer.id"], name=op.f("fk_inspector_ask_asked_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_inspector_ask_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_inspector_ask_group_id_community_group")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_inspector_ask_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector_ask")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_inspector_ask_force_id_team_id_asked_at"), "inspector_ask", ["force_id", "team_id", "asked_at"], unique=False)
    op.create_index(op.f("ix_inspector_ask_group_id_due_on"), "inspector_ask", ["group_id", "due_on"], unique=False)

    op.create_table(
        "clock_chase",
        sa.Column("id", BIG, nullable=False),
        sa.Column("raising_id", BIG, nullable=False),
        sa.Column("mark", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=True),
        sa.Column("note_id", BIG, nullable=True),
        sa.Column("chased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_clock_chase_force_id_force")),
        sa.ForeignKeyConstraint(["note_id"], ["officer_note.id"], name=op.f("fk_clock_chase_note_id_officer_note")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_clock_chase_officer_id_officer")),
        sa.ForeignKeyConstraint(["raising_id"], ["raising.id"], name=op.f("fk_clock_chase_raising_id_raising")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_chase")),
        sa.UniqueConstraint("raising_id", "mark", name=op.f("uq_clock_chase_raising_id_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_clock_chase_officer_id_chased_at"), "clock_chase", ["officer_id", "chased_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_clock_chase_officer_id_chased_at"), table_name="clock_chase")

    op.drop_table("clock_chase")
    op.drop_index(op.f("ix_inspector_ask_group_id_due_on"), table_name="inspector_ask")
    op.drop_index(op.f("ix_inspector_ask_force_id_team_id_asked_at"), table_name="inspector_ask")

    op.drop_table("inspector_ask")
    op.drop_table("dip_entry")
    op.drop_index(op.f("ix_item_decision_force_id_team_id_decided_at"), table_name="item_decision")
    op.drop_index(op.f("ix_item_decision_entity_entity_id"), table_name="item_decision")

    op.drop_table("item_decision")
    op.drop_index(op.f("ix_dip_sample_force_id_month"), table_name="dip_sample")

    op.drop_table("dip_sample")
