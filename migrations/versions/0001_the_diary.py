"""The diary's tables.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_row",
        sa.Column("id", BIG, nullable=False),
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("force_id", BIG, nullable=True),
        sa.Column("actor_id", BIG, nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("ids", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_audit_row_chain_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_row_actor_id_at", "audit_row", ["actor_id", "at"], unique=False)
    op.create_index("ix_audit_row_force_id_at", "audit_row", ["force_id", "at"], unique=False)

    op.create_table(
        "audit_seal",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_audit_seal")),
    )
    op.create_table(
        "force",
        sa.Column("id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_force")),
        sa.UniqueConstraint("slug", name=op.f("uq_force_slug")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job_run",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=False),
        sa.Column("fence", BIG, nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("name", "period", name=op.f("uq_job_run_name_period")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("to", sa.String(length=254), nullable=False),
        sa.Column("sender", sa.String(length=300), nullable=False),
        sa.Column("reply_to", sa.String(length=300), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("working_hours_only", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("tries", BIG, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letter_kind_settled_at", "letter", ["kind", "settled_at"], unique=False)
    op.create_index("ix_letter_state_next_try_at", "letter", ["state", "next_try_at"], unique=False)

    op.create_table(
        "login_attempt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_login_attempt_address_at", "login_attempt", ["address", "at"], unique=False)
    op.create_index("ix_login_attempt_email_at", "login_attempt", ["email", "at"], unique=False)

    op.create_table(
        "refused_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_refused_address")),
    )
    op.create_table(
        "area",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_area_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
        sa.UniqueConstraint("force_id", "name", name=op.f("uq_area_force_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "monthly_letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("letter_id", BIG, nullable=False),
        sa.Column("came_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_monthly_letter_force_id_force")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_monthly_letter_letter_id_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_letter")),
        sa.UniqueConstraint("force_id", "address", "month", name=op.f("uq_monthly_letter_force_id_address_month")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_monthly_letter_letter_id", "monthly_letter", ["letter_id"], unique=False)

    op.create_table(
        "officer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("collar_number", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_officer_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer")),
        sa.UniqueConstraint("force_id", "collar_number", name=op.f("uq_officer_force_id_collar_number")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_officer_force_id_name_folded", "officer", ["force_id", "name_folded"], unique=False)

    op.create_table(
        "stop",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("token", sa.String(length=60), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_stop_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
        sa.UniqueConstraint("force_id", "address", name=op.f("uq_stop_force_id_address")),
        sa.UniqueConstraint("token", name=op.f("uq_stop_token")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "term",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_term_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sa.UniqueConstraint("force_id", "kind", "starts_on", name=op.f("uq_term_force_id_kind_starts_on")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "absence",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("cover_officer_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["cover_officer_id"], ["officer.id"], name=op.f("fk_absence_cover_officer_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_absence_force_id_force")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_absence_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_absence_officer_id_starts_on", "absence", ["officer_id", "starts_on"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("nonce", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_account_force_id_force")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_account_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
        sa.UniqueConstraint("officer_id", name=op.f("uq_account_officer_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "digest_sent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_digest_sent_letter_id_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_digest_sent_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_sent")),
        sa.UniqueConstraint("officer_id", "what", "day", name=op.f("uq_digest_sent_officer_id_what_day")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "import_batch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("rows", BIG, nullable=False),
        sa.Column("made", BIG, nullable=False),
        sa.Column("changed", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_import_batch_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_import_batch_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sa.UniqueConstraint("force_id", "what", "sha256", name=op.f("uq_import_batch_force_id_what_sha256")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "officer_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("about_id", BIG, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_by", sa.String(length=120), nullable=False),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_officer_note_force_id_force")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_officer_note_officer_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_note")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_officer_note_officer_id_put_away_at", "officer_note", ["officer_id", "put_away_at"], unique=False)

    op.create_table(
        "team",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("area_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_team_area_id_area")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_team_force_id_force")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("force_id", "name", name=op.f("uq_team_force_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_team_area_id", "team", ["area_id"], unique=False)

    op.create_table(
        "device",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_device_account_id", "device", ["account_id"], unique=False)

    op.create_table(
        "kept_elsewhere",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_kept_elsewhere_force_id_force")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_kept_elsewhere_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_elsewhere")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "neighbourhood",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("police_uk_id", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("boundary", sa.JSON(), nullable=True),
        sa.Column("named_officer_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_neighbourhood_force_id_force")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_neighbourhood_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood")),
        sa.UniqueConstraint("force_id", "slug", name=op.f("uq_neighbourhood_force_id_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_neighbourhood_force_id_police_uk_id", "neighbourhood", ["force_id", "police_uk_id"], unique=False)
    op.create_index("ix_neighbourhood_team_id", "neighbourhood", ["team_id"], unique=False)

    op.create_table(
        "password_link",
        sa.Column("id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_password_link_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_password_link_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_password_link_account_id", "password_link", ["account_id"], unique=False)

    op.create_table(
        "posting",
        sa.Column("id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("team_id", BIG, nullable=True),
        sa.Column("area_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_posting_area_id_area")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_posting_force_id_force")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_posting_officer_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_posting_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_posting_area_id", "posting", ["area_id"], unique=False)
    op.create_index("ix_posting_officer_id", "posting", ["officer_id"], unique=False)
    op.create_index("ix_posting_team_id", "posting", ["team_id"], unique=False)

    op.create_table(
        "version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", BIG, nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_version_by_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version")),
        sa.UniqueConstraint("entity", "entity_id", "n", name=op.f("uq_version_entity_entity_id_n")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "community_group",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_folded", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("may_be_named", sa.Boolean(), nullable=False),
        sa.Column("sergeant_first", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("to_confirm", sa.Boolean(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("dormant_on", sa.Date(), nullable=True),
        sa.Column("dormant_reason", sa.Text(), nullable=False),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=False),
        sa.Column("on_request", sa.Boolean(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("frequency_words", sa.String(length=60), nullable=False),
        sa.Column("soon_days", BIG, nullable=False),
        sa.Column("last_two_way_on", sa.Date(), nullable=True),
        sa.Column("last_one_way_on", sa.Date(), nullable=True),
        sa.Column("next_due_on", sa.Date(), nullable=True),
        sa.Column("longest_on", sa.Date(), nullable=True),
        sa.Column("ask_again_on", sa.Date(), nullable=True),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["officer.id"], name=op.f("fk_community_group_created_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_community_group_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_community_group_neighbourhood_id_neighbourhood")),
        sa.ForeignKeyConstraint(["owner_id"], ["officer.id"], name=op.f("fk_community_group_owner_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_community_group_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_group")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_community_group_client_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_community_group_force_id_name_folded", "community_group", ["force_id", "name_folded"], unique=False)
    op.create_index(
        "ix_community_group_force_id_team_id_longest_on", "community_group", ["force_id", "team_id", "longest_on"], unique=False
    )
    op.create_index(
        "ix_community_group_force_id_team_id_next_due_on", "community_group", ["force_id", "team_id", "next_due_on"], unique=False
    )
    op.create_index("ix_community_group_neighbourhood_id", "community_group", ["neighbourhood_id"], unique=False)
    op.create_index("ix_community_group_owner_id_next_due_on", "community_group", ["owner_id", "next_due_on"], unique=False)

    op.create_table(
        "concern",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("title_folded", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("asb_type", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("side_end", sa.String(length=20), nullable=True),
        sa.Column("side_end_reason", sa.Text(), nullable=False),
        sa.Column("side_end_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("same_as_id", BIG, nullable=True),
        sa.Column("public_said", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_concern_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_concern_neighbourhood_id_neighbourhood")),
        sa.ForeignKeyConstraint(["owner_id"], ["officer.id"], name=op.f("fk_concern_owner_id_officer")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_concern_recorded_by_id_officer")),
        sa.ForeignKeyConstraint(["same_as_id"], ["concern.id"], name=op.f("fk_concern_same_as_id_concern")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_concern_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_concern_client_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_concern_force_id_team_id_answer_due_at", "concern", ["force_id", "team_id", "answer_due_at"], unique=False)
    op.create_index("ix_concern_force_id_team_id_state", "concern", ["force_id", "team_id", "state"], unique=False)
    op.create_index("ix_concern_neighbourhood_id_state", "concern", ["neighbourhood_id", "state"], unique=False)
    op.create_index("ix_concern_owner_id", "concern", ["owner_id"], unique=False)

    op.create_table(
        "engagement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=True),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("cancel_reason", sa.String(length=20), nullable=True),
        sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("attendance", BIG, nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("raised_to_id", BIG, nullable=True),
        sa.Column("with_resident", sa.Boolean(), nullable=False),
        sa.Column("before_the_diary", sa.Boolean(), nullable=False),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", BIG, nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_engagement_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_engagement_neighbourhood_id_neighbourhood")),
        sa.ForeignKeyConstraint(["raised_to_id"], ["officer.id"], name=op.f("fk_engagement_raised_to_id_officer")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_engagement_recorded_by_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_engagement_team_id_team")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["officer.id"], name=op.f("fk_engagement_withdrawn_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_engagement_client_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_engagement_force_id_state_planned_for", "engagement", ["force_id", "state", "planned_for"], unique=False)
    op.create_index("ix_engagement_force_id_team_id_happened_on", "engagement", ["force_id", "team_id", "happened_on"], unique=False)
    op.create_index("ix_engagement_recorded_by_id_recorded_at", "engagement", ["recorded_by_id", "recorded_at"], unique=False)

    op.create_table(
        "postcode",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_postcode_neighbourhood_id_neighbourhood")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_postcode")),
    )
    op.create_index("ix_postcode_neighbourhood_id", "postcode", ["neighbourhood_id"], unique=False)

    op.create_table(
        "summary",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafter_id", BIG, nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("lettered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["officer.id"], name=op.f("fk_summary_approved_by_id_officer")),
        sa.ForeignKeyConstraint(["drafter_id"], ["officer.id"], name=op.f("fk_summary_drafter_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_summary_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_summary_neighbourhood_id_neighbourhood")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_summary_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
        sa.UniqueConstraint("neighbourhood_id", "month", name=op.f("uq_summary_neighbourhood_id_month")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_summary_force_id_team_id_month", "summary", ["force_id", "team_id", "month"], unique=False)
    op.create_index("ix_summary_state_lettered_at", "summary", ["state", "lettered_at"], unique=False)

    op.create_table(
        "ward",
        sa.Column("id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("boundary", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_ward_force_id_force")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_ward_neighbourhood_id_neighbourhood")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ward")),
        sa.UniqueConstraint("force_id", "code", name=op.f("uq_ward_force_id_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "action",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("concern_id", BIG, nullable=True),
        sa.Column("engagement_id", BIG, nullable=True),
        sa.Column("by", sa.String(length=20), nullable=False),
        sa.Column("officer_id", BIG, nullable=True),
        sa.Column("partner", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("partner_outcome", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_number", BIG, nullable=True),
        sa.Column("public_wording", sa.Text(), nullable=False),
        sa.Column("is_promise", sa.Boolean(), nullable=False),
        sa.Column("reports", sa.Boolean(), nullable=False),
        sa.Column("promised_to_id", BIG, nullable=True),
        sa.Column("promised_to", sa.String(length=120), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("ended", sa.String(length=20), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_words", sa.Text(), nullable=False),
        sa.Column("moved_to_id", BIG, nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_action_concern_id_concern")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_action_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_action_force_id_force")),
        sa.ForeignKeyConstraint(["moved_to_id"], ["action.id"], name=op.f("fk_action_moved_to_id_action")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_action_officer_id_officer")),
        sa.ForeignKeyConstraint(["promised_to_id"], ["community_group.id"], name=op.f("fk_action_promised_to_id_community_group")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_action_recorded_by_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_action_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_action_client_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_action_concern_id", "action", ["concern_id"], unique=False)
    op.create_index("ix_action_engagement_id", "action", ["engagement_id"], unique=False)
    op.create_index("ix_action_force_id_team_id_due_on", "action", ["force_id", "team_id", "due_on"], unique=False)
    op.create_index("ix_action_officer_id_ended_on_due_on", "action", ["officer_id", "ended_on", "due_on"], unique=False)
    op.create_index("ix_action_promised_to_id", "action", ["promised_to_id"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_folded", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=False),
        sa.Column("mobile", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("do_not_contact", sa.Boolean(), nullable=False),
        sa.Column("gets_letters", sa.Boolean(), nullable=False),
        sa.Column("mail_suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("best_times", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=60), nullable=False),
        sa.Column("access_needs", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_contact_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_contact_group_id_community_group")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_email", "contact", ["email"], unique=False)
    op.create_index("ix_contact_group_id", "contact", ["group_id"], unique=False)

    op.create_table(
        "contact_agreement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("frequency", sa.String(length=20), nullable=False),
        sa.Column("every", BIG, nullable=True),
        sa.Column("dates", sa.JSON(), nullable=True),
        sa.Column("longest_days", BIG, nullable=True),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("agreed_with", sa.String(length=200), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_contact_agreement_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_contact_agreement_group_id_community_group")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_contact_agreement_recorded_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_agreement")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contact_agreement_group_id_starts_on", "contact_agreement", ["group_id", "starts_on"], unique=False)
    op.create_index(
        "uq_contact_agreement_in_force",
        "contact_agreement",
        ["group_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )

    op.create_table(
        "decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("officer_id", BIG, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("was_owner_id", BIG, nullable=True),
        sa.Column("note_id", BIG, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", BIG, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["officer.id"], name=op.f("fk_decision_decided_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_decision_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_decision_group_id_community_group")),
        sa.ForeignKeyConstraint(["note_id"], ["officer_note.id"], name=op.f("fk_decision_note_id_officer_note")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_decision_officer_id_officer")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_decision_team_id_team")),
        sa.ForeignKeyConstraint(["was_owner_id"], ["officer.id"], name=op.f("fk_decision_was_owner_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decision_force_id_team_id_decided_at", "decision", ["force_id", "team_id", "decided_at"], unique=False)
    op.create_index("ix_decision_group_id_due_on", "decision", ["group_id", "due_on"], unique=False)

    op.create_table(
        "engagement_officer",
        sa.Column("engagement_id", BIG, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_engagement_officer_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_engagement_officer_force_id_force")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_engagement_officer_officer_id_officer")),
        sa.PrimaryKeyConstraint("engagement_id", "officer_id", name=op.f("pk_engagement_officer")),
    )
    op.create_index("ix_engagement_officer_officer_id_engagement_id", "engagement_officer", ["officer_id", "engagement_id"], unique=False)

    op.create_table(
        "flag",
        sa.Column("id", BIG, nullable=False),
        sa.Column("team_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("assumed", sa.Boolean(), nullable=False),
        sa.Column("cleared_on", sa.Date(), nullable=True),
        sa.Column("cleared_by", sa.String(length=20), nullable=True),
        sa.Column("engagement_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_flag_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_flag_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_flag_group_id_community_group")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_flag_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag")),
        sa.UniqueConstraint("group_id", "due_on", name=op.f("uq_flag_group_id_due_on")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_flag_force_id_team_id_cleared_on", "flag", ["force_id", "team_id", "cleared_on"], unique=False)

    op.create_table(
        "group_characteristic",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("characteristic", sa.String(length=40), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_group_characteristic_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_group_characteristic_group_id_community_group")),
        sa.PrimaryKeyConstraint("group_id", "characteristic", name=op.f("pk_group_characteristic")),
    )
    op.create_table(
        "group_neighbourhood",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("neighbourhood_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_group_neighbourhood_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_group_neighbourhood_group_id_community_group")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_group_neighbourhood_neighbourhood_id_neighbourhood")
        ),
        sa.PrimaryKeyConstraint("group_id", "neighbourhood_id", name=op.f("pk_group_neighbourhood")),
    )
    op.create_index(
        "ix_group_neighbourhood_neighbourhood_id_group_id", "group_neighbourhood", ["neighbourhood_id", "group_id"], unique=False
    )

    op.create_table(
        "group_pause",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_group_pause_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_group_pause_group_id_community_group")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_group_pause_recorded_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_pause")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_group_pause_group_id_starts_on", "group_pause", ["group_id", "starts_on"], unique=False)

    op.create_table(
        "raising",
        sa.Column("id", BIG, nullable=False),
        sa.Column("concern_id", BIG, nullable=False),
        sa.Column("raiser", sa.String(length=20), nullable=False),
        sa.Column("group_id", BIG, nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_to_id", BIG, nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("engagement_id", BIG, nullable=True),
        sa.Column("wants_to_hear", sa.Boolean(), nullable=False),
        sa.Column("hear_how", sa.String(length=40), nullable=False),
        sa.Column("hear_by", sa.Date(), nullable=True),
        sa.Column("not_told", sa.String(length=20), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("client_ref", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_raising_concern_id_concern")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_raising_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_raising_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_raising_group_id_community_group")),
        sa.ForeignKeyConstraint(["raised_to_id"], ["officer.id"], name=op.f("fk_raising_raised_to_id_officer")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["officer.id"], name=op.f("fk_raising_recorded_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raising")),
        sa.UniqueConstraint("client_ref", name=op.f("uq_raising_client_ref")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_raising_concern_id", "raising", ["concern_id"], unique=False)
    op.create_index("ix_raising_engagement_id", "raising", ["engagement_id"], unique=False)
    op.create_index("ix_raising_group_id", "raising", ["group_id"], unique=False)

    op.create_table(
        "summary_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("summary_id", BIG, nullable=False),
        sa.Column("concern_id", BIG, nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("you_said", sa.Text(), nullable=False),
        sa.Column("we_did", sa.Text(), nullable=False),
        sa.Column("what_next", sa.Text(), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("audience_group_id", BIG, nullable=True),
        sa.Column("left_out", sa.Boolean(), nullable=False),
        sa.Column("left_out_reason", sa.Text(), nullable=False),
        sa.Column("cleared", sa.JSON(), nullable=False),
        sa.Column("written_by_id", BIG, nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by_id", BIG, nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["officer.id"], name=op.f("fk_summary_item_approved_by_id_officer")),
        sa.ForeignKeyConstraint(
            ["audience_group_id"], ["community_group.id"], name=op.f("fk_summary_item_audience_group_id_community_group")
        ),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name=op.f("fk_summary_item_concern_id_concern")),
        sa.ForeignKeyConstraint(["corrected_by_id"], ["officer.id"], name=op.f("fk_summary_item_corrected_by_id_officer")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_summary_item_force_id_force")),
        sa.ForeignKeyConstraint(["summary_id"], ["summary.id"], name=op.f("fk_summary_item_summary_id_summary")),
        sa.ForeignKeyConstraint(["written_by_id"], ["officer.id"], name=op.f("fk_summary_item_written_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_item")),
        sa.UniqueConstraint("summary_id", "concern_id", name=op.f("uq_summary_item_summary_id_concern_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_summary_item_concern_id", "summary_item", ["concern_id"], unique=False)

    op.create_table(
        "engagement_group",
        sa.Column("engagement_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("host", sa.Boolean(), nullable=False),
        sa.Column("spoke_with_them", sa.Boolean(), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_engagement_group_contact_id_contact")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_engagement_group_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_engagement_group_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_engagement_group_group_id_community_group")),
        sa.PrimaryKeyConstraint("engagement_id", "group_id", name=op.f("pk_engagement_group")),
    )
    op.create_index("ix_engagement_group_group_id_happened_on", "engagement_group", ["group_id", "happened_on"], unique=False)

    op.create_table(
        "letter_contact",
        sa.Column("id", BIG, nullable=False),
        sa.Column("monthly_letter_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_letter_contact_contact_id_contact")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_letter_contact_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_letter_contact_group_id_community_group")),
        sa.ForeignKeyConstraint(
            ["monthly_letter_id"], ["monthly_letter.id"], name=op.f("fk_letter_contact_monthly_letter_id_monthly_letter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letter_contact_group_id", "letter_contact", ["group_id"], unique=False)
    op.create_index("ix_letter_contact_monthly_letter_id", "letter_contact", ["monthly_letter_id"], unique=False)

    op.create_table(
        "letter_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("monthly_letter_id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("tells", sa.String(length=10), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_letter_item_contact_id_contact")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_letter_item_force_id_force")),
        sa.ForeignKeyConstraint(["group_id"], ["community_group.id"], name=op.f("fk_letter_item_group_id_community_group")),
        sa.ForeignKeyConstraint(["item_id"], ["summary_item.id"], name=op.f("fk_letter_item_item_id_summary_item")),
        sa.ForeignKeyConstraint(["monthly_letter_id"], ["monthly_letter.id"], name=op.f("fk_letter_item_monthly_letter_id_monthly_letter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_item")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letter_item_monthly_letter_id", "letter_item", ["monthly_letter_id"], unique=False)

    op.create_table(
        "reply_address",
        sa.Column("id", BIG, nullable=False),
        sa.Column("raising_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("erase_after", sa.Date(), nullable=True),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_reply_address_force_id_force")),
        sa.ForeignKeyConstraint(["raising_id"], ["raising.id"], name=op.f("fk_reply_address_raising_id_raising")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_address")),
        sa.UniqueConstraint("raising_id", name=op.f("uq_reply_address_raising_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "telling",
        sa.Column("id", BIG, nullable=False),
        sa.Column("raising_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_by_id", BIG, nullable=True),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("engagement_id", BIG, nullable=True),
        sa.Column("letter_id", BIG, nullable=True),
        sa.Column("where", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("force_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_telling_engagement_id_engagement")),
        sa.ForeignKeyConstraint(["force_id"], ["force.id"], name=op.f("fk_telling_force_id_force")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_telling_letter_id_letter")),
        sa.ForeignKeyConstraint(["raising_id"], ["raising.id"], name=op.f("fk_telling_raising_id_raising")),
        sa.ForeignKeyConstraint(["told_by_id"], ["officer.id"], name=op.f("fk_telling_told_by_id_officer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_telling_engagement_id", "telling", ["engagement_id"], unique=False)
    op.create_index("ix_telling_letter_id", "telling", ["letter_id"], unique=False)
    op.create_index("ix_telling_raising_id", "telling", ["raising_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_telling_raising_id", table_name="telling")
    op.drop_index("ix_telling_letter_id", table_name="telling")
    op.drop_index("ix_telling_engagement_id", table_name="telling")

    op.drop_table("telling")
    op.drop_table("reply_address")
    op.drop_index("ix_letter_item_monthly_letter_id", table_name="letter_item")

    op.drop_table("letter_item")
    op.drop_index("ix_letter_contact_monthly_letter_id", table_name="letter_contact")
    op.drop_index("ix_letter_contact_group_id", table_name="letter_contact")

    op.drop_table("letter_contact")
    op.drop_index("ix_engagement_group_group_id_happened_on", table_name="engagement_group")

    op.drop_table("engagement_group")
    op.drop_index("ix_summary_item_concern_id", table_name="summary_item")

    op.drop_table("summary_item")
    op.drop_index("ix_raising_group_id", table_name="raising")
    op.drop_index("ix_raising_engagement_id", table_name="raising")
    op.drop_index("ix_raising_concern_id", table_name="raising")

    op.drop_table("raising")
    op.drop_index("ix_group_pause_group_id_starts_on", table_name="group_pause")

    op.drop_table("group_pause")
    op.drop_index("ix_group_neighbourhood_neighbourhood_id_group_id", table_name="group_neighbourhood")

    op.drop_table("group_neighbourhood")
    op.drop_table("group_characteristic")
    op.drop_index("ix_flag_force_id_team_id_cleared_on", table_name="flag")

    op.drop_table("flag")
    op.drop_index("ix_engagement_officer_officer_id_engagement_id", table_name="engagement_officer")

    op.drop_table("engagement_officer")
    op.drop_index("ix_decision_group_id_due_on", table_name="decision")
    op.drop_index("ix_decision_force_id_team_id_decided_at", table_name="decision")

    op.drop_table("decision")
    op.drop_index("uq_contact_agreement_in_force", table_name="contact_agreement")
    op.drop_index("ix_contact_agreement_group_id_starts_on", table_name="contact_agreement")

    op.drop_table("contact_agreement")
    op.drop_index("ix_contact_group_id", table_name="contact")
    op.drop_index("ix_contact_email", table_name="contact")

    op.drop_table("contact")
    op.drop_index("ix_action_promised_to_id", table_name="action")
    op.drop_index("ix_action_officer_id_ended_on_due_on", table_name="action")
    op.drop_index("ix_action_force_id_team_id_due_on", table_name="action")
    op.drop_index("ix_action_engagement_id", table_name="action")
    op.drop_index("ix_action_concern_id", table_name="action")

    op.drop_table("action")
    op.drop_table("ward")
    op.drop_index("ix_summary_state_lettered_at", table_name="summary")
    op.drop_index("ix_summary_force_id_team_id_month", table_name="summary")

    op.drop_table("summary")
    op.drop_index("ix_postcode_neighbourhood_id", table_name="postcode")

    op.drop_table("postcode")
    op.drop_index("ix_engagement_recorded_by_id_recorded_at", table_name="engagement")
    op.drop_index("ix_engagement_force_id_team_id_happened_on", table_name="engagement")
    op.drop_index("ix_engagement_force_id_state_planned_for", table_name="engagement")

    op.drop_table("engagement")
    op.drop_index("ix_concern_owner_id", table_name="concern")
    op.drop_index("ix_concern_neighbourhood_id_state", table_name="concern")
    op.drop_index("ix_concern_force_id_team_id_state", table_name="concern")
    op.drop_index("ix_concern_force_id_team_id_answer_due_at", table_name="concern")

    op.drop_table("concern")
    op.drop_index("ix_community_group_owner_id_next_due_on", table_name="community_group")
    op.drop_index("ix_community_group_neighbourhood_id", table_name="community_group")
    op.drop_index("ix_community_group_force_id_team_id_next_due_on", table_name="community_group")
    op.drop_index("ix_community_group_force_id_team_id_longest_on", table_name="community_group")
    op.drop_index("ix_community_group_force_id_name_folded", table_name="community_group")

    op.drop_table("community_group")
    op.drop_table("version")
    op.drop_index("ix_posting_team_id", table_name="posting")
    op.drop_index("ix_posting_officer_id", table_name="posting")
    op.drop_index("ix_posting_area_id", table_name="posting")

    op.drop_table("posting")
    op.drop_index("ix_password_link_account_id", table_name="password_link")

    op.drop_table("password_link")
    op.drop_index("ix_neighbourhood_team_id", table_name="neighbourhood")
    op.drop_index("ix_neighbourhood_force_id_police_uk_id", table_name="neighbourhood")

    op.drop_table("neighbourhood")
    op.drop_table("kept_elsewhere")
    op.drop_index("ix_device_account_id", table_name="device")

    op.drop_table("device")
    op.drop_index("ix_team_area_id", table_name="team")

    op.drop_table("team")
    op.drop_index("ix_officer_note_officer_id_put_away_at", table_name="officer_note")

    op.drop_table("officer_note")
    op.drop_table("import_batch")
    op.drop_table("digest_sent")
    op.drop_table("account")
    op.drop_index("ix_absence_officer_id_starts_on", table_name="absence")

    op.drop_table("absence")
    op.drop_table("term")
    op.drop_table("stop")
    op.drop_index("ix_officer_force_id_name_folded", table_name="officer")

    op.drop_table("officer")
    op.drop_index("ix_monthly_letter_letter_id", table_name="monthly_letter")

    op.drop_table("monthly_letter")
    op.drop_table("area")
    op.drop_table("refused_address")
    op.drop_index("ix_login_attempt_email_at", table_name="login_attempt")
    op.drop_index("ix_login_attempt_address_at", table_name="login_attempt")

    op.drop_table("login_attempt")
    op.drop_index("ix_letter_state_next_try_at", table_name="letter")
    op.drop_index("ix_letter_kind_settled_at", table_name="letter")

    op.drop_table("letter")
    op.drop_table("job_run")
    op.drop_table("force")
    op.drop_table("audit_seal")
    op.drop_index("ix_audit_row_force_id_at", table_name="audit_row")
    op.drop_index("ix_audit_row_actor_id_at", table_name="audit_row")

    op.drop_table("audit_row")
    op.drop_table("audit_head")
