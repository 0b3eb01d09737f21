"""Fills an empty database with the demonstration, once: the same for the same moment, and refused where anything else is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.models import Concern
from engagement.concerns.service import settle as settle_concerns
from engagement.core.errors import Refused
from engagement.core.ids import new_token
from engagement.db import Diary, Model, db, unit_of_work
from engagement.demonstration import source
from engagement.demonstration.agreed import make_priorities, make_returns
from engagement.demonstration.ahead import make_plans_ahead, make_promises
from engagement.demonstration.desk import make_what_was_left, work_the_desk
from engagement.demonstration.done import make_what_was_done
from engagement.demonstration.handed_in import hand_in_what_was_left
from engagement.demonstration.handing_over import hand_over
from engagement.demonstration.lateness import make_decisions, make_flags
from engagement.demonstration.meetings import make_meetings
from engagement.demonstration.months_before import LETTERED_MONTHS, make_months_before
from engagement.demonstration.people_and_places import make_officers, make_places
from engagement.demonstration.raised import make_concerns
from engagement.demonstration.register import make_register
from engagement.demonstration.states import work_out_states
from engagement.demonstration.world import FORCE_ID, World
from engagement.engagements.service import recount
from engagement.groups.models import Group
from engagement.people.models import Account
from engagement.people.passwords import hash_password, password_fits
from engagement.places.models import Force

Progress = Callable[[int, int, str], None]
"""Told (rows done, rows in all, what is being written) now and then."""

MARK = "inspector@east-dorset.example"
CHUNK = 500
LETTERS = 6_000  # what a month's letters weigh in the progress bar, in rows
NOT_EMPTY = "This database holds something else. The demonstration goes into an empty one: set ENGAGEMENT_DATABASE_URL to another"
WORDS = {
    "community_group": "groups",
    "contact": "contact people",
    "engagement": "engagements",
    "engagement_group": "engagements",
    "concern": "concerns",
    "telling": "tellings",
    "flag": "flags",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What there is now. `new` is False where the demonstration was there already."""

    new: bool
    groups: int
    engagements: int
    concerns: int


def _silent(done: int, total: int, what: str) -> None:
    del done, total, what


def build(*, now: datetime, password: str, progress: Progress = _silent, mail_folder: Path | None = None) -> Built:
    """Makes the demonstration, ending at `now`, with one password for all its accounts; where it is already, only the
    password is seen to.

    Call it in an application context on a migrated database. The records are written in one transaction, so a build
    that was broken off leaves nothing of them; the letters of the months before are then made by the diary's own jobs.
    With a `mail_folder`, the newest letters are put there as if they had been caught. Raises Refused where the database
    holds anything else.
    """
    if is_here():
        _see_to_passwords(password)
        return _count(new=False)
    hashes = {officer.email: hash_password(password) for officer in source.officers()}
    world = imagine(now, hashes)
    with unit_of_work() as session:
        if _holds_anything(session):
            raise Refused(NOT_EMPTY)
        _write(session, world, progress)
        _settle(session, world)
    rows = _rows(world)
    total = rows + LETTERS * (LETTERED_MONTHS + 1)
    for number, month in enumerate(make_months_before(now, mail_folder), start=1):
        progress(rows + LETTERS * number, total, f"letters of {month.name}")
    with unit_of_work() as session:
        _settle(session, world)
        work_the_desk(session, now)
        hand_over(session, now)
        hand_in_what_was_left(session, now)
    make_returns(now)
    progress(total, total, "")
    return _count(new=True)


def _rows(world: World) -> int:
    return sum(len(rows) for rows in world.rows.values())


def imagine(now: datetime, password_hashes: dict[str, str]) -> World:
    """The whole diary as rows, not written anywhere yet."""
    world = World(now)
    make_places(world)
    make_officers(world, password_hashes, {email: new_token()[:20] for email in password_hashes})
    plans = make_register(world)
    make_meetings(world, plans)
    make_what_was_done(world, make_concerns(world, plans))
    make_plans_ahead(world, plans)
    make_promises(world, plans)
    work_out_states(world)
    make_priorities(world)
    make_flags(world, plans)
    make_decisions(world, plans)
    make_what_was_left(world, plans)
    return world


def is_here() -> bool:
    """Whether the database holds the demonstration."""
    with unit_of_work() as session:
        forces = session.scalars(select(Force.slug)).all()
        mark = session.scalar(select(Account.id).where(Account.email == MARK))
    return forces == ["dorset"] and mark is not None


def _holds_anything(session: Session) -> bool:
    tables = [table for table in db.metadata.sorted_tables if table.name != "alembic_version"]
    return any(session.execute(select(1).select_from(table).limit(1)).first() is not None for table in tables)


def _see_to_passwords(password: str) -> None:
    with unit_of_work() as session:
        known = session.scalar(select(Account.password_hash).where(Account.email == MARK))
    if password_fits(known, password):
        return
    hashes = {officer.email: hash_password(password) for officer in source.officers()}
    with unit_of_work() as session:
        for email, hashed in hashes.items():
            session.execute(update(Account).where(Account.email == email).values(password_hash=hashed, nonce=new_token()[:20]))


def _write(session: Session, world: World, progress: Progress) -> None:
    """Every row, table by table in the order of their references, and one audit row for each table of the diary."""
    actor = system("Demonstration", FORCE_ID)
    diary = {table.name for mapper in Model.registry.mappers if issubclass(mapper.class_, Diary) for table in mapper.tables}
    total, done = _rows(world) + LETTERS * (LETTERED_MONTHS + 1), 0
    for table in [table for table in db.metadata.sorted_tables if table.name in world.rows]:
        rows = list(world.complete(table.name))
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            session.execute(insert(table), chunk)
            done += len(chunk)
            progress(done, total, WORDS.get(table.name, "places and people"))
        if table.name in diary:
            ids = [row["id"] for row in rows if "id" in row]
            record(session, actor, Operation.COLLECTION, table.name, ids, now=world.now, note="demonstration")
        if "id" in table.columns and session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT setval(pg_get_serial_sequence(:t, 'id'), :n)"), {"t": table.name, "n": len(rows)})


def _settle(session: Session, world: World) -> None:
    """Has the columns that follow from others worked out by what the diary itself uses."""
    groups, concerns = ([row["id"] for row in world.all(model)] for model in (Group, Concern))
    recount(session, groups, today=world.today)
    settle_concerns(session, concerns, now=world.now)
    actor = system("Demonstration", FORCE_ID)
    record(session, actor, Operation.ALTERATION, "group", groups, fields=["next_due_on"], now=world.now, note="demonstration")
    record(session, actor, Operation.ALTERATION, "concern", concerns, fields=["state"], now=world.now, note="demonstration")


def _count(*, new: bool) -> Built:
    with unit_of_work() as session:
        groups, engagements, concerns = (
            session.scalar(select(func.count()).select_from(db.metadata.tables[name])) or 0
            for name in ("community_group", "engagement", "concern")
        )
    return Built(new=new, groups=groups, engagements=engagements, concerns=concerns)
