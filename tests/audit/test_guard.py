"""Nothing that changes the diary is kept without an audit row, in whatever way it is written, and what is undone leaves none."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.models import AuditRow
from engagement.audit.service import record
from engagement.audit.verify import verify
from engagement.audit.watch import changed_tables
from engagement.db import apart, ask, db, reading, unit_of_work
from engagement.groups.models import Group, GroupPause
from tests.builders import WHEN, Town, make_contact, make_group
from tests.concerns.makers import make_concern
from tests.pages import words

TABLE = db.metadata.tables["community_group"]


def say(session: Session, town: Town, number: int = 1) -> None:
    record(session, system("a test", town.force_id), Operation.ALTERATION, "group", [number], now=WHEN)


@pytest.fixture
def group_id(diary, town: Town) -> int:
    with diary.work() as session:
        return make_group(session, town).id


def about(diary) -> str:
    with diary.work() as session:
        return str(session.scalars(select(Group.about)).one())


def rows(diary) -> int:
    with diary.work() as session:
        return len(session.scalars(select(AuditRow.id)).all())


def _orm(session: Session) -> None:
    session.scalars(select(Group)).one().about = "changed"


def _orm_bulk(session: Session) -> None:
    session.execute(update(Group).values(about="changed"))


def _core(session: Session) -> None:
    session.execute(update(TABLE).values(about="changed"))


def _core_on_connection(session: Session) -> None:
    session.connection().execute(update(TABLE).values(about="changed"))


def _text(session: Session) -> None:
    session.execute(text("update community_group set about = 'changed'"))


def _driver(session: Session) -> None:
    session.connection().exec_driver_sql("UPDATE \"community_group\" SET about = 'changed'")


def _hidden_in_a_question(session: Session) -> None:
    changed = update(TABLE).values(about="changed").returning(TABLE.c.id).cte("changed")
    if session.get_bind().dialect.name == "sqlite":  # it has no such questions
        _core(session)
    else:
        session.execute(select(changed.c.id)).all()


def _in_a_savepoint(session: Session) -> None:
    with session.begin_nested(), session.begin_nested():
        _core(session)


def _after_a_savepoint_that_was_audited_and_undone(session: Session) -> None:
    nested = session.begin_nested()
    session.execute(update(TABLE).values(about="changed"))
    record(session, system("a test", 1), Operation.ALTERATION, "group", [1], now=WHEN)
    nested.rollback()
    _core(session)


def _in_a_savepoint_left_open(session: Session) -> None:
    session.begin_nested()
    _orm(session)


CHANGE = update(TABLE).values(about="changed")


def _short(session: Session) -> None:
    ask(session, CHANGE)


def _short_and_then_joined(session: Session) -> None:
    ask(session, CHANGE)
    session.scalars(select(Group)).all()


WAYS = (
    _short, _short_and_then_joined, _orm, _orm_bulk, _core, _core_on_connection, _text, _driver, _hidden_in_a_question, _in_a_savepoint,
    _after_a_savepoint_that_was_audited_and_undone, _in_a_savepoint_left_open,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_no_way_past_the_guard(diary, town: Town, group_id: int, way: Callable[[Session], None]) -> None:
    before = rows(diary)

    def work() -> None:
        with diary.work() as session:
            way(session)

    with pytest.raises(RuntimeError, match=r"without an audit row: \['community_group'\]"):
        work()
    assert about(diary) == ""
    assert rows(diary) == before
    with diary.work() as session:  # and the connection is none the worse for it
        way(session)
        say(session, town)
    assert about(diary) == "changed"


def test_nor_on_a_connection_apart(diary, group_id: int) -> None:
    def work() -> None:
        with diary.app.app_context(), apart() as connection:
            connection.execute(update(TABLE).values(about="changed"))

    with pytest.raises(RuntimeError, match="without an audit row"):
        work()
    assert about(diary) == ""


def test_a_savepoint_that_is_undone_takes_its_row_with_it(diary, town: Town, group_id: int) -> None:
    before = rows(diary)
    with diary.work() as session:
        with session.begin_nested():
            _core(session)
            say(session, town, 1)
        nested = session.begin_nested()
        with session.begin_nested():
            session.execute(
                insert(GroupPause).values(
                    force_id=town.force_id, group_id=group_id, starts_on=diary.now.date(), reason="away", recorded_at=diary.now
                )
            )
            say(session, town, 2)
        nested.rollback()
    with diary.work() as session:
        assert [row.ids for row in session.scalars(select(AuditRow).order_by(AuditRow.id))][before:] == [[1]]
        assert session.scalars(select(GroupPause)).all() == []


def test_only_savepoints_that_were_undone_need_no_row(diary, group_id: int) -> None:
    with diary.work() as session:
        nested = session.begin_nested()
        _core(session)
        nested.rollback()
    assert about(diary) == ""


def test_a_change_of_no_row_owes_nothing_whatever_else_is_written_behind_it(diary, group_id: int) -> None:
    """As in a job: nothing to do in the diary, and the job's own claim is renewed in the same transaction."""
    with diary.work() as session:
        session.execute(update(Group).where(Group.id == -1).values(about="nobody"))
        session.execute(text("UPDATE force SET name = 'Renamed'"))
    assert about(diary) == ""


def test_what_was_said_and_not_kept_is_never_said_later(diary, town: Town, group_id: int) -> None:
    before = rows(diary)
    with diary.app.app_context():
        say(reading(), town, 7)  # outside of any unit of work
        with unit_of_work() as session:
            session.execute(select(Group.id))
        reading().execute(select(Group.id))
        say(reading(), town, 8)
        reading().close()
        with unit_of_work() as session:
            _core(session)
            say(session, town, 9)
        with pytest.raises(RuntimeError), unit_of_work() as session:
            _core(session)
    with diary.work() as session:
        assert [row.ids for row in session.scalars(select(AuditRow).order_by(AuditRow.id))][before:] == [[9]]


def _breaks_at_commit(session: Session) -> None:
    """On SQLite a reference that is looked at last, on PostgreSQL a server process that is gone when it is told to commit."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        session.execute(update(TABLE).values(owner_id=999_999))
        return
    session.execute(update(TABLE).values(about="changed"))
    process = session.scalar(text("SELECT pg_backend_pid()"))

    def kill(_connection: Connection) -> None:
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})

    event.listen(db.engine, "commit", kill, once=True)


def test_a_commit_that_fails_leaves_the_chains_whole(diary, town: Town, group_id: int) -> None:
    def doomed() -> None:
        with diary.work() as session:
            say(session, town, 1)
            _breaks_at_commit(session)

    before = rows(diary)
    for _ in range(3):
        with pytest.raises((IntegrityError, OperationalError)):
            doomed()
    with diary.work() as session:
        _core(session)
        say(session, town, 2)
    assert rows(diary) == before + 1
    with diary.app.app_context():
        assert verify(reading()).faults == []


def test_many_writers_make_whole_chains(diary, town: Town, group_id: int) -> None:
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for turn in range(5):
                with diary.work() as session:
                    session.execute(update(TABLE).values(about=f"{number}.{turn}"))
                    say(session, town, number)
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    before = rows(diary)
    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with diary.app.app_context():
        report = verify(reading())
        assert report.faults == []
        assert report.rows == before + 40
        db.session.remove()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        ("SELECT id FROM community_group FOR UPDATE", set()),
        ('INSERT INTO "engagement" (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 1', {"engagement", "set"}),
        ("insert or replace into public.concern values (1)", {"concern"}),
        ("WITH gone AS (DELETE FROM ONLY contact RETURNING id) SELECT * FROM gone", {"contact"}),
        ("UPDATE community_group AS g SET about = ''", {"community_group"}),
        ("TRUNCATE TABLE flag", {"flag"}),
    ],
)
def test_what_a_statement_writes_to(statement: str, tables: set[str]) -> None:
    assert changed_tables(statement) == tables


@pytest.mark.parametrize("part", ["/groups/{group}/edit", "/groups/{group}/contacts/{contact}", "/groups/{group}/agreement"])
def test_a_form_that_is_refused_is_a_view_on_record(diary, town: Town, group_id: int, part: str) -> None:
    """Sent straight away, with a version long gone, it is answered with what the record says now: telephones and all."""
    with diary.work() as session:
        contact_id = make_contact(session, session.get_one(Group, group_id)).id
    client = diary.client(town.pcso2)
    path = part.format(group=group_id, contact=contact_id)
    token = client.get("/api/session").get_json()["csrf_token"]
    answer = client.post(path, data={"csrf_token": token, "version": "0"})
    assert answer.status_code == 422
    with diary.work() as session:
        rows = session.execute(select(AuditRow.entity, AuditRow.ids).where(AuditRow.operation == "consultation")).all()
    assert ("group", [group_id]) in [(row.entity, row.ids) for row in rows]
    assert "contacts" not in path or ("contact", [contact_id]) in [(row.entity, row.ids) for row in rows]


def test_what_a_form_asks_about_is_a_view_on_record(diary, town: Town) -> None:
    with diary.work() as session:
        known = make_concern(
            session, diary.actor(town.pcso), diary.now, title="Cars too fast, Links Road", neighbourhood_id=town.neighbourhood_id
        )
        known_id = known.id
    typed = {"title": "Cars too fast, Links Road", "neighbourhood_id": town.neighbourhood_id, "raiser": "resident"}
    answer = diary.client(town.pcso2).fill("/concerns/new", typed)
    assert answer.status_code == 422
    assert "may be open already" in words(answer)
    with diary.work() as session:
        rows = session.execute(select(AuditRow.entity, AuditRow.ids).where(AuditRow.actor_id == town.pcso2.account_id)).all()
    assert ("concern", [known_id]) in [(row.entity, row.ids) for row in rows]
