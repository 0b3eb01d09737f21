"""The sergeant's Monday in a browser: the clock first, then the board singly and several at once, on a desk, a phone, and without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.builders import Town
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.journeys.engines import on_paper
from tests.overdue.makers import late_ids

pytestmark = pytest.mark.journey

NAMES = ("Ashford Stroke Club", "Bowls Club", "Chess Club", "Drama Circle")


def unseen(_window: Page) -> None:
    """In place of `check_reach` where axe cannot look: it is JavaScript itself."""


@pytest.mark.parametrize(
    ("size", "javascript"), [(DESK, True), (PHONE, True), (DESK, False)], ids=["desk", "phone", "desk without JavaScript"]
)
def test_the_board_is_cleared(diary: DiaryUnderTest, town: Town, browse: Browse, size: dict[str, int], javascript: bool) -> None:
    late_ids(diary, town, *NAMES)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        make_concern(
            session, actor, diary.now, title="Parking", raised_at=diary.now - timedelta(hours=70), neighbourhood_id=town.neighbourhood_id
        )
    window = browse(town.sergeant, size, javascript=javascript)
    reach = check_reach if javascript else unseen
    window.goto("/")
    window.get_by_role("link", name="The board: 4 overdue").click()
    expect(window.get_by_role("region", name="Now")).to_contain_text("70 h gone")
    reach(window)

    window.get_by_role("button", name="Ask, Ashford Stroke Club").click()
    expect(window.get_by_role("button", name="Ask Sam Okoro")).to_be_visible()
    reach(window)
    window.get_by_role("button", name="Ask Sam Okoro").click()
    expect(window.get_by_role("status").filter(has_text="Ashford Stroke Club: Asked Sam Okoro")).to_be_visible()
    window.get_by_role("button", name="Give, Bowls Club").click()
    expect(window.get_by_role("button", name="Jo Penrose")).to_be_visible()
    reach(window)
    window.get_by_role("button", name="Jo Penrose").click()
    expect(window.get_by_role("link", name="2 to decide")).to_be_visible()

    window.get_by_role("checkbox", name="Choose Chess Club").check()
    window.get_by_role("checkbox", name="Choose Drama Circle").check()
    window.get_by_role("button", name="Pause, why").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Pause: 2 groups")
    window.get_by_label("Until").fill("31/02/2027")
    window.get_by_role("button", name="Pause", exact=True).click()
    expect(window.get_by_role("alert").filter(has_text="February 2027 has days 1 to 28")).to_be_visible()
    expect(window.get_by_label("Until")).to_have_value("31/02/2027")
    reach(window)
    window.get_by_label("Until").fill("1/12/2026")
    window.get_by_role("button", name="Closed for the season").click()
    expect(window.get_by_role("link", name="0 to decide")).to_be_visible()
    reach(window)
    window.get_by_role("button", name="Take back", exact=True).first.click()
    expect(window.get_by_role("link", name="2 to decide")).to_be_visible()

    window.get_by_role("region", name="Now").get_by_role("link", name="Answer").click()
    expect(window.get_by_role("radio", name="Face to face")).to_be_visible()
    reach(window)


def test_on_paper_it_holds_every_row_and_no_button(diary: DiaryUnderTest, town: Town, browse: Browse) -> None:
    late_ids(diary, town, *NAMES)
    window = browse(town.sergeant, DESK)
    window.goto("/overdue")
    window.get_by_role("link", name="Print").click()
    expect(window.get_by_role("link", name="Back to the board")).to_be_visible()
    check_reach(window)
    on_paper(window)
    for name in NAMES:
        expect(window.get_by_role("rowheader", name=name)).to_be_visible()
    expect(window.get_by_role("button")).to_have_count(0)
    with window.expect_download() as taken:
        window.emulate_media(media="screen")
        window.goto("/overdue")
        window.get_by_role("link", name="Spreadsheet").click()
    assert taken.value.suggested_filename == "overdue-2026-11-24-OFFICIAL.csv"
