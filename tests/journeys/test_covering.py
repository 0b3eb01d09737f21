"""Off for four days: the sergeant finds cover in the team beside, what is due goes there and comes back, and coming back one hears of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from engagement.people.models import DutyPattern
from tests.builders import LONG_AGO, Town, keep, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.overdue.makers import TODAY

pytestmark = pytest.mark.journey

DAY = timedelta(days=1)
ADDRESS = re.compile(r"/calendar/[\w-]{40,}\.ics$")


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    """Sam works six days and has four off, the first of them today; a group of theirs is nine days over."""
    starts = TODAY - 36 * DAY
    with diary.work() as session:
        keep(
            session,
            DutyPattern(
                force_id=town.force_id, officer_id=town.pcso.officer_id, starts_on=starts, anchor=starts.toordinal(),
                turns="aaaaaa----", length=10, hours=[["14:00", "22:00"]], recorded_at=diary.now,
            ),
        )  # fmt: skip
        due = TODAY - 9 * DAY
        return make_group(
            session, town, "Ashford Youth Club", level="involve", last_two_way_on=LONG_AGO, next_due_on=due, longest_on=due + 20 * DAY
        ).id


@pytest.mark.parametrize(
    ("desk", "javascript"), [(DESK, True), (PHONE, True), (DESK, False)], ids=["laptop", "phone", "laptop without JavaScript"]
)
def test_what_is_due_goes_to_the_cover_and_comes_back(
    club: int, diary: DiaryUnderTest, town: Town, browse: Browse, desk: dict[str, int], javascript: bool
) -> None:
    sergeant = browse(town.sergeant, desk, javascript=javascript)
    sergeant.goto("/duty")
    expect(sergeant.locator("main")).to_contain_text("off, back Sat 28 Nov, no cover")
    look(sergeant, javascript)
    sergeant.get_by_role("link", name=re.compile("Cover.*Sam Okoro")).click()
    expect(sergeant.get_by_role("heading", level=1)).to_have_text("Sam Okoro: rest days and leave")
    sergeant.get_by_label("Who covers?").select_option("Robin Vale, Brookley")
    look(sergeant, javascript)
    sergeant.get_by_role("button", name="Set cover").click()
    expect(sergeant.get_by_role("status").filter(has_text="Covered. They see it on their shift.")).to_be_visible()
    expect(sergeant.locator("main")).to_contain_text("Robin Vale covers")
    look(sergeant, javascript)

    robin = browse(town.other_pcso, PHONE, javascript=javascript)
    robin.goto("/")
    expect(robin.locator("main")).to_contain_text("Sam Okoro, until Fri 27 Nov")
    look(robin, javascript)
    robin.get_by_role("link", name="Ashford Youth Club", exact=True).first.click()
    expect(robin.get_by_role("heading", level=1)).to_have_text("Ashford Youth Club")
    put(diary, town.other_pcso, visit([club], diary.now))

    sergeant.get_by_role("button", name=re.compile("End it now")).click()
    expect(sergeant.get_by_role("status").filter(has_text="The cover has ended, and the access that came with it.")).to_be_visible()
    robin.goto(f"/groups/{club}")
    expect(robin.get_by_role("heading", level=1)).not_to_have_text("Ashford Youth Club")

    diary.clock.move(4 * DAY)
    sam = browse(town.pcso, PHONE, javascript=javascript)
    sam.goto("/")
    expect(sam.locator("main")).to_contain_text("Sat late, 14:00-22:00")
    sam.get_by_role("link", name=re.compile("Since you were last on, Mon 23 Nov: 1 thing")).click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("Since you were last on")
    expect(sam.locator("main")).to_contain_text("Robin Vale logged: visit")
    look(sam, javascript)
    sam.get_by_role("link", name="What I am told, and when").click()
    expect(sam.get_by_role("heading", level=1)).to_have_text("What I am told, and when")
    look(sam, javascript)
    sam.get_by_role("button", name="Make the address").click()
    expect(sam.get_by_label("The address of your calendar")).to_have_value(ADDRESS)
    look(sam, javascript)


def look(page: Page, javascript: bool) -> None:
    """The page can be used by everybody; axe itself needs JavaScript."""
    if javascript:
        check_reach(page)
    else:
        expect(page.locator("h1")).to_have_count(1)
