"""How many questions the jobs ask: as many for forty concerns and letters as for four, but for what each letter writes."""

from __future__ import annotations

from sqlalchemy import event

from engagement.core.months import Month
from engagement.db import db
from engagement.summaries.facts import worth_saying
from engagement.summaries.mailing import make_ready
from tests.builders import make_contact, make_group
from tests.summaries.month import MONDAY, approve_all, done, drafted, raise_one, summaries


def asked(diary, work) -> int:
    """How many statements the work sends to the database."""
    counted = 0

    def count(*_args) -> None:
        nonlocal counted
        counted += 1

    with diary.app.app_context():
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            work(db.session())
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
    return counted


def more(diary, town, number: int, first: int = 0) -> None:
    for n in range(first, first + number):
        with diary.work() as session:
            group = make_group(session, town, f"Group {n}", neighbourhood_id=(town.neighbourhood_id, town.second_neighbourhood_id)[n % 2])
            make_contact(session, group, f"Person {n}")
            group_id = group.id
        concern = raise_one(diary, town.pcso, group_id, f"Matter {n}")
        done(diary, town.pcso, concern)


def test_drafting_asks_as_much_for_many_as_for_few(diary, town):
    places = [town.neighbourhood_id, town.second_neighbourhood_id]
    more(diary, town, 2)
    few = asked(diary, lambda session: worth_saying(session, places, Month(2026, 10)))
    more(diary, town, 12, first=2)
    assert asked(diary, lambda session: worth_saying(session, places, Month(2026, 10))) == few <= 6


def test_making_letters_ready_asks_as_much_for_many_as_for_few(diary, town):
    more(diary, town, 2)
    drafted(diary)
    for summary in summaries(diary).values():
        approve_all(diary, town, summary.id)
    few = asked(diary, lambda session: make_ready(session, town.force_id, Month(2026, 10), now=MONDAY))
    for n in range(12):
        with diary.work() as session:
            make_contact(session, make_group(session, town, f"More {n}"), f"More {n}")
    made = []
    assert asked(diary, lambda session: made.append(make_ready(session, town.force_id, Month(2026, 10), now=MONDAY))) == few <= 20
    assert len(made[0][0]) == 14
