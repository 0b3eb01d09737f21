"""Running a job once for each period, whoever asks: a claim with a lease, a heartbeat, and a fence before every commit."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from engagement.db import apart, database_time, db, fence, reading, unit_of_work
from engagement.ledger.domain import RETRY_AFTER, Claim, ClaimLost, Outcome, Result, longest
from engagement.ledger.models import JobRun
from engagement.settings import current

log = logging.getLogger(__name__)

Work = Callable[[], Mapping[str, Any]]
_LONGEST_BEATS = 120  # a job that hangs for so many leases is let go


def run_once(name: str, period: str, work: Work) -> Outcome:
    """Does a job's work for a period unless it is done or is being done; answers what came of it.

    `work` opens units of work of its own, as many as it likes. None of them is kept once the claim is lost, so a process
    that stood still and wakes up after another took over does nothing twice. A process that dies leaves a lease that runs out;
    whoever asks next does the rest. `work` must therefore ask what is owed, not what the date is. Not within a unit of work.
    """
    lease = timedelta(seconds=current().number("jobs", "lease_seconds"))
    claim = _claim(name, period, lease)
    if claim is None:
        return _seen(name, period)
    log.debug("%s for %s begins", name, period)
    try:
        with _beating(claim), _fenced(claim):
            counts = dict(work())
            _finish(claim, counts)
    except ClaimLost:
        log.warning("%s for %s was taken over", name, period)
        return Outcome(job=name, period=period, result=Result.LOST)
    except Exception as error:
        log.exception("%s for %s failed", name, period)
        return Outcome(job=name, period=period, result=Result.FAILED, counts=_failed(claim, error))
    log.info("%s for %s done: %s", name, period, counts)
    return Outcome(job=name, period=period, result=Result.DONE, counts=counts)


def forget_runs(session: Session, *, before: datetime, name: str | None = None, limit: int = 5000) -> int:
    """Removes the runs that were done before a moment, of one job or of all; answers how many."""
    old = select(JobRun.id).where(JobRun.done_at < before, *(() if name is None else (JobRun.name == name,))).limit(limit)
    return int(session.execute(delete(JobRun).where(JobRun.id.in_(old.scalar_subquery()))).rowcount)  # type: ignore[attr-defined]


def _who() -> str:
    return f"{socket.gethostname()[:50]}:{os.getpid()}:{threading.get_native_id()}"


def _claim(name: str, period: str, lease: timedelta) -> Claim | None:
    """The claim, or None where the run is done or its holder's lease has not run out. One statement decides."""
    with apart() as connection:
        now = database_time(connection)
        insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
        first = insert(JobRun).values(
            name=name, period=period, claimed_by=_who(), fence=1, lease_until=now + lease, started_at=now, outcome="running", counts={}
        )
        row = connection.execute(
            first.on_conflict_do_update(
                index_elements=["name", "period"],
                set_={
                    "claimed_by": _who(),
                    "fence": JobRun.fence + 1,
                    "lease_until": now + lease,
                    "started_at": now,
                    "outcome": "running",
                },
                where=JobRun.done_at.is_(None) & or_(JobRun.lease_until < now, JobRun.lease_until > now + longest(lease)),
            ).returning(JobRun.id, JobRun.fence)
        ).first()
    return None if row is None else Claim(id=row.id, fence=row.fence, lease=lease)


def _held(claim: Claim) -> tuple[Any, ...]:
    return (JobRun.id == claim.id, JobRun.fence == claim.fence, JobRun.done_at.is_(None))


@contextmanager
def _fenced(claim: Claim) -> Iterator[None]:
    """Every unit of work inside renews the lease in its own transaction, and is lost when the claim is."""

    def passes(session: Session) -> None:
        _change(session, claim, lease_until=database_time(session) + claim.lease)

    token = fence.set(passes)
    try:
        yield
    finally:
        fence.reset(token)


@contextmanager
def _beating(claim: Claim) -> Iterator[None]:
    """Renews the lease from a thread while the work is at something slow, such as a mail server."""
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(db.engine, claim, stop), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(engine: Engine, claim: Claim, stop: threading.Event) -> None:
    for _ in range(_LONGEST_BEATS * 3):
        if stop.wait(claim.lease.total_seconds() / 3):
            return
        try:
            with apart(engine) as connection:
                connection.execute(update(JobRun).where(*_held(claim)).values(lease_until=database_time(connection) + claim.lease))
        except SQLAlchemyError:  # a beat that is missed is made up by the next one
            log.warning("the heartbeat of run %s failed", claim.id, exc_info=True)


def _finish(claim: Claim, counts: dict[str, Any]) -> None:
    with unit_of_work(fenced=False) as session:  # it is its own fence
        _change(session, claim, done_at=database_time(session), outcome=Result.DONE, counts=counts)


def _change(session: Session, claim: Claim, **values: Any) -> None:
    """Changes the run, or raises `ClaimLost` where it is no longer ours."""
    changed = session.execute(update(JobRun).where(*_held(claim)).values(values), execution_options={"synchronize_session": False})
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise ClaimLost


def _failed(claim: Claim, error: Exception) -> dict[str, Any]:
    """Lets go of a run whose work failed, so that it is tried again after a while."""
    words = {"error": f"{type(error).__name__}: {error}"[:500]}
    with apart() as connection:
        connection.execute(
            update(JobRun)
            .where(*_held(claim))
            .values(outcome=Result.FAILED, counts=words, lease_until=database_time(connection) + RETRY_AFTER)
        )
    return words


def _seen(name: str, period: str) -> Outcome:
    run = reading().scalar(select(JobRun).where(JobRun.name == name, JobRun.period == period))
    reading().rollback()
    if run is not None and run.done_at is not None:
        return Outcome(job=name, period=period, result=Result.ALREADY_DONE, counts=run.counts)
    return Outcome(job=name, period=period, result=Result.RUNNING)
