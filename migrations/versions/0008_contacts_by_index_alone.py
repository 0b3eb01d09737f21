"""Lets contacts that count be counted from the index alone, for the measures of a whole force.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OLD, NEW = "ix_engagement_group_group_id_happened_on", "ix_engagement_group_group_id_happened_on_counts"


def upgrade() -> None:
    op.create_index(NEW, "engagement_group", ["group_id", "happened_on", "counts"])
    op.drop_index(OLD, table_name="engagement_group")


def downgrade() -> None:
    op.create_index(OLD, "engagement_group", ["group_id", "happened_on"])
    op.drop_index(NEW, table_name="engagement_group")
