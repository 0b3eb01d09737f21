"""How soon the log page can be used: from the phone itself sooner than over a slow line."""

from __future__ import annotations

from statistics import median

import pytest
from playwright.sync_api import Page, expect

from tests.builders import Town
from tests.journeys.engines import chromiums_tools
from tests.journeys.line import Line
from tests.journeys.phones import LOG, Phone, installed

pytestmark = pytest.mark.journey

SLOW_3G = {
    "offline": False,
    "latency": 2000,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}  # a browser's own profile of that name
USABLE = "() => performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"  # the scripts of the page have begun


def milliseconds(window: Page) -> float:
    """Until the page can be used, the middle one of three visits."""
    taken = []
    for _visit in range(3):
        window.goto(LOG)
        expect(window.get_by_role("button", name="Save", exact=True)).to_be_visible()
        taken.append(float(window.evaluate(USABLE)))
    return median(taken)


def test_the_log_page_is_there_sooner_without_a_signal_than_on_slow_3g(town: Town, phone: Phone, line: Line) -> None:
    slow = phone(town.pcso, service_workers="block")
    slow.goto(LOG)  # its scripts and styles are in the browser's cache from now on
    chromiums_tools(slow).send("Network.emulateNetworkConditions", SLOW_3G)
    online = milliseconds(slow)
    window = phone(town.pcso)
    installed(window)
    line.close()
    without = milliseconds(window)
    print(f"log page usable after {without:.0f} ms without a signal, {online:.0f} ms on slow 3G")  # noqa: T201  asked for
    assert without < online
