"""A service that dies under an entry, or is slower than a phone waits: the entry is on the record once, or seen to wait on the phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from engagement.bench.cast import cookie_of
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.journeys.conftest import check_reach
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
from tests.offline.server import Server, served

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def club(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        make_contact(session, make_group(session, town))


# A phone whose half minutes are three seconds: its deadlines are what they are, and a test has not so long for each.
HASTY = """(() => {
  const [within, later] = [AbortSignal.timeout.bind(AbortSignal), globalThis.setTimeout.bind(globalThis)]
  AbortSignal.timeout = (ms) => within(ms >= 30000 ? ms / 10 : ms)
  globalThis.setTimeout = (act, ms, ...more) => later(act, ms >= 30000 ? ms / 10 : ms, ...more)
})()"""


def killed_in_mid_commit(server: Server, window: Page) -> None:
    """The server's processes get SIGKILL while the entry has been written and is not kept."""
    until(window, server.in_mid_commit)
    server.kill()


@pytest.mark.slow
def test_the_service_is_killed_in_the_middle_of_a_commit(diary: DiaryUnderTest, town: Town, phone: Phone) -> None:
    """A server of its own, killed under the form that posts an entry, and under the sending of that one and another."""
    with served(diary, workers=1) as server:
        window = phone()
        name, _, value = cookie_of(diary.app, town.pcso.account_id).partition("=")
        window.context.add_cookies([{"name": name, "value": value, "url": server.address}])
        window.context.grant_permissions(["notifications"], origin=server.address)
        installed(window, server.address + LOG)
        write(window, "Posted into a commit")
        server.holds_commits(True)
        save(window)
        killed_in_mid_commit(server, window)
        expect_kept(window)
        again = carry_on(window.context, server.address + LOG)
        window.close()
        expect(again.get_by_text("1 waiting")).to_be_visible()
        assert lines_on_record(diary) == []
        write(again, "Sent into a commit")
        save(again)
        expect_kept(again)
        expect(again.get_by_text("2 waiting")).to_be_visible()
        server.holds_commits(True)
        server.start()
        again.get_by_role("button", name="Send now").click()
        killed_in_mid_commit(server, again)
        expect(again.get_by_text("No signal yet.")).to_be_visible()
        expect(again.get_by_text("2 waiting")).to_be_visible()
        assert lines_on_record(diary) == []
        server.holds_commits(False)
        server.start()
        send(again)
        expect_nothing_waits(again)
    assert lines_on_record(diary) == ["Posted into a commit", "Sent into a commit"]


def test_the_service_is_slower_than_the_phone_waits(diary: DiaryUnderTest, town: Town, phone: Phone, line: Line) -> None:
    """The form's post is held, then the answer to the sending comes a byte at a time: the phone gives each up, says so, and keeps the entry."""
    window = phone(town.pcso)
    window.add_init_script(HASTY)
    installed(window)
    write(window, "Said to a slow service")
    posted, sent = line.hold(LOG), line.trickle("/sync")
    save(window)
    until(window, lambda: line.count("POST", LOG) == 1)
    expect(window.get_by_text("1 waiting")).to_be_visible()
    expect_kept(window)  # it has given the post up, and sends
    until(window, lambda: line.count("POST", "/sync") >= 1)
    check_reach(window)
    posted.set()  # what was given up is done all the same, before the sending or after it
    window.get_by_role("button", name="Send now").click()
    expect(window.get_by_text("No signal yet.")).to_be_visible()
    assert [row["state"] for row in kept(window)] == ["waiting"]
    window.get_by_role("link", name="Waiting on this phone").click()
    expect(window.get_by_text("Waits for a signal")).to_be_visible()
    sent.set()
    send(window)
    expect_nothing_waits(window)
    assert lines_on_record(diary) == ["Said to a slow service"]
