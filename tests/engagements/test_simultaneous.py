"""Twenty people saving at the same moment: all of them are kept, each once, and the newest date wins."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import func, select

from engagement.core.ids import new_ref
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.service import Logged, plan
from engagement.groups.models import Group
from engagement.groups.service import hold
from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit

SAVERS = 20


def at_once(work: list[Callable[[], Logged]]) -> list[Logged]:
    """Begins all of it at the same moment; answers what became of each, or raises what one raised."""
    start, done, failed = threading.Barrier(len(work)), [], []

    def run(one: Callable[[], Logged]) -> None:
        start.wait()
        try:
            done.append(one())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must say so
            failed.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed, failed
    return done


def test_twenty_saves_of_one_group_at_once_all_succeed(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town).id
    drafts = [visit([club], diary.now - timedelta(days=n)) for n in range(SAVERS)]
    done = at_once([lambda draft=draft: put(diary, town.pcso, draft) for draft in drafts])  # type: ignore[misc]
    assert len(done) == SAVERS
    assert all(logged.new for logged in done)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(EngagementGroup).where(EngagementGroup.counts)) == SAVERS
        assert session.get_one(Group, club).last_two_way_on == date(2026, 11, 24)


def test_one_form_sent_ten_times_at_once_is_one_engagement(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        clubs = [make_group(session, town, name).id for name in ("Ashford Stroke Club", "Elm Green Hall")]
    draft = visit(clubs, diary.now, client_ref=new_ref())
    done = at_once([lambda: put(diary, town.pcso, draft)] * 10)
    assert sorted(logged.new for logged in done) == [False] * 9 + [True]
    assert len({logged.engagement_id for logged in done}) == 1
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Engagement)) == 1


def test_who_books_waits_for_whoever_is_changing_the_group(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town).id
        say_so(session)
    actor, booked = diary.actor(town.pcso), threading.Event()
    draft = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=diary.now + timedelta(hours=3), group_ids=(club,))

    def book() -> None:
        with diary.work() as session:
            plan(session, actor, draft, now=diary.now)
        booked.set()

    booking = threading.Thread(target=book)
    with diary.work() as session:
        hold(session, [club])
        session.execute(select(Group.id)).all()  # on SQLite the unit of work begins with its first question
        booking.start()
        assert not booked.wait(0.5)
    booking.join(60)
    assert booked.is_set()
