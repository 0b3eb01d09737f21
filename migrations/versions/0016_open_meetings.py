"""Meetings that anyone may come to: the public page and its events name them.

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "open_meeting",
        sa.Column("engagement_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_open_meeting_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_open_meeting_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_open_meeting_neighbourhood_id_neighbourhood")),
        sa.PrimaryKeyConstraint("engagement_id", name=op.f("pk_open_meeting")),
    )
    op.create_index("ix_open_meeting_neighbourhood_id", "open_meeting", ["neighbourhood_id"], unique=False)


def downgrade() -> None:
    op.drop_table("open_meeting")
