"""The demonstration, made on a real database."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engagement.concerns.models import Concern
from engagement.core.errors import Refused
from engagement.demonstration.build import build, imagine
from engagement.demonstration.source import officers
from engagement.engagements.models import Engagement
from engagement.groups.domain import Standing
from engagement.groups.models import Group
from engagement.groups.queries import due_condition
from engagement.groups.service import drifted
from engagement.people.models import Account
from engagement.people.passwords import password_fits
from engagement.places.models import Force
from tests.builders import PASSWORD, keep
from tests.conftest import NOW, DiaryUnderTest

SAID = {officer.email: "not a hash" for officer in officers()}


@pytest.fixture
def built(diary: DiaryUnderTest) -> DiaryUnderTest:
    with diary.app.app_context():
        build(now=NOW, password=PASSWORD)
    return diary


def test_it_is_of_the_size_of_a_real_patch(built: DiaryUnderTest) -> None:
    with built.app.app_context():
        again = build(now=NOW, password=PASSWORD)
    assert not again.new
    assert 150 <= again.groups <= 220
    assert 3_000 <= again.engagements <= 4_000
    assert 110 <= again.concerns <= 130


def test_every_column_that_follows_from_others_is_as_the_diary_works_it_out(built: DiaryUnderTest) -> None:
    with built.work() as session:
        assert drifted(session, session.scalars(select(Group.id)).all(), today=NOW.date()) == []
        states = dict(session.execute(select(Concern.id, Concern.state)).all())
    assert states == {row["id"]: row["state"] for row in imagine(NOW, SAID).rows["concern"]}


def test_the_board_has_forty_groups_and_every_other_standing_has_some(built: DiaryUnderTest) -> None:
    with built.work() as session:
        counts = {
            standing: session.scalar(select(func.count()).select_from(Group).where(due_condition(standing, NOW.date()))) or 0
            for standing in Standing
        }
    assert counts[Standing.OVERDUE] + counts[Standing.LONG_OVERDUE] == 40
    assert counts[Standing.LONG_OVERDUE] >= 12
    assert all(counts.values()), counts
    assert counts[Standing.PAUSED] == 7
    assert counts[Standing.ON_REQUEST] == 6
    assert counts[Standing.DORMANT] == 4


def test_the_same_moment_makes_the_same_diary() -> None:
    first, second = imagine(NOW, SAID), imagine(NOW, SAID)
    assert {name: rows for name, rows in first.rows.items() if name != "account"} == {
        name: rows for name, rows in second.rows.items() if name != "account"
    }


def test_it_is_refused_where_anything_else_is(diary: DiaryUnderTest) -> None:
    with diary.work() as session:
        keep(session, Force(slug="westshire", name="Westshire Police"))
    with diary.app.app_context(), pytest.raises(Refused, match="empty"):
        build(now=NOW, password=PASSWORD)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Engagement)) == 0


def test_a_new_password_is_everybodys_at_the_next_start(built: DiaryUnderTest) -> None:
    with built.app.app_context():
        build(now=NOW, password="another horse battery")
    with built.work() as session:
        hashes = session.scalars(select(Account.password_hash)).all()
    assert len(hashes) == 13
    assert password_fits(hashes[0], "another horse battery")
