"""Keeps processes running together: starts them, restarts one that died, and ends them all when told to end."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import FrameType

log = logging.getLogger(__name__)

_PATIENCE = 20.0  # seconds that a child has to finish what it is at
_PR_SET_PDEATHSIG = 1


class Child:
    """One process that is to run, and how often it has died of late."""

    def __init__(self, name: str, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self.name, self.command, self.environ = name, list(command), dict(environ)
        self.process: subprocess.Popen[bytes] | None = None
        self.deaths = 0
        self.not_before = 0.0
        self.began = 0.0

    def start(self) -> None:
        """Starts it in a session of its own, so that a key pressed at the terminal reaches the supervisor alone."""
        self.process = subprocess.Popen(  # noqa: S603  our own command lines
            self.command, env=self.environ, start_new_session=True
        )
        self.began = time.monotonic()

    def look(self) -> None:
        """Starts it again if it died, later and later the oftener it dies at once (a second to half a minute)."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.deaths = 1 if now - self.began > 60 else self.deaths + 1
        wait = min(2.0 ** (self.deaths - 1), 30.0)
        log.warning("%s ended with status %s and begins again in %.0f s", self.name, status, wait)
        self.process, self.not_before = None, now + wait

    def tell(self, number: int) -> None:
        """Sends a signal to the process, if there is one."""
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)


def supervise(children: Sequence[Child]) -> None:
    """Runs the processes until SIGTERM or SIGINT; then ends them, and kills those that do not end in twenty seconds."""
    ending = False

    def end(_number: int, _frame: FrameType | None) -> None:
        nonlocal ending
        ending = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    while not ending:
        for child in children:
            child.look()
        time.sleep(0.2)
    _end(children)


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.tell(signal.SIGTERM)
    until = time.monotonic() + _PATIENCE
    for child in children:
        if child.process is not None:
            try:
                child.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                log.warning("%s does not end and is killed", child.name)
                with suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()


def end_with_parent() -> None:
    """Called by a child at its start, on Linux: it is told to end when its supervisor is gone, however it went."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
