"""What a spreadsheet's rows mean: words for frequencies, mixed contact cells, plans that add and never write over."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.group_import.columns import COLUMNS, column_called, layout_csv
from engagement.group_import.domain import Existing, Known, plan, spread
from engagement.group_import.reading import Places, read_rows
from engagement.group_import.sheet import fingerprint, open_sheet, pack, unpack
from engagement.group_import.words import read_characteristics, read_frequency, read_kind, read_level
from engagement.groups.channels import Channel, read_telephone, split_reach, tap_to_reach
from engagement.groups.domain import Agreement, Level, due_on
from engagement.groups.drafts import AgreementDraft
from engagement.groups.frequency import LARGEST_EVERY, Frequency
from engagement.groups.vocabulary import characteristics, kinds

TODAY = date(2026, 11, 24)
PLACES = Places(neighbourhoods={"elm green": 1, "10 25": 1, "ashford": 2}, postcodes={"BH22 9HX": 2}, officers={"5512": 7})


def read(*rows: list[str], places: Places = PLACES):
    return read_rows(list(rows), places, TODAY)


@given(st.sampled_from(Frequency), st.data())
def test_a_frequency_said_is_read_back(frequency: Frequency, data: st.DataObject) -> None:
    every = data.draw(st.integers(2, LARGEST_EVERY[frequency])) if frequency.counted else None
    assert read_frequency(frequency.say(every)) == (frequency, every)
    assert read_frequency(f"  {frequency.say(every).upper()} ") == (frequency, every)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Bi-Monthly", (Frequency.TWO_MONTHLY, None)),
        ("twice a year", (Frequency.HALF_YEARLY, None)),
        ("every 6 weeks", (Frequency.EVERY_WEEKS, 6)),
        ("Every week", (Frequency.WEEKLY, None)),
        ("every day", (Frequency.EVERY_DAYS, 1)),
        ("annually", (Frequency.YEARLY, None)),
    ],
)
def test_ways_of_saying_how_often(text: str, read_as) -> None:
    assert read_frequency(text) == read_as


@pytest.mark.parametrize("text", ["every 0 weeks", "every 10000 months", "sometimes", "x" * 10_000, "every 999999999 days"])
def test_what_is_no_frequency_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read_frequency(text)


def test_every_word_of_the_register_is_read_back() -> None:
    assert [read_kind(words) for words in kinds().values()] == list(kinds())
    assert read_characteristics("; ".join(characteristics().values())) == tuple(characteristics())
    assert [read_level(level.phrase) for level in Level] == list(Level)


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("admin@brass-bolton.example", {"email": "admin@brass-bolton.example", "left": ""}),
        ("01632 960123\nfood@bank.example", {"telephone": "01632 960123", "email": "food@bank.example", "left": ""}),
        ("Tel: 07700 900123 / 01632960124", {"mobile": "07700 900123", "telephone": "01632 960124", "left": ""}),
        ("Asha Merrow, +44 (0)7700 900123", {"mobile": "07700 900123", "left": "Asha Merrow"}),
        ("Not known", {"left": "Not known"}),
        ("", {"left": ""}),
    ],
)
def test_a_mixed_contact_cell_is_taken_apart(cell: str, found: dict[str, str]) -> None:
    assert dict(split_reach(cell)) == found


@given(st.text(max_size=200))
def test_any_cell_is_taken_apart_without_a_fault(cell: str) -> None:
    found = split_reach(cell)
    for channel in (Channel.TELEPHONE, Channel.MOBILE):
        if channel in found:
            assert read_telephone(found[channel], field="x") == found[channel]
            assert tap_to_reach(channel, found[channel]).startswith("tel:")


def test_the_layout_is_read_by_its_own_rules() -> None:
    assert [column_called(c.name) for c in COLUMNS] == [c.name for c in COLUMNS]
    rows, errors, unknown = read(*open_sheet(layout_csv("Elm Green")))
    assert (errors, unknown) == ([], ())
    (row,) = rows
    assert (row.group.kind, row.group.neighbourhood_id, row.group.characteristics) == ("health", 1, ("age_older", "disability"))
    assert (row.agreement.frequency, row.agreement.assumed, row.last_contact) == ("monthly", False, date(2026, 10, 14))
    assert row.contact is not None
    assert row.contact.channels == ("mobile", "email")


def test_a_neighbourhood_is_named_or_found_by_postcode_or_chosen_with_the_file() -> None:
    head = ["Group", "Neighbourhood", "Post code"]
    rows, errors, _ = read(head, ["A", "ELM-GREEN", ""], ["B", "", "bh229hx"], ["C", "10-25", ""])
    assert ([r.group.neighbourhood_id for r in rows], errors) == ([1, 2, 1], [])
    _, errors, _ = read(head, ["A", "Atlantis", ""], ["B", "", ""])
    assert [(e.number, e.column) for e in errors] == [(2, "neighbourhood"), (3, "neighbourhood")]
    rows, errors, _ = read(head, ["B", "", ""], places=replace(PLACES, usual=2))
    assert rows[0].group.neighbourhood_id == 2


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("kind", "gang"), ("postcode", "nowhere"), ("website", "javascript:alert(1)"), ("owner", "9999"), ("may be named", "perhaps"),
        ("characteristics", "tall people"), ("frequency", "every 0 months"), ("agreed on", "31/02/2026"), ("agreed on", "01/02/26"),
        ("last contact", "25/11/2026"), ("last contact", "1/1/1999"), ("level", "rule"), ("email", "nobody"), ("mobile", "12"),
        ("group", "x" * 201), ("about", "a\x07b"), ("preferred", "pigeon"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column(column: str, cell: str) -> None:
    cells = {"group": "Elm Green WI", "neighbourhood": "Elm Green", "contact name": "Asha Merrow", "frequency": "monthly"}
    if column == "agreed on":
        cells["agreed with"] = "chair"
    cells[column] = cell
    rows, errors, _ = read(list(cells), list(cells.values()))
    assert rows == []
    assert [(e.number, e.column) for e in errors] == [(2, column)]


def test_rows_of_one_group_are_taken_together_and_may_not_contradict() -> None:
    head = ["group", "neighbourhood", "kind", "contact name", "last contact"]
    rows, errors, _ = read(
        head,
        ["WI", "Elm Green", "Charity", "Asha", "1/10/2026"],
        ["WI.", "Elm Green", "", "Basil", ""],
        ["wi", "Elm Green", "Charity", "asha", "2/10/2026"],
        ["wi", "Ashford", "", "", ""],
    )
    found = plan(rows, {}, errors, today=TODAY)
    first, second = found.makes
    assert ([c.name for c in first.contacts], first.last_contact) == (["Asha", "Basil"], date(2026, 10, 2))
    assert second.group.neighbourhood_id == 2
    rows, errors, _ = read(head, ["WI", "Elm Green", "Charity", "", ""], ["WI", "Elm Green", "Sports club", "", ""])
    assert [(e.number, e.column) for e in plan(rows, {}, errors, today=TODAY).errors] == [(3, "kind")]


def test_the_register_is_filled_in_and_never_written_over() -> None:
    head = ["group", "neighbourhood", "postcode", "website", "contact name", "mobile", "email", "last contact"]
    rows, errors, _ = read(head, ["WI", "Elm Green", "BH22 9HX", "wi.example", "Asha", "07700900123", "a@b.example", "1/10/2026"])
    there = Existing(
        id=5, name="WI", texts={"website": "https://other.example"}, assumed=True, first_due_on=None, last_on=date(2026, 9, 1),
        contacts={fold("Asha"): Known(id=9, texts={"mobile": "07700 900999"})},
    )  # fmt: skip
    (change,) = plan(rows, {(1, "wi"): there}, errors, today=TODAY).changes
    assert change.fill == {"postcode": "BH22 9HX"}
    assert change.fill_contacts == {9: {"email": "a@b.example"}}
    assert change.last_contact == date(2026, 10, 1)
    newer = replace(
        there, texts={"website": "x", "postcode": "y"}, last_on=TODAY, contacts={"asha": Known(id=9, texts={"mobile": "1", "email": "2"})}
    )
    again = plan(rows, {(1, "wi"): newer}, errors, today=TODAY)
    assert (again.empty, again.same) == (True, 1)


@given(st.lists(st.text(alphabet="abcdefgh ", min_size=1, max_size=12), min_size=1, max_size=40), st.sampled_from(Frequency))
def test_assumed_frequencies_are_spread_over_their_first_interval_the_same_each_time(names: list[str], frequency: Frequency) -> None:
    every = 6 if frequency.counted else None
    draft = AgreementDraft(frequency=frequency.value, every=every)
    for name in names:
        found = spread(draft, (1, name), TODAY)
        assert found == spread(draft, (1, name), TODAY)
        if found.first_due_on is None:
            assert frequency is Frequency.ON_REQUEST
            continue
        agreement = Agreement(frequency=frequency, every=every, starts_on=TODAY, assumed=True, first_due_on=found.first_due_on)
        due = due_on(agreement, None)
        assert due == found.first_due_on > TODAY
        assert due <= TODAY + timedelta(days=366)


def test_two_hundred_monthly_groups_do_not_fall_due_on_one_day() -> None:
    draft = AgreementDraft(frequency="monthly")
    days = Counter(spread(draft, (1, f"group {n}"), TODAY).first_due_on for n in range(200))
    assert len(days) >= 25
    assert max(days.values()) < 20


def test_files_of_every_make_are_opened_alike() -> None:
    rows = [["group", "about"], ["Café, the", "line one\nline two"], [], ["O’Brien’s", ""]]
    utf8 = '\ufeffgroup,about\r\n"Café, the","line one\nline two"\r\n\r\nO’Brien’s,\r\n'
    assert open_sheet(utf8.encode()) == rows
    assert open_sheet(utf8.lstrip("\ufeff").encode("cp1252")) == rows
    assert open_sheet(b"group;about\nA;b, c\n") == [["group", "about"], ["A", "b, c"]]
    assert unpack(pack(rows)) == rows
    assert fingerprint(rows) == fingerprint(unpack(pack(rows))) != fingerprint(rows, 3)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"a\0b", b"PK\x03\x04 no zip", b"group\n" + b"x" * 20_000, b"group\n" * 6_000, b"," * 100]
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused) as refusal:
        open_sheet(content)
    assert refusal.value.field == "file"


@pytest.mark.parametrize("text", ["", "!!!", "AAAA"])
def test_rows_that_did_not_arrive_whole_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        unpack(text)


def test_rows_that_swell_are_refused() -> None:
    swelling = pack([["x" * 1000] * 30] * 1000)
    with pytest.raises(Refused):
        unpack(swelling)


@given(st.lists(st.lists(st.text(max_size=30), max_size=6), max_size=8))
def test_no_sheet_is_read_with_a_fault(cells: list[list[str]]) -> None:
    rows, errors, _ = read(["group", "kind", "frequency", "last contact", "contact", "postcode"], *cells)
    assert all(e.sentence for e in errors)
    plan(rows, {}, errors, today=TODAY)
