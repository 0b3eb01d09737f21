"""Opens a spreadsheet, CSV or Excel, as rows of plain text; and packs rows so that a page can carry them to the next."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import zlib
from collections.abc import Sequence
from itertools import islice

from engagement.core.errors import Refused
from engagement.group_import.excel import TooLargeError, UnreadableError, read_excel

MOST_ROWS = 5_000
MOST_COLUMNS = 80
MOST_BLANK = 100_000  # rows of a CSV file, those with nothing in them counted as well
LONGEST_CELL = 10_000
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 20 * 1024 * 1024
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

Rows = list[list[str]]


def open_sheet(content: bytes) -> Rows:
    """The rows of a CSV file (UTF-8, else Windows-1252) or of the first sheet of an Excel file, trailing blanks gone.

    Dates are said as 27/11/2026 and whole numbers without a point. Raises Refused, beside `file`, for anything else.
    """
    if not content:
        raise Refused("Choose a file", field="file")
    if len(content) > MOST_BYTES:
        raise Refused("The file is larger than 5 MB: cut it into parts", field="file")
    rows = _excel(content) if content.startswith(_EXCEL) else _csv(content)
    kept = [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]
    if not kept:
        raise Refused("The file has no rows", field="file")
    if len(kept) > MOST_ROWS + 1:
        raise Refused("The file has more than {most} rows: cut it into parts", field="file", most=f"{MOST_ROWS:,}")
    if max(len(row) for row in kept) > MOST_COLUMNS:
        raise Refused("The file has more than {most} columns", field="file", most=MOST_COLUMNS)
    if any(len(cell) > LONGEST_CELL for row in kept for cell in row):
        raise Refused("A cell of the file is longer than {most} characters", field="file", most=f"{LONGEST_CELL:,}")
    return rows_with_places(rows)


def rows_with_places(rows: Sequence[Sequence[str]]) -> Rows:
    """The rows stripped, empty ones kept empty so that row numbers stay those of the file."""
    found = [[cell.strip() for cell in row] for row in rows]
    while found and not any(found[-1]):
        found.pop()
    return found


def _csv(content: bytes) -> Rows:
    if b"\0" in content:
        raise Refused("That is neither a CSV nor an Excel file", field="file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count) if first else ","
    try:
        rows = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), MOST_BLANK + 1))
    except csv.Error:
        raise Refused("That is not a CSV file: a quotation mark is open, or a cell is too long", field="file") from None
    if len(rows) > MOST_BLANK:
        raise Refused("The file has more than {most} rows: cut it into parts", field="file", most=f"{MOST_ROWS:,}")
    return rows


def _excel(content: bytes) -> Rows:
    try:
        return read_excel(content, most_rows=MOST_ROWS + 50, most_columns=MOST_COLUMNS)
    except TooLargeError:
        raise Refused("The file has more than {most} rows, or too many columns", field="file", most=f"{MOST_ROWS:,}") from None
    except UnreadableError:
        raise Refused("That Excel file cannot be read: save it again, or as CSV", field="file") from None


def pack(rows: Rows) -> str:
    """The rows as a short text that a hidden field can carry."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return base64.b64encode(zlib.compress(out.getvalue().encode(), 9)).decode()


def unpack(text: str) -> Rows:
    """The rows that `pack` packed; Refused for anything else, however it would swell."""
    try:
        inflate = zlib.decompressobj()
        content = inflate.decompress(base64.b64decode(text, validate=True), MOST_UNPACKED)
        if inflate.unconsumed_tail or not inflate.eof:
            raise ValueError("more than a file can hold")
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    except (ValueError, zlib.error, csv.Error):
        raise Refused("The file did not arrive whole: choose it again", field="file") from None
    if not 1 <= len(rows) <= MOST_ROWS + 50:
        raise Refused("The file did not arrive whole: choose it again", field="file")
    return rows


def fingerprint(rows: Rows, usual: int | None = None) -> str:
    """The same for two files that say the same with the same neighbourhood chosen, whatever program wrote them."""
    return hashlib.sha256(repr((rows, usual)).encode()).hexdigest()
