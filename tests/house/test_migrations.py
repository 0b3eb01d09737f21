"""One migration history: it makes what the models say, and going down and up again keeps the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, select

from engagement.app import create_app
from engagement.concerns.drafts import EndDraft, PromiseDraft
from engagement.concerns.models import Action, KeptThere
from engagement.concerns.promises import Ending, PromiseEnd
from engagement.concerns.service import end_promise, promise
from engagement.core.clock import FixedClock
from engagement.db import db, unit_of_work
from engagement.engagements.service import take_back
from engagement.settings import load
from tests.builders import make_group, make_town
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit

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


def test_what_was_kept_in_an_entry_is_carried_over_from_the_words_of_its_history(app: Flask) -> None:
    """One promise kept in an entry, one in an entry that was taken back, one ended otherwise: the first has a link."""
    upgrade()
    diary = DiaryUnderTest(app, FixedClock(datetime(2026, 11, 24, 10, 0, tzinfo=UTC)))
    with diary.work() as session:
        town = make_town(session)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        club = make_group(session, town).id
        promised = [PromiseDraft(what=what, due_on=diary.now.date(), group_id=club) for what in ("Kits", "Leaflets", "Call")]
        keys = [promise(session, actor, one, now=diary.now).id for one in promised]
    entries = [put(diary, town.pcso, visit([club], diary.now, kept=(key,))).engagement_id for key in keys[:2]]
    with diary.work() as session:
        take_back(session, actor, entries[1], now=diary.now)
        kept = EndDraft(action_id=keys[2], ending=Ending(end=PromiseEnd.KEPT, told=True, done_on=diary.now.date()))
        end_promise(session, actor, kept, now=diary.now)
    links = select(KeptThere.action_id, KeptThere.engagement_id)
    downgrade(revision="0017")
    upgrade()
    with diary.work() as session:
        assert [tuple(row) for row in session.execute(links)] == [(keys[0], entries[0])]
        take_back(session, actor, entries[0], now=diary.now)
        assert session.execute(links).all() == []
        assert session.get_one(Action, keys[0]).ended is None


def test_down_to_nothing_and_up_again_makes_the_same_tables(app: Flask) -> None:
    upgrade()
    made = set(inspect(db.engine).get_table_names())
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"} == set()
    upgrade()
    check()
    assert set(inspect(db.engine).get_table_names()) == made
