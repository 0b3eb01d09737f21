"""Contacts whose mail came back, found by when: each shift asks who was told so since the last one.

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_contact_force_id_mail_suspended_at", "contact", ["force_id", "mail_suspended_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_contact_force_id_mail_suspended_at", table_name="contact")
