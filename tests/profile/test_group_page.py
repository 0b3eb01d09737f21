"""A group's page: what to know before walking in, for whoever may know it, in a fixed number of questions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from engagement.audit.domain import Operation
from engagement.audit.models import AuditRow
from engagement.audit.service import record
from engagement.concerns.models import Action
from engagement.core.clock import london_day
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups import service
from engagement.groups.models import Group
from engagement.profile.groups import map_link
from tests.builders import Town, keep, make_contact, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import words


def a_group(diary: DiaryUnderTest, town: Town, **fields) -> int:
    with diary.work() as session:
        group = make_group(session, town, **fields)
        make_contact(session, group, best_times="mornings")
        service.contacted(session, {group.id: (diary.now.date() - timedelta(days=40), None)}, today=diary.now.date())
        return group.id


def some_engagements(diary: DiaryUnderTest, town: Town, group_id: int, count: int, **fields) -> None:
    with diary.work() as session:
        for n in range(count):
            at = diary.now - timedelta(days=41 + n % 600)
            values = {
                "force_id": town.force_id, "team_id": town.team_id, "state": "happened", "kind": "visit", "outcome": "spoke",
                "direction": "ours", "happened_at": at, "happened_on": london_day(at), "summary": f"Visit {n}", "recorded_at": at,
                "recorded_by_id": town.pcso.officer_id, "version": 1,
            } | fields  # fmt: skip
            key = session.execute(insert(Engagement).values(**values).returning(Engagement.id)).scalar_one()
            session.execute(
                insert(EngagementGroup).values(
                    force_id=town.force_id, engagement_id=key, group_id=group_id, counts=True, happened_on=values["happened_on"]
                )
            )
        record(session, diary.actor(town.pcso), Operation.COLLECTION, "engagement", [], now=diary.now)


def test_it_answers_what_to_know_before_walking_in(diary: DiaryUnderTest, town: Town) -> None:
    key = a_group(diary, town, sergeant_first=True, postcode="BH22 9HX", latitude=50.8, longitude=-1.9, sensitive=False)
    with diary.work() as session:
        keep(
            session,
            Action(
                force_id=town.force_id, team_id=town.team_id, by="officer", officer_id=town.pcso.officer_id, what="Bring marking kits",
                due_on=diary.now.date() + timedelta(days=3), is_promise=True, promised_to_id=key, promised_on=diary.now.date(),
                recorded_at=diary.now, recorded_by_id=town.pcso.officer_id,
            ),
        )  # fmt: skip
        for n in range(1, 4):
            keep(
                session,
                Action(
                    force_id=town.force_id, team_id=town.team_id, by="officer", officer_id=town.pcso.officer_id, what=f"Ended, {n}",
                    is_promise=True, promised_to_id=key, promised_on=diary.now.date(), ended="kept", ended_on=diary.now.date() - timedelta(days=n),
                    recorded_at=diary.now, recorded_by_id=town.pcso.officer_id,
                ),
            )  # fmt: skip
    page = diary.client(town.pcso).get(f"/groups/{key}")
    said, html = words(page), page.get_data(as_text=True)
    assert page.status_code == 200
    for expected in (
        "Health or support group · Ashford Central · looked after by Sam Okoro",
        "Speak to the sergeant before visiting",
        "Asha Merrow, clerk",
        "mornings",
        "9 days over",
        "Monthly, last spoke Thu 15 Oct; due Sun 15 Nov",
        "Bring marking kits By Fri 27 Nov · Sam Okoro",
        "Nothing owed: they know where everything stands.",
        "Monthly, involve (work with us)",
        "Nothing yet. What is logged with this group will stand here.",
    ):
        assert expected in said, expected
    assert said.index("9 days over") < said.index("Asha Merrow, clerk"), "in the first screenful, whatever the contacts take"
    assert "Ended, 1" in said and "Ended, 2" not in said, "of what has ended the last alone"
    for link in ("tel:07700900321", "mailto:asha.merrow@parish.example", "geo:50.80000,-1.90000", f"/engagements/new?group={key}"):
        assert link in html, link
    with diary.work() as session:
        assert session.scalars(select(AuditRow.ids).where(AuditRow.operation == "consultation")).all() == [[key]]


def test_the_timeline_strikes_out_what_was_withdrawn_and_marks_what_came_before(diary: DiaryUnderTest, town: Town) -> None:
    key = a_group(diary, town)
    some_engagements(diary, town, key, 1, state="withdrawn", withdrawn_reason="Wrong group", summary="Not us")
    some_engagements(diary, town, key, 1, before_the_diary=True, summary="")
    some_engagements(diary, town, key, 2, outcome="no_answer", happened_at=diary.now, happened_on=diary.now.date(), summary="")
    page = diary.client(town.pcso).get(f"/groups/{key}")
    assert '<s class="diary-withdrawn">Not us</s>' in page.get_data(as_text=True)
    said = words(page)
    assert "Wrong group" in said
    assert "before the diary" in said
    assert "tried 2 times since, last Tue 24 Nov" in said


def test_it_asks_as_many_questions_with_500_engagements_as_with_5(diary: DiaryUnderTest, town: Town) -> None:
    client, counts = diary.client(town.pcso), []
    keys = [a_group(diary, town, name=f"Club {n}") for n in (5, 500)]
    for key, count in zip(keys, (5, 500), strict=True):
        some_engagements(diary, town, key, count)
        with diary.app.app_context(), statements() as asked:
            assert client.get(f"/groups/{key}").status_code == 200
        counts.append(len([s for s in asked if not s.startswith(("BEGIN", "PRAGMA"))]))
    assert counts[0] == counts[1] <= 16
    assert "21 to 40 of 500" in words(client.get(f"/groups/{keys[1]}?page=2"))
    assert client.get(f"/groups/{keys[1]}?page=99").status_code == 200


def test_a_stranger_and_a_gap_look_the_same(diary: DiaryUnderTest, town: Town) -> None:
    key = a_group(diary, town)
    client = diary.client(town.other_pcso)
    theirs, nothing = client.get(f"/groups/{key}"), client.get("/groups/999999")
    assert (theirs.status_code, nothing.status_code) == (404, 404)
    assert words(theirs) == words(nothing)


def test_a_sensitive_group_is_marked_and_for_few(diary: DiaryUnderTest, town: Town) -> None:
    key = a_group(diary, town, sensitive=True)
    assert "OFFICIAL-SENSITIVE" in words(diary.client(town.sergeant).get(f"/groups/{key}"))
    assert diary.client(town.pcso).get(f"/groups/{key}").status_code == 200
    assert diary.client(town.pcso2).get(f"/groups/{key}").status_code == 404


def test_markup_in_what_people_typed_stays_text(diary: DiaryUnderTest, town: Town) -> None:
    key = a_group(diary, town, name="<b>Bold</b> Club", about="<script>alert(1)</script>", address='"><img src=x>')
    html = diary.client(town.pcso).get(f"/groups/{key}").get_data(as_text=True)
    assert "<b>Bold" not in html
    assert "<script>alert" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("state", ["paused", "dormant", "on_request"])
def test_every_state_of_a_group_has_a_page_and_its_way_back(diary: DiaryUnderTest, town: Town, state: str) -> None:
    key = a_group(diary, town)
    client, actor = diary.client(town.pcso), diary.actor(town.pcso)
    with diary.work() as session:
        if state == "paused":
            service.pause(session, actor, key, reason="Hall is shut", now=diary.now)
        elif state == "dormant":
            service.go_dormant(session, actor, key, "They stopped", now=diary.now)
        else:
            draft = service.AgreementDraft(frequency="on_request", assumed=False, agreed_with="chair", agreed_on=diary.now.date())
            service.agree(session, actor, key, draft, now=diary.now)
    if state == "on_request":
        diary.clock.move(timedelta(days=366))
        client = diary.client(town.pcso)
    way, said = {
        "paused": ("pause/end", "paused with no end date, so nothing is due · Hall is shut"),
        "dormant": ("/wake", "They stopped"),
        "on_request": ("agreement/confirm", "On request, so never overdue"),
    }[state]
    assert said in words(client.get(f"/groups/{key}"))
    assert client.fill(f"/groups/{key}", action=way).status_code == 303
    with diary.work() as session:
        group = session.get_one(Group, key)
        assert (group.paused_from, group.dormant_on) == (None, None)
        assert group.ask_again_on is None or group.ask_again_on > diary.now.date()


def test_a_map_opens_on_a_place_or_on_words() -> None:
    assert map_link("https://m.example/?at={latitude},{longitude}", 50.8, -1.9, "") == "https://m.example/?at=50.80000,-1.90000"
    assert map_link("", None, None, "The hall\nby the green") == "geo:0,0?q=The%20hall%20by%20the%20green"
    assert map_link("https://m.example/?at={latitude},{longitude}", None, None, "") == ""


def test_an_answer_that_is_owed_says_how_long_it_still_has(diary: DiaryUnderTest, town: Town) -> None:
    group, actor = a_group(diary, town), diary.actor(town.pcso)
    with diary.work() as session:
        make_concern(session, actor, diary.now, title="Parking", raised_at=diary.now - timedelta(hours=50), group_id=group)
    assert "Parking 22 h left" in words(diary.client(town.pcso).get(f"/groups/{group}"))
