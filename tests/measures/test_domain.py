"""The rules of measures: what is in time, how old, how many of how many; periods and the ones before them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.concerns.clock import ELAPSED, Breached, ClockRule, Running, Stopped, clock
from engagement.concerns.domain import RaisingFact, TellingFact, TellingKind
from engagement.core.errors import Refused
from engagement.measures.charts import Point, trend
from engagement.measures.domain import AGES, Change, Share, age, answer, change, days_late, middle, outcome, promise, raised_since
from engagement.measures.periods import LONGEST, Period, before, own, quarter_of, usual, written

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds of a strategy have no zone
TODAY = date(2026, 11, 24)


@given(MOMENTS, st.none() | st.integers(0, 10_000), MOMENTS, st.booleans())
def test_an_answer_is_judged_as_the_clock_of_the_concern_judges_it(
    raised: datetime, minutes: int | None, now: datetime, working: bool
) -> None:
    rule = ClockRule(working_days=working)
    now = max(now, raised)
    told = None if minutes is None else raised + timedelta(minutes=minutes)
    tellings = [TellingFact(raising_id=1, kind=TellingKind.ANSWER, told_at=told)] if told else []
    stands = clock(RaisingFact(id=1, raised_at=raised), tellings, now, rule)
    what, hours = answer(raised, told, now, rule)
    match stands:
        case Stopped(in_time=in_time):
            assert what == ("answer_in_time" if in_time else "answer_late")
        case Breached():
            assert what == "answer_owed"
        case Running():
            assert what == "answer_running"
            assert hours <= rule.hours
    assert hours >= 0


@given(MOMENTS, st.lists(st.integers(0, 20_000), max_size=5), st.integers(0, 500))
def test_silence_never_makes_the_median_look_better(raised: datetime, waits: list[int], more: int) -> None:
    """A raiser left without an answer, once their hours are over, moves the middle of the waits up or leaves it."""
    now = raised + timedelta(hours=73, minutes=more)
    known = sorted(answer(raised, raised + timedelta(minutes=min(w, 4320)), now, ELAPSED)[1] for w in waits)
    _what, silence = answer(raised, None, now, ELAPSED)
    if known:
        assert middle([*known, silence]) >= middle(known)  # type: ignore[operator]


@given(DAYS, DAYS)
def test_an_age_is_the_one_that_the_bounds_of_a_query_give(raised: date, on: date) -> None:
    raised = min(raised, on)
    bounds = raised_since(on)
    assert age(raised, on) == next((n for n, since in enumerate(bounds) if raised >= since), len(AGES))


@given(DAYS, st.none() | st.integers(-5, 80), DAYS)
def test_days_late_are_the_evenings_on_which_the_date_had_passed(due: date, after: int | None, last: date) -> None:
    cleared = None if after is None else due + timedelta(days=after)
    evenings = [due + timedelta(days=n) for n in range(1, (last - due).days + 1)]
    assert days_late(due, cleared, last) == sum(cleared is None or evening <= cleared for evening in evenings)


def test_an_outcome_is_of_the_period_in_which_it_was_told_or_owed() -> None:
    raised, first, last = datetime(2026, 9, 1, 9, tzinfo=UTC), date(2026, 10, 1), date(2026, 10, 31)
    ended = date(2026, 10, 10)
    assert outcome(raised, datetime(2026, 10, 31, 23, 30, tzinfo=UTC), ended, None, first, last) == ("outcome_told", 60)
    assert outcome(raised, datetime(2026, 11, 2, tzinfo=UTC), ended, None, first, last) == ("outcome_owed", 60)
    assert outcome(raised, None, ended, None, first, last) == ("outcome_owed", 60)
    assert outcome(raised, None, None, None, first, last) is None
    assert outcome(raised, None, date(2026, 11, 1), None, first, last) is None
    assert outcome(raised, None, ended, date(2026, 10, 12), first, last) is None


@pytest.mark.parametrize(
    ("ended", "on", "expected"),
    [
        ("kept", TODAY, "promise_kept"),
        ("kept", TODAY + timedelta(days=1), "promise_kept_late"),
        ("moved", TODAY - timedelta(days=3), "promise_moved"),
        ("could_not", TODAY, "promise_could_not"),
        (None, None, None),
    ],
)
def test_a_promise_that_was_moved_is_not_kept(ended: str | None, on: date | None, expected: str | None) -> None:
    assert promise(TODAY, ended, on, TODAY) == expected
    assert promise(TODAY - timedelta(days=1), None, None, TODAY) == "promise_open"


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_percentage_stands_only_where_there_are_ten(part: int, more: int) -> None:
    share = Share(part, part + more)
    assert (share.percent is None) == (part + more < 10)
    if share.percent is not None:
        assert abs(share.percent - 100 * part / (part + more)) <= 0.5


def test_a_change_is_told_only_of_enough() -> None:
    assert change(Share(9, 10), Share(8, 10)) is Change.BETTER
    assert change(Share(7, 10), Share(8, 10)) is Change.WORSE
    assert change(Share(8, 10), Share(8, 10)) is Change.SAME
    assert change(Share(3, 4), Share(8, 10)) is change(Share(8, 10), Share(0, 0)) is Change.TOO_FEW


@given(DAYS, st.sampled_from(["month", "quarter", "year"]))
def test_a_period_and_the_one_before_it_leave_no_day_between_them(day: date, kind: str) -> None:
    period = {"month": usual(day), "quarter": quarter_of(day), "year": written(str(day.year), day)}[kind]
    assert period is not None
    assert before(period, date(2030, 1, 1)).last + timedelta(days=1) == period.first
    so_far = before(period, day)
    if period.first <= day < period.last:
        assert so_far.last - so_far.first <= day - period.first
    assert [first for first, _last in period.months] == sorted({first for first, _last in period.months})
    assert sum((last - first).days + 1 for first, last in period.months) == (period.last - period.first).days + 1


@given(st.text(max_size=12))
def test_any_other_text_is_no_period(text: str) -> None:
    found = written(text, TODAY)
    assert found is None or found.first <= TODAY


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("", "", "from"),
        ("1/12/2026", "2/12/2026", "from"),
        ("2/10/2026", "1/10/2026", "to"),
        ("1/1/2024", "24/11/2026", "to"),
        ("x", "y", "from"),
    ],
)
def test_days_that_are_no_period_are_refused_beside_their_field(first: str, last: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        own(first, last, TODAY)
    assert refused.value.field == field
    assert own("1/10/2026", "9/10/2026", TODAY).name == "1 Oct 2026 to 9 Oct 2026"
    assert timedelta(days=700) < LONGEST


@given(st.lists(st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12))
def test_a_trend_stays_within_its_frame_and_leaves_gaps_where_there_is_nothing(shares: list[tuple[int, int] | None]) -> None:
    points = [Point("Oct", "October", None if s is None else Share(s[0], s[0] + s[1])) for s in shares]
    chart = trend(points)
    told = [p for p in points if p.share is not None and p.share.whole]
    assert len(chart.dots) == len(told)
    assert all(chart.left <= dot.x <= chart.right and 0 <= dot.y <= chart.height for dot in chart.dots)
    assert [dot.few for dot in chart.dots] == [p.share.percent is None for p in told if p.share]


def test_the_last_quarter_of_a_year_begins_in_october() -> None:
    assert quarter_of(date(2026, 12, 31)) == Period("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))
    assert quarter_of(date(2026, 10, 1)).name == "October to December 2026"
