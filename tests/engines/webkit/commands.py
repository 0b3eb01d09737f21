"""The part of WebDriver BiDi that Playwright speaks to a browser, said to WebKitGTK."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Soup", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, Soup, WebKit2  # noqa: E402  the versions come first

from tests.engines.webkit.hands import Hands  # noqa: E402
from tests.engines.webkit.windows import Answer, Phone, Window  # noqa: E402

Params = dict[str, Any]
# What this engine is not asked to be: said yes to, so that Playwright goes on. What a journey needs of these, tests/journeys/engines.py says.
NOTHING = {
    "session.subscribe", "session.end", "network.addIntercept", "network.addDataCollector", "network.setCacheBehavior",
    "network.setExtraHeaders", "browser.setDownloadBehavior", "emulation.setLocaleOverride", "emulation.setScreenOrientationOverride",
    "emulation.setScreenSettingsOverride", "browsingContext.activate",
}  # fmt: skip

FUNCTION = re.compile(r"(async )?(function\b|\(.*=>)", re.DOTALL)


class Refusal(Exception):
    """An error of the protocol, by its name."""


class Session:
    """One Playwright. `send` takes messages for it; `handle` does what it asks."""

    def __init__(self, folder: Path, send: Callable[[Params], None]) -> None:
        self.folder = folder
        self.send = send
        self.phones: dict[str, Phone] = {}
        self.hands: dict[str, Hands] = {}
        self.commands: dict[str, Callable[[Params, Answer], None]] = {
            "session.new": self.begin,
            "browser.close": self.end,
            "browser.createUserContext": self.take_phone,
            "browser.removeUserContext": self.put_phone_away,
            "browsingContext.create": self.open_window,
            "browsingContext.close": self.close_window,
            "browsingContext.navigate": self.navigate,
            "browsingContext.reload": self.reload,
            "browsingContext.traverseHistory": self.traverse,
            "browsingContext.setViewport": self.resize,
            "emulation.setGeolocationOverride": self.place,
            "input.performActions": self.perform,
            "permissions.setPermission": self.permit,
            "script.addPreloadScript": self.preload,
            "script.callFunction": self.call,
            "script.disown": self.disown,
            "script.evaluate": self.evaluate,
            "storage.deleteCookies": self.forget_cookies,
            "storage.setCookie": self.set_cookie,
        }

    def handle(self, message: Params) -> None:
        """Does one command, and sends its answer, at once or when it is there."""
        method, number = message["method"], message["id"]

        def answer(result: Params) -> None:
            self.send({"type": "success", "id": number, "result": result})

        try:
            if method in NOTHING:
                answer({"intercept": "none", "collector": "none"})
            elif method in self.commands:
                self.commands[method](message["params"], answer)
            else:
                raise Refusal("unknown command")
        except Refusal as refusal:
            self.send({"type": "error", "id": number, "error": str(refusal), "message": method})
        except Exception:
            self.send({"type": "error", "id": number, "error": "unknown error", "message": method})
            raise

    def tell(self, event: str, params: Params) -> None:
        self.send({"type": "event", "method": event, "params": params})

    def window(self, params: Params) -> Window:
        """The window that a command is about."""
        for phone in self.phones.values():
            if params["context"] in phone.windows:
                return phone.windows[params["context"]]
        raise Refusal("no such frame")

    def begin(self, _params: Params, answer: Answer) -> None:
        version = f"{WebKit2.get_major_version()}.{WebKit2.get_minor_version()}.{WebKit2.get_micro_version()}"
        answer({"sessionId": "one", "capabilities": {"browserName": "webkitgtk", "browserVersion": version, "userAgent": "WebKitGTK"}})

    def end(self, _params: Params, answer: Answer) -> None:
        answer({})
        Gtk.main_quit()

    def take_phone(self, _params: Params, answer: Answer) -> None:
        phone = Phone(self.folder, self.tell)
        self.phones[phone.name] = phone
        answer({"userContext": phone.name})

    def put_phone_away(self, params: Params, answer: Answer) -> None:
        phone = self.phones.pop(params["userContext"])
        for window in list(phone.windows.values()):
            window.close()
        answer({})

    def open_window(self, params: Params, answer: Answer) -> None:
        window = Window(self.phones[params["userContext"]], lambda: answer({"context": window.name}))

    def close_window(self, params: Params, answer: Answer) -> None:
        self.window(params).close()
        answer({})

    def navigate(self, params: Params, answer: Answer) -> None:
        window, url = self.window(params), params["url"]
        answer({"navigation": window.navigate(lambda: window.view.load_uri(url)), "url": url})

    def reload(self, params: Params, answer: Answer) -> None:
        window = self.window(params)
        answer({"navigation": window.navigate(window.view.reload), "url": window.view.get_uri()})

    def traverse(self, params: Params, answer: Answer) -> None:
        view = self.window(params).view
        there = view.get_back_forward_list().get_nth_item(params["delta"])
        if there is None:
            raise Refusal("no such history entry")
        view.go_to_back_forward_list_item(there)
        answer({})

    def resize(self, params: Params, answer: Answer) -> None:
        width, height = params["viewport"]["width"], params["viewport"]["height"]
        if "userContexts" in params:
            for name in params["userContexts"]:
                self.phones[name].size = (width, height)
            answer({})
            return
        window = self.window(params)
        window.frame.resize(width, height)

        def settled(_number: int = 0) -> bool:
            if (window.view.get_allocated_width(), window.view.get_allocated_height()) != (width, height):
                return True  # look again
            window.settle(lambda: answer({}))
            return False

        GLib.timeout_add(10, settled, 0)

    def place(self, params: Params, answer: Answer) -> None:
        for name in params["userContexts"]:
            self.phones[name].place = params["coordinates"]
            self.phones[name].locate()
        answer({})

    def permit(self, params: Params, answer: Answer) -> None:
        name, granted = params["descriptor"]["name"], self.phones[params["userContext"]].granted
        (granted.add if params["state"] == "granted" else granted.discard)(name)
        answer({})

    def perform(self, params: Params, answer: Answer) -> None:
        window = self.window(params)
        self.hands.setdefault(window.name, Hands(window.view)).perform(params["actions"])
        window.settle(lambda: answer({}))

    def preload(self, params: Params, answer: Answer) -> None:
        """A script of one window runs in all of its phone: a journey's phone has one page that such a script is for."""
        names = params.get("userContexts") or [self.window({"context": params["contexts"][0]}).phone.name]
        script = f"preload{len(self.phones[names[0]].preload)}"
        for name in names:
            self.phones[name].preload[script] = f"({params['functionDeclaration']})()"
            for window in self.phones[name].windows.values():
                window.preload()
        answer({"script": script})

    def evaluate(self, params: Params, answer: Answer) -> None:
        text = params["expression"]
        self._run(params, "(text) => globalThis.eval(text)", [{"type": "string", "value": text}], [text], answer)

    def call(self, params: Params, answer: Answer) -> None:
        call, values = params["functionDeclaration"], params.get("arguments", [])
        texts = [text for text in _texts(values) if FUNCTION.match(text)]
        if "utilityScript.evaluate(" in call:  # Playwright's own evaluate: its third argument is a text, maybe of no function
            texts = [values[3]["value"], *texts]
        self._run(params, f"({call})", values, texts, answer)

    def _run(self, params: Params, call: str, values: list[Params], texts: list[str], answer: Answer) -> None:
        target, depth = params["target"], params.get("serializationOptions", {}).get("maxObjectDepth")
        options = {"depth": depth, "owned": params.get("resultOwnership") == "root"}
        self.window(target).run(target.get("sandbox"), call, values, texts, options, answer)

    def disown(self, params: Params, answer: Answer) -> None:
        answer({})  # what a page holds goes with the page

    def set_cookie(self, params: Params, answer: Answer) -> None:
        given, phone = params["cookie"], self.phones[params["partition"]["userContext"]]
        cookie = Soup.Cookie.new(given["name"], given["value"]["value"], given["domain"], given["path"], -1)
        cookie.set_http_only(given.get("httpOnly", False))
        cookie.set_same_site_policy(Soup.SameSitePolicy.LAX)
        phone.cookies.add_cookie(cookie, None, lambda *_: answer({}))

    def forget_cookies(self, params: Params, answer: Answer) -> None:
        kept = self.phones[params["partition"]["userContext"]].engine.get_website_data_manager()
        kept.clear(WebKit2.WebsiteDataTypes.COOKIES, 0, None, lambda *_: answer({}))


def _texts(value: Any) -> Iterator[str]:
    """Every text within values as BiDi writes them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts(value.get("value"))
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def serve(folder: Path) -> tuple[Soup.Server, int]:
    """A server that listens for one Playwright, and its port: the browser ends with the connection."""

    def connected(_server: Soup.Server, _message: Any, _path: str, socket: Soup.WebsocketConnection) -> None:
        socket.set_max_incoming_payload_size(0)  # without a limit
        session = Session(folder, lambda message: socket.send_text(json.dumps(message)))
        socket.connect("message", lambda _socket, _kind, data: session.handle(json.loads(data.get_data())))
        socket.connect("closed", lambda _socket: Gtk.main_quit())
        connected_to.append(socket)

    connected_to: list[Soup.WebsocketConnection] = []  # held, or it would be let go
    server = Soup.Server()
    server.add_websocket_handler("/session", None, None, connected)
    server.listen_local(0, Soup.ServerListenOptions.IPV4_ONLY)
    return server, server.get_uris()[0].get_port()
