"""What is installed is what is written down, and the commands that others rely on are there."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pins(name: str) -> dict[str, str]:
    """Package and version of each line of a requirements file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==([^ \\]+)", text, re.MULTILINE))


def wanted(requirement: str) -> str:
    return re.split(r"[\[=<>! ]", requirement)[0].lower()


@pytest.mark.parametrize(
    ("name", "asked"),
    [("runtime.txt", PROJECT["dependencies"]), ("dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"])],
)
def test_every_library_asked_for_is_pinned(name: str, asked: list[str]) -> None:
    assert {wanted(a) for a in asked} <= set(pins(name))


@pytest.mark.parametrize("name", ["runtime.txt", "build.txt", "dev.txt"])
def test_every_pin_has_its_hashes_and_agrees_with_the_others(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?==)", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    everything = pins("dev.txt")
    assert {package: everything.get(package) for package in pins(name)} == pins(name)


def test_make_lists_what_others_rely_on() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^make ([a-z-]+)", said, re.MULTILINE))
    assert {"demo", "test", "check", "journeys", "bench", "help"} <= listed


def test_the_gate_calls_make_test_and_nothing_else() -> None:
    gate = ROOT / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    commands = [line for line in gate.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert commands[-1] == "exec make test"
    assert all(line.startswith(("set ", "cd ", "exec ")) for line in commands)
