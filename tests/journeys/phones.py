"""A phone with the diary installed on it: what it does in the hands of an officer, and what a test asks of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from engagement.engagements.models import Engagement
from tests.conftest import DiaryUnderTest
from tests.journeys.engines import chromiums_tools

# Waits until the patch of somebody is on the phone.
CARRIED = """async (whose) => {
  await navigator.serviceWorker?.ready
  const { stateOfPack } = await import('%s')
  for (let i = 0; i < 200; i += 1) {
    const found = await stateOfPack()
    if (found.pack?.officer.name === whose) return
    await new Promise((done) => setTimeout(done, 50))
  }
  throw new Error('no pack came')
}"""

LOG = "/engagements/new"
CONTROLLED = "() => navigator.serviceWorker.controller !== null"
ROWS = """async (store) => {
  const { openKeep } = await import(document.querySelector('script[src$="phone.mjs"]').src.replace('phone.mjs', 'keep.mjs'))
  return (await (await openKeep()).all(store)).map(({ id, owner, state }) => ({ id, owner, state: state ?? '' }))
}"""

Phone = Callable[..., Page]


def installed(window: Page, address: str = LOG) -> None:
    """Opens a page and waits until the app is on the phone and knows whose it is."""
    window.goto(address)
    until(window, lambda: bool(window.evaluate(CONTROLLED)))
    expect_key(window)


def expect_key(window: Page) -> None:
    """The phone has the key of who is signed in."""
    script = """async () => {
      const { openKeep } = await import(document.querySelector('script[src$="phone.mjs"]').src.replace('phone.mjs', 'keep.mjs'))
      const keep = await openKeep()
      for (let i = 0; i < 400; i++) {
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


def send(window: Page) -> None:
    """The phone notices that there is a signal."""
    window.evaluate("() => dispatchEvent(new Event('online'))")


def expect_kept(window: Page) -> None:
    """The page says that it is safe on this phone."""
    expect(window.get_by_text("kept on this phone").first).to_be_visible()


def expect_nothing_waits(window: Page) -> None:
    """The outbox is empty, and the page says so; its line is hidden as well before its script has run."""
    until(window, lambda: kept(window) == [])
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


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Waits for what no page shows."""
    for _try in range(400):
        if condition():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not come to that within twenty seconds")


def update(window: Page, version: str) -> None:
    """The phone takes the new release of the app; it may have begun to by itself."""
    taken = """async (name) => {
      const registration = await navigator.serviceWorker.getRegistration()
      if (!(await caches.has(name))) await registration.update().catch(() => null) // a try from before the signal may fail once more
      const { active, installing, waiting } = registration
      return (await caches.has(name)) && active?.state === 'activated' && !installing && !waiting
    }"""
    until(window, lambda: bool(window.evaluate(taken, f"diary-{version}")))


def wake(page: Page, address: str) -> None:
    """The browser wakes the worker as it does when there is a signal again; `page` is any page that is open."""
    tools = chromiums_tools(page)
    known: list[dict[str, Any]] = []
    tools.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"]))
    tools.send("ServiceWorker.enable")
    until(page, lambda: any(one["scopeURL"].startswith(address) for one in known))
    registration = next(one["registrationId"] for one in known if one["scopeURL"].startswith(address))
    tools.send(
        "ServiceWorker.dispatchSyncEvent", {"origin": address, "registrationId": registration, "tag": "diary-send", "lastChance": False}
    )


def fill_up(window: Page) -> None:
    """Fills what the phone gives the diary with other things, down to the last hundred bytes."""
    window.evaluate(
        """() => new Promise((done, fail) => {
          const asked = indexedDB.open('other things')
          asked.onupgradeneeded = () => asked.result.createObjectStore('things', { autoIncrement: true })
          asked.onerror = () => fail(asked.error)
          asked.onsuccess = () => {
            let [size, tries] = [1_000_000, 0]
            const more = () => {
              if (++tries > 60) return fail(new Error('it is never full'))
              const thing = new Uint8Array(size) // chance, which no database makes smaller
              for (let i = 0; i < size; i += 65536) crypto.getRandomValues(thing.subarray(i, Math.min(size, i + 65536)))
              const put = asked.result.transaction('things', 'readwrite')
              put.objectStore('things').add(thing)
              put.oncomplete = more
              put.onabort = () => { size = Math.floor(size / 4); size < 100 ? (asked.result.close(), done()) : more() }
            }
            more()
          }
        })"""
    )


def make_room(window: Page) -> None:
    """The other things go."""
    window.evaluate(
        """() => new Promise((done, fail) => {
          const asked = indexedDB.deleteDatabase('other things')
          asked.onsuccess = done
          asked.onerror = () => fail(asked.error)
        })"""
    )
