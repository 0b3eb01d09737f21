"""When letters leave, what a server's answer means, and how waits grow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.core.clock import LONDON
from engagement.core.errors import Refused
from engagement.core.months import is_working_day
from engagement.mail.domain import (
    Verdict,
    Window,
    check_address,
    one_line,
    verdict_on_address,
    verdict_on_letter,
    wait_after,
    wait_while_down,
)

MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
WINDOW = Window()


@given(MOMENTS)
def test_letters_leave_in_working_hours_only(now: datetime) -> None:
    wall = now.astimezone(LONDON)
    assert WINDOW.open_at(now) == (is_working_day(wall.date()) and 9 <= wall.hour < 18)
    at = WINDOW.next_open(now)
    assert WINDOW.open_at(at)
    assert at >= now
    assert at == now or not WINDOW.open_at(at - timedelta(minutes=1))
    assert at - now < timedelta(days=6)


@pytest.mark.parametrize(
    ("now", "open_"),
    [
        ((2026, 11, 2, 9, 0), True),  # a Monday in winter
        ((2026, 11, 2, 8, 59), False),
        ((2026, 11, 2, 18, 0), False),
        ((2026, 7, 1, 8, 0), True),  # summer time: nine on the wall
        ((2026, 7, 1, 17, 0), False),
        ((2026, 11, 1, 12, 0), False),  # a Sunday
        ((2026, 12, 25, 12, 0), False),
        ((2026, 12, 28, 12, 0), False),  # the substitute for Boxing Day
    ],
)
def test_the_window(now: tuple[int, int, int, int, int], open_: bool) -> None:
    assert WINDOW.open_at(datetime(*now, tzinfo=UTC)) is open_


@pytest.mark.parametrize(
    ("code", "answer", "verdict"),
    [
        (550, "5.1.1 user unknown", Verdict.NO_SUCH_ADDRESS),
        (550, "no such user here", Verdict.NO_SUCH_ADDRESS),
        (553, "mailbox name not allowed", Verdict.NO_SUCH_ADDRESS),
        (550, "5.2.1 mailbox disabled", Verdict.NO_SUCH_ADDRESS),
        (550, "5.7.1 your server is on a list", Verdict.LETTER_REFUSED),
        (554, "no", Verdict.LETTER_REFUSED),
        (552, "mailbox full", Verdict.LATER),
        (550, "5.2.2 mailbox full", Verdict.LATER),
        (450, "4.2.1 busy", Verdict.LATER),
        (451, "greylisted", Verdict.LATER),
    ],
)
def test_what_an_answer_to_an_address_means(code: int, answer: str, verdict: Verdict) -> None:
    assert verdict_on_address(code, answer) is verdict


@given(st.integers(400, 599), st.text())
def test_only_a_final_answer_ends_anything(code: int, answer: str) -> None:
    if code < 500:
        assert verdict_on_address(code, answer) is Verdict.LATER
        assert verdict_on_letter(code) is Verdict.LATER
    else:
        assert verdict_on_letter(code) is Verdict.LETTER_REFUSED


@given(st.integers(1, 1000))
def test_waits_grow_up_to_six_hours(tries: int) -> None:
    assert timedelta(minutes=1) <= wait_after(tries) <= wait_after(tries + 1) <= timedelta(hours=6)


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_a_server_that_is_down_is_asked_less_and_less_but_hourly_at_least(waited: timedelta, more: timedelta) -> None:
    assert timedelta(minutes=1) <= wait_while_down(waited) <= wait_while_down(waited + more) <= timedelta(hours=1)


@given(st.text())
def test_no_header_holds_a_line_break(text: str) -> None:
    said = one_line(text)
    assert said.isprintable()
    assert len(f"x{said}x".splitlines()) == 1


@given(st.text())
def test_an_address_is_one_address(text: str) -> None:
    try:
        address = check_address(text)
    except Refused:
        return
    assert address.count("@") == 1
    assert not set(address) & set(' ,;<>"\r\n')
