"""A neighbourhood's priority from a concern's page to everybody's, and the quarter's return to two signatures."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders import Town
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, Browse, check_reach
from tests.returns.makers import a_quarter

pytestmark = pytest.mark.journey


def test_adopted_on_a_phone_approved_at_a_desk_and_read_by_anybody(diary: DiaryUnderTest, town: Town, browse: Browse) -> None:
    with diary.work() as session:
        concern = make_concern(
            session, diary.actor(town.pcso), diary.now, neighbourhood_id=town.neighbourhood_id, public_said="Drivers go too fast."
        ).id
    phone = browse(town.pcso, PHONE)
    phone.goto(f"/concerns/{concern}")
    phone.get_by_role("link", name="Adopt as a priority").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Adopt a priority")
    check_reach(phone)
    phone.get_by_role("button", name="Adopt").click()
    expect(phone.get_by_role("alert").filter(has_text="Say where it was agreed")).to_be_visible()
    phone.get_by_label("Where", exact=True).fill("Ward panel")
    phone.get_by_label("With whom").fill("the parish council")
    phone.get_by_role("button", name="Adopt").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Speeding past the school")
    check_reach(phone)
    desk = browse(town.sergeant, DESK, dark=True)
    desk.goto("/priorities?show=waiting")
    desk.get_by_role("link", name="Speeding past the school").click()
    expect(desk.get_by_text("waits for approval")).to_be_visible()
    check_reach(desk)
    desk.get_by_role("button", name="Approve and publish").click()
    expect(desk.get_by_text("Approved, and public now.")).to_be_visible()
    for javascript in (True, False):
        anybody = browse(None, PHONE, javascript=javascript)
        anybody.goto("/public/westshire/ashford-central")
        expect(anybody.get_by_role("region", name="Priority 1")).to_contain_text("Drivers go too fast.")
        if javascript:  # axe waits for timers, which such a window has none of without it
            check_reach(anybody)


def test_a_return_is_signed_at_a_desk_and_then_on_a_phone_without_javascript(diary: DiaryUnderTest, town: Town, browse: Browse) -> None:
    a_quarter(diary, town)
    desk = browse(town.sergeant, DESK)
    desk.goto("/priorities")
    desk.get_by_role("link", name="Quarterly returns").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Quarterly returns")
    desk.get_by_role("button", name="Draft it").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("July to September 2026, Ashford")
    check_reach(desk)
    desk.get_by_role("link", name="Edit : Speeding in Links Road").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Speeding in Links Road")
    desk.get_by_label("Work towards it").fill("Speed checks with the parish.")
    desk.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("the records stay as they are")).to_be_visible()
    desk.get_by_role("button", name="Sign as sergeant").click()
    expect(desk.get_by_text("Signed by Sergeant Lee Hargreave")).to_be_visible()
    looking = browse(town.inspector, PHONE, dark=True)
    looking.goto(desk.url)
    expect(looking.get_by_role("button", name="Sign as inspector")).to_be_visible()
    check_reach(looking)
    phone = browse(town.inspector, PHONE, javascript=False)
    phone.goto("/returns")
    phone.get_by_role("link", name="July to September 2026").click()
    expect(phone.get_by_role("button", name="Sign as inspector")).to_be_visible()
    phone.get_by_role("button", name="Sign as inspector").click()
    expect(phone.get_by_text("Signed by Inspector Chris Cox")).to_be_visible()
    desk.reload()
    expect(desk.get_by_text("Signed by Inspector Chris Cox")).to_be_visible()
    desk.get_by_label("Who is the file for?").fill("Inspector Cox")
    with desk.expect_download() as taken:
        desk.get_by_role("button", name="PDF").click()
    assert taken.value.suggested_filename == "return-ashford-2026-Q3.pdf"
