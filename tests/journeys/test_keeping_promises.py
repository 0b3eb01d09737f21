"""Are we keeping our promises? A sergeant opens a figure to its rows, on a laptop and on a phone; an analyst sees totals, the small ones kept back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.measures.diary import Chance

pytestmark = pytest.mark.journey


@pytest.fixture
def full(diary: DiaryUnderTest, town: Town) -> Town:
    """A town with seven months of chance behind it."""
    with diary.work() as session:
        Chance(session, town, 11).fill()
    return town


@pytest.mark.parametrize(
    ("size", "javascript"), [(DESK, True), (PHONE, True), (DESK, False)], ids=["desk", "phone", "desk without JavaScript"]
)
def test_a_sergeant_opens_a_figure_to_its_rows(full: Town, browse: Browse, size: dict[str, int], javascript: bool) -> None:
    window = browse(full.sergeant, size, javascript=javascript)
    window.goto("/")
    window.get_by_role("link", name="Measures", exact=True).and_(window.locator(":visible")).first.click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Are we keeping our promises?")
    expect(window.get_by_role("heading", name="Contacts on time", exact=True)).to_be_visible()
    expect(window.get_by_role("img", name="Contacts on time, in percent")).to_be_visible()
    if javascript:
        check_reach(window)

    late = window.get_by_role("link", name=re.compile(r"^\d+ late\s*, Contacts on time")).first
    number = re.match(r"\d+", late.inner_text())
    assert number is not None
    late.click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Contacts late, frequency agreed")
    expect(window.get_by_text(f"1 to {number[0]} of {number[0]}")).to_be_visible()
    if javascript:
        check_reach(window)
    window.get_by_role("link", name="Measures", exact=True).and_(window.locator(".govuk-back-link")).click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Are we keeping our promises?")

    choose = window.get_by_text("Another period", exact=True)
    if not window.get_by_role("combobox", name="Period").is_visible():
        choose.click()
    window.get_by_role("combobox", name="Period").select_option("own")
    window.get_by_role("textbox", name="From for days").fill("31/2/2026")
    window.get_by_role("textbox", name="To for days").fill("1/10/2026")
    window.get_by_role("button", name="Show").click()
    expect(window.get_by_role("alert").filter(has_text="February 2026 has days 1 to 28")).to_be_visible()
    expect(window.get_by_role("textbox", name="From for days")).to_have_value("31/2/2026")
    if javascript:
        check_reach(window)
    window.get_by_role("textbox", name="From for days").fill("1/7/2026")
    window.get_by_role("button", name="Show").click()
    expect(window.get_by_text("Ashford, 1 Jul 2026 to 1 Oct 2026")).to_be_visible()
    window.get_by_role("link", name="Sam Okoro").click()
    expect(window.get_by_text("Sam Okoro, 1 Jul 2026 to 1 Oct 2026")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_an_analyst_sees_totals_with_the_small_ones_kept_back(full: Town, browse: Browse, size: dict[str, int]) -> None:
    window = browse(full.analyst, size)
    window.goto("/")
    expect(window.get_by_role("heading", level=1)).to_have_text("Are we keeping our promises?")
    expect(window.get_by_text("Totals only")).to_be_visible()
    expect(window.get_by_role("cell", name="not shown").first).to_be_visible()
    expect(window.locator("a[href^='/measures/rows']")).to_have_count(0)
    check_reach(window)
    window.get_by_text("Another period or place").click() if size is PHONE else None
    window.get_by_role("combobox", name="Whose").select_option("Team Ashford")
    window.get_by_role("button", name="Show").click()
    expect(window.get_by_text("Ashford, July to September 2026")).to_be_visible()
    check_reach(window)
