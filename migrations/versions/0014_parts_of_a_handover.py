"""Whoever gets single groups of a patch signs for theirs.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handover_part",
        sa.Column("handover_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("ticked", sa.JSON(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_handover_part_force_id_force")),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_part_handover_id_handover")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_handover_part_officer_id_officer")),
        sa.PrimaryKeyConstraint("handover_id", "officer_id", name=op.f("pk_handover_part")),
    )
    op.create_index("ix_handover_part_officer_id", "handover_part", ["officer_id"], unique=False)
    # Handovers under way whose groups go to several: a part for each of them, to be signed.
    op.execute(
        "INSERT INTO handover_part (handover_id, officer_id, ticked, force_id) "
        "SELECT p.handover_id, p.officer_id, '[]', p.force_id FROM (SELECT DISTINCT a.handover_id, a.officer_id, a.force_id "
        "FROM handover_apart a JOIN handover h ON h.id = a.handover_id WHERE h.moved_at IS NULL AND h.called_off_at IS NULL "
        "AND (h.successor_id IS NULL OR h.successor_id <> a.officer_id)) p"
    )


def downgrade() -> None:
    op.drop_index("ix_handover_part_officer_id", table_name="handover_part")
    op.drop_table("handover_part")
