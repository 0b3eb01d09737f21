"""The morning mail: who gets it and when, what it holds, at most one a day, none empty; the month's figures ride in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.board.jobs import send_digests, send_figures
from engagement.board.models import DigestSent
from engagement.mail.models import Letter
from engagement.people.models import Absence, Account
from engagement.summaries.models import Summary, SummaryItem
from tests.builders import Person, Town, keep, make_contact
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.overdue.makers import TODAY, decided, late_group, late_ids


def morning(diary: DiaryUnderTest, job: Any = send_digests) -> dict[str, int]:
    with diary.app.app_context():
        found: dict[str, int] = job(diary.now)
        return found


def letters(diary: DiaryUnderTest) -> list[Letter]:
    with diary.work() as session:
        return list(session.scalars(select(Letter).order_by(Letter.id)))


def off(diary: DiaryUnderTest, town: Town, person: Person, days: int = 0) -> None:
    with diary.work() as session:
        keep(
            session,
            Absence(force_id=town.force_id, officer_id=person.officer_id, starts_on=TODAY, ends_on=TODAY + timedelta(days=days)),
        )


def waiting_summary(diary: DiaryUnderTest, town: Town, month: str, **fields: Any) -> None:
    with diary.work() as session:
        summary = keep(
            session,
            Summary(
                force_id=town.force_id, team_id=town.team_id, neighbourhood_id=town.neighbourhood_id, month=month,
                drafted_at=diary.now, **({"state": "with_approver"} | fields),
            ),
        )  # fmt: skip
        concern = make_concern(session, diary.actor(town.pcso), diary.now, neighbourhood_id=town.neighbourhood_id, category="parking")
        keep(
            session,
            SummaryItem(
                force_id=town.force_id, summary_id=summary.id, concern_id=concern.id, you_said="a", we_did="b", what_next="c",
                written_at=diary.now,
            ),
        )  # fmt: skip


def test_nothing_waits_so_nothing_is_sent(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Ashford Stroke Club")
    decided(diary, town.sergeant, ids)
    assert morning(diary) == {"sent": 0, "nothing": 3, "refused": 0, "later": 0}
    assert letters(diary) == []


def test_a_sergeant_hears_once_a_day_what_waits_worst_first(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, *(f"Group {n:02}" for n in range(12)))
    late_ids(diary, town, "Worst of all", days=40)
    assert morning(diary)["sent"] == 1
    assert morning(diary)["sent"] == 0
    (letter,) = letters(diary)
    assert (letter.to, letter.kind, letter.subject) == (town.sergeant.email, "digest", "Ashford: 13 to decide, Tue 24 Nov")
    assert "13  to decide" in letter.text
    assert letter.text.index("Worst of all: 40 days over, monthly") < letter.text.index("Group 00")
    assert "3 more on the board" in letter.text
    assert "/overdue?show=decide" in letter.html
    diary.clock.move(timedelta(days=1))
    assert morning(diary)["sent"] == 1
    with diary.work() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.operation == "disclosure")).all()
        assert [len(row.ids) for row in rows] == [10, 10]


def test_nobody_is_written_to_on_a_day_off_or_with_a_closed_account(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, "Ashford Stroke Club")
    off(diary, town, town.sergeant)
    assert morning(diary)["sent"] == 0
    diary.clock.move(timedelta(days=1))
    with diary.work() as session:
        session.get_one(Account, town.sergeant.account_id).disabled_at = diary.now
    assert morning(diary)["sent"] == 0


def test_what_is_sensitive_is_counted_and_never_named(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, "Quiet People", sensitive=True)
    with diary.work() as session:
        make_concern(
            session, diary.actor(town.sergeant), diary.now, title="Hushed matter", category="parking", sensitive=True,
            raised_at=diary.now - timedelta(hours=60), neighbourhood_id=town.neighbourhood_id,
        )  # fmt: skip
    assert morning(diary)["sent"] == 1
    (letter,) = letters(diary)
    assert "1  to decide" in letter.text
    for part in (letter.text, letter.html, letter.subject):
        assert "Quiet" not in part
        assert "Hushed" not in part


def test_a_clock_says_what_is_left_and_an_inspector_hears_when_it_is_past(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso, days=7)
    with diary.work() as session:
        make_concern(
            session, diary.actor(town.pcso), diary.now, title="Parking", category="parking",
            raised_at=diary.now - timedelta(hours=70), neighbourhood_id=town.neighbourhood_id,
        )  # fmt: skip
    assert morning(diary)["sent"] == 1
    assert "* Parking: 2 h left, Sam Okoro, off, back Wed 2 Dec, no cover" in letters(diary)[0].text
    diary.clock.move(timedelta(days=1))
    assert morning(diary)["sent"] == 2
    assert [letter.to for letter in letters(diary)] == [town.sergeant.email, town.sergeant.email, town.inspector.email]
    assert "* Parking: over by 22 h" in letters(diary)[2].text


@pytest.mark.parametrize(
    ("day", "state", "sergeant", "inspector"),
    [
        (date(2026, 11, 3), "with_approver", "by Sat 7 Nov", None),
        (date(2026, 11, 3), "drafted", None, None),
        (date(2026, 11, 8), "with_approver", "by Sat 7 Nov, which has passed", None),
        (date(2026, 11, 8), "drafted", "by Sat 7 Nov, which has passed; not sent to you yet", None),
        (date(2026, 11, 15), "with_approver", "by Sat 7 Nov, which has passed", "by Sat 7 Nov, which has passed"),
        (date(2026, 11, 15), "approved", None, None),
    ],
)
def test_summaries_wait_remind_from_the_eighth_and_go_up_on_the_fifteenth(
    diary: DiaryUnderTest, town: Town, day: date, state: str, sergeant: str | None, inspector: str | None
) -> None:
    waiting_summary(diary, town, "2026-10", state=state)
    diary.clock.at = datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)
    morning(diary)
    said = {letter.to: letter.text for letter in letters(diary)}
    for person, words in ((town.sergeant, sergeant), (town.inspector, inspector)):
        if words is None:
            assert "Ashford Central, October 2026" not in said.get(person.email, "")
        else:
            assert f"* Ashford Central, October 2026: 1 item, {words}\n" in said[person.email]


def test_a_refused_address_of_a_group_is_told(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = late_group(session, town, "Hampreston Hall")
        make_contact(session, group, mail_suspended_at=diary.now - timedelta(days=1))
    morning(diary)
    assert "MAIL REFUSED: TELEPHONE INSTEAD\n* Hampreston Hall" in letters(diary)[0].text


def test_figures_ride_in_the_digest_of_the_first_and_only_there(diary: DiaryUnderTest, town: Town) -> None:
    diary.clock.at = datetime(2026, 12, 1, 6, 30, tzinfo=UTC)
    assert morning(diary, send_figures) == {"owed": 3}
    assert morning(diary, send_figures) == {"owed": 0}
    assert morning(diary)["sent"] == 3
    assert {letter.to for letter in letters(diary)} == {town.sergeant.email, town.other_sergeant.email, town.inspector.email}
    assert all("YOUR TEAM IN NOVEMBER 2026" in letter.text for letter in letters(diary))
    assert letters(diary)[0].subject == "Ashford: figures of November 2026, Tue 1 Dec"
    diary.clock.move(timedelta(days=1))
    late_ids(diary, town, "Ashford Stroke Club")
    assert morning(diary)["sent"] == 1
    assert "YOUR TEAM IN" not in letters(diary)[3].text


def test_figures_of_somebody_who_was_off_wait_for_their_next_digest_and_a_missed_first_is_made_up(
    diary: DiaryUnderTest, town: Town
) -> None:
    diary.clock.at = datetime(2026, 12, 4, 6, 30, tzinfo=UTC)
    with diary.work() as session:
        keep(
            session,
            Absence(force_id=town.force_id, officer_id=town.sergeant.officer_id, starts_on=date(2026, 12, 4), ends_on=date(2026, 12, 6)),
        )
    assert morning(diary, send_figures) == {"owed": 3}
    assert morning(diary)["sent"] == 2
    diary.clock.move(timedelta(days=3))
    assert morning(diary)["sent"] == 1
    assert letters(diary)[2].to == town.sergeant.email
    assert "NOVEMBER 2026" in letters(diary)[2].text
    with diary.work() as session:
        assert None not in session.scalars(select(DigestSent.letter_id)).all()
