"""Each figure of docs/measures.md, worked out again another way from the raw rows of a month full of work."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from engagement.board.figures import figures_of
from engagement.concerns.domain import TellingKind
from engagement.core.clock import LONDON
from engagement.core.months import Month
from engagement.engagements.domain import Kind, Outcome
from engagement.ledger.service import run_once
from engagement.overdue.jobs import flag_overdue
from tests.builders import Town, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit

NOVEMBER = Month(2026, 11)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def a_month_of_work(diary: DiaryUnderTest, town: Town) -> None:
    """Six weeks of visits, attempts, concerns and tellings in two teams, flagged on most mornings."""
    chance = random.Random(7)
    with diary.work() as session:
        ids = [make_group(session, town, f"Group {n}", frequency="weekly", agreed_on=date(2026, 10, 10 + n)).id for n in range(6)]
        elsewhere = {"team_id": town.other_team_id, "neighbourhood_id": town.other_neighbourhood_id}
        ids.append(make_group(session, town, "Another team's", frequency="weekly", agreed_on=date(2026, 10, 12), **elsewhere).id)
    diary.clock.at = datetime(2026, 10, 20, 6, 0, tzinfo=UTC)
    while diary.now < datetime(2026, 12, 3, tzinfo=UTC):
        if diary.now.day not in (5, 6, 7, 9, 10, 14, 15, 16, 21, 22, 27):
            at = diary.now
            with diary.app.app_context():
                run_once("flag-overdue", at.date().isoformat(), lambda at=at: flag_overdue(at))  # type: ignore[misc]
        diary.clock.move(timedelta(hours=17, minutes=chance.randrange(55)))  # towards midnight, London's and UTC's
        outcome = chance.choice([Outcome.SPOKE, Outcome.SPOKE, Outcome.NO_ANSWER])
        kind = chance.choice([Kind.VISIT, Kind.PATROL_CHAT])
        put(diary, town.pcso, visit([chance.choice(ids)], diary.now, kind=kind, outcome=outcome, summary="Talked"))
        if chance.random() < 0.4:
            with diary.work() as session:
                actor, group = diary.actor(town.pcso), chance.choice([*ids[:3], None])
                concern = make_concern(
                    session, actor, diary.now, title=f"Matter {diary.now}", category="parking",
                    group_id=group, neighbourhood_id=town.neighbourhood_id,
                )  # fmt: skip
                if chance.random() < 0.5:
                    told(session, actor, first_raising(session, concern), TellingKind.OUTCOME, diary.now)
        diary.clock.at = datetime.combine(diary.now.date() + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=6)


def london(stored: object) -> date:
    """The London day of a moment as the database gives it raw."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(LONDON).date()


def day(stored: object) -> date | None:
    return None if stored is None else stored if isinstance(stored, date) else date.fromisoformat(str(stored))


def test_each_figure_is_what_the_raw_rows_say(diary: DiaryUnderTest, town: Town) -> None:
    a_month_of_work(diary, town)
    with diary.work() as session:
        found = figures_of(session, town.force_id, [town.team_id], NOVEMBER)
        there = session.execute(
            text(
                "SELECT e.happened_at, e.kind, e.outcome, e.state FROM engagement_group eg JOIN engagement e ON e.id = eg.engagement_id"
                " JOIN community_group g ON g.id = eg.group_id WHERE g.team_id = :team"
            ),
            {"team": town.team_id},
        ).all()
        flags = session.execute(text("SELECT due_on, cleared_on, cleared_by FROM flag WHERE team_id = :team"), {"team": town.team_id}).all()
        concerns = session.execute(
            text("SELECT id, first_raised_at, closed_at, state FROM concern WHERE team_id = :team"), {"team": town.team_id}
        ).all()
        tellings = session.execute(text("SELECT r.concern_id, t.kind FROM telling t JOIN raising r ON r.id = t.raising_id")).all()
    made = [r for r in there if (r.state, r.outcome, r.kind) == ("happened", "spoke", "visit") and FIRST <= london(r.happened_at) <= LAST]
    missed = [
        f
        for f in flags
        if FIRST <= day(f.due_on) <= LAST  # type: ignore[operator]
        and f.cleared_by != "corrected"
        and not (f.cleared_by == "contact" and day(f.cleared_on) == day(f.due_on))
    ]
    opened = [c for c in concerns if FIRST <= london(c.first_raised_at) <= LAST]
    closed = [c for c in concerns if c.closed_at is not None and FIRST <= london(c.closed_at) <= LAST]
    heard = {t.concern_id for t in tellings if t.kind == "outcome"}
    assert found.contacts_made == len(made) > 8
    assert found.contacts_missed == len(missed) > 5
    assert found.concerns_opened == len(opened) > 5
    assert found.concerns_closed == len(closed) > 2
    assert found.tellings_owed == len([c for c in concerns if c.id not in heard]) > 2


def test_missed_is_also_what_the_visits_themselves_say(diary: DiaryUnderTest, town: Town) -> None:
    """From the visits alone, day by day: a due date in the month on which nobody had come by its evening."""
    a_month_of_work(diary, town)
    with diary.work() as session:
        found = figures_of(session, town.force_id, [town.team_id], NOVEMBER)
        visits = session.execute(
            text(
                "SELECT g.id, e.happened_at FROM community_group g LEFT JOIN engagement_group eg ON eg.group_id = g.id"
                " LEFT JOIN engagement e ON e.id = eg.engagement_id AND e.outcome = 'spoke' AND e.kind = 'visit' WHERE g.team_id = :team"
            ),
            {"team": town.team_id},
        ).all()
        begun = {row.group_id: row.starts_on for row in session.execute(text("SELECT group_id, starts_on FROM contact_agreement"))}
    missed = 0
    for group in {row.id for row in visits}:
        days = sorted({london(row.happened_at) for row in visits if row.id == group and row.happened_at is not None})
        starts = day(begun[group])
        assert starts is not None
        for anchor in (starts, *days):
            due = anchor + timedelta(days=7)
            met_by_then = any(anchor < one <= due for one in days)
            missed += FIRST <= due <= LAST and not met_by_then
    assert found.contacts_missed == missed > 5


def test_what_was_only_assumed_is_missed_apart(diary: DiaryUnderTest, town: Town) -> None:
    """Two groups are missed alike; the one whose frequency nobody agreed does not stand among what was promised."""
    with diary.work() as session:
        due = {"next_due_on": date(2026, 11, 9), "longest_on": date(2026, 11, 12)}
        make_group(session, town, "Agreed", frequency="weekly", agreed_on=date(2026, 11, 2), **due)
        make_group(session, town, "Assumed", frequency="weekly", agreed_on=date(2026, 11, 2), assumed=True, **due)
        make_group(session, town, "Assumed as well", frequency="weekly", agreed_on=date(2026, 11, 2), assumed=True, **due)
    with diary.app.app_context():
        flag_overdue(diary.now)
    with diary.work() as session:
        found = figures_of(session, town.force_id, [town.team_id], NOVEMBER)
    assert (found.contacts_missed, found.contacts_missed_assumed) == (1, 2)
    assert {"label": "missed, frequency only assumed", "number": 2} in found.lines()


def test_what_was_saved_over_a_warning_is_counted_for_the_sergeant(diary: DiaryUnderTest, town: Town) -> None:
    why = "The street stands in the council's own notice"
    with diary.work() as session:
        group = make_group(session, town, "Ashford Parish Council").id
        make_concern(session, diary.actor(town.pcso), diary.now, title="Cars outside 12 Mill Road", override_reason=why, group_id=group)
    put(diary, town.pcso, visit([group], diary.now, summary="Seen at 12 Mill Road", override_reason=why))
    put(diary, town.pcso, visit([group], diary.now, summary="Seen again"))
    with diary.work() as session:
        assert figures_of(session, town.force_id, [town.team_id], NOVEMBER).saved_over_a_warning == 2
        assert figures_of(session, town.force_id, [town.team_id], NOVEMBER.next).saved_over_a_warning == 0
        assert figures_of(session, town.force_id, [town.other_team_id], NOVEMBER).saved_over_a_warning == 0


def test_a_team_with_nothing_has_noughts(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        assert {line["number"] for line in figures_of(session, town.force_id, [town.team_id], NOVEMBER).lines()} == {0}
