"""Logging in a real browser at 320 px: the repeat visit in three taps and a line, the parish meeting, the double press."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from engagement.concerns.models import Concern
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement
from engagement.engagements.service import PlanDraft, Promised, RaisedConcern, plan
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach

pytestmark = pytest.mark.journey


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    """A group that is overdue, with a contact, and owed an answer; the council beside it."""
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        make_group(session, town, "Ashford Town Council", kind="council")
        club = group.id
    old = diary.now - timedelta(days=50)
    put(diary, town.pcso, visit([club], old, concerns=(RaisedConcern(title="Speeding on Links Road"),), promises=(Promised(what="Kits"),)))
    return club


def engagements(diary: DiaryUnderTest) -> int:
    with diary.work() as session:
        return session.scalar(select(func.count()).select_from(Engagement)) or 0


def test_a_repeat_visit_is_three_taps_and_a_line(diary: DiaryUnderTest, town: Town, browse: Browse, club: int) -> None:
    window = browse(town.pcso, PHONE)
    window.goto("/")
    check_reach(window)
    window.get_by_role("link", name="Log Ashford Stroke Club").click()
    window.get_by_label("Visit", exact=True).check()
    window.get_by_label("What happened, in a line").fill("Talked about the fair")
    check_reach(window)
    window.get_by_role("button", name="Save").dblclick()  # gloves
    expect(window.get_by_role("heading", name="On the record")).to_be_visible()
    expect(window.get_by_text("next contact due Thu 24 Dec")).to_be_visible()
    check_reach(window)
    assert engagements(diary) == 2


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_parish_meeting(diary: DiaryUnderTest, town: Town, browse: Browse, club: int, size: dict[str, int]) -> None:
    window = browse(town.pcso, size)
    window.goto("/engagements/new")
    name = window.get_by_role("combobox", name="Who with?")
    name.press_sequentially("stroke")
    expect(window.get_by_role("option").first).to_have_text("Ashford Stroke Club, Ashford Central")
    name.press("ArrowDown")
    name.press("Enter")
    expect(window.get_by_label("Ashford Stroke Club", exact=True)).to_be_checked()
    expect(window.get_by_label("Speeding on Links Road: what we will do")).to_be_visible()
    window.get_by_label("Their meeting").check()
    window.get_by_label("What happened, in a line").fill("Parish meeting, mostly traffic")
    window.get_by_label("Speeding on Links Road: what we will do").check()
    titles = ["Parking outside the chemist", "Litter by the pond", "Youths in the shelter", "Dog fouling", "Graffiti", "Bogus callers"]
    for number, title in enumerate([*titles, "Fireworks after eleven", "No street light in Mill Lane"], start=1):
        line = window.get_by_role("textbox", name=f"Concern {number}", exact=True)
        line.fill(title)
        line.press("Enter")
    expect(window.get_by_role("textbox", name="Concern 9", exact=True)).to_be_focused()
    window.locator("#concern-1-tap-council").check()
    expect(window.locator("p", has_text="Litter and fly-tipping")).to_be_visible()
    check_reach(window)
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", name="On the record")).to_be_visible()
    for title in titles:
        expect(window.get_by_role("link", name=title)).to_be_visible()
    check_reach(window)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Concern)) == 9
    window.get_by_role("link", name="Graffiti").click()
    expect(window.get_by_text("Told that we have it")).to_be_visible()
    check_reach(window)
    if size is PHONE:  # where the box is a page of its own
        window.get_by_role("link", name="Search", exact=True).click()
        expect(window.get_by_role("heading", level=1)).to_have_text("Search")
    box = window.get_by_role("searchbox", name="Words to look for" if size is PHONE else "Search the diary")
    box.fill("pond lit")
    box.press("Enter")
    expect(window.locator("mark")).to_have_text(["Litter", "pond"])
    check_reach(window)
    window.get_by_role("link", name="Litter by the pond").click()
    expect(window.get_by_role("heading", level=1)).to_have_text("Litter by the pond")


def test_the_parish_meeting_without_javascript(diary: DiaryUnderTest, town: Town, browse: Browse, club: int) -> None:
    window = browse(town.pcso, PHONE, javascript=False)
    window.goto(f"/engagements/new?group={club}&kind=their_meeting")
    window.get_by_role("button", name="More lines").click()
    window.get_by_label("What happened, in a line").fill("Parish meeting, mostly traffic")
    for number in range(1, 9):
        window.get_by_role("textbox", name=f"Concern {number}", exact=True).fill(f"Matter {number} of the meeting")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", name="On the record")).to_be_visible()
    expect(window.get_by_role("link", name="Matter")).to_have_count(8)


def test_without_javascript(diary: DiaryUnderTest, town: Town, browse: Browse, club: int) -> None:
    window = browse(town.pcso, PHONE, javascript=False)
    window.goto("/engagements/new")
    window.get_by_label("Who with?").fill("stroke")
    window.get_by_label("Phone", exact=True).check()
    window.get_by_label("What happened, in a line").fill("Rang the clerk")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", name="There is a problem")).to_be_visible()
    window.get_by_label("Ashford Stroke Club, Ashford Central").check()
    expect(window.get_by_label("What happened, in a line")).to_have_value("Rang the clerk")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("heading", name="On the record")).to_be_visible()
    window.get_by_role("button", name="Take it back").click()
    expect(window.get_by_role("heading", name="My entries")).to_be_visible()
    assert engagements(diary) == 2


def pages_with_ids(diary: DiaryUnderTest, town: Town, club: int) -> list[str]:
    """Every page of one entry, in each of its states."""
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        booked = plan(
            session, actor, PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=diary.now, group_ids=(club,)), now=diary.now
        ).engagement_id
        first = session.scalar(select(func.min(Engagement.id)))
    return [
        f"/engagements/{first}", f"/engagements/{first}/correct", f"/engagements/{first}/saved", f"/engagements/{booked}",
        f"/engagements/{booked}/happened", f"/engagements/new?planned={booked}", f"/engagements/book?group={club}", "/?patch=1",
    ]  # fmt: skip


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_everybody_can_use_the_pages_of_an_entry(
    diary: DiaryUnderTest, town: Town, browse: Browse, club: int, size: dict[str, int]
) -> None:
    window: Page = browse(town.pcso, size)
    for address in pages_with_ids(diary, town, club):
        window.goto(address)
        check_reach(window)
