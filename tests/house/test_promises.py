"""docs/promises.md names for every promise a test that is there, by a path that can be typed."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMISES = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
_FILE = re.compile(r"`((?:tests|engagement)/[^`]+)`")


def rows() -> list[tuple[str, str]]:
    """Each row of the tables as (promise, what proves it)."""
    found = []
    for line in PROMISES.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and cells[0] != "promise" and not set(line) <= set("|- "):
            assert len(cells) == 2, f"a row of two cells: {line}"
            found.append((cells[0], cells[1]))
    return found


def test_every_promise_names_a_test_that_is_there() -> None:
    assert len(rows()) > 80
    missing = []
    for promise, proof in rows():
        named = _FILE.findall(proof)
        gone = [name for name in named if not (ROOT / name).is_file()]
        if gone or not (named or "make check" in proof):
            missing.append(f"{promise}: {', '.join(gone) or 'no test is named'}")
    assert not missing, "\n".join(missing)


def test_every_test_that_is_named_tests_something() -> None:
    for name in {name for _, proof in rows() for name in _FILE.findall(proof) if name.endswith(".py") and "/test_" in name}:
        assert re.search(r"^def test_", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE), f"{name} has no test"


def test_no_promise_is_made_twice() -> None:
    said = [promise for promise, _ in rows()]
    assert sorted(set(said)) == sorted(said)
