"""The short way to the database answers what the long way does: for values of every type, and for the pages' own questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Column, Date, Float, Integer, MetaData, String, Table, bindparam, delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError, MultipleResultsFound, NoResultFound, OperationalError

from engagement.access.domain import Actor
from engagement.bench.scales import Scale
from engagement.bench.seed import seed
from engagement.board import counting
from engagement.board import queries as board
from engagement.concerns.owing import _owed_of_groups
from engagement.db import UtcDateTime, afterwards, ask, db, reading, unit_of_work
from engagement.driver import send
from engagement.engagements import log_queries, recount
from engagement.groups import queries as groups
from engagement.groups import settling
from engagement.groups.models import Group
from engagement.people import queries as people
from engagement.places.models import Force
from engagement.profile.groups import _questions
from engagement.shift import statements as shift
from tests.conftest import DiaryUnderTest

TINY = Scale(name="team", forces=1, areas=1, teams=1, groups=30, engagements=200, concerns=20, overdue=10)
THINGS = Table(
    "thing_of_the_test", MetaData(), Column("id", Integer, primary_key=True), Column("whole", Integer), Column("part", Float),
    Column("words", String), Column("yes", Boolean), Column("day", Date), Column("at", UtcDateTime()), Column("more", JSON(none_as_null=True)),
    Column("given", String, default="by itself"),
)  # fmt: skip
PUT = insert(THINGS)
PUT_AND_SAY = insert(THINGS).returning(THINGS.c.id, THINGS.c.at, THINGS.c.more)
ALL = select(THINGS).order_by(THINGS.c.id)
ANY_OF = select(THINGS.c.id, THINGS.c.yes).where(THINGS.c.whole.in_(bindparam("wholes", expanding=True))).order_by(THINGS.c.id)
FORCES, NO_FORCE = select(Force.slug).order_by(Force.slug), select(Force.slug).where(Force.id == -1)
NEW_FORCE = insert(Force.__table__)  # type: ignore[arg-type]  # declared as FromClause, is a Table
WHO_AM_I = select(func.pg_backend_pid())
SINCE = select(THINGS.c.id).where(THINGS.c.day >= bindparam("day"), THINGS.c.at >= bindparam("at")).order_by(THINGS.c.id)

BEGAN = datetime(2026, 11, 20, tzinfo=UTC)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31))
moments = st.integers(-(2**31), 2**32).map(lambda seconds: datetime(1970, 1, 1, 0, 0, 0, 4321, tzinfo=UTC) + timedelta(seconds=seconds))
texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=20)
things = st.fixed_dictionaries(
    {
        "whole": st.none() | st.integers(-(2**31), 2**31 - 1),
        "part": st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32),
        "words": st.none() | texts,
        "yes": st.none() | st.booleans(),
        "day": st.none() | days,
        "at": st.none() | moments,
        "more": st.none() | st.lists(st.integers(0, 9) | texts, max_size=3) | st.dictionaries(st.just("a"), texts, max_size=1),
    }
)


@pytest.fixture
def _table(diary: DiaryUnderTest) -> Iterator[DiaryUnderTest]:
    with diary.app.app_context():
        THINGS.create(db.engine)
        yield diary
        db.session.remove()
        THINGS.drop(db.engine)


def test_values_of_every_type_come_back_as_by_sqlalchemy(_table: DiaryUnderTest) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(things, min_size=1, max_size=4), st.lists(st.integers(-3, 3), max_size=9), days, moments)
    def holds(rows: list[dict[str, Any]], wholes: list[int], day: date, at: datetime) -> None:
        with db.engine.connect() as connection, connection.begin() as begun:
            send(connection, PUT, rows)
            connection.execute(PUT, rows)
            long, short = connection.execute(ALL).all(), send(connection, ALL)
            assert [tuple(row)[1:] for row in long[: len(rows)]] == [tuple(row)[1:] for row in long[len(rows) :]]
            assert [tuple(row) for row in long] == short
            assert [[type(cell) for cell in row] for row in long] == [[type(cell) for cell in row] for row in short]
            assert [dict(row._mapping) for row in long] == [row._mapping for row in short]
            for question, values in ((ANY_OF, {"wholes": wholes}), (SINCE, {"day": day, "at": at})):
                assert [tuple(row) for row in connection.execute(question, values)] == send(connection, question, values)
            begun.rollback()

    holds()


def test_an_insert_of_many_rows_answers_each_of_them(_table: DiaryUnderTest) -> None:
    @settings(max_examples=30, deadline=None)
    @given(st.lists(things, min_size=2, max_size=11))
    def holds(rows: list[dict[str, Any]]) -> None:
        with db.engine.connect() as connection, connection.begin() as begun:
            answered = send(connection, PUT_AND_SAY, rows)
            assert [tuple(row) for row in connection.execute(select(*PUT_AND_SAY.exported_columns).order_by(THINGS.c.id))] == sorted(
                answered
            )
            assert [(row.at, row.more) for row in answered] == [(one["at"], one["more"]) for one in rows]
            connection.execute(PUT, rows)
            kept = [tuple(row)[1:] for row in connection.execute(ALL)]
            assert kept[: len(rows)] == kept[len(rows) :]
            begun.rollback()

    holds()


def test_the_questions_of_the_pages_are_answered_alike(diary: DiaryUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagement.bench.seed.NEIGHBOURHOODS", {"team": 3})
    with diary.app.app_context():
        seed(TINY, now=diary.now)
        today = diary.now.date()
        owner = reading().scalar(select(Group.owner_id).where(Group.owner_id.is_not(None)))
        assert owner is not None
        pcso, sergeant = (people.load_actor(reading(), account, today) for account in (owner, 1))
        assert pcso is not None
        assert sergeant is not None
        asked = [*_of_a_pcso(pcso, today), *_of_a_board(sergeant, today, diary.now)]
        rows = 0
        with db.engine.connect() as connection:
            for statement, values in asked:
                long, short = connection.execute(statement, values).all(), send(connection, statement, values)
                assert [tuple(row) for row in long] == short
                assert [[type(cell) for cell in row] for row in long] == [[type(cell) for cell in row] for row in short]
                rows += len(short)
        assert rows > 50


def _of_a_pcso(actor: Actor, today: date) -> Iterator[tuple[Any, dict[str, Any]]]:
    some, officer = {"groups": [1, 2, 3, 4, 5, 6]}, {"officer": actor.officer_id}
    both = officer | {"officers": [actor.officer_id, 1]}
    yield people._ACTOR, {"account_id": actor.account_id, "on": today}
    yield people._NOTES, {"officer_id": actor.officer_id, "most": 20}
    yield shift.PLANNED, both | {"force": actor.force_id, "since": BEGAN, "until": BEGAN + timedelta(days=9)}
    yield shift.promises(actor), both
    yield shift.clocks(actor), {"officers": [actor.officer_id, 1]}
    yield shift.waiting(actor), officer | {"today": today, "until": BEGAN}
    yield shift.CALLS, some
    yield shift.covering(today), officer
    for patch in (False, True):
        yield shift.to_see(actor, patch, today), {}
    yield groups._SPEAKING, some
    yield _owed_of_groups(actor), some
    for name in ("group", "contacts", "promises", "owed", "concerns"):
        yield getattr(_questions(actor), name), {"group": 1}
    yield _questions(actor).timeline, {"group": 1, "size": 20, "skip": 0}
    yield log_queries._TO_LOG, {"ids": [1, 2], "force": actor.force_id}
    yield log_queries._used(actor), officer
    yield log_queries._twin(actor, False), {"group": 1, "on": today}
    yield settling._STORED, {"ids": [1, 2, 3]}
    yield recount._LAST, {"ids": [1, 2, 3]}


def _of_a_board(actor: Actor, today: date, now: datetime) -> Iterator[tuple[Any, dict[str, Any]]]:
    these = {**counting.whose(actor, [1]), **counting.times(now, today)}
    yield counting._statement(), these
    for sort in ("worst", "name", "last", "officer"):
        yield board._rows("all", None, False, "", False, sort), these | {"limit": 50, "offset": 0}


def test_an_answer_of_one_row_is_read_as_it_is_from_sqlalchemy(diary: DiaryUnderTest) -> None:
    with diary.work() as session:
        session.add_all([Force(slug="a", name="A"), Force(slug="b", name="B")])
        assert [row.slug for row in ask(session, FORCES)] == ["a", "b"]  # behind what the session has still to write
        with pytest.raises(MultipleResultsFound):
            ask(session, FORCES).one()
        with pytest.raises(NoResultFound):
            ask(session, NO_FORCE).one()
        assert (ask(session, NO_FORCE).one_or_none(), ask(session, NO_FORCE).first(), ask(session, NO_FORCE).scalar()) == (None, None, None)


def test_an_error_of_the_driver_is_sqlalchemys(diary: DiaryUnderTest) -> None:
    with diary.work() as session:
        ask(session, NEW_FORCE, {"slug": "a", "name": "A"})
        with pytest.raises(IntegrityError):
            ask(session, NEW_FORCE, {"slug": "a", "name": "A"})
        session.rollback()


def test_nothing_is_changed_outside_of_a_unit_of_work(diary: DiaryUnderTest) -> None:
    with diary.app.app_context():
        for values in ({"slug": "a", "name": "A"}, [{"slug": "a", "name": "A"}]):
            with pytest.raises(RuntimeError, match="outside of a unit of work"):
                ask(reading(), NEW_FORCE, values)


def test_a_reading_ends_where_its_session_begins_commits_or_goes_back(diary: DiaryUnderTest) -> None:
    """Questions on the way see one moment; after an end the next moment is seen, by whichever way it is asked."""
    with diary.app.app_context():
        session = reading()
        ends = (session.rollback, session.commit, session.close, lambda: session.scalars(FORCES).all(), lambda: None)
        for n, end in enumerate(ends):
            session.rollback()
            assert len(ask(session, FORCES)) == n
            with diary.app.app_context(), unit_of_work() as other:
                ask(other, NEW_FORCE, {"slug": f"force-{n}", "name": "A"})
            end()
            assert len(ask(session, FORCES)) == n + (n < 4 or db.engine.dialect.name == "postgresql")
        with afterwards() as connection:
            assert len(send(connection, FORCES)) == len(ends)
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@given(steps=st.lists(st.sampled_from(["keep", "undo"]), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sent_behind_a_savepoint_goes_back_with_it(_table: DiaryUnderTest, steps: list[str]) -> None:
    with _table.work() as session:
        session.execute(delete(THINGS))
        ask(session, PUT, {"id": 99, "words": "before"})
        for n, step in enumerate(steps):
            try:
                with session.begin_nested():
                    ask(session, PUT, {"id": n, "words": step})
                    if step == "undo":
                        raise LookupError
            except LookupError:
                pass
        assert [row.id for row in ask(session, ALL)] == [n for n, step in enumerate(steps) if step == "keep"] + [99]


@pytest.mark.parametrize("writing", [False, True])
def test_a_connection_that_broke_is_not_used_again(diary: DiaryUnderTest, writing: bool) -> None:
    """The server ends it in the middle of a page, or of a save; the next page has another."""
    with diary.app.app_context():
        if db.engine.dialect.name != "postgresql":
            return  # SQLite has no server that could go away
        with unit_of_work() if writing else nullcontext(reading()) as session:
            [number] = ask(session, WHO_AM_I).one()
            with db.engine.connect() as another:
                another.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
            with pytest.raises(OperationalError):
                ask(session, FORCES)
            session.rollback()
        assert ask(reading(), FORCES) == []
