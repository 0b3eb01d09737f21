"""Sessions that were signed out of, so that a copy of their cookie opens nothing.

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ended_session")),
    )
    op.create_index("ix_ended_session_ended_at", "ended_session", ["ended_at"], unique=False)


def downgrade() -> None:
    op.drop_table("ended_session")
