"""What was unsent on a phone that will not come back; by whose sign-in a phone reports, and under which references.

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("device_report", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("refs", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("heard_from_id", BIG, nullable=True))
        batch.create_foreign_key("fk_device_report_heard_from_id_officer", "officer", ["heard_from_id"], ["id"])
    op.create_table(
        "phone_write_off",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, sa.ForeignKey("force.id", name="fk_phone_write_off_force_id_force"), nullable=False),
        sa.Column("report_id", BIG, sa.ForeignKey("device_report.id", name="fk_phone_write_off_report_id_device_report"), nullable=False),
        sa.Column("officer_id", BIG, sa.ForeignKey("officer.id", name="fk_phone_write_off_officer_id_officer"), nullable=False),
        sa.Column("entries", BIG, nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("gone", sa.String(length=20), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_off_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "written_off_by_id", BIG, sa.ForeignKey("officer.id", name="fk_phone_write_off_written_off_by_id_officer"), nullable=False
        ),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by_id", BIG, sa.ForeignKey("officer.id", name="fk_phone_write_off_taken_back_by_id_officer"), nullable=True),
        sa.Column("heard_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("came", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_phone_write_off"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_phone_write_off_report_id", "phone_write_off", ["report_id"])
    op.create_index("ix_phone_write_off_force_id_officer_id", "phone_write_off", ["force_id", "officer_id"])


def downgrade() -> None:
    op.drop_table("phone_write_off")
    with op.batch_alter_table("device_report", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("fk_device_report_heard_from_id_officer", type_="foreignkey")
        batch.drop_column("heard_from_id")
        batch.drop_column("refs")
