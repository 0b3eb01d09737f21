"""Facts of groups for property tests: agreements of every frequency, pauses, four years of school terms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from engagement.groups.domain import Agreement, Pause
from engagement.groups.frequency import LARGEST_EVERY, Frequency, Term, cadence, check_frequency

DAYS = st.dates(min_value=date(2019, 1, 1), max_value=date(2030, 12, 31))

TERMS = tuple(
    Term(first_day=first, last_day=last, half_term_first=break_first, half_term_last=break_first + timedelta(days=8))
    for year in range(2020, 2029)
    for first, last, break_first in (
        (date(year, 1, 4), date(year, 3, 25), date(year, 2, 13)),
        (date(year, 4, 12), date(year, 7, 22), date(year, 5, 29)),
        (date(year, 9, 1), date(year, 12, 18), date(year, 10, 24)),
    )
)


def agreement(frequency: Frequency, **facts: Any) -> Agreement:
    """An agreement from 1 January 2020, unless told otherwise."""
    return Agreement(frequency=frequency, **{"starts_on": date(2020, 1, 1), **facts})


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    frequency = draw(st.sampled_from(Frequency))
    every = draw(st.integers(1, LARGEST_EVERY[frequency])) if frequency.counted else None
    starts = draw(DAYS)
    longest = None
    if frequency is not Frequency.ON_REQUEST:
        longest = draw(st.none() | st.integers(0, 200).map(lambda n: n + getattr(cadence(frequency, every), "count", 1) * 31))
    if longest is not None and longest > 3_720:
        longest = 3_720
    check_frequency(frequency, every, longest)
    return Agreement(
        frequency=frequency,
        every=every,
        starts_on=starts,
        longest_days=longest,
        dates=tuple(draw(st.lists(DAYS, max_size=6))) if frequency is Frequency.PER_MEETING else (),
    )


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    starts = draw(DAYS)
    return Pause(
        starts_on=starts,
        until=draw(st.none() | st.integers(0, 400).map(lambda n: starts + timedelta(days=n))),
        decided_on=starts + timedelta(days=draw(st.integers(-200, 30))),
    )


AGREEMENTS = agreements()
PAUSES = st.lists(pauses(), max_size=4).map(tuple)
