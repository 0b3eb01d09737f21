"""Who may approve, and when a summary that nobody approved makes itself heard."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engagement.core.months import Month
from engagement.summaries.domain import approve_by, reminder, why_not_approve

ROLES = st.sets(st.sampled_from(["pcso", "sergeant", "inspector", "administrator", "engagement_officer", "analyst"]))
MONTHS = st.builds(Month, st.integers(2024, 2030), st.integers(1, 12))


@given(st.integers(1, 5), ROLES, st.none() | st.integers(1, 5))
def test_nobody_approves_their_own_draft(approver: int, roles: set[str], writer: int | None) -> None:
    may = why_not_approve(approver_id=approver, roles=roles, writer_id=writer) == ""
    assert may == (bool(roles & {"sergeant", "inspector", "engagement_officer"}) and approver != writer)


@given(MONTHS, st.dates(date(2024, 1, 1), date(2031, 3, 1)))
def test_reminders_come_on_the_8th_and_the_15th_and_do_not_go_away(month: Month, today: date) -> None:
    after = month.next
    expected = (
        "none" if today < date(after.year, after.number, 8) else "remind" if today < date(after.year, after.number, 15) else "inspector"
    )
    assert reminder(month, today) == expected


def test_october_is_approved_by_the_7th_of_november() -> None:
    assert approve_by(Month(2026, 10)) == date(2026, 11, 7)
    assert reminder(Month(2026, 12), date(2027, 1, 8)) == "remind"
