"""What sergeants leave long overdue and undecided comes up to their inspector, who sets a day or asks why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engagement.board.domain import Wanted
from engagement.board.jobs import send_digests
from engagement.board.queries import rows
from engagement.groups.models import Group
from engagement.mail.models import Letter
from engagement.overdue.domain import Taken, escalated
from engagement.overdue.models import InspectorAsk
from engagement.overdue.queries import history_of
from engagement.people.queries import notes_of
from tests.builders import Person, Town
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.overdue.makers import TODAY, decided, late_ids
from tests.pages import parse, words


def up(diary: DiaryUnderTest, person: Person) -> list[str]:
    page = diary.client(person).get("/overdue?show=escalated")
    tree = parse(page.get_data(as_text=True))
    return ["".join(a.itertext()) for th in tree.iter("th") if th.get("role") == "rowheader" for a in th.iter("a")]


def notes(diary: DiaryUnderTest, person: Person) -> list[str]:
    with diary.work() as session:
        return [note.words for note in notes_of(session, person.officer_id)]


def test_the_list_is_what_the_rule_says_day_after_day(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Bowls Club", days=5) + late_ids(diary, town, "Chess Club", days=14) + late_ids(diary, town, "Stroke Club")
    decided(diary, town.sergeant, ids[2:], "snooze", until=TODAY + timedelta(days=2))
    for _day in range(14):
        with diary.work() as session:
            today = diary.now.date()
            listed = {row.id for row in rows(session, town.force_id, [town.team_id], Wanted(show="escalated"), diary.now, offset=0)}
            groups = session.execute(select(Group.id, Group.next_due_on, Group.longest_on).where(Group.id.in_(ids))).all()
            history = history_of(session, {row.id: row.next_due_on for row in groups if row.next_due_on})
            taken: dict[int, list[Taken]] = {key: [one for _id, one in history.get(key, [])] for key in ids}
            assert listed == {row.id for row in groups if escalated(row.longest_on, taken[row.id], today, 2)}
        diary.clock.move(timedelta(days=1))
    assert set(up(diary, town.inspector)) == {"Bowls Club", "Chess Club", "Stroke Club"}


def test_a_lapsed_decision_stands_there_with_its_history_and_snoozing_has_ended(diary: DiaryUnderTest, town: Town) -> None:
    ids = late_ids(diary, town, "Stroke Club", days=40)
    for _twice in range(2):
        decided(diary, town.sergeant, ids, "snooze", reason="Nobody free", until=diary.now.date() + timedelta(days=3))
        assert up(diary, town.inspector) == []
        diary.clock.move(timedelta(days=4))
    client = diary.client(town.sergeant)
    page = client.get(f"/overdue/decide?kind=snooze&group={ids[0]}")
    refused = client.send(page, {"reason": "Nobody free", "until": "5 12 2026"})
    assert refused.status_code == 422 and "snoozed 2 times running: decide something else" in words(refused)
    assert up(diary, town.inspector) == []
    diary.clock.move(timedelta(days=2))
    assert up(diary, town.inspector) == ["Stroke Club"]
    said = words(diary.client(town.inspector).get("/overdue?show=escalated"))
    assert "Snoozed Sam Okoro, until Fri 27 Nov: Nobody free · Lee Hargreave, Tue 24 Nov" in said
    assert "until Tue 1 Dec: Nobody free · Lee Hargreave, Sat 28 Nov" in said


@pytest.mark.parametrize(
    ("kind", "said"), [("date", "Inspector: decide by Fri 27. See them"), ("why", "Inspector asks why, by Fri 27: See them")]
)
def test_the_inspector_asks_and_the_sergeant_sees_it_on_shift_and_board(diary: DiaryUnderTest, town: Town, kind: str, said: str) -> None:
    ids = late_ids(diary, town, "Stroke Club", "Bowls Club", days=40)
    client = diary.client(town.inspector)
    page = client.get(f"/overdue/asks?kind={kind}&group={ids[0]}&group={ids[1]}&back=show%3Descalated")
    assert "2 groups" in words(page) and "Nothing was decided since it was due." in words(page)
    assert client.send(page, {"words": "See them", "decide_by": "27/11/2026"}).headers["Location"].endswith("show=escalated")
    assert len(notes(diary, town.sergeant)) == 1
    assert "Left too long: Stroke Club, 40 days over; Bowls Club, 40 days over. From the inspector:" in notes(diary, town.sergeant)[0]
    board = words(diary.client(town.sergeant).get("/overdue?show=decide"))
    assert board.count(said) == 2
    assert up(diary, town.inspector) == ["Stroke Club", "Bowls Club"]
    decided(diary, town.sergeant, ids[:1], "book", until=date(2026, 11, 30))
    assert up(diary, town.inspector) == ["Bowls Club"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"words": ""}, "Say what you want to know, or have done"),
        ({"decide_by": ""}, "Enter the day"),
        ({"decide_by": "1/1/2027"}, "Date must be from today to Fri 25 Dec"),
        ({"decide_by": "23/11/2026"}, "Date must be from today to"),
    ],
)
def test_what_is_refused_comes_back(diary: DiaryUnderTest, town: Town, fields: dict, sentence: str) -> None:
    (key,) = late_ids(diary, town, "Stroke Club", days=40)
    client = diary.client(town.inspector)
    refused = client.send(client.get(f"/overdue/asks?why={key}"), fields)
    assert refused.status_code == 422 and sentence in words(refused)
    with diary.work() as session:
        assert session.scalars(select(InspectorAsk)).all() == []


def test_sergeants_do_not_ask_themselves(diary: DiaryUnderTest, town: Town) -> None:
    (key,) = late_ids(diary, town, "Stroke Club", days=40)
    assert diary.client(town.sergeant).get(f"/overdue/asks?why={key}").status_code == 404
    assert "Ask why" not in words(diary.client(town.sergeant).get("/overdue?show=escalated"))


def test_the_inspectors_digest_says_how_many_were_left_and_names_none(diary: DiaryUnderTest, town: Town) -> None:
    late_ids(diary, town, "Stroke Club", "Bowls Club", days=40)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        late = diary.now - timedelta(hours=80)
        make_concern(session, actor, diary.now, title="Parking", raised_at=late, neighbourhood_id=town.neighbourhood_id)
    with diary.app.app_context():
        send_digests(diary.now)
    with diary.work() as session:
        letters = {letter.to: letter for letter in session.scalars(select(Letter))}
    inspectors = letters[town.inspector.email]
    assert "2 left undecided by your sergeants" in inspectors.subject
    assert "Stroke Club" not in inspectors.text and "/overdue?show=escalated" in inspectors.html
    assert "left undecided" not in letters[town.sergeant.email].subject
