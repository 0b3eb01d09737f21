"""The commands that work on the diary's data: imports, proofs, backups, tables of figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect, select, text
from tqdm import tqdm

from engagement.access.domain import Role, system
from engagement.app import create_app
from engagement.audit.disposal import NAME as DISPOSAL
from engagement.audit.disposal import dispose
from engagement.audit.verify import verify
from engagement.bench.run import run as run_bench
from engagement.bench.scales import SCALES
from engagement.bench.seed import seed as seed_rows
from engagement.core.clock import SystemClock, london_day
from engagement.core.errors import Refused
from engagement.core.months import Month
from engagement.db import db, reading, unit_of_work
from engagement.group_import.service import actor_of_the_command, apply, open_file, preview
from engagement.groups.placing import place_by_postcode
from engagement.ledger.routes import newest_migration
from engagement.people.domain import check_password
from engagement.people.passwords import hash_password
from engagement.people.postings import PostingDraft, post_to
from engagement.people.service import OfficerDraft, account_of, take_on
from engagement.places.models import Force
from engagement.places.police_uk import read_path
from engagement.places.service import NO_TEAM, make_force, take_in
from engagement.records.backup import back_up
from engagement.records.backup import restore as restore_from
from engagement.records.proof import find_differences, how_many
from engagement.settings import load


@contextmanager
def the_diary(*, migrated: bool = True) -> Iterator[Flask]:
    """The application in its context; `migrated` refuses a database that is behind the code."""
    app = create_app(load())
    with app.app_context():
        try:
            if migrated:
                check_migrated()
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def progress_bar(what: str, unit: str) -> Callable[[int, int, str], None]:
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


@click.command("check-audit")
def check_audit() -> None:
    """Proves the record; names a row that was changed, removed or cut off."""
    tell = progress_bar("Reading the record", "rows")
    with the_diary():
        report = verify(reading(), lambda done, total: tell(done, total, ""))
    for fault in report.faults:
        print(fault, file=sys.stderr)
    print(json.dumps({"rows": report.rows, "chains": report.chains, "seals": report.seals, "faults": len(report.faults)}))
    if report.faults:
        raise click.exceptions.Exit(1)


@click.command(DISPOSAL)
@click.option("--before", default="", help="a month such as 2024-11; what is older than the retention schedule keeps, unless told")
@click.option("--dry-run", is_flag=True, help="say how much would go, and do nothing")
def dispose_audit(before: str, dry_run: bool) -> None:
    """Lets months of the record go that need not be kept any more; the rest stays proved."""
    try:
        month = Month.parse(before) if before else None
    except ValueError as error:
        raise click.UsageError(f"--before: {error}.") from None
    tell = progress_bar("Reading the record", "rows")
    with the_diary():
        done = dispose(month, now=SystemClock().now(), dry=dry_run, progress=lambda count, total: tell(count, total, ""))
    print(json.dumps({"would_go" if dry_run else "gone": done.rows, "chains": done.chains}))


@click.command("check-due")
def check_due() -> None:
    """Proves due dates, last contacts and states of concerns against the rules; names what differs."""
    tell = progress_bar("Proving the columns", "records")
    with the_diary():
        total, seen = how_many(), [0]

        def looked_at(more: int) -> None:
            seen[0] += more
            tell(min(seen[0], total), total, "")

        found = find_differences(SystemClock().now(), looked_at)
    for what, ids in (("group", found.group_ids), ("concern", found.concern_ids)):
        for key in ids:
            print(f"{what} {key} does not say what the rules say", file=sys.stderr)
    differ = {"groups_differ": len(found.group_ids), "concerns_differ": len(found.concern_ids)}
    print(json.dumps({"groups": found.groups, "concerns": found.concerns, **differ}))
    if found.any:
        raise click.exceptions.Exit(1)


@click.command("import-police-uk")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", default="", help="the data.police.uk id of the force, where the files do not say")
@click.option("--team", default=NO_TEAM, show_default=True, help="the team that new neighbourhoods go to")
def import_police_uk(path: Path, force: str, team: str) -> None:
    """Takes in forces, neighbourhoods and boundaries in the shapes of data.police.uk: a file, or a folder of them.

    A CSV file with the columns postcode, latitude and longitude says where postcodes are: groups that have one go on the map.
    """
    found, aside = read_path(path)
    with the_diary(), unit_of_work() as session:
        counts = take_in(session, found, force=force, team=team)
        forces = session.scalars(select(Force.id).order_by(Force.id)).all() if counts["postcodes"] else ()
        now = SystemClock().now()
        counts["groups_placed"] = sum(place_by_postcode(session, system("import-police-uk", one), now=now) for one in forces)
    print(json.dumps(counts | {"left_aside": aside}))


@click.command("import-groups")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="say what it would do, and do nothing")
def import_groups(path: Path, dry_run: bool) -> None:
    """Takes in a spreadsheet of groups, CSV or Excel, in the name of the first administrator; the layout is at /groups/import."""
    now, rows = SystemClock().now(), open_file(path)
    with the_diary():
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


@click.command("create-administrator")
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
    with the_diary(), unit_of_work() as session:
        actor = system("create-administrator", make_force(session, force, force_name).id)
        draft = OfficerDraft(name=name.strip(), rank="Staff", collar_number=collar_number, email=email)
        officer = take_on(session, actor, draft, now=now)
        post_to(session, actor, officer.id, PostingDraft(role=Role.ADMINISTRATOR, place_id=None, starts_on=london_day(now)), now=now)
        account_of(session, actor, officer.id).password_hash = hashed
    print(f"{email} can sign in and make officers, teams and postings.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def backup(path: Path) -> None:
    """Writes the whole diary into a new file, as it is at one moment; the service may go on."""
    with the_diary():
        rows = back_up(path, now=SystemClock().now(), progress=progress_bar("Backing up", "rows"))
    print(f"{path}: {rows} rows. The secret key is not in it: keep that apart.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
def restore(path: Path) -> None:
    """Fills an empty database from a backup, and proves its record."""
    with the_diary(migrated=False):
        upgrade()
        rows = restore_from(path, progress=progress_bar("Restoring", "rows"))
        report = verify(reading())
    for fault in report.faults:
        print(fault, file=sys.stderr)
    print(f"{rows} rows restored; {report.rows} rows of the record read, {len(report.faults)} faults.")
    if report.faults:
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--scale", type=click.Choice(sorted(SCALES)), default="team", show_default=True)
def seed(scale: str) -> None:
    """Fills an empty database with invented rows of a scale, for figures."""
    with the_diary(migrated=False):
        upgrade()
        seed_rows(SCALES[scale], now=SystemClock().now(), progress=progress_bar("Seeding", "rows"))


@click.command()
@click.option("--scale", type=click.Choice(sorted(SCALES)), default="team", show_default=True)
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), required=True, help="where the figures go")
def bench(scale: str, file: Path) -> None:
    """Times each page and job beside its floor, at a scale, in a database of its own."""
    found = run_bench(SCALES[scale], file, load(), progress=progress_bar("Seeding", "rows"))
    print(json.dumps(found, indent=2))


def check_migrated() -> None:
    """Refuses a database that is behind the code, or empty. One that does not answer raises what its driver says."""
    made = inspect(db.engine).has_table("alembic_version")
    found = db.session.scalar(text("SELECT version_num FROM alembic_version")) if made else None
    db.session.rollback()
    if found != newest_migration():
        raise Refused("The database is not at the newest migration. Run: engagement db upgrade")


COMMANDS = (check_audit, check_due, dispose_audit, import_police_uk, import_groups, create_administrator, backup, restore, seed, bench)
