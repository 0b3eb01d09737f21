"""In which entry a promise was kept, as a link of its own; until now it was found by the words of its history.

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT_IN = "kept in entry "


def upgrade() -> None:
    table = op.create_table(
        "kept_there",
        sa.Column("action_id", BIG, autoincrement=False, nullable=False),
        sa.Column("engagement_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["action.id"], name=op.f("fk_kept_there_action_id_action")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_kept_there_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_kept_there_force_id_force")),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_kept_there")),
    )
    op.create_index("ix_kept_there_engagement_id", "kept_there", ["engagement_id"], unique=False)
    _carry_over(table)


def downgrade() -> None:
    op.drop_table("kept_there")


def _carry_over(table: sa.Table) -> None:
    """Each promise that stands as kept, with the entry that its newest history names and that was not taken back."""
    version = sa.table("version", *(sa.column(name) for name in ("entity", "entity_id", "n", "reason")))
    action = sa.table("action", *(sa.column(name) for name in ("id", "force_id", "ended")))
    engagement = sa.table("engagement", sa.column("id"), sa.column("state"))
    asked = (
        sa.select(action.c.id, action.c.force_id, version.c.reason)
        .join(version, sa.and_(version.c.entity == "action", version.c.entity_id == action.c.id))
        .where(action.c.ended == "kept", version.c.reason.startswith(KEPT_IN))
        .order_by(version.c.n)
    )
    bind, found = op.get_bind(), {}
    for key, force_id, reason in bind.execute(asked):
        said = reason.removeprefix(KEPT_IN)
        if said.isdigit():
            found[key] = {"action_id": key, "force_id": force_id, "engagement_id": int(said)}
    rows = list(found.values())
    for some in (rows[n : n + 500] for n in range(0, len(rows), 500)):
        named = engagement.c.id.in_([row["engagement_id"] for row in some])
        stands = set(bind.scalars(sa.select(engagement.c.id).where(named, engagement.c.state != "withdrawn")))
        op.bulk_insert(table, [row for row in some if row["engagement_id"] in stands])
