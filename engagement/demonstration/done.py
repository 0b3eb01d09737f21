"""Makes what was done about each concern, and who was told what and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from engagement.concerns.domain import ActionBy, SideEnd, TellingKind
from engagement.concerns.models import Action, Concern, Telling
from engagement.core.clock import london_day, london_moment
from engagement.demonstration.endings import BOUNCED, UNANSWERED, Stage, bounced_done_on, done_last_month, told_by_letter
from engagement.demonstration.raised import Matter, Raised
from engagement.demonstration.world import FORCE_ID, World

PARTNERS = {
    "council": "the council",
    "highways": "the council's highways team",
    "parking": "the council's parking team",
    "street_scene": "the council's street scene team",
    "environmental_health": "environmental health",
    "trading_standards": "trading standards",
    "fire_and_rescue": "the fire and rescue service",
    "housing": "the housing association",
    "landowner": "the owner of the land",
    "licensing": "the council's licensing team",
    "mediation": "the mediation service",
    "youth_service": "the youth service",
    "drug_and_alcohol_service": "the drug and alcohol service",
}
PLANNED = {
    "speeding": "Speed checks at the times they gave us",
    "parking": "Visit at the worst times, with the council's parking team",
    "school_gate": "Stand at the gate at home time",
    "vehicle_nuisance": "Patrols at the times they gave us",
    "rural_crime": "Night patrols and a round of the farms",
    "fraud": "A talk, and call blockers for those who want one",
    "burglary": "House to house, with leaflets on locks",
    "shop_theft": "A prevention survey of the shop",
    "visibility": "Walk there twice a week and say when",
}
OTHERWISE = "Extra patrols, and speak with those who are affected"
TOGETHER = "Plan it with those who raised it, and lend a hand"
ANSWERS = {
    "officer": (
        "We will look into it and come back within two weeks.",
        "Patrols are arranged; we report at the next meeting.",
        "We will be there at the worst times and tell you what we find.",
    ),
    "community": ("We will plan it with you, and help on the day.", "Others asked for the same: we bring you together."),
    "partner": ("This one is for {partner}: passed on, and we will chase it.", "We have asked {partner}, and tell you what they say."),
}
BECAUSE = (
    "the road does not meet the measure for a crossing",
    "there is no power to move vehicles that are parked lawfully",
    "the land is private and its owner does not wish it",
    "nobody could say when it happens",
)
ELSEWHERE = "Recorded as a crime and investigated there"
PUBLICLY = "Team page and parish notice board"


def make_what_was_done(world: World, matters: list[Matter]) -> None:
    """Answers, actions, side ends and outcomes of every concern, as far as it has come."""
    random = world.random("done")
    for matter in matters:
        if matter.stage is Stage.RECEIVED:
            for raised in matter.raisings:
                _tell(world, matter, raised, TellingKind.RECEIVED, raised.at + timedelta(hours=2))
        if matter.stage in UNANSWERED:
            continue
        for raised in matter.raisings:
            _answer(world, random, matter, raised)
        if matter.stage is Stage.SAME:
            _same_as(world, matter, matters)
        else:
            _go_on(world, random, matter)


def _go_on(world: World, random: Random, matter: Matter) -> None:
    match matter.stage:
        case Stage.UNDER_WAY:
            _act(world, random, matter, done=None)
        case Stage.PARTNER:
            _with_partner(world, random, matter)
        case Stage.OWED:
            bounced = matter.source.title == BOUNCED
            day = bounced_done_on(world.today) if bounced else done_last_month(world.today, random)
            _act(world, random, matter, done=_after_all(matter, day))
        case Stage.CLOSED:
            last = _after_all(matter, london_day(matter.first_at))
            done = min(last + timedelta(days=random.randrange(3, 34)), world.today - timedelta(days=2))
            _act(world, random, matter, done=done)
            if not (told_by_letter(done, world.today) and _all_can_be_written_to(matter)):
                _outcomes(world, random, matter, london_moment(done, 16))
        case Stage.PRIORITY | Stage.CANNOT | Stage.ELSEWHERE:
            _side_end(world, random, matter)
        case _:
            return


def _all_can_be_written_to(matter: Matter) -> bool:
    return all(raised.group_id is not None and raised.not_told is None for raised in matter.raisings)


def _after_all(matter: Matter, day: date) -> date:
    """The day, or the day after the last raising where that is later."""
    return max(day, max(london_day(raised.at) for raised in matter.raisings) + timedelta(days=1))


def _answer(world: World, random: Random, matter: Matter, raised: Raised) -> None:
    if raised.not_told == "asked_not":
        return
    late = random.random() < 0.08
    at = raised.at + timedelta(hours=random.randrange(76, 130) if late else random.randrange(1, 68))
    by, _, partner = matter.source.done_by.partition(":")
    words = random.choice(ANSWERS[by]).format(partner=PARTNERS.get(partner, ""))
    if raised.not_told == "no_way":
        _tell(world, matter, raised, TellingKind.ANSWER, at, how="public", where=PUBLICLY, words=words)
    else:
        _tell(world, matter, raised, TellingKind.ANSWER, at, words=words)


def _act(world: World, random: Random, matter: Matter, done: date | None) -> None:
    """The main action: done on a day, or still to be done."""
    first = london_day(matter.first_at)
    by, _, partner = matter.source.done_by.partition(":")
    due = done + timedelta(days=random.randrange(-2, 8)) if done else world.today + timedelta(days=random.randrange(-2, 21))
    named = PARTNERS[partner] if partner else ""
    planned = TOGETHER if by == "community" else PLANNED.get(matter.source.category, OTHERWISE)
    world.add(
        Action,
        force_id=FORCE_ID,
        team_id=matter.team_id,
        concern_id=matter.concern_id,
        by=ActionBy(by).value,
        officer_id=matter.owner_id,
        partner=named,
        reference=f"ED/{first.year % 100}/{1000 + matter.concern_id * 7}" if partner else "",
        expected_on=due if partner else None,
        partner_outcome=matter.source.public_wording if partner and done else "",
        what=f"Ask {named} to deal with it" if partner else planned,
        due_on=max(due, first + timedelta(days=2)),
        done_on=done,
        result=matter.source.public_wording if done and not partner else "",
        public_wording=matter.source.public_wording if done else "" if partner else planned,
        recorded_at=_shortly_after(world, matter.first_at + timedelta(hours=30)),
        recorded_by_id=matter.owner_id,
        version=1,
    )


def _with_partner(world: World, random: Random, matter: Matter) -> None:
    _act(world, random, matter, done=None)
    action = world.all(Action)[-1]
    first = london_day(matter.first_at)
    action["expected_on"] = action["due_on"] = world.today + timedelta(days=random.randrange(-6, 20))
    if random.random() < 0.4:
        _end_aside(world, matter, SideEnd.WITH_PARTNER, f"{action['partner'].capitalize()} reports to us", first + timedelta(days=4))
        _outcomes(world, random, matter, _shortly_after(world, matter.first_at + timedelta(days=5)))


def _side_end(world: World, random: Random, matter: Matter) -> None:
    end, why = {
        Stage.PRIORITY: (SideEnd.PRIORITY, "Agreed at the ward panel"),
        Stage.CANNOT: (SideEnd.CANNOT_DO, random.choice(BECAUSE)),
        Stage.ELSEWHERE: (SideEnd.ELSEWHERE, ELSEWHERE),
    }[matter.stage]
    day = min(_after_all(matter, london_day(matter.first_at) + timedelta(days=random.randrange(4, 12))), world.today - timedelta(days=1))
    if matter.stage is Stage.PRIORITY:
        _act(world, random, matter, done=day)
    _end_aside(world, matter, end, why, day)
    if random.random() < 0.6:
        _outcomes(world, random, matter, london_moment(day, 17))


def _end_aside(world: World, matter: Matter, end: SideEnd, why: str, day: date) -> None:
    world.row(Concern, matter.concern_id).update(
        side_end=end.value, side_end_reason=why, side_end_at=min(london_moment(day, 15), world.now - timedelta(hours=3))
    )


def _same_as(world: World, matter: Matter, matters: list[Matter]) -> None:
    """Tied to an earlier one of the same place, whose raisers hear of both."""
    earlier = [
        other
        for other in matters
        if other.neighbourhood_id == matter.neighbourhood_id
        and other.concern_id < matter.concern_id
        and other.stage not in (Stage.SAME, Stage.CLOCK, Stage.FRESH, Stage.RECEIVED)
    ]
    alike = [other for other in earlier if other.source.category == matter.source.category] or earlier
    if alike:
        world.row(Concern, matter.concern_id)["same_as_id"] = alike[-1].concern_id
        _end_aside(world, matter, SideEnd.SAME_AS, alike[-1].source.title, _after_all(matter, london_day(matter.first_at)))
        for raised in matter.raisings:
            _outcome(world, matter, raised, _shortly_after(world, raised.at + timedelta(days=2)))


def _outcomes(world: World, random: Random, matter: Matter, ended: datetime) -> None:
    """Everybody who raised it hears, at the next engagement with them or by telephone; or in public, who left no way."""
    for raised in matter.raisings:
        if raised.not_told != "asked_not":
            _outcome(world, matter, raised, _shortly_after(world, ended + timedelta(days=random.randrange(0, 11), hours=1)))


def _outcome(world: World, matter: Matter, raised: Raised, at: datetime) -> None:
    meeting = next(
        (met for met in world.met if met.group_id == raised.group_id and met.spoke and timedelta(0) <= met.at - at < timedelta(days=25)),
        None,
    )
    raised.told = True
    if raised.not_told == "no_way":
        _tell(world, matter, raised, TellingKind.OUTCOME, at, how="public", where=PUBLICLY)
    elif meeting is not None:
        _tell(world, matter, raised, TellingKind.OUTCOME, meeting.at, how="engagement", engagement=meeting.engagement_id)
    else:
        _tell(world, matter, raised, TellingKind.OUTCOME, at)


def _shortly_after(world: World, at: datetime) -> datetime:
    return min(at, world.now - timedelta(hours=1))


def _tell(
    world: World,
    matter: Matter,
    raised: Raised,
    kind: TellingKind,
    at: datetime,
    *,
    how: str = "",
    engagement: int | None = None,
    where: str = "",
    words: str = "",
) -> None:
    told_at = max(min(at, world.now - timedelta(minutes=50)), raised.at + timedelta(minutes=5))
    if engagement is None and world.awake(told_at) > raised.at:
        told_at = world.awake(told_at)
    world.add(
        Telling,
        force_id=FORCE_ID,
        raising_id=raised.raising_id,
        kind=kind.value,
        told_at=told_at,
        told_by_id=matter.owner_id,
        how=how or ("telephone" if raised.raising_id % 3 else "email"),
        engagement_id=engagement,
        where=where,
        words=words or (matter.source.public_wording if kind is TellingKind.OUTCOME else ""),
        recorded_at=min(told_at + timedelta(minutes=15), world.now),
    )
    row = world.row(Concern, matter.concern_id)
    row["changed_at"] = max(row["changed_at"], told_at)
