"""The command line: `engagement demo | serve | run-job | backup ...`. 0 done, 1 refused with a sentence, 2 wrong usage."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import click
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from engagement.commands import COMMANDS, progress_bar, the_diary
from engagement.core.clock import SystemClock, london_day
from engagement.core.errors import Refused
from engagement.demonstration import build, run
from engagement.demonstration.catcher import catching
from engagement.demonstration.routes import mail_folder
from engagement.ledger.domain import Result
from engagement.scheduler import TIMETABLE, Job, job_named, run_job, run_timetable
from engagement.settings import BadSetting, Settings, load
from engagement.supervisor import Child, end_with_parent, supervise
from engagement.web.logs import begin_logging

SUPERVISED = "ENGAGEMENT_SUPERVISED"  # set for the children of `serve` and `demo`
HOST = "127.0.0.1"
WORKER = "engagement.gathering.GatheringWorker"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def engagement() -> None:
    """The e-Community Diary."""


@engagement.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="where the service listens")
@click.option("--host", default=HOST, show_default=True)
@click.option("--reset", is_flag=True, help="begin afresh")
def demo(port: int, host: str, reset: bool) -> None:
    """The demonstration: database, web, scheduler and a mail catcher, from nothing to a running service."""
    os.environ["ENGAGEMENT_DEMONSTRATION"] = "1"
    os.environ.setdefault("ENGAGEMENT_PUBLIC_URL", f"http://localhost:{port}")
    os.environ.setdefault("ENGAGEMENT_LOG", "WARNING")
    begin_logging()
    _check_port(host, port)
    settings = load()
    if reset:
        with the_diary(migrated=False) as app:
            run.forget(app, settings)
    password = run.password(settings)
    with the_diary(migrated=False):
        upgrade()
        built = build.build(
            now=SystemClock().now(),
            password=password,
            progress=progress_bar("Making the demonstration", "rows"),
            mail_folder=mail_folder(settings),
        )
    made = "made" if built.new else "there already"
    print(f"The demonstration is {made}: {built.groups} groups, {built.engagements} engagements, {built.concerns} concerns.", flush=True)
    with catching(mail_folder(settings), port=_free_port()) as mail_url:
        threading.Thread(target=_announce, args=(port, settings.public_url, password), daemon=True).start()
        with run.running(settings, {"ENGAGEMENT_MAIL_URL": mail_url, "ENGAGEMENT_PUBLIC_URL": settings.public_url}):
            _serve(host, port, {"ENGAGEMENT_MAIL_URL": mail_url})


def _announce(port: int, url: str, password: str) -> None:
    """Says who can sign in, once the service answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=2):
                break
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    print(f"\nThe diary is at {url}\n\nWho can sign in, all with the password  {password}\n")
    print("\n".join(f"  {line}" for line in run.who_can_sign_in()))
    print(f"\nMail that was caught: {url}/demonstration/mail\nCtrl+C ends it.", flush=True)


@engagement.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default=HOST, show_default=True)
def serve(port: int, host: str) -> None:
    """Web and scheduler, supervised: one that dies begins again, both end with this."""
    begin_logging()
    _check_port(host, port)
    with the_diary():
        pass
    _serve(host, port, {})


def _serve(host: str, port: int, environ: Mapping[str, str]) -> None:
    inherited = {**os.environ, **environ, SUPERVISED: "1"}
    itself = [sys.executable, "-m", "engagement.cli"]
    supervise(
        [
            Child("web", [*itself, "web", "--host", host, "--port", str(port)], inherited),
            Child("scheduler", [*itself, "scheduler"], inherited),
        ]
    )


@engagement.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default=HOST, show_default=True)
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def web(port: int, host: str, workers: int, threads: int) -> None:
    """The web server alone."""
    load()  # a setting that makes no sense ends it here, with a sentence
    if os.environ.get(SUPERVISED):
        end_with_parent()
    sys.stdout.flush()
    os.execv(sys.executable, web_command(host, port, workers, threads))  # noqa: S606  our own command line


def web_command(host: str, port: int, workers: int = 2, threads: int = 4) -> list[str]:
    """The command line that `web` becomes."""
    server = [sys.executable, "-m", "gunicorn", "engagement.app:from_environment()", "--bind", f"{host}:{port}"]
    headers = ["--forwarder-headers", ""]  # no caller, a proxy's either, says by a header under what path we are
    size = ["--worker-class", WORKER, "--worker-connections", "400", "--workers", str(workers), "--threads", str(threads)]
    return [*server, *size, *headers, "--no-control-socket", "--graceful-timeout", "15", "--timeout", "60", "--log-level", "warning"]


@engagement.command()
def scheduler() -> None:
    """The scheduler alone. Several may run: each job is done once."""
    begin_logging()
    if os.environ.get(SUPERVISED):
        end_with_parent()
    with the_diary() as app:
        run_timetable(app)


@engagement.group("db")
def database() -> None:
    """The database's own matters."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Brings the database to the newest migration."""
    with the_diary(migrated=False):
        upgrade()


@engagement.command()
def jobs() -> None:
    """The timetable: every job, when it runs, what it does."""
    settings = load()
    for job in TIMETABLE:
        print(f"{job.name:<18} {job.when(settings):<16} {job.says}")


@engagement.command("run-job")
@click.argument("name")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="as if it ran at its time on this day")
def run_one_job(name: str, day: datetime | None) -> None:
    """Runs one job now unless it is done, and prints one line of JSON."""
    begin_logging("WARNING")
    run.join_running(load(), os.environ)
    settings = load()
    job = job_named(name)
    if job is None:
        raise click.UsageError(f"There is no job {name!r}. Jobs: {', '.join(job.name for job in TIMETABLE)}.")
    with the_diary() as app:
        outcome = run_job(app, job, _moment(job, settings, day.date() if day else None))
    print(json.dumps({"job": outcome.job, "period": outcome.period, "outcome": outcome.result, **outcome.counts}))
    if outcome.result not in (Result.DONE, Result.ALREADY_DONE):
        raise Refused("{job} for {period}: {result}.", job=outcome.job, period=outcome.period, result=outcome.result)


def _moment(job: Job, settings: Settings, day: date | None) -> datetime:
    """Now, or the job's time on another day. A day to come is for the demonstration alone: its period would count as done."""
    now = SystemClock().now()
    if day is None or day == london_day(now):
        return now
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=now.tzinfo)
    if day > london_day(now) and not build.is_here():
        raise Refused("The date must be today or in the past: a period to come would count as done.")
    return job.due(settings, noon) or noon


def _check_port(host: str, port: int) -> None:
    with socket.socket() as wanted:
        wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wanted.bind((host, port))
        except OSError as error:
            raise Refused(
                "Port {port} of {host} cannot be used ({why}). Choose another one with --port.", port=port, host=host, why=error.strerror
            ) from None


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


for command in COMMANDS:
    engagement.add_command(command)


def _said(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command; whatever the diary refuses becomes a sentence on standard error and the status 1.

    What it or its children write, the database first of all, is for the account that runs it: backups are, and hold no more.
    """
    os.umask(0o077)
    try:
        engagement.main(args=arguments, prog_name="engagement")
    except (Refused, BadSetting) as refusal:
        sys.exit(_said(str(refusal)))
    except SQLAlchemyError as error:
        sys.exit(_said(f"The database does not answer as it should: {getattr(error, 'orig', None) or error}"))


if __name__ == "__main__":
    main()
