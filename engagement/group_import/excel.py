"""Reads an Excel file in a process of its own with little memory and time: one made to swell ends that process and no other."""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook

MOST_MEMORY = 768 * 1024 * 1024  # bytes of address space; a file of five thousand rows takes a tenth
MOST_SECONDS = 10
MOST_SAID = 40 * 1024 * 1024  # characters of all its cells, on their way back
_CANNOT, _TOO_LARGE = 3, 4  # what the process ends with


class UnreadableError(Exception):
    """The file cannot be read."""


class TooLargeError(Exception):
    """The file has more rows or columns than asked for, or swells beyond what it may take."""


def read_excel(content: bytes, *, most_rows: int, most_columns: int) -> list[list[str]]:
    """The cells of the first sheet as text. Raises UnreadableError or TooLargeError, whatever the file holds."""
    command = [sys.executable, "-I", __file__, str(most_rows), str(most_columns)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=3 * MOST_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise TooLargeError from None
    if done.returncode == 0:
        rows: list[list[str]] = json.loads(done.stdout)
        return rows
    raise UnreadableError if done.returncode == _CANNOT else TooLargeError


def _rows(content: bytes, most_rows: int, most_columns: int) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    if sheet.height > most_rows or sheet.width > most_columns:
        sys.exit(_TOO_LARGE)
    return [[_said(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def _said(cell: object) -> str:
    match cell:
        case datetime() | date():
            return f"{cell:%d/%m/%Y}"
        case float() if cell.is_integer():
            return str(int(cell))
        case bool():
            return "yes" if cell else "no"
        case time():
            return f"{cell:%H:%M}"
        case _:
            return "" if cell is None else str(cell)


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        rows = _rows(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except (CalamineError, IndexError, OSError):
        sys.exit(_CANNOT)
    said = json.dumps(rows)
    if len(said) > MOST_SAID:
        sys.exit(_TOO_LARGE)
    sys.stdout.write(said)


if __name__ == "__main__":
    _main()
