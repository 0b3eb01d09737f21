"""What a hostile or a hurried person may send: values for every field, and which fields a page asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict

MARK = "<svg/onload=x7q>"
"""Markup that no page may hold unescaped."""

NUMBERS = (
    "0",
    "-1",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "1" + "0" * 30,
    "9" * 5000,
    "1e9",
    "²",
    "٣",
    "１２",
    "0x1f",
)
DATES = ("31/02/2026", "29/2/2023", "1/1/26", "01/01/0001", "31/12/9999", "32/13/2026", "tomorrow", "2026-13-45", "12٣/1/2026")
TEXTS = (
    "", " ", "\0", "a\0b", "\x1b[31m", "\ufffd", "🚓" * 40, "\u202egnp.exe",
    "\u200d", "a\r\nBcc: all@parish.example", '"; x="1', "'; DROP TABLE officer; --", "%", "_", "\\", "%s %(n)s %d", "{} {0} {n} {a.b}",
    MARK, f'">{MARK}', f"'{MARK}", "{{ 7*7 }}", "javascript:alert(1)", "//evil.example", "=HYPERLINK(\"x\")", "[]", "{}", "null", "None", "NaN",
    "x" * 70_000,
)  # fmt: skip
VALUES = (*TEXTS, *NUMBERS, *DATES)
"""Every one is sent in every field of every route."""

ALONE = ("", "\0", "²", "9223372036854775807", "1" + "0" * 30, "9" * 5000, "31/12/9999", f'">{MARK} {{a.b}} %(n)s')
"""The sharpest of them: sent in each field alone, with the rest of the form as it should be."""

MEGABYTE = "12 Links Rd, jo@parish.example 07700 900123 " * 24_000

HOSTILE_KEYS = ("0", "00", "2147483648", "9223372036854775807", "9223372036854775808", "1" + "0" * 30, "-1", "²", "1.5", "%00", "%ED%A0%80")
"""Sent where an address takes a number."""

HOSTILE_WORDS = ("%00", "..%2f..%2fetc%2fpasswd", "%ED%A0%80", "x" * 5000, "%0d%0aSet-Cookie:%20a=b", "%f0%9f%9a%93", "{}", "%25s")
"""Sent where an address takes a word."""


class Asked(ImmutableMultiDict[str, str]):
    """The fields of a request that note which of them a view asks for."""

    names: set[str] = set()  # shared: the view gets an instance that nobody here holds

    def __getitem__(self, key: str) -> str:
        self.names.add(key)
        return super().__getitem__(key)

    def get(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().get(key, *rest, **more)

    def getlist(self, key: str, *rest: Any, **more: Any) -> Any:
        self.names.add(key)
        return super().getlist(key, *rest, **more)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)


@contextmanager
def asked_names(app: Flask) -> Iterator[set[str]]:
    """The names that views ask for, of addresses and of forms, while it lasts."""
    kept = app.request_class

    class Noting(kept):  # type: ignore[misc, valid-type]
        parameter_storage_class = Asked

    app.request_class = Noting
    found: set[str] = set()
    Asked.names = found
    try:
        yield found
    finally:
        app.request_class = kept


def parts_of(rule: str) -> list[tuple[str, str]]:
    """The variable parts of a route: (converter, name)."""
    return [(kind or "string", name) for kind, name in re.findall(r"<(?:([^:<>]+):)?([^<>]+)>", rule)]


def filled(rule: str, values: dict[str, str]) -> str:
    """The route's address with its variable parts filled in."""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda m: values[m[1]], rule)
