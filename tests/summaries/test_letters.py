"""One letter for each address and month, its own items first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.months import Month
from engagement.summaries.letters import (
    ITEMS_IN_A_LETTER,
    Addressee,
    ApprovedItem,
    fold_address,
    letters,
    subject,
)

NAMES = {1: "Barrington", 2: "Heatherlands", 3: "Links"}
ITEMS = st.lists(
    st.builds(
        ApprovedItem,
        item_id=st.integers(1, 40),
        neighbourhood_id=st.integers(1, 3),
        position=st.integers(0, 3),
        raised_by=st.frozensets(st.integers(1, 4), max_size=2),
        only_for=st.none() | st.integers(1, 4),
    ).map(lambda i: i if i.only_for is None else ApprovedItem(
        item_id=i.item_id, neighbourhood_id=i.neighbourhood_id, position=i.position, raised_by=i.raised_by | {i.only_for}, only_for=i.only_for
    )),
    max_size=14,
    unique_by=lambda item: item.item_id,
)  # fmt: skip
ADDRESSEES = st.lists(
    st.builds(
        Addressee,
        address=st.sampled_from(["clerk@parish.example", "Clerk@Parish.example", " CLERK@parish.EXAMPLE ", "head@school.example"]),
        contact_id=st.integers(1, 9),
        group_id=st.integers(1, 4),
        neighbourhoods=st.lists(st.sampled_from(sorted(NAMES.items())), min_size=1, max_size=2, unique=True).map(tuple),
    ),
    max_size=6,
)


@given(ADDRESSEES, ITEMS)
def test_an_address_gets_one_letter_and_in_it_what_is_its_to_read(people: list[Addressee], items: list[ApprovedItem]) -> None:
    plans = letters(people, items)
    assert len({fold_address(p.address) for p in plans}) == len(plans)
    for plan in plans:
        theirs = [p for p in people if fold_address(p.address) == plan.address]
        groups = {p.group_id for p in theirs}
        near = {key for p in theirs for key, _name in p.neighbourhoods}
        ids = [i.item_id for i in plan.items]
        assert plan.items
        assert len(set(ids)) == len(ids)
        assert all(i.only_for in groups for i in plan.items if i.only_for is not None)
        assert all(i.neighbourhood_id in near or i.raised_by & groups for i in plan.items)
        own = [bool(i.raised_by & groups) for i in plan.items]
        assert own == sorted(own, reverse=True)
        mine = {i.item_id for i in items if i.raised_by & groups and i.only_for in {None, *groups}}
        assert mine <= set(ids)
        assert len(ids) <= max(ITEMS_IN_A_LETTER, len(mine))
        public = {i.item_id for i in items if i.only_for is None and (i.neighbourhood_id in near or i.raised_by & groups)}
        assert plan.more_on_page == len(public - set(ids))
        assert set(plan.told()) == {(i.item_id, p.contact_id, p.group_id) for i in plan.items for p in theirs if p.group_id in i.raised_by}
        assert plan.places


@given(ADDRESSEES, ITEMS)
def test_who_gets_no_letter_had_nothing_to_read(people: list[Addressee], items: list[ApprovedItem]) -> None:
    written = {plan.address for plan in letters(people, items)}
    for person in people:
        if fold_address(person.address) not in written:
            near = {key for key, _name in person.neighbourhoods}
            assert not any(i.only_for is None and i.neighbourhood_id in near for i in items)
            assert not any(person.group_id in i.raised_by and i.only_for in {None, person.group_id} for i in items)


def test_the_subject_begins_with_the_place() -> None:
    october = Month(2026, 10)
    assert subject(["Ferndown Town"], october) == "Ferndown Town: you said, we did, October 2026"
    assert subject(["Ferndown\r\nBcc: x", "Verwood"], october) == "Ferndown Bcc: x and Verwood: you said, we did, October 2026"
    assert subject(["A", "B", "C"], october).startswith("A and 2 more places: ")
    with pytest.raises(ValueError, match="a letter is about a place"):
        subject([], october)
