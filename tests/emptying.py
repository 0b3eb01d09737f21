"""A worker's database, brought back between two tests to what one of them begins with: nothing, or a small town."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from engagement.db import db

# Ten times quicker than TRUNCATE where tables hold a few rows.
EMPTY = """
DO $$ DECLARE one record; full_one boolean; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.tablename) INTO full_one;
    IF full_one THEN EXECUTE format('DELETE FROM %I', one.tablename); END IF;
  END LOOP;
  FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    PERFORM setval(format('%I', one.sequencename)::regclass, 1, false);
  END LOOP;
END $$
"""

# The rows of every table that has some, and where the sequences stand, go into a schema beside the diary's.
KEEP = """
DO $$ DECLARE one record; full_one boolean; BEGIN
  CREATE SCHEMA kept;
  CREATE TABLE kept.ends AS SELECT sequencename::text, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', one.tablename) INTO full_one;
    IF full_one THEN EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', one.tablename); END IF;
  END LOOP;
END $$
"""
FILL = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' AND tablename <> 'ends' LOOP
    EXECUTE format('INSERT INTO public.%1$I SELECT * FROM kept.%1$I', one.tablename);
  END LOOP;
  FOR one IN SELECT sequencename, last_value FROM kept.ends LOOP
    PERFORM setval(format('public.%I', one.sequencename)::regclass, one.last_value);
  END LOOP;
END $$
"""


class Emptying:
    """Knows the database as it was migrated, and, once `keep` was called, as it was then."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder = app, folder
        with app.app_context():
            self.sqlite = db.engine.dialect.name == "sqlite"
            self.path = Path(db.engine.url.database or "")
        if self.sqlite:
            self._copy_to("empty")

    def empty(self) -> None:
        """No row is left."""
        if self.sqlite:
            self._copy_from("empty")
        else:
            self._do(EMPTY)

    def keep(self) -> None:
        """Keeps what is in the database now, for `fill`."""
        if self.sqlite:
            self._copy_to("kept")
        else:
            self._do(KEEP)

    def fill(self) -> None:
        """Puts what was kept into the empty database. On SQLite it takes the place of whatever is there."""
        if self.sqlite:
            self._copy_from("kept")
        else:
            self._do(FILL)

    def _do(self, block: str) -> None:
        with self.app.app_context(), db.engine.execution_options(unaudited="between two tests").begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # the audit's triggers rest
            connection.execute(text(block))

    def _copy_to(self, name: str) -> None:
        self._close()
        shutil.copy(self.path, self.folder / f"{name}.sqlite")

    def _copy_from(self, name: str) -> None:
        self._close()
        for ending in ("-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)
        shutil.copy(self.folder / f"{name}.sqlite", self.path)

    def _close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()
