"""Nobody's save is lost and nobody's is lost silently: twenty at once, two editing one record, a database that is locked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.audit.verify import verify
from engagement.db import db, reading, unit_of_work
from engagement.groups.models import Contact, Group
from tests.builders import WHEN, Town, make_contact, make_group

MANY = 20


def say(session: Session, force_id: int) -> None:
    record(session, system("a test", force_id), Operation.ALTERATION, "group", [1], now=WHEN)


@pytest.fixture
def group_id(diary, town: Town) -> int:
    with diary.work() as session:
        return make_group(session, town, about="0").id


def at_once(diary, work: Callable[[int], None]) -> list[BaseException]:
    """Runs the work in twenty threads that begin together; answers what went wrong."""
    gate = threading.Barrier(MANY)
    wrong: list[BaseException] = []

    def one(number: int) -> None:
        with diary.app.app_context():
            gate.wait()
            try:
                work(number)
            except BaseException as error:  # noqa: BLE001
                wrong.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_twenty_units_of_work_at_once_are_all_kept(diary, town: Town, group_id: int) -> None:
    def work(number: int) -> None:
        with unit_of_work() as session:
            group = session.scalars(select(Group).where(Group.id == group_id)).one()
            make_contact(session, group, f"Contact {number}")

    assert at_once(diary, work) == []
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == MANY
        assert verify(session).faults == []


def test_an_update_that_counts_in_the_database_loses_none(diary, town: Town, group_id: int) -> None:
    def work(_number: int) -> None:
        with unit_of_work() as session:
            session.execute(update(Group).where(Group.id == group_id).values(soon_days=Group.soon_days + 1))
            say(session, town.force_id)

    assert at_once(diary, work) == []
    with diary.work() as session:
        assert session.get_one(Group, group_id).soon_days == 5 + MANY


def test_reading_and_writing_back_is_kept_or_refused_and_never_lost(diary, town: Town, group_id: int) -> None:
    """Each adds one to what it has read. On SQLite writers queue; on PostgreSQL the version tells who came second, who tries again."""
    refused: list[int] = []

    def work(number: int) -> None:
        while True:
            try:
                with unit_of_work() as session:
                    group = session.get_one(Group, group_id)
                    group.about = str(int(group.about) + 1)
                    say(session, town.force_id)
                return
            except StaleDataError:
                refused.append(number)

    assert at_once(diary, work) == []
    with diary.work() as session:
        group = session.get_one(Group, group_id)
        assert (group.about, group.version) == (str(MANY), 1 + MANY)
        if session.get_bind().dialect.name == "sqlite":
            assert refused == []


def test_what_was_read_before_is_not_written_back(diary, town: Town, group_id: int) -> None:
    """Two have the record open; the second to save is told, whatever the order of their reading."""
    with diary.app.app_context():
        mine = reading().get_one(Group, group_id)
        version = mine.version
        with diary.work() as session:
            session.get_one(Group, group_id).about = "theirs"
            say(session, town.force_id)
        with unit_of_work() as session:
            fresh = session.get_one(Group, group_id)
            assert (fresh.about, fresh.version) == ("theirs", version + 1)
        db.session.remove()


@contextmanager
def locked(diary) -> Iterator[None]:
    """Somebody holds the writer's lock and does not let go; waiting for it is made short."""
    with diary.app.app_context():
        sqlite = db.engine.dialect.name == "sqlite"

        def impatient(connection: Connection) -> None:
            connection.exec_driver_sql("PRAGMA busy_timeout = 100" if sqlite else "SET lock_timeout = '100ms'")

        def patient(connection: Connection) -> None:
            connection.exec_driver_sql("PRAGMA busy_timeout = 20000" if sqlite else "SET lock_timeout = '20s'")

        holder = db.engine.raw_connection()
        holder.cursor().execute("BEGIN IMMEDIATE" if sqlite else "LOCK TABLE audit_row IN ACCESS EXCLUSIVE MODE")
        event.listen(db.engine, "begin", impatient, insert=True)
        try:
            yield
        finally:
            event.remove(db.engine, "begin", impatient)
            event.listen(db.engine, "begin", patient, insert=True)
            holder.rollback()
            holder.close()
        with db.engine.connect() as connection:
            connection.execute(select(1))
        event.remove(db.engine, "begin", patient)


def test_a_locked_database_is_a_sentence_and_nothing_is_half_saved(diary, town: Town, group_id: int) -> None:
    client = diary.client(town.pcso)
    opened = client.get(f"/groups/{group_id}/edit")
    assert opened.status_code == 200
    with locked(diary):
        answer = client.send(opened, {"about": "typed while it was locked"})
    assert answer.status_code == 503
    assert "nothing was lost" in answer.get_data(as_text=True)
    with diary.work() as session:
        assert session.get_one(Group, group_id).about == "0"
    assert client.send(opened, {"about": "typed while it was locked"}).status_code == 303
