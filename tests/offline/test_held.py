"""Entries of a disabled account: handed in with a signed token, kept apart, decided by the sergeant, erased after that."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from engagement.audit.models import AuditRow
from engagement.db import reading
from engagement.engagements.models import Engagement, EngagementOfficer
from engagement.offline.models import HeldEntry
from engagement.people.models import Posting
from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import count, entry, post, rows, send
from tests.offline.test_session import put_out
from tests.pages import words


def hand_over(diary: DiaryUnderTest, token: Any, *drafts: Any, **more: Any) -> TestResponse:
    return diary.client().post("/sync/hand-in", json={"sent_at": diary.now.isoformat(), "hand_in": token, "drafts": list(drafts), **more})


def token_of(diary: DiaryUnderTest, town: Town) -> str:
    """The token that the first PCSO's phone was given, of an account that is disabled now."""
    token: str = diary.client(town.pcso).get("/api/session").get_json()["hand_in"]
    put_out(diary, town, town.pcso)
    return token


def group_of(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        return make_group(session, town).id


def test_it_waits_for_the_sergeant_who_puts_it_on_the_record(diary: DiaryUnderTest, town: Town) -> None:
    group = group_of(diary, town)
    token = token_of(diary, town)
    typed = diary.now - timedelta(days=2)
    draft = entry(
        town.pcso, group_ids=[str(group)], summary="Spoke about the gate", typed_at=typed.isoformat(), happened_at=typed.isoformat()
    )
    answer = hand_over(diary, token, draft)
    assert answer.get_json() == {"receipts": [{"client_ref": draft["client_ref"], "outcome": "kept"}]}
    assert hand_over(diary, token, draft).get_json() == answer.get_json()
    assert (count(diary, HeldEntry), len(rows(diary))) == (1, 0)
    sergeant = diary.client(town.sergeant)
    assert "Read them" in words(sergeant.get("/"))
    shown = words(sergeant.get("/held"))
    assert "Sam Okoro, Sun 22 Nov" in shown
    assert "Spoke about the gate" in shown
    assert re.search(r"Put on the record ?: Sam Okoro, Sun 22 Nov [0-9:]+, Ashford Stroke Club", shown), "two of one minute are told apart"
    assert sergeant.fill("/held", {}, action="/accept").status_code == 303
    (row,) = rows(diary)
    assert (row.summary, row.recorded_by_id, row.raised_to_id, row.happened_at) == (
        "Spoke about the gate",
        town.sergeant.officer_id,
        town.pcso.officer_id,
        typed,
    )
    with diary.app.app_context():
        assert list(reading().scalars(select(EngagementOfficer.officer_id))) == [town.pcso.officer_id]
        held = reading().scalars(select(HeldEntry)).one()
        assert (held.ended, held.content, held.engagement_id) == ("accepted", {}, row.id)
        erased = reading().scalars(select(AuditRow).where(AuditRow.operation == "erasure")).one()
        assert (erased.entity, erased.ids) == ("held_entry", [held.id])
    assert "Nothing waits" in words(sergeant.get("/held"))
    assert "Read them" not in words(sergeant.get("/"))


def test_it_is_refused_with_a_reason_and_what_it_said_is_erased(diary: DiaryUnderTest, town: Town) -> None:
    token = token_of(diary, town)
    hand_over(diary, token, entry(town.pcso, group_name="Some Club", summary="Whispered words"))
    sergeant = diary.client(town.sergeant)
    empty = sergeant.fill("/held", {"reason": " "}, action="/refuse")
    assert empty.status_code == 422
    assert "Say why it does not go on the record" in words(empty)
    assert sergeant.fill("/held", {"reason": "Was logged by somebody else"}, action="/refuse").status_code == 303
    with diary.app.app_context():
        held = reading().scalars(select(HeldEntry)).one()
        assert (held.ended, held.content, held.reason) == ("refused", {}, "Was logged by somebody else")
    assert not rows(diary)


def test_one_that_cannot_stand_says_why_and_may_be_saved_with_a_reason(diary: DiaryUnderTest, town: Town) -> None:
    group = group_of(diary, town)
    token = token_of(diary, town)
    hand_over(diary, token, entry(town.pcso, group_ids=[str(group)], summary="Ring 07700 900123"))
    sergeant = diary.client(town.sergeant)
    refused = sergeant.fill("/held", {}, action="/accept")
    assert refused.status_code == 422
    assert "looks like somebody's telephone number" in words(refused)
    assert sergeant.send(refused, {"override_reason": "The office's own"}, action="/accept").status_code == 303
    assert rows(diary)[0].override_reason == "The office's own"


def test_it_is_judged_by_what_the_officer_might_write_when_it_was_typed(diary: DiaryUnderTest, town: Town) -> None:
    group = group_of(diary, town)
    token = token_of(diary, town)
    with diary.work() as session:
        for posting in session.scalars(select(Posting).where(Posting.officer_id == town.pcso.officer_id)):
            posting.ends_on = diary.now.date() - timedelta(days=5)
        say_so(session)
    early, late = ((diary.now - timedelta(days=d)).isoformat() for d in (6, 1))
    hand_over(diary, token, *(entry(town.pcso, group_ids=[str(group)], typed_at=t, happened_at=t) for t in (early, late)))
    sergeant = diary.client(town.sergeant)
    assert sergeant.fill("/held", {}, action="/held/1/accept").status_code == 303
    refused = sergeant.fill("/held", {}, action="/held/2/accept")
    assert refused.status_code == 422
    assert "no posting on the day" in words(refused)


def test_half_a_character_in_one_keeps_nobody_from_reading_the_others(diary: DiaryUnderTest, town: Town) -> None:
    token = token_of(diary, town)
    hand_over(
        diary, token, entry(town.pcso, summary="Half a \ud83d smile", group_name="\udc00 Club"), entry(town.pcso, summary="Whole words")
    )
    shown = words(diary.client(town.sergeant).get("/held"))
    assert "Half a ? smile" in shown and "Whole words" in shown
    refused = diary.client(town.sergeant).fill("/held", {}, action="/held/1/accept")
    assert refused.status_code == 422 and "half a character" in words(refused)


def test_what_its_officer_read_without_a_signal_is_on_record_as_theirs(diary: DiaryUnderTest, town: Town) -> None:
    group, token = group_of(diary, town), token_of(diary, town)
    at = diary.now - timedelta(hours=2)
    views = [{"entity": "group", "id": str(group), "at": at.isoformat()}, {"entity": "group", "id": "999", "at": at.isoformat()}]
    for _twice in range(2):
        assert hand_over(diary, token, views=views[:1]).status_code == 200
    assert hand_over(diary, token, views=views[1:]).status_code == 200
    with diary.app.app_context():
        found = reading().scalars(select(AuditRow).where(AuditRow.operation == "consultation").order_by(AuditRow.id)).all()
    assert [(r.ids, r.at, r.actor_id, r.note.split(",")[0]) for r in found] == [
        ([group], at, town.pcso.account_id, "on a phone"),
        ([999], diary.now, town.pcso.account_id, "said by a phone"),
    ]
    statuses = [hand_over(diary, token, views=views[1:]).status_code for _more in range(20)]
    assert statuses == [200] * 17 + [429] * 3


def test_a_token_opens_nothing_else(diary: DiaryUnderTest, town: Town) -> None:
    enabled = diary.client(town.pcso2).get("/api/session").get_json()["hand_in"]
    token = token_of(diary, town)
    draft = entry(town.pcso2)
    for wrong in (enabled, "", "x.y.z", None, 7, token + "x", token.replace(".", ".1", 1)):
        answer = hand_over(diary, wrong, draft)
        assert (answer.status_code, answer.get_json()) == (401, {"reason": "signed_out"})
    theirs = hand_over(diary, token, draft)
    assert theirs.get_json()["receipts"][0]["outcome"] == "not_yours"
    assert not count(diary, HeldEntry)
    diary.clock.move(timedelta(days=91))
    assert hand_over(diary, token, entry(town.pcso)).status_code == 401


def test_guessing_tokens_is_slowed(diary: DiaryUnderTest, town: Town) -> None:
    token = token_of(diary, town)
    statuses = [hand_over(diary, "1.2.3").status_code for _ in range(25)]
    assert statuses == [401] * 20 + [429] * 5
    assert hand_over(diary, token, entry(town.pcso)).status_code == 429
    diary.clock.move(timedelta(minutes=16))
    assert hand_over(diary, token, entry(town.pcso)).status_code == 200


def test_others_do_not_see_them(diary: DiaryUnderTest, town: Town) -> None:
    token = token_of(diary, town)
    hand_over(diary, token, entry(town.pcso, group_name="Some Club", summary="Whispered words"))
    assert diary.client(town.pcso2).get("/held").status_code == 404
    other = diary.client(town.other_sergeant)
    assert "Whispered" not in words(other.get("/held"))
    for verb in ("accept", "refuse"):
        token_there = other.get("/api/session").get_json()["csrf_token"]
        assert other.post(f"/held/1/{verb}", data={"reason": "no"}, headers={"X-CSRFToken": token_there}).status_code == 404
    assert "Whispered words" in words(diary.client(town.inspector).get("/held"))


def test_opened_again_the_account_sends_it_no_second_time(diary: DiaryUnderTest, town: Town) -> None:
    group = group_of(diary, town)
    token = token_of(diary, town)
    draft = entry(town.pcso, group_ids=[str(group)])
    hand_over(diary, token, draft)
    put_out(diary, town, town.pcso, off=False)
    assert send(diary, town.pcso, draft) == [{"client_ref": draft["client_ref"], "outcome": "kept"}]
    assert not rows(diary)
    assert diary.client(town.sergeant).fill("/held", {}, action="/accept").status_code == 303
    assert send(diary, town.pcso, draft)[0]["engagement_id"] == str(rows(diary)[0].id)
    assert count(diary, Engagement) == 1


def test_what_was_sent_before_the_account_was_closed_is_not_held(diary: DiaryUnderTest, town: Town) -> None:
    group = group_of(diary, town)
    draft = entry(town.pcso, group_ids=[str(group)])
    send(diary, town.pcso, draft)
    assert hand_over(diary, token_of(diary, town), draft).get_json() == {
        "receipts": [{"client_ref": draft["client_ref"], "outcome": "kept"}]
    }
    assert not count(diary, HeldEntry)


def test_bad_entries_are_told_apart(diary: DiaryUnderTest, town: Town) -> None:
    token = token_of(diary, town)
    long = entry(town.pcso, summary="x" * 70_000)
    said = hand_over(diary, token, 7, None, {}, entry(town.pcso, client_ref="x"), long, entry(town.pcso, kind=9)).get_json()["receipts"]
    assert [(r["outcome"], r.get("field")) for r in said] == [("needs_work", "client_ref")] * 4 + [
        ("needs_work", "summary"),
        ("kept", None),
    ]
    assert "cannot be read" in words(diary.client(town.sergeant).get("/held"))
    refused = diary.client(town.sergeant).fill("/held", {}, action="/accept")
    assert refused.status_code == 422
    assert post(diary.client(), {"drafts": "x"}, token="", address="/sync/hand-in").status_code == 400
