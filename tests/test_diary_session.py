"""A unit of work is one transaction, whichever way its statements go and in whatever order: all of it is kept, or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select
from sqlalchemy.orm import Session

from engagement.db import ask, db, reading, unit_of_work
from engagement.places.models import Force
from tests.conftest import DiaryUnderTest

NUMBERS = Table("number_of_the_test", MetaData(), Column("id", Integer, primary_key=True))
PUT, ALL = insert(NUMBERS), select(NUMBERS.c.id).order_by(NUMBERS.c.id)
FORCES = select(Force.slug).order_by(Force.slug)


@pytest.fixture
def diary_with_numbers(diary: DiaryUnderTest) -> Iterator[DiaryUnderTest]:
    with diary.app.app_context():
        NUMBERS.create(db.engine)
    yield diary
    with diary.app.app_context():
        NUMBERS.drop(db.engine)


def put(session: Session, step: str, number: int) -> bool:
    """Writes a number in some way; answers whether it is to be there at the end."""
    match step:
        case "short":
            ask(session, PUT, {"id": number})
        case "long":
            session.execute(PUT, {"id": number})
        case "connection":
            session.connection().execute(PUT, {"id": number})
        case "bound":
            session.get_bind()
            ask(session, PUT, {"id": number})
        case "added and taken back":
            force = Force(slug=f"force-{number}", name="A")
            session.add(force)
            session.expunge(force)
            ask(session, PUT, {"id": number})
        case "savepoint":
            with session.begin_nested():
                ask(session, PUT, {"id": number})
        case "empty savepoint":
            session.begin_nested().commit()
            return False
        case "undone":
            nested = session.begin_nested()
            ask(session, PUT, {"id": number})
            nested.rollback()
            return False
        case "nothing":
            return False
    assert number in [row.id for row in ask(session, ALL)]
    return True


STEPS = ("short", "long", "connection", "bound", "added and taken back", "savepoint", "empty savepoint", "undone", "nothing")


@given(
    steps=st.lists(st.sampled_from(STEPS), max_size=5), read_first=st.booleans(), ends=st.sampled_from(["kept", "refused", "rolled back"])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_of_it_is_kept_or_none(diary_with_numbers: DiaryUnderTest, steps: list[str], read_first: bool, ends: str) -> None:
    with diary_with_numbers.work() as session:
        session.execute(delete(NUMBERS))
    kept: list[int] = []
    with diary_with_numbers.app.app_context():
        if read_first:
            ask(reading(), ALL)
        try:
            with unit_of_work() as session:
                kept = [number for number, step in enumerate(steps) if put(session, step, number)]
                if ends == "refused":
                    raise LookupError
                if ends == "rolled back":
                    session.rollback()
        except LookupError:
            pass
        assert [row.id for row in ask(reading(), ALL)] == (kept if ends == "kept" else [])
        reading().close()
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
