"""The force's own words for groups: their kinds, the communities they speak for, and which kinds may be named in public."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    """config/vocabulary.toml, which the settings have found in order before anything is served."""
    path = Path(__file__).resolve().parents[2] / "config" / "vocabulary.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def kinds() -> Mapping[str, str]:
    """Every kind of group with its words on screen, in the order in which they are shown."""
    return _words()["group_kinds"]


def characteristics() -> Mapping[str, str]:
    """Every community that a group may speak for, with its words on screen."""
    return _words()["characteristics"]


def named_by_default(kind: str) -> bool:
    """Whether a group of that kind may be named in public unless somebody says otherwise."""
    return kind in _words()["named_by_default"]["kinds"]


KEY_INDIVIDUAL = "key_individual"  # a person who knows their community: one contact, never two
