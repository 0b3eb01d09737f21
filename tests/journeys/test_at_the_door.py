"""Signing in as a person does it: by keyboard on a phone, with JavaScript and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engagement.people.models import Account
from engagement.people.passwords import hash_password
from tests.builders import PASSWORD, Town
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import PHONE, Browse, check_reach

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_pcso_signs_in_and_out_at_320_pixels(diary: DiaryUnderTest, town: Town, browse: Browse, javascript: bool) -> None:
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).password_hash = hash_password(PASSWORD)
    window = browse(None, PHONE, javascript=javascript)
    window.goto("/")
    expect(window.get_by_role("heading", level=1)).to_have_text("Sign in")
    window.get_by_label("E-mail").fill(town.pcso.email)
    window.get_by_label("Password", exact=True).fill("not this one")
    window.keyboard.press("Enter")
    expect(window.get_by_role("alert").filter(has_text="That e-mail and password do not fit together.")).to_be_visible()
    expect(window.get_by_label("E-mail")).to_have_value(town.pcso.email)
    window.get_by_label("Password", exact=True).fill(PASSWORD)
    window.keyboard.press("Enter")
    bar = window.get_by_role("navigation", name="On a phone")
    expect(bar.get_by_role("link")).to_have_text(["Shift", "Log", "Groups", "Concerns"])
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_label("E-mail")).to_be_visible()  # signed out: only then is anything else asked for
    window.goto("/")
    expect(window.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_keyboard_reaches_the_page_itself_first(town: Town, browse: Browse) -> None:
    window = browse(town.pcso, PHONE)
    window.goto("/")
    window.keyboard.press("Tab")
    expect(window.get_by_role("link", name="Skip to main content")).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.locator("#main")).to_be_focused()
    check_reach(window)
