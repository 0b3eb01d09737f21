"""A promise ends once, and never without the person having been told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.concerns.promises import Ending, PromiseEnd, PromiseFact, check_due, check_ending
from engagement.core.errors import Refused

TODAY = date(2026, 11, 23)
NEAR = st.integers(-400, 800).map(lambda n: TODAY + timedelta(days=n))
PROMISE = PromiseFact(promised_on=date(2026, 11, 9), due_on=date(2026, 11, 20))
KEPT = Ending(end=PromiseEnd.KEPT, told=True, done_on=date(2026, 11, 19))
MOVED = Ending(end=PromiseEnd.MOVED, told=True, new_due_on=date(2026, 12, 4))
COULD_NOT = Ending(end=PromiseEnd.COULD_NOT, told=True, because="The council said no")


@pytest.mark.parametrize("ending", [KEPT, MOVED, COULD_NOT])
def test_the_three_ends(ending: Ending) -> None:
    check_ending(PROMISE, ending, TODAY)
    with pytest.raises(Refused) as refused:
        check_ending(PROMISE, replace(ending, told=False), TODAY)
    assert refused.value.field == "told"
    with pytest.raises(Refused, match=r"^This promise has already ended: moved$"):
        check_ending(replace(PROMISE, ended=PromiseEnd.MOVED), ending, TODAY)


@pytest.mark.parametrize(
    ("ending", "field", "sentence"),
    [
        (replace(KEPT, done_on=None), "done_on", "Enter the date it was done"),
        (replace(KEPT, done_on=date(2026, 11, 24)), "done_on", "Date must be today or in the past"),
        (replace(KEPT, done_on=date(2026, 11, 8)), "done_on", "Date must be on or after the day it was promised"),
        (replace(MOVED, new_due_on=None), "new_due_on", "Enter the new date"),
        (replace(MOVED, new_due_on=date(2026, 11, 22)), "new_due_on", "Date must be today or in the future"),
        (replace(MOVED, new_due_on=date(2029, 1, 1)), "new_due_on", "Date must be within the next two years"),
        (replace(COULD_NOT, because="  "), "because", "Say why it could not be kept"),
    ],
)
def test_refusals(ending: Ending, field: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        check_ending(PROMISE, ending, TODAY)
    assert (refused.value.field, str(refused.value)) == (field, sentence)


def test_a_promise_is_not_moved_nearer() -> None:
    ahead = replace(PROMISE, due_on=date(2026, 12, 10))
    with pytest.raises(Refused, match="later than the date promised"):
        check_ending(ahead, MOVED, TODAY)


@given(
    st.builds(PromiseFact, promised_on=NEAR, due_on=st.none() | NEAR, ended=st.none() | st.sampled_from(PromiseEnd)),
    st.builds(
        Ending,
        end=st.sampled_from(PromiseEnd),
        told=st.booleans(),
        done_on=st.none() | NEAR,
        new_due_on=st.none() | NEAR,
        because=st.sampled_from(["", " ", "no money"]),
    ),
)
def test_nothing_ends_untold(promise: PromiseFact, ending: Ending) -> None:
    try:
        check_ending(promise, ending, TODAY)
    except Refused as refused:
        assert str(refused)
        return
    assert ending.told and promise.ended is None
    if ending.end is PromiseEnd.MOVED:
        assert ending.new_due_on is not None and ending.new_due_on >= TODAY
        assert promise.due_on is None or ending.new_due_on > promise.due_on


def test_dates_that_can_be_promised() -> None:
    for due in (None, TODAY, date(2028, 11, 23)):
        check_due(due, TODAY)
    for due in (date(2026, 11, 22), date(2028, 11, 24)):
        with pytest.raises(Refused):
            check_due(due, TODAY)
