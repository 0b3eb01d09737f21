"""The priorities of the demonstration's six neighbourhoods in their several standings, and the returns of two quarters."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.concerns.domain import ConcernState, SideEnd
from engagement.concerns.models import Concern
from engagement.core.clock import london_day, london_moment
from engagement.core.months import next_working_day
from engagement.db import unit_of_work
from engagement.demonstration.lateness import SERGEANTS
from engagement.demonstration.months_before import actor_of
from engagement.demonstration.people_and_places import NAMED
from engagement.demonstration.source import FOLDER
from engagement.demonstration.world import FORCE_ID, World
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement
from engagement.places.models import Team
from engagement.priorities.domain import How, fresh_until
from engagement.priorities.models import Priority, PriorityConcern, PriorityTold, PriorityWording, PriorityWork
from engagement.priorities.wordings import PAGE
from engagement.returns.domain import Quarter
from engagement.returns.jobs import ACTOR
from engagement.returns.queries import parts_of, seal_of
from engagement.returns.service import draft, introduce, sign

CLOSED_BEHIND = 3  # at most so many that were closed before it was agreed
LATELY = timedelta(days=120)
MEETINGS = (Kind.OUR_MEETING, Kind.THEIR_MEETING, Kind.SURGERY)
INTRODUCTION = (
    "Summer brought more people to our stalls and surgeries than spring did. Most of what they raised was about speed and parking, which"
    " is with the councils as well as with us. Two villages had no meeting; both have one booked."
)


def priorities() -> Iterator[dict[str, str]]:
    """The priorities as they stand in the file."""
    with (FOLDER / "priorities.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def make_priorities(world: World) -> None:
    """Each priority with its words, work and tellings; the concerns that were adopted stand behind the one that is like them."""
    slots: dict[int, int] = {}
    made: dict[int, list[tuple[list[str], int]]] = {}
    for line in priorities():
        place = world.neighbourhoods[line["police_uk_id"]]
        slot = None
        if not line["ended_ago"]:
            slot = slots[place] = slots.get(place, 0) + 1
        key = _priority(world, line, place, slot)
        if slot is not None:
            made.setdefault(place, []).append((line["category"].split(";"), key))
    for concern in world.all(Concern):
        if not concern.get("sensitive") and (
            concern.get("side_end") == SideEnd.PRIORITY or (concern["state"] == ConcernState.CLOSED and not concern.get("side_end"))
        ):
            _behind(world, concern, made[concern["neighbourhood_id"]])


def _priority(world: World, line: dict[str, str], place: int, slot: int | None) -> int:
    by = world.officers[NAMED[line["police_uk_id"]]]
    sergeant = world.officers[SERGEANTS["Ferndown" if by in _team(world, "Ferndown") else "Verwood"]]
    agreed_on = world.today - timedelta(days=int(line["agreed_ago"]))
    told_on = world.today - timedelta(days=int(line["told_ago"])) if line["told_ago"] else None
    ended_on = world.today - timedelta(days=int(line["ended_ago"])) if line["ended_ago"] else None
    approved_at = london_moment(agreed_on + timedelta(days=4), 11) if line["words"] == "public" else None
    heard = [day for day in (told_on, london_day(approved_at) if approved_at else None) if day is not None]
    key = world.add(
        Priority, force_id=FORCE_ID, team_id=world.team_of[place], neighbourhood_id=place, slot=slot, title=line["title"],
        agreed_on=agreed_on, agreed_at=line["agreed_at"], agreed_with=line["agreed_with"], told_on=max(heard, default=None),
        fresh_until=fresh_until(max([agreed_on, *heard])), ended_on=ended_on, how_ended=line["how_ended"] or None,
        ended_because=line["because"], ended_by_id=by if ended_on else None, recorded_at=london_moment(agreed_on + timedelta(days=1), 10),
        recorded_by_id=by, changed_at=london_moment(agreed_on + timedelta(days=1), 10), version=1,
    )  # fmt: skip
    common = {"force_id": FORCE_ID, "priority_id": key}
    if line["words"] != "none":
        worded_at = london_moment(agreed_on + timedelta(days=2), 15)
        world.add(
            PriorityWording, **common, n=1, issue=line["issue"], action=line["action"], action_on=london_day(worded_at) if line["action"] else None,
            written_by_id=by, written_at=worded_at, cleared=[], approved_by_id=sergeant if approved_at else None, approved_at=approved_at, version=1,
        )  # fmt: skip
    if approved_at:
        world.add(
            PriorityTold,
            **common,
            told_on=london_day(approved_at),
            how=How.PUBLIC.value,
            where=PAGE,
            recorded_at=approved_at,
            recorded_by_id=sergeant,
        )
    if line["work"]:
        done_on = world.today - timedelta(days=int(line["agreed_ago"]) // 2)
        world.add(PriorityWork, **common, done_on=done_on, what=line["work"], recorded_at=london_moment(done_on, 18), recorded_by_id=by)
    if told_on is not None:
        at = london_moment(told_on, 20)
        there = _meeting(world, place, told_on)
        how = (
            {"how": How.ENGAGEMENT.value, "engagement_id": there}
            if there
            else {"how": How.PUBLIC.value, "where": "the notice boards of the ward"}
        )
        world.add(PriorityTold, **common, **how, told_on=told_on, recorded_at=at, recorded_by_id=by)
    return key


def _team(world: World, name: str) -> set[int]:
    return {world.officers[email] for email in world.officers if email.endswith(f"@{name.lower()}.example")}


def _meeting(world: World, place: int, day: Any) -> int | None:
    """A meeting of the neighbourhood on that very day, if there was one."""
    for row in world.all(Engagement):
        if row.get("neighbourhood_id") == place and row.get("happened_on") == day and row["kind"] in MEETINGS and not row.get("sensitive"):
            key: int = row["id"]
            return key
    return None


def _behind(world: World, concern: dict[str, Any], there: list[tuple[list[str], int]]) -> None:
    """An adopted concern stands behind the priority that is like it, else the first; a closed one behind one that is like it."""
    adopted = concern.get("side_end") == SideEnd.PRIORITY
    key = next((priority for categories, priority in there if concern["category"] in categories), there[0][1] if adopted else None)
    if key is None:
        return
    priority = world.row(Priority, key)
    agreed_at = london_moment(priority["agreed_on"], 20)
    behind = sum(row["priority_id"] == key for row in world.all(PriorityConcern))
    if not adopted and (behind >= CLOSED_BEHIND or not agreed_at - LATELY < concern["first_raised_at"] < agreed_at):
        return
    if adopted:
        concern["side_end_reason"] = priority["title"]
    world.add(
        PriorityConcern, force_id=FORCE_ID, priority_id=key, concern_id=concern["id"],
        put_in_at=max(agreed_at, concern["side_end_at"]) if adopted else agreed_at, put_in_by_id=priority["recorded_by_id"],
    )  # fmt: skip


def make_returns(now: datetime) -> None:
    """The last quarter's as the job drafts it, one signed by its sergeant alone; the one before signed by both."""
    last = Quarter.of(london_day(now)).previous
    for quarter in (last.previous, last):
        drafted_at = london_moment(quarter.last + timedelta(days=1), 4, 45)
        if drafted_at > now:
            continue
        with unit_of_work() as session:
            for name, sergeant in SERGEANTS.items():
                team_id = session.scalars(select(Team.id).where(Team.name == name)).one()
                found = draft(session, system(ACTOR, FORCE_ID), team_id, quarter, now=drafted_at)
                if quarter < last:
                    _sign(session, found.id, drafted_at, sergeant, "inspector@east-dorset.example")
                elif name == "Ferndown":
                    _sign(session, found.id, drafted_at, sergeant)


def _sign(session: Session, return_id: int, drafted_at: datetime, *who: str) -> None:
    """Each signs in turn on a working day after the draft; the sergeant writes the introduction first."""
    day = next_working_day(london_day(drafted_at))
    sergeant = actor_of(session, who[0], drafted_at)
    found = introduce(session, sergeant, return_id, INTRODUCTION, version=None, now=london_moment(day, 9))
    for hour, email in enumerate(who, start=11):
        seal = seal_of(found, parts_of(session, return_id))
        sign(session, actor_of(session, email, drafted_at), return_id, seal, now=london_moment(day, hour))
