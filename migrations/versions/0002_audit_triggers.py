"""The record of who did what refuses to be changed.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SENTENCE = "the audit is never changed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_row_no_{verb.lower()} BEFORE {verb} ON audit_row BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )
        return
    op.execute(f"CREATE FUNCTION audit_row_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$")
    op.execute("CREATE TRIGGER audit_row_refuse BEFORE UPDATE OR DELETE ON audit_row FOR EACH ROW EXECUTE FUNCTION audit_row_refuse()")
    op.execute(
        "CREATE TRIGGER audit_row_refuse_truncate BEFORE TRUNCATE ON audit_row FOR EACH STATEMENT EXECUTE FUNCTION audit_row_refuse()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_row_no_{verb}")
        return
    op.execute("DROP TRIGGER audit_row_refuse_truncate ON audit_row")
    op.execute("DROP TRIGGER audit_row_refuse ON audit_row")
    op.execute("DROP FUNCTION audit_row_refuse()")
