"""The sergeant's Monday: a clock running out while its owner is off, six groups overdue, and every one decided about, tap by tap."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engagement.people.models import Absence
from tests.builders import Town, keep
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.overdue.makers import TODAY, late_ids

pytestmark = pytest.mark.journey

GROUPS = ("Allotments", "Bowls Club", "Chess Club", "Dance Class", "Elm Green Scouts", "Food Bank")


class Taps:
    """Counts what is tapped on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, name: str, *, row: str | None = None) -> None:
        """Taps a button or link by its name, in a row where one is named, and waits for the page it leads to."""
        where = self.page.get_by_role("row").filter(has_text=row) if row else self.page.locator("main")
        with self.page.expect_navigation():
            where.locator("button:visible, a:visible").filter(has_text=name).first.click()
        self.count += 1

    def choose(self, group: str) -> None:
        """Ticks a row's box."""
        self.page.get_by_label(f"Choose {group}").check()
        self.count += 1


@pytest.fixture
def monday(diary: DiaryUnderTest, town: Town) -> None:
    """Six groups overdue; Sam is off for a week with an answer owed for 70 hours."""
    late_ids(diary, town, *GROUPS)
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        make_concern(
            session, actor, diary.now, title="Parking, Church Road", category="parking",
            raised_at=diary.now - timedelta(hours=70), neighbourhood_id=town.neighbourhood_id,
        )  # fmt: skip
        off = Absence(force_id=town.force_id, officer_id=town.pcso.officer_id, starts_on=TODAY, ends_on=TODAY + timedelta(days=7))
        keep(session, off)


@pytest.mark.parametrize(
    ("size", "javascript", "dark"),
    [(DESK, True, False), (DESK, False, False), (PHONE, True, True), (PHONE, False, False)],
    ids=["desk", "desk without JavaScript", "phone in the dark", "phone without JavaScript"],
)
def test_a_sergeants_monday(monday: None, town: Town, browse: Browse, size: dict[str, int], javascript: bool, dark: bool) -> None:
    page = browse(town.sergeant, size, javascript=javascript, dark=dark)
    taps = Taps(page)
    page.goto("/overdue")
    look(page, javascript)
    expect(page.locator("main")).to_contain_text("6 to decide")
    expect(page.locator(".diary-now")).to_contain_text("70 h gone, Sam off, back Wed 2 Dec, no cover")

    taps.press("Cover for Sam")
    look(page, javascript)
    taps.press("Jo Penrose")
    expect(page.locator(".diary-now")).to_contain_text("Jo Penrose covers")
    assert taps.count == 2

    for kind, answer in (("Ask", "Ask Sam Okoro"), ("Give", "Jo Penrose"), ("Pause", "They asked us to wait")):
        before = taps.count
        taps.press(kind, row=GROUPS[("Ask", "Give", "Pause").index(kind)])
        look(page, javascript)
        taps.press(answer)
        assert taps.count == before + 2
    expect(page.locator(".diary-notice--saved")).to_contain_text("Chess Club: Paused until Thu 24 Dec")
    expect(page.locator("main")).to_contain_text("3 to decide")

    for group in GROUPS[3:]:
        taps.choose(group)
    if javascript:
        expect(page.locator(".diary-bulk")).to_contain_text("3 chosen")
    taps.press("Book by")
    expect(page.get_by_role("heading", level=1)).to_have_text("Book by: 3 groups")
    taps.press("Fri 27")
    look(page, javascript)
    expect(page.locator("main")).to_contain_text("0 to decide")
    expect(page.locator("main")).to_contain_text("5 decided")
    assert taps.count == 13  # seven decisions, one of them about three groups

    taps.press("Take back")
    expect(page.locator("main")).to_contain_text("3 to decide")


def look(page: Page, javascript: bool) -> None:
    """The page can be used by everybody; axe itself needs JavaScript."""
    if javascript:
        check_reach(page)
    else:
        expect(page.locator("h1")).to_have_count(1)
