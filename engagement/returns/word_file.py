"""A return as a Word file: headings, a table with its header row, the classification at the head and foot of every page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engagement.core.clock import london_day
from engagement.returns.domain import CLASSIFICATION, say_day
from engagement.returns.figures import FIGURES
from engagement.returns.queries import WholeReturn

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDE, HIGH, MARGIN = 210, 297, 20  # A4, in millimetres
NAMES = 30  # of the column of names; the figures share what is left


def title_of(found: WholeReturn) -> str:
    """What the return is called, on screen and in its files."""
    return f"Quarterly engagement return: {found.team}, {found.quarter.name}"


def standing_of(found: WholeReturn) -> list[str]:
    """Who signed it, a line each; or that it is a draft."""
    lines = [f"Signed by {one.rank} {one.name} ({one.role}) on {say_day(london_day(one.at))}." for one in found.signatures]
    return lines if found.signed else [*lines, "DRAFT: not signed by both sergeant and inspector."]


def word_file(found: WholeReturn, now: datetime) -> bytes:
    """The return as a .docx file, with its title and language."""
    document = Document()
    _prepare(document, title_of(found))
    document.add_heading(title_of(found), level=0)
    for line in standing_of(found):
        document.add_paragraph(line)
    if found.row.introduction:
        _paragraphs(document, found.row.introduction)
    document.add_heading("Local priorities", level=1)
    for part in found.used:
        document.add_heading(f"{part.neighbourhood}: {part.title}", level=2)
        _paragraphs(document, part.agreed)
        for heading, text in (("Work towards it", part.work), ("Evidence", part.evidence)):
            document.add_heading(heading, level=3)
            _paragraphs(document, text)
    if not found.used:
        document.add_paragraph("No priority was live in this quarter.")
    document.add_heading("Engagement in figures", level=1)
    _table(document, found)
    document.add_paragraph(f"Counted on {say_day(london_day(found.row.taken_at))}. Taken from the diary on {say_day(london_day(now))}.")
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def _prepare(document: WordDocument, title: str) -> None:
    document.core_properties.title = title
    document.core_properties.language = "en-GB"
    document.core_properties.author = "e-Community Diary"
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(WIDE), Mm(HIGH)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN)
    for edge in (section.header, section.footer):
        paragraph = edge.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(CLASSIFICATION).bold = True


def _paragraphs(document: WordDocument, text: str) -> None:
    for line in text.split("\n"):
        if line.strip():
            document.add_paragraph(line.strip())


def _table(document: WordDocument, found: WholeReturn) -> None:
    """The figures, the neighbourhoods' names in a column wide enough for them."""
    table = document.add_table(rows=1, cols=len(FIGURES) + 1, style="Table Grid")
    table.autofit = False
    widths = [Mm(NAMES), *(Mm((WIDE - 2 * MARGIN - NAMES) / len(FIGURES)) for _name in FIGURES)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    _fill(table.rows[0].cells, ("Neighbourhood", *FIGURES.values()), widths, bold=True)
    header = OxmlElement("w:tblHeader")  # repeated on each page, and read out as the heads of columns
    header.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(header)
    for row in found.row.figures:
        _fill(table.add_row().cells, (row["name"], *(str(row.get(name, 0)) for name in FIGURES)), widths)


def _fill(cells: Sequence[Any], texts: Sequence[str], widths: Sequence[Mm], *, bold: bool = False) -> None:
    for cell, words, width in zip(cells, texts, widths, strict=True):
        cell.width = width
        run = cell.paragraphs[0].add_run(words)
        run.bold, run.font.size = bold, Pt(9)
