"""The diary under test: an application on a migrated database, a clock that stands still, and a small town."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings as examples
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.app import create_app
from engagement.audit.chains import chains, init_chains
from engagement.audit.domain import Head
from engagement.core.clock import FixedClock
from engagement.db import db, unit_of_work
from engagement.people.queries import load_actor
from engagement.settings import load
from tests.builders import Person, Town, make_town
from tests.emptying import Emptying
from tests.pages import PageClient

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday morning

# What must hold before a change lands is asked with the same examples each time; ENGAGEMENT_CHANCE=1 looks for new ones.
if not os.environ.get("ENGAGEMENT_CHANCE"):
    examples.load_profile("ci")


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


@dataclass
class Worker:
    """What the tests of a worker share: the application, its clock and database, and a town that is put back for each."""

    app: Flask
    clock: FixedClock
    database: Emptying
    town: Town
    end: Head
    """Of the chain on which the making of the town was recorded."""


@pytest.fixture(scope="session")
def _worker(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One application for this worker, on a migrated database."""
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
    database = Emptying(app, folder)
    with app.app_context():
        with unit_of_work() as session:
            town = make_town(session)
        end = chains().borrow()
    database.keep()
    yield Worker(app, clock, database, town, end)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def diary(_worker: Worker) -> DiaryUnderTest:
    """The application on an empty database, at ten in the morning of Tuesday 24 November 2026."""
    _worker.database.empty()
    init_chains(_worker.app, str(_worker.app.secret_key))  # those of the test before are gone with its rows
    _worker.clock.at = NOW
    return DiaryUnderTest(_worker.app, _worker.clock)


@pytest.fixture
def town(diary: DiaryUnderTest, _worker: Worker) -> Town:
    """A force with one area, two teams of two neighbourhoods, and somebody of each role: in the diary before anything else is."""
    _worker.database.fill()
    with diary.app.app_context():
        chains().give_back(_worker.end)
    return _worker.town
