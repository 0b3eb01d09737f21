"""Taking a spreadsheet in: looked at first, whole or not at all, twice changes nothing; last contacts count; pages say why not."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select

from engagement.core.errors import Refused
from engagement.engagements.models import Engagement
from engagement.group_import import service
from engagement.group_import.sheet import open_sheet
from engagement.groups.models import Contact, ContactAgreement, Group, ImportBatch
from engagement.groups.service import drifted
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.pages import words

FILE = (
    "group,kind,neighbourhood,contact name,mobile,email,frequency,agreed with,agreed on,last contact\r\n"
    "Elm Green WI,Older people's group,Elm Green,Asha Merrow,07700 900123,asha@wi.example,monthly,the chair,01/11/2026,20/10/2026\r\n"
    '"Café, the",,Ashford Central,,,,,,,\r\n'
    "Elm Green WI,,Elm Green,Basil Thorne,,,,,,03/11/2026\r\n"
    "Ashford Stroke Club,,Ashford Central,Jo Marsh,,jo@stroke.example,,,,\r\n"
)


def take(diary: DiaryUnderTest, town: Town, text: str = FILE, who: str = "sergeant", **kwargs) -> service.Applied:
    with diary.work() as session:
        actor = diary.actor(getattr(town, who))
        return service.apply(session, actor, open_sheet(text.encode()), file_name="groups.csv", now=diary.now, **kwargs)


def count(diary: DiaryUnderTest, what) -> int:
    with diary.work() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_file_makes_groups_contacts_agreements_and_last_contacts(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        there = make_group(session, town).id
    assert take(diary, town) == service.Applied(made=2, changed=1)
    with diary.work() as session:
        wi = session.scalars(select(Group).where(Group.name == "Elm Green WI")).one()
        assert (wi.last_two_way_on, wi.next_due_on, wi.assumed) == (date(2026, 11, 3), date(2026, 12, 3), False)
        cafe = session.scalars(select(Group).where(Group.name == "Café, the")).one()
        assert (cafe.assumed, cafe.kind, cafe.frequency_words) == (True, "other", "Quarterly")
        assert cafe.next_due_on is not None
        assert date(2026, 11, 25) <= cafe.next_due_on <= date(2027, 2, 24)
        entry = session.scalars(select(Engagement)).one()
        assert (entry.before_the_diary, entry.happened_on, entry.recorded_by_id) == (True, date(2026, 11, 3), town.sergeant.officer_id)
        assert [c.name for c in session.scalars(select(Contact).where(Contact.group_id == there))] == ["Jo Marsh"]
        assert drifted(session, [wi.id, cafe.id, there], today=diary.now.date()) == []
    diary.clock.at = diary.now + timedelta(days=40)
    board = words(diary.client(town.sergeant).get("/overdue"))
    assert "31 over, monthly 3 Nov 2026 Ask" in board, "a day alone: nobody is known to have been there"


def test_the_same_file_twice_changes_nothing_nor_does_it_line_by_line(diary: DiaryUnderTest, town: Town) -> None:
    take(diary, town)
    before = [count(diary, table) for table in (Group, Contact, ContactAgreement, Engagement, ImportBatch)]
    assert take(diary, town).again
    assert take(diary, town, FILE + "\r\n,,,\r\n").again
    assert take(diary, town, FILE.replace("Basil Thorne", "BASIL  THORNE")) == service.Applied(made=0, changed=0)
    assert [count(diary, table) for table in (Group, Contact, ContactAgreement, Engagement, ImportBatch)] == before


def test_one_wrong_row_and_nothing_is_taken(diary: DiaryUnderTest, town: Town) -> None:
    with pytest.raises(Refused, match="nothing was taken in"):
        take(diary, town, FILE + "New club,Gang,Elm Green,,,,,,,31/02/2026\r\n")
    assert count(diary, Group) == count(diary, ImportBatch) == 0


def test_an_agreement_takes_the_place_of_an_assumed_one_and_of_no_other(diary: DiaryUnderTest, town: Town) -> None:
    take(diary, town, "group,neighbourhood\nWI,Elm Green\n")
    agreed = "group,neighbourhood,frequency,agreed with,agreed on\nWI,Elm Green,{},chair,01/11/2026\n"
    assert take(diary, town, agreed.format("monthly")).changed == 1
    assert take(diary, town, agreed.format("weekly")) == service.Applied(made=0, changed=0)
    with diary.work() as session:
        rows = session.scalars(select(ContactAgreement).order_by(ContactAgreement.id)).all()
        assert [(r.frequency, r.starts_on, r.ends_on) for r in rows] == [
            ("quarterly", date(2026, 11, 24), date(2026, 11, 23)),
            ("monthly", date(2026, 11, 24), None),
        ]


def test_an_ended_contact_is_not_made_again_and_a_blank_one_is_filled_in(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group, "Asha Merrow", ended_on=date(2026, 1, 1))
        make_contact(session, group, "Basil Thorne", email="", channels=["mobile"])
    rows = "group,neighbourhood,contact name,email\nAshford Stroke Club,Ashford Central,{},x@y.example\n"
    take(diary, town, rows.format("Asha Merrow"))
    take(diary, town, rows.format("Basil Thorne"))
    with diary.work() as session:
        found = session.scalars(select(Contact).order_by(Contact.id)).all()
        assert [(c.name, c.email, c.channels) for c in found] == [
            ("Asha Merrow", "asha.merrow@parish.example", ["mobile", "email"]),
            ("Basil Thorne", "x@y.example", ["mobile", "email"]),
        ]


def test_a_plan_that_is_not_the_one_looked_at_is_shown_again(diary: DiaryUnderTest, town: Town) -> None:
    with pytest.raises(Refused, match="look at the plan again"):
        take(diary, town, mark="another")


def test_an_administrator_imports_and_the_command_acts_in_their_name(diary: DiaryUnderTest, town: Town, tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_bytes(FILE.encode("cp1252"))
    with diary.work() as session:
        actor = service.actor_of_the_command(session, now=diary.now)
        assert actor.name == "Pat Quill"
        assert service.apply(session, actor, service.open_file(path), file_name=str(path), now=diary.now).made == 3
    with pytest.raises(Refused, match="cannot be read"):
        service.open_file(tmp_path / "none.csv")


def test_four_hundred_rows_are_taken_in_by_few_statements_and_do_not_fall_due_together(diary: DiaryUnderTest, town: Town) -> None:
    text = "group,neighbourhood,contact name,frequency,last contact\n"
    text += "".join(f"Club {n},Elm Green,Person {n},monthly,01/01/2026\n" for n in range(400))
    rows, actor = open_sheet(text.encode()), diary.actor(town.sergeant)
    with diary.work() as session, statements() as asked:
        assert service.apply(session, actor, rows, file_name="x", now=diary.now).made == 400
    assert len([s for s in asked if not s.startswith("INSERT")]) < 40
    with diary.work() as session:
        per_day = session.execute(select(Group.next_due_on, func.count()).group_by(Group.next_due_on)).all()
        assert len(per_day) >= 25
        assert all(day and diary.now.date() < day <= diary.now.date() + timedelta(days=31) for day, _ in per_day)


def excel() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Group", "Neighbourhood", "Last contacted", "Phone"])
    sheet.append(["Elm Green WI", "Elm Green", date(2026, 11, 3), "01632 960123"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("name", "content"), [("groups.csv", FILE.encode()), ("groups.xlsx", excel())])
def test_the_page_shows_the_plan_and_then_does_it(diary: DiaryUnderTest, town: Town, name: str, content: bytes) -> None:
    client = diary.client(town.sergeant)
    opened = client.get("/groups/import")
    looked = send_file(client, opened, name, content)
    assert looked.status_code == 200
    said = words(looked)
    assert "Elm Green WI" in said
    assert "nobody agreed: assumed, and spread over its first interval" in said
    assert count(diary, Group) == 0
    taken = client.send(looked, action="/take")
    assert taken.status_code == 303
    assert count(diary, Group) == (3 if name.endswith("csv") else 1)
    again = send_file(client, client.get("/groups/import"), name, content)
    assert "This file was taken in on Tue 24 Nov: there is nothing to do." in words(again)
    assert client.send(looked, action="/take").status_code == 303
    assert count(diary, Group) == (3 if name.endswith("csv") else 1)


def send_file(client, opened, name: str, content: bytes, **values: str):
    token = opened.get_data(as_text=True).split('name="csrf_token" type="hidden" value="')[-1].split('"')[0]
    data = {"csrf_token": token, "usual": "", "file": (io.BytesIO(content), name)} | values
    return client.post("/groups/import", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose a file"),
        (b"\x00\x01\x02", "That is neither a CSV nor an Excel file"),
        (b"PK\x03\x04nothing", "That Excel file cannot be read"),
        (b"who,when\nme,now\n", "No column is called"),
        (b"group\n" + b"x" * 300_000, "a cell is too long"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_its_field(diary: DiaryUnderTest, town: Town, content: bytes, sentence: str) -> None:
    client = diary.client(town.sergeant)
    answer = send_file(client, client.get("/groups/import"), "f.csv", content)
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_wrong_rows_are_listed_in_plain_words_and_nothing_can_be_taken(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.sergeant)
    bad = b"group,neighbourhood,frequency,last contact\n<b>WI</b>,Atlantis,every 10000 months,31/02/2026\n"
    answer = send_file(client, client.get("/groups/import"), "f.csv", bad)
    said = words(answer)
    assert "Row 2, neighbourhood: There is no neighbourhood called “Atlantis”" in said
    assert "Row 2, frequency: Number of months must be from 1 to 120" in said
    assert "Row 2, last contact: February 2026 has days 1 to 28" in said
    assert "/groups/import/take" not in answer.get_data(as_text=True)
    unreachable = b"group,neighbourhood,contact name,telephone,mobile,email\nWI,Elm Green,Asha,12,34,nobody\n"
    said = words(send_file(client, client.get("/groups/import"), "f.csv", unreachable))
    assert all(f"Row 2, {column}:" in said for column in ("telephone", "mobile", "email")) and "3 things need mending" in said, said


def test_the_layout_is_downloaded_and_taken_in_as_it_is(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.sergeant)
    layout = client.get("/groups/import/layout.csv").get_data()
    looked = send_file(client, client.get("/groups/import"), "layout.csv", layout)
    assert "1 group would be made" in words(looked)
    assert client.send(looked, action="/take").status_code == 303


def test_the_messiest_open_list_of_contacts_is_taken_in(diary: DiaryUnderTest, town: Town) -> None:
    content = (Path(__file__).parent / "files" / "food_banks.csv").read_bytes()
    with diary.work() as session:
        found = service.preview(session, diary.actor(town.sergeant), open_sheet(content), usual=town.neighbourhood_id, now=diary.now)
    assert found.errors == []
    assert len(found.makes) >= 40
    assert sum(1 for made in found.makes for c in made.contacts if c.email) >= 15
    assert sum(1 for made in found.makes for c in made.contacts if c.telephone) >= 10
    assert {"Referral method", "Opening times"} <= set(found.left_out)


def test_only_who_may_import_sees_the_page(diary: DiaryUnderTest, town: Town) -> None:
    assert diary.client(town.pcso).get("/groups/import").status_code == 404
    for who, before in ((town.administrator, "/admin"), (town.sergeant, "/groups")):
        client = diary.client(who)
        opened = client.get("/groups/import")
        assert f'<a class="govuk-back-link" href="{before}">' in opened.get_data(as_text=True)
        assert client.get(before).status_code == 200, "and it leads somewhere"
