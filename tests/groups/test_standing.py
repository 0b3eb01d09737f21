"""Where a group stands: every frequency in every standing, and the bounds a query uses proved equal to the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.groups.domain import due_dates
from engagement.groups.frequency import ALL_SOON_DAYS, Frequency
from engagement.groups.standing import Standing, StandingFacts, soon_limits, standing, standing_range
from tests.groups.facts import TERMS, agreement

TODAY = date(2026, 11, 23)
NEAR = st.integers(-80, 80).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def facts(draw: st.DrawFn) -> StandingFacts:
    due = draw(st.none() | NEAR)
    paused_from = draw(st.none() | NEAR)
    return StandingFacts(
        next_due_on=due,
        longest_on=None if due is None else due + timedelta(days=draw(st.integers(0, 40))),
        soon_days=draw(st.sampled_from(ALL_SOON_DAYS)),
        contacted=draw(st.booleans()),
        on_request=draw(st.booleans()),
        dormant=draw(st.booleans()),
        paused_from=paused_from,
        paused_until=None if paused_from is None else draw(st.none() | NEAR.filter(lambda day: day >= paused_from)),
    )


@given(facts(), NEAR)
def test_the_range_of_a_standing_is_the_standing(group: StandingFacts, today: date) -> None:
    assert [wanted for wanted in Standing if standing_range(wanted, today).holds(group)] == [standing(group, today)]


@given(facts())
def test_a_standing_only_grows_worse_by_itself(group: StandingFacts) -> None:
    order = [Standing.NEVER_CONTACTED, Standing.NOT_DUE, Standing.DUE_SOON, Standing.OVERDUE, Standing.LONG_OVERDUE]
    seen = [standing(group, TODAY + timedelta(days=n)) for n in range(-100, 200)]
    reached = [order.index(one) for one in seen if one in order]
    assert reached == sorted(reached)


@pytest.mark.parametrize("frequency", [f for f in Frequency if f is not Frequency.ON_REQUEST])
@pytest.mark.parametrize("contacted", [True, False])
def test_every_frequency_passes_through_every_standing(frequency: Frequency, contacted: bool) -> None:
    agreed = agreement(frequency, every=9 if frequency.counted else None, starts_on=date(2026, 9, 7), dates=(date(2026, 10, 8),))
    last = date(2026, 9, 7) if contacted else None
    dates = due_dates(agreed, last, (), TERMS)
    assert dates is not None
    group = StandingFacts(next_due_on=dates.next_due_on, longest_on=dates.longest_on, soon_days=dates.soon_days, contacted=contacted)
    soon = dates.next_due_on - timedelta(days=dates.soon_days)
    one = timedelta(days=1)
    assert standing(group, soon - one) is (Standing.NOT_DUE if contacted else Standing.NEVER_CONTACTED)
    assert standing(group, soon) is Standing.DUE_SOON
    assert standing(group, dates.next_due_on - one) is Standing.DUE_SOON
    assert standing(group, dates.next_due_on) is Standing.OVERDUE
    assert standing(group, dates.longest_on - one) is Standing.OVERDUE
    assert standing(group, dates.longest_on) is Standing.LONG_OVERDUE
    assert standing(group, dates.longest_on + timedelta(days=4000)) is Standing.LONG_OVERDUE


@pytest.mark.parametrize(
    ("frequency", "days"),
    [
        (Frequency.WEEKLY, 1), (Frequency.FORTNIGHTLY, 3), (Frequency.MONTHLY, 5), (Frequency.TWO_MONTHLY, 7), (Frequency.QUARTERLY, 10),
        (Frequency.FOUR_MONTHLY, 14), (Frequency.HALF_YEARLY, 21), (Frequency.YEARLY, 30), (Frequency.TERMLY, 14), (Frequency.HALF_TERMLY, 7),
        (Frequency.PER_MEETING, 7),
    ],
)  # fmt: skip
def test_due_soon_windows(frequency: Frequency, days: int) -> None:
    dates = due_dates(agreement(frequency), date(2026, 3, 3), (), TERMS)
    assert dates is not None and dates.soon_days == days
    assert days in soon_limits(TODAY)


def test_flags_come_before_dates() -> None:
    late = StandingFacts(next_due_on=date(2026, 1, 1), longest_on=date(2026, 2, 1), soon_days=5, contacted=True)
    asked = replace(late, on_request=True)
    paused = replace(asked, paused_from=TODAY, paused_until=TODAY)
    assert standing(late, TODAY) is Standing.LONG_OVERDUE
    assert standing(asked, TODAY) is Standing.ON_REQUEST
    assert standing(paused, TODAY) is Standing.PAUSED
    assert standing(paused, TODAY + timedelta(days=1)) is Standing.ON_REQUEST
    assert standing(replace(paused, dormant=True), TODAY) is Standing.DORMANT


def test_late_is_what_a_sergeant_decides_on() -> None:
    assert [one for one in Standing if one.late] == [Standing.OVERDUE, Standing.LONG_OVERDUE]
    assert [one.label for one in Standing][:3] == ["Not due", "Due soon", "Overdue"]
