"""Faults of a day on patrol, each on a real browser and a real line: an entry is on the record once, or seen to wait on the phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from engagement.engagements.models import Engagement
from engagement.people.models import Posting
from engagement.web.static_files import asset
from tests.builders import Town, make_contact, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.journeys.conftest import check_reach, sign_in
from tests.journeys.engines import chromiums_tools
from tests.journeys.line import Line
from tests.journeys.phones import (
    CARRIED,
    LOG,
    Phone,
    carry_on,
    expect_kept,
    expect_nothing_waits,
    fill_up,
    installed,
    kept,
    lines_on_record,
    make_room,
    save,
    send,
    until,
    update,
    wake,
    write,
)

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def club(diary: DiaryUnderTest, town: Town) -> int:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        club = group.id
    put(diary, town.pcso, visit([club], diary.now, summary="Before"))
    return club


def test_signal_lost_and_found(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    installed(window)
    write(window, "Signal lost before Save")
    line.close()
    save(window)
    expect_kept(window)
    expect(window.get_by_text("1 waiting")).to_be_visible()
    window.goto(LOG)  # a new page, from the phone itself
    expect(window.get_by_text("No signal: what you save waits")).to_be_visible()
    write(window, "Opened without a signal")
    save(window)
    expect_kept(window)
    expect(window.get_by_text("2 waiting")).to_be_visible()
    expect(window.get_by_text("No signal: what you save waits")).to_be_hidden()  # what is said of the entry goes on being true
    assert lines_on_record(diary) == ["Before"]
    line.open()
    send(window)
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Before", "Opened without a signal", "Signal lost before Save"]
    until(window, lambda: kept(window) == [])


def saved_without_signal(window: Page, line: Line, words: str) -> None:
    """An entry that waits on the phone, the line still closed."""
    installed(window)
    line.close()
    write(window, words)
    save(window)
    expect_kept(window)


def test_the_form_gets_no_answer(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """The reply to the ordinary form is lost after the commit: the page stays, says so, and no browser's own page stands in its place."""
    window = phone(town.pcso)
    installed(window)
    write(window, "Posted into nothing")
    line.cut_answer(LOG)
    line.lose("/sync")
    save(window)
    expect_kept(window)
    expect(window.get_by_text("1 waiting")).to_be_visible()
    assert window.url == line.address + LOG
    check_reach(window)
    until(window, lambda: line.count("POST", "/sync") == 1)
    again = carry_on(window.context)
    expect_nothing_waits(again)
    assert lines_on_record(diary) == ["Before", "Posted into nothing"]
    until(again, lambda: kept(again) == [])


def test_the_sending_gets_no_answer(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    saved_without_signal(window, line, "Sent into nothing")
    line.cut_answer("/sync")
    window.get_by_role("button", name="Send now").click()
    expect(window.get_by_text("No signal yet.")).to_be_visible()
    line.open()
    send(window)
    until(window, lambda: line.count("POST", "/sync") > 0)
    send(window)
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Before", "Sent into nothing"]


def test_a_closed_tab(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """What was typed is offered again in another tab, never in the place of what a link filled in; what was saved waits."""
    window = phone(town.pcso)
    installed(window)
    write(window, "Half a line, then the phone ra")
    until(window, lambda: bool(kept(window, "typing")))
    line.close()
    window.close()
    again = carry_on(window.context, f"{LOG}?kind=phone")
    expect(again.get_by_text("You were writing about Ashford Stroke Club")).to_be_visible()
    expect(again.get_by_label("What happened, in a line")).to_have_value("")
    again.get_by_role("button", name="Go on").click()
    expect(again.get_by_label("What happened, in a line")).to_have_value("Half a line, then the phone ra")
    expect(again.get_by_label("Visit", exact=True)).to_be_checked()
    again.get_by_label("What happened, in a line").fill("A whole line")
    save(again)
    expect_kept(again)
    again.close()
    line.open()
    last = carry_on(again.context)
    expect_nothing_waits(last)
    expect(last.get_by_text("You were writing")).to_have_count(0)
    assert lines_on_record(diary) == ["A whole line", "Before"]


def test_two_tabs_send_at_once(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    saved_without_signal(window, line, "From the first tab")
    other = carry_on(window.context)
    write(other, "From the second tab")
    save(other)
    expect_kept(other)
    line.open()
    for tab in (window, other):
        tab.evaluate("() => { dispatchEvent(new Event('online')); dispatchEvent(new Event('online')) }")
    for tab in (window, other):
        expect_nothing_waits(tab)
        expect(tab.get_by_text(": on the record.")).to_be_visible()
    assert lines_on_record(diary) == ["Before", "From the first tab", "From the second tab"]


@pytest.mark.parametrize("hours", [26, -26])
def test_a_clock_that_is_wrong_by_a_day(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, hours: int) -> None:
    window = phone(town.pcso)
    window.clock.set_system_time(diary.now + timedelta(hours=hours))
    saved_without_signal(window, line, "Just now, says the phone")
    line.open()
    send(window)
    expect_nothing_waits(window)
    with diary.work() as session:
        happened = session.scalar(select(Engagement.happened_at).where(Engagement.summary == "Just now, says the phone"))
    assert happened is not None
    assert abs(happened - diary.now) < timedelta(minutes=10)


@pytest.mark.parametrize("signal", [True, False], ids=["signal", "none"])
def test_a_full_phone(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line, club: int, signal: bool) -> None:
    """With a signal the entry goes on the record all the same, and so does what waits. Without one the page says that it could not be
    kept, and keeps the words; and no group is shown, since nothing could put on record who looked."""
    window = phone(town.pcso)
    chromiums_tools(window).send("Storage.overrideQuotaForOrigin", {"origin": line.address, "quotaSize": 4_000_000})
    installed(window)
    window.evaluate(CARRIED % asset("js/pack.mjs"), "Sam Okoro")
    write(window, "No room for this one")
    fill_up(window)
    if signal:
        save(window)
        expect(window.get_by_role("heading", name="On the record")).to_be_visible()
        assert lines_on_record(diary) == ["Before", "No room for this one"]
        return
    line.close()
    save(window)
    expect(window.get_by_text("This phone is full")).to_be_visible()
    expect(window.get_by_label("What happened, in a line")).to_have_value("No room for this one")
    other = window.context.new_page()
    other.goto(f"/groups/{club}")
    expect(other.get_by_text("the record of your looking cannot be kept")).to_be_visible()
    expect(other.get_by_text("not due")).to_have_count(0)
    make_room(window)
    save(window)
    expect_kept(window)
    assert [row["state"] for row in kept(window)] == ["waiting"]
    other.reload()
    expect(other.get_by_role("heading", name="Ashford Stroke Club")).to_be_visible()
    fill_up(other)
    line.open()
    send(other)
    until(other, lambda: kept(other) == [])
    assert lines_on_record(diary) == ["Before", "No room for this one"]


def test_a_session_that_ended(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """The entry stays, sealed, while nobody is signed in, and goes after its officer has signed in again."""
    window = phone(town.pcso)
    saved_without_signal(window, line, "Written before the session ended")
    window.context.clear_cookies()
    line.open()
    window.get_by_role("button", name="Send now").click()
    expect(window.get_by_text("Sign in to send.")).to_be_visible()
    window.goto(LOG)
    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(window.get_by_text("1 entry waits on this phone.")).to_be_visible()
    check_reach(window)
    sign_in(window.context, diary, town.pcso, line.address)
    window.goto(LOG)
    expect(window.get_by_role("heading", name="Log")).to_be_visible()
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Before", "Written before the session ended"]


def test_a_token_that_expired(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """A page that was open while its officer signed in again asks for a fresh token before it posts."""
    window = phone(town.pcso)
    installed(window)
    write(window, "From an old page")
    sign_in(window.context, diary, town.pcso, line.address)
    save(window)
    expect(window.get_by_role("heading", name="On the record")).to_be_visible()
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Before", "From an old page"]


def test_another_account_on_the_phone(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    saved_without_signal(window, line, "Of the first officer")
    sign_in(window.context, diary, town.sergeant, line.address)
    line.open()
    send(window)
    expect(window.get_by_text("1 entry of another officer waits on this phone")).to_be_visible()
    window.goto("/offline/waiting")
    expect(window.get_by_text("nobody else can read it")).to_be_visible()
    assert "Of the first officer" not in window.content()
    assert lines_on_record(diary) == ["Before"]
    sign_in(window.context, diary, town.pcso, line.address)
    window.goto(LOG)
    expect_nothing_waits(window)
    with diary.work() as session:
        who = session.scalar(select(Engagement.recorded_by_id).where(Engagement.summary == "Of the first officer"))
    assert who == town.pcso.officer_id


def test_the_cover_ended_in_between(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """What was typed on the last day of the only posting goes on the record the day after, when there is none any more."""
    window = phone(town.pcso)
    window.clock.set_system_time(diary.now)
    saved_without_signal(window, line, "On the last day of the cover")
    with diary.work() as session:
        for posting in session.scalars(select(Posting).where(Posting.officer_id == town.pcso.officer_id)):
            posting.kind, posting.ends_on = "cover", diary.now.date()
        say_so(session)
    typed = diary.now
    diary.clock.move(timedelta(days=1))
    window.clock.set_system_time(diary.now)
    sign_in(window.context, diary, town.pcso, line.address)
    line.open()
    window.goto("/")
    expect(window.get_by_role("heading", name="You are not posted anywhere today")).to_be_visible()
    expect_nothing_waits(window)
    until(window, lambda: kept(window) == [])
    with diary.work() as session:
        happened = session.scalars(select(Engagement.happened_at).where(Engagement.summary == "On the last day of the cover")).one()
    assert happened is not None
    assert abs(happened - typed) < timedelta(minutes=10)


def test_the_app_is_updated_in_between(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    window = phone(town.pcso)
    saved_without_signal(window, line, "Kept by the release before")
    known = diary.app.extensions["shell_version"]
    diary.app.extensions["shell_version"] = "another"
    try:
        line.lose("/sync", times=100)  # the signal is there for the new release alone
        line.open()
        update(window, "another")
        line.close()
        line.lose("/sync", times=0)
        window.goto(LOG)
        expect(window.get_by_text("No signal: what you save waits")).to_be_visible()
        expect(window.get_by_text("1 waiting")).to_be_visible()
        line.open()
        send(window)
        expect_nothing_waits(window)
    finally:
        diary.app.extensions["shell_version"] = known
    assert lines_on_record(diary) == ["Before", "Kept by the release before"]


def test_no_page_is_open_when_the_signal_comes_back(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """Background Sync: the browser wakes the worker, and it sends as a page would."""
    window = phone(town.pcso, wakes=True)
    saved_without_signal(window, line, "Sent from the pocket")
    blank = window.context.new_page()
    window.close()
    line.open()
    wake(blank, line.address)
    until(blank, lambda: "Sent from the pocket" in lines_on_record(diary))
    assert lines_on_record(diary) == ["Before", "Sent from the pocket"]
