"""The public page of a neighbourhood: approved wording, for everyone, and nothing else."""

from __future__ import annotations

from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.concerns.models import Concern, Raising
from engagement.groups.models import Group
from engagement.summaries.models import SummaryItem
from tests.builders import Town, make_contact, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.pages import words
from tests.summaries.month import MONDAY, approve_all, done, drafted, items, mail_server, part, raise_one, run, summaries

PAGE = "/public/westshire/ashford-central"


def a_month(diary: DiaryUnderTest, town: Town) -> int:
    """One concern of October, drafted; answers the summary's id."""
    with diary.work() as session:
        group_id = make_group(session, town).id
    done(diary, town.pcso, raise_one(diary, town.pcso, group_id))
    drafted(diary)
    return summaries(diary)[town.neighbourhood_id].id


def test_a_draft_is_nobodys_to_read(diary: DiaryUnderTest, town: Town) -> None:
    a_month(diary, town)
    page = words(diary.client().get(PAGE))
    assert "212 drivers" not in page
    assert "appears on this page each month" in page


def test_what_is_approved_for_everyone_is_there_with_the_officer(diary: DiaryUnderTest, town: Town) -> None:
    approve_all(diary, town, a_month(diary, town))
    page = words(diary.client().get(PAGE))
    assert "You said, we did: October 2026" in page
    assert "3 of 212 drivers over 35" in page
    assert "Ashford neighbourhood policing team" in page
    assert "Crimestoppers on 0800 555 111" in page


def test_what_is_for_the_group_alone_or_left_out_or_narrowed_later_is_not(diary: DiaryUnderTest, town: Town) -> None:
    summary_id = a_month(diary, town)
    approve_all(diary, town, summary_id)
    item_id = items(diary, summary_id)[0].id
    for change in ("audience", "left_out", "sensitive"):
        with diary.work() as session:
            item = session.get_one(SummaryItem, item_id)
            item.audience = "group" if change == "audience" else "everyone"
            item.left_out = change == "left_out"
            session.get_one(Concern, item.concern_id).sensitive = change == "sensitive"
            say_so(session)
        assert "212 drivers" not in words(diary.client().get(PAGE)), change


def test_what_nobody_stands_by_any_more_is_not(diary: DiaryUnderTest, town: Town) -> None:
    approve_all(diary, town, a_month(diary, town))
    with diary.work() as session:
        session.scalars(select(Raising)).one().withdrawn_at = diary.now
        say_so(session)
    assert "212 drivers" not in words(diary.client().get(PAGE))


def test_publishing_is_on_the_record_as_a_disclosure(diary: DiaryUnderTest, town: Town) -> None:
    summary_id = a_month(diary, town)
    approve_all(diary, town, summary_id)
    published = [item.id for item in items(diary, summary_id)]
    with diary.work() as session:
        rows = session.scalars(select(AuditRow).where(AuditRow.operation == "disclosure", AuditRow.note.contains("public page"))).all()
        assert [list(row.ids) for row in rows] == [published]


def test_the_link_in_a_letter_leads_to_what_the_letter_says(diary: DiaryUnderTest, town: Town) -> None:
    summary_id = a_month(diary, town)
    with diary.work() as session:
        make_contact(session, session.scalars(select(Group)).one())
    approve_all(diary, town, summary_id)
    with mail_server(diary) as peer:
        run(diary, MONDAY)
        text = part(peer.took[0][1], "plain")
    link = next(line for line in text.splitlines() if "/public/" in line).removeprefix("https://diary.example")
    assert "3 of 212 drivers over 35" in words(diary.client().get(link))


def test_a_police_uk_id_leads_to_the_page_and_an_unknown_one_to_none(diary: DiaryUnderTest, town: Town) -> None:
    assert diary.client().get("/public/westshire/w-A").location == PAGE
    for unknown in ("/public/westshire/nowhere", "/public/nowhere/ashford-central", "/public/westshire/%00"):
        assert diary.client().get(unknown).status_code in (400, 404), unknown
