"""One migration history: it makes what the models say, and going down and up again keeps the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select

from engagement.app import create_app
from engagement.db import db, unit_of_work
from engagement.settings import load
from tests.builders import make_town

FIRST = "0001"


@pytest.fixture
def app(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Flask]:
    """The application on a database where nothing is yet."""
    settings = load(
        {
            "ENGAGEMENT_DATABASE_URL": new_database(),
            "ENGAGEMENT_INSTANCE": str(tmp_path),
            "ENGAGEMENT_SECRET_KEY": "a secret for tests alone, forty characters",
            "ENGAGEMENT_CONFIG": str(Path(__file__).parents[2] / "config" / "test.toml"),
        }
    )
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def columns() -> dict[str, set[str]]:
    """The columns of every table that the database has now."""
    found = inspect(db.engine)
    return {name: {str(column["name"]) for column in found.get_columns(name)} for name in found.get_table_names()}


def rows(there: dict[str, set[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of its key, as far as `there` has the table and the column."""
    with db.engine.connect() as connection:
        return {
            name: [
                tuple(row)
                for row in connection.execute(select(*(c for c in table.c if c.name in there[name])).order_by(*table.primary_key))
            ]
            for name, table in sorted(db.metadata.tables.items())
            if name in there
        }


def test_the_migrations_make_exactly_what_the_models_say(app: Flask) -> None:
    upgrade()
    check()  # ends the run where they differ
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())


def test_down_to_the_tables_and_up_again_keeps_every_row(app: Flask) -> None:
    upgrade(revision=FIRST)
    at_first = columns()
    upgrade()
    with unit_of_work() as session:
        make_town(session)
    before = rows(at_first)
    assert before["account"]
    downgrade(revision=FIRST)
    assert rows(at_first) == before
    upgrade()
    assert rows(at_first) == before


def test_down_to_nothing_and_up_again_makes_the_same_tables(app: Flask) -> None:
    upgrade()
    made = set(inspect(db.engine).get_table_names())
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"} == set()
    upgrade()
    check()
    assert set(inspect(db.engine).get_table_names()) == made
