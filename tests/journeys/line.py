"""A line between a browser and the diary that can be cut, slowed and closed: the real service on a real socket."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

Start = Callable[..., Any]


@dataclass
class Line:
    """The service at one address. `close()` is no signal, `open()` brings it back; `cut_answer` and `lose` happen once."""

    app: Flask
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    _cut: set[str] = field(default_factory=set)
    _lose: Counter[str] = field(default_factory=Counter)
    _hold: dict[str, threading.Event] = field(default_factory=dict)
    _trickle: dict[str, threading.Event] = field(default_factory=dict)
    _idle: threading.Condition = field(default_factory=threading.Condition)
    _running: int = 0
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """There is a signal."""
        self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True, request_handler=self._handler())
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def close(self) -> None:
        """There is none: nobody listens at the address."""
        if self._server is None or self._thread is None:
            return
        for held in (*self._hold.values(), *self._trickle.values()):
            held.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server = None
        with self._idle:  # what was asked is done, before a test takes the database away
            self._idle.wait_for(lambda: self._running == 0, timeout=20)

    def cut_answer(self, path: str) -> None:
        """The next request to the path is done, committed, and its answer lost on the way."""
        self._cut.add(path)

    def lose(self, path: str, *, times: int = 1) -> None:
        """The next that is posted to the path is lost on the way: the service never hears of it, and no answer comes."""
        self._lose[path] = times

    def hold(self, path: str) -> threading.Event:
        """Requests to the path wait until the event is set."""
        return self._hold.setdefault(path, threading.Event())

    def trickle(self, path: str) -> threading.Event:
        """What is posted to the path is done and committed, and its answer comes a byte at a time until the event is set."""
        return self._trickle.setdefault(path, threading.Event())

    def count(self, method: str, path: str) -> int:
        return self.asked.count((method, path))

    def _handler(self) -> type[WSGIRequestHandler]:
        """What handles a request of this line: quietly, and counted until its thread is done with it, whatever the browser does meanwhile."""
        count = self._count

        class Counted(WSGIRequestHandler):
            def run_wsgi(self) -> None:
                count(1)
                try:
                    super().run_wsgi()
                finally:
                    count(-1)

            def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  its own name
                pass

        return Counted

    def _count(self, change: int) -> None:
        with self._idle:
            self._running += change
            self._idle.notify_all()

    def _answer(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        self.asked.append((method, path))
        if path in self._hold and method in ("GET", "POST"):
            self._hold[path].wait(20)
        if method == "POST" and self._lose[path] > 0:
            self._lose[path] -= 1
            return _hang_up(environ)
        if method == "POST" and path in self._cut:
            self._cut.discard(path)
            list(self.app(environ, _unheard))
            return _hang_up(environ)
        if method == "POST" and path in self._trickle:
            return _drop_by_drop(self.app(environ, start), self._trickle[path])
        return self.app(environ, start)


def _unheard(_status: str, _headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
    return lambda _words: None


def _drop_by_drop(answer: Iterable[bytes], through: threading.Event) -> Iterable[bytes]:
    for byte in b"".join(answer):
        through.wait(0.2)
        yield bytes([byte])


def _hang_up(environ: dict[str, Any]) -> Iterable[bytes]:
    """Closes the connection without a word."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError
