"""A real browser before a real server: `site` serves the diary under test, `browse` opens a phone or a desk for somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, Playwright, ViewportSize, expect

from tests.builders import Person
from tests.conftest import DiaryUnderTest
from tests.journeys.engines import LAUNCH, open_phone
from tests.journeys.line import Line
from tests.journeys.phones import Phone

PHONE: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
PATIENCE = 20_000  # milliseconds: a busy machine is no failure of the diary
expect.set_options(timeout=PATIENCE)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALL_TARGETS = """() => [...document.querySelectorAll('main a, main button, main input:not([type=hidden]), main select, main summary, nav a')]
  .filter(e => e.getClientRects().length && !e.closest('p, td, dd, li:not([class*=diary])') && !e.matches('.govuk-skip-link'))
  .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect().height])
  .filter(([, height]) => height > 1 && height < 48).map(([html, height]) => html + ' is ' + height + ' px high')"""


@pytest.fixture(scope="session")
def browser_type(playwright: Playwright, browser_name: str) -> BrowserType:
    """What launches the engine that was asked for; all but Chromium by WebDriver BiDi, which Playwright speaks to Firefox."""
    return playwright.chromium if browser_name == "chromium" else playwright.firefox


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_name: str) -> dict[str, Any]:
    """Debian's browsers, which look for nobody outside."""
    return LAUNCH[browser_name]


@pytest.fixture
def site(line: Line) -> str:
    """The address of the diary under test, served to several browsers at once."""
    return line.address


Browse = Callable[..., Page]


@pytest.fixture
def browse(browser: Browser, diary: DiaryUnderTest, site: str) -> Iterator[Browse]:
    """Opens a window: `browse(person, PHONE)`; `javascript=False` for one without, `worker=True` for one with the app installed. What a page complains of ends the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            complaints.append(message.text)

    def open_window(
        person: Person | None = None, size: Any = PHONE, *, javascript: bool = True, dark: bool = False, worker: bool = False
    ) -> Page:
        context = open_phone(
            browser,
            base_url=site,
            viewport=size,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            service_workers="allow" if worker else "block",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if person is not None:
            cookie = diary.client(person).get_cookie("diary")
            assert cookie is not None
            context.add_cookies([{"name": "diary", "value": cookie.value, "url": site}])
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def line(diary: DiaryUnderTest) -> Iterator[Line]:
    """The diary under test, on a line that can be cut."""
    line = Line(diary.app)
    line.open()
    yield line
    line.close()


@pytest.fixture
def phone(browser: Browser, diary: DiaryUnderTest, line: Line) -> Iterator[Phone]:
    """Opens a phone on which the diary can be installed: `phone(person)`; `wakes=True` for one with Background Sync. What a page complains of, but for the line, ends the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def take_up(person: Person | None = None, size: Any = PHONE, *, wakes: bool = False, **options: Any) -> Page:
        context = open_phone(browser, base_url=line.address, viewport=size, **options)
        if not wakes:  # what is granted is all there is: no Background Sync, which would send when it likes
            context.grant_permissions(["notifications"], origin=line.address)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if person is not None:
            sign_in(context, diary, person, line.address)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        return context.new_page()

    yield take_up
    for context in contexts:
        context.close()
    assert not complaints


def sign_in(context: BrowserContext, diary: DiaryUnderTest, person: Person, address: str) -> None:
    """Gives a phone the session of somebody."""
    cookie = diary.client(person).get_cookie("diary")
    assert cookie is not None
    context.add_cookies([{"name": "diary", "value": cookie.value, "url": address}])


def check_reach(page: Page) -> None:
    """That everybody can use the page as it stands: axe finds nothing, nothing is cut off at the side, targets are large on a phone.

    After a click that leads to another page, first `expect` something that only that page has: a check of a page on its way out proves nothing.
    """
    check_rules(page, RULES)
    assert page.viewport_size is not None
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{page.url} is {width} px wide"
    if page.viewport_size["width"] <= 640:
        small = page.evaluate(SMALL_TARGETS)
        assert not small, f"{page.url}: {small}"


LOOK = """async (rules) => {
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish() // a colour on its way is none
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id} in ${html.slice(0, 200)}: ${failureSummary}`))
}"""


def check_rules(page: Page, rules: list[str]) -> None:
    """That axe finds nothing by its rules, or its sets of them. What it finds right is not carried over: that takes longer than to look."""
    page.wait_for_load_state("load")
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(LOOK, rules)
    assert not found, f"{page.url}: " + "; ".join(found)
