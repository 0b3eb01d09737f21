"""Cover and absence through the pages: who may set what, what a cover opens, and that it closes to the minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engagement.people.absence import put_off
from engagement.people.duty import Pattern, on_duty
from engagement.people.duty_queries import days_of, next_duty_day, off_condition, off_on
from engagement.people.models import Absence, Cover, DutyPattern, Officer, OfficerNote, Posting
from tests.builders import LONG_AGO, Person, Town, keep, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.pages import words

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
UNTIL = TODAY + 3 * DAY


def off(diary: DiaryUnderTest, town: Town, person: Person, last: date = UNTIL) -> None:
    """Leave from today to a day."""
    with diary.work() as session:
        put_off(session, diary.actor(town.sergeant), person.officer_id, TODAY, last, reason="leave", now=diary.now)


def covered(diary: DiaryUnderTest, town: Town, person: Person, by: Person, last: date = UNTIL, first: date = TODAY) -> TestResponse:
    """What the sergeant's form answers."""
    typed = {"cover-cover_id": by.officer_id, "cover-starts_on": f"{first:%d/%m/%Y}", "cover-ends_on": f"{last:%d/%m/%Y}"}
    return diary.client(town.sergeant).fill(f"/duty/{person.officer_id}", typed, action=f"/duty/{person.officer_id}/cover")


def late(diary: DiaryUnderTest, town: Town, name: str, **fields) -> int:
    due: dict[str, Any] = {"last_two_way_on": LONG_AGO, "next_due_on": TODAY - 9 * DAY, "longest_on": TODAY + 9 * DAY, "level": "involve"}
    with diary.work() as session:
        return make_group(session, town, name, **(due | fields)).id


def test_what_is_due_goes_to_the_cover_from_the_team_beside_and_back_to_the_minute(diary: DiaryUnderTest, town: Town) -> None:
    club = late(diary, town, "Ashford Youth Club")
    secret = late(diary, town, "Ashford Refuge", sensitive=True)
    robin = diary.client(town.other_pcso)
    assert robin.get(f"/groups/{club}").status_code == 404
    off(diary, town, town.pcso)
    assert covered(diary, town, town.pcso, town.other_pcso).status_code == 303
    shift = words(robin.get("/"))
    assert "Sam Okoro, until Fri 27 Nov 1 group due" in shift
    assert "Ashford Youth Club" in shift
    assert robin.get(f"/groups/{club}").status_code == 200
    assert robin.get(f"/groups/{secret}").status_code == 404, "what is OFFICIAL-SENSITIVE stays with the sergeant"
    assert "Ashford Refuge" not in shift
    diary.clock.at = datetime(2026, 11, 27, 23, 59, tzinfo=UTC)
    robin = diary.client(town.other_pcso)
    assert robin.get(f"/groups/{club}").status_code == 200
    diary.clock.at = datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
    assert robin.get(f"/groups/{club}").status_code == 404
    assert "Ashford Youth Club" not in words(robin.get("/"))
    assert "Ashford Youth Club" in words(diary.client(town.pcso).get("/"))


def test_cover_ends_at_midnight_in_london_in_summer_too(diary: DiaryUnderTest, town: Town) -> None:
    club = late(diary, town, "Ashford Youth Club")
    diary.clock.at = datetime(2027, 6, 1, 9, 0, tzinfo=UTC)
    assert covered(diary, town, town.pcso, town.other_pcso, first=date(2027, 6, 1), last=date(2027, 6, 2)).status_code == 303
    diary.clock.at = datetime(2027, 6, 2, 22, 59, tzinfo=UTC)
    robin = diary.client(town.other_pcso)
    assert robin.get(f"/groups/{club}").status_code == 200
    diary.clock.at = datetime(2027, 6, 2, 23, 0, tzinfo=UTC)
    assert robin.get(f"/groups/{club}").status_code == 404


def test_cover_that_is_ended_early_ends_at_once_with_its_access(diary: DiaryUnderTest, town: Town) -> None:
    club = late(diary, town, "Ashford Youth Club")
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.other_pcso)
    robin = diary.client(town.other_pcso)
    assert robin.get(f"/groups/{club}").status_code == 200
    diary.clock.move(timedelta(minutes=1))
    page = diary.client(town.sergeant).fill(f"/duty/{town.pcso.officer_id}", action="/end")
    assert page.status_code == 303
    assert robin.get(f"/groups/{club}").status_code == 404
    with diary.work() as session:
        assert session.scalars(select(Cover.ends_on)).one() == TODAY - DAY
        assert session.scalars(select(Posting.ends_on).where(Posting.kind == "cover")).one() == TODAY - DAY


def test_a_cover_of_the_same_team_takes_nothing_away_when_it_ends(diary: DiaryUnderTest, town: Town) -> None:
    club = late(diary, town, "Ashford Youth Club")
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.pcso2)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Posting).where(Posting.kind == "cover")) == 0
    diary.client(town.sergeant).fill(f"/duty/{town.pcso.officer_id}", action="/end")
    assert diary.client(town.pcso2).get(f"/groups/{club}").status_code == 200


def test_what_is_no_cover_is_refused_with_a_sentence(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso)
    off(diary, town, town.pcso2, TODAY + DAY)
    cases = [
        (covered(diary, town, town.pcso, town.pcso), "Nobody covers for themselves"),
        (covered(diary, town, town.pcso, town.administrator), "Choose an officer"),
        (covered(diary, town, town.pcso, town.pcso2), "Jo Penrose is off as well on the first of these days"),
        (covered(diary, town, town.pcso, town.other_pcso, last=TODAY - DAY), "The last day must not be before the first"),
    ]
    for answer, sentence in cases:
        assert answer.status_code == 422
        assert sentence in words(answer)
    assert covered(diary, town, town.pcso, town.other_pcso).status_code == 303
    twice = covered(diary, town, town.pcso, town.sergeant)
    assert "Somebody covers for them on some of these days already" in words(twice)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Cover)) == 1


def test_a_cover_is_not_handed_on(diary: DiaryUnderTest, town: Town) -> None:
    club = late(diary, town, "Brookley Club", team_id=town.other_team_id, owner_id=town.other_pcso.officer_id)
    off(diary, town, town.pcso)
    covered(diary, town, town.pcso, town.pcso2)
    off(diary, town, town.pcso2)
    assert covered(diary, town, town.pcso2, town.other_pcso).status_code == 303
    late(diary, town, "Ashford Youth Club")
    shift = words(diary.client(town.other_pcso).get("/"))
    assert "Jo Penrose, until" in shift
    assert "Sam Okoro, until" not in shift
    assert club
    assert "no cover" in words(diary.client(town.sergeant).get("/duty")), "who covers for Sam is off as well"


def test_a_sergeant_may_be_covered_by_a_sergeant_alone(diary: DiaryUnderTest, town: Town) -> None:
    assert "Choose an officer" in words(covered(diary, town, town.sergeant, town.pcso))
    assert covered(diary, town, town.sergeant, town.other_sergeant).status_code == 303
    assert diary.client(town.other_sergeant).get(f"/duty/{town.pcso.officer_id}").status_code == 200


def test_the_page_warns_of_days_on_which_nobody_is_there(diary: DiaryUnderTest, town: Town) -> None:
    off(diary, town, town.pcso, TODAY + 9 * DAY)
    with diary.work() as session:
        put_off(session, diary.actor(town.sergeant), town.pcso2.officer_id, TODAY + 2 * DAY, TODAY + 4 * DAY, reason="rest", now=diary.now)
    sergeant, page = diary.client(town.sergeant), f"/duty/{town.pcso.officer_id}"
    typed = {"cover-cover_id": town.pcso2.officer_id, "cover-starts_on": "24/11/2026", "cover-ends_on": "3/12/2026"}
    answer = sergeant.fill(page, typed, action="/cover")
    assert "On 3 of these days both are off, and nobody covers." in words(sergeant.get(answer.location))
    with diary.work() as session:
        note = session.scalars(select(OfficerNote).where(OfficerNote.officer_id == town.pcso2.officer_id)).one()
        assert note.words == "You cover for Sam Okoro from Tue 24 Nov to Thu 3 Dec."


def test_officers_keep_their_own_days_and_nobody_elses(diary: DiaryUnderTest, town: Town) -> None:
    sam = diary.client(town.pcso)
    typed = {
        "pattern-first_days": "6",
        "pattern-off": "4",
        "pattern-from_1": "2pm",
        "pattern-to_1": "22:00",
        "pattern-starts_on": "24/11/2026",
    }
    assert sam.fill("/me/duty", typed, action="/pattern").location == "/me/duty"
    page = words(sam.get("/me/duty"))
    assert "On duty today: late, 14:00-22:00" in page
    assert "6 on (late, 14:00-22:00), 4 off" in page
    assert sam.fill("/me/duty", {"off-starts_on": "26/11/2026"}, action=f"/duty/{town.pcso.officer_id}/off").status_code == 303
    assert "Some of these days are noted as off already" in words(
        sam.fill("/me/duty", {"off-starts_on": "26/11/2026"}, action=f"/duty/{town.pcso.officer_id}/off")
    )
    assert sam.fill("/me/duty", action="/back").status_code == 303
    with diary.work() as session:
        facts = days_of(session, [town.pcso.officer_id], TODAY)[town.pcso.officer_id]
        assert on_duty(facts, TODAY + 2 * DAY)
        assert not on_duty(facts, TODAY + 6 * DAY)
    assert sam.get(f"/duty/{town.pcso2.officer_id}").status_code == 404
    assert sam.get("/duty").status_code == 404
    sergeant = diary.client(town.sergeant)
    assert sergeant.get(f"/duty/{town.pcso.officer_id}").status_code == 200
    assert sergeant.get(f"/duty/{town.other_pcso.officer_id}").status_code == 404
    assert "Sam Okoro" in words(sergeant.get("/duty?month=2027-01"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pattern-first_days": "six", "pattern-off": "4"}, "Type a number of days, from 0 to 70."),
        ({"pattern-off": "4"}, "Say how many days on there are"),
        ({"pattern-kind": "week"}, "Choose the days on which you work"),
        ({"pattern-first_days": "6", "pattern-from_1": "14:00"}, "Type both times or neither"),
        ({"pattern-first_days": "6", "pattern-from_1": "25:00", "pattern-to_1": "2"}, "Time must be"),
        ({"pattern-first_days": "6", "pattern-from_1": "14:00", "pattern-to_1": "2pm"}, "A shift cannot end when it begins"),
        ({"pattern-first_days": "60", "pattern-off": "60"}, "A pattern goes round within 70 days"),
        ({"pattern-first_days": "6", "pattern-starts_on": "1/1/2031"}, "within a year of today"),
    ],
)
def test_what_is_no_pattern_is_refused_beside_its_field(diary: DiaryUnderTest, town: Town, typed: dict[str, str], sentence: str) -> None:
    answer = diary.client(town.pcso).fill("/me/duty", {"pattern-starts_on": "24/11/2026"} | typed, action="/pattern")
    assert answer.status_code == 422
    assert sentence in words(answer)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(DutyPattern)) == 0


def test_a_new_pattern_ends_the_one_before(diary: DiaryUnderTest, town: Town) -> None:
    sam = diary.client(town.pcso)
    for typed in (
        {"pattern-first_days": "6", "pattern-off": "4", "pattern-starts_on": "1/11/2026"},
        {"pattern-first_days": "6", "pattern-off": "4", "pattern-starts_on": "24/12/2026"},
        {"pattern-kind": "week", "pattern-weekdays": ["0", "1"], "pattern-starts_on": "1/12/2026"},
    ):
        assert sam.fill("/me/duty", typed, action="/pattern").status_code == 303
    with diary.work() as session:
        rows = session.scalars(select(DutyPattern).order_by(DutyPattern.id)).all()
        assert [(row.starts_on, row.ends_on) for row in rows] == [
            (date(2026, 11, 1), date(2026, 11, 30)),
            (date(2026, 12, 24), date(2026, 11, 30)),  # taken back before it began
            (date(2026, 12, 1), None),
        ]
        assert next_duty_day(session, [town.pcso.officer_id], date(2026, 12, 1)) == {town.pcso.officer_id: date(2026, 12, 7)}


def test_the_query_and_the_rule_agree_on_every_day_of_a_year(diary: DiaryUnderTest, town: Town) -> None:
    """For patterns of several kinds, before they begin, after they end, and with days off noted and taken back."""
    kinds = [("aaaaaa----", 0), ("aabb---", 3), ("a-", 1), ("a", 0), ("aaaabbbb----aaaa--", 17)]
    people = [town.pcso, town.pcso2, town.sergeant, town.other_pcso, town.other_sergeant]
    with diary.work() as session:
        for person, (turns, back) in zip(people, kinds, strict=True):
            starts = TODAY - 40 * DAY
            keep(
                session,
                DutyPattern(
                    force_id=town.force_id, officer_id=person.officer_id, starts_on=starts, anchor=(starts - back * DAY).toordinal(),
                    turns=turns, length=len(turns), hours=[], recorded_at=diary.now, ends_on=TODAY + 200 * DAY if back == 3 else None,
                ),
            )  # fmt: skip
        for first, last in ((TODAY, TODAY + 5 * DAY), (TODAY + 30 * DAY, TODAY + 29 * DAY)):
            keep(session, Absence(force_id=town.force_id, officer_id=town.pcso.officer_id, starts_on=first, ends_on=last))
        ids = [person.officer_id for person in people]
        facts = days_of(session, ids, TODAY)
        for n in range(-60, 300, 7):
            for day in (TODAY + n * DAY, TODAY + (n + 3) * DAY):
                found = set(session.scalars(select(Officer.id).where(Officer.id.in_(ids), off_condition(Officer.id, day))))
                assert found == {key for key in ids if not on_duty(facts[key], day)}
        assert set(off_on(session, ids, TODAY)) == {key for key in ids if not on_duty(facts[key], TODAY)}
        assert all(isinstance(p, Pattern) for p in facts[town.pcso.officer_id].patterns)


def test_rest_days_of_a_pattern_make_a_clock_without_cover_stand_on_top(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        rest = {"turns": "-aaa", "length": 4, "anchor": TODAY.toordinal(), "hours": [], "recorded_at": diary.now}
        keep(session, DutyPattern(force_id=town.force_id, officer_id=town.pcso.officer_id, starts_on=TODAY, **rest))
    sam = diary.actor(town.pcso)
    with diary.work() as session:
        raised_at, place = diary.now - timedelta(hours=70), town.neighbourhood_id
        make_concern(session, sam, diary.now, title="Parking", raised_at=raised_at, neighbourhood_id=place)
    board = words(diary.client(town.sergeant).get("/overdue"))
    assert "Parking: 70 h gone, Sam off, back Wed 25, no cover" in board
    covered(diary, town, town.pcso, town.other_pcso)
    assert "Sam off, back Wed 25, Robin Vale covers" in words(diary.client(town.sergeant).get("/overdue"))
    with diary.work() as session:
        put_off(session, diary.actor(town.sergeant), town.other_pcso.officer_id, TODAY, TODAY, reason="sick", now=diary.now)
    assert "Sam off, back Wed 25, no cover" in words(diary.client(town.sergeant).get("/overdue"))


def test_who_leads_a_team_as_cover_does_not_say_for_how_long(diary: DiaryUnderTest, town: Town) -> None:
    """The sergeant beside it covers for its own one until Friday: nobody but who leads it at home lets them in for longer."""
    inspector = diary.client(town.inspector)
    typed = {"cover-cover_id": town.other_sergeant.officer_id, "cover-starts_on": "24/11/2026", "cover-ends_on": "27/11/2026"}
    page = f"/duty/{town.sergeant.officer_id}"
    assert inspector.fill(page, typed, action=f"{page}/cover").status_code == 303
    longer = typed | {"cover-starts_on": "28/11/2026", "cover-ends_on": "20/12/2026"}
    refused = diary.client(town.other_sergeant).fill(page, longer, action=f"{page}/cover")
    assert refused.status_code == 422
    assert "You lead this team as cover yourself" in words(refused)
    assert inspector.fill(page, longer, action=f"{page}/cover").status_code == 303
