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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError, SQLAlchemyError
from tqdm import tqdm

from engagement.access.domain import Role, system
from engagement.app import create_app
from engagement.audit.verify import verify
from engagement.bench.scales import SCALES
from engagement.bench.seed import seed as seed_rows
from engagement.core.clock import SystemClock, london_day
from engagement.core.errors import Refused
from engagement.db import db, reading, unit_of_work
from engagement.demonstration import build, run
from engagement.demonstration.catcher import catching
from engagement.demonstration.routes import mail_folder
from engagement.group_import.service import actor_of_the_command, apply, open_file, preview
from engagement.ledger.domain import Result
from engagement.ledger.routes import newest_migration
from engagement.overdue.jobs import find_differences
from engagement.people.domain import check_password
from engagement.people.passwords import hash_password
from engagement.people.service import OfficerDraft, PostingDraft, account_of, post_to, take_on
from engagement.places.police_uk import read_path
from engagement.places.service import NO_TEAM, make_force, take_in
from engagement.records.backup import back_up
from engagement.records.backup import restore as restore_from
from engagement.scheduler import TIMETABLE, Job, job_named, run_job, run_timetable
from engagement.settings import BadSetting, Settings, load
from engagement.supervisor import Child, end_with_parent, supervise
from engagement.web.logs import begin_logging

SUPERVISED = "ENGAGEMENT_SUPERVISED"  # set for the children of `serve` and `demo`
HOST = "127.0.0.1"


@contextmanager
def _diary(*, migrated: bool = True) -> Iterator[Flask]:
    """The application in its context; `migrated` refuses a database that is behind the code."""
    app = create_app(load())
    with app.app_context():
        try:
            if migrated:
                _check_migrated()
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _bar(what: str, unit: str) -> Callable[[int, int, str], None]:
    """A progress bar on a terminal, nothing off one; told (done, in all, what is being done)."""
    bar = tqdm(desc=what, unit=f" {unit}", disable=not sys.stderr.isatty(), leave=False)

    def tell(done: int, total: int, doing: str = "") -> None:
        bar.total = total
        if doing:
            bar.set_description(doing)
        bar.update(done - bar.n)
        if done >= total:
            bar.close()

    return tell


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
        with _diary(migrated=False) as app:
            run.forget(app, settings)
    password = run.password(settings)
    with _diary(migrated=False):
        upgrade()
        built = build.build(
            now=SystemClock().now(), password=password, progress=_bar("Making the demonstration", "rows"), mail_folder=mail_folder(settings)
        )
    made = "made" if built.new else "there already"
    print(f"The demonstration is {made}: {built.groups} groups, {built.engagements} engagements, {built.concerns} concerns.", flush=True)
    with catching(mail_folder(settings), port=_free_port()) as mail_url:
        threading.Thread(target=_announce, args=(port, settings.public_url, password), daemon=True).start()
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
    with _diary():
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
    server = [sys.executable, "-m", "gunicorn", "engagement.app:from_environment()", "--bind", f"{host}:{port}"]
    size = ["--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    manners = ["--no-control-socket", "--graceful-timeout", "15", "--timeout", "60", "--log-level", "warning"]
    sys.stdout.flush()
    os.execv(sys.executable, [*server, *size, *manners])  # noqa: S606  our own command line


@engagement.command()
def scheduler() -> None:
    """The scheduler alone. Several may run: each job is done once."""
    begin_logging()
    if os.environ.get(SUPERVISED):
        end_with_parent()
    with _diary() as app:
        run_timetable(app)


@engagement.group("db")
def database() -> None:
    """The database's own matters."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Brings the database to the newest migration."""
    with _diary(migrated=False):
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
    settings = load()
    job = job_named(name)
    if job is None:
        raise click.UsageError(f"There is no job {name!r}. Jobs: {', '.join(job.name for job in TIMETABLE)}.")
    with _diary() as app:
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


@engagement.command("check-audit")
def check_audit() -> None:
    """Proves the record; names a row that was changed, removed or cut off."""
    tell = _bar("Reading the record", "rows")
    with _diary():
        report = verify(reading(), lambda done, total: tell(done, total, ""))
    for fault in report.faults:
        print(fault, file=sys.stderr)
    print(json.dumps({"rows": report.rows, "chains": report.chains, "seals": report.seals, "faults": len(report.faults)}))
    if report.faults:
        raise click.exceptions.Exit(1)


@engagement.command("check-due")
def check_due() -> None:
    """Proves due dates, last contacts and states of concerns against the rules; names what differs."""
    with _diary():
        found = find_differences(SystemClock().now())
    for what, ids in (("group", found.group_ids), ("concern", found.concern_ids)):
        for key in ids:
            print(f"{what} {key} does not say what the rules say", file=sys.stderr)
    differ = {"groups_differ": len(found.group_ids), "concerns_differ": len(found.concern_ids)}
    print(json.dumps({"groups": found.groups, "concerns": found.concerns, **differ}))
    if found.any:
        raise click.exceptions.Exit(1)


@engagement.command("import-police-uk")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", default="", help="the data.police.uk id of the force, where the files do not say")
@click.option("--team", default=NO_TEAM, show_default=True, help="the team that new neighbourhoods go to")
def import_police_uk(path: Path, force: str, team: str) -> None:
    """Takes in forces, neighbourhoods and boundaries in the shapes of data.police.uk: a file, or a folder of them."""
    found, aside = read_path(path)
    with _diary(), unit_of_work() as session:
        counts = take_in(session, found, force=force, team=team)
    print(json.dumps(counts | {"left_aside": aside}))


@engagement.command("import-groups")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="say what it would do, and do nothing")
def import_groups(path: Path, dry_run: bool) -> None:
    """Takes in a spreadsheet of groups, CSV or Excel, in the name of the first administrator; the layout is at /groups/import."""
    now, rows = SystemClock().now(), open_file(path)
    with _diary():
        actor = actor_of_the_command(reading(), now=now)
        plan = preview(reading(), actor, rows, now=now)
        for error in plan.errors:
            print(f"Row {error.number}, {error.column}: {error.sentence}", file=sys.stderr)
        if plan.errors:
            raise Refused("Nothing was taken in: mend the rows above")
        if dry_run:
            print(json.dumps({"would_make": len(plan.makes), "would_fill_in": len(plan.changes), "there_already": plan.same}))
            return
        with unit_of_work() as session:
            done = apply(session, actor, rows, file_name=path.name, mark=plan.mark, now=now)
    print(json.dumps({"made": done.made, "filled_in": done.changed, "assumed": plan.assumed if done.made else 0}))


@engagement.command("create-administrator")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--collar-number", required=True)
@click.option("--force", required=True, help="the data.police.uk id of the force; made where it is missing")
@click.option("--force-name", default="")
@click.password_option(help="asked for on a terminal; off one, give it in ENGAGEMENT_PASSWORD", envvar="ENGAGEMENT_PASSWORD")
def create_administrator(email: str, name: str, collar_number: str, force: str, force_name: str, password: str) -> None:
    """Makes an administrator, who makes everybody else."""
    now = SystemClock().now()
    check_password(password, shortest=load().number("sign_in", "shortest_password"), email=email, name=name)
    hashed = hash_password(password)
    with _diary(), unit_of_work() as session:
        actor = system("create-administrator", make_force(session, force, force_name).id)
        draft = OfficerDraft(name=name.strip(), rank="Staff", collar_number=collar_number, email=email)
        officer = take_on(session, actor, draft, now=now)
        post_to(session, actor, officer.id, PostingDraft(role=Role.ADMINISTRATOR, place_id=None, starts_on=london_day(now)), now=now)
        account_of(session, actor, officer.id).password_hash = hashed
    print(f"{email} can sign in and make officers, teams and postings.")


@engagement.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path) -> None:
    """Writes the whole diary into a new file, as it is at one moment; the service may go on."""
    with _diary():
        rows = back_up(path, now=SystemClock().now(), progress=_bar("Backing up", "rows"))
    print(f"{path}: {rows} rows. The secret key is not in it: keep that apart.")


@engagement.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def restore(path: Path) -> None:
    """Fills an empty database from a backup, and proves its record."""
    with _diary(migrated=False):
        upgrade()
        rows = restore_from(path, progress=_bar("Restoring", "rows"))
        report = verify(reading())
    for fault in report.faults:
        print(fault, file=sys.stderr)
    print(f"{rows} rows restored; {report.rows} rows of the record read, {len(report.faults)} faults.")
    if report.faults:
        raise click.exceptions.Exit(1)


@engagement.command()
@click.option("--scale", type=click.Choice(sorted(SCALES)), default="team", show_default=True)
def seed(scale: str) -> None:
    """Fills an empty database with invented rows of a scale, for figures."""
    with _diary(migrated=False):
        upgrade()
        seed_rows(SCALES[scale], now=SystemClock().now(), progress=_bar("Seeding", "rows"))


def _check_migrated() -> None:
    try:
        found = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except (ProgrammingError, OperationalError):
        found = None
    db.session.rollback()
    if found != newest_migration():
        raise Refused("The database is not at the newest migration. Run: engagement db upgrade")


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


def _said(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command; whatever the diary refuses becomes a sentence on standard error and the status 1."""
    try:
        engagement.main(args=arguments, prog_name="engagement")
    except (Refused, BadSetting) as refusal:
        sys.exit(_said(str(refusal)))
    except SQLAlchemyError as error:
        sys.exit(_said(f"The database does not answer as it should: {getattr(error, 'orig', None) or error}"))


if __name__ == "__main__":
    main()
