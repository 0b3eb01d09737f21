"""The whole diary in one file and back: a zip of JSON lines, the same from SQLite and from PostgreSQL, restored into either."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Date, Table, bindparam, func, insert, select, text, update

from engagement.core.errors import Refused
from engagement.db import UtcDateTime, apart, db

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 500
Progress = Callable[[int, int, str], None]


def _quiet(done: int, total: int, what: str) -> None:
    del done, total, what


def back_up(path: Path, *, now: datetime, progress: Progress = _quiet) -> int:
    """Writes every row of the diary, as it is at one moment, into a new file that only its owner may read; answers how many.

    The service may go on meanwhile. The file is there whole or not at all. The secret key is not in it.
    """
    if path.exists():
        raise Refused("{path} is there already. Choose another name: a backup is never written over.", path=path)
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)  # of a backup that was broken off, or put there by somebody who would read this one
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused("{path} cannot be written: {why}.", path=path, why=error.strerror) from None
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _one_moment() as connection:
            manifest = _write_all(connection, archive, progress)
            archive.writestr(MANIFEST, json.dumps(manifest | {"format": FORMAT, "made_at": now.isoformat()}, indent=1))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return sum(manifest["tables"].values())


def restore(path: Path, *, progress: Progress = _quiet) -> int:
    """Fills an empty, migrated database from a backup, in one transaction: all of it or nothing. Answers how many rows.

    Refused where the file is no backup or one of another migration, or where the database holds anything.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            with apart(db.engine.execution_options(unaudited="restore")) as connection:
                _check(connection, manifest)
                return _read_all(connection, archive, manifest, progress)
    except FileNotFoundError:
        raise Refused("{path} is not there.", path=path) from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Refused("{path} is not a whole backup of the diary: {why}.", path=path, why=error) from None


def tables() -> list[Table]:
    """Every table of the diary, those that are referred to first."""
    return list(db.metadata.sorted_tables)


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment."""
    engine = db.engine
    if engine.dialect.name != "sqlite":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def _migration(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _write_all(connection: Connection, archive: zipfile.ZipFile, progress: Progress) -> dict[str, Any]:
    migration = _migration(connection)
    totals = {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables()}
    total, done = sum(totals.values()), 0
    last_ids: dict[str, int] = {}
    for table in tables():
        rows = connection.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=CHUNK))
        with archive.open(f"{table.name}.jsonl", "w") as file:
            for row in rows:
                file.write(json.dumps([_out(value) for value in row], ensure_ascii=False).encode() + b"\n")
                done += 1
                if done % CHUNK == 0:
                    progress(done, total, table.name)
        if _numbered(table):
            last_ids[table.name] = _last_id(connection, table)
    progress(total, total, "")
    return {
        "migration": migration,
        "tables": totals,
        "columns": {t.name: [c.name for c in t.columns] for t in tables()},
        "last_ids": last_ids,
    }


def _read_all(connection: Connection, archive: zipfile.ZipFile, manifest: dict[str, Any], progress: Progress) -> int:
    total, done = sum(manifest["tables"].values()), 0
    for table in tables():
        names = manifest["columns"][table.name]
        back = [_reader(table.columns[name]) for name in names]
        own = [c.name for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]
        again: list[dict[str, Any]] = []
        count = 0
        with archive.open(f"{table.name}.jsonl") as file:
            lines = ([read(value) for read, value in zip(back, json.loads(line), strict=True)] for line in file)
            while chunk := [dict(zip(names, values, strict=True)) for values in islice(lines, CHUNK)]:
                again += [{f"_{n}": row[n] for n in ("id", *own)} for row in chunk if any(row[n] is not None for n in own)]
                connection.execute(insert(table), [row | dict.fromkeys(own) for row in chunk])
                count += len(chunk)
                progress(done + count, total, table.name)
        if count != manifest["tables"][table.name]:
            raise ValueError(f"{table.name} has {count} rows where {manifest['tables'][table.name]} were written")
        if again:  # what points within its own table, once all of it is there
            connection.execute(update(table).where(table.c.id == bindparam("_id")).values({n: bindparam(f"_{n}") for n in own}), again)
        if table.name in manifest["last_ids"]:
            _go_on_from(connection, table, manifest["last_ids"][table.name])
        done += count
    progress(total, total, "")
    return done


def _check(connection: Connection, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise ValueError("its format is another one")
    if (here := _migration(connection)) != manifest["migration"]:
        raise Refused("The backup is of migration {theirs} and this database of {here}.", theirs=manifest["migration"], here=here)
    if any(connection.execute(select(1).select_from(table).limit(1)).first() for table in tables()):
        raise Refused("This database is not empty. A backup is restored into an empty one: set ENGAGEMENT_DATABASE_URL to another.")


def _out(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    if isinstance(column.type, UtcDateTime):
        return lambda value: None if value is None else datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return lambda value: None if value is None else date.fromisoformat(value)
    return lambda value: value


def _numbered(table: Table) -> bool:
    """Whether the database hands out its ids, never the same twice."""
    return "id" in table.columns and len(table.primary_key.columns) == 1


def _last_id(connection: Connection, table: Table) -> int:
    """The last id that was handed out, erased rows included."""
    if connection.dialect.name == "sqlite":
        return connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}) or 0
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    row = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()  # noqa: S608  the name is the database's own
    return int(row.last_value) if row.is_called else 0


def _go_on_from(connection: Connection, table: Table, last: int) -> None:
    """Has the next id follow the last that was handed out."""
    if last == 0:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), {"name": table.name, "last": last})
    else:
        connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": table.name, "last": last})
