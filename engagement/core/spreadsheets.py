"""Spreadsheets that leave the diary: comma-separated, in a form that Excel opens rightly and cannot be tricked by."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: the same signs, full width


def defused(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula: an apostrophe stands before one that begins like one."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def spreadsheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The rows as a CSV file with a byte order mark; dates as 27/11/2026, nothing for None, "yes" and "no"."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([defused(name) for name in header])
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case date():
            return f"{value:%d/%m/%Y}"
        case str():
            return defused(value)
        case _:
            return value
