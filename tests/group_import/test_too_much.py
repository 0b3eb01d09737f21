"""Files made to swell: an Excel file that unpacks to gigabytes, endless cells, rows and columns; each is a sentence, soon and small."""

from __future__ import annotations

import io
import re
import resource
import time
import zipfile

import pytest

from engagement.core.errors import Refused
from engagement.group_import.sheet import MOST_BYTES, open_sheet

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(opening: bytes, filler: bytes, times: int, closing: bytes) -> bytes:
    """A real .xlsx whose one sheet is the opening, the filler so many times over, and the closing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as box:
        box.writestr("[Content_Types].xml", TYPES)
        box.writestr("_rels/.rels", RELS.format(kind=f"{OFFICE}/officeDocument", target="xl/workbook.xml"))
        sheets = '<sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets>'
        box.writestr("xl/workbook.xml", f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>')
        box.writestr("xl/_rels/workbook.xml.rels", RELS.format(kind=f"{OFFICE}/worksheet", target="worksheets/sheet1.xml"))
        with box.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(opening)
            for _ in range(times):
                sheet.write(filler)
            sheet.write(closing)
    return out.getvalue()


OPEN, CLOSE = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>'.encode(), b"</sheetData></worksheet>"
CELL = '<c r="A1" t="inlineStr"><is><t>group</t></is></c>'


def bombs() -> dict[str, bytes]:
    million = b"x" * 1_000_000
    return {
        "one cell of 400 MB": workbook(OPEN + b'<row r="1"><c r="A1" t="inlineStr"><is><t>', million, 400, b"</t></is></c></row>" + CLOSE),
        "rows without end": workbook(OPEN, b"<row><c t='inlineStr'><is><t>group</t></is></c></row>" * 20_000, 40, CLOSE),
        "one cell far away": workbook(OPEN + b'<row r="1">' + CELL.encode() + b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', b"", 0, CLOSE),
        "says it is vast": workbook(OPEN.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>'), b"", 0, CLOSE),
    }  # fmt: skip


@pytest.fixture(scope="module")
def swelling() -> dict[str, bytes]:
    return bombs()


@pytest.mark.parametrize("name", ["one cell of 400 MB", "rows without end", "one cell far away", "says it is vast"])
def test_an_excel_file_that_swells_is_refused_before_it_does(swelling: dict[str, bytes], name: str) -> None:
    content = swelling[name]
    assert len(content) < MOST_BYTES
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(Refused):
        open_sheet(content)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 200, f"{grown:.0f} MB"
    assert time.process_time() - began < 2  # of this process


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"group\n" + b"a\n" * 5_001, "more than 5,000 rows"),
        (b"group\n" + b"\n" * 2_000_000 + b"WI\n", "rows"),
        (b"group" + b"," * 4_000_000, "columns"),
        (b"group\n" + b"x" * 200_000, "cell"),
        (b'group\n"' + b"x\n" * 2_000_000, "not a CSV file|cell"),
        (b"x" * (MOST_BYTES + 1), "larger than 5 MB"),
    ],
    ids=["rows", "empty rows", "columns", "a cell", "an open quotation mark", "bytes"],
)
def test_a_csv_file_that_is_too_much_is_refused(content: bytes, says: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused) as refused:
        open_sheet(content)
    assert re.search(says, str(refused.value)), str(refused.value)
    assert time.process_time() - began < 3
