"""A handover in the browser: the sergeant says who and when, both sign, everything changes hands; on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.handover.makers import holders, make_patch
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach


def tick_and_sign(page: Page, address: str, lines: int) -> None:
    """Ticks every line that may be ticked, and signs."""
    page.goto(address)
    boxes = page.locator("input[name=step]:not([disabled])")
    expect(boxes).to_have_count(lines)
    for box in boxes.all():
        box.check()
    page.locator("button[value=sign]").click()
    expect(page.get_by_role("status").filter(has_text="Signed.")).to_be_visible()


@pytest.mark.parametrize(("size", "javascript", "dark"), [(DESK, True, False), (PHONE, True, True), (PHONE, False, False)])
def test_a_patch_changes_hands(diary: DiaryUnderTest, town: Town, browse: Browse, size: Any, javascript: bool, dark: bool) -> None:
    patch = make_patch(diary, town)
    sergeant = browse(town.sergeant, size, javascript=javascript, dark=dark)

    def look(page: Page) -> None:
        if javascript:  # axe is JavaScript itself
            check_reach(page)

    sergeant.goto("/handover")
    look(sergeant)
    sergeant.get_by_label("Who moves on").select_option(str(town.pcso.officer_id))
    sergeant.get_by_role("button", name="Begin a handover").click()
    expect(sergeant.get_by_role("heading", level=1)).to_have_text("Handover of PCSO Sam Okoro")
    look(sergeant)
    address = sergeant.url
    sergeant.get_by_role("link", name="Who and when").click()
    sergeant.get_by_label("Who takes over").select_option(str(town.pcso2.officer_id))
    sergeant.get_by_label("From").fill("31/02/2027")
    sergeant.get_by_role("button", name="Save").click()
    expect(sergeant.get_by_role("alert").filter(has_text="February 2027 has days 1 to 28")).to_be_visible()
    look(sergeant)
    sergeant.get_by_label("From").fill("24/11/2026")
    sergeant.get_by_role("button", name="Save").click()
    expect(sergeant.get_by_text("0 of 2 have signed")).to_be_visible()
    tick_and_sign(browse(town.pcso, size, javascript=javascript, dark=dark), address, 5)
    tick_and_sign(browse(town.pcso2, size, javascript=javascript, dark=dark), address, 4)
    sergeant.goto(address)
    sergeant.get_by_role("button", name="Hand everything over now").click()
    expect(sergeant.get_by_role("heading", name="What changed hands")).to_be_visible()
    look(sergeant)
    assert set(holders(diary, patch).values()) == {town.pcso2.officer_id}
    sergeant.get_by_role("button", name="Take it back, until").click()
    expect(sergeant.get_by_text("went back to PCSO Sam Okoro").first).to_be_visible()
    assert set(holders(diary, patch).values()) == {town.pcso.officer_id}
