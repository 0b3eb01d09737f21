"""A concern that was closed and opened again was closed in between: counts of the past stay what they were."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from engagement.concerns.counted import closed_between, open_at
from engagement.concerns.domain import ConcernState, TellingKind
from engagement.concerns.models import Concern, ConcernClosing
from engagement.concerns.service import take_back_one
from tests.builders import Town
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest

DAY = timedelta(days=1)


def test_what_was_counted_of_the_past_stays_when_a_concern_is_opened_again(diary: DiaryUnderTest, town: Town) -> None:
    actor, began = diary.actor(town.pcso), diary.now
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        key, raising = concern.id, first_raising(session, concern)

    def when(days: int) -> datetime:
        return began + days * DAY

    def close(days: int) -> int:
        diary.clock.at = when(days)
        with diary.work() as session:
            made = told(session, actor, raising, TellingKind.OUTCOME, diary.now)
            assert session.get_one(Concern, key).state == ConcernState.CLOSED
            return int(made.id)

    def open_again(telling_id: int, days: int) -> None:
        diary.clock.at = when(days)
        with diary.work() as session:
            take_back_one(session, actor, telling_id, "It was another road", now=diary.now)
            assert session.get_one(Concern, key).closed_at is None

    open_again(close(10), 20)
    open_again(close(30), 40)
    close(50)
    with diary.work() as session:
        kept = [(row.closed_at, row.opened_again_at) for row in session.scalars(select(ConcernClosing).order_by(ConcernClosing.id))]
        assert kept == [(when(10), when(20)), (when(30), when(40))]
        was_open = {days: bool(session.scalar(select(Concern.id).where(open_at(when(days))))) for days in range(-5, 60, 10)}
        assert was_open == {-5: False, 5: True, 15: False, 25: True, 35: False, 45: True, 55: False}
        for (since, until), expected in {
            (5, 15): True, (5, 25): False, (5, 35): True, (15, 25): False, (15, 45): False, (25, 55): True, (45, 48): False,
        }.items():  # fmt: skip
            found = session.scalars(select(Concern.id).where(closed_between(when(since), when(until)))).all()
            assert bool(found) is expected, (since, until)
