"""Handovers: who leaves, who comes, what changed hands; and what works with whom.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handover",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("successor_id", BIG, nullable=True),
        sa.Column("moves_on", sa.Date(), nullable=True),
        sa.Column("account_closed", sa.Boolean(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("begun_by_id", BIG, nullable=True),
        sa.Column("leaver_signed_at", MOMENT, nullable=True),
        sa.Column("leaver_signed_by_id", BIG, nullable=True),
        sa.Column("successor_signed_at", MOMENT, nullable=True),
        sa.Column("moved_at", MOMENT, nullable=True),
        sa.Column("taken_back_at", MOMENT, nullable=True),
        sa.Column("called_off_at", MOMENT, nullable=True),
        sa.Column("letters_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["begun_by_id"], ["officer.id"], name=op.f("fk_handover_begun_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_handover_force_id_force")),
        sa.ForeignKeyConstraint(["leaver_signed_by_id"], ["officer.id"], name=op.f("fk_handover_leaver_signed_by_id_officer")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_handover_officer_id_officer")),
        sa.ForeignKeyConstraint(["successor_id"], ["officer.id"], name=op.f("fk_handover_successor_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_handover_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_handover_force_id_team_id_moved_at", "handover", ["force_id", "team_id", "moved_at"], unique=False)
    op.create_index("ix_handover_successor_id", "handover", ["successor_id"], unique=False)
    op.create_index(
        "uq_handover_under_way",
        "handover",
        ["officer_id"],
        unique=True,
        sqlite_where=sa.text("moved_at IS NULL AND called_off_at IS NULL"),
        postgresql_where=sa.text("moved_at IS NULL AND called_off_at IS NULL"),
    )

    op.create_table(
        "handover_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("handover_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("entity_id", BIG, nullable=False),
        sa.Column("to_officer_id", BIG, nullable=False),
        sa.Column("went_back_at", MOMENT, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_handover_move_force_id_force")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_move_handover_id_handover")),
        sa.ForeignKeyConstraint(["to_officer_id"], ["officer.id"], name=op.f("fk_handover_move_to_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_move")),
        sa.UniqueConstraint("handover_id", "what", "entity_id", name=op.f("uq_handover_move_handover_id_what_entity_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "handover_step",
        sa.Column("handover_id", BIG, nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("ticked_at", MOMENT, nullable=False),
        sa.Column("ticked_by_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_handover_step_force_id_force")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_step_handover_id_handover")),
        sa.ForeignKeyConstraint(["ticked_by_id"], ["officer.id"], name=op.f("fk_handover_step_ticked_by_id_officer")),
        sa.PrimaryKeyConstraint("handover_id", "step", name=op.f("pk_handover_step")),
    )
    op.create_table(
        "handover_apart",
        sa.Column("handover_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_handover_apart_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_handover_apart_group_id_community_group")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_apart_handover_id_handover")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_handover_apart_officer_id_officer")),
        sa.PrimaryKeyConstraint("handover_id", "group_id", name=op.f("pk_handover_apart")),
    )
    op.create_table(
        "handover_letter",
        sa.Column("handover_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("letter_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_handover_letter_contact_id_contact")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_handover_letter_force_id_force")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_letter_handover_id_handover")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_handover_letter_letter_id_letter")),
        sa.PrimaryKeyConstraint("handover_id", "contact_id", name=op.f("pk_handover_letter")),
    )
    op.create_index("ix_handover_letter_letter_id", "handover_letter", ["letter_id"], unique=False)

    op.create_table(
        "tip",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("written_by_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_tip_contact_id_contact")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_tip_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_tip_group_id_community_group")),
        sa.ForeignKeyConstraint(["written_by_id"], ["officer.id"], name=op.f("fk_tip_written_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tip_contact_id", "tip", ["contact_id"], unique=False)
    op.create_index("ix_tip_group_id", "tip", ["group_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_tip_group_id", table_name="tip")
    op.drop_index("ix_tip_contact_id", table_name="tip")

    op.drop_table("tip")
    op.drop_index("ix_handover_letter_letter_id", table_name="handover_letter")

    op.drop_table("handover_letter")
    op.drop_table("handover_apart")
    op.drop_table("handover_step")
    op.drop_table("handover_move")
    op.drop_index("uq_handover_under_way", table_name="handover")
    op.drop_index("ix_handover_successor_id", table_name="handover")
    op.drop_index("ix_handover_force_id_team_id_moved_at", table_name="handover")

    op.drop_table("handover")
