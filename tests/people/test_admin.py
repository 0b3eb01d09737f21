"""The administrator's pages: officers, accounts, postings, and the spreadsheet of officers."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engagement.audit.models import AuditRow
from engagement.mail.models import Letter
from engagement.people.models import Absence, Account, Officer, Posting
from engagement.people.passwords import hash_password
from tests.builders import PASSWORD, Town
from tests.conftest import DiaryUnderTest
from tests.pages import words

NEW = {"name": "Ravi Stone", "rank": "PCSO", "collar_number": "7712", "telephone": "07700 900777", "email": "Ravi.Stone@force.example"}


def made(diary: DiaryUnderTest, town: Town) -> int:
    answer = diary.client(town.administrator).fill("/admin/officers/new", NEW)
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def test_a_new_officer_gets_a_link_and_sets_a_password_once(diary: DiaryUnderTest, town: Town) -> None:
    made(diary, town)
    with diary.work() as session:
        letter = session.scalars(select(Letter)).one()
        assert letter.to == "ravi.stone@force.example"
        link = re.search(r"/set-password/\S+", letter.text)
    assert link is not None
    stranger = diary.client()
    assert stranger.fill(link[0], {"password": "short"}).status_code == 422
    assert stranger.fill(link[0], {"password": "otter kettle marsh nine"}).status_code == 303
    assert stranger.get(link[0]).status_code == 409
    entered = stranger.fill("/sign-in", {"email": NEW["email"], "password": "otter kettle marsh nine"})
    assert entered.status_code == 303


def test_a_link_is_too_old_after_three_days(diary: DiaryUnderTest, town: Town) -> None:
    made(diary, town)
    with diary.work() as session:
        link = re.search(r"/set-password/\S+", session.scalars(select(Letter)).one().text)
    assert link is not None
    diary.clock.move(timedelta(hours=73))
    assert "is too old" in words(diary.client().get(link[0]))


def test_a_forgotten_password_says_the_same_to_everybody(diary: DiaryUnderTest, town: Town) -> None:
    known = diary.client().fill("/forgotten", {"email": town.pcso.email})
    unknown = diary.client().fill("/forgotten", {"email": "nobody@force.example"})
    assert words(known) == words(unknown)
    with diary.work() as session:
        assert [letter.to for letter in session.scalars(select(Letter))] == [town.pcso.email]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Type the officer's name."),
        ("name", "x" * 200, "too long"),
        ("collar_number", "55 12!", "letters and digits"),
        ("collar_number", "3001", "somebody else's"),
        ("email", "not an address", "whole e-mail address"),
        ("email", "sam.okoro@force.example", "has an account already"),
        ("name", "Ravi\x00Stone", "cannot"),
    ],
)
def test_a_bad_officer_is_refused_and_keeps_what_was_typed(
    diary: DiaryUnderTest, town: Town, field: str, value: str, sentence: str
) -> None:
    answer = diary.client(town.administrator).fill("/admin/officers/new", NEW | {field: value})
    assert answer.status_code == 422
    assert sentence in words(answer) or sentence == "too long" or sentence == "cannot"
    assert "07700 900777" in answer.get_data(as_text=True)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Officer).where(Officer.name.contains("Ravi"))) == 0


def test_a_posting_is_the_only_way_to_a_role_and_ends_it_too(diary: DiaryUnderTest, town: Town) -> None:
    officer_id, client = made(diary, town), diary.client(town.administrator)
    page = f"/admin/officers/{officer_id}"
    wrong = client.fill(page, {"posting-role": "pcso", "posting-place": f"a{town.area_id}"}, action="/postings")
    assert wrong.status_code == 422
    assert "Choose a team." in words(wrong)
    typed = {"posting-role": "sergeant", "posting-place": f"t{town.team_id}", "posting-starts_on": "24/11/2026"}
    assert client.fill(page, typed, action="/postings").status_code == 303
    with diary.work() as session:
        posting = session.scalars(select(Posting).where(Posting.officer_id == officer_id)).one()
        assert (posting.role, posting.scope, posting.team_id) == ("sergeant", "team", town.team_id)
    assert client.fill(page, action=f"/postings/{posting.id}/end").status_code == 303
    with diary.work() as session:
        assert session.scalars(select(Posting).where(Posting.officer_id == officer_id)).one().ends_on == diary.now.date()


@pytest.mark.parametrize("role", ["administrator", "engagement_officer", "analyst"])
def test_a_role_at_headquarters_is_over_the_whole_force(diary: DiaryUnderTest, town: Town, role: str) -> None:
    officer_id, client = made(diary, town), diary.client(town.administrator)
    typed = {"posting-role": role, "posting-place": "", "posting-starts_on": "24/11/2026"}
    assert client.fill(f"/admin/officers/{officer_id}", typed, action="/postings").status_code == 303
    assert role.replace("_", " ").capitalize() in words(client.get(f"/admin/officers/{officer_id}"))
    with diary.work() as session:
        posting = session.scalars(select(Posting).where(Posting.officer_id == officer_id)).one()
        assert (posting.role, posting.scope, posting.team_id, posting.area_id) == (role, "force", None, None)


def test_days_off_must_end_after_they_begin(diary: DiaryUnderTest, town: Town) -> None:
    client, page = diary.client(town.administrator), f"/admin/officers/{town.pcso.officer_id}"
    wrong = client.fill(page, {"absence-starts_on": "27/11/2026", "absence-ends_on": "26/11/2026"}, action="/absences")
    assert "must not be before" in words(wrong)
    assert client.fill(page, {"absence-starts_on": "27/11/2026", "absence-ends_on": "28 Nov 2026"}, action="/absences").status_code == 303
    with diary.work() as session:
        assert session.scalars(select(Absence)).one().officer_id == town.pcso.officer_id


def test_the_second_of_two_editors_sees_both_versions(diary: DiaryUnderTest, town: Town) -> None:
    client, page = diary.client(town.administrator), f"/admin/officers/{town.pcso.officer_id}"
    mine, theirs = client.get(page), client.get(page)
    assert client.send(theirs, {"edit-name": "Sam Theirs"}, action=page).status_code == 303
    answer = client.send(mine, {"edit-name": "Sam Mine"}, action=page)
    assert answer.status_code == 422
    assert "Sam Mine" in answer.get_data(as_text=True)
    assert "Sam Theirs" in words(answer)


LAYOUT = "Name,Rank,Collar number,Telephone,E-mail,Role,Team or area,First day\n"


def upload(diary: DiaryUnderTest, town: Town, text: str):
    client = diary.client(town.administrator)
    page = client.get("/admin/officers/import")
    token = next(e.get("value") for e in _inputs(page) if e.get("name") == "csrf_token" and e.get("id") != "csrf_token")
    data = {"csrf_token": token, "file": (io.BytesIO(text.encode()), "officers.csv")}
    return client, client.post("/admin/officers/import", data=data, content_type="multipart/form-data")


def _inputs(page):
    from tests.pages import parse

    return list(parse(page.get_data(as_text=True)).iter("input"))


def test_a_spreadsheet_of_officers_is_shown_then_taken_whole(diary: DiaryUnderTest, town: Town) -> None:
    text = LAYOUT + "Ada Wren,PCSO,8001,,ada.wren@force.example,PCSO,Ashford,01/12/2026\nBo Lark,Sergeant,8002,,,,,\n"
    client, preview = upload(diary, town, text)
    assert preview.status_code == 200
    assert "2 new, 0 in the diary already, 0 with a problem." in words(preview)
    assert client.send(preview, button="Take them in").status_code == 303
    _again, second = upload(diary, town, text)
    assert "0 new, 2 in the diary already" in words(second)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 1
        assert session.scalar(select(func.count()).select_from(Account).where(Account.email == "ada.wren@force.example")) == 1


def test_the_officers_leave_as_a_spreadsheet_that_could_be_taken_in_again(diary: DiaryUnderTest, town: Town) -> None:
    file = diary.client(town.administrator).get("/admin/officers.csv")
    text = file.get_data().decode("utf-8-sig")
    assert text.startswith(LAYOUT.strip())
    assert f"{town.pcso.name},PCSO" in text and town.pcso.email in text
    _client, again = upload(diary, town, text)
    assert "0 new" in words(again) and "0 with a problem" in words(again)
    with diary.work() as session:
        assert session.scalars(select(AuditRow.note).where(AuditRow.operation == "disclosure", AuditRow.entity == "officer")).one()


def test_one_bad_row_keeps_the_whole_file_out(diary: DiaryUnderTest, town: Town) -> None:
    text = LAYOUT + "Ada Wren,PCSO,8001,,,PCSO,Nowhere,\n,PCSO,8002,,,,,\nCy Finch,Boss,8003,,,,,\n"
    _client, answer = upload(diary, town, text)
    assert answer.status_code == 422
    for sentence in ("Row 2: There is no team called “Nowhere”.", "Row 3: The name is missing.", "Row 4: The rank must be one of"):
        assert sentence in words(answer)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Officer).where(Officer.collar_number.like("800%"))) == 0


def test_all_that_is_wrong_with_a_row_of_an_officer_is_said_at_once(diary: DiaryUnderTest, town: Town) -> None:
    _client, answer = upload(diary, town, LAYOUT + ",Boss,80 04,,nobody,King,Ashford,31/02/2026\n")
    said = words(answer)
    for sentence in (
        "The name is missing.", "The rank must be one of", "A collar number is letters and digits", "The role must be PCSO",
        "0 new, 0 in the diary already, 1 with a problem.",
    ):  # fmt: skip
        assert sentence in said, said
    assert said.count("Row 2:") == 5, said


def test_asking_for_links_locks_nobody_out_and_sends_only_a_few(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).password_hash = hash_password(PASSWORD)
    client = diary.client()
    for _ in range(8):
        assert client.fill("/forgotten", {"email": town.pcso.email}).status_code == 200
    assert client.fill("/sign-in", {"email": town.pcso.email, "password": PASSWORD}).status_code == 303
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 5
