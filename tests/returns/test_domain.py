"""The rules of returns: quarters without gaps, words without holes, two signatures in order, and what a seal covers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.returns.domain import (
    DoneFact,
    PriorityFacts,
    Quarter,
    agreed_words,
    content_hash,
    evidence_words,
    next_signer,
    why_not_sign,
    work_words,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
Q3 = Quarter(2026, 3)


@given(DAYS)
def test_every_day_is_in_one_quarter_and_quarters_follow_without_a_gap(day: date) -> None:
    quarter = Quarter.of(day)
    assert day in quarter
    assert quarter.first <= day <= quarter.last
    assert quarter.previous.last + timedelta(days=1) == quarter.first
    assert quarter.previous < quarter
    assert Quarter.parse(str(quarter)) == quarter


@pytest.mark.parametrize("text", ["2026-Q5", "2026-Q0", "0000-Q1", "2026-Q33", "2026Q3", "２０２６-Q3", "99999-Q1", ""])
def test_these_are_no_quarters(text: str) -> None:
    with pytest.raises(ValueError, match="quarter"):
        Quarter.parse(text)


FACTS = st.builds(
    PriorityFacts,
    title=st.just("Speeding"),
    agreed_on=DAYS,
    agreed_at=st.sampled_from(["", "village hall"]),
    agreed_with=st.sampled_from(["", "the parish council"]),
    done=st.lists(st.builds(DoneFact, on=DAYS, what=st.just("Checked speeds"), result=st.just("3 over")), max_size=4),
    concerns=st.integers(0, 5),
    closed=st.integers(0, 5),
    told=st.lists(st.tuples(DAYS, st.just("parish magazine")), max_size=4),
)


@given(FACTS, DAYS)
def test_the_words_tell_of_the_quarter_alone_and_of_all_of_it(facts: PriorityFacts, day: date) -> None:
    quarter = Quarter.of(day)
    work, evidence = work_words(facts, quarter), evidence_words(facts, quarter)
    within = [one for one in facts.done if one.on in quarter]
    assert work.count("Checked speeds") == len(within)
    assert ("No work on it" in work) == (not within)
    assert evidence.count("parish magazine") == sum(on in quarter for on, _where in facts.told)
    assert agreed_words(facts).endswith(".")
    assert "  " not in work + evidence


def test_an_end_after_the_quarter_is_not_told_of_in_it() -> None:
    over = PriorityFacts(title="x", agreed_on=date(2026, 6, 1), ended_on=date(2026, 10, 1), how_ended="Resolved")
    assert "Resolved" not in evidence_words(over, Q3)
    assert "Resolved on 1 October 2026." in evidence_words(over, Quarter(2026, 4))


OFFICERS = st.integers(1, 4)


@given(st.lists(st.tuples(OFFICERS, st.sets(st.sampled_from(["pcso", "sergeant", "inspector"]))), max_size=8))
def test_whoever_tries_in_whatever_order_the_sergeant_is_first_and_nobody_signs_twice(tries: list[tuple[int, set[str]]]) -> None:
    signed: dict[str, int] = {}
    for officer, roles in tries:
        if not why_not_sign(roles=roles, officer_id=officer, signed=signed):
            role = next_signer(signed)
            assert role in roles
            signed[role] = officer
    assert list(signed) in ([], ["sergeant"], ["sergeant", "inspector"])
    assert len(set(signed.values())) == len(signed)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_a_seal_changes_with_every_letter_of_what_it_covers(one: str, other: str, intro: str) -> None:
    same = content_hash(intro, {"rows": []}, [{"work": one}]) == content_hash(intro, {"rows": []}, [{"work": other}])
    assert same == (one == other)
    assert content_hash(intro, {"rows": [1]}, []) != content_hash(intro, {"rows": []}, [])
