"""The whole board: every number opened, concerns of nobody given away in bulk, the inspector asking why, a dip-sample read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engagement.dip_sample.jobs import draw_dip_samples
from tests.board.test_counting import one_of_each
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.overdue.makers import late_ids

pytestmark = pytest.mark.journey

COUNTS = (
    ("clock", "Answers running out", "Parking"),
    ("to tell", "Outcomes to tell", "Bins"),
    ("promise or action late", "Promises and actions past their day", "Bring the kit"),
    ("without an owner", "Concerns without an owner", "Lights"),
    ("to approve", "To approve, to sign, to accept", "Ashford Central, October 2026"),
    ("priority not told of", "Priorities nobody was told of for three months", "Speeding"),
    ("phone with entries unsent", "Entries left unsent on a phone for a week", "Sam Okoro"),
    ("dormant", "Dormant groups", "Old Boys"),
)


@pytest.fixture
def desk(diary: DiaryUnderTest, town: Town) -> None:
    """One of each thing that waits, a group left for forty days, and two visits of last month."""
    with diary.work() as session:
        group = make_group(session, town, "Allotments").id
    diary.clock.move(-timedelta(days=40))
    for n in range(2):
        put(diary, town.pcso, visit([group], diary.now - timedelta(hours=n), summary=f"Visit {n}"))
    diary.clock.move(timedelta(days=40))
    one_of_each(diary, town, town.pcso)
    late_ids(diary, town, "Bowls Club", days=40)
    with diary.app.app_context():
        draw_dip_samples(diary.now)


def look(page: Page, javascript: bool) -> None:
    """The page can be used by everybody; axe itself needs JavaScript."""
    if javascript:
        check_reach(page)
    else:
        page.wait_for_load_state("load")
        expect(page.locator("h1")).to_have_count(1)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "javascript"), [(DESK, True), (PHONE, False)], ids=["desk", "phone without JavaScript"])
def test_every_count_opens_its_rows_and_what_waits_is_dealt_with(
    desk: None, town: Town, browse: Browse, size: dict[str, int], javascript: bool
) -> None:
    page = browse(town.sergeant, size, javascript=javascript)
    main, counts = page.locator("main"), page.get_by_role("navigation", name="Counts")
    page.goto("/overdue")
    for words, heading, row in COUNTS:
        counts.get_by_role("link", name=f"1 {words}", exact=True).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        expect(main.get_by_role("link", name=row, exact=True).first).to_be_visible()
        page.wait_for_load_state("load")
    look(page, javascript)

    counts.get_by_role("link", name="1 without an owner").click()
    page.get_by_label("Choose Lights").check()
    page.get_by_role("button", name="Give to", exact=True).click()
    expect(page.get_by_role("heading", name="Give to: Lights")).to_be_visible()
    look(page, javascript)
    page.get_by_label("Why").fill("On your patch")
    page.get_by_role("button", name="Jo Penrose", exact=True).click()
    expect(main).to_contain_text("Every open concern has an owner.")

    counts.get_by_role("link", name="1 promise or action late").click()
    page.get_by_role("button", name="Move, Bring the kit").click()
    expect(page.get_by_role("heading", name="Move to another day: Bring the kit")).to_be_visible()
    page.get_by_label("Why").fill("The kit is lent out")
    page.get_by_label("The new day").fill("4 12 2026")
    page.get_by_role("button", name="Move to that day").click()
    expect(main).to_contain_text("Say that they were told the new date")
    look(page, javascript)
    page.get_by_label("They were told the new date").check()
    page.get_by_role("button", name="Move to that day").click()
    expect(main).to_contain_text("Nothing promised is late.")

    page.get_by_role("link", name="Dip-samples").click()
    page.get_by_role("link", name="October 2026").click()
    expect(page.get_by_role("heading", name="Dip-sample, Ashford, October 2026")).to_be_visible()
    look(page, javascript)
    page.get_by_role("button", name="Read, nothing to say").first.click()
    expect(main).to_contain_text("Read: 1 of 2.")
    page.wait_for_load_state("load")


@pytest.mark.parametrize(("size", "javascript"), [(DESK, False), (PHONE, True)], ids=["desk without JavaScript", "phone"])
def test_the_inspector_asks_about_what_was_left_and_the_sergeant_decides(
    desk: None, town: Town, browse: Browse, size: dict[str, int], javascript: bool
) -> None:
    page = browse(town.inspector, size, javascript=javascript)
    main = page.locator("main")
    page.goto("/overdue?show=escalated")
    expect(main).to_contain_text("Nothing was decided since it was due.")
    look(page, javascript)
    page.get_by_role("button", name="Ask why, Bowls Club").click()
    expect(page.get_by_role("heading", name="Ask why: Bowls Club")).to_be_visible()
    look(page, javascript)
    page.get_by_label("What you want to say").fill("Who will see them?")
    page.get_by_role("button", name="Ask the sergeant").click()
    expect(main).to_contain_text("Inspector asks why, by Fri 27: Who will see them?")

    page.wait_for_load_state("load")
    page.context.close()
    page = browse(town.sergeant, size, javascript=javascript)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("From the inspector: why was nothing decided, please, by Fri 27 Nov. Who will see them?")
    page.goto("/overdue?show=decide")
    page.get_by_role("button", name="Book, Bowls Club").click()
    expect(page.get_by_role("heading", name="Book by: Bowls Club")).to_be_visible()
    page.get_by_role("button", name="Fri 27").first.click()
    expect(page.locator("main")).to_contain_text("Book by Fri 27")
    page.wait_for_load_state("load")
