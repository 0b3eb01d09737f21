"""What phones keep: the key of each account, what a device has not sent, entries handed in for a disabled account.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engagement.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account_key",
        sa.Column(
            "account_id", KEY, sa.ForeignKey("account.id", name="fk_account_key_account_id_account"), autoincrement=False, nullable=False
        ),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_key"),
    )
    op.create_table(
        "device_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("force_id", KEY, sa.ForeignKey("force.id", name="fk_device_report_force_id_force"), nullable=False),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id", name="fk_device_report_account_id_account"), nullable=False),
        sa.Column("officer_id", KEY, sa.ForeignKey("officer.id", name="fk_device_report_officer_id_officer"), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("unsent", KEY, nullable=False),
        sa.Column("oldest_kept_at", UtcDateTime(), nullable=True),
        sa.Column("heard_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_device_report"),
        sa.UniqueConstraint("account_id", "device", name="uq_device_report_account_id_device"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_device_report_officer_id", "device_report", ["officer_id"])
    op.create_index("ix_device_report_oldest_kept_at", "device_report", ["oldest_kept_at"])
    op.create_table(
        "held_entry",
        sa.Column("id", KEY, nullable=False),
        sa.Column("force_id", KEY, sa.ForeignKey("force.id", name="fk_held_entry_force_id_force"), nullable=False),
        sa.Column("account_id", KEY, sa.ForeignKey("account.id", name="fk_held_entry_account_id_account"), nullable=False),
        sa.Column("officer_id", KEY, sa.ForeignKey("officer.id", name="fk_held_entry_officer_id_officer"), nullable=False),
        sa.Column("team_id", KEY, sa.ForeignKey("team.id", name="fk_held_entry_team_id_team"), nullable=True),
        sa.Column("client_ref", sa.String(36), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("typed_at", UtcDateTime(), nullable=False),
        sa.Column("device", sa.String(60), nullable=False),
        sa.Column("handed_in_at", UtcDateTime(), nullable=False),
        sa.Column("ended", sa.String(20), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("ended_by_id", KEY, sa.ForeignKey("officer.id", name="fk_held_entry_ended_by_id_officer"), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("engagement_id", KEY, sa.ForeignKey("engagement.id", name="fk_held_entry_engagement_id_engagement"), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_held_entry"),
        sa.UniqueConstraint("client_ref", name="uq_held_entry_client_ref"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_held_entry_force_id_team_id_ended", "held_entry", ["force_id", "team_id", "ended"])
    op.create_index("ix_held_entry_account_id_handed_in_at", "held_entry", ["account_id", "handed_in_at"])


def downgrade() -> None:
    for table in ("held_entry", "device_report", "account_key"):
        op.drop_table(table)
