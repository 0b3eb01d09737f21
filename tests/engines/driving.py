"""Driving real browsers other than Chromium: Debian's Firefox by Marionette, WebKitGTK by WebDriver; one set of commands for both."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PATIENCE = 40  # seconds: a busy machine is no failure of the diary
SCRIPT = 8  # seconds after which a browser gives a script up, so that it is asked again: a page may go while one runs
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name under which WebDriver hands out elements
PREFERENCES = {
    "marionette.port": 0,  # filled in
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "extensions.getAddons.cache.enabled": False,
}


class EngineError(Exception):
    """What the browser answered instead of doing it."""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def until(done: Callable[[], Any], what: str) -> Any:
    """Waits for something, and answers it."""
    end, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < end:
        try:
            if found := done():
                return found
        except (EngineError, OSError) as error:
            last = f": {error}"
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE} s{last}")


class Engine(ABC):
    """One window of a browser. `address` is where the diary is."""

    address = ""

    @abstractmethod
    def ask(self, verb: str, path: str, marionette: str, values: dict[str, Any]) -> Any:
        """Sends a command of WebDriver, by either of its two ways. Raises EngineError."""

    def go(self, path: str) -> None:
        """Opens a page; one that cannot be had is a page as well."""
        with contextlib.suppress(EngineError, OSError):
            self.ask("POST", "/url", "WebDriver:Navigate", {"url": self.address + path})

    def run(self, script: str, *values: Any) -> Any:
        """What the body of a function answers on the page."""
        return self.ask("POST", "/execute/sync", "WebDriver:ExecuteScript", {"script": script, "args": list(values)})

    def resize(self, width: int, height: int) -> None:
        """Makes the window as large as that."""
        self.ask("POST", "/window/rect", "WebDriver:SetWindowRect", {"x": 0, "y": 0, "width": width, "height": height})

    def cookie(self, name: str, value: str) -> None:
        """Gives the browser a cookie of the host whose page is open."""
        self.ask("POST", "/cookie", "WebDriver:AddCookie", {"cookie": {"name": name, "value": value, "path": "/"}})

    def _element(self, xpath: str) -> str:
        found = self.ask("POST", "/element", "WebDriver:FindElement", {"using": "xpath", "value": xpath})
        return str(found[ELEMENT])

    def click(self, xpath: str) -> None:
        """Presses what a person would press: it must be there to be pressed."""

        def press() -> bool:
            element = self._element(xpath)
            self.ask("POST", f"/element/{element}/click", "WebDriver:ElementClick", {"id": element})
            return True

        until(press, f"pressing {xpath}")

    def write(self, xpath: str, text: str) -> None:
        """Types it, key by key."""
        element = until(lambda: self._element(xpath), xpath)
        self.ask("POST", f"/element/{element}/value", "WebDriver:ElementSendKeys", {"id": element, "text": text})

    def sees(self, words: str) -> None:
        """The page shows these words, or comes to."""
        until(lambda: words in str(self.run("return document.body ? document.body.innerText : ''")), f"“{words}”")


class Firefox(Engine):
    """Marionette: [kind, number, command, values] as JSON with its length in front, on a socket."""

    def __init__(self, port: int) -> None:
        self.socket = until(lambda: socket.create_connection(("127.0.0.1", port), timeout=PATIENCE), "Firefox listens")
        self.stream = self.socket.makefile("rb")
        self.number = 0
        self._read()  # its greeting
        self.ask(
            "",
            "",
            "WebDriver:NewSession",
            {"capabilities": {"alwaysMatch": {"pageLoadStrategy": "normal", "timeouts": {"script": SCRIPT * 1000}}}},
        )

    def ask(self, verb: str, path: str, marionette: str, values: dict[str, Any]) -> Any:
        self.number += 1
        said = json.dumps([0, self.number, marionette, values]).encode()
        self.socket.sendall(str(len(said)).encode() + b":" + said)
        _kind, _number, error, answer = self._read()
        if error:
            raise EngineError(error["message"])
        return answer.get("value") if isinstance(answer, dict) and list(answer) == ["value"] else answer

    def close(self) -> None:
        """Lets go of the socket."""
        self.stream.close()
        self.socket.close()

    def _read(self) -> Any:
        length = b""
        while (letter := self.stream.read(1)) != b":":
            if not letter:
                raise EngineError("Firefox is gone")
            length += letter
        return json.loads(self.stream.read(int(length)))


class WebKit(Engine):
    """WebDriver over HTTP."""

    def __init__(self, port: int, browser: str) -> None:
        self.base = f"http://127.0.0.1:{port}/session"
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"webkitgtk:browserOptions": options, "timeouts": {"script": SCRIPT * 1000}}
        asked = {"capabilities": {"alwaysMatch": wanted}}
        session = until(lambda: self._send("POST", self.base, asked), "WebKit begins")
        self.base += "/" + session["sessionId"]

    def ask(self, verb: str, path: str, marionette: str, values: dict[str, Any]) -> Any:
        return self._send(verb, self.base + path, values)

    def _send(self, verb: str, url: str, values: dict[str, Any]) -> Any:
        request = urllib.request.Request(url, json.dumps(values).encode(), {"Content-Type": "application/json"}, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=SCRIPT + 4) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as error:
            raise EngineError(error.read().decode(errors="replace")[:500]) from None


@contextlib.contextmanager
def firefox(folder: Path) -> Iterator[Engine]:
    """Firefox without a screen, with a profile of its own."""
    port = free_port()
    profile = folder / "profile"
    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in (PREFERENCES | {"marionette.port": port}).items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [_program("firefox-esr"), "--headless", "--no-remote", "--marionette", "--profile", str(profile)]
    with _running(command, folder), contextlib.closing(Firefox(port)) as window:
        yield window


@contextlib.contextmanager
def webkit(folder: Path) -> Iterator[Engine]:
    """WebKitGTK's small browser, on a screen that nobody sees."""
    port, screen = free_port(), f":{90 + os.getpid() % 900}"
    browser = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    with _running([_program("Xvfb"), screen, "-screen", "0", "800x800x24", "-nolisten", "tcp"], folder):
        until(Path(f"/tmp/.X11-unix/X{screen[1:]}").exists, "the screen")
        with _running([_program("WebKitWebDriver"), f"--port={port}"], folder, DISPLAY=screen):
            yield WebKit(port, str(browser))


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not installed: make engines does that"
    return found


@contextlib.contextmanager
def _running(command: list[str], folder: Path, **more: str) -> Iterator[None]:
    """A program in a process group of its own, which ends with this."""
    home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "GDK_BACKEND": "x11"}
    process = subprocess.Popen(
        command, env=os.environ | home | more, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait(10)
