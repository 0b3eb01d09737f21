"""The stored due dates are what the rules say, whichever facts there are, and lists ask for standings as the rule does."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

from sqlalchemy import select, text

from engagement.groups import service
from engagement.groups.models import Group
from engagement.groups.queries import due_condition, facts_of, late_condition
from engagement.groups.standing import Standing, standing
from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.counting import statements

TODAY = date(2026, 11, 24)
FREQUENCIES = ("weekly", "monthly", "quarterly", "yearly", "termly", "half_termly", "per_meeting", "on_request")


def a_varied_register(diary: DiaryUnderTest, town: Town) -> None:
    """Groups of every frequency, contacted long ago, lately, never; some paused, dormant or paused ahead."""
    with diary.work() as session:
        dates = {}
        for n, (frequency, days) in enumerate(product(FREQUENCIES, (None, 0, 5, 26, 40, 90, 400))):
            group = make_group(session, town, f"Group {n}", frequency=frequency, agreed_on=TODAY - timedelta(days=20 * (n % 11)))
            dates[group.id] = (None if days is None else TODAY - timedelta(days=days), None)
        service.contacted(session, dates, today=TODAY)
    actor = diary.actor(town.sergeant)
    with diary.work() as session:
        for key in sorted(dates)[::5]:
            service.pause(session, actor, key, reason="away", until=TODAY + timedelta(days=9), now=diary.now)
        for key in sorted(dates)[1::7]:
            service.go_dormant(session, actor, key, "gone", now=diary.now)
        for key in sorted(dates)[2::9]:
            service.pause(session, actor, key, reason="later", starts_on=TODAY + timedelta(days=3), now=diary.now)


def test_every_standing_is_found_by_a_query_exactly_where_the_rule_finds_it(diary: DiaryUnderTest, town: Town) -> None:
    a_varied_register(diary, town)
    seen = set()
    with diary.work() as session:
        groups = session.scalars(select(Group)).all()
        for day in (TODAY, TODAY + timedelta(days=4), TODAY + timedelta(days=30), TODAY + timedelta(days=300)):
            by_rule = {group.id: standing(facts_of(group), day) for group in groups}
            seen |= set(by_rule.values())
            for wanted in Standing:
                found = set(session.scalars(select(Group.id).where(due_condition(wanted, day))))
                assert found == {key for key, at in by_rule.items() if at is wanted}, (wanted, day)
            late = set(session.scalars(select(Group.id).where(late_condition(day))))
            assert late == {key for key, at in by_rule.items() if at.late}
    assert seen == set(Standing)


def test_settling_again_changes_nothing_and_a_drift_is_named_and_mended(diary: DiaryUnderTest, town: Town) -> None:
    a_varied_register(diary, town)
    with diary.work() as session:
        keys = list(session.scalars(select(Group.id).order_by(Group.id)))
        versions = dict(session.execute(select(Group.id, Group.version)).all())
        assert service.drifted(session, keys, today=TODAY) == []
        assert service.settle(session, keys, today=TODAY) == []
    with diary.work() as session:
        say_so(session)
        past_the_service = text("UPDATE community_group SET next_due_on = '2030-01-01', soon_days = 0 WHERE id IN (:a, :b)")
        session.execute(past_the_service, {"a": keys[3], "b": keys[4]})
    with diary.work() as session:
        assert service.drifted(session, keys, today=TODAY) == keys[3:5]
        assert service.settle(session, reversed(keys), today=TODAY) == keys[3:5]
        say_so(session)
        assert dict(session.execute(select(Group.id, Group.version)).all()) == versions


def test_a_delivered_summary_counts_for_inform_alone(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        keys = [make_group(session, town, name, agreed_on=date(2026, 10, 1)).id for name in ("Told", "Consulted")]
        draft = service.AgreementDraft(
            level="inform", frequency="monthly", assumed=False, agreed_with="the clerk", agreed_on=TODAY, starts_on=date(2026, 10, 1)
        )
        service.agree(session, diary.actor(town.pcso), keys[0], draft, now=diary.now)
        service.contacted(session, dict.fromkeys(keys, (None, date(2026, 11, 3))), today=TODAY)
        assert session.scalars(select(Group.next_due_on).order_by(Group.id)).all() == [date(2026, 12, 3), date(2026, 11, 1)]


def test_a_group_that_was_loaded_shows_what_was_settled(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        service.contacted(session, {group.id: (date(2026, 11, 20), None)}, today=TODAY)
        assert (group.last_two_way_on, group.next_due_on) == (date(2026, 11, 20), date(2026, 12, 20))
        assert group not in session.dirty


def test_settling_many_groups_asks_a_bounded_number_of_questions(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        keys = [make_group(session, town, f"Group {n}").id for n in range(60)]
    counts = []
    for some in (keys[:3], keys):
        with diary.work() as session, statements() as asked:
            service.contacted(session, {key: (TODAY - timedelta(days=len(some)), None) for key in some}, today=TODAY)
            said = len(asked)
            say_so(session)
        counts.append(said)
    assert counts[0] == counts[1] <= 6
