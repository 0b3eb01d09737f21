"""Tampering with the record, by somebody with the database in their hands and the triggers dropped, is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from engagement.access.domain import system
from engagement.audit.domain import Entry, Operation, row_hash
from engagement.audit.jobs import check_audit
from engagement.audit.models import AuditHead, AuditRow, AuditSeal
from engagement.audit.service import record
from engagement.audit.verify import Report, seal_day, verify
from engagement.db import db, reading
from tests.builders import Town


@pytest.fixture
def chain(diary, town: Town) -> str:
    """The one chain of a record of seven rows and more, sealed yesterday with all but the last two."""
    write(diary, town, 5)
    with diary.work() as session:
        assert seal_day(session, diary.now.date() - timedelta(days=1))
    write(diary, town, 2)
    with diary.work() as session:
        return str(session.scalars(select(AuditHead.chain)).one())


def write(diary, town: Town, number: int) -> None:
    for n in range(number):
        with diary.work() as session:
            record(session, system("Sam Okoro", town.force_id), Operation.ALTERATION, "group", [n], now=diary.now, fields=["name"])


def check(diary) -> Report:
    with diary.app.app_context():
        report = verify(reading())
        db.session.remove()
    return report


def last_id(connection: Connection) -> int:
    return int(connection.scalar(text("SELECT max(id) FROM audit_row")) or 0)


@contextmanager
def in_hand(diary) -> Iterator[Connection]:
    """The database without its triggers, as its owner could make it."""
    with diary.app.app_context(), db.engine.begin() as connection:
        sqlite = connection.dialect.name == "sqlite"
        kept: list[str] = []
        if sqlite:
            found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_row'")).all()
            kept = [row.sql for row in found]
            for row in found:
                connection.exec_driver_sql(f"DROP TRIGGER {row.name}")
        else:
            connection.execute(text("ALTER TABLE audit_row DISABLE TRIGGER USER"))
        yield connection
        for statement in kept:
            connection.exec_driver_sql(statement)
        if not sqlite:
            connection.execute(text("ALTER TABLE audit_row ENABLE TRIGGER USER"))


def test_an_honest_record_has_no_fault(diary, chain: str) -> None:
    report = check(diary)
    assert report.faults == []
    assert (report.rows > 7, report.chains, report.seals) == (True, 1, 1)


@pytest.mark.parametrize("statement", ["UPDATE audit_row SET note = 'x'", "DELETE FROM audit_row"])
def test_the_application_cannot_touch_a_row(diary, chain: str, statement: str) -> None:
    with pytest.raises(Exception, match="the audit is never changed"), diary.app.app_context(), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert check(diary).faults == []


CHANGES = {
    "actor_name": "'Somebody Else'", "operation": "'consultation'", "entity": "'concern'", "note": "'nothing to see'", "actor_id": "99",
    "force_id": "99", "at": "'2026-01-01 00:00:00'", "ids": "'[99]'", "fields": "'[]'",
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_row_is_named(diary, chain: str, column: str) -> None:
    with in_hand(diary) as connection:
        victim = last_id(connection) - 3
        connection.execute(text(f"UPDATE audit_row SET {column} = {CHANGES[column]} WHERE id = {victim}"))
    assert any(re.match(rf"Row {victim} of the record .* was changed\.", fault) for fault in check(diary).faults)


def test_a_changed_row_with_its_hash_made_anew_is_named(diary, chain: str) -> None:
    with diary.work() as session:
        row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).offset(4)).first()
        assert row is not None
        values: dict[str, Any] = {name: getattr(row, name) for name in ("at", "force_id", "actor_id", "operation", "entity", "note")}
        forged = Entry(**values, actor_name="Nobody", ids=tuple(row.ids), fields=tuple(row.fields))
        anew, victim = row_hash(forged, chain=row.chain, seq=row.seq, prev=row.prev), row.id
    with in_hand(diary) as connection:
        connection.execute(text(f"UPDATE audit_row SET actor_name = 'Nobody', hash = '{anew}' WHERE id = {victim}"))
    assert any(f"Row {victim + 1} of the record" in fault and "does not follow" in fault for fault in check(diary).faults)


def test_a_removed_row_is_named(diary, chain: str) -> None:
    with in_hand(diary) as connection:
        victim = last_id(connection) - 3
        seq = connection.scalar(text(f"SELECT seq FROM audit_row WHERE id = {victim}"))
        connection.execute(text(f"DELETE FROM audit_row WHERE id = {victim}"))
    assert any(f"something was removed: number {seq} of chain {chain}" in fault for fault in check(diary).faults)


def test_rows_cut_off_behind_are_counted(diary, chain: str) -> None:
    with in_hand(diary) as connection:
        connection.execute(text(f"DELETE FROM audit_row WHERE id > {last_id(connection) - 2}"))
    assert any("2 rows were cut off the end" in fault for fault in check(diary).faults)


def _head_too(connection: Connection) -> None:
    connection.execute(text(f"DELETE FROM audit_row WHERE id > {last_id(connection) - 2}"))
    connection.execute(
        text("UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_row), hash = (SELECT hash FROM audit_row ORDER BY id DESC LIMIT 1)")
    )


def _all_of_it(connection: Connection) -> None:
    connection.execute(text("DELETE FROM audit_row"))
    connection.execute(text("DELETE FROM audit_head"))


def _a_seal(connection: Connection) -> None:
    connection.execute(text("DELETE FROM audit_seal WHERE day = (SELECT min(day) FROM audit_seal)"))


def _a_seal_changed(connection: Connection) -> None:
    connection.execute(text("UPDATE audit_seal SET day = '2026-01-01' WHERE day = (SELECT min(day) FROM audit_seal)"))


def _an_added_row(connection: Connection) -> None:
    names = "prev, hash, at, force_id, actor_id, actor_name, operation, entity, ids, fields, note"
    connection.execute(
        text(
            f"INSERT INTO audit_row (chain, seq, {names}) SELECT chain, (SELECT max(seq) + 1 FROM audit_row), {names} "
            "FROM audit_row ORDER BY id DESC LIMIT 1"
        )
    )


@pytest.mark.parametrize(
    ("attack", "sentence"),
    [
        (_head_too, "not signed by this service"),
        (_all_of_it, "was removed"),
        (_a_seal, "or one before it, was changed or removed"),
        (_a_seal_changed, "seal of 01/01/2026"),
        (_an_added_row, "its last row was changed or added"),
    ],
)
def test_covering_the_tracks_is_named_too(diary, town: Town, chain: str, attack: Callable[[Connection], None], sentence: str) -> None:
    with diary.work() as session:
        seal_day(session, diary.now.date())
    with in_hand(diary) as connection:
        attack(connection)
    assert any(sentence in fault for fault in check(diary).faults), check(diary).faults


def test_a_record_rolled_back_to_an_older_signed_end_is_named_by_the_seal(diary, town: Town, chain: str) -> None:
    with diary.work() as session:
        head = session.scalars(select(AuditHead)).one()
        old = {"seq": head.seq, "hash": head.hash, "mac": head.mac}
    write(diary, town, 3)
    with diary.work() as session:
        seal_day(session, diary.now.date())
    with in_hand(diary) as connection:
        connection.execute(text("DELETE FROM audit_row WHERE seq > :seq"), old)
        connection.execute(text("UPDATE audit_head SET seq = :seq, hash = :hash, mac = :mac"), old)
    assert any("was sealed with" in fault for fault in check(diary).faults)


def test_another_secret_signs_nothing(diary, chain: str) -> None:
    settings = diary.app.extensions["settings"]
    diary.app.extensions["settings"] = replace(settings, secret_key="x" * 40)
    try:
        faults = check(diary).faults
    finally:
        diary.app.extensions["settings"] = settings
    assert any("not signed by this service" in fault for fault in faults)


def test_the_job_seals_each_day_once_and_reports(diary, town: Town, chain: str) -> None:
    with diary.app.app_context():
        first = check_audit(diary.now)
        again = check_audit(diary.now)
        write(diary, town, 1)
        later = check_audit(diary.now + timedelta(days=1))
        db.session.remove()
    assert (first["faults"], first["sealed"], again["sealed"], later["sealed"]) == (0, 1, 0, 1)
    with diary.work() as session:
        days = session.scalars(select(AuditSeal.day).order_by(AuditSeal.day)).all()
        assert days == [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
        assert [len(seal.heads) for seal in session.scalars(select(AuditSeal).order_by(AuditSeal.day))] == [1, 1, 1]
