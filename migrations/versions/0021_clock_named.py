"""Which answers an officer's digest of the day named, so that no second mail says the same again.

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "clock_named",
        sa.Column("officer_id", BIG, autoincrement=False, nullable=False),
        sa.Column("concern_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_clock_named_concern_id_concern")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_clock_named_officer_id_officer")),
        sa.PrimaryKeyConstraint("officer_id", "concern_id", name=op.f("pk_clock_named")),
    )


def downgrade() -> None:
    op.drop_table("clock_named")
