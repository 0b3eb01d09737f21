"""A real web server for tests, in a process group of its own: it can be killed whole, at any moment, and started again; and a commit that dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from engagement.bench.cast import cookie_of
from engagement.cli import web_command
from engagement.settings import Settings
from tests.conftest import DiaryUnderTest
from tests.offline.commit_that_waits import WAIT, WAITING

HOST, PATIENCE = "127.0.0.1", 60.0


class Server:
    """The web server on the database of the test; `kill()` is SIGKILL for all of its processes."""

    def __init__(self, diary: DiaryUnderTest, *, workers: int = 2) -> None:
        self.settings: Settings = diary.app.extensions["settings"]
        self.workers = workers
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        environ = {
            **os.environ,
            "ENGAGEMENT_DATABASE_URL": self.settings.database_url,
            "ENGAGEMENT_SECRET_KEY": self.settings.secret_key,
            "ENGAGEMENT_INSTANCE": str(self.settings.instance),
            "ENGAGEMENT_LOG": "ERROR",
            "GUNICORN_CMD_ARGS": f"--config {Path(__file__).with_name('commit_that_waits.py')}",
        }
        self.process = subprocess.Popen(web_command(HOST, self.port, self.workers), env=environ, start_new_session=True)
        until = monotonic() + PATIENCE
        while monotonic() < until:
            if ask(self.port, "GET", "/healthz") is not None:
                return
            sleep(0.05)
        raise RuntimeError("the web server did not start")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def holds_commits(self, yes: bool) -> None:
        """From now on an entry that is written waits before it is kept; or no longer."""
        (self.settings.instance / WAITING).unlink(missing_ok=True)
        if yes:
            (self.settings.instance / WAIT).touch()
        else:
            (self.settings.instance / WAIT).unlink(missing_ok=True)

    def in_mid_commit(self) -> bool:
        """Whether an entry waits there: written, and not kept."""
        return (self.settings.instance / WAITING).exists()


class _KilledError(Exception):
    """The process is gone."""


@contextmanager
def dying() -> Iterator[None]:
    """Whatever this thread commits meanwhile dies in the middle of it."""
    here = threading.get_ident()

    def die(_session: Session) -> None:
        if threading.get_ident() == here:
            raise _KilledError

    event.listen(Session, "before_commit", die)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", die)


@contextmanager
def served(diary: DiaryUnderTest, *, workers: int = 2) -> Iterator[Server]:
    """The server, started; killed at the end if it still runs."""
    server = Server(diary, workers=workers)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def ask(port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any, str] | None:
    """The status, the JSON and the cookie of an answer; None where none came."""
    connection = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
    return answer.status, json.loads(said) if answer.headers.get("Content-Type") == "application/json" else said, cookie


class Line:
    """A phone's way to the server: its cookie, and a token when it asks for one."""

    def __init__(self, diary: DiaryUnderTest, port: int, account_id: int) -> None:
        self.port, self.cookie, self.token = port, cookie_of(diary.app, account_id), ""

    def send(self, drafts: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
        """The receipts; None where no answer came or it was not taken."""
        headers = {"Cookie": self.cookie}
        if not self.token:
            who = ask(self.port, "GET", "/api/session", headers=headers)
            if who is None or who[0] != 200:
                return None
            self.token, self.cookie = who[1]["csrf_token"], who[2] or self.cookie
            headers = {"Cookie": self.cookie}
        answer = ask(self.port, "POST", "/sync", {"drafts": drafts}, headers | {"X-CSRFToken": self.token})
        if answer is None or answer[0] != 200:
            return None
        receipts: list[dict[str, Any]] = answer[1]["receipts"]
        return receipts
