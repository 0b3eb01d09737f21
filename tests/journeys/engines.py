"""The engines that journeys run on (`--browser`), and what Playwright can do in Chromium alone: a journey that asks for it ends there on another."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

WEBKIT = Path(__file__).parent.parent / "engines" / "webkit" / "browser.py"
# The last two are pages that Chromium opens behind each phone for an address bar that nobody sees: more than half of what a phone costs.
# The others are those that Playwright switches off, whose list this one takes the place of.
SWITCHED_OFF = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints",
    "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning", "WebUIOmniboxAimPopup", "WebUIOmniboxPopup",
)  # fmt: skip
LAUNCH: dict[str, dict[str, Any]] = {
    "chromium": {
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--disable-features={','.join(SWITCHED_OFF)}",
        ],
    },
    # Debian's own Firefox, asked by WebDriver BiDi. Where a page asks for the place, nobody is there to answer: it is refused.
    "firefox": {
        "channel": "moz-firefox",
        "executable_path": shutil.which("firefox-esr"),
        "firefox_user_prefs": {"permissions.default.geo": 2},
    },
    # WebKitGTK, which says what Firefox says: Playwright knows no other browser by this protocol.
    "webkit": {"channel": "moz-firefox", "executable_path": str(WEBKIT)},
}

# By WebDriver BiDi Playwright fills a field in by a script, of which a page hears no "change" when the field is left. This types.
TYPE = """Object.defineProperty(globalThis, '__pw_bidiInsertText', {
  value: (text) => { document.execCommand('insertText', false, text) }, writable: false,
})"""


def open_phone(browser: Browser, **options: Any) -> BrowserContext:
    """A phone or desk of its own. The dark, and a refused service worker, are Chromium's alone as well: elsewhere it is light, and there is one."""
    if options.get("java_script_enabled") is False and not is_chromium(browser):
        pytest.skip("a browser without JavaScript: Playwright can switch it off in Chromium alone")
    context = browser.new_context(locale="en-GB", **options)
    if not is_chromium(browser):
        context.add_init_script(TYPE)
    return context


def is_chromium(browser: Browser | None) -> bool:
    return browser is not None and browser.browser_type.name == "chromium"


def chromiums_tools(page: Page) -> CDPSession:
    """Chromium's own tools for developers: they fill its storage, slow its line and wake its workers; no other engine has a way to."""
    if not is_chromium(page.context.browser):
        pytest.skip("Chromium's own tools: a full storage, a slow line, Background Sync")
    return page.context.new_cdp_session(page)


def on_paper(page: Page) -> None:
    """Shows the page as it is printed."""
    if not is_chromium(page.context.browser):
        pytest.skip("a page as it is printed: Playwright can ask Chromium alone for it")
    page.emulate_media(media="print")
