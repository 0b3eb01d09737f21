"""Under a minute: a repeat visit in three taps and a line, the form that offers itself after a call, dictation, daylight and night."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from engagement.engagements.models import Engagement
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import PHONE, Browse, check_rules

pytestmark = pytest.mark.journey

LINE = "New chair from January, asked about parking"
MOST_TAPS = 3
HEIGHTS = "items => items.map(item => Math.round(item.getBoundingClientRect().height))"


# A browser without a telephone asks what to do about a call, and swallows taps meanwhile: here nobody is really rung.
NO_TELEPHONE = "addEventListener('click', event => event.target.closest('a[href^=\"tel:\"]') && event.preventDefault())"


class Thumb:
    """One hand: taps that are counted."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.taps += 1


@pytest.fixture
def clubs(diary: DiaryUnderTest, town: Town) -> tuple[int, int]:
    """Two groups that are late, with somebody to ring."""
    today = diary.now.date()
    late: dict[str, Any] = {
        "next_due_on": today - timedelta(days=9),
        "longest_on": today + timedelta(days=6),
        "last_two_way_on": today - timedelta(days=40),
    }
    with diary.work() as session:
        first = make_group(session, town, "Stroke Club", latitude=50.80, longitude=-1.89, **late)
        second = make_group(session, town, "Far-off Choir", latitude=50.90, longitude=-1.89, **late)
        make_contact(session, first)
        return first.id, second.id


def write_and_save(window: Page, thumb: Thumb, kind: str | None = "Visit") -> None:
    """The kind, the line, Save; the outcome is the usual one."""
    if kind:
        thumb.tap(window.get_by_role("radio", name=kind, exact=True))
    window.get_by_label("What happened, in a line").focus()  # dictated or typed: the keyboard is up, nothing is tapped
    window.keyboard.insert_text(LINE)
    thumb.tap(window.get_by_role("button", name="Save", exact=True))
    expect(window.get_by_role("heading", level=1, name="On the record")).to_be_visible()


def test_a_repeat_visit_from_the_groups_page_is_three_taps_and_a_line(
    diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int]
) -> None:
    window, thumb = browse(town.pcso, PHONE), Thumb()
    window.goto(f"/groups/{clubs[0]}")
    log = window.get_by_role("main").get_by_role("link", name="Log", exact=True)
    where = log.bounding_box()
    assert where is not None
    assert PHONE["height"] / 2 < where["y"] < PHONE["height"] - where["height"], "out of the thumb's reach"
    thumb.tap(log)
    write_and_save(window, thumb)
    assert thumb.taps == MOST_TAPS
    with diary.work() as session:
        assert session.scalars(select(Engagement.summary)).one() == LINE


def test_a_repeat_visit_from_near_me_is_three_taps_and_a_line(
    diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int]
) -> None:
    window, thumb = browse(town.pcso, PHONE), Thumb()
    window.context.grant_permissions(["geolocation"])
    window.context.set_geolocation({"latitude": 50.8, "longitude": -1.89})
    window.goto("/")
    window.get_by_role("button", name="Near me").click()  # asked once, ever
    expect(window.locator("[data-cards] > li").first).to_contain_text("Stroke Club")
    thumb.tap(window.locator("[data-cards] > li").first.get_by_role("link", name="Log Stroke Club"))
    write_and_save(window, thumb)
    assert thumb.taps == MOST_TAPS


@pytest.mark.parametrize("where", ["/", "/groups/{group}"], ids=["shift", "group"])
def test_after_a_call_the_form_offers_itself(diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int], where: str) -> None:
    window, thumb = browse(town.pcso, PHONE), Thumb()
    window.add_init_script(NO_TELEPHONE)
    window.goto(where.format(group=clubs[0]))
    window.locator('a[href^="tel:"]').first.click()
    window.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # back from the telephone
    offer = window.locator("[data-module~=diary-rang]")
    expect(offer).to_contain_text("You rang Stroke Club:")
    assert min(offer.locator(".diary-action").evaluate_all(HEIGHTS)) >= 48
    thumb.tap(offer.get_by_role("link", name="Spoke"))
    expect(window.get_by_role("radio", name="Phone")).to_be_checked()
    write_and_save(window, thumb, kind=None)
    assert thumb.taps < MOST_TAPS
    window.goto("/")
    expect(window.get_by_text("You rang")).to_have_count(0)


def test_a_call_with_nothing_to_log_is_not_asked_about_again_nor_another_officer(
    diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int]
) -> None:
    window = browse(town.pcso, PHONE)
    window.add_init_script(NO_TELEPHONE)
    window.goto("/")
    window.locator('a[href^="tel:"]').first.click()
    window.reload()
    window.get_by_role("button", name="Nothing to log").click()
    window.reload()
    expect(window.get_by_role("heading", name="Who to see")).to_be_visible()
    expect(window.get_by_text("You rang")).to_have_count(0)
    window.locator('a[href^="tel:"]').first.click()
    cookie = diary.client(town.pcso2).get_cookie("diary")
    assert cookie is not None
    window.context.add_cookies([{"name": "diary", "value": cookie.value, "url": window.url}])
    window.goto(f"/groups/{clubs[0]}")
    expect(window.locator(f'body[data-account="{town.pcso2.account_id}"]')).to_be_attached()
    expect(window.get_by_text("You rang")).to_have_count(0)


def test_the_group_that_was_logged_last_is_the_first_to_be_offered(
    diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int]
) -> None:
    for hours, group in ((5, clubs[0]), (1, clubs[1])):
        put(diary, town.pcso, visit([group], diary.now - timedelta(hours=hours)))
    window = browse(town.pcso, PHONE)
    window.goto("/engagements/new")
    expect(window.locator("[data-chips] label").first).to_have_text("Far-off Choir")
    expect(window.locator("[data-chips] label").nth(1)).to_have_text("Stroke Club")


def test_what_is_dictated_stays_as_it_was_said(diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int]) -> None:
    window = browse(town.pcso, PHONE)
    window.goto(f"/engagements/new?group={clubs[0]}")
    boxes = window.locator("form.diary-log :is(textarea, input:not([type]), input[type=text]):visible")
    expect(boxes.first).to_be_visible()
    words = "The chair said: “two more lamps, please”. Café at 10"
    for n in range(boxes.count()):
        box = boxes.nth(n)
        assert box.get_attribute("inputmode") in (None, "text")
        assert box.get_attribute("autocapitalize") not in ("off", "none")
        box.focus()
        for part in (words[:20], words[20:]):  # a phone hands dictation over in pieces
            window.keyboard.insert_text(part)
        expect(box).to_have_value(words)


@pytest.mark.parametrize("dark", [False, True], ids=["daylight", "night"])
def test_words_stand_out_seven_to_one(diary: DiaryUnderTest, town: Town, browse: Browse, clubs: tuple[int, int], dark: bool) -> None:
    window = browse(town.pcso, PHONE, dark=dark)
    for address in ("/", f"/groups/{clubs[0]}", f"/engagements/new?group={clubs[0]}", "/groups/map"):
        window.goto(address)
        check_rules(window, ["color-contrast-enhanced"])
