"""The board and the log form over HTTP, through the web server as it is started for users, beside what the peers took."""

from __future__ import annotations

import gzip
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from time import monotonic, perf_counter, sleep
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from engagement.bench.cast import Fields, cast_of, cookie_of, entries
from engagement.bench.timing import Call
from engagement.settings import Settings

HOST, CLIENTS, PATIENCE = "127.0.0.1", 4, 60.0
# Medians of one client in milliseconds and answers a second to four: Redmine, Creme CRM; 2,000 groups, one machine.
PEERS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "overdue": {"p50_ms": (68.0, 120.0), "per_second": (27.0, 15.0)},
    "log": {"p50_ms": (27.0, 41.0), "per_second": (60.0, 27.0)},
}


class Client:
    """One browser: one connection that is kept, one cookie. An answer other than the expected one ends the benchmark."""

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = HTTPConnection(HOST, port, timeout=PATIENCE)
        self.cookie = cookie

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def get(self, path: str) -> bytes:
        """Gets a page whole, packed as for any browser."""
        return self._ask("GET", path, None, {}, 200)

    def post(self, path: str, fields: Fields) -> bytes:
        """Sends a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields), headers, 303)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str], expected: int) -> bytes:
        self.connection.request(method, path, body, headers | {"Cookie": self.cookie, "Accept-Encoding": "gzip"})
        answer = self.connection.getresponse()
        text = answer.read()
        if (changed := answer.headers.get("Set-Cookie", "")).startswith("diary="):
            self.cookie = changed.partition(";")[0]
        if answer.status != expected:
            raise RuntimeError(f"{path} answered {answer.status}, not {expected}: {text[:400]!r}")
        return text


def http_figures(app: Flask, settings: Settings, *, runs: int) -> dict[str, Any]:
    """For each page its median with one client, its answers a second with four, and the peers' beside them."""
    cast = cast_of(app)
    pcso, inspector = cookie_of(app, cast.pcso), cookie_of(app, cast.inspector)

    def board(client: Client) -> Call:
        return lambda: client.get("/overdue")

    def log(client: Client) -> Call:
        typed = entries(gzip.decompress(client.get("/engagements/new")).decode(), cast)
        return lambda: client.post("/engagements/new", next(typed))

    with served(settings) as port:
        return {
            "overdue": _beside("overdue", port, inspector, board, runs),
            "log": _beside("log", port, pcso, log, runs),
        }


def _beside(name: str, port: int, cookie: str, begin: Callable[[Client], Call], runs: int) -> dict[str, Any]:
    with ExitStack() as stack:
        calls = [begin(stack.enter_context(Client(port, cookie))) for _ in range(CLIENTS)]
        p50, rate = _median(calls[0], runs), _rate(calls, runs)
    peers = PEERS[name]
    return {
        "p50_ms": round(p50, 2),
        "peers_p50_ms": list(peers["p50_ms"]),
        "times_quicker": round(min(peers["p50_ms"]) / p50, 1),
        "per_second": round(rate, 1),
        "peers_per_second": list(peers["per_second"]),
    }


def _median(call: Call, runs: int) -> float:
    for _ in range(10):
        call()
    taken = []
    for _ in range(runs):
        began = perf_counter()
        call()
        taken.append((perf_counter() - began) * 1000)
    return statistics.median(taken)


def _rate(calls: list[Call], runs: int) -> float:
    """Answers a second to clients that ask at once, each as soon as it has its answer."""

    def walk(call: Call) -> None:
        for _ in range(runs):
            call()

    with ThreadPoolExecutor(len(calls)) as pool:
        began = perf_counter()
        list(pool.map(walk, calls))
        return len(calls) * runs / (perf_counter() - began)


@contextmanager
def served(settings: Settings) -> Iterator[int]:
    """The web server of `engagement serve` on a free port of this machine; answers the port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
    environ = {
        **os.environ,
        "ENGAGEMENT_DATABASE_URL": settings.database_url,
        "ENGAGEMENT_SECRET_KEY": settings.secret_key,
        "ENGAGEMENT_INSTANCE": str(settings.instance),
        "ENGAGEMENT_LOG": "WARNING",
    }
    command = [sys.executable, "-m", "engagement.cli", "web", "--host", HOST, "--port", str(port)]
    server = subprocess.Popen(command, env=environ)  # noqa: S603  our own command line
    try:
        _wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until and server.poll() is None:
        try:
            with Client(port, "") as client:
                client.get("/healthz")
            return
        except OSError:
            sleep(0.1)
    raise RuntimeError("the web server did not start")
