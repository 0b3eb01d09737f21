"""Taking the time of two things in turn, so that a machine whose speed drifts is as kind to one as to the other."""

from __future__ import annotations

import gc
import io
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine, event
from werkzeug.test import EnvironBuilder, run_wsgi_app

Call = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a page takes on the server, in milliseconds, beside its floor; and how many statements it sends."""

    p50_ms: float
    p99_ms: float
    floor_p50_ms: float
    least_ms: float
    floor_least_ms: float
    queries: int

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.p50_ms / self.floor_p50_ms

    @property
    def least_ratio(self) -> float:
        """The same of the least times, which a busy machine makes less of a lottery: what runs longer is put aside more often."""
        return self.least_ms / self.floor_least_ms

    def as_json(self) -> dict[str, float | int]:
        """The shape that is written."""
        return {
            "p50_ms": round(self.p50_ms, 3),
            "p99_ms": round(self.p99_ms, 3),
            "floor_p50_ms": round(self.floor_p50_ms, 3),
            "ratio": round(self.ratio, 2),
            "least_ms": round(self.least_ms, 3),
            "floor_least_ms": round(self.floor_least_ms, 3),
            "least_ratio": round(self.least_ratio, 2),
            "queries": self.queries,
        }


def in_turn(page: Call, floor: Call, *, runs: int, queries: int, warm_up: int = 10) -> Figures:
    """Times `page` and `floor` in turn, after a warm-up that is not counted."""
    for _ in range(warm_up):
        page()
        floor()
    taken: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for _ in range(runs):
        for call, times in zip((page, floor), taken, strict=True):
            began = perf_counter()
            call()
            times.append((perf_counter() - began) * 1000)
    return Figures(
        p50_ms=statistics.median(taken[0]),
        p99_ms=statistics.quantiles(taken[0], n=100)[98],
        floor_p50_ms=statistics.median(taken[1]),
        least_ms=min(taken[0]),
        floor_least_ms=min(taken[1]),
        queries=queries,
    )


@contextmanager
def counted(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The statements sent within the block with their values, transactions' own words left out."""
    sent: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)


class Browser:
    """Calls an application as a server does, with one cookie, and reads the whole answer."""

    def __init__(self, app: Any, cookie: str) -> None:
        self.app, self.cookie = app, cookie

    def get(self, path: str, *, expected: int = 200) -> str:
        """Gets a page; an answer other than the expected one ends the benchmark."""
        return self._open(EnvironBuilder(path, headers=[("Cookie", self.cookie)]), expected)

    def post(self, path: str, fields: list[tuple[str, str]], *, expected: int = 303) -> str:
        """Sends a form."""
        body = urlencode(fields).encode()
        builder = EnvironBuilder(
            path,
            method="POST",
            headers=[("Cookie", self.cookie)],
            input_stream=io.BytesIO(body),
            content_length=len(body),
            content_type="application/x-www-form-urlencoded",
        )
        return self._open(builder, expected)

    def _open(self, builder: EnvironBuilder, expected: int) -> str:
        chunks, status, headers = run_wsgi_app(self.app, builder.get_environ(), buffered=True)
        text = b"".join(chunks).decode()
        if (changed := headers.get("Set-Cookie", "")).startswith("diary="):
            self.cookie = changed.partition(";")[0]
        if int(status.split()[0]) != expected:
            raise RuntimeError(f"{builder.path} answered {status}, not {expected}: {text[:400]}")
        return text
