"""The demonstration, made on a real database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Concern, Telling
from engagement.concerns.service import settle
from engagement.core.errors import Refused
from engagement.demonstration.build import build, imagine
from engagement.demonstration.catcher import REFUSED_ADDRESS
from engagement.demonstration.endings import BOUNCED
from engagement.demonstration.mailbox import letters
from engagement.demonstration.source import officers
from engagement.engagements.models import Engagement
from engagement.groups.models import Contact, Group
from engagement.groups.queries import due_condition
from engagement.groups.service import drifted
from engagement.groups.standing import Standing
from engagement.mail.models import Letter
from engagement.offline.models import HeldEntry
from engagement.overdue.jobs import flag_overdue
from engagement.people.models import Account, OfficerNote
from engagement.people.passwords import password_fits
from engagement.places.models import Force
from engagement.records.jobs import check_due
from engagement.summaries.models import Summary
from tests.builders import PASSWORD, keep
from tests.conftest import NOW, DiaryUnderTest

SAID = {officer.email: "not a hash" for officer in officers()}


@pytest.mark.slow
def test_it_is_made_once_and_everything_in_it_is_as_the_diary_works_it_out(diary: DiaryUnderTest, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with diary.app.app_context():
        made = build(now=NOW, password=PASSWORD, progress=lambda done, total, _what: told.append((done, total)), mail_folder=tmp_path)
        again = build(now=NOW, password="another horse battery")
    assert made.new
    assert not again.new
    assert (made.groups, made.engagements, made.concerns) == (again.groups, again.engagements, again.concerns)
    assert 3_000 <= made.engagements <= 4_000
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]
    _has_every_standing(diary)
    _follows_the_rules(diary)
    _has_its_letters(diary, tmp_path)
    with diary.work() as session:
        hashes = session.scalars(select(Account.password_hash)).all()
        assert session.scalar(select(func.count()).select_from(HeldEntry).where(HeldEntry.ended.is_(None))) == 2
    assert len(hashes) == 15 + 1  # and of somebody who has left, whose door is shut
    assert hashes.count(None) == 1
    assert password_fits(next(filter(None, hashes)), "another horse battery")


def _has_every_standing(diary: DiaryUnderTest) -> None:
    with diary.work() as session:
        counts = {
            standing: session.scalar(select(func.count()).select_from(Group).where(due_condition(standing, NOW.date()))) or 0
            for standing in Standing
        }
    assert counts[Standing.OVERDUE] + counts[Standing.LONG_OVERDUE] == 40
    assert counts[Standing.LONG_OVERDUE] >= 12
    assert all(counts.values()), counts
    assert (counts[Standing.PAUSED], counts[Standing.ON_REQUEST], counts[Standing.DORMANT]) == (7, 6, 4)


def _follows_the_rules(diary: DiaryUnderTest) -> None:
    """Settled again, nothing changes; and nothing was written that a summary or the board would contradict."""
    with diary.work() as session:
        assert drifted(session, session.scalars(select(Group.id)).all(), today=NOW.date()) == []
        before = session.execute(select(Concern.id, Concern.state, Concern.answer_due_at, Concern.closed_at).order_by(Concern.id)).all()
        settle(session, [row.id for row in before], now=NOW)
        after = session.execute(select(Concern.id, Concern.state, Concern.answer_due_at, Concern.closed_at).order_by(Concern.id)).all()
    assert before == after
    with diary.app.app_context():
        assert flag_overdue(NOW) == {"raised": 0, "raised_again": 0, "cleared": 0}
        found = check_due(NOW)
    assert (found["groups_differ"], found["concerns_differ"]) == (0, 0)
    assert {row.state for row in after} == {state.value for state in ConcernState}


def _has_its_letters(diary: DiaryUnderTest, folder: Path) -> None:
    with diary.work() as session:
        states = {row[0]: row[1] for row in session.execute(select(Letter.state, func.count()).group_by(Letter.state))}
        months = list(session.scalars(select(Summary.month).distinct()))
        found = set(session.scalars(select(Summary.state).where(Summary.month == "2026-10")))
        suspended = session.scalars(select(Contact.email).where(Contact.mail_suspended_at.is_not(None))).all()
        by_letter = session.scalar(select(func.count()).select_from(Telling).where(Telling.how == "letter")) or 0
        notes = session.scalars(select(OfficerNote.words)).all()
        bounced = session.scalars(select(Concern.state).where(Concern.title == BOUNCED)).one()
    assert states["refused"] == 1
    assert states["sent"] > 300
    assert sorted(months) == ["2026-08", "2026-09", "2026-10"]
    assert found == {"drafted", "with_approver", "approved"}
    assert suspended == [REFUSED_ADDRESS]
    assert by_letter >= 3
    assert bounced == "outcome_owed"
    assert [note for note in notes if "phone instead" in note]
    assert letters(folder, limit=1)[1] > 30


@pytest.mark.slow
@pytest.mark.parametrize("now", [datetime(2027, 1, 1, 0, 10, tzinfo=UTC), datetime(2027, 4, 5, 9, 0, tzinfo=UTC)])
def test_it_is_made_in_the_first_days_of_a_month(diary: DiaryUnderTest, now: datetime) -> None:
    with diary.app.app_context():
        assert build(now=now, password=PASSWORD).new
    with diary.work() as session:
        assert drifted(session, session.scalars(select(Group.id)).all(), today=now.date()) == []
        assert session.scalars(select(Contact.email).where(Contact.mail_suspended_at.is_not(None))).all() == [REFUSED_ADDRESS]


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
