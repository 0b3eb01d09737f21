"""What the question of a list's address asks for; what is not understood there is left out, never refused."""

from __future__ import annotations

from collections.abc import Container, Mapping


def one_of(args: Mapping[str, str], name: str, known: Container[str], otherwise: str = "") -> str:
    """The word asked for under that name where it is a known one."""
    word = args.get(name, "")
    return word if word in known else otherwise


def typed(args: Mapping[str, str], name: str, longest: int) -> str:
    """The words typed to search by: so many characters at most, one space between words."""
    return " ".join(args.get(name, "")[:longest].split())


def ticked(args: Mapping[str, str], name: str) -> bool:
    """Whether a box of that name is ticked."""
    return args.get(name) == "1"
