"""What became of a job's run, and when a run that stands still may be taken over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

RETRY_AFTER = timedelta(minutes=5)  # a job that failed is left alone for so long


class Result(StrEnum):
    """What asking for a job's run came to."""

    DONE = "done"
    ALREADY_DONE = "already done"
    RUNNING = "running elsewhere"
    FAILED = "failed"
    LOST = "taken over"  # the claim ran out and somebody else has the run


class ClaimLost(Exception):
    """The run was taken over by another process: nothing more of ours may be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One job, one period, and what came of it; `counts` are the job's own."""

    job: str
    period: str
    result: Result
    counts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to run a job for a period: only the holder of its newest fence may keep anything."""

    id: int
    fence: int
    lease: timedelta


def longest(lease: timedelta) -> timedelta:
    """How long a lease given now could last at most, with room for clocks that differ. One that ends later was given before
    the clock was set back, and holds no longer: its work is not to wait until that time comes again."""
    return 2 * max(lease, RETRY_AFTER)
