"""When officers are on duty, who covers for them, and what they are sent.

A cover becomes a row of its own, between dates; until now it hung on an absence.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def upgrade() -> None:
    op.create_table(
        "duty_pattern",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("anchor", BIG, nullable=False),
        sa.Column("turns", sa.String(length=80), nullable=False),
        sa.Column("length", BIG, nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        _key("duty_pattern", "officer_id", "officer"),
        _key("duty_pattern", "recorded_by_id", "officer"),
        _key("duty_pattern", "force_id", "force"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_pattern")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_duty_pattern_officer_id_starts_on", "duty_pattern", ["officer_id", "starts_on"], unique=False)
    op.create_index(
        "uq_duty_pattern_in_force", "duty_pattern", ["officer_id"], unique=True,
        sqlite_where=sa.text("ends_on IS NULL"), postgresql_where=sa.text("ends_on IS NULL"),
    )  # fmt: skip
    op.create_table(
        "cover",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("cover_officer_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("posting_id", BIG, nullable=True),
        sa.Column("set_by_id", BIG, nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        _key("cover", "officer_id", "officer"),
        _key("cover", "cover_officer_id", "officer"),
        _key("cover", "posting_id", "posting"),
        _key("cover", "set_by_id", "officer"),
        _key("cover", "force_id", "force"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cover_officer_id_ends_on", "cover", ["officer_id", "ends_on"], unique=False)
    op.create_index("ix_cover_cover_officer_id_ends_on", "cover", ["cover_officer_id", "ends_on"], unique=False)
    op.execute(
        "INSERT INTO cover (officer_id, cover_officer_id, starts_on, ends_on, set_at, force_id) "
        "SELECT officer_id, cover_officer_id, starts_on, ends_on, CURRENT_TIMESTAMP, force_id FROM absence "
        "WHERE cover_officer_id IS NOT NULL"
    )
    with op.batch_alter_table("absence") as batch:
        batch.drop_constraint("fk_absence_cover_officer_id_officer", type_="foreignkey")
        batch.drop_column("cover_officer_id")
    op.create_table(
        "daily_letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=10), nullable=False),
        sa.Column("letter_id", BIG, nullable=True),
        _key("daily_letter", "officer_id", "officer"),
        _key("daily_letter", "letter_id", "letter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_letter")),
        sa.UniqueConstraint("officer_id", "day", "slot", name=op.f("uq_daily_letter_officer_id_day_slot")),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO daily_letter (officer_id, day, slot, letter_id) "
        "SELECT officer_id, day, 'digest', letter_id FROM digest_sent WHERE what = 'digest'"
    )
    op.create_table(
        "notice_choice",
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.Column("hour", sa.String(length=5), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        _key("notice_choice", "officer_id", "officer"),
        _key("notice_choice", "force_id", "force"),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_notice_choice")),
    )
    op.create_table(
        "clock_told",
        sa.Column("id", BIG, nullable=False),
        sa.Column("concern_id", BIG, nullable=False),
        sa.Column("answer_due_at", MOMENT, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("letter_id", BIG, nullable=True),
        sa.Column("told_at", MOMENT, nullable=False),
        _key("clock_told", "concern_id", "concern"),
        _key("clock_told", "officer_id", "officer"),
        _key("clock_told", "letter_id", "letter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_told")),
        sa.UniqueConstraint("concern_id", "answer_due_at", name=op.f("uq_clock_told_concern_id_answer_due_at")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "calendar_link",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        _key("calendar_link", "account_id", "account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_link_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_calendar_link_account_id", "calendar_link", ["account_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_calendar_link_account_id", table_name="calendar_link")
    op.drop_table("calendar_link")
    op.drop_table("clock_told")
    op.drop_table("notice_choice")
    op.drop_table("daily_letter")
    with op.batch_alter_table("absence") as batch:
        batch.add_column(sa.Column("cover_officer_id", BIG, nullable=True))
        batch.create_foreign_key("fk_absence_cover_officer_id_officer", "officer", ["cover_officer_id"], ["id"])
    op.execute(
        "UPDATE absence SET cover_officer_id = (SELECT c.cover_officer_id FROM cover c WHERE c.officer_id = absence.officer_id "
        "AND c.starts_on = absence.starts_on AND c.ends_on = absence.ends_on ORDER BY c.id LIMIT 1)"
    )
    op.drop_index("ix_cover_cover_officer_id_ends_on", table_name="cover")
    op.drop_index("ix_cover_officer_id_ends_on", table_name="cover")
    op.drop_table("cover")
    op.drop_index("uq_duty_pattern_in_force", table_name="duty_pattern")
    op.drop_index("ix_duty_pattern_officer_id_starts_on", table_name="duty_pattern")
    op.drop_table("duty_pattern")
