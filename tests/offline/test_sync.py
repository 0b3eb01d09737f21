"""`POST /sync`: each entry once and by the form's rules, whatever else is sent with it; a receipt for each, in order."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.core.wording_rules import SENTENCES
from engagement.db import reading
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.models import Group
from engagement.people.models import Cover, OfficerNote, Posting
from tests.builders import Town, keep, make_contact, make_group, say_so
from tests.concerns.makers import first_raising, make_concern
from tests.conftest import DiaryUnderTest
from tests.offline.phone import count, entry, post, ref, rows, send


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        return make_group(session, town).id


def test_an_entry_is_kept_with_all_that_belongs_to_it(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = entry(town.pcso, group_ids=[str(club)], officers=[str(town.pcso2.officer_id)], attendance=12, place="The hall")
    (receipt,) = send(diary, town.pcso, draft)
    (row,) = rows(diary)
    assert receipt == {"client_ref": draft["client_ref"], "outcome": "kept", "engagement_id": str(row.id)}
    assert (row.kind, row.outcome, row.summary, row.attendance, row.place) == ("visit", "spoke", "Talked", 12, "The hall")
    assert (row.team_id, row.neighbourhood_id, row.recorded_by_id) == (town.team_id, town.neighbourhood_id, town.pcso.officer_id)
    assert row.happened_at == diary.now
    with diary.app.app_context():
        (link,) = reading().scalars(select(EngagementGroup))
        assert (link.group_id, link.part, link.counts) == (club, "with", True)
        assert set(reading().scalars(select(EngagementOfficer.officer_id))) == {town.pcso.officer_id, town.pcso2.officer_id}
        group = reading().get_one(Group, club)
        assert (group.last_two_way_on, group.next_due_on) == (date(2026, 11, 24), date(2026, 12, 24))
        (audit,) = reading().scalars(
            select(AuditRow).where(AuditRow.operation == "collection", AuditRow.entity == "engagement", AuditRow.actor_id.is_not(None))
        )
        assert (audit.ids, audit.actor_id) == ([row.id], town.pcso.account_id)


def test_twenty_entries_are_twenty_rows_and_sent_again_they_are_the_same(diary: DiaryUnderTest, town: Town, club: int) -> None:
    drafts = [entry(town.pcso, group_ids=[str(club)], summary=f"Talk {n}") for n in range(20)]
    first = send(diary, town.pcso, *drafts)
    again = send(diary, town.pcso, *drafts)
    assert first == again
    assert {r["outcome"] for r in first} == {"kept"}
    assert len(rows(diary)) == 20
    changed = send(diary, town.pcso, drafts[0] | {"summary": "Something else"})
    assert changed == [first[0] | {"differs": True}]
    assert rows(diary)[0].summary == "Talk 0"


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_sent_again_by_a_clock_that_was_changed_meanwhile_it_is_the_same(diary: DiaryUnderTest, town: Town, club: int, days: int) -> None:
    """What happened then seems to lie ahead, or before it was typed."""
    at = diary.now.isoformat()
    typed = [["group", str(club)], ["kind", "visit"], ["when", "another_day"], ["happened_on", "24/11/2026"], ["happened_time", "09:30"]]
    drafts = [
        entry(town.pcso, group_ids=[str(club)], typed_at=at, happened_at=at, summary="In short"),
        entry(town.pcso, group_name="Harbour Choir", typed_at=at, happened_at=at, concerns=[{"title": "Parking by the gate"}]),
        entry(town.pcso, typed_at=at, fields=[*typed, ["summary", "By the form's fields"]]),
    ]
    first = send(diary, town.pcso, *drafts)
    assert [receipt["outcome"] for receipt in first] == ["kept"] * 3
    assert send(diary, town.pcso, *drafts, sent_at=diary.now + timedelta(days=days)) == first
    assert len(rows(diary)) == 3


def test_one_reference_twice_in_one_sending_is_one_entry(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = entry(town.pcso, group_ids=[str(club)])
    first, second, third = send(diary, town.pcso, draft, draft, draft | {"summary": "Another"})
    assert first == second
    assert third == first | {"differs": True}
    assert len(rows(diary)) == 1


def test_by_the_form_and_by_the_phone_it_is_once(diary: DiaryUnderTest, town: Town, club: int) -> None:
    client, mine = diary.client(town.pcso), ref()
    typed = {"client_ref": mine, "group": club, "kind": "visit", "outcome": "spoke", "summary": "Talked"}
    assert client.fill("/engagements/new", typed).status_code == 303
    (row,) = rows(diary)
    kept = {"client_ref": mine, "outcome": "kept", "engagement_id": str(row.id)}
    draft = entry(town.pcso, client_ref=mine, group_ids=[str(club)])
    assert send(diary, town.pcso, draft) == [kept]
    assert send(diary, town.pcso, draft | {"summary": "Other words"}) == [kept | {"differs": True}]
    other = entry(town.pcso, group_ids=[str(club)])
    (receipt,) = send(diary, town.pcso, other)
    answer = client.fill("/engagements/new", typed | {"client_ref": other["client_ref"]})
    assert answer.status_code in (303, 422)
    assert [r.id for r in rows(diary)] == [row.id, int(receipt["engagement_id"])]


def test_the_forms_own_fields_are_the_same_entry_at_both_doors(diary: DiaryUnderTest, town: Town, club: int) -> None:
    client, mine = diary.client(town.pcso), ref()
    typed = {"client_ref": mine, "group": str(club), "kind": "visit", "outcome": "spoke", "summary": "Talked", "when": "just_now"}
    assert client.fill("/engagements/new", typed).status_code == 303
    fields = [[name, value] for name, value in typed.items()]
    draft = {"client_ref": mine, "owner": str(town.pcso.account_id), "fields": fields, "typed_at": diary.now.isoformat()}
    diary.clock.move(timedelta(hours=3))
    (receipt,) = send(diary, town.pcso, draft)
    assert receipt["outcome"] == "kept"
    assert "differs" not in receipt
    assert len(rows(diary)) == 1


def test_one_that_must_be_mended_stops_no_other(diary: DiaryUnderTest, town: Town, club: int) -> None:
    here = [str(club)]
    bad: list[tuple[dict[str, Any], str]] = [
        ({"kind": "teleport"}, "kind"), ({"kind": ...}, "kind"), ({"kind": 7}, "kind"), ({"outcome": "won"}, "outcome"),
        ({"summary": ""}, "summary"), ({"summary": ["x"]}, "summary"), ({"summary": "x" * 301}, "summary"), ({"summary": "a\x00b"}, "summary"),
        ({"summary": "\ud800"}, "summary"), ({"group_ids": ["999999"]}, "group"), ({"group_ids": "1"}, "group"), ({"group_ids": [{}]}, "group"),
        ({"group_ids": []}, "group"), ({"group_ids": ["9" * 30]}, "group"), ({"happened_at": "yesterday"}, "when"),
        ({"happened_at": (diary.now + timedelta(days=2)).isoformat()}, "when"), ({"happened_at": "2001-01-01T00:00:00Z"}, "when"),
        ({"happened_at": 5}, "when"), ({"attendance": "many"}, "attendance"), ({"attendance": -1}, "attendance"), ({"attendance": True}, "attendance"),
        ({"attendance": 10**9}, "attendance"), ({"officers": ["999999"]}, "officers"), ({"officers": 3}, "officers"), ({"place": {}}, "place"),
        ({"neighbourhood_id": "999999"}, "neighbourhood"), ({"neighbourhood_id": "x"}, "neighbourhood"), ({"typed_at": "noon"}, "typed_at"),
        ({"concerns": [{"title": 5}]}, "concern-0-title"), ({"concerns": "x"}, "concern-0-title"), ({"concerns": [7]}, "concern-0-title"),
        ({"concerns": [{"title": "Bins", "same_as": "999999"}]}, "tell"), ({"promises": [{"what": "Come", "due_on": "soon"}]}, "promise-0-day"),
        ({"promises": [{"what": "Come", "due_on": "2020-01-01"}]}, "promise-0-day"), ({"tellings": [{"raising_id": "999999", "kind": "answer"}]}, "tell"),
        ({"tellings": [{"raising_id": "1", "kind": "song"}]}, "tell"), ({"client_ref": "no"}, "client_ref"), ({"client_ref": 4}, "client_ref"),
        ({"planned_id": "999999"}, "tell"), ({"fields": "x"}, "client_ref"), ({"fields": [["a"]]}, "client_ref"), ({"owner": ...}, "owner"),
        ({"contact_id": "999999"}, "contact"), ({"group_name": 5}, "group"), ({"group_name": "!!!", "group_ids": []}, "group"),
        ({"group_name": "x" * 201, "group_ids": []}, "group"), ({"raised_to": "999999"}, "officers"),
    ]  # fmt: skip
    drafts = [entry(town.pcso, **({"group_ids": here} | wrong)) for wrong, _field in bad]
    good = [entry(town.pcso, group_ids=here, summary=f"Good {n}") for n in range(3)]
    receipts = send(diary, town.pcso, good[0], *drafts, good[1], "not an entry", None, [], good[2])
    said = [(r["outcome"], r.get("field")) for r in receipts]
    assert said[0][0] == said[-1][0] == said[len(bad) + 1][0] == "kept"
    assert said[1 : len(bad) + 1] == [("needs_work", field) for _wrong, field in bad]
    assert [one[0] for one in said[-4:-1]] == ["needs_work"] * 3
    assert all(r["reason"] for r in receipts if r["outcome"] == "needs_work")
    assert [row.summary for row in rows(diary)] == ["Good 0", "Good 1", "Good 2"]


def test_one_that_was_mended_is_taken_under_its_own_reference(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = entry(town.pcso, group_ids=[str(club)], summary="")
    assert send(diary, town.pcso, draft)[0]["reason"] == "Say in a line what happened"
    assert send(diary, town.pcso, draft | {"summary": "Now"})[0]["outcome"] == "kept"


def test_what_the_form_fills_in_by_itself_may_be_left_out(diary: DiaryUnderTest, town: Town, club: int) -> None:
    said = {"client_ref": ref(), "owner": str(town.pcso.account_id), "kind": "phone", "group_ids": [str(club)], "summary": "Rang"}
    (receipt,) = send(diary, town.pcso, said)
    assert receipt["outcome"] == "kept"
    (row,) = rows(diary)
    assert (row.direction, row.outcome, row.happened_at, row.neighbourhood_id) == ("ours", "spoke", diary.now, town.neighbourhood_id)


def test_with_a_place_and_nobody_named_it_was_a_resident(diary: DiaryUnderTest, town: Town) -> None:
    at = {"neighbourhood_id": str(town.neighbourhood_id)}
    alone, denied, nowhere = entry(town.pcso, **at), entry(town.pcso, with_resident=False, **at), entry(town.pcso)
    receipts = send(diary, town.pcso, alone, denied, nowhere)
    assert [receipt["outcome"] for receipt in receipts] == ["kept", "needs_work", "needs_work"]
    assert [row.with_resident for row in rows(diary)] == [True]


def test_the_phones_clock_is_put_right(diary: DiaryUnderTest, town: Town, club: int) -> None:
    wrong = diary.now + timedelta(days=1)
    typed = wrong - timedelta(hours=2)
    said = {"group_ids": [str(club)], "typed_at": typed.isoformat(), "happened_at": typed.isoformat()}
    assert send(diary, town.pcso, entry(town.pcso, **said), sent_at=wrong)[0]["outcome"] == "kept"
    slow = diary.now - timedelta(days=400)
    said = {"group_ids": [str(club)], "happened_at": (slow - timedelta(hours=1)).isoformat()}
    assert send(diary, town.pcso, entry(town.pcso, **said), sent_at=slow)[0]["outcome"] == "kept"
    nearly = {"group_ids": [str(club)], "happened_at": (diary.now + timedelta(minutes=3)).isoformat()}
    assert send(diary, town.pcso, entry(town.pcso, **nearly), sent_at=diary.now + timedelta(seconds=30))[0]["outcome"] == "kept"
    assert [diary.now - row.happened_at for row in rows(diary) if row.happened_at] == [timedelta(hours=2), timedelta(hours=1), timedelta(0)]


def test_an_entry_is_judged_by_the_cover_of_when_it_was_typed(diary: DiaryUnderTest, town: Town) -> None:
    first = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    with diary.work() as session:
        theirs = make_group(session, town, "Brookley Watch", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
        for posting in session.scalars(select(Posting).where(Posting.officer_id == town.pcso.officer_id)):
            posting.starts_on, posting.ends_on, posting.kind, posting.team_id = first.date(), first.date(), "cover", town.other_team_id
        say_so(session)
    during = entry(town.pcso, group_ids=[str(theirs)], typed_at=first.isoformat(), happened_at=first.isoformat())
    after = entry(town.pcso, group_ids=[str(theirs)], typed_at=diary.now.isoformat())
    kept, refused = send(diary, town.pcso, during, after)
    assert kept["outcome"] == "kept"
    assert (refused["outcome"], refused["field"]) == ("needs_work", "when")
    assert "posting on Tue 24 Nov" in refused["reason"]
    assert send(diary, town.pcso, during) == [kept]


def test_cover_that_was_ended_today_held_until_then(diary: DiaryUnderTest, town: Town) -> None:
    ended, yesterday = diary.now - timedelta(hours=1), diary.now.date() - timedelta(days=1)
    with diary.work() as session:
        theirs = make_group(session, town, "Brookley Watch", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
        (posting,) = session.scalars(select(Posting).where(Posting.officer_id == town.pcso.officer_id)).all()
        posting.starts_on, posting.ends_on, posting.kind, posting.team_id = yesterday, yesterday, "cover", town.other_team_id
        session.add(
            Cover(
                force_id=posting.force_id, officer_id=town.pcso2.officer_id, cover_officer_id=town.pcso.officer_id, starts_on=yesterday,
                ends_on=yesterday, ended_at=ended, posting_id=posting.id, set_at=ended,
            )
        )  # fmt: skip
        say_so(session)
    before, after = (
        entry(town.pcso, group_ids=[str(theirs)], typed_at=(ended + apart).isoformat())
        for apart in (-timedelta(minutes=5), timedelta(minutes=5))
    )
    assert [receipt["outcome"] for receipt in send(diary, town.pcso, before, after)] == ["kept", "needs_work"]


def test_a_name_typed_without_signal_is_matched_or_made(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with diary.work() as session:
        keep(session, Group(**_bare(town, "Two Of A Kind", town.neighbourhood_id, town.team_id)))
        ours = session.scalar(select(Group.id).where(Group.name == "Two Of A Kind"))
        keep(session, Group(**_bare(town, "Two of a kind", town.other_neighbourhood_id, town.other_team_id)))
        make_group(session, town, "Hidden Hall", sensitive=True, owner_id=town.sergeant.officer_id)
    names = ("ashford  STROKE club", "two of a kind", "Brand New Choir", "brand new choir", "Hidden Hall")
    drafts = [entry(town.pcso, group_name=name) for name in names]
    receipts = send(diary, town.pcso, *drafts)
    assert {r["outcome"] for r in receipts} == {"kept"}
    with diary.app.app_context():
        linked = dict(reading().execute(select(EngagementGroup.engagement_id, EngagementGroup.group_id)).all())
        there = [linked[int(r["engagement_id"])] for r in receipts]
        made, hidden = reading().get_one(Group, there[2]), reading().get_one(Group, there[4])
    assert there[:2] == [club, ours]
    assert there[2] == there[3]
    assert (made.name, made.to_confirm, made.neighbourhood_id, made.owner_id) == (
        "Brand New Choir",
        True,
        town.neighbourhood_id,
        town.pcso.officer_id,
    )
    assert (hidden.sensitive, hidden.to_confirm) == (False, True)
    assert send(diary, town.pcso, *drafts) == receipts
    assert count(diary, Group, Group.name_folded == "brand new choir") == 1


def _bare(town: Town, name: str, place: int, team: int) -> dict[str, Any]:
    return {
        "force_id": town.force_id, "team_id": team, "neighbourhood_id": place, "name": name, "name_folded": name.lower(), "kind": "other",
        "may_be_named": False, "created_at": datetime(2024, 1, 1, tzinfo=UTC),
    }  # fmt: skip


def test_concerns_tellings_and_promises_come_along_once(diary: DiaryUnderTest, town: Town, club: int) -> None:
    pcso = diary.actor(town.pcso)
    with diary.work() as session:
        told = first_raising(session, make_concern(session, pcso, diary.now - timedelta(days=1), group_id=club, title="Lights are out")).id
    draft = entry(
        town.pcso, group_ids=[str(club)],
        concerns=[
            {"client_ref": ref(), "title": "Speeding by the school", "category": "speeding", "detail": "At half past eight", "raiser": "group"},
            {"client_ref": ref(), "title": "Bins on the pavement", "raiser": "councillor", "tap": "council"},
        ],
        tellings=[{"raising_id": str(told), "kind": "answer"}],
        promises=[{"client_ref": ref(), "what": "Bring the speed gun", "due_on": "2026-12-01"}],
    )  # fmt: skip
    (receipt,) = send(diary, town.pcso, draft)
    assert receipt["outcome"] == "kept", receipt
    assert send(diary, town.pcso, draft) == [receipt]
    with diary.app.app_context():
        raised = (
            reading()
            .execute(select(Concern.title, Concern.client_ref, Raising.raiser, Raising.detail, Raising.group_id).join(Raising))
            .all()
        )
        (promise,) = reading().scalars(select(Action))
        tellings = reading().scalars(select(Telling.kind).where(Telling.raising_id == told)).all()
    of = {row.title: row for row in raised}
    assert (of["Speeding by the school"].raiser, of["Speeding by the school"].detail) == ("group", "At half past eight")
    assert of["Speeding by the school"].client_ref == draft["concerns"][0]["client_ref"]
    assert of["Bins on the pavement"].raiser == "councillor"
    assert (promise.what, promise.due_on, promise.client_ref) == (
        "Bring the speed gun",
        date(2026, 12, 1),
        draft["promises"][0]["client_ref"],
    )
    assert "answer" in tellings
    assert len(raised) == 3


def test_a_concern_that_is_in_two_entries_is_kept_once(diary: DiaryUnderTest, town: Town, club: int) -> None:
    concern = {"client_ref": ref(), "title": "Speeding by the school"}
    two = [entry(town.pcso, group_ids=[str(club)], concerns=[concern], summary=f"{n}") for n in range(2)]
    assert [r["outcome"] for r in send(diary, town.pcso, *two)] == ["kept", "kept"]
    assert count(diary, Concern) == 1


def test_wording_is_mended_or_explained_with_the_forms_sentence(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = entry(town.pcso, group_ids=[str(club)], summary="Ring me on 07700 900123")
    (receipt,) = send(diary, town.pcso, draft)
    assert (receipt["outcome"], receipt["field"]) == ("needs_work", "summary")
    assert receipt["reason"] == SENTENCES["telephone"].format(text="07700 900123")
    assert not rows(diary)
    assert send(diary, town.pcso, draft | {"override_reason": "Their own office number"})[0]["outcome"] == "kept"
    assert rows(diary)[0].override_reason == "Their own office number"
    raised = entry(town.pcso, group_ids=[str(club)], concerns=[{"title": "Noise", "detail": "He lives at 14 Elm Road"}])
    assert send(diary, town.pcso, raised)[0]["field"] == "concern-0-detail"


def test_anothers_entry_is_not_taken_and_says_so(diary: DiaryUnderTest, town: Town, club: int) -> None:
    theirs, mine = entry(town.pcso2, group_ids=[str(club)]), entry(town.pcso, group_ids=[str(club)])
    receipts = send(diary, town.pcso, theirs, mine)
    assert receipts[0] == {"client_ref": theirs["client_ref"], "outcome": "not_yours"}
    assert receipts[1]["outcome"] == "kept"
    (taken,) = send(diary, town.pcso2, entry(town.pcso2, group_ids=[str(club)], client_ref=mine["client_ref"]))
    assert (taken["outcome"], taken["field"]) == ("needs_work", "client_ref")
    assert "engagement_id" not in taken
    assert len(rows(diary)) == 1


def test_nothing_is_taken_without_a_session_a_token_or_with_too_many(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft, client = entry(town.pcso, group_ids=[str(club)]), diary.client(town.pcso)
    signed_out = post(diary.client(), {"drafts": [draft]}, token="x")
    assert (signed_out.status_code, signed_out.get_json()) == (401, {"reason": "signed_out"})
    stale = post(client, {"drafts": [draft]}, token="stale")
    assert (stale.status_code, stale.get_json()) == (419, {"reason": "stale"})
    many = post(client, {"drafts": [draft | {"client_ref": ref()} for _ in range(201)]})
    assert (many.status_code, many.get_json()) == (413, {"reason": "Send at most 200 entries at once"})
    assert not rows(diary)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"drafts": 1}',
        b'{"drafts": null}',
        b'{"drafts": [], "sent_at": "noon"}',
        b"\xff\xfe",
        b'{"drafts": [NaN]}',
        b"[" * 100_000,
        b'{"drafts": [], "views": 3}',
        b'{"drafts": [], "waiting": [1]}',
        b'{"drafts": [' + b"1" * 5000 + b"]}",
    ],
)
def test_what_is_not_a_sending_is_refused_with_a_sentence(diary: DiaryUnderTest, town: Town, body: bytes) -> None:
    client = diary.client(town.pcso)
    token = client.get("/api/session").get_json()["csrf_token"]
    answer = client.post("/sync", data=body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 400
    assert answer.get_json()["reason"]


def test_several_groups_each_have_their_part(diary: DiaryUnderTest, town: Town, club: int) -> None:
    with diary.work() as session:
        other, third = make_group(session, town, "Elm Green Watch"), make_group(session, town, "Ashford Choir")
        contact = make_contact(session, other).id
        ids = [str(other.id), str(club), str(third.id)]
    draft = entry(town.pcso, kind="door_knock", group_ids=ids, contact_id=str(contact), parts={ids[2]: "there"})
    assert send(diary, town.pcso, draft)[0]["outcome"] == "kept"
    with diary.app.app_context():
        there = {g.group_id: (g.part, g.contact_id, g.counts) for g in reading().scalars(select(EngagementGroup))}
    assert there == {int(ids[0]): ("with", contact, True), int(ids[1]): ("with", None, False), int(ids[2]): ("also_there", None, False)}


def test_the_owner_of_a_group_is_told_once(diary: DiaryUnderTest, town: Town, club: int) -> None:
    draft = entry(town.pcso2, group_ids=[str(club)])
    send(diary, town.pcso2, draft)
    send(diary, town.pcso2, draft)
    assert count(diary, OfficerNote, OfficerNote.officer_id == town.pcso.officer_id) == 1
    assert count(diary, Engagement) == 1
