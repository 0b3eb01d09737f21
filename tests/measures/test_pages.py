"""The pages of measures: who sees what, figures that open to as many rows as they say, spreadsheets, small counts kept back."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from engagement.audit.models import AuditRow
from engagement.groups.models import Group
from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.measures.diary import Chance
from tests.pages import parse, words

QUARTER = "period=2026-Q3"


@pytest.fixture
def full(diary: DiaryUnderTest, town: Town) -> Town:
    """A town with seven months of chance behind it."""
    with diary.work() as session:
        Chance(session, town, 11).fill()
    return town


def links(page, begins: str) -> list[tuple[str, str]]:
    """The links of a page that begin so: (address, words)."""
    tree = parse(page.get_data(as_text=True))
    return [(href, "".join(a.itertext())) for a in tree.iter("a") if (href := a.get("href") or "").startswith(begins)]


def test_a_sergeant_sees_the_promises_first_and_opens_each_figure_to_its_rows(diary: DiaryUnderTest, full: Town) -> None:
    client = diary.client(full.sergeant)
    page = client.get(f"/measures?{QUARTER}")
    said = words(page)
    assert said.index("Contacts on time") < said.index("Concerns and answers") < said.index("By officer")
    assert "Ashford, July to September 2026" in said
    opened = links(page, "/measures/rows")
    assert len(opened) > 20
    for address, label in opened:
        rows = client.get(address)
        number = re.match(r"\d+", label)
        if number and "figure=reach" not in address and "of" not in label.split(",")[0]:
            assert f"of {number[0]}" in words(rows), (address, label)
        assert "There is nothing behind this figure" not in words(rows)


def test_a_team_or_an_officer_of_somebody_else_is_not_there(diary: DiaryUnderTest, full: Town) -> None:
    sergeant, inspector = diary.client(full.sergeant), diary.client(full.inspector)
    theirs = f"t{full.other_team_id}"
    assert sergeant.get(f"/measures?place={theirs}").status_code == 404
    assert sergeant.get(f"/measures/rows?figure=late&place={theirs}").status_code == 404
    assert sergeant.get("/measures?officer=99999").status_code == 404
    assert sergeant.get("/measures/rows?figure=none-such").status_code == 404
    assert "Brookley, July to September 2026" in words(inspector.get(f"/measures?place={theirs}&{QUARTER}"))
    assert "By team" in words(inspector.get(f"/measures?{QUARTER}"))
    assert "Sam Okoro, July to September 2026" in words(inspector.get(f"/measures?officer={full.pcso.officer_id}&{QUARTER}"))


def test_an_analyst_is_shown_no_name_no_row_and_no_small_count(diary: DiaryUnderTest, full: Town) -> None:
    client = diary.client(full.analyst)
    assert (client.get("/").status_code, client.get("/").location) == (303, "/measures")
    page = client.get(f"/measures?{QUARTER}&officer={full.pcso.officer_id}")
    said = words(page)
    assert "Totals only" in said and "not shown" in said
    assert not links(page, "/measures/rows")
    for person in (full.pcso, full.pcso2, full.sergeant):
        assert person.name not in said
    for address in ("/measures/rows?figure=late", "/measures/rows.csv?figure=late", "/groups", "/concerns", "/overdue"):
        assert client.get(address).status_code == 404
    for table in ("figures", "trend", "ages", "reach", "beside"):
        for place in ("", f"&place=t{full.team_id}", f"&place=a{full.area_id}"):
            lines = client.get(f"/measures.csv?table={table}&{QUARTER}{place}").get_data(as_text=True).splitlines()[1:]
            cells = [cell for line in lines for cell in line.split(",")[1:]]
            assert not {cell for cell in cells if re.fullmatch(r"[1-4]|[1-4] of \d+|\d+ of [1-4]", cell)}, (table, place)


def test_an_analyst_has_whole_quarters_alone(diary: DiaryUnderTest, full: Town) -> None:
    """Days of one's own, or a month beside its quarter, could be taken from one another."""
    client = diary.client(full.analyst)
    for asked in ("period=2026-10", "period=2026", "period=own&from=1/10/2026&to=9/10/2026", "period=2026-Q4", ""):
        assert "July to September 2026" in words(client.get(f"/measures?{asked}"))


def test_what_a_page_shows_an_analyst_of_a_team_adds_up_to_what_it_shows_of_the_force(diary: DiaryUnderTest, full: Town) -> None:
    """Nothing that is kept back of one team can be had by taking the other from the whole."""
    client = diary.client(full.analyst)

    def cells(place: str) -> list[str]:
        text = client.get(f"/measures.csv?table=figures&{QUARTER}{place}").get_data(as_text=True)
        return [line.rsplit(",", 2)[1] for line in text.splitlines()[1:]]

    whole, one, other = cells(""), cells(f"&place=t{full.team_id}"), cells(f"&place=t{full.other_team_id}")
    for total, first, second in zip(whole, one, other, strict=True):
        shown = [cell != "not shown" for cell in (total, first, second)]
        assert sum(shown) != 2 or "days" in total + first + second or "hours" in total + first + second or "–" in (total, first, second)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("period=own&from=&to=", "Enter a date"),
        ("period=own&from=1/10/2027&to=2/10/2027", "Date must be today or in the past"),
        ("period=own&from=9/10/2026&to=1/10/2026", "The last day must not be before the first"),
    ],
)
def test_days_that_are_no_period_are_said_beside_their_field_and_kept(diary: DiaryUnderTest, town: Town, asked: str, sentence: str) -> None:
    page = diary.client(town.sergeant).get(f"/measures?{asked}")
    assert page.status_code == 422
    assert words(page).count(sentence) == 2
    typed = re.search(r"from=([^&]*)", asked)
    assert typed is not None
    assert f'value="{typed[1]}"' in page.get_data(as_text=True)


def test_a_diary_with_nothing_in_it_says_noughts_and_names_every_community(diary: DiaryUnderTest, town: Town) -> None:
    said = words(diary.client(town.sergeant).get("/measures"))
    assert "Contacts on time none" in said
    for community in ("Young people", "Gypsy, Roma and Traveller communities", "Trans people"):
        assert f"{community}no group" in said  # cells have no space between them


def test_a_spreadsheet_of_rows_holds_no_formula_and_nothing_sensitive_and_is_on_record(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        due: dict[str, Any] = {"dormant_on": date(2026, 10, 8)}
        make_group(session, town, "=HYPERLINK(1)", **due)
        make_group(session, town, "Quiet circle", sensitive=True, **due)
    client = diary.client(town.sergeant)
    seen = client.get("/measures/rows?figure=dormant&period=2026-10")
    assert "Quiet circle" in words(seen) and "OFFICIAL-SENSITIVE" in words(seen)
    file = client.get("/measures/rows.csv?figure=dormant&period=2026-10").get_data(as_text=True)
    assert "'=HYPERLINK(1)" in file and "Quiet circle" not in file
    with diary.work() as session:
        noted = session.scalars(select(AuditRow.note).where(AuditRow.operation == "disclosure")).all()
    assert any("spreadsheet of measures: dormant" in note for note in noted)


def test_the_page_asks_as_much_of_a_large_team_as_of_a_small_one(diary: DiaryUnderTest, town: Town) -> None:
    def asked(who, address: str) -> int:
        client = diary.client(who)
        client.get(address)
        with diary.app.app_context(), statements() as sent:
            client.get(address)
        return len(sent)

    pages = [(town.sergeant, f"/measures?{QUARTER}"), (town.inspector, "/measures?period=2026"), (town.analyst, "/measures")]
    before = [asked(*page) for page in pages]
    with diary.work() as session:
        for seed in (12, 13):
            Chance(session, town, seed).fill_groups(f"{seed}-")
        session.execute(update(Group).where(Group.team_id == town.team_id).values(owner_id=town.pcso.officer_id))
        say_so(session)
    after = [asked(*page) for page in pages]
    assert max(after) <= 20, after
    assert all(b <= a + 2 for a, b in zip(before, after, strict=True)), (before, after)
