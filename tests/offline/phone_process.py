"""A phone that runs the diary's own modules in Node, driven line by line; what it asks of the service is answered by whoever drives it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

SCRIPT = Path(__file__).with_name("phone-process.mjs")
Answer = Callable[[dict[str, Any]], dict[str, Any]]


class PhoneProcess:
    """One Node for many phones: `new` hands out another one, with nothing on it. `answer` is asked for every request."""

    def __init__(self, answer: Answer) -> None:
        node = shutil.which("node")
        assert node is not None
        self.answer, self.open = answer, list[str]()
        self.process = subprocess.Popen([node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def do(self, what: str, **more: Any) -> tuple[Any, str | None]:
        """What came of it, or the name of the error that it failed with; `open` are the accounts of the pages that are open then."""
        self._write({"does": what, **more})
        while line := self._read():
            if "ask" in line:
                self._write({"answer": line["ask"], **self.answer(line)})
            else:
                self.open = line["open"]
                return line["did"], line["failed"]
        raise AssertionError(f"the phone hangs: {what}")

    def close(self) -> None:
        """Ends it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _write(self, what: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}
