"""The register's pages: lists that filter and page, forms that keep what was typed, editors who meet, files that cannot bite."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engagement.audit.models import AuditRow
from engagement.groups import service
from engagement.groups.models import Contact, ContactAgreement, Group
from tests.builders import Town, make_contact, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import words


def one_group(diary: DiaryUnderTest, town: Town, **fields) -> int:
    with diary.work() as session:
        return make_group(session, town, **fields).id


def the_group(diary: DiaryUnderTest, group_id: int) -> Group:
    with diary.work() as session:
        return session.get_one(Group, group_id)


def test_an_empty_register_says_how_to_begin(diary: DiaryUnderTest, town: Town) -> None:
    said = words(diary.client(town.pcso).get("/groups"))
    assert "Add the first one" in said
    assert "spreadsheet" not in said
    assert "or bring them from a spreadsheet" in words(diary.client(town.sergeant).get("/groups"))


def test_a_group_is_added_with_its_agreement_and_stands_in_the_list(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    answer = client.fill(
        "/groups/new?name=Elm+Green+WI",
        {
            "kind": "older", "neighbourhood_id": town.second_neighbourhood_id, "postcode": "bh229hx", "characteristics": ["sex_women"],
            "level": "involve", "frequency": "every_weeks", "every": "6", "basis": "agreed", "agreed_with": "the president",
            "agreed_on": "23/11/2026",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    group_id = int(answer.location.rsplit("/", 1)[1])
    group = the_group(diary, group_id)
    assert (group.name, group.postcode, group.frequency_words, group.assumed) == ("Elm Green WI", "BH22 9HX", "Every 6 weeks", False)
    said = words(client.get("/groups"))
    assert "Elm Green WI" in said
    assert "Every 6 weeks" in said
    for miss in ("name=stroke", "kind=faith", "assumed=1", "characteristic=rural", "standing=late", "owner=0", "frequency=monthly"):
        assert "No group of your teams is like that" in words(client.get(f"/groups?{miss}"))
    for hit in (
        "name=green+elm", "kind=older", "characteristic=sex_women", "standing=never_contacted", "frequency=every_weeks",
        f"owner={town.pcso.officer_id}", f"neighbourhood={town.second_neighbourhood_id}", "sort=due", "sort=last", "standing=nonsense",
        "neighbourhood=x", "page=999999999999",
    ):  # fmt: skip
        assert "Elm Green WI" in words(client.get(f"/groups?{hit}")), hit


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Enter the group's name"),
        ({"name": "<script>alert(1)</script>", "kind": ""}, "Choose what kind of group it is"),
        ({"name": "🚓" * 201}, "1 character too long"),
        ({"about": "x" * 1_000_000}, "characters too long"),
        ({"about": "a\x00b"}, "control character"),
        ({"agreed_on": "31/02/2026", "basis": "agreed", "agreed_with": "chair"}, "February 2026 has days 1 to 28"),
        ({"agreed_on": "01/02/26", "basis": "agreed", "agreed_with": "chair"}, "Year must have four figures"),
        ({"frequency": "every_months", "every": "0"}, "Number of months must be from 1 to 120"),
        ({"frequency": "every_months", "every": "10000"}, "Number of months must be from 1 to 120"),
        ({"frequency": "every_months", "every": "six"}, "Number must be a whole number"),
        ({"frequency": "per_meeting", "dates": "27/11/2026, 31/02/2027"}, "31/02/2027: February 2027 has days 1 to 28"),
        ({"postcode": "Ferndown"}, "Postcode must look like BH22 9HX"),
        ({"website": "javascript:alert(1)"}, "Website must look like"),
        ({"owner_id": "999999999999999999999"}, ""),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(diary: DiaryUnderTest, town: Town, typed, sentence: str) -> None:
    values = {"name": "Elm Green WI", "kind": "older", "neighbourhood_id": town.neighbourhood_id, "address": "The hall\nby the green"}
    answer = diary.client(town.pcso).fill("/groups/new", values | typed)
    if not sentence:
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "The hall\nby the green" in answer.get_data(as_text=True)
    assert "<script>alert" not in answer.get_data(as_text=True)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Group)) == 0


def test_a_form_sent_twice_makes_one_group(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    opened = client.get("/groups/new")
    values = {"name": "Elm Green WI", "kind": "older", "neighbourhood_id": town.neighbourhood_id}
    first, second = client.send(opened, values), client.send(opened, values)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    sam, jo = diary.client(town.pcso), diary.client(town.pcso2)
    sams, jos = sam.get(f"/groups/{key}/edit"), jo.get(f"/groups/{key}/edit")
    assert sam.send(sams, {"name": "Ashford Stroke Support"}).status_code == 303
    refused = jo.send(jos, {"about": "Meets on Tuesdays"})
    assert refused.status_code == 422
    said = words(refused)
    assert "Somebody else changed this group while you had it open" in said
    assert "Ashford Stroke Support" in said
    assert "Meets on Tuesdays" in said
    assert jo.send(refused).status_code == 303
    group = the_group(diary, key)
    assert (group.name, group.about) == ("Ashford Stroke Club", "Meets on Tuesdays")


def test_logging_a_visit_never_spoils_an_open_edit(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    client = diary.client(town.pcso)
    opened = client.get(f"/groups/{key}/edit")
    with diary.work() as session:
        service.contacted(session, {key: (diary.now.date(), None)}, today=diary.now.date())
        say_so(session)
    assert client.send(opened, {"about": "new"}).status_code == 303
    assert the_group(diary, key).last_two_way_on == diary.now.date()


def test_what_is_not_theirs_looks_like_what_is_not_there(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    with diary.work() as session:
        contact = make_contact(session, session.get_one(Group, key)).id
    stranger = diary.client(town.other_pcso)
    for path in ("edit", "owner", "dormant", "agreement", "pause", "contacts/new", f"contacts/{contact}"):
        theirs, nothing = stranger.get(f"/groups/{key}/{path}"), stranger.get(f"/groups/999999/{path}")
        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert words(theirs) == words(nothing)
    assert diary.client(town.pcso).get(f"/groups/{2**70}/edit").status_code == 404


def test_any_officer_finds_any_group_of_the_force_by_name(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town, name="Ashford Café & Crèche")
    client = diary.client(town.other_pcso)
    answer = client.get("/groups/find?q=cafe+and", headers={"Accept": "application/json"})
    assert json.loads(answer.get_data()) == {
        "groups": [{"id": str(key), "name": "Ashford Café & Crèche", "neighbourhood": "Ashford Central", "kind": "Health or support group"}]
    }
    page = client.get("/groups/find?q=creche")
    assert f"/engagements/new?group={key}" in page.get_data(as_text=True)
    assert f'href="/groups/{key}"' not in page.get_data(as_text=True)
    assert f'href="/groups/{key}"' in diary.client(town.pcso).get("/groups/find?q=creche").get_data(as_text=True)
    for odd in ("", "%", "zzz", "x" * 5000):
        assert client.get("/groups/find", query_string={"q": odd}).status_code == 200
    assert client.get("/groups/find", query_string={"q": "\x00"}).status_code == 400


def test_a_spreadsheet_leaves_defused_and_on_the_record(diary: DiaryUnderTest, town: Town) -> None:
    one_group(diary, town, name='=HYPERLINK("http://evil.example")')
    key = one_group(diary, town, name="Elm Green, WI")
    with diary.work() as session:
        service.settle(session, [key], today=diary.now.date())
        say_so(session)
    answer = diary.client(town.pcso).get("/groups.csv?kind=health")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["group", "Elm Green, WI", '\'=HYPERLINK("http://evil.example")']
    assert rows[1][8] == "01/02/2024"
    with diary.work() as session:
        kept = session.scalars(select(AuditRow).where(AuditRow.operation == "disclosure")).one()
        assert kept.ids == [2, 1]


def test_contacts_are_added_changed_and_ended(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    client = diary.client(town.pcso)
    refused = client.fill(f"/groups/{key}/contacts/new", {"name": "Asha Merrow", "mobile": "12", "email": "no address"})
    assert refused.status_code == 422
    assert "Mobile must have 10 or 11 figures" in words(refused)
    values = {
        "name": "Asha Merrow",
        "role": "clerk",
        "mobile": "+44 (0)7700 900321",
        "first": "mobile",
        "second": "visit",
        "best_times": "am",
    }
    assert client.fill(f"/groups/{key}/contacts/new", values).status_code == 303
    with diary.work() as session:
        contact = session.scalars(select(Contact)).one()
        assert (contact.mobile, contact.channels, contact.gets_letters) == ("07700 900321", ["mobile", "visit"], True)
    path = f"/groups/{key}/contacts/{contact.id}"
    jo = diary.client(town.pcso2)
    jos = jo.get(path)
    assert client.fill(path, {"email": "Clerk@Parish.example"}, action=path).status_code == 303
    late = jo.send(jos, {"role": "chair"}, action=path)
    assert late.status_code == 422
    assert "clerk@parish.example" in words(late)
    assert client.fill(path, action="/end").status_code == 303
    with diary.work() as session:
        assert session.get_one(Contact, contact.id).ended_on == diary.now.date()


def test_a_key_individual_has_one_contact(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town, kind="key_individual", name="The postmistress")
    client = diary.client(town.pcso)
    assert client.fill(f"/groups/{key}/contacts/new", {"name": "Asha Merrow"}).status_code == 303
    refused = client.fill(f"/groups/{key}/contacts/new", {"name": "Basil Thorne"})
    assert "A key individual is one person" in words(refused)


def test_an_address_that_bounced_can_be_written_to_again(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        contact = make_contact(session, group)
        assert service.suspend_mail(session, diary.actor(town.pcso), [contact.id], "refused", diary.now) == [contact.id]
    path = f"/groups/{group.id}/contacts/{contact.id}"
    client = diary.client(town.pcso)
    assert "came back, so nothing is sent to it: phone instead" in words(client.get(path))
    assert client.fill(path, action="resume-mail").status_code == 303
    with diary.work() as session:
        assert session.get_one(Contact, contact.id).mail_suspended_at is None


def test_an_agreement_changes_and_its_history_is_shown(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    client = diary.client(town.pcso)
    path = f"/groups/{key}/agreement"
    jo = diary.client(town.pcso2)
    jos = jo.get(path)
    assert client.fill(path, {"frequency": "on_request", "agreed_on": "20 Nov 2026"}).status_code == 303
    late = jo.send(jos, {"frequency": "weekly"})
    assert late.status_code == 422
    assert "It says now" in words(late)
    assert "On request" in words(late)
    said = words(client.get(path))
    assert "Monthly, involve (work with us)" in said
    assert "in force" in said
    diary.clock.move(timedelta(days=400))
    fresh = diary.client(town.pcso)
    assert fresh.fill(path, action="/agreement").status_code == 303  # the same facts again
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(ContactAgreement)) == 2


def test_a_group_is_paused_given_away_put_to_sleep_and_woken(diary: DiaryUnderTest, town: Town) -> None:
    key = one_group(diary, town)
    client = diary.client(town.pcso)
    assert client.fill(f"/groups/{key}/pause", {"reason": "Hall is shut", "until": "31/12/2026"}).status_code == 303
    assert "Paused until Thu 31 Dec" in words(client.get("/groups?standing=paused"))
    assert client.fill(f"/groups/{key}/pause", {"reason": "", "until": "1/1/2020"}).status_code == 422
    assert client.fill(f"/groups/{key}/owner", {"owner_id": town.pcso2.officer_id}).status_code == 303
    assert client.fill(f"/groups/{key}/dormant", {"reason": " "}).status_code == 422
    assert client.fill(f"/groups/{key}/dormant", {"reason": "They stopped"}).status_code == 303
    group = the_group(diary, key)
    assert (group.owner_id, group.dormant_reason) == (town.pcso2.officer_id, "They stopped")
    assert "Ashford Stroke Club" not in words(client.get("/groups"))
    assert "Ashford Stroke Club" in words(client.get("/groups?standing=dormant"))


def test_the_list_asks_the_same_questions_however_long_it_is(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.pcso)
    counts = []
    for some in (5, 120):
        with diary.work() as session:
            for n in range(some):
                make_group(session, town, f"Group {some} {n:03}")
        with diary.app.app_context(), statements() as asked:
            assert client.get("/groups").status_code == 200
        counts.append(len([s for s in asked if not s.startswith(("BEGIN", "PRAGMA"))]))
    assert counts[0] == counts[1] <= 10
    assert "51 to 100 of 125" in words(client.get("/groups?page=2"))


def test_the_form_says_who_changed_what_and_what_it_said_before(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group_id = make_group(session, town, "Ashford Stroke Club", about="Thursdays in the hall").id
    answer = diary.client(town.sergeant).fill(
        f"/groups/{group_id}/edit", {"about": "Fridays in the chapel", "owner_id": town.pcso2.officer_id}
    )
    assert answer.status_code == 303
    diary.client(town.pcso).fill(f"/groups/{group_id}/edit", {"name": "Ashford Stroke Circle"})
    page = words(diary.client(town.pcso2).get(f"/groups/{group_id}/edit"))
    first, second = page.index("by Sam Okoro Name: Ashford Stroke Club"), page.index("by Lee Hargreave")
    assert first < second, "newest first"
    assert "Thursdays in the hall" in page[second:] and "Sam Okoro" in page[second:]
    assert "Ashford Stroke Club" not in page[second:], "what stayed as it was is not said again"
