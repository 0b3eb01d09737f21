"""A concern from raising to closing, by thumb at 320 px and by mouse on a desk, with JavaScript and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach

pytestmark = pytest.mark.journey


def unseen(_window: Page) -> None:
    """In place of `check_reach` where axe cannot look: it is JavaScript itself."""


@pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (PHONE, False), (DESK, True)], ids=["phone", "phone without JavaScript", "desk"]
)
def test_what_a_town_council_raised_is_followed_to_its_end(
    diary: DiaryUnderTest, town: Town, browse: Browse, size: dict[str, int], javascript: bool
) -> None:
    with diary.work() as session:
        make_group(session, town, "Ashford Town Council")
    window = browse(town.pcso, size, javascript=javascript)
    reach = check_reach if javascript else unseen

    window.goto("/concerns/new")
    window.get_by_label("What is the matter, in a line").fill("Speeding, Links Rd")
    window.get_by_role("radio", name="A group", exact=True).check()
    window.get_by_label("Name of the group").fill("town council")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("alert").filter(has_text="Choose which group it is")).to_be_visible()
    expect(window.get_by_label("What is the matter, in a line")).to_have_value("Speeding, Links Rd")
    reach(window)
    window.get_by_label("Ashford Town Council, Ashford Central").check()
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Speeding, Links Rd")
    expect(window.get_by_text("Answer owed: 72 h left")).to_be_visible()
    reach(window)

    window.get_by_role("button", name="Answer the raiser").click()
    expect(window.get_by_label("Ashford Town Council")).to_be_checked()
    reach(window)
    window.get_by_role("radio", name="Face to face").check()
    window.get_by_label("In words").fill("We will stand there on Friday")
    window.get_by_role("button", name="Save").click()

    window.get_by_role("button", name="Say what will be done").click()
    expect(window.get_by_label("What was done, or will be")).to_be_visible()
    reach(window)
    window.get_by_label("What was done, or will be").fill("Speed check, ring 07700 900123 first")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", name="Change the words, or say why they should stand")).to_be_visible()
    reach(window)
    window.get_by_label("What was done, or will be").fill("Speed check")
    window.get_by_role("button", name="Save").click()

    window.get_by_role("button", name="Record what was done").click()
    expect(window.get_by_label("Result, as a number")).to_be_visible()
    reach(window)
    window.get_by_label("Result, as a number").fill("3")
    window.get_by_label("Result, in words").fill("of 212 drivers were over 35")
    window.get_by_role("button", name="Save").click()

    window.get_by_role("button", name="Tell the outcome").click()
    window.get_by_role("radio", name="By telephone").check()
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("status").filter(has_text="Closed: everybody who raised it knows.")).to_be_visible()
    expect(window.get_by_role("list", name="The line of its life").get_by_role("listitem").last).to_contain_text("Closed")
    reach(window)
