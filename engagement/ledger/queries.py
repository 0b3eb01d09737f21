"""Questions about runs: which periods are done, and when the scheduler was last seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from engagement.ledger.models import JobRun


def done_among(session: Session, runs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Of these (job, period) those that are done."""
    rows = session.execute(
        select(JobRun.name, JobRun.period).where(tuple_(JobRun.name, JobRun.period).in_(list(runs)), JobRun.done_at.is_not(None))
    )
    return {(name, period) for name, period in rows}


def last_started(session: Session) -> datetime | None:
    """When the scheduler last began a run of any job, by the database's clock; None before its first."""
    moment: datetime | None = session.scalar(select(func.max(JobRun.started_at)))
    return moment
