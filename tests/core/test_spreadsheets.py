"""A spreadsheet that leaves the diary says what was typed, and nothing in it is taken for a formula."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.spreadsheets import defused, spreadsheet

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
TYPED = st.one_of(st.text(max_size=60), st.builds(str.__add__, st.sampled_from(FORMULAS), st.text(max_size=20)))


def cells(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


@given(st.lists(st.lists(TYPED, min_size=2, max_size=2), max_size=5))
def test_every_cell_comes_back_as_it_was_typed_and_none_begins_a_formula(rows: list[list[str]]) -> None:
    found = cells(spreadsheet(("name", "note"), rows))[1:]
    assert [
        [cell.removeprefix("'") if cell != typed else cell for cell, typed in zip(*both, strict=True)]
        for both in zip(found, rows, strict=True)
    ] == rows
    assert not [cell for row in found for cell in row if cell.startswith(FORMULAS)]


@pytest.mark.parametrize("typed", ['=HYPERLINK("https://evil.example";"Open")', "+1+1", "-2+3", "@SUM(A1)", "\uff1d1+1"])
def test_what_looks_like_a_formula_is_text(typed: str) -> None:
    assert cells(spreadsheet((typed,), [(typed,)])) == [[f"'{typed}"], [f"'{typed}"]]
    assert defused("5 - 3 = 2") == "5 - 3 = 2"


def test_days_numbers_and_nothing() -> None:
    assert cells(spreadsheet(("a",) * 5, [(date(2026, 11, 3), -4, None, True, False)]))[1] == ["03/11/2026", "-4", "", "yes", "no"]
