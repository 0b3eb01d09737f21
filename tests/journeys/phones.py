"""A phone with the diary installed on it: what it does in the hands of an officer, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from engagement.engagements.models import Engagement
from tests.conftest import DiaryUnderTest

LOG = "/engagements/new"
CONTROLLED = """() => new Promise((done) => navigator.serviceWorker.controller ? done(true)
  : navigator.serviceWorker.addEventListener('controllerchange', () => done(true)))"""
ROWS = """async (store) => {
  const { openKeep } = await import(document.querySelector('script[src$="phone.mjs"]').src.replace('phone.mjs', 'keep.mjs'))
  return (await (await openKeep()).all(store)).map(({ id, owner, state }) => ({ id, owner, state: state ?? '' }))
}"""

Phone = Callable[..., Page]


def installed(window: Page, address: str = LOG) -> None:
    """Opens a page and waits until the app is on the phone and knows whose it is."""
    window.goto(address)
    window.evaluate(CONTROLLED)
    expect_key(window)


def expect_key(window: Page) -> None:
    """The phone has the key of who is signed in."""
    script = """async () => {
      const { openKeep } = await import(document.querySelector('script[src$="phone.mjs"]').src.replace('phone.mjs', 'keep.mjs'))
      const keep = await openKeep()
      for (let i = 0; i < 200; i++) {
        if (await keep.current()) return true
        await new Promise((done) => setTimeout(done, 50))
      }
      return false
    }"""
    assert window.evaluate(script)


def kept(window: Page, store: str = "outbox") -> list[dict[str, Any]]:
    """The rows of a store of this phone: id, owner, state."""
    rows: list[dict[str, Any]] = window.evaluate(ROWS, store)
    return rows


def write(window: Page, line: str, group: str = "Ashford Stroke Club", kind: str = "Visit") -> None:
    """Fills in an entry."""
    window.get_by_label(group, exact=True).check()
    window.get_by_label(kind, exact=True).check()
    window.get_by_label("What happened, in a line").fill(line)


def save(window: Page) -> None:
    window.get_by_role("button", name="Save", exact=True).click()


def expect_kept(window: Page) -> None:
    """The page says that it is safe on this phone."""
    expect(window.get_by_text("kept on this phone").first).to_be_visible()


def expect_nothing_waits(window: Page) -> None:
    expect(window.locator(".diary-waiting")).to_be_hidden()


def lines_on_record(diary: DiaryUnderTest) -> list[str]:
    """What is on the record, by its line: an entry that is there twice is twice in the list."""
    with diary.work() as session:
        return sorted(session.scalars(select(Engagement.summary)))


def carry_on(context: BrowserContext, address: str = LOG) -> Page:
    """Another tab on the same phone."""
    page = context.new_page()
    page.goto(address)
    return page
