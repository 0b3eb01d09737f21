"""What was decided about concerns, actions and promises can be taken back: when, and the day before it was moved.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("item_decision") as batch:
        batch.add_column(sa.Column("was_due_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("item_decision") as batch:
        batch.drop_column("undone_at")
        batch.drop_column("was_due_on")
