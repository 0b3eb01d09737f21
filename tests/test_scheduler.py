"""The timetable, and schedulers as processes: two of them do each job once, and one finishes what a killed one began."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from engagement.app import create_app
from engagement.core.clock import LONDON
from engagement.db import db
from engagement.ledger.domain import Result
from engagement.ledger.models import JobRun
from engagement.people.models import LoginAttempt
from engagement.scheduler import TIMETABLE, Job, catch_up
from engagement.settings import load
from tests.ledger.one_scheduler import BATCHES

ROOT = Path(__file__).parent.parent
NAMES = {
    "flag-overdue", "send-digests", "send-later-digests", "draft-summaries", "draft-returns", "send-figures", "send-mail",
    "check-due", "review-retention", "check-audit", "chase-clocks", "send-notices", "tell-unsent", "draw-dip-samples",
    "move-patches",
}  # fmt: skip


@pytest.fixture
def environ(new_database: Callable[[], str], tmp_path: Path) -> dict[str, str]:
    """The settings of schedulers on a new database: leases of two seconds."""
    (tmp_path / "short.toml").write_text("[jobs]\nlease_seconds = 2\n")
    return {
        "ENGAGEMENT_DATABASE_URL": new_database(),
        "ENGAGEMENT_INSTANCE": str(tmp_path),
        "ENGAGEMENT_SECRET_KEY": "a secret for tests alone, forty characters",
        "ENGAGEMENT_CONFIG": str(tmp_path / "short.toml"),
    }


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(load(environ))
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def scheduler(environ: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A scheduler process; it is gone at the end of the block."""
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.one_scheduler"],
            cwd=ROOT, env={**os.environ, **environ}, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            finally:
                process.kill()


def wait_for(app: Flask, what: Callable[[], bool], seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with app.app_context():
            try:
                if what():
                    return
            finally:
                db.session.remove()
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def written() -> int:
    return db.session.scalar(select(func.count()).select_from(LoginAttempt)) or 0


def is_done() -> bool:
    return db.session.scalar(select(JobRun.done_at)) is not None


def each_once(app: Flask) -> JobRun:
    """Checks that each batch was written once; answers the one run."""
    with app.app_context():
        rows = db.session.execute(select(LoginAttempt.email, func.count()).group_by(LoginAttempt.email)).all()
        assert {email: number for email, number in rows} == {str(number): 1 for number in range(BATCHES)}  # noqa: C416
        run = db.session.scalars(select(JobRun)).one()
        db.session.remove()
    return run


@pytest.mark.slow
def test_two_schedulers_started_together_do_a_job_once(app: Flask, environ: dict[str, str], tmp_path: Path) -> None:
    with ExitStack() as both:
        for number in range(2):
            both.enter_context(scheduler(environ, tmp_path / f"{number}.log"))
        wait_for(app, is_done)
        time.sleep(1.5)  # both look again
    run = each_once(app)
    assert (run.fence, run.outcome, run.counts) == (1, "done", {"made": BATCHES})
    with app.app_context():
        assert len(set(db.session.scalars(select(LoginAttempt.address)))) == 1


@pytest.mark.slow
def test_one_killed_in_mid_job_is_finished_by_the_other(app: Flask, environ: dict[str, str], tmp_path: Path) -> None:
    with ExitStack() as both:
        processes = [both.enter_context(scheduler(environ, tmp_path / f"{number}.log")) for number in range(2)]
        wait_for(app, lambda: written() >= 5)
        with app.app_context():
            working = int(db.session.scalar(select(LoginAttempt.address).limit(1)) or 0)
            db.session.remove()
        assert working in {process.pid for process in processes}
        began = time.monotonic()
        os.kill(working, signal.SIGKILL)
        wait_for(app, is_done)
        assert time.monotonic() - began < 15
    run = each_once(app)
    assert (run.fence, run.outcome) == (2, "done")
    assert 0 < run.counts["made"] < BATCHES


@pytest.mark.slow
def test_a_scheduler_ends_when_it_is_told_and_finishes_what_it_is_at(app: Flask, environ: dict[str, str], tmp_path: Path) -> None:
    with scheduler(environ, tmp_path / "0.log") as process:
        wait_for(app, lambda: written() >= 2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert each_once(app).outcome == "done"


def test_the_timetable_has_every_job_of_the_command_line() -> None:
    assert {job.name for job in TIMETABLE} == NAMES


def test_no_job_runs_in_the_hour_when_clocks_change(app: Flask) -> None:
    settings = app.extensions["settings"]
    for day in (datetime(2026, 3, 29, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 11, 24, 12, tzinfo=UTC)):
        for job in TIMETABLE:
            if (due := job.due(settings, day)) is not None:
                assert due.astimezone(LONDON).hour != 1, job.name
                assert due.astimezone(LONDON).date() == day.date(), job.name


def test_what_was_missed_is_caught_up_with_once(app: Flask) -> None:
    ran: list[datetime] = []

    def note(now: datetime) -> dict[str, int]:
        ran.append(now)
        return {}

    timetable = (
        Job(name="daily", setting="flag_overdue_at", every="day", run=note, says=""),
        Job(name="monthly", setting="send_figures_at", every="month", run=note, says=""),
        Job(name="by-the-minute", setting="send_mail_every_minutes", every="minute", run=note, says=""),
    )
    early = datetime(2026, 11, 9, 5, 0, tzinfo=UTC)  # it was down since the month began, and comes back before any of them is due
    assert catch_up(app, timetable, early) == []
    late = early + timedelta(hours=5)
    assert [(o.job, o.period, o.result) for o in catch_up(app, timetable, late)] == [
        ("daily", "2026-11-09", Result.DONE),
        ("monthly", "2026-11", Result.DONE),
    ]
    assert catch_up(app, timetable, late + timedelta(minutes=1)) == []
    assert [o.job for o in catch_up(app, timetable, late + timedelta(days=3))] == ["daily"]
    assert [o.job for o in catch_up(app, timetable, late + timedelta(days=30))] == ["daily", "monthly"]
    assert len(ran) == 5
