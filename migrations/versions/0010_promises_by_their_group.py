"""Finds promises by their group in an index of promises alone, which the planner uses however few of the actions are any.

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEX, TABLE, COLUMNS = "ix_action_promised_to_id", "action", ["promised_to_id"]
PROMISED = text("promised_to_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(INDEX, TABLE, COLUMNS, sqlite_where=PROMISED, postgresql_where=PROMISED)


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
    op.create_index(INDEX, TABLE, COLUMNS)
