"""The force's own words for groups: their kinds, the communities they speak for, and which kinds may be named in public."""

from __future__ import annotations

from collections.abc import Mapping

from engagement.settings import vocabulary


def kinds() -> Mapping[str, str]:
    """Every kind of group with its words on screen, in the order in which they are shown."""
    return vocabulary()["group_kinds"]


def characteristics() -> Mapping[str, str]:
    """Every community that a group may speak for, with its words on screen."""
    return vocabulary()["characteristics"]


def named_by_default(kind: str) -> bool:
    """Whether a group of that kind may be named in public unless somebody says otherwise."""
    return kind in vocabulary()["named_by_default"]["kinds"]


KEY_INDIVIDUAL = "key_individual"  # a person who knows their community: one contact, never two
