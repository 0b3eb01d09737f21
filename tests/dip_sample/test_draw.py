"""Nobody chooses what is drawn, everybody can draw it again, and what was warned about is always among it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.dip_sample.domain import Candidate, check_reader, draw

ENTRIES = st.lists(
    st.builds(
        Candidate,
        entity=st.sampled_from(["engagement", "concern"]),
        id=st.integers(1, 60),
        officer_id=st.integers(1, 4),
        overridden=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: (one.entity, one.id),
)


@given(ENTRIES, st.text(max_size=8), st.integers(1, 12), st.integers(0, 4))
def test_a_sample(entries: list[Candidate], seed: str, size: int, overridden: int) -> None:
    drawn = draw(entries, seed, size=size, overridden=overridden)
    assert len(drawn) == len(set(drawn)) == min(size, len(entries))
    assert set(drawn) <= set(entries)
    warned = sum(one.overridden for one in entries)
    assert sum(one.overridden for one in drawn) >= min(overridden, warned, size)
    assert draw(reversed(entries), seed, size=size, overridden=overridden) == drawn, "the order they come in chooses nothing"


def test_each_entry_has_its_chance() -> None:
    entries = [Candidate(entity="engagement", id=n, officer_id=1) for n in range(40)]
    times = Counter(one.id for seed in range(400) for one in draw(entries, str(seed)))
    assert len(times) == 40 and min(times.values()) >= 60 and max(times.values()) <= 145  # a hundred each, give or take


def test_nobody_reads_their_own() -> None:
    check_reader(1, 2)
    for reader in (1, None):
        with pytest.raises(Refused, match="your own"):
            check_reader(1, reader)
