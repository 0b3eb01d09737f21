"""What may go by itself goes when its time has come; everything else is counted and waits for a person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, select

from engagement.audit.models import AuditRow
from engagement.concerns.models import Concern, Raising, ReplyAddress
from engagement.core.clock import london_moment
from engagement.db import db
from engagement.handover.models import Tip
from engagement.ledger.models import JobRun
from engagement.people.models import LoginAttempt
from engagement.records.jobs import review_retention
from tests.builders import Town, keep, make_contact, make_group


def reply_address(session, town: Town, diary, erase_after: date | None) -> int:
    common = {"force_id": town.force_id, "recorded_at": diary.now, "recorded_by_id": town.pcso.officer_id}
    concern = keep(
        session,
        Concern(
            **common, team_id=town.team_id, neighbourhood_id=town.neighbourhood_id, title="Parking", title_folded="parking",
            category="parking", state="closed", first_raised_at=diary.now, changed_at=diary.now,
        ),
    )  # fmt: skip
    raising = keep(
        session, Raising(**common, concern_id=concern.id, raiser="resident", raised_at=diary.now, raised_to_id=town.pcso.officer_id)
    )
    keep(session, ReplyAddress(force_id=town.force_id, raising_id=raising.id, address="someone@home.example", erase_after=erase_after))
    return concern.id


def review(diary) -> dict[str, int]:
    with diary.app.app_context():
        counts = review_retention(diary.now)
        db.session.remove()
    return counts


def test_reply_addresses_go_after_their_day_and_leave_a_row_without_them(diary, town: Town) -> None:
    today = diary.now.date()
    with diary.work() as session:
        gone = reply_address(session, town, diary, today - timedelta(days=1))
        reply_address(session, town, diary, today)
        reply_address(session, town, diary, None)
    assert review(diary)["reply_addresses_erased"] == 1
    with diary.work() as session:
        assert [kept.erase_after for kept in session.scalars(select(ReplyAddress).order_by(ReplyAddress.id))] == [today, None]
        row = session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
        assert row is not None
        assert (row.operation, row.entity, row.ids, row.fields, row.actor_name) == (
            "erasure", "concern", [gone], ["reply address"], "review-retention",
        )  # fmt: skip
        assert "someone@home.example" not in repr(vars(row))
    assert review(diary)["reply_addresses_erased"] == 0


def test_tries_at_the_door_go_after_thirty_days_however_many(diary, town: Town) -> None:
    with diary.work() as session:
        for days, number in ((31, 1200), (29, 2)):
            at = diary.now - timedelta(days=days)
            session.execute(insert(LoginAttempt), [{"email": "a@b.example", "address": "", "at": at, "succeeded": False}] * number)
    assert review(diary)["tries_erased"] == 1200
    with diary.work() as session:
        assert len(session.scalars(select(LoginAttempt.id)).all()) == 2


def test_the_details_of_former_contacts_are_counted_and_kept(diary, town: Town) -> None:
    today = diary.now.date()
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group, "Long Gone", ended_on=today - timedelta(days=400))
        make_contact(session, group, "Just Gone", ended_on=today - timedelta(days=300))
        make_contact(session, group, "Emptied", ended_on=today - timedelta(days=900), email="", mobile="")
        make_contact(session, group, "Still There")
    assert review(diary)["contacts_to_review"] == 1


def test_runs_by_the_minute_are_forgotten_and_the_others_kept(diary) -> None:
    old, new = diary.now - timedelta(days=200), diary.now + timedelta(days=36_500)
    common = {"claimed_by": "x", "fence": 1, "lease_until": old, "started_at": old, "outcome": "done", "counts": {}}
    with diary.work() as session:
        for name, period, done in (("send-mail", "a", old), ("send-mail", "b", new), ("send-mail", "c", None), ("check-due", "a", old)):
            session.execute(insert(JobRun).values(**common, name=name, period=period, done_at=done))
    assert review(diary)["runs_forgotten"] == 1
    with diary.work() as session:
        assert sorted((run.name, run.period) for run in session.scalars(select(JobRun))) == [
            ("check-due", "a"), ("send-mail", "b"), ("send-mail", "c"),
        ]  # fmt: skip


def test_what_works_with_somebody_goes_a_year_after_they_stopped_being_the_contact(diary, town: Town) -> None:
    today = diary.now.date()
    with diary.work() as session:
        group = make_group(session, town)
        long_gone = make_contact(session, group, "Wil Tanner", ended_on=today - timedelta(days=370))
        gone = make_contact(session, group, "Kit Marlow", ended_on=today - timedelta(days=300))
        for contact_id in (long_gone.id, gone.id, None):
            written = {"written_at": diary.now, "written_by_id": town.pcso.officer_id}
            keep(session, Tip(force_id=town.force_id, group_id=group.id, contact_id=contact_id, words="Ring twice", **written))
        still = gone.id
    assert review(diary)["tips_erased"] == 1
    with diary.work() as session:
        assert [tip.contact_id for tip in session.scalars(select(Tip).order_by(Tip.id))] == [still, None]


def test_what_works_with_a_group_goes_two_years_after_the_last_contact_with_it(diary, town: Town) -> None:
    today = diary.now.date()
    old, late = today - timedelta(days=731), today - timedelta(days=700)
    cases: list[tuple[date, dict[str, Any], bool]] = [  # when it was written, when the group was met last, whether it stays
        (old, {}, False),
        (old, {"last_two_way_on": old, "last_one_way_on": old}, False),
        (late, {"last_two_way_on": old}, True),
        (old, {"last_two_way_on": late}, True),
        (old, {"last_one_way_on": late}, True),
    ]
    with diary.work() as session:
        for number, (written_on, met, _stays) in enumerate(cases):
            group = make_group(session, town, f"Group {number}", **met)
            written = {"written_at": london_moment(written_on), "written_by_id": town.pcso.officer_id}
            keep(session, Tip(force_id=town.force_id, group_id=group.id, words=f"Ring twice {number}", **written))
    assert review(diary)["tips_erased"] == 2
    with diary.work() as session:
        assert set(session.scalars(select(Tip.words))) == {f"Ring twice {n}" for n, (_on, _met, stays) in enumerate(cases) if stays}
