"""Runs the migrations, on SQLite and on PostgreSQL, with one history."""

from __future__ import annotations

from logging.config import fileConfig  # noqa: F401  alembic looks for it

from alembic import context
from flask import current_app
from sqlalchemy import text

from engagement.db import UtcDateTime

config = context.config
target = current_app.extensions["migrate"].db


def _differs(_context, inspected_column, metadata_column, inspected_type, metadata_type):
    """Whether a column's kind changed. The kinds that only SQLite confuses are left to PostgreSQL to tell."""
    if context.get_context().dialect.name == "sqlite":
        return False
    return None


def _rendered(kind, item, _context):
    """Our own column types as what they are in the database: a migration outlives the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _ours(_thing, name, kind, reflected, _other):
    """Whether the models say it: the index of the search page is its migration's own, and SQLite keeps it in tables beside it."""
    return not (reflected and kind == "table" and name.startswith("search_"))


def run_online() -> None:
    """Migrates over one connection. SQLite's foreign keys are off meanwhile, and are checked before it is kept."""
    engine = target.engine
    with engine.connect().execution_options(unaudited="migration") as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            connection.rollback()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(
                connection=connection,
                target_metadata=target.metadata,
                render_as_batch=True,
                compare_type=_differs,
                render_item=_rendered,
                include_object=_ours,
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            if sqlite:
                broken = connection.execute(text("PRAGMA foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")
                connection.commit()
        finally:
            if sqlite:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")


run_online()
