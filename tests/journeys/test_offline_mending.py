"""What the diary asks of an entry that a phone kept, and what leaves a phone: mending, taking back, intelligence, signing out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from engagement.engagements.models import Engagement, KeptElsewhere
from engagement.engagements.service import RaisedConcern
from engagement.people.models import Account
from tests.builders import Town, make_contact, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import DESK, PHONE, check_reach
from tests.journeys.line import Line
from tests.journeys.phones import (
    LOG,
    Phone,
    carry_on,
    expect_kept,
    expect_nothing_waits,
    installed,
    kept,
    lines_on_record,
    save,
    send,
    until,
    write,
)

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        club = group.id
    old = diary.now - timedelta(days=9)
    put(diary, town.pcso, visit([club], old, summary="Before", concerns=(RaisedConcern(title="Speeding on Links Road"),)))
    return club


def test_what_the_service_refuses_is_mended_on_the_phone(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    line.close()
    write(window, "A large meeting")
    window.locator("[data-said]").click()
    window.get_by_label("How many were there").fill("99999999")
    save(window)
    expect_kept(window)
    line.open()
    send(window)
    expect(window.get_by_role("link", name="1 to mend")).to_be_visible()
    window.get_by_role("link", name="1 to mend").click()
    expect(window.get_by_role("heading", name="Waiting on this phone")).to_be_visible()
    expect(window.get_by_text("Headcount must be from 0 to")).to_be_visible()
    check_reach(window)
    window.get_by_role("link", name="Mend it").click()
    expect(window.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(window.get_by_label("What happened, in a line")).to_have_value("A large meeting")
    check_reach(window)
    window.get_by_label("How many were there").fill("80")
    save(window)
    expect(window.get_by_role("heading", name="On the record")).to_be_visible()
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["A large meeting", "Before"]


def test_what_the_form_asks_is_being_mended_and_survives_the_tab(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    write(window, "They said it again")
    window.get_by_role("textbox", name="Concern 1", exact=True).fill("Speeding on Links Road")
    save(window)
    expect(window.get_by_text("is it the same thing as one that is open already").first).to_be_visible()
    until(window, lambda: [row["state"] for row in kept(window)] == ["mending"])
    context = window.context
    window.close()
    again = carry_on(context, "/offline/waiting")
    expect(again.get_by_text("You were mending it")).to_be_visible()
    assert lines_on_record(diary) == ["Before"]
    again.get_by_role("link", name="Mend it").click()
    expect(again.get_by_label("What happened, in a line")).to_have_value("They said it again")
    expect(again.get_by_role("textbox", name="Concern 1", exact=True)).to_have_value("Speeding on Links Road")
    again.get_by_role("textbox", name="Concern 1", exact=True).fill("Fireworks after eleven")
    save(again)
    expect(again.get_by_role("heading", name="On the record")).to_be_visible()
    expect_nothing_waits(again)
    assert lines_on_record(diary) == ["Before", "They said it again"]


def test_changed_and_thrown_away_only_by_the_officer(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    line.close()
    write(window, "Said too soon")
    save(window)
    expect_kept(window)
    check_reach(window)
    window.get_by_role("button", name="Change it").click()
    expect(window.get_by_label("What happened, in a line")).to_have_value("Said too soon")
    until(window, lambda: kept(window) == [])
    window.get_by_label("What happened, in a line").fill("Never mind")
    save(window)
    expect_kept(window)
    window.get_by_role("link", name="Waiting on this phone").click()
    expect(window.get_by_text("Waits for a signal")).to_be_visible()
    window.get_by_role("link", name="Change it").click()
    expect(window.get_by_label("What happened, in a line")).to_have_value("Never mind")
    until(window, lambda: [row["state"] for row in kept(window)] == ["mending"])
    line.open()  # a page sends what waits as soon as it opens, and not what is being changed on it
    window.reload()
    expect(window.get_by_role("button", name="Sign out")).to_be_visible()
    expect(window.get_by_label("What happened, in a line")).to_have_value("Never mind")
    assert [row["state"] for row in kept(window)] == ["mending"]
    window.get_by_role("link", name="1 to mend").click()
    expect(window.get_by_text("You were mending it")).to_be_visible()
    window.get_by_role("button", name="Throw away").click()
    check_reach(window)
    window.get_by_role("button", name="Keep it").click()
    expect(window.get_by_text("Never mind")).to_be_visible()
    window.get_by_role("button", name="Throw away").click()
    window.get_by_role("button", name="Throw it away").click()
    expect(window.get_by_text("Nothing waits.")).to_be_visible()
    assert (kept(window), kept(window, "typing")) == ([], [])
    assert lines_on_record(diary) == ["Before"]
    check_reach(window)


@pytest.mark.parametrize("signal", [True, False], ids=["signal", "none"])
def test_intelligence_leaves_the_phone_at_once(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, signal: bool) -> None:
    window = phone(town.pcso)
    installed(window)
    if not signal:
        line.close()
    write(window, "Told me in confidence who sells weed")
    until(window, lambda: bool(kept(window, "typing")))
    save(window)
    expect(window.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(window.get_by_text("reads like intelligence").first).to_be_visible()
    check_reach(window)
    window.get_by_role("button", name="take the words off this phone").click()
    expect(window.get_by_text("The words are gone from this phone")).to_be_visible()
    expect(window.get_by_label("What happened, in a line")).to_have_value("")
    assert (kept(window), kept(window, "typing")) == ([], [])
    assert line.count("POST", LOG) == 0
    if signal:
        window.get_by_role("link", name="Keep the date alone").click()
        window.get_by_role("button", name="Who commits crime").click()
        expect(window.get_by_text("Kept: the kind")).to_be_visible()
        with diary.work() as session:
            assert session.scalar(select(func.count()).select_from(KeptElsewhere)) == 1
    assert lines_on_record(diary) == ["Before"]


def test_the_way_out_before_saving_empties_the_phone(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """ "Not for the diary?" was pressed with words in the form: choosing intelligence there takes them off the phone."""
    window = phone(town.pcso)
    installed(window)
    write(window, "Half a line that should not be here")
    until(window, lambda: bool(kept(window, "typing")))
    window.get_by_role("link", name="Not for the diary?").click()
    expect(window.get_by_role("heading", name="Not for the diary")).to_be_visible()
    window.get_by_role("button", name="Who commits crime").click()
    expect(window.get_by_text("Kept: the kind")).to_be_visible()
    until(window, lambda: (kept(window), kept(window, "typing")) == ([], []))


def test_a_warning_is_saved_over_with_a_reason_without_a_signal(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    line.close()
    write(window, "Met Mrs Green of the council")
    save(window)
    expect(window.get_by_text("looks like a person").first).to_be_visible()
    window.get_by_label("Why it should be saved as it stands").fill("She is the councillor")
    save(window)
    expect_kept(window)
    line.open()
    window.evaluate(
        "() => document.dispatchEvent(new Event('visibilitychange'))"
    )  # out of the pocket: no event says that there is a signal
    expect_nothing_waits(window)
    with diary.work() as session:
        reason = session.scalar(select(Engagement.override_reason).where(Engagement.summary.startswith("Met")))
    assert reason == "She is the councillor"


def test_what_is_wrong_is_said_without_a_signal(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    line.close()
    window.goto(LOG)
    save(window)
    for sentence in ("Say who it was with", "Choose how: visit, phone or another kind", "Say in a line what happened"):
        expect(window.get_by_role("link", name=sentence)).to_be_visible()
    check_reach(window)
    until(window, lambda: kept(window) == [])


def test_signing_out_takes_the_key_and_leaves_the_entry(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    until(window, lambda: bool(kept(window, "pack")))
    line.close()
    write(window, "Still unsent")
    save(window)
    expect_kept(window)
    line.lose("/sync", times=100)  # signing out would have sent it
    line.open()
    window.get_by_role("button", name="Sign out").click()
    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()
    window.goto("/offline/waiting")
    expect(window.get_by_text("Nobody is signed in on this phone")).to_be_visible()
    assert "Still unsent" not in window.content()
    assert (len(kept(window)), kept(window, "pack"), kept(window, "account")[0]["id"]) == (1, [], "device")


def test_an_account_that_was_disabled_hands_its_entries_in(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    line.close()
    write(window, "Written on the last day")
    save(window)
    expect_kept(window)
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).disabled_at = diary.now
        say_so(session)
    line.open()
    window.evaluate("() => dispatchEvent(new Event('online'))")
    until(window, lambda: kept(window) == [])
    assert line.count("POST", "/sync/hand-in") == 1
    until(window, lambda: kept(window, "pack") == [])
    assert lines_on_record(diary) == ["Before"]
    desk = phone(town.sergeant, DESK)
    for size in (DESK, PHONE):
        desk.set_viewport_size(size)
        desk.goto("/held")
        expect(desk.get_by_text("Written on the last day")).to_be_visible()
        check_reach(desk)
    desk.get_by_role("button", name="Put on the record").click()
    expect(desk.get_by_text("It is on the record.")).to_be_visible()
    assert lines_on_record(diary) == ["Before", "Written on the last day"]
