"""Corners of the register's forms: dates that run out, pauses that meet, an owner who is gone, letters stopped and resumed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engagement.core.errors import Refused
from engagement.groups import service
from engagement.groups.models import Contact, Group, GroupPause
from engagement.groups.queries import passed_pauses
from tests.builders import Town, make_contact, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import words

TODAY = date(2026, 11, 24)


def one_group(diary: DiaryUnderTest, town: Town, **fields) -> int:
    with diary.work() as session:
        return make_group(session, town, **fields).id


def test_a_group_met_at_each_meeting_says_when_no_date_is_left(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    client = diary.client(town.pcso)
    dates = "3/12/2026\n7 Jan 2027, 4 Feb 2027"
    assert client.fill(f"/groups/{key}/agreement", {"frequency": "per_meeting", "dates": dates}).status_code == 303
    assert "Never contacted, due Thu 3 Dec" in words(client.get("/groups?frequency=per_meeting"))
    with diary.work() as session:
        say_so(session, town.force_id)
        service.contacted(session, {key: (date(2026, 12, 3), None)}, today=TODAY)
        assert session.get_one(Group, key).next_due_on == date(2027, 1, 7)
        service.contacted(session, {key: (date(2027, 2, 4), None)}, today=TODAY)
        assert session.get_one(Group, key).frequency_words == "Every meeting: ask for dates"
    assert "no meeting dates left: ask for them" in words(client.get(f"/groups/{key}"))
    assert "7/1/2027" in client.get(f"/groups/{key}/agreement").get_data(as_text=True)


def test_a_new_pause_ends_the_one_it_overlaps_and_leaves_the_other(diary: DiaryUnderTest, town: Town) -> None:
    key, actor = one_group(diary, town), diary.actor(town.pcso)
    with diary.work() as session:
        service.pause(session, actor, key, reason="away", until=TODAY + timedelta(days=20), now=diary.now)
        service.pause(
            session, actor, key, reason="holidays", starts_on=TODAY + timedelta(days=30), until=TODAY + timedelta(days=40), now=diary.now
        )
        service.pause(session, actor, key, reason="longer", until=TODAY + timedelta(days=25), now=diary.now)
    with diary.work() as session:
        spans = [(p.reason, p.until) for p in session.scalars(select(GroupPause).order_by(GroupPause.id))]
        assert spans == [
            ("away", TODAY - timedelta(days=1)),
            ("holidays", TODAY + timedelta(days=40)),
            ("longer", TODAY + timedelta(days=25)),
        ]
        group = session.get_one(Group, key)
        assert (group.paused_until, group.pause_reason) == (TODAY + timedelta(days=25), "longer")
    later = TODAY + timedelta(days=28)
    with diary.work() as session:
        assert passed_pauses(session, later) == [key]
        say_so(session, town.force_id)
        service.settle(session, [key], today=later)
        group = session.get_one(Group, key)
        assert (group.paused_from, group.pause_reason) == (TODAY + timedelta(days=30), "holidays")
        assert passed_pauses(session, later) == []


def test_a_contact_keeps_the_order_of_ways_and_may_be_left_alone(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        contact = make_contact(session, group, channels=["email", "mobile"])
    client = diary.client(town.pcso)
    path = f"/groups/{group.id}/contacts/{contact.id}"
    values = {"first": "visit", "second": "mobile", "third": "email", "do_not_contact": "y", "access_needs": "step-free"}
    assert client.fill(path, values, action=path).status_code == 303
    with diary.work() as session:
        kept = session.get_one(Contact, contact.id)
        assert (kept.channels, kept.do_not_contact, kept.access_needs) == (["visit", "mobile", "email"], True, "step-free")
    page = client.get(f"/groups/{group.id}")
    assert "do not contact" in words(page)
    assert "tel:07700900321" not in page.get_data(as_text=True)
    refused = client.fill(path, {"mobile": ""}, action=path)
    assert "Enter a mobile number, or do not list it as a way to reach them" in words(refused)


def test_mail_is_suspended_once_and_a_new_address_is_written_to(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        contact = make_contact(session, make_group(session, town))
        assert service.suspend_mail(session, actor, [contact.id, 999_999], "refused: no such address", diary.now) == [contact.id]
        assert service.suspend_mail(session, actor, [contact.id], "again", diary.now) == []
    with diary.work() as session:
        draft = service.ContactDraft(name="Asha Merrow", email="new@parish.example")
        changed = service.edit_contact(
            session, actor, contact.id, draft, version=session.get_one(Contact, contact.id).version, now=diary.now
        )
        assert (changed.mail_suspended_at, changed.channels) == (None, ["email"])


@pytest.mark.parametrize("name", ["", "a\x00b", "x" * 121, "half \ud800 a character"])
def test_a_contact_needs_a_name_that_can_be_kept(diary: DiaryUnderTest, town: Town, name: str) -> None:
    key = one_group(diary, town)
    with pytest.raises(Refused) as refusal, diary.work() as session:
        service.add_contact(session, diary.actor(town.pcso), key, service.ContactDraft(name=name), now=diary.now)
    assert refusal.value.field == "name"


def test_a_group_may_change_hands_to_an_officer_of_another_team(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    with diary.work() as session:
        service.give_to(session, diary.actor(town.inspector), [key], town.other_pcso.officer_id, now=diary.now)
    page = diary.client(town.sergeant).get(f"/groups/{key}/edit")
    assert "PCSO Robin Vale" in words(page)
    assert diary.client(town.sergeant).get(f"/groups?owner={town.other_pcso.officer_id}").status_code == 200
