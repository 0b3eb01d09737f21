"""A scheduler in a process of its own, with one slow job of twenty batches: `python -m tests.ledger.one_scheduler`."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from sqlalchemy import insert, select

from engagement.app import create_app
from engagement.core.clock import FixedClock
from engagement.db import unit_of_work
from engagement.people.models import LoginAttempt
from engagement.scheduler import Job, run_timetable
from engagement.settings import load
from engagement.web.logs import begin_logging

BATCHES = 20
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def slow(now: datetime) -> dict[str, int]:
    """Writes twenty rows, one in each batch, those that are not there yet: each says which process wrote it."""
    made = 0
    for number in range(BATCHES):
        with unit_of_work() as session:
            if session.scalar(select(LoginAttempt.id).where(LoginAttempt.email == str(number))) is None:
                session.execute(insert(LoginAttempt).values(email=str(number), address=str(os.getpid()), at=now, succeeded=True))
                made += 1
        time.sleep(0.1)
    return {"made": made}


if __name__ == "__main__":
    begin_logging()
    run_timetable(create_app(load(), FixedClock(NOON)), (Job(name="slow", setting="flag_overdue_at", every="day", run=slow, says=""),))
