"""The force's own clock: how the settings say that the hours of an answer are counted, and what a raiser is told who had none."""

from __future__ import annotations

from datetime import timedelta

from engagement.concerns.clock import ClockRule
from engagement.settings import current


def recourse(team: str, telephone: str, email: str) -> str:
    """What a raiser is told who had no answer in time, in the force's own words."""
    values = {"hours": str(rule().hours), "team": team, "telephone": telephone, "email": email}
    words = current().text("clock", "recourse")
    for name, value in values.items():
        words = words.replace("{" + name + "}", value)
    return words


def rule() -> ClockRule:
    """The rule of the settings under [clock]."""
    settings = current()
    return ClockRule(
        within=timedelta(hours=settings.number("clock", "answer_within_hours")),
        amber_after=timedelta(hours=settings.number("clock", "amber_after_hours")),
        chases=(
            timedelta(hours=settings.number("clock", "first_chase_hours")),
            timedelta(hours=settings.number("clock", "second_chase_hours")),
        ),
        working_days=settings.text("clock", "count") == "working_days",
    )
