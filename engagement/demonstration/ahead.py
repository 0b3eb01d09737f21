"""Makes what is planned, and what was promised: today, late, ahead, and how earlier promises ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from engagement.concerns.models import Action
from engagement.demonstration import source
from engagement.demonstration.meetings import WAYS, Diarist
from engagement.demonstration.people_and_places import OFF_WITHOUT_COVER
from engagement.demonstration.register import Plan
from engagement.demonstration.standings import NEVER_MET, Wanted
from engagement.demonstration.world import FORCE_ID, Met, World
from engagement.engagements.domain import Direction, Kind, State
from engagement.engagements.models import Engagement, EngagementOfficer, OpenMeeting

GOES_TO_THE_CLUB = "bethan.pryce@ferndown.example"
BOOKED = 12
LATE_DAYS, TODAY, AHEAD_DAYS = (6, 3, 1), 3, (1, 2, 4, 5, 8, 12)
KEPT, MOVED, COULD_NOT = 90, 9, 6
ONE_LATE_IN = 9  # of the promises kept, one in so many was kept a few days late
COULD_NOT_WHY = ("The equipment was recalled", "Nobody could be spared that week", "The partner would not share the figures")


def make_plans_ahead(world: World, plans: list[Plan]) -> None:
    """Tonight's meeting, Thursday's visit, a dozen more, and one that is past and asks whether it happened."""
    diarist = Diarist(world, plans)
    diarist.random = world.random("ahead")
    council, club = (plans[world.groups[name] - 1] for name in ("Ferndown Town Council", "Heatherlands Youth Club"))
    book(diarist, council, world.at(0, 19, 30), Kind.THEIR_MEETING, council.owner_id)
    book(diarist, club, world.at(next_thursday(world.today), 17), Kind.VISIT, world.officers[GOES_TO_THE_CLUB])
    open_to_all(diarist, council, world.at(next_thursday(world.today) + 7, 18))
    booked = {council.group_id, club.group_id}
    late = [plan for plan in plans if plan.wanted in (Wanted.OVERDUE, Wanted.SOON) and plan.group_id not in booked]
    for number, plan in enumerate(diarist.random.sample(late, BOOKED)):
        ways = WAYS.get(plan.source.kind, {Kind.VISIT: 1})
        days = (no_sunday(world.today + timedelta(days=1 + number)) - world.today).days
        book(diarist, plan, world.at(days, 10 + number % 6, 30), next(iter(ways)), plan.owner_id)
        booked.add(plan.group_id)
    past = next(plan for plan in plans if plan.wanted is Wanted.SOON and plan.group_id not in booked)
    book(diarist, past, world.at(-2, 14), Kind.VISIT, past.owner_id)


def open_to_all(diarist: Diarist, plan: Plan, at: datetime) -> None:
    """A meeting of ours to which anyone may come."""
    key = book(diarist, plan, at, Kind.OUR_MEETING, plan.owner_id)
    diarist.world.link(OpenMeeting, force_id=FORCE_ID, engagement_id=key, neighbourhood_id=plan.neighbourhood_id)


def next_thursday(today: date) -> int:
    """How many days ahead the next Thursday is, from 1 to 7."""
    return (3 - today.weekday() - 1) % 7 + 1


def no_sunday(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=1) if day.weekday() == 6 else day


def book(diarist: Diarist, plan: Plan, at: datetime, kind: Kind, officer: int) -> int:
    """A planned engagement."""
    world = diarist.world
    recorded = min(at, world.now) - timedelta(days=3, hours=2)
    key = world.add(
        Engagement,
        force_id=FORCE_ID,
        team_id=plan.team_id,
        neighbourhood_id=plan.neighbourhood_id,
        state=State.PLANNED.value,
        kind=kind.value,
        direction=Direction.OURS.value,
        planned_for=at,
        place=plan.source.venue,
        recorded_at=recorded,
        recorded_by_id=officer,
        version=1,
    )
    world.link(EngagementOfficer, force_id=FORCE_ID, engagement_id=key, officer_id=officer)
    diarist.attend(key, plan, None, counts=False, contact=plan.contacts[0] if plan.contacts else None, host=kind is Kind.THEIR_MEETING)
    return key


def make_promises(world: World, plans: list[Plan]) -> None:
    """Promises due today, late, and ahead; and how a hundred before them ended."""
    random = world.random("promises")
    words = list(source.promises())
    random.shuffle(words)
    recent = [met for met in world.met if met.counts and met.kind != Kind.EMAIL.value]
    last_month = [met for met in recent if 8 <= (world.today - met.on).days <= 45]
    mine = [met for met in last_month if met.officer_id == world.officers["pcso@ferndown.example"]]
    off = [met for met in last_month if met.officer_id == world.officers[OFF_WITHOUT_COVER]]
    stroke_club = world.groups["Ferndown Stroke Club"]
    first = next(met for met in reversed(recent) if met.group_id == stroke_club)
    _promise(world, plans, first, words.pop(words.index("Bring the cycle marking kit")), due=world.today)
    for met in (random.choice(mine), random.choice(last_month)):
        _promise(world, plans, met, words.pop(), due=world.today)
    for days, met in zip(LATE_DAYS, (random.choice(off), *random.sample(last_month, 2)), strict=True):
        _promise(world, plans, met, words.pop(), due=world.today - timedelta(days=days))
    for days, met in zip(AHEAD_DAYS, random.sample(last_month, len(AHEAD_DAYS)), strict=True):
        _promise(world, plans, met, words.pop(), due=world.today + timedelta(days=days))
    _ended(world, random, plans, [met for met in recent if 26 < (world.today - met.on).days < 500])


def _ended(world: World, random: Random, plans: list[Plan], past: list[Met]) -> None:
    for number, met in enumerate(random.sample(past, KEPT + MOVED + COULD_NOT)):
        words, due = random.choice(source.promises()), met.on + timedelta(days=random.randrange(4, 25))
        ended_on = due - timedelta(days=random.randrange(0, 3))
        if number < KEPT:
            if number % ONE_LATE_IN == 0:
                ended_on = min(due + timedelta(days=1 + number % 6), world.today - timedelta(days=1))
            _promise(world, plans, met, words, due=due, ended="kept", ended_on=ended_on)
        elif number < KEPT + MOVED:
            then = min(due + timedelta(days=14), world.today - timedelta(days=1))
            later = _promise(world, plans, met, words, due=then, ended="kept", ended_on=then)
            _promise(world, plans, met, words, due=due, ended="moved", ended_on=ended_on, moved_to=later)
        else:
            why = COULD_NOT_WHY[number % len(COULD_NOT_WHY)]
            _promise(world, plans, met, words, due=due, ended="could_not", ended_on=ended_on, why=why)


def _promise(
    world: World,
    plans: list[Plan],
    met: Met,
    words: str,
    *,
    due: date,
    ended: str | None = None,
    ended_on: date | None = None,
    moved_to: int | None = None,
    why: str = "",
) -> int:
    assert plans[met.group_id - 1].wanted not in NEVER_MET
    return world.add(
        Action,
        force_id=FORCE_ID,
        team_id=plans[met.group_id - 1].team_id,
        engagement_id=met.engagement_id,
        by="officer",
        officer_id=met.officer_id,
        what=words,
        due_on=due,
        done_on=ended_on if ended == "kept" else None,
        is_promise=True,
        promised_to_id=met.group_id,
        promised_on=met.on,
        ended=ended,
        ended_on=ended_on,
        ended_words=why,
        moved_to_id=moved_to,
        recorded_at=met.at + timedelta(minutes=25),
        recorded_by_id=met.officer_id,
        version=1,
    )
