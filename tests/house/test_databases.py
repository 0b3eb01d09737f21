"""The two databases that the suite runs on are really there, and each test run has its own."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, make_url, text

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


def test_of_several_hosts_the_next_one_answers_where_the_first_does_not(new_database) -> None:
    url = new_database()
    if url.startswith("sqlite"):
        url = "postgresql://diary:a%2Fb@one.example:5433,two.example/diary?sslmode=require"
        found = make_url(normal_url(url))
        assert found.query == {"host": "one.example,two.example", "port": "5433,5432", "sslmode": "require"}
        assert (found.password, found.database) == ("a/b", "diary")
        return
    there = make_url(url)
    hosts = f"127.0.0.1:1,{quote(str(there.query.get('host') or there.host), safe='')}:{there.port or 5432}"
    engine = create_engine(normal_url(f"postgresql://{there.username}@{hosts}/{there.database}"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_database()")) == there.database
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite:////srv/diary.sqlite", "postgresql+psycopg://diary@one.example/diary"])
def test_an_address_that_needs_nothing_stays_as_it_is(url: str) -> None:
    assert normal_url(url) == url
