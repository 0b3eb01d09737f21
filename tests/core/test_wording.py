"""What looks like a person or intelligence, what does not, and what a clearance survives."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.wording import (
    Finding,
    findings,
    findings_in,
    fingerprint,
    looks_like_intelligence,
    uncleared,
)

LOOKS_LIKE = {
    "vehicle": [
        "AB12 CDE",
        "ab12cde",
        "Wf12 abc",
        "AB12-CDE",
        "A123 BCD",
        "a123bcd",
        "ABC 123D",
        "reg ABC 123",
        "index no. 1 AB",
        "AB12\u00a0CDE",
    ],
    "telephone": [
        "07700 900123",
        "+44 7700 900123",
        "01632 960123",
        "(01632) 960 123",
        "7700900123",
        "tel 873456",
        "0044 1632 960123",
        "O7700900401",
        "01632-960-123",
        "０７７００ ９００１２３",
    ],
    "national_insurance": ["QQ123456C", "AB 12 34 56 C", "ab123456c"],
    "email": ["bob@x.example", "a.b+c@mail.parish.example"],
    "address": [
        "12 Links Rd",
        "Flat 3, 14 Church Lane",
        "12 links rd",
        "14a Church Lane",
        "12-14 St. John's Road",
        "12, Dudsbury Avenue",
        "house number 12",
        "at no. 7",
        "flat 2b",
        "lives at",
    ],
    "postcode": ["BH22 9AB", "bh22 9ab", "BH229AB", "W1A 1AA"],
    "birth_date": ["dob 3/5/90", "DOB: 03.05.1990", "born 3 May 1990", "date of birth 3/5/1990", "03/05/1990"],
    "person": ["Mr Jones", "mrs o'neill", "Ms Lee", "Mr and Mrs Jones", "Mr J. Jones", "Mr\u00a0Łukasz"],
    "intelligence": [
        "dealer",
        "drug dealers",
        "is dealing",
        "sells weed",
        "supplies",
        "informant",
        "deals from",
        "intelligence suggests",
        "known offender",
    ],
}
LOOKS = [(kind, text) for kind, texts in LOOKS_LIKE.items() for text in texts]

PLAIN = [
    "12 cars over 35", "A338", "B3072", "3 of 212 drivers", "10-25", "at 7 pm", "20 mph", "24 Nov 2026", "High Street",
    "Church Road", "Year 6", "PC 1234", "PCSO 5678", "999/101", "999, 101", "BH22 area", "a35 2nd junction", "the A338 northbound",
    "Crimestoppers 0800 555 111", "01-02-2026 10:30", "01.02.26 10.30", "on 24 November High Street was closed",
    "24 Nov Church Road", "at 7 pm Church Road", "7pm Church Road", "PC 1234 Station Road", "at 19:30 Church Road",
    "20 mph Links Road", "in Nov 2026 Church Road", "the council is dealing with it", "school supplies",
    "Food & supplies to families",
    "very limited supplies", "two car dealers",
    "Links Dr Ferndown", "10-25 and 10-26", "3 main road closures", "two high street shops", "2 high street shops",
    "BH22 and BH23", "flat tyres", "index of 12", "A31 at 8 am", "M27 J5", "crime 55260012345", "£12 each",
    "12 Speedwatch sessions", "4 Police patrols", "in 20 mph zone", "15 minutes Church Road", "6 Dec Church Street", "Sgt Lee",
    "Cllr Brown", "4 checks: 3 of 212 drivers over 35", "Challenge 25", "C13 road", "3x5x2", "18:00-20:00", "16-18 year olds",
    "bus 12A", "the 12 and 13 buses", "35 mph in a 30", "a stall at the market", "Miss the last bus", "5 yr old bench", "U3A",
    "Key Stage 2", "1st Ferndown Scouts", "Unit 4", "ref 12345", "1,200 homes", "Stroke Club", "St. Mary's Church", "50p", "G7",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), LOOKS)
@pytest.mark.parametrize("around", ["{}", "Seen: {}.", "we heard of {}, twice", "first\n{}\nlast"])
def test_what_looks_like_a_person_is_found_where_it_stands(kind: str, text: str, around: str) -> None:
    whole = around.format(text)
    found = findings(whole)
    assert kind in {finding.kind for finding in found}
    for finding in found:
        assert whole[finding.start : finding.end] == finding.text
        assert f"“{finding.text}”" in finding.sentence
        assert finding.sentence.endswith(".")


@pytest.mark.parametrize("name", ["Mrs Doreen Field", "Mr Łukasz Nowak", "MR Tom Hale", "Miss Amy Lee", "Ms A. Lee Grant", "Dr Asha Mehta"])
def test_a_name_is_found_whole_so_that_no_part_of_it_stays(name: str) -> None:
    assert [finding.text for finding in findings(f"We met {name} at the hall, and {name}, too")] == [name, name]
    assert [finding.text for finding in findings(f"{name} came.")] == [name]


@pytest.mark.parametrize("text", PLAIN)
def test_what_officers_write_every_day_is_let_by(text: str) -> None:
    assert findings(text) == ()


@given(st.lists(st.sampled_from(PLAIN), max_size=6))
def test_nor_does_it_become_a_finding_beside_other_lines(lines: list[str]) -> None:
    assert findings("\n".join(lines)) == ()


@given(st.lists(st.sampled_from([text for _kind, text in LOOKS] + PLAIN) | st.text(max_size=20), max_size=8).map("; ".join))
def test_findings_stand_in_order_and_apart(text: str) -> None:
    found = findings(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(text[f.start : f.end] == f.text for f in found)
    assert len({fingerprint(f) for f in found}) == len(found)


@given(st.sampled_from(LOOKS), st.sampled_from(PLAIN), st.sampled_from(PLAIN))
def test_a_clearance_survives_an_edit_elsewhere(look: tuple[str, str], before: str, after: str) -> None:
    text = look[1]
    cleared = [fingerprint(f) for f in findings(f"Seen: {text}.")]
    assert uncleared({"we_did": f"{before}\nSeen: {text}.\n{after}"}, cleared) == ()


def test_a_clearance_does_not_survive_a_change_of_what_was_cleared() -> None:
    cleared = [fingerprint(f) for f in findings("outside 12 Links Rd")]
    assert uncleared({"you_said": "outside 12 Links Rd, again"}, cleared) == ()
    assert [f.text for _, f in uncleared({"you_said": "outside 14 Links Rd"}, cleared)] == ["14 Links Rd"]
    assert [f.text for _, f in uncleared({"you_said": "outside 12 Links rd"}, cleared)] == ["12 Links rd"]


def test_the_same_words_a_second_time_are_cleared_a_second_time() -> None:
    cleared = [fingerprint(f) for f in findings("a dealer of cards")]
    parts = {"you_said": "a dealer of cards", "we_did": "spoke to the dealer"}
    assert [(name, f.nth) for name, f in uncleared(parts, cleared)] == [("we_did", 2)]
    assert uncleared(parts, [*cleared, fingerprint(findings_in(parts)[1][1])]) == ()


def test_a_flat_and_its_street_are_one_finding() -> None:
    assert [f.text for f in findings("called at Flat 3, 14 Church Lane today")] == ["Flat 3, 14 Church Lane"]


def test_a_bracket_belongs_to_a_number_only_where_it_closes() -> None:
    assert [f.text for f in findings("(07700 900123), or (01632) 960123")] == ["07700 900123", "(01632) 960123"]


def test_intelligence_is_told_from_people() -> None:
    assert looks_like_intelligence("The lady says who is dealing from the garages")
    assert not looks_like_intelligence("Mr Jones of 12 Links Rd, 07700 900123")
    assert not looks_like_intelligence("the council is dealing with the fly-tipping")


def test_a_finding_is_what_it_says() -> None:
    assert findings("reg ABC 123, blue") == (Finding(kind="vehicle", start=4, end=11, text="ABC 123"),)
