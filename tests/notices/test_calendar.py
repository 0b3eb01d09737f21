"""The calendar for Outlook: what is in it and what is not, read back as a program reads it, and who may read it how long."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from engagement.audit.models import AuditRow
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.service import Promised, plan
from engagement.groups.service import pause
from engagement.notices.calendar import Entry, calendar_of, shown_on
from engagement.notices.models import CalendarLink
from engagement.people.models import Account, Cover, Posting
from engagement.people.postings import end_posting
from tests.builders import LONG_AGO, Person, Town, keep, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.pages import words

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def group(diary: DiaryUnderTest, town: Town, name: str, due: date, **fields) -> int:
    known: dict[str, Any] = {"last_two_way_on": LONG_AGO, "next_due_on": due, "longest_on": due + 15 * DAY, "level": "involve"}
    with diary.work() as session:
        return make_group(session, town, name, **(known | fields)).id


def address_of(diary: DiaryUnderTest, person: Person) -> str:
    """Makes the address of somebody's calendar and copies it from the page, where it stands once."""
    client = diary.client(person)
    page = client.get(client.fill("/me/notices", action="/me/calendar").location)
    found = page.get_data(as_text=True).split('value="http://localhost:8000')[1].split('"')[0]
    assert ".ics" not in client.get("/me/notices").get_data(as_text=True)
    return found


def read_back(body: bytes) -> Any:
    """The file as a program reads it."""
    return Calendar.from_ical(body)


def events(body: bytes) -> dict[str, Any]:
    """The entries by title."""
    return {str(event["SUMMARY"]): event for event in read_back(body).walk("VEVENT")}


def test_outlook_reads_what_is_due_promised_owed_and_booked(diary: DiaryUnderTest, town: Town) -> None:
    soon = group(diary, town, "Ashford Stroke Club", TODAY + 9 * DAY)
    group(diary, town, "Ashford Youth Club", TODAY - 9 * DAY)
    group(diary, town, "Ashford Refuge", TODAY + 2 * DAY, sensitive=True)
    group(diary, town, "Jo's Club", TODAY, owner_id=town.pcso2.officer_id)
    put(diary, town.pcso, visit([soon], diary.now - 2 * DAY, promises=(Promised(what="Bring marking kits", due_on=TODAY + 3 * DAY),)))
    with diary.work() as session:
        when = datetime(2026, 11, 26, 19, 30, tzinfo=UTC)
        draft = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=when, group_ids=(soon,), place="Barrington Centre")
        plan(session, diary.actor(town.pcso), draft, now=diary.now)
        make_concern(session, diary.actor(town.pcso), diary.now, title="Parking on Church Road", neighbourhood_id=town.neighbourhood_id)
    answer = diary.client().get(address_of(diary, town.pcso))
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    body = answer.data
    found = events(body)
    assert sorted(found) == [
        "Answer due", "Booked: Ashford Stroke Club", "Contact due", "Contact due: Ashford Stroke Club", "Contact due: Ashford Youth Club",
        "Promise due: Ashford Stroke Club",
    ]  # fmt: skip
    for word in ("Refuge", "Parking", "marking", "Barrington", "Jo's", "fair"):
        assert word.encode() not in body
    assert found["Contact due: Ashford Youth Club"]["DTSTART"].dt == TODAY, "what is overdue stands on today"
    assert b"DTSTART;VALUE=DATE:" in body
    booked = found["Booked: Ashford Stroke Club"]
    assert booked["DTSTART"].params["TZID"] == "Europe/London"
    assert booked["DTSTART"].dt.astimezone(UTC) == datetime(2026, 11, 26, 19, 30, tzinfo=UTC)


def test_the_file_is_what_outlook_needs(diary: DiaryUnderTest) -> None:
    now = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
    entries = [
        Entry(key="group-1", what="Contact due", group="St Mary's; Café, \\ and more\nBEGIN:VEVENT", on=TODAY),
        Entry(key="booked-2", what="Booked", group="", on=datetime(2026, 7, 1, 18, 30, tzinfo=UTC)),
    ]
    body = calendar_of("Diary", "diary.example", entries, now)
    read = read_back(body)
    assert (read["METHOD"], read["VERSION"], str(read["X-PUBLISHED-TTL"])) == ("PUBLISH", "2.0", "PT1H")
    assert read["PRODID"]
    found = read.walk("VEVENT")
    assert [str(event["UID"]) for event in found] == ["group-1@diary.example", "booked-2@diary.example"]
    assert all(event["DTSTAMP"].dt == now for event in found)
    assert str(found[0]["SUMMARY"]) == "Contact due: St Mary's; Café, \\ and more\nBEGIN:VEVENT"
    assert found[0]["DTEND"].dt - found[0]["DTSTART"].dt == DAY
    assert b"DTSTART;TZID=Europe/London:20260701T193000" in body
    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Europe/London"]
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
    later = calendar_of("Diary", "diary.example", entries, now + DAY)
    assert [e["UID"] for e in read_back(later).walk("VEVENT")] == [e["UID"] for e in found], "the same thing keeps its UID"


def test_an_entry_without_any_is_a_calendar_too() -> None:
    assert read_back(calendar_of("Diary", "diary.example", [], datetime(2026, 6, 1, tzinfo=UTC))).walk("VEVENT") == []


@pytest.mark.parametrize(("due", "on"), [(TODAY - DAY, TODAY), (TODAY, TODAY), (TODAY + DAY, TODAY + DAY)])
def test_nothing_overdue_leaves_the_calendar(due: date, on: date) -> None:
    assert shown_on(due, TODAY) == on


def test_reading_it_is_on_record_as_one_row(diary: DiaryUnderTest, town: Town) -> None:
    club = group(diary, town, "Ashford Youth Club", TODAY)
    address = address_of(diary, town.pcso)

    def rows() -> list[Any]:
        with diary.work() as session:
            return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))

    before = rows()
    assert diary.client(town.sergeant).get(address).status_code == 200, "whoever is signed in, it is its owner's"
    (row,) = rows()[len(before) :]
    assert (row.operation, row.entity, row.ids, row.actor_id, row.note) == ("disclosure", "group", [club], town.pcso.account_id, "calendar")


def test_unknown_revoked_closed_and_posted_nowhere_are_not_there(diary: DiaryUnderTest, town: Town) -> None:
    stranger = diary.client()
    assert stranger.get("/calendar/none-such.ics").status_code == 404
    first = address_of(diary, town.pcso)
    assert stranger.get(first).status_code == 200
    second = address_of(diary, town.pcso)
    assert stranger.get(first).status_code == 404, "another one ends the one before"
    sam = diary.client(town.pcso)
    assert sam.fill("/me/notices", action="/me/calendar/revoke").status_code == 303
    assert "Make the address" in words(sam.get("/me/notices"))
    assert stranger.get(second).status_code == 404
    third, jo = address_of(diary, town.pcso), address_of(diary, town.pcso2)
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).disabled_at = diary.now
        assert session.scalar(select(func.count()).select_from(CalendarLink).where(CalendarLink.revoked_at.is_(None))) == 2
    assert stranger.get(third).status_code == 404
    with diary.work() as session:
        actor = diary.actor(town.administrator)
        end_posting(session, actor, town.pcso2.officer_id, last_day=TODAY - DAY, now=diary.now)
    assert stranger.get(jo).status_code == 404


def test_it_follows_the_cover_and_leaves_out_the_paused(diary: DiaryUnderTest, town: Town) -> None:
    group(diary, town, "Ashford Youth Club", TODAY + DAY)
    rests = group(diary, town, "Elm Green Watch", TODAY - DAY)
    with diary.work() as session:
        pause(session, diary.actor(town.sergeant), rests, starts_on=TODAY, until=None, reason="No volunteers", now=diary.now)
        off = {"officer_id": town.pcso.officer_id, "cover_officer_id": town.pcso2.officer_id, "force_id": town.force_id}
        keep(session, Cover(**off, starts_on=TODAY, ends_on=TODAY, set_at=diary.now))
    address = address_of(diary, town.pcso2)
    assert sorted(events(diary.client().get(address).data)) == ["Contact due: Ashford Youth Club"]
    diary.clock.move(DAY)
    assert events(diary.client().get(address).data) == {}


def test_who_has_left_the_team_sees_no_visit_of_whom_they_were_to_cover(diary: DiaryUnderTest, town: Town) -> None:
    club = group(diary, town, "Ashford Youth Club", TODAY + 300 * DAY)
    with diary.work() as session:
        booked = PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=diary.now + 2 * DAY, group_ids=(club,))
        plan(session, diary.actor(town.pcso), booked, now=diary.now)
        off = {"officer_id": town.pcso.officer_id, "cover_officer_id": town.pcso2.officer_id, "force_id": town.force_id}
        keep(session, Cover(**off, starts_on=TODAY, ends_on=TODAY + 9 * DAY, set_at=diary.now))
    address = address_of(diary, town.pcso2)
    assert sorted(events(diary.client().get(address).data)) == ["Booked: Ashford Youth Club"]
    with diary.work() as session:
        posting = session.scalars(select(Posting).where(Posting.officer_id == town.pcso2.officer_id)).one()
        posting.team_id = town.other_team_id
        say_so(session)
    assert events(diary.client().get(address).data) == {}
