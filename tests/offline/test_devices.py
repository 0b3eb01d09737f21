"""What a phone says beside its entries: what it still holds, and what was opened on it without signal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.db import reading
from engagement.groups.models import Group
from engagement.offline.jobs import tell_unsent
from engagement.offline.models import DeviceReport
from engagement.offline.queries import unsent
from engagement.people.models import Account, OfficerNote
from tests.builders import Person, Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import count, entry, post, ref, rows, send
from tests.pages import words

PHONE = "5f0c7e6e-0000-4000-8000-000000000001"


def waiting(who: Person, diary: DiaryUnderTest, *days: int) -> list[dict[str, str]]:
    return [{"client_ref": ref(), "owner": str(who.account_id), "kept_at": (diary.now - timedelta(days=d)).isoformat()} for d in days]


def still(diary: DiaryUnderTest, *people: Person) -> list[tuple[int, int, str]]:
    with diary.app.app_context():
        return [(u.officer_id, u.count, u.device) for u in unsent(reading(), [p.officer_id for p in people], diary.now)]


def run(diary: DiaryUnderTest) -> dict[str, int]:
    with diary.app.app_context():
        return tell_unsent(diary.now)


def notes(diary: DiaryUnderTest, who: Person) -> list[str]:
    with diary.app.app_context():
        open_ones = select(OfficerNote.words).where(OfficerNote.officer_id == who.officer_id, OfficerNote.put_away_at.is_(None))
        return list(reading().scalars(open_ones))


def test_what_a_device_holds_is_known_for_each_account_on_it(diary: DiaryUnderTest, town: Town) -> None:
    send(diary, town.pcso, waiting=[*waiting(town.pcso, diary, 1, 3), *waiting(town.pcso2, diary, 2)], device=PHONE)
    assert set(still(diary, town.pcso, town.pcso2)) == {(town.pcso.officer_id, 2, PHONE), (town.pcso2.officer_id, 1, PHONE)}
    send(diary, town.pcso, waiting=waiting(town.pcso2, diary, 2), device=PHONE)
    assert still(diary, town.pcso, town.pcso2) == [(town.pcso2.officer_id, 1, PHONE)]
    send(diary, town.pcso2, waiting=[], device=PHONE)
    assert not still(diary, town.pcso, town.pcso2)


def test_what_was_not_kept_counts_as_unsent(diary: DiaryUnderTest, town: Town) -> None:
    send(diary, town.pcso, entry(town.pcso, kind="none"), entry(town.pcso2), waiting=[], device=PHONE)
    assert {(o, n) for o, n, _d in still(diary, town.pcso, town.pcso2)} == {(town.pcso.officer_id, 1), (town.pcso2.officer_id, 1)}


def test_after_a_week_the_owner_and_the_sergeant_are_told_once_a_week(diary: DiaryUnderTest, town: Town) -> None:
    send(diary, town.pcso, waiting=waiting(town.pcso, diary, 6), device=PHONE)
    assert run(diary) == {"devices": 0, "notes": 0}
    diary.clock.move(timedelta(days=1))
    assert run(diary) == {"devices": 1, "notes": 2}
    assert run(diary) == {"devices": 0, "notes": 0}
    assert notes(diary, town.pcso) == [
        "A phone of yours still holds 1 entry, kept for 7 days or more. Open the diary on it with signal, and sign in."
    ]
    assert notes(diary, town.sergeant) == ["The phone of Sam Okoro still holds 1 entry, kept for 7 days or more."]
    assert not notes(diary, town.other_sergeant)
    diary.clock.move(timedelta(days=7))
    assert run(diary)["devices"] == 1
    send(diary, town.pcso, waiting=[], device=PHONE)
    assert not notes(diary, town.pcso)
    assert not notes(diary, town.sergeant)
    assert run(diary)["devices"] == 0


def test_of_an_account_closed_after_sign_out_the_sergeant_is_told_what_is_left_and_what_helps(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).disabled_at = diary.now
        say_so(session)
    send(diary, town.pcso2, waiting=waiting(town.pcso, diary, 8), device=PHONE)  # whoever takes the phone next says so
    run(diary)
    assert notes(diary, town.sergeant) == [
        "The phone of Sam Okoro still holds 1 entry, kept for 7 days or more. "
        "Their account is closed: only once it is opened and they sign in on that phone can they be sent."
    ]


def test_a_device_that_does_not_say_which_it_is_is_not_heard(diary: DiaryUnderTest, town: Town) -> None:
    for device in ("", "a\x00b".replace("\x00", "\x7f"), " "):
        send(diary, town.pcso, waiting=waiting(town.pcso, diary, 1), device=device)
    assert not count(diary, DeviceReport)
    send(diary, town.pcso, waiting=waiting(town.pcso, diary, 1), device="x" * 500)
    assert still(diary, town.pcso) == [(town.pcso.officer_id, 1, "x" * 60)]
    odd: list[Any] = [{"owner": "999999", "kept_at": diary.now.isoformat()}, {"owner": "٣"}, {"owner": None}, {}]
    send(diary, town.pcso, waiting=odd, device=PHONE)
    assert post(diary.client(town.pcso), {"drafts": [], "waiting": [{"kept_at": "never"}]}, device=PHONE).status_code == 400


def opened_rows(diary: DiaryUnderTest) -> list[Any]:
    with diary.app.app_context():
        return list(reading().scalars(select(AuditRow).where(AuditRow.operation == "consultation").order_by(AuditRow.id)))


def test_what_was_opened_without_signal_is_on_record_at_its_time_once(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        mine = make_group(session, town).id
        theirs = make_group(session, town, "Theirs", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
    at = diary.now - timedelta(hours=3)
    views = [{"entity": "group", "id": str(mine), "at": at.isoformat()}, {"entity": "group", "id": str(theirs), "at": at.isoformat()}]
    views += [{"entity": "group", "id": "999999", "at": at.isoformat()}, {"entity": "account", "id": "1", "at": at.isoformat()}]
    send(diary, town.pcso, views=views)
    good, odd = opened_rows(diary)
    assert (good.entity, good.ids, good.at, good.actor_id) == ("group", [mine], at, town.pcso.account_id)
    assert (odd.ids, odd.at, odd.note) == ([theirs, 999999], diary.now, "said by a phone, not theirs to read")
    send(diary, town.pcso, views=views[:1])
    assert len(opened_rows(diary)) == 2


def test_an_opening_is_judged_by_the_day_it_happened(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town, "Narrowed").id
    with diary.work() as session:
        session.get_one(Group, group).sensitive = True
        say_so(session)
    send(diary, town.pcso2, views=[{"entity": "group", "id": str(group), "at": (diary.now - timedelta(days=1)).isoformat()}])
    assert [row.note for row in opened_rows(diary)] == ["said by a phone, not theirs to read"]
    slow = diary.now - timedelta(days=2)
    send(diary, town.pcso, views=[{"entity": "group", "id": str(group), "at": slow.isoformat()}], sent_at=slow)
    assert opened_rows(diary)[-1].at == diary.now


def test_the_note_stands_on_the_shift(diary: DiaryUnderTest, town: Town) -> None:
    send(diary, town.pcso, waiting=waiting(town.pcso, diary, 9), device=PHONE)
    run(diary)
    assert "A phone of yours still holds 1 entry" in words(diary.client(town.pcso).get("/"))
    assert "The phone of Sam Okoro still holds 1 entry" in words(diary.client(town.sergeant).get("/"))


def test_what_was_kept_while_the_clock_stood_at_no_time_of_ours_stops_nothing(diary: DiaryUnderTest, town: Town) -> None:
    """A battery that was empty: the clock begins in 1970, an entry is typed, and then the network puts it right."""
    empty = "1970-01-01T00:05:00.000Z"
    theirs = {"client_ref": ref(), "owner": str(town.pcso2.account_id), "kept_at": empty}
    draft = entry(town.pcso, typed_at=empty, group_name="Ashford Choir")
    views = [{"entity": "group", "id": "1", "at": "0001-01-01T00:00:00Z"}]
    (receipt,) = send(diary, town.pcso, draft, waiting=[theirs], views=views, device=PHONE)
    assert receipt["outcome"] == "kept"
    assert still(diary, town.pcso2) == [(town.pcso2.officer_id, 1, PHONE)]
    assert rows(diary)[0].happened_at == diary.now
    at = datetime(1970, 1, 1, 0, 7, tzinfo=UTC)  # it still stands there while it sends
    (receipt,) = send(diary, town.pcso, entry(town.pcso, typed_at=empty, group_name="Ashford Choir"), sent_at=at)
    assert (receipt["outcome"], rows(diary)[1].happened_at) == ("kept", diary.now - timedelta(minutes=2))
