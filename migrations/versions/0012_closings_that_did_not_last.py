"""When a concern was closed that was opened again later, so that counts of the past stay what they were.

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "concern_closing",
        sa.Column("id", BIG, nullable=False),
        sa.Column("concern_id", BIG, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=False),
        sa.Column("opened_again_at", MOMENT, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_concern_closing_concern_id_concern")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_concern_closing_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern_closing")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_concern_closing_concern_id_closed_at", "concern_closing", ["concern_id", "closed_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_concern_closing_concern_id_closed_at", table_name="concern_closing")
    op.drop_table("concern_closing")
