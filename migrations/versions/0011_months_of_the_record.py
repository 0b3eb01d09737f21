"""Months of the record whose time is over may go: behind a signed base, and nowhere else.

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SENTENCE = "the audit is never changed"
BEHIND = "EXISTS (SELECT 1 FROM audit_base WHERE audit_base.chain = OLD.chain AND OLD.seq <= audit_base.seq)"


def upgrade() -> None:
    op.create_table(
        "audit_base",
        sa.Column("chain", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_audit_base")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_row_no_delete")
        op.execute(
            f"CREATE TRIGGER audit_row_no_delete BEFORE DELETE ON audit_row WHEN NOT {BEHIND} BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        )
        return
    op.execute("DROP TRIGGER audit_row_refuse ON audit_row")
    op.execute("CREATE TRIGGER audit_row_refuse BEFORE UPDATE ON audit_row FOR EACH ROW EXECUTE FUNCTION audit_row_refuse()")
    op.execute(
        "CREATE FUNCTION audit_row_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {BEHIND} THEN RETURN OLD; END IF; RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    op.execute("CREATE TRIGGER audit_row_refuse_delete BEFORE DELETE ON audit_row FOR EACH ROW EXECUTE FUNCTION audit_row_refuse_delete()")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_row_no_delete")
        op.execute(f"CREATE TRIGGER audit_row_no_delete BEFORE DELETE ON audit_row BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END")
    else:
        op.execute("DROP TRIGGER audit_row_refuse_delete ON audit_row")
        op.execute("DROP FUNCTION audit_row_refuse_delete()")
        op.execute("DROP TRIGGER audit_row_refuse ON audit_row")
        op.execute("CREATE TRIGGER audit_row_refuse BEFORE UPDATE OR DELETE ON audit_row FOR EACH ROW EXECUTE FUNCTION audit_row_refuse()")
    op.drop_table("audit_base")
