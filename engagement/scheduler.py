"""The timetable: every job on one screen; and the process that runs it."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Any, Literal

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask

from engagement.audit.jobs import check_audit
from engagement.board.jobs import send_digests, send_figures
from engagement.concerns.jobs import chase_clocks
from engagement.core.clock import LONDON, Clock, london_day, london_moment
from engagement.core.months import Month
from engagement.db import db, reading
from engagement.dip_sample.jobs import draw_dip_samples
from engagement.handover.jobs import move_patches
from engagement.ledger.domain import Outcome
from engagement.ledger.queries import done_among
from engagement.ledger.service import run_once
from engagement.notices.jobs import send_notices
from engagement.offline.jobs import tell_unsent
from engagement.overdue.jobs import flag_overdue
from engagement.records.jobs import check_due, review_retention
from engagement.returns.jobs import draft_returns
from engagement.settings import Settings
from engagement.summaries.jobs import draft_and_remind, send_mail

log = logging.getLogger(__name__)

GRACE = 6 * 3600  # seconds that a run may be late and still be made
Every = Literal["minute", "day", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that runs by itself, once for each period. `setting` of [jobs] says at what London time, or how often.

    A job for every month is asked for each day, and done on the first of them on which it can be.
    """

    name: str
    setting: str
    every: Every
    run: Callable[[datetime], Mapping[str, Any]]
    says: str

    def period(self, now: datetime) -> str:
        """The period that a moment belongs to: "2026-11", "2026-11-24", or "2026-11-24T10:01" in UTC."""
        match self.every:
            case "month":
                return str(Month.of(london_day(now)))
            case "day":
                return london_day(now).isoformat()
            case "minute":
                return f"{now:%Y-%m-%dT%H:%M}"

    def due(self, settings: Settings, now: datetime) -> datetime | None:
        """The moment of this London day from which its run is owed; None for what runs by the minute, which is never made up."""
        if self.every == "minute":
            return None
        hour, minute = (int(part) for part in settings.text("jobs", self.setting).split(":"))
        return london_moment(london_day(now), hour, minute)

    def when(self, settings: Settings) -> str:
        """When it runs, in words."""
        if self.every == "minute":
            minutes = settings.number("jobs", self.setting)
            return "every minute" if minutes == 1 else f"every {minutes} minutes"
        at = settings.text("jobs", self.setting)
        return f"daily {at}" if self.every == "day" else f"monthly {at}"


TIMETABLE: tuple[Job, ...] = (
    Job(
        name="check-audit",
        setting="check_audit_at",
        every="day",
        run=check_audit,
        says="seals yesterday's record, and names a row changed, removed or cut off",
    ),
    Job(
        name="review-retention",
        setting="review_retention_at",
        every="day",
        run=review_retention,
        says="erases what may go by itself, counts what a person must review",
    ),
    Job(
        name="draft-summaries",
        setting="draft_summaries_at",
        every="day",
        run=draft_and_remind,
        says="drafts the month before for each neighbourhood with something to say, reminds of what nobody approved",
    ),
    Job(
        name="draft-returns",
        setting="draft_returns_at",
        every="day",
        run=draft_returns,
        says="from the first day of a quarter, drafts the return of the one before for each team that has none",
    ),
    Job(
        name="check-due",
        setting="check_due_at",
        every="day",
        run=check_due,
        says="proves the stored due dates, last contacts and states of concerns against the rules",
    ),
    Job(
        name="move-patches",
        setting="move_patches_at",
        every="day",
        run=move_patches,
        says="hands over the patches whose day has come, begins handovers for closed accounts, tells contacts who their officer is now",
    ),
    Job(
        name="flag-overdue",
        setting="flag_overdue_at",
        every="day",
        run=flag_overdue,
        says="raises a flag for each group that is overdue, clears those that no longer hold",
    ),
    Job(
        name="send-figures",
        setting="send_figures_at",
        every="month",
        run=send_figures,
        says="puts the figures of the month before into the next digest of each sergeant and inspector",
    ),
    Job(
        name="draw-dip-samples",
        setting="draw_dip_samples_at",
        every="month",
        run=draw_dip_samples,
        says="draws by lot the entries of the month before that each team's sergeant reads",
    ),
    Job(
        name="send-digests",
        setting="send_digests_at",
        every="day",
        run=send_digests,
        says="mails sergeants and inspectors what waits for them, once a day at most, never an empty one",
    ),
    Job(
        name="send-later-digests",
        setting="send_later_digests_every_minutes",
        every="minute",
        run=send_digests,
        says="the same for those whose working day begins later, or who chose a later hour",
    ),
    Job(
        name="chase-clocks",
        setting="chase_clocks_every_minutes",
        every="minute",
        run=chase_clocks,
        says="reminds whoever owes an answer, or covers for them, when its first and second mark pass; each once",
    ),
    Job(
        name="send-notices",
        setting="send_notices_every_minutes",
        every="minute",
        run=send_notices,
        says="mails officers what waits for them when their working day begins, hands on clocks nobody would hear of in time",
    ),
    Job(
        name="tell-unsent",
        setting="tell_unsent_at",
        every="day",
        run=tell_unsent,
        says="tells officers and their sergeants of entries that a phone has not sent for a week",
    ),
    Job(
        name="send-mail",
        setting="send_mail_every_minutes",
        every="minute",
        run=send_mail,
        says="writes the letters of approved summaries, sends what waits, tells what arrived",
    ),
)


def job_named(name: str, timetable: Sequence[Job] = TIMETABLE) -> Job | None:
    """The job of that name, or None."""
    return next((job for job in timetable if job.name == name), None)


def run_job(app: Flask, job: Job, now: datetime) -> Outcome:
    """Runs a job for the period that `now` belongs to, unless it is done."""
    with app.app_context():
        try:
            return run_once(job.name, job.period(now), lambda: job.run(now))
        finally:
            db.session.remove()


def catch_up(app: Flask, timetable: Sequence[Job], now: datetime) -> list[Outcome]:
    """Runs what was owed before `now` on this day or month and is not done: missed while down, failed, or left by a process that died."""
    settings: Settings = app.extensions["settings"]
    owed = [job for job in timetable if (due := job.due(settings, now)) is not None and due <= now]
    with app.app_context():
        done = done_among(reading(), [(job.name, job.period(now)) for job in owed])
        db.session.remove()
    return [run_job(app, job, now) for job in owed if (job.name, job.period(now)) not in done]


def run_timetable(app: Flask, timetable: Sequence[Job] = TIMETABLE) -> None:
    """Runs the timetable until SIGTERM or SIGINT; a job that is running then is finished first."""
    clock: Clock = app.extensions["clock"]
    settings: Settings = app.extensions["settings"]
    scheduler = BlockingScheduler(
        timezone=LONDON,
        executors={"default": ThreadPoolExecutor(len(timetable) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE},
    )
    for job in timetable:
        _add(scheduler, app, job)
    scheduler.add_job(
        _safely(lambda: catch_up(app, timetable, clock.now())),
        "interval",
        seconds=max(1.0, settings.number("jobs", "lease_seconds") / 2),
        next_run_time=datetime.now(LONDON),
        id="catch-up",
    )

    def stop(number: int, _frame: FrameType | None) -> None:
        log.info("scheduler ends after signal %s", number)
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("scheduler begins with %s jobs", len(timetable))
    scheduler.start()


def _add(scheduler: BlockingScheduler, app: Flask, job: Job) -> None:
    clock: Clock = app.extensions["clock"]
    settings: Settings = app.extensions["settings"]

    def run() -> None:
        run_job(app, job, clock.now())

    now = clock.now()
    due = job.due(settings, now)
    if due is None:
        scheduler.add_job(
            _safely(run), "interval", minutes=settings.number("jobs", job.setting), next_run_time=datetime.now(LONDON), id=job.name
        )
        return
    wall = due.astimezone(LONDON)
    scheduler.add_job(_safely(run), "cron", hour=wall.hour, minute=wall.minute, id=job.name)


def _safely(run: Callable[[], object]) -> Callable[[], None]:
    """A run that ends in the log when it fails, so that the next one is made."""

    def guarded() -> None:
        try:
            run()
        except Exception:
            log.exception("a job could not be begun")

    return guarded
