"""A shared phone is locked where there is no signal, and handed on: nothing of the first officer's opens again, and nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engagement.web.static_files import asset
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import DESK, PHONE, check_reach, sign_in
from tests.journeys.line import Line
from tests.journeys.phones import CARRIED, LOG, Phone, carry_on, expect_kept, expect_nothing_waits, kept, lines_on_record, save, write

pytestmark = pytest.mark.journey

GONE = "() => new Promise((done) => { indexedDB.deleteDatabase('diary').onsuccess = done })"


@pytest.fixture(autouse=True)
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        return group.id


def expect_locked(window: Page) -> None:
    """The page says who has signed out, and nothing of theirs is left to open."""
    expect(window.get_by_text("Sam Okoro is signed out on this phone.")).to_be_visible()
    assert (kept(window, "pack"), [row["id"] for row in kept(window, "account") if row["id"] == "current"]) == ([], [])


def asked_first(line: Line, before: int) -> list[tuple[str, str]]:
    """What was asked of the service since, but for files."""
    return [one for one in line.asked[before:] if not one[1].startswith(("/static/", "/offline/", "/service-worker"))]


def test_a_phone_is_locked_and_handed_on_in_a_dead_spot(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, club: int) -> None:
    window = phone(town.pcso)
    window.goto("/")
    window.evaluate(CARRIED % asset("js/pack.mjs"), "Sam Okoro")
    line.close()
    window.goto(LOG)
    write(window, "Before I handed it on")
    save(window)
    expect_kept(window)
    other = carry_on(window.context, f"/groups/{club}")
    expect(other.get_by_role("heading", level=1, name="Ashford Stroke Club")).to_be_visible()
    check_reach(other)
    window.get_by_role("button", name="Sign out").click()
    for tab in (window, other):
        expect_locked(tab)
        expect(tab.get_by_text("1 entry waits here, sealed")).to_be_visible()
    for size in (DESK, PHONE):
        window.set_viewport_size(size)
        check_reach(window)
    window.evaluate("() => { document.title = 'here'; history.back() }")  # to the shift as the service made it
    expect(window).not_to_have_title("here")
    expect(window.get_by_text("Sam Okoro is signed out on this phone.")).to_be_visible()
    for address in (f"/groups/{club}", LOG, "/"):
        window.goto(address)
        expect(window.get_by_text("Sam Okoro is signed out on this phone.")).to_be_visible()
        check_reach(window)
    for tab in (window, other):
        expect(tab.locator("body")).not_to_contain_text("Stroke Club")
    other.close()

    before = len(line.asked)
    line.open()
    window.goto("/")  # their cookie is still there
    expect(window.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(window.get_by_text("1 entry waits on this phone.")).to_be_visible()
    assert asked_first(line, before)[:4] == [("GET", "/api/session"), ("POST", "/sign-out"), ("GET", "/api/session"), ("GET", "/")]
    sign_in(window.context, diary, town.pcso2, line.address)
    window.goto(LOG)
    expect(window.get_by_text("1 entry of another officer waits on this phone")).to_be_visible()
    assert lines_on_record(diary) == []
    sign_in(window.context, diary, town.pcso, line.address)
    window.goto(LOG)
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Before I handed it on"]

    line.close()  # with a page of the service still open
    window.get_by_role("button", name="Sign out").click()
    expect_locked(window)
    window.evaluate(GONE)
    for address in (LOG, "/"):
        window.goto(address)
        expect(window.get_by_text("This phone has nothing left of what it kept")).to_be_visible()
        expect(window.get_by_text("log again what is missing")).to_be_visible()
        check_reach(window)
