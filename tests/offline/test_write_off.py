"""A phone that will not come back: its unsent entries written off by whoever leads the team, taken back, and come after all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.core.errors import Refused
from engagement.db import reading
from engagement.handover import service as handovers
from engagement.handover.domain import UNSENT, Side, Step
from engagement.offline.models import DeviceReport, PhoneWriteOff
from engagement.people.models import Posting
from tests.builders import Person, Town, say_so
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.handover.makers import begun, make_patch
from tests.offline.phone import entry, send
from tests.offline.test_devices import PHONE, notes, run, still, waiting
from tests.offline.test_held import hand_over, token_of
from tests.pages import words

LOST = {"gone": "lost", "words": "Fell off the pier"}


def left_behind(diary: DiaryUnderTest, who: Person, *drafts: Any, by: Person | None = None, device: str = PHONE) -> None:
    """A phone that says, by the sign-in of somebody, that two entries of an officer wait on it for nine days."""
    kept_at = (diary.now - timedelta(days=9)).isoformat()
    on_it = [{"client_ref": d["client_ref"], "owner": str(who.account_id), "kept_at": kept_at} for d in drafts]
    send(diary, by or who, waiting=on_it or waiting(who, diary, 9, 8), device=device)


def written(diary: DiaryUnderTest) -> list[PhoneWriteOff]:
    with diary.app.app_context():
        return list(reading().scalars(select(PhoneWriteOff).order_by(PhoneWriteOff.id)))


def test_it_stops_the_telling_and_frees_the_board_and_is_on_record(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso, by=town.pcso2)
    run(diary)
    sergeant = diary.client(town.sergeant)
    row = words(sergeant.get("/overdue?show=unsent"))
    assert "2 entries since Sun 15; phone last heard of Tue 24, by the sign-in of Jo Penrose" in row
    page = words(sergeant.get("/phones/1"))
    for said in ("Phone of Sam Okoro", "2 entries, the oldest of Sun 15 Nov", "by the sign-in of Jo Penrose on the same phone", "security"):
        assert said in page
    answer = sergeant.fill("/phones/1", LOST, action="/write-off")
    assert answer.status_code == 303
    said = "2 entries on a phone that was lost were written off by Lee Hargreave on Tue 24 Nov: Fell off the pier."
    assert said in words(sergeant.get("/phones/1"))
    assert said in words(sergeant.get("/phones"))
    assert "No phone has kept an entry for a week" in words(sergeant.get("/overdue?show=unsent"))
    assert not still(diary, town.pcso)
    diary.clock.move(timedelta(days=8))
    assert run(diary) == {"devices": 0, "notes": 0}
    assert not notes(diary, town.sergeant)
    assert notes(diary, town.pcso) == [
        "Lee Hargreave has written off 2 entries on a phone of yours, which was lost. Log again what you remember."
    ]
    with diary.app.app_context():
        (acted,) = reading().scalars(select(AuditRow).where(AuditRow.entity == "phone_write_off", AuditRow.operation == "collection"))
    assert (acted.actor_id, acted.ids, acted.note) == (town.sergeant.account_id, [1], "lost")


def test_without_a_reason_nothing_is_written_off(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso)
    sergeant = diary.client(town.sergeant)
    for typed, sentence in (
        ({"words": "Gone"}, "Say why this phone will not come back"),
        ({"gone": "sold"}, "Say why this phone will not come back"),
        ({"gone": "other", "words": " "}, "Say in a few words why this phone will not come back"),
        ({"gone": "lost", "words": "x" * 301}, "1 character too long"),
    ):
        refused = sergeant.fill("/phones/1", typed, action="/write-off")
        assert refused.status_code == 422
        assert sentence in words(refused)
        assert typed.get("words", "").strip() in refused.get_data(as_text=True)
    assert not written(diary)


def test_what_the_phone_said_meanwhile_is_read_first(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso)
    sergeant = diary.client(town.sergeant)
    opened = sergeant.get("/phones/1")
    diary.clock.move(timedelta(minutes=1))
    left_behind(diary, town.pcso, entry(town.pcso))
    refused = sergeant.send(opened, LOST, action="/write-off")
    assert refused.status_code == 422
    assert "was heard of while you had the page open" in words(refused)
    assert sergeant.send(refused, {}, action="/write-off").status_code == 303  # as it was typed, of what the page shows now
    assert [one.entries for one in written(diary)] == [1]
    again = sergeant.send(refused, {}, action="/write-off")
    assert (again.status_code, "written off already" in words(again)) == (422, True)


def test_it_is_taken_back_and_counts_again(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso)
    run(diary)
    sergeant = diary.client(town.sergeant)
    sergeant.fill("/phones/1", LOST, action="/write-off")
    assert sergeant.fill("/phones", {}, action="/take-back").status_code == 303
    assert still(diary, town.pcso) == [(town.pcso.officer_id, 2, PHONE)]
    assert "Taken back by Lee Hargreave on Tue 24 Nov" in words(sergeant.get("/phones/1"))
    assert not notes(diary, town.pcso)
    assert run(diary)["devices"] == 1  # told at once, and each week from now on
    token = sergeant.get("/api/session").get_json()["csrf_token"]
    again = sergeant.post("/phones/1/take-back", headers={"X-CSRFToken": token})
    assert (again.status_code, "not written off any more" in words(again)) == (409, True)


def test_one_that_turns_up_after_all_sends_and_says_so(diary: DiaryUnderTest, town: Town) -> None:
    drafts = [entry(town.pcso, group_name="Ashford Choir", summary=s) for s in ("The first", "The second")]
    left_behind(diary, town.pcso, *drafts)
    sergeant = diary.client(town.sergeant)
    sergeant.fill("/phones/1", LOST, action="/write-off")
    diary.clock.move(timedelta(minutes=20))
    left_behind(diary, town.pcso, *drafts, by=town.pcso2)  # somebody found it and signed in
    assert still(diary, town.pcso) == [(town.pcso.officer_id, 2, PHONE)]
    assert not notes(diary, town.pcso)
    assert "turned up after all on Tue 24 Nov: 0 of 2 came" in words(sergeant.get("/phones/1"))
    rest = [{"client_ref": drafts[1]["client_ref"], "owner": str(town.pcso.account_id), "kept_at": diary.now.isoformat()}]
    assert send(diary, town.pcso, drafts[0], waiting=rest, device=PHONE)[0]["outcome"] == "kept"
    assert "1 of 2 came" in words(sergeant.get("/phones/1"))
    assert [r["outcome"] for r in send(diary, town.pcso, *drafts, waiting=[], device=PHONE)] == ["kept", "kept"]
    assert "turned up after all on Tue 24 Nov: 2 of 2 came" in words(sergeant.get("/phones/1"))
    assert not still(diary, town.pcso)


def test_only_what_was_written_off_is_and_a_second_time_if_need_be(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso)
    sergeant = diary.client(town.sergeant)
    sergeant.fill("/phones/1", LOST, action="/write-off")
    left_behind(diary, town.pcso, device="another phone")
    assert still(diary, town.pcso) == [(town.pcso.officer_id, 2, "another phone")]
    left_behind(diary, town.pcso, entry(town.pcso))  # a new report of the phone itself
    assert len(still(diary, town.pcso)) == 2
    assert sergeant.fill("/phones/1", {"gone": "broken"}, action="/write-off").status_code == 303
    assert still(diary, town.pcso) == [(town.pcso.officer_id, 2, "another phone")]
    assert [one.heard_again_at is None for one in written(diary)] == [False, True]


def test_what_the_phone_of_a_closed_account_hands_in_has_come_too(diary: DiaryUnderTest, town: Town) -> None:
    draft = entry(town.pcso, group_name="Some Club")
    left_behind(diary, town.pcso, draft, entry(town.pcso))
    token = token_of(diary, town)
    diary.client(town.inspector).fill("/phones/1", {"gone": "wiped"}, action="/write-off")
    said = hand_over(diary, token, draft, waiting=[])
    assert said.status_code == 200
    assert written(diary)[0].heard_again_at is None  # a device that does not say which it is
    client = diary.client()
    body = {"sent_at": diary.now.isoformat(), "hand_in": token, "drafts": [draft], "waiting": []}
    assert client.post("/sync/hand-in", json=body, headers={"X-Device": PHONE}).status_code == 200
    (one,) = written(diary)
    assert (one.came, one.entries) == (1, 2)
    assert "by the phone alone, without a sign-in" in words(diary.client(town.inspector).get("/phones/1"))


def test_who_leads_the_officers_team_may_and_nobody_else(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso)
    token = diary.client(town.other_sergeant).get("/api/session").get_json()["csrf_token"]
    other = diary.client(town.other_sergeant)
    assert other.get("/phones/1").status_code == other.get("/phones/2").status_code == 404
    assert "Sam Okoro" not in words(other.get("/phones"))
    token = other.get("/api/session").get_json()["csrf_token"]
    for verb in ("write-off", "take-back"):
        assert other.post(f"/phones/1/{verb}", data=LOST, headers={"X-CSRFToken": token}).status_code == 404
    assert diary.client(town.pcso).get("/phones").status_code == 404
    with diary.work() as session:  # a cover of the sergeant; and the officer has left
        where = {"scope": "team", "team_id": town.team_id, "kind": "cover", "starts_on": diary.now.date(), "ends_on": diary.now.date()}
        session.add(Posting(force_id=town.force_id, officer_id=town.other_sergeant.officer_id, role="sergeant", **where))
        for posting in session.scalars(select(Posting).where(Posting.officer_id == town.pcso.officer_id)):
            posting.ends_on = diary.now.date() - timedelta(days=1)
        say_so(session)
    assert diary.client(town.inspector).get("/phones/1").status_code == 200
    assert diary.client(town.other_sergeant).fill("/phones/1", LOST, action="/write-off").status_code == 303


def test_the_sergeant_of_the_team_that_was_left_since_may_too_and_is_told(diary: DiaryUnderTest, town: Town) -> None:
    left_behind(diary, town.pcso)  # typed nine days ago
    today = diary.now.date()

    def moved(days_ago: int) -> None:
        with diary.work() as session:
            home = select(Posting).where(Posting.officer_id == town.pcso.officer_id).order_by(Posting.id)
            first, *later = session.scalars(home)
            first.ends_on = today - timedelta(days=days_ago)
            for posting in later:
                session.delete(posting)
            where = {"scope": "team", "team_id": town.other_team_id, "starts_on": first.ends_on + timedelta(days=1)}
            session.add(Posting(force_id=town.force_id, officer_id=town.pcso.officer_id, role="pcso", **where))
            say_so(session)

    moved(days_ago=10)
    assert diary.client(town.sergeant).get("/phones/1").status_code == 404, "typed in the new team alone"
    moved(days_ago=2)
    run(diary)
    assert notes(diary, town.sergeant) == notes(diary, town.other_sergeant) != []
    assert "Sam Okoro" in words(diary.client(town.sergeant).get("/phones"))
    assert diary.client(town.other_sergeant).get("/phones/1").status_code == 200
    assert diary.client(town.sergeant).fill("/phones/1", LOST, action="/write-off").status_code == 303
    assert notes(diary, town.sergeant) == notes(diary, town.other_sergeant) == []
    assert "by Lee Hargreave" in words(diary.client(town.other_sergeant).get("/phones/1"))


def test_it_frees_the_handover_which_says_so_on_screen_and_on_paper(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    handover_id, sam = begun(diary, town), diary.actor(town.pcso)
    left_behind(diary, town.pcso)
    with diary.work() as session:
        handovers.tick(session, sam, handover_id, frozenset(Step), Side.LEAVER, now=diary.now)
    with pytest.raises(Refused, match=UNSENT), diary.work() as session:
        handovers.sign(session, sam, handover_id, Side.LEAVER, now=diary.now)
    sergeant, where = diary.client(town.sergeant), f"/handover/{handover_id}"
    assert 'href="/phones/1"' in sergeant.get(where).get_data(as_text=True)
    theirs = diary.client(town.pcso).get(where)
    assert "/phones/1" not in theirs.get_data(as_text=True)
    assert "whoever leads their team writes off" in words(theirs)
    sergeant.fill("/phones/1", {"gone": "broken"}, action="/write-off")
    said = "2 entries on a phone that was broken were written off by Lee Hargreave on Tue 24 Nov."
    for person in (town.sergeant, town.pcso, town.pcso2):
        assert said in words(diary.client(person).get(where))
    with diary.work() as session:
        handovers.sign(session, sam, handover_id, Side.LEAVER, now=diary.now)


def test_the_page_asks_no_more_for_many_than_for_one(diary: DiaryUnderTest, town: Town) -> None:
    asked = []
    for n in (0, 1, 12):
        for phone in range(n):
            left_behind(diary, town.pcso, device=f"phone {n} {phone}")
        if n > 1:
            diary.client(town.sergeant).fill("/phones/1", LOST, action="/write-off")
        client = diary.client(town.sergeant)
        client.get("/phones")
        with diary.app.app_context(), statements() as found:
            client.get("/phones")
        asked.append(len(found))
    assert asked[0] == asked[1] == asked[2]
    assert "No phone holds an entry" in words(diary.client(town.other_sergeant).get("/phones"))
    with diary.app.app_context():
        assert reading().scalars(select(DeviceReport.heard_from_id)).first() == town.pcso.officer_id
