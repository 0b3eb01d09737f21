"""A job runs once for each period, and what a lost claim did is not kept."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from engagement.db import database_time, unit_of_work
from engagement.ledger.domain import ClaimLost, Result
from engagement.ledger.models import JobRun
from engagement.ledger.queries import done_among
from engagement.ledger.service import forget_runs, run_once
from engagement.mail.models import RefusedAddress


def mark(diary, address: str) -> None:
    """Some work that leaves a row."""
    with unit_of_work() as session:
        session.add(RefusedAddress(address=address, since=diary.now))


def marks(diary) -> list[str]:
    with diary.work() as session:
        return list(session.scalars(select(RefusedAddress.address).order_by(RefusedAddress.address)))


def work_of(diary, address: str):
    def work() -> dict[str, int]:
        mark(diary, address)
        return {"made": 1}

    return work


def test_the_second_time_nothing_is_done(diary) -> None:
    with diary.app.app_context():
        first = run_once("flag-overdue", "2026-11-24", work_of(diary, "a"))
        second = run_once("flag-overdue", "2026-11-24", work_of(diary, "b"))
        other = run_once("flag-overdue", "2026-11-25", work_of(diary, "c"))
    assert (first.result, dict(first.counts)) == (Result.DONE, {"made": 1})
    assert (second.result, dict(second.counts)) == (Result.ALREADY_DONE, {"made": 1})
    assert other.result is Result.DONE
    assert marks(diary) == ["a", "c"]
    with diary.work() as session:
        assert done_among(session, [("flag-overdue", "2026-11-24"), ("flag-overdue", "2026-11-26")]) == {("flag-overdue", "2026-11-24")}
        assert forget_runs(session, before=database_time(session) + timedelta(seconds=1)) == 2


def test_many_at_once_do_it_once(diary) -> None:
    results: list[Result] = []

    def one(number: int) -> None:
        with diary.app.app_context():
            results.append(run_once("send-digests", "2026-11-24", work_of(diary, f"by {number}")).result)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count(Result.DONE) == 1
    assert set(results) <= {Result.DONE, Result.ALREADY_DONE, Result.RUNNING}
    assert len(marks(diary)) == 1


def test_work_that_fails_keeps_nothing_of_its_batch_and_is_tried_again_later(diary) -> None:
    def work() -> dict[str, int]:
        mark(diary, "the first batch")
        with unit_of_work() as session:
            session.add(RefusedAddress(address="the second batch", since=diary.now))
            raise ValueError("a row that makes no sense")

    with diary.app.app_context():
        failed = run_once("flag-overdue", "2026-11-24", work)
        assert (failed.result, dict(failed.counts)) == (Result.FAILED, {"error": "ValueError: a row that makes no sense"})
        assert run_once("flag-overdue", "2026-11-24", work).result is Result.RUNNING  # let alone for five minutes
        lapse("flag-overdue")
        assert run_once("flag-overdue", "2026-11-24", work_of(diary, "mended")).result is Result.DONE
    assert marks(diary) == ["mended", "the first batch"]


def lapse(name: str) -> None:
    """Lets the lease of a run end, as time would."""
    with unit_of_work(fenced=False) as session:
        session.execute(text("UPDATE job_run SET lease_until = started_at WHERE name = :name"), {"name": name})


def test_who_wakes_up_after_another_took_over_keeps_nothing(diary) -> None:
    def sleeper() -> dict[str, int]:
        mark(diary, "before")
        lapse("flag-overdue")  # it stood still for longer than its lease
        taken = run_in_thread(lambda: run_once("flag-overdue", "2026-11-24", work_of(diary, "by the other")))
        assert taken.result is Result.DONE
        with pytest.raises(ClaimLost):
            mark(diary, "after")
        return {}

    def run_in_thread(call):
        found = []

        def run() -> None:
            with diary.app.app_context():
                found.append(call())

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        return found[0]

    with diary.app.app_context():
        assert run_once("flag-overdue", "2026-11-24", sleeper).result is Result.LOST
    assert marks(diary) == ["before", "by the other"]


def test_a_lease_is_kept_alive_through_slow_work(diary) -> None:
    """With a lease of a second, work of two seconds keeps it; nobody takes the run over meanwhile."""
    lease = diary.app.extensions["settings"].tree["jobs"]
    before, lease["lease_seconds"] = lease["lease_seconds"], 1
    tried: list[Result] = []

    def slow() -> dict[str, int]:
        for _ in range(8):
            threading.Event().wait(0.25)
            thread = threading.Thread(target=another)
            thread.start()
            thread.join()
        return {}

    def another() -> None:
        with diary.app.app_context():
            tried.append(run_once("send-mail", "2026-11-24T10:00", dict).result)

    try:
        with diary.app.app_context():
            assert run_once("send-mail", "2026-11-24T10:00", slow).result is Result.DONE
    finally:
        lease["lease_seconds"] = before
    assert set(tried) == {Result.RUNNING}


def test_a_run_says_when_it_was(diary) -> None:
    with diary.app.app_context():
        run_once("check-due", "2026-11-24", dict)
    with diary.work() as session:
        run = session.scalars(select(JobRun)).one()
        assert run.started_at <= run.done_at <= database_time(session)
        assert (run.fence, run.outcome) == (1, "done")
