"""Rules of the door: tries, rest, passwords."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.errors import Refused
from engagement.people.domain import SKEW, Try, check_password, still_awake, wait_until

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
tries = st.lists(st.builds(Try, at=st.integers(-60, 60).map(lambda m: NOW + timedelta(minutes=m)), succeeded=st.booleans()), max_size=30)


@given(tries)
def test_nobody_waits_longer_than_the_window(made: list[Try]) -> None:
    until = wait_until(made, most=5, window=WINDOW, now=NOW)
    assert until is None or until <= NOW + WINDOW


@given(tries)
def test_a_success_wipes_the_slate(made: list[Try]) -> None:
    made = [*made, Try(at=NOW + SKEW, succeeded=True)]  # the latest that counts: one dated later is of a clock set back
    assert wait_until(made, most=5, window=WINDOW, now=NOW) is None


def test_the_fifth_failure_is_the_last_for_a_while() -> None:
    made = [Try(at=NOW - timedelta(minutes=n), succeeded=False) for n in range(5)]
    assert wait_until(made[:4], most=5, window=WINDOW, now=NOW) is None
    assert wait_until(made, most=5, window=WINDOW, now=NOW) == NOW + timedelta(minutes=11)


def test_a_session_rests_for_as_long_as_it_may() -> None:
    limit = timedelta(minutes=30)
    assert still_awake(seen_at=(NOW - limit).timestamp(), now=NOW, limit=limit)
    assert not still_awake(seen_at=(NOW - limit).timestamp() - 1, now=NOW, limit=limit)
    assert still_awake(seen_at=NOW.timestamp() + 3600, now=NOW, limit=limit), "a clock set back signs nobody out"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaa", "repeats itself"),
        ("sam.okoro-sam.okoro", "like your name"),
        ("password123456", "first passwords"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check_password(password, shortest=12, email="sam.okoro@force.example", name="Sam Okoro")


def test_four_words_in_a_row_are_fine() -> None:
    check_password("otter kettle marsh nine", shortest=12, email="sam.okoro@force.example", name="Sam Okoro")
