"""Months of the record whose time is over go as a whole, and what is left is proved as before."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from engagement.access.domain import system
from engagement.audit.disposal import dispose, first_kept
from engagement.audit.domain import Operation
from engagement.audit.models import AuditHead, AuditRow
from engagement.audit.service import record
from engagement.audit.verify import Report, seal_day, verify
from engagement.core.errors import Refused
from engagement.core.months import Month
from engagement.db import db, reading
from tests.builders import Town

LONG = timedelta(days=3 * 365)


def write(diary, town: Town, number: int, at: datetime) -> None:
    for n in range(number):
        with diary.work() as session:
            record(session, system("Sam Okoro", town.force_id), Operation.CONSULTATION, "group", [n], now=at)


def let_go(diary, before: Month | None = None, *, dry: bool = False) -> int:
    with diary.app.app_context():
        try:
            return dispose(before, now=diary.now, dry=dry).rows
        finally:
            db.session.remove()


def check(diary) -> Report:
    with diary.app.app_context():
        report = verify(reading())
        db.session.remove()
    return report


def rows(diary) -> int:
    with diary.work() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


@pytest.fixture
def old(diary, town: Town) -> int:
    """How many rows the record had three years ago; three of a year ago follow them in the same chain."""
    with diary.app.app_context(), db.engine.begin() as connection:  # what the fixtures did, they did today
        connection.execute(text("INSERT INTO audit_base SELECT chain, seq, hash, mac FROM audit_head"))
        connection.execute(text("DELETE FROM audit_row"))
        connection.execute(text("DELETE FROM audit_base"))
        connection.execute(text("DELETE FROM audit_head"))
    diary.app.extensions["audit_chains"]._free.clear()
    write(diary, town, 4, diary.now - LONG)
    with diary.work() as session:
        seal_day(session, (diary.now - LONG).date())
    write(diary, town, 3, diary.now - timedelta(days=365))
    assert check(diary).faults == []
    return 4


def test_what_is_older_than_the_schedule_goes_and_the_rest_is_proved(diary, town: Town, old: int) -> None:
    assert let_go(diary, dry=True) == old
    assert rows(diary) == old + 3
    assert let_go(diary) == old
    assert rows(diary) == 3 + 1
    report = check(diary)
    assert (report.faults, report.chains) == ([], 1)
    with diary.work() as session:
        said = session.scalars(select(AuditRow).where(AuditRow.operation == Operation.ERASURE)).one()
        assert (said.actor_name, said.note, said.ids) == ("dispose-audit", "4 rows from before November 2024", [])
    assert let_go(diary) == 0, "twice is nothing"
    write(diary, town, 2, diary.now)
    assert check(diary).faults == [], "the chain goes on behind its base"


def test_a_row_about_an_older_moment_stays_with_those_behind_which_it_was_written(diary, town: Town, old: int) -> None:
    write(diary, town, 1, diary.now - LONG)  # a page read without a signal, sent much later
    assert let_go(diary) == old
    assert check(diary).faults == []


def test_what_was_not_sealed_and_what_must_be_kept_stays(diary, town: Town, old: int) -> None:
    with diary.app.app_context():
        kept = first_kept(diary.now.date())
    with pytest.raises(Refused, match="kept from November 2024 on"):
        let_go(diary, kept.next)
    assert let_go(diary, Month(2022, 1)) == 0
    assert rows(diary) == old + 3


def test_a_record_that_was_tampered_with_is_not_let_go(diary, town: Town, old: int) -> None:
    with diary.work() as session:
        session.execute(text("UPDATE audit_head SET seq = seq + 1"))
    with pytest.raises(Refused, match="not whole"):
        let_go(diary)
    assert rows(diary) == old + 3


def test_a_base_that_the_service_did_not_sign_is_named(diary, town: Town, old: int) -> None:
    with diary.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO audit_base SELECT chain, seq, hash, 'mine' FROM audit_row WHERE seq = 2"))
        connection.execute(text("DELETE FROM audit_row WHERE seq <= 2"))
    assert any("begins is not signed by this service: rows up to number 2 were removed" in fault for fault in check(diary).faults)


def test_a_head_is_no_base(diary, town: Town, old: int) -> None:
    with diary.app.app_context(), db.engine.begin() as connection:
        connection.execute(text("INSERT INTO audit_base SELECT chain, seq, hash, mac FROM audit_head"))
        connection.execute(text("DELETE FROM audit_row"))
    with diary.work() as session:
        assert session.scalars(select(AuditHead)).one()
    assert any("is not signed by this service" in fault for fault in check(diary).faults)
