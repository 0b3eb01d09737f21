"""On the doorstep in a browser: nobody in, two officers at one visit, a group nobody knew, promises that end, what is not for the diary."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from engagement.engagements.models import Engagement, KeptElsewhere
from engagement.engagements.service import Promised
from engagement.groups.models import Group
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach

pytestmark = pytest.mark.journey


def unseen(_window: Page) -> None:
    """In place of `check_reach` where axe cannot look: it is JavaScript itself."""


@pytest.fixture
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        return group.id


def everybody(javascript: bool) -> Callable[[Page], None]:
    """What holds each page to everybody's reach."""
    return check_reach if javascript else unseen


WAYS = pytest.mark.parametrize(
    ("size", "javascript"), [(PHONE, True), (DESK, True), (PHONE, False)], ids=["phone", "desk", "phone without JavaScript"]
)


@WAYS
def test_nobody_in_then_a_call_taken_back_and_put_right(
    diary: DiaryUnderTest, town: Town, browse: Browse, club: int, size: dict[str, int], javascript: bool
) -> None:
    window, reach = browse(town.pcso, size, javascript=javascript), everybody(javascript)
    window.goto(f"/engagements/new?group={club}")
    window.get_by_label("No answer").check()
    window.get_by_label("Visit", exact=True).check()
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("status").filter(has_text="kept, and does not count as contact")).to_be_visible()
    reach(window)
    window.get_by_role("button", name="Take it back").click()
    expect(window.get_by_text("Taken back. It stays to be read, struck out, and does not count.")).to_be_visible()
    reach(window)
    window.goto(f"/engagements/new?group={club}")
    window.get_by_label("Phone", exact=True).check()
    window.get_by_label("What happened, in a line").fill("They rang back about the fare")
    window.get_by_role("button", name="Save").click()
    window.get_by_role("link", name="Read or correct it").click()
    window.get_by_role("link", name="Correct it").click()
    expect(window.get_by_role("button", name="Save the correction")).to_be_visible()
    reach(window)
    window.get_by_label("What happened, in a line").fill("They rang back about the fair")
    window.get_by_role("button", name="Save the correction").click()
    expect(window.get_by_role("heading", name="What it said before")).to_be_visible()
    expect(window.locator(".diary-timeline__item")).to_contain_text("They rang back about the fare")
    expect(window.locator(".diary-timeline__item")).not_to_contain_text("Officers")
    reach(window)


@WAYS
def test_two_officers_at_one_visit_are_one_entry(
    diary: DiaryUnderTest, town: Town, browse: Browse, club: int, size: dict[str, int], javascript: bool
) -> None:
    put(diary, town.pcso, visit([club], diary.now))
    window, reach = browse(town.pcso2, size, javascript=javascript), everybody(javascript)
    window.goto(f"/engagements/new?group={club}")
    expect(window.get_by_text("Sam Okoro logged this group today.")).to_be_visible()
    reach(window)
    window.get_by_label("Visit", exact=True).check()
    window.get_by_label("What happened, in a line").fill("Jo asked about the fair")
    window.get_by_role("button", name="Save", exact=True).click()
    question = window.get_by_role("heading", level=1, name="Sam Okoro logged this: add yourself?")
    expect(question).to_be_visible()
    expect(window).to_have_title(re.compile("^Sam Okoro logged this: add yourself?"))
    if javascript:
        expect(question).to_be_focused()
    expect(window.get_by_role("button", name="Add me to it")).to_have_count(1)
    reach(window)
    window.get_by_role("button", name="Add me to it").click()
    expect(window.get_by_text("You are on this entry now, with what you typed and ticked.")).to_be_visible()
    reach(window)
    window.goto("/engagements/mine")
    expect(window.get_by_text("logged by Sam Okoro")).to_be_visible()
    reach(window)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Engagement)) == 1


@WAYS
def test_a_group_nobody_knew_is_named_while_logging(
    diary: DiaryUnderTest, town: Town, browse: Browse, size: dict[str, int], javascript: bool
) -> None:
    window, reach = browse(town.pcso, size, javascript=javascript), everybody(javascript)
    window.goto("/engagements/new")
    name = window.get_by_role("combobox" if javascript else "textbox", name="Who with?")
    name.press_sequentially("Links Road Knitters")
    if javascript:
        window.get_by_role("option", name="A new group").click()
    window.get_by_label("Visit", exact=True).check()
    window.get_by_label("What happened, in a line").fill("First time there")
    window.get_by_role("button", name="Save").click()
    if not javascript:
        window.get_by_label("A new group: “Links Road Knitters”").check()
        window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("status").filter(has_text="Links Road Knitters")).to_be_visible()
    reach(window)
    with diary.work() as session:
        assert session.scalars(select(Group.name).where(Group.to_confirm)).one() == "Links Road Knitters"


@WAYS
def test_what_is_not_for_the_diary_leaves_its_kind_and_day_alone(
    diary: DiaryUnderTest, town: Town, browse: Browse, size: dict[str, int], javascript: bool
) -> None:
    window, reach = browse(town.pcso, size, javascript=javascript), everybody(javascript)
    window.goto("/engagements/new")
    window.get_by_role("link", name="Not for the diary?").click()
    expect(window.get_by_label("Its reference").first).to_be_visible()
    expect(window.get_by_role("textbox")).to_have_count(window.get_by_label("Its reference").count())
    expect(window.get_by_role("listitem").filter(has_text="Who commits crime").get_by_role("textbox")).to_have_count(0)
    reach(window)
    window.get_by_role("button", name=re.compile("keep the date alone ?: Who commits crime")).click()
    expect(window.get_by_role("status").filter(has_text="and nothing else")).to_be_visible()
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(KeptElsewhere)) == 1
        assert not session.scalar(select(func.count()).select_from(Engagement))


@pytest.mark.parametrize(
    ("size", "javascript", "link", "end", "field", "words", "said"),
    [
        (PHONE, True, "^Kept ?: Kits", None, "", "", "Kept."),
        (DESK, True, "^Move ?: Kits", None, "The new date", "30/12/2026", "Moved."),
        (PHONE, False, "^Move ?: Kits", "Could not keep it", "Why it could not be kept", "No crew till May", "Recorded, with the reason."),
    ],
    ids=["kept, on a phone", "moved, on a desk", "could not keep, without JavaScript"],
)
def test_a_promise_ends_in_one_of_three_ways(
    diary: DiaryUnderTest, town: Town, browse: Browse, club: int, size: dict[str, int], javascript: bool,
    link: str, end: str | None, field: str, words: str, said: str,
) -> None:  # fmt: skip
    put(diary, town.pcso, visit([club], diary.now, promises=(Promised(what="Kits"),)))
    window, reach = browse(town.pcso, size, javascript=javascript), everybody(javascript)
    window.goto("/")
    window.get_by_role("link", name=re.compile(link)).click()
    if end:
        window.get_by_role("radio", name=end).check()
    if field:
        window.get_by_label(field).fill(words)
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("alert")).to_be_visible()  # a promise ends when they know
    reach(window)
    window.get_by_label("They were told").check()
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_text(said, exact=True)).to_be_visible()
    expect(window.get_by_role("link", name=re.compile("^Kept ?: Kits"))).to_have_count(1 if said == "Moved." else 0)
