"""Makes the history of lateness by the diary's own rule: flags with what cleared them, and what the sergeants decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from engagement.core.clock import london_day
from engagement.demonstration.ahead import GOES_TO_THE_CLUB, book, next_thursday, no_sunday
from engagement.demonstration.meetings import Diarist
from engagement.demonstration.people_and_places import OFF_WITH_COVER, OFF_WITHOUT_COVER
from engagement.demonstration.register import Plan, school_terms
from engagement.demonstration.standings import FIXED, LATE, NEVER_MET, Wanted
from engagement.demonstration.world import FORCE_ID, Met, World
from engagement.engagements.domain import Kind
from engagement.groups.domain import Agreement, Level, due_on
from engagement.groups.frequency import Frequency, Term
from engagement.groups.models import ContactAgreement, Group, GroupPause
from engagement.overdue.domain import DecisionKind, stands_until
from engagement.overdue.models import Decision, Flag

DECIDED = 12
SERGEANTS = {"Ferndown": "sergeant@ferndown.example", "Verwood": "sergeant@verwood.example"}


def make_flags(world: World, plans: list[Plan]) -> None:
    """One flag for each date that went by without contact, from the first contact on; open where it still does."""
    terms = school_terms(world)
    met: dict[int, list[Met]] = defaultdict(list)
    for one in world.met:
        if one.counts:
            met[one.group_id].append(one)
    agreements: dict[int, list[Agreement]] = defaultdict(list)
    for row in world.all(ContactAgreement):
        agreements[row["group_id"]].append(
            Agreement(frequency=Frequency(row["frequency"]), starts_on=row["starts_on"], assumed=row["assumed"])
        )
    for plan in plans:
        if plan.source.level == Level.INFORM or plan.wanted in (Wanted.ON_REQUEST, Wanted.DORMANT):
            continue
        if plan.wanted in NEVER_MET:
            _flag(world, plan, due_on(plan.agreement, None, (), terms), None, assumed=plan.agreement.assumed)
        _flags_of(world, plan, met[plan.group_id], agreements[plan.group_id], terms)


def _flags_of(world: World, plan: Plan, contacts: list[Met], agreements: list[Agreement], terms: Sequence[Term]) -> None:
    ahead: list[Met | None] = [*contacts[1:], None]
    for contact, following in zip(contacts, ahead[: len(contacts)], strict=True):
        agreement = max((one for one in agreements if one.starts_on <= contact.on), key=lambda one: one.starts_on, default=agreements[0])
        if following is None:
            agreement = plan.agreement
        _flag(world, plan, due_on(agreement, contact.on, (), terms), following, assumed=agreement.assumed)


def _flag(world: World, plan: Plan, due: date | None, cleared: Met | None, *, assumed: bool) -> None:
    if due is None or due > world.today or (cleared is not None and cleared.on <= due):
        return
    pause = next((row for row in world.all(GroupPause) if row["group_id"] == plan.group_id), None) if cleared is None else None
    if pause is not None and pause["starts_on"] <= due:
        return
    world.add(
        Flag,
        force_id=FORCE_ID,
        team_id=plan.team_id,
        group_id=plan.group_id,
        due_on=due,
        raised_on=due,
        assumed=assumed,
        cleared_on=cleared.on if cleared else pause["starts_on"] if pause else None,
        cleared_by="contact" if cleared else "pause" if pause else None,
        engagement_id=cleared.engagement_id if cleared else None,
    )


def make_decisions(world: World, plans: list[Plan]) -> None:
    """A dozen of the groups that are late have been decided about in the last days."""
    diarist = Diarist(world, plans)
    diarist.random = random = world.random("decisions")
    open_flags = {row["group_id"]: row["due_on"] for row in world.all(Flag) if row["cleared_on"] is None}
    club = plans[world.groups["Heatherlands Youth Club"] - 1]
    others = [plan for plan in plans if plan.wanted in LATE and plan.group_id in open_flags and plan.source.name not in FIXED]
    thursday = world.today + timedelta(days=next_thursday(world.today))
    _decide(world, club, open_flags, "book", "Booked with the club", officer=world.officers[GOES_TO_THE_CLUB], until=thursday)
    away = {world.officers[email] for email in (OFF_WITHOUT_COVER, OFF_WITH_COVER)}
    for number, plan in enumerate(random.sample(others, DECIDED - 1)):
        soon = no_sunday(world.today + timedelta(days=2 + number % 6))
        match number % 4:
            case 0:
                _decide(world, plan, open_flags, "ask", "Owner to say by Friday what stands in the way", officer=plan.owner_id)
            case 1:
                other = next(one for one in diarist.teams[plan.team_id] if one != plan.owner_id and one not in away)
                world.row(Group, plan.group_id)["owner_id"] = other
                _decide(world, plan, open_flags, "give", "Nearer to their patch this month", officer=other, was=plan.owner_id)
            case 2:
                book(diarist, plan, world.at((soon - world.today).days, 11), Kind.VISIT, plan.owner_id)
                _decide(world, plan, open_flags, "book", "Booked, see the shift", officer=plan.owner_id, until=soon)
            case _:
                _decide(world, plan, open_flags, "snooze", "They are away until then", until=soon)


def _decide(
    world: World, plan: Plan, flags: dict[int, date], kind: str, reason: str, *,
    officer: int | None = None, was: int | None = None, until: date | None = None,
) -> None:  # fmt: skip
    team = next(name for name, key in world.teams.items() if key == plan.team_id)
    decided_at = world.at(-(1 + plan.group_id % 3), 9, 40)
    world.add(
        Decision,
        force_id=FORCE_ID,
        team_id=plan.team_id,
        group_id=plan.group_id,
        due_on=flags[plan.group_id],
        kind=kind,
        reason=reason,
        officer_id=officer,
        was_owner_id=was,
        until=stands_until(DecisionKind(kind), until, london_day(decided_at)),
        decided_at=decided_at,
        decided_by_id=world.officers[SERGEANTS[team]],
    )
