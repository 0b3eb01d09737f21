"""WebKitGTK's side: a phone with its own cookies and storage, its windows, what happens in them, and scripts run on their pages."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import GLib, Gtk, WebKit2  # noqa: E402  the versions come first

HERE = Path(__file__).parent
REALM, TOLD = (HERE / "realm.js").read_text("utf-8"), (HERE / "told.js").read_text("utf-8")
_numbers = itertools.count(1)

Tell = Callable[[str, dict[str, Any]], None]
Answer = Callable[[dict[str, Any]], None]


class Phone:
    """A user context: nothing of it is known to another. `tell` takes events of WebDriver BiDi."""

    def __init__(self, folder: Path, tell: Tell) -> None:
        self.name = f"phone{next(_numbers)}"
        self.tell = tell
        self.size = (1280, 720)
        self.granted: set[str] = set()
        self.place: dict[str, float] | None = None
        self.preload: dict[str, str] = {}
        self.windows: dict[str, Window] = {}
        kept = str(folder / self.name)
        self.engine = WebKit2.WebContext(
            website_data_manager=WebKit2.WebsiteDataManager(base_data_directory=kept, base_cache_directory=kept + "-cache")
        )
        self.engine.set_preferred_languages(["en-GB"])
        self.cookies = self.engine.get_website_data_manager().get_cookie_manager()
        self.engine.get_geolocation_manager().connect("start", lambda _manager: self.locate())

    def locate(self) -> bool:
        """Says where the phone is, if anybody has said so."""
        if self.place is not None:
            where = self.place
            position = WebKit2.GeolocationPosition.new(where["latitude"], where["longitude"], where.get("accuracy") or 1.0)
            self.engine.get_geolocation_manager().update_position(position)
        return True


class Window:
    """A browsing context. Its page has two worlds: the page's own and, by name, the driver's."""

    def __init__(self, phone: Phone, opened: Callable[[], None]) -> None:
        self.name = f"window{next(_numbers)}"
        self.phone = phone
        self.realm = ""
        self.navigation: str | None = None
        self._waiting: dict[int, tuple[str, Answer]] = {}
        self._opened: Callable[[], None] | None = opened
        self.content = WebKit2.UserContentManager()
        self.content.register_script_message_handler("told")
        self.content.connect("script-message-received::told", self._told)
        self.preload()
        self.view = WebKit2.WebView(web_context=phone.engine, user_content_manager=self.content)
        settings = self.view.get_settings()
        settings.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
        # WebKit puts no page aside, to go back to it, that came by https and says no-store, as the diary's do. By plain http, as
        # here, it would, in the middle of what the page writes; and nothing else could be written on the device until it is let go.
        settings.set_enable_page_cache(False)
        self.view.connect("load-changed", self._load_changed)
        self.view.connect("load-failed", self._load_failed)
        self.view.connect("notify::uri", self._moved)
        self.view.connect("permission-request", self._asked)
        self.view.connect("query-permission-state", self._may)
        self.view.connect("resource-load-started", self._fetched)
        self.frame = Gtk.Window()
        self.frame.set_default_size(*phone.size)
        self.frame.add(self.view)
        self.frame.show_all()
        self.view.load_uri("about:blank")

    def preload(self) -> None:
        """Puts in place what runs before a page's own scripts."""
        self.content.remove_all_scripts()
        for source in (TOLD, *self.phone.preload.values()):
            self.content.add_script(
                WebKit2.UserScript.new(source, WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserScriptInjectionTime.START, [], [])
            )

    def navigate(self, start: Callable[[], None]) -> str:
        """Begins to open a page, and answers the navigation's name."""
        self.navigation = f"navigation{next(_numbers)}"
        start()
        return self.navigation

    def run(
        self, world: str | None, call: str, values: list[dict[str, Any]], texts: list[str], options: dict[str, Any], answer: Answer
    ) -> None:
        """Runs a function of the page, and answers what script.callFunction does. A page that goes meanwhile leaves no answer.

        `texts` are what the function may want to evaluate; the first of them may be statements. `options`: depth, owned.
        """
        sent = next(_numbers)
        realm = f"{self.realm}.{world}" if world else self.realm
        self._waiting[sent] = (self.realm, answer)

        def body(compiled: list[str]) -> str:
            pairs = ",".join(f"[{json.dumps(text)}, () => {work}]" for text, work in zip(texts, compiled, strict=False))
            return (
                f"const realm = (globalThis.__bidi ??= {{}})[{json.dumps(realm)}] ??= ({REALM.strip()})({json.dumps(realm)});\n"
                f"return realm.answer({call}, {json.dumps(values)}, {json.dumps(options)}, [{pairs}])"
            )

        def done(view: WebKit2.WebView, result: Any, again: str | None) -> None:
            try:
                said = view.call_async_javascript_function_finish(result)
            except GLib.Error as error:
                if again is not None and "SyntaxError" in error.message:
                    send(again, None)
                elif waiting := self._waiting.pop(sent, None):
                    waiting[1]({"type": "exception", "exceptionDetails": {"text": error.message}, "realm": realm})
                return
            waiting = self._waiting.pop(sent, None)
            if waiting is not None and waiting[0] == self.realm and said.is_string():
                waiting[1](json.loads(said.to_string()))

        def send(source: str, again: str | None) -> None:
            self.view.call_async_javascript_function(source, -1, None, world, None, None, done, again)

        send(body([f"({text.strip().rstrip(';')}\n)" for text in texts]), body([f"{{ {text}\n }}" for text in texts[:1]]))

    def settle(self, then: Callable[[], None]) -> None:
        """Calls back when the page has seen all that was done to it so far."""
        self.view.evaluate_javascript("0", -1, "settle", None, None, lambda *_: then())

    def close(self) -> None:
        self.phone.windows.pop(self.name, None)
        self.frame.destroy()
        self.phone.tell("script.realmDestroyed", {"realm": self.realm})
        self.phone.tell("browsingContext.contextDestroyed", self.described())

    def described(self) -> dict[str, Any]:
        """What BiDi says of a browsing context."""
        return {
            "context": self.name, "url": self.view.get_uri() or "about:blank", "userContext": self.phone.name,
            "parent": None, "originalOpener": None, "children": None, "clientWindow": self.name,
        }  # fmt: skip

    def _told(self, _content: WebKit2.UserContentManager, result: Any) -> None:
        what, text = json.loads(result.get_js_value().to_string())
        if what in ("domContentLoaded", "load"):
            if self._opened is None:
                self._tell(f"browsingContext.{what}")
        else:
            entry = {"level": "error", "text": text, "timestamp": 0, "source": {"realm": self.realm, "context": self.name}}
            if what == "error":
                entry |= {"type": "javascript"}
            else:
                entry |= {"type": "console", "method": "error", "args": [{"type": "string", "value": text}]}
            self.phone.tell("log.entryAdded", entry)

    def _load_changed(self, _view: WebKit2.WebView, event: WebKit2.LoadEvent) -> None:
        if self._opened is not None:  # the empty page that every window begins with
            if event == WebKit2.LoadEvent.FINISHED:
                opened, self._opened = self._opened, None
                self.phone.windows[self.name] = self
                self.phone.tell("browsingContext.contextCreated", self.described())
                self._new_realm()
                opened()
        elif event == WebKit2.LoadEvent.STARTED:
            self.navigation = self.navigation or f"navigation{next(_numbers)}"
            self._tell("browsingContext.navigationStarted")
        elif event == WebKit2.LoadEvent.COMMITTED:
            self._new_realm()
            self._tell("browsingContext.navigationCommitted")
            self.navigation = None

    def _load_failed(self, _view: WebKit2.WebView, _event: WebKit2.LoadEvent, _address: str, _error: GLib.Error) -> bool:
        self._tell("browsingContext.navigationFailed")
        return False  # the engine shows its own page about it

    def _moved(self, view: WebKit2.WebView, _property: Any) -> None:
        if self._opened is None and not view.is_loading():
            self._tell("browsingContext.historyUpdated")

    def _new_realm(self) -> None:
        if self.realm:
            self._waiting = {sent: waiting for sent, waiting in self._waiting.items() if waiting[0] != self.realm}
            self.phone.tell("script.realmDestroyed", {"realm": self.realm})
        self.realm = f"realm{next(_numbers)}"
        self.phone.tell("script.realmCreated", {"realm": self.realm, "origin": "", "type": "window", "context": self.name})

    def _asked(self, _view: WebKit2.WebView, request: WebKit2.PermissionRequest) -> bool:
        if isinstance(request, WebKit2.GeolocationPermissionRequest) and "geolocation" in self.phone.granted:
            request.allow()
        else:
            request.deny()
        return True

    def _may(self, _view: WebKit2.WebView, query: WebKit2.PermissionStateQuery) -> bool:
        granted = query.get_name() in self.phone.granted
        query.finish(WebKit2.PermissionState.GRANTED if granted else WebKit2.PermissionState.PROMPT)
        return True

    def _fetched(self, _view: WebKit2.WebView, _resource: WebKit2.WebResource, request: WebKit2.URIRequest) -> None:
        headers: list[dict[str, Any]] = []
        if (known := request.get_http_headers()) is not None:
            known.foreach(lambda name, value: headers.append({"name": name, "value": {"type": "string", "value": value}}))
        asked = {"request": f"request{next(_numbers)}", "url": request.get_uri(), "method": request.get_http_method(), "headers": headers}
        self.phone.tell(
            "network.beforeRequestSent",
            {"context": self.name, "navigation": None, "isBlocked": False, "redirectCount": 0, "timestamp": 0, "request": asked},
        )

    def _tell(self, event: str) -> None:
        facts = {"context": self.name, "navigation": self.navigation, "timestamp": 0, "url": self.view.get_uri() or "about:blank"}
        self.phone.tell(event, facts)
