"""The words of a concern on screen: its 72 hours, and a date in words. No table, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from engagement.concerns.clock import ELAPSED, HOUR, ClockRule


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockWords:
    """How long an answer has, or is over; `tone` picks the colour beside the words."""

    words: str
    tone: Literal["running", "amber", "over"]

    @property
    def look(self) -> str:
        """The standing whose shape and colour say the same."""
        return {"running": "due-soon", "amber": "overdue", "over": "long-overdue"}[self.tone]


def clock_words(due_at: datetime | None, now: datetime, rule: ClockRule = ELAPSED) -> ClockWords | None:
    """The 72 hours in words: "6 h left", "2 h over", "5 days over"; None where no answer is owed.

    The whole hours are those of `clock.clock`: rounded down on both sides, so nothing is said to be over early.
    """
    if due_at is None:
        return None
    if now > due_at:
        hours = (now - due_at) // HOUR
        words = f"{hours // 24} days over" if hours >= 72 else f"{hours} h over" if hours else "just over"
        return ClockWords(words=words, tone="over")
    hours = rule.left(due_at, now) // HOUR
    amber = due_at <= rule.soon(now)
    return ClockWords(words=f"{hours} h left" if hours else "under 1 h left", tone="amber" if amber else "running")
