"""The two databases that the suite runs on are really there, and each test run has its own."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

from engagement.db import normal_url


def test_each_new_database_is_another_one(new_database, request: pytest.FixtureRequest) -> None:
    first, second = create_engine(normal_url(new_database())), create_engine(normal_url(new_database()))
    with first.begin() as connection:
        connection.execute(text("CREATE TABLE mark (id INTEGER PRIMARY KEY)"))
    with second.connect() as connection, pytest.raises(Exception, match="mark"):
        connection.execute(text("SELECT id FROM mark"))
    assert first.dialect.name == second.dialect.name == request.config.getoption("--database")
    first.dispose()
    second.dispose()
