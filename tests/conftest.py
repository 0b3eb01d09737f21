"""The diary under test: an application on a migrated database, a clock that stands still, and a small town."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings as examples
from sqlalchemy import text
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.app import create_app
from engagement.audit.chains import init_chains
from engagement.core.clock import FixedClock
from engagement.db import db, unit_of_work
from engagement.people.queries import load_actor
from engagement.settings import load
from tests.builders import Person, Town, make_town
from tests.pages import PageClient

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday morning

# What must hold before a change lands is asked with the same examples each time; ENGAGEMENT_CHANCE=1 looks for new ones.
if not os.environ.get("ENGAGEMENT_CHANCE"):
    examples.load_profile("ci")


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


class DiaryUnderTest:
    """The application, its clock, and ways in: `work()` for services, `client()` for pages."""

    def __init__(self, app: Flask, clock: FixedClock) -> None:
        self.app = app
        self.clock = clock

    @property
    def now(self) -> datetime:
        return self.clock.at

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A unit of work in an application context of its own: kept at its end."""
        with self.app.app_context(), unit_of_work() as session:
            yield session

    def actor(self, person: Person) -> Actor:
        """The person as services see them today; may be asked within `work()` as well."""

        def load_it() -> Actor | None:
            with self.app.app_context():
                return load_actor(db.session(), person.account_id, self.now.date())

        found = Context().run(load_it)  # its own session, which reads beside one that writes
        assert found is not None
        return found

    def client(self, person: Person | None = None) -> PageClient:
        """A browser without JavaScript, signed in as somebody or a stranger."""
        client = self.app.test_client()
        assert isinstance(client, PageClient)
        if person is not None:
            actor = self.actor(person)
            client.sign_in_as(actor, self.now)
        return client


@pytest.fixture(scope="session")
def _migrated(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, FixedClock, Callable[[], None]]]:
    """One application for this worker, and a way to empty its database."""
    folder = tmp_path_factory.mktemp("instance")
    settings = load(
        {
            "ENGAGEMENT_DATABASE_URL": database_url,
            "ENGAGEMENT_INSTANCE": str(folder),
            "ENGAGEMENT_SECRET_KEY": "a secret for tests alone, forty characters",
            "ENGAGEMENT_CONFIG": str(Path(__file__).parent.parent / "config" / "test.toml"),
            "ENGAGEMENT_MAIL_URL": f"file://{folder}/mail",
        }
    )
    clock = FixedClock(NOW)
    app = create_app(settings, clock)
    app.testing = True
    app.test_client_class = PageClient
    with app.app_context():
        upgrade()
        sqlite = db.engine.dialect.name == "sqlite"
        path = Path(db.engine.url.database or "")
        db.engine.dispose()
    if sqlite:
        template = folder / "template.sqlite"
        shutil.copy(path, template)

    def empty() -> None:
        with app.app_context():
            if sqlite:
                db.engine.dispose()
                for ending in ("-wal", "-shm"):
                    path.with_name(path.name + ending).unlink(missing_ok=True)
                shutil.copy(template, path)
            else:
                with db.engine.execution_options(unaudited="between two tests").begin() as connection:
                    connection.execute(text("SET LOCAL session_replication_role = replica"))  # the audit's triggers rest
                    connection.execute(text(EMPTY))

    yield app, clock, empty
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def diary(_migrated: tuple[Flask, FixedClock, Callable[[], None]]) -> DiaryUnderTest:
    """The application on an empty database, at ten in the morning of Tuesday 24 November 2026."""
    app, clock, empty = _migrated
    empty()
    init_chains(app, str(app.secret_key))  # those of the test before are gone with its rows
    clock.at = NOW
    return DiaryUnderTest(app, clock)


@pytest.fixture
def town(diary: DiaryUnderTest) -> Town:
    """A force with one area, two teams of two neighbourhoods, and somebody of each role."""
    with diary.work() as session:
        return make_town(session)
