"""Tables of quarterly returns.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quarterly_return",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", BIG, nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["drafted_by_id"], ["officer.id"], name=op.f("fk_quarterly_return_drafted_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_quarterly_return_force_id_force")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_quarterly_return_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarterly_return")),
        sa.UniqueConstraint("team_id", "quarter", name=op.f("uq_quarterly_return_team_id_quarter")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quarterly_return_force_id_quarter", "quarterly_return", ["force_id", "quarter"], unique=False)

    op.create_table(
        "return_signature",
        sa.Column("id", BIG, nullable=False),
        sa.Column("return_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_return_signature_force_id_force")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_return_signature_officer_id_officer")),
        sa.ForeignKeyConstraint(["return_id"], ["quarterly_return.id"], name=op.f("fk_return_signature_return_id_quarterly_return")),
        sa.ForeignKeyConstraint(["voided_by_id"], ["officer.id"], name=op.f("fk_return_signature_voided_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_signature")),
        sa.UniqueConstraint("return_id", "officer_id", "standing", name=op.f("uq_return_signature_return_id_officer_id_standing")),
        sa.UniqueConstraint("return_id", "role", "standing", name=op.f("uq_return_signature_return_id_role_standing")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "return_part",
        sa.Column("id", BIG, nullable=False),
        sa.Column("return_id", BIG, nullable=False),
        sa.Column("priority_id", BIG, nullable=False),
        sa.Column("neighbourhood", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=False),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", BIG, nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["edited_by_id"], ["officer.id"], name=op.f("fk_return_part_edited_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_return_part_force_id_force")),
        sa.ForeignKeyConstraint(["priority_id"], ["priority.id"], name=op.f("fk_return_part_priority_id_priority")),
        sa.ForeignKeyConstraint(["return_id"], ["quarterly_return.id"], name=op.f("fk_return_part_return_id_quarterly_return")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_part")),
        sa.UniqueConstraint("return_id", "priority_id", name=op.f("uq_return_part_return_id_priority_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_return_part_priority_id", "return_part", ["priority_id"], unique=False)


def downgrade() -> None:
    op.drop_table("return_part")
    op.drop_table("return_signature")
    op.drop_table("quarterly_return")
