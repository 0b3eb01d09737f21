"""Which tellings gave a raiser the recourse of an answer that came too late.

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("telling", sa.Column("recourse", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE telling SET recourse = TRUE WHERE words LIKE 'Had no answer in time, and was told:%'")


def downgrade() -> None:
    op.drop_column("telling", "recourse")
