"""Meetings that anyone may come to: on the public page and in police.uk's shape, and nothing of the diary beside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engagement.audit.models import AuditRow
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from tests.builders import Town, keep, make_group
from tests.conftest import DiaryUnderTest
from tests.pages import words

PLACE = "/public/westshire/ashford-central"
TYPED = {
    "planned_on": "27/11/2026", "planned_time": "19:30", "kind": "our_meeting", "place": "Village hall, Mill Road",
    "summary": "Ask about the night patrols", "open_to_all": ["1"],
}  # fmt: skip


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        return make_group(session, town, "Mill Road Residents").id


def booked(diary: DiaryUnderTest, town: Town, club: int, **typed: object) -> int:
    answer = diary.client(town.pcso).fill(f"/engagements/book?group={club}", TYPED | typed)
    assert answer.status_code == 303, words(answer)
    with diary.work() as session:
        return max(session.scalars(Engagement.__table__.select().with_only_columns(Engagement.id)))


def test_what_anyone_may_come_to_stands_on_the_page_and_in_events(diary: DiaryUnderTest, town: Town, club: int) -> None:
    stranger = diary.client()
    assert "No meeting is fixed" in words(stranger.get(PLACE))
    key = booked(diary, town, club)
    [event] = stranger.get(f"{PLACE}/events").get_json()
    assert list(event) == ["address", "contact_details", "description", "end_date", "start_date", "title", "type"]
    assert event["start_date"] == "2026-11-27T19:30:00"
    assert (event["address"], event["title"]) == ("Village hall, Mill Road", "Meeting with your neighbourhood team")
    assert set(event["contact_details"]) <= {"telephone", "email"}
    page = words(stranger.get(PLACE))
    assert "Fri 27 Nov" in page and "19:30" in page, page
    for inside in ("night patrols", "Mill Road Residents"):
        assert inside not in page
        assert inside not in str(event)
    with diary.work() as session:
        said = session.scalars(
            AuditRow.__table__.select().with_only_columns(AuditRow.operation).where(AuditRow.entity == "engagement")
        ).all()
        assert "disclosure" in said
        assert session.get_one(Engagement, key).place == "Village hall, Mill Road"


def test_it_goes_when_it_is_over_moved_called_off_or_narrowed(diary: DiaryUnderTest, town: Town, club: int) -> None:
    stranger, client = diary.client(), diary.client(town.pcso)
    first, second = booked(diary, town, club), booked(diary, town, club, planned_on="28/11/2026")
    assert len(stranger.get(f"{PLACE}/events").get_json()) == 2
    moved = {"became": "moved", "planned_on": "30/11/2026", "planned_time": "18:00"}
    assert client.fill(f"/engagements/{first}/happened", moved).status_code == 303
    assert client.fill(f"/engagements/{second}/happened", {"became": "cancelled_by_them"}).status_code == 303
    assert [one["start_date"] for one in stranger.get(f"{PLACE}/events").get_json()] == ["2026-11-30T18:00:00"]
    with diary.work() as session:
        keep(session, session.get_one(Group, club)).sensitive = True
    assert stranger.get(f"{PLACE}/events").get_json() == []
    with diary.work() as session:
        keep(session, session.get_one(Group, club)).sensitive = False
    diary.clock.move(timedelta(days=8))
    assert stranger.get(f"{PLACE}/events").get_json() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"kind": "visit"}, "Only a meeting of ours, a surgery or a stall is open to anyone"),
        ({"place": ""}, "Say where it is: it stands on the public page"),
        ({"planned_time": ""}, "Say at what time it begins"),
        ({"place": "12 Mill Road", "override_reason": "It is the hall"}, "looks like somebody's home"),
    ],
)
def test_what_cannot_stand_on_a_public_page_is_refused(
    diary: DiaryUnderTest, town: Town, club: int, typed: dict[str, str], sentence: str
) -> None:
    client = diary.client(town.pcso)
    answer = client.fill(f"/engagements/book?group={club}", TYPED | typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Ask about the night patrols" in answer.get_data(as_text=True)
    if "override_reason" in typed:
        again = client.send(answer, {"override_reason": "It is the hall"})
        assert again.status_code == 422
        assert "cannot stand on the public page" in words(again)
    assert diary.client().get(f"{PLACE}/events").get_json() == []
