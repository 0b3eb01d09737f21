"""Makes the concerns with their raisings, and hands each to what was done about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from engagement.concerns.categories import Category
from engagement.concerns.models import Concern, Raising, ReplyAddress
from engagement.core.clock import london_day
from engagement.core.names import fold
from engagement.demonstration import source
from engagement.demonstration.endings import BOUNCED, UNANSWERED, Stage, assign, bounced_done_on, raised_on
from engagement.demonstration.people_and_places import OFF_WITHOUT_COVER
from engagement.demonstration.register import Plan
from engagement.demonstration.source import SourceConcern
from engagement.demonstration.standings import NEVER_MET
from engagement.demonstration.world import FORCE_ID, Met, World

CLOCK_PLACE, CLOCK_RAISER = "10-26", "Links Estate Tenants' and Residents' Association"
ASB = {
    "rowdy": "nuisance",
    "young_people": "nuisance",
    "noise": "nuisance",
    "neighbour_dispute": "personal",
    "hate": "personal",
    "litter": "environmental",
    "graffiti": "environmental",
}
BOUNCED_RAISER = "West Parley Parish Council"
OTHER_RAISERS = ("resident", "resident", "resident", "business", "councillor", "partner", "meeting")
RESIDENTS_WITH_REPLY = 4


@dataclass(slots=True, kw_only=True)
class Raised:
    """One raising, as far as telling its raiser must know."""

    raising_id: int
    at: datetime
    group_id: int | None
    not_told: str | None
    told: bool = False


@dataclass(slots=True, kw_only=True)
class Matter:
    """A concern on its way: what is known of it, who raised it and when."""

    concern_id: int
    source: SourceConcern
    stage: Stage
    neighbourhood_id: int
    team_id: int
    owner_id: int
    raisings: list[Raised] = field(default_factory=list)

    @property
    def first_at(self) -> datetime:
        """When it was first raised."""
        return min(raising.at for raising in self.raisings)


def make_concerns(world: World, plans: list[Plan]) -> list[Matter]:
    """Every concern with its raisings, in the order of their keys."""
    random = world.random("concerns")
    stages = assign(source.concerns(), world.random("stages"))
    hours = {stage: iter(values) for stage, values in UNANSWERED.items()}
    matters: list[Matter] = []
    for concern in source.concerns():
        stage = stages[concern.title]
        place = _place(world, random, concern, stage, matters)
        if stage in UNANSWERED:
            at = world.now - timedelta(hours=next(hours[stage]))
            matters.append(_just_raised(world, random, plans, concern, stage, place, at))
        else:
            matters.append(_raised_at_an_engagement(world, random, plans, concern, stage, place))
    return matters


def _place(world: World, random: Random, concern: SourceConcern, stage: Stage, matters: list[Matter]) -> int:
    if stage is Stage.CLOCK:
        return world.neighbourhoods[CLOCK_PLACE]
    if concern.police_uk_id:
        return world.neighbourhoods[concern.police_uk_id]
    keys = sorted(world.neighbourhoods.values())
    counts = [sum(matter.neighbourhood_id == key for matter in matters) for key in keys]
    return random.choices(keys, [1 / (2 + count) for count in counts])[0]


def _just_raised(world: World, random: Random, plans: list[Plan], concern: SourceConcern, stage: Stage, place: int, at: datetime) -> Matter:
    """A concern of the last days, sent in by a group itself."""
    near = [plan for plan in plans if plan.neighbourhood_id == place and plan.source.kind in ("council", "residents", "watch", "community")]
    plan = plans[world.groups[CLOCK_RAISER] - 1] if stage is Stage.CLOCK else random.choice(near)
    owner = world.officers[OFF_WITHOUT_COVER] if stage is Stage.CLOCK else _present(world, plan.owner_id)
    matter = _concern(world, concern, stage, place, owner, at, at + timedelta(minutes=10))
    _raising(world, random, matter, "group", plan, at, owner, None)
    return matter


def _present(world: World, officer: int) -> int:
    """The officer, or somebody else of Ferndown where the officer is off without cover."""
    return world.officers["bethan.pryce@ferndown.example"] if officer == world.officers[OFF_WITHOUT_COVER] else officer


def _raised_at_an_engagement(world: World, random: Random, plans: list[Plan], concern: SourceConcern, stage: Stage, place: int) -> Matter:
    day = raised_on(stage, world.today, random)
    here = [met for met in world.met if met.spoke and plans[met.group_id - 1].neighbourhood_id == place]
    bounced = concern.title == BOUNCED
    if bounced:
        day = bounced_done_on(world.today) - timedelta(days=20)
        here = [met for met in here if met.group_id == world.groups[BOUNCED_RAISER] and met.on <= day]
    first = min(here, key=lambda met: (abs((met.on - day).days), met.engagement_id))
    plan = plans[first.group_id - 1]
    at = first.at + timedelta(minutes=10)
    matter = _concern(world, concern, stage, place, plan.owner_id, at, first.at + timedelta(minutes=30))
    by_group = random.random() < 0.68 or bounced
    raiser = "group" if by_group else random.choice(OTHER_RAISERS)
    _raising(world, random, matter, raiser, plan if by_group else None, at, first.officer_id, first)
    if stage is not Stage.SAME and not bounced and random.random() < 0.35:
        again = _again(world, random, plans, matter, here, first)
        if again is not None:
            _raising(world, random, matter, "group", plans[again.group_id - 1], again.at + timedelta(minutes=15), again.officer_id, again)
    return matter


def _again(world: World, random: Random, plans: list[Plan], matter: Matter, here: list[Met], first: Met) -> Met | None:
    """Another group's engagement within a week of the first, at which the same was said."""
    suited = [
        met
        for met in here
        if met.group_id != first.group_id
        and 0 < (met.on - first.on).days <= 7
        and plans[met.group_id - 1].wanted not in NEVER_MET
        and met.at < world.now - timedelta(days=3)
    ]
    return random.choice(suited) if suited else None


def _concern(world: World, concern: SourceConcern, stage: Stage, place: int, owner: int, at: datetime, recorded: datetime) -> Matter:
    key = world.add(
        Concern,
        force_id=FORCE_ID,
        team_id=world.team_of[place],
        neighbourhood_id=place,
        title=concern.title,
        title_folded=fold(concern.title),
        category=concern.category,
        asb_type=ASB.get(concern.category),
        detail=concern.detail,
        place=concern.place,
        owner_id=owner,
        sensitive=Category(concern.category).restricted,
        public_said=f"{concern.title}. {concern.detail}",
        state="raised",
        first_raised_at=at,
        changed_at=recorded,
        recorded_at=recorded,
        recorded_by_id=owner,
        version=1,
    )
    return Matter(concern_id=key, source=concern, stage=stage, neighbourhood_id=place, team_id=world.team_of[place], owner_id=owner)


def _raising(
    world: World, random: Random, matter: Matter, raiser: str, plan: Plan | None, at: datetime, officer: int, met: Met | None
) -> None:
    not_told = None
    if matter.stage not in UNANSWERED:
        if plan is None and raiser == "resident" and random.random() < 0.4:
            not_told = "no_way"
        elif random.random() < 0.06 and matter.source.title != BOUNCED:
            not_told = "asked_not"
    recorded_by = officer if random.random() < 0.85 else matter.owner_id
    key = world.add(
        Raising,
        force_id=FORCE_ID,
        concern_id=matter.concern_id,
        raiser=raiser,
        group_id=plan.group_id if plan else None,
        raised_at=at,
        raised_to_id=officer,
        recorded_by_id=recorded_by,
        recorded_at=min(at + timedelta(minutes=20), world.now),
        engagement_id=met.engagement_id if met else None,
        wants_to_hear=not_told != "asked_not",
        hear_how=random.choice(("telephone", "email", "letter", "visit")) if not_told is None else "",
        not_told=not_told,
    )
    matter.raisings.append(Raised(raising_id=key, at=at, group_id=plan.group_id if plan else None, not_told=not_told))
    made = len(world.all(ReplyAddress))
    if raiser == "resident" and not_told is None and made < RESIDENTS_WITH_REPLY and london_day(at) > world.today - timedelta(days=100):
        world.add(ReplyAddress, force_id=FORCE_ID, raising_id=key, address=f"resident{made + 1}@post.example")
