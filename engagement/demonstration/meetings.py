"""Makes two years of engagements: each group met about as often as it asked, and what else happens on a patch."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from engagement.core.clock import london_day, london_moment
from engagement.demonstration import source
from engagement.demonstration.people_and_places import days_of_officers
from engagement.demonstration.register import Plan
from engagement.demonstration.standings import NEVER_MET, Wanted
from engagement.demonstration.world import FORCE_ID, HISTORY, Met, World
from engagement.engagements.domain import CancelReason, Direction, Kind, Outcome, Part, State, counts_as_contact
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.frequency import Days, Frequency, Months, cadence
from engagement.people.duty import on_duty

WAYS: dict[str, dict[Kind, int]] = {  # how groups of a kind are met, by weight
    "council": {Kind.THEIR_MEETING: 6, Kind.PHONE: 2, Kind.EMAIL: 2, Kind.VISIT: 1},
    "school": {Kind.VISIT: 5, Kind.SCHOOL_INPUT: 3, Kind.PHONE: 1, Kind.EMAIL: 1},
    "watch": {Kind.THEIR_MEETING: 2, Kind.PHONE: 2, Kind.VISIT: 2, Kind.SPEEDWATCH: 2, Kind.EMAIL: 1},
    "licensed": {Kind.LICENSED_VISIT: 5, Kind.VISIT: 3, Kind.PHONE: 1},
    "key_individual": {Kind.VISIT: 5, Kind.KIN_QUESTIONNAIRE: 4, Kind.PHONE: 1},
    "residents": {Kind.THEIR_MEETING: 3, Kind.WALKABOUT: 2, Kind.VISIT: 2, Kind.PHONE: 1},
    "older": {Kind.VISIT: 4, Kind.TALK: 3, Kind.PHONE: 1},
    "farm": {Kind.VISIT: 4, Kind.PHONE: 2, Kind.TALK: 1, Kind.THEIR_MEETING: 1},
    "community": {Kind.THEIR_MEETING: 2, Kind.VISIT: 3, Kind.SURGERY: 2, Kind.PHONE: 1},
}
OTHERWISE = {Kind.VISIT: 5, Kind.PHONE: 2, Kind.EMAIL: 1, Kind.TALK: 1}
HOURS: dict[Kind, tuple[int, ...]] = {
    Kind.THEIR_MEETING: (19, 19, 18),
    Kind.OUR_MEETING: (19, 18),
    Kind.SCHOOL_INPUT: (9, 10, 11, 13),
    Kind.LICENSED_VISIT: (20, 21, 22, 17),
    Kind.PATROL_CHAT: (10, 12, 15, 16, 18, 20),
}
DAYTIME = (9, 10, 11, 12, 13, 14, 15, 16, 17)
HEADS = {
    Kind.THEIR_MEETING: (6, 40),
    Kind.OUR_MEETING: (8, 45),
    Kind.SURGERY: (3, 18),
    Kind.SCHOOL_INPUT: (24, 180),
    Kind.TALK: (9, 48),
    Kind.STALL: (15, 120),
    Kind.WALKABOUT: (3, 12),
    Kind.SPEEDWATCH: (3, 6),
}
SHARE_BY_OWNER = 0.72


class Diarist:
    """Writes engagements into the world, with a line that suits each."""

    def __init__(self, world: World, plans: list[Plan]) -> None:
        self.world = world
        self.random = world.random("meetings")
        self.plans = plans
        self.teams: dict[int, list[int]] = defaultdict(list)
        for officer in source.officers():
            if officer.role == "pcso":
                self.teams[world.teams[officer.place]].append(world.officers[officer.email])
        self.days = days_of_officers(world)
        self._lines: dict[tuple[str, str], list[str]] = defaultdict(list)
        for line in source.lines():
            self._lines[line.about, line.of].append(line.line)

    def line(self, what: str, of: str) -> str:
        """What an officer wrote about a kind of engagement with a kind of group; about an outcome, of a kind of engagement."""
        suited = self._lines[what, of]
        return self.random.choice(suited * 2 + self._lines[what, "any"])

    def officer(self, plan: Plan, day: date) -> int:
        """Mostly the owner; else somebody of the team: whoever of them works on that day."""
        chosen = plan.owner_id if self.random.random() < SHARE_BY_OWNER else self.random.choice(self.teams[plan.team_id])
        return self.at_work(chosen, plan.team_id, day)

    def at_work(self, officer: int, team: int, day: date, *, beside: int | None = None) -> int:
        """The officer, or where they are off that day the colleague of the team who comes next and works, but not who is `beside`."""
        turn = [officer, *(one for one in self.teams[team] if one > officer), *self.teams[team]]
        there = (one for one in turn if one != beside and on_duty(self.days[one], day))
        return next(there, officer)

    def moment(self, day: date, kind: Kind) -> datetime:
        """A likely time of that day, never later than now."""
        hour = self.random.choice(HOURS.get(kind, DAYTIME))
        at = london_moment(day, hour, self.random.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)))
        return min(at, self.world.now - timedelta(minutes=self.random.randrange(20, 90)))

    def meet(
        self, plan: Plan, day: date, kind: Kind, outcome: Outcome = Outcome.SPOKE, *, named: bool = True, officer: int | None = None
    ) -> int:
        """One engagement with one group that happened."""
        at = self.moment(day, kind)
        who = self.officer(plan, london_day(at)) if officer is None else self.at_work(officer, plan.team_id, london_day(at))
        words = self.line(kind.value, plan.source.kind) if outcome is Outcome.SPOKE else self.line(outcome.value, kind.value)
        key = self.write(plan.team_id, plan.neighbourhood_id, kind, outcome, at, who, words, plan.source.venue)
        counts = counts_as_contact(kind, outcome, Direction.OURS, Part.WITH, named, spoke_with_them=True)
        self.attend(key, plan, at, counts=counts, contact=plan.contacts[0] if named else None)
        spoke = outcome is Outcome.SPOKE
        self.world.met.append(
            Met(
                engagement_id=key,
                group_id=plan.group_id,
                at=at,
                on=london_day(at),
                kind=kind.value,
                officer_id=who,
                spoke=spoke,
                counts=counts,
            )
        )
        return key

    def write(self, team: int, neighbourhood: int, kind: Kind, outcome: Outcome, at: datetime, officer: int, line: str, place: str) -> int:
        """The row of an engagement that happened, and its officer."""
        recorded = min(at + timedelta(minutes=self.random.choice((4, 9, 15, 40, 75, 180))), self.world.now)
        heads = HEADS.get(kind) if outcome is Outcome.SPOKE else None
        began = Direction.THEIRS if kind in (Kind.PHONE, Kind.EMAIL) and self.random.random() < 0.35 else Direction.OURS
        key = self.world.add(
            Engagement,
            force_id=FORCE_ID,
            team_id=team,
            neighbourhood_id=neighbourhood,
            state=State.HAPPENED.value,
            kind=kind.value,
            outcome=outcome.value,
            direction=began.value,
            happened_at=at,
            happened_on=london_day(at),
            place=place if kind not in (Kind.PHONE, Kind.EMAIL) else "",
            attendance=self.random.randrange(*heads) if heads else None,
            summary=line,
            recorded_at=recorded,
            recorded_by_id=officer,
            version=1,
        )
        self.world.link(EngagementOfficer, force_id=FORCE_ID, engagement_id=key, officer_id=officer)
        return key

    def attend(
        self,
        key: int,
        plan: Plan,
        at: datetime | None,
        *,
        counts: bool,
        contact: int | None = None,
        part: Part = Part.WITH,
        host: bool = False,
    ) -> None:
        """A group at an engagement."""
        self.world.link(
            EngagementGroup,
            force_id=FORCE_ID,
            engagement_id=key,
            group_id=plan.group_id,
            part=part.value,
            host=host,
            spoke_with_them=part is Part.WITH or counts,
            contact_id=contact,
            counts=counts,
            happened_on=london_day(at) if at else None,
        )


def make_meetings(world: World, plans: list[Plan]) -> None:
    """Everything that happened: contacts, attempts, chats, gatherings and entries taken back."""
    diarist = Diarist(world, plans)
    for plan in plans:
        if plan.wanted not in NEVER_MET:
            _history(diarist, plan)
    _attempts(diarist)
    _chats(diarist)
    _gatherings(diarist)
    _taken_back(diarist)
    world.met.sort(key=lambda met: met.at)


def _history(diarist: Diarist, plan: Plan) -> None:
    """Contacts from the last one back to the beginning, most of them in good time."""
    random, day, first = diarist.random, plan.last, True
    while day is not None and day >= plan.since:
        ways = WAYS.get(plan.source.kind, OTHERWISE)
        kind = random.choices(list(ways), list(ways.values()))[0]
        if day.weekday() == 6 and not first:
            day -= timedelta(days=1)
        diarist.meet(plan, day, kind)
        if random.random() < 0.14:
            before = day - timedelta(days=random.randrange(1, 4))
            diarist.meet(plan, before, random.choice((Kind.PHONE, Kind.VISIT)), random.choice((Outcome.NO_ANSWER, Outcome.MESSAGE_LEFT)))
        if random.random() < 0.02:
            off = random.choice((Outcome.CANCELLED_BY_US, Outcome.CANCELLED_BY_THEM))
            key = diarist.meet(plan, day - timedelta(days=random.randrange(2, 6)), kind, off)
            if off is Outcome.CANCELLED_BY_US:
                diarist.world.row(Engagement, key)["cancel_reason"] = random.choice(list(CancelReason)).value
        late = random.random() < 0.13
        gap = _interval(plan) * (random.uniform(1.1, 1.6) if late else random.uniform(0.62, 0.99))
        day, first = day - timedelta(days=max(2, round(gap))), False


def _interval(plan: Plan) -> int:
    match cadence(plan.agreement.frequency):
        case Days(count):
            return count
        case Months(count):
            return count * 30
        case _:
            return {Frequency.TERMLY: 110, Frequency.HALF_TERMLY: 55}.get(plan.agreement.frequency, 300)


def _attempts(diarist: Diarist) -> None:
    """Three tries with each group that is to show them; one with some that are late."""
    today = diarist.world.today
    for plan in diarist.plans:
        if plan.wanted is Wanted.TRIED:
            for back in (9, 6, 2):
                kind = Kind.VISIT if back == 6 else Kind.PHONE
                outcome = Outcome.MESSAGE_LEFT if back == 9 else Outcome.NO_ANSWER
                diarist.meet(plan, today - timedelta(days=back), kind, outcome, officer=plan.owner_id)
        elif plan.wanted in (Wanted.OVERDUE, Wanted.NEVER_LATE) and plan.group_id % 3 == 0:
            diarist.meet(plan, today - timedelta(days=4), Kind.PHONE, Outcome.NO_ANSWER, officer=plan.owner_id)


def _chats(diarist: Diarist) -> None:
    """Chats on patrol, with a group without anybody named or with residents: about ten a week, and none of them counts."""
    world, random = diarist.world, diarist.random
    known = [plan for plan in diarist.plans if plan.wanted not in NEVER_MET]
    for back in range(1, HISTORY.days):
        day = world.today - timedelta(days=back)
        for _ in range(random.choice((0, 1, 1, 2)) if day.weekday() < 6 else 0):
            plan = random.choice(known)
            if random.random() < 0.45:
                diarist.meet(plan, day, random.choice((Kind.PATROL_CHAT, Kind.DOOR_KNOCK)), named=False)
            else:
                _with_resident(diarist, plan, day)


def _with_resident(diarist: Diarist, plan: Plan, day: date) -> None:
    at = diarist.moment(day, Kind.PATROL_CHAT)
    line = diarist.line("resident", "any")
    key = diarist.write(
        plan.team_id, plan.neighbourhood_id, Kind.PATROL_CHAT, Outcome.SPOKE, at, diarist.officer(plan, day), line, plan.source.venue
    )
    diarist.world.row(Engagement, key)["with_resident"] = True


def _gatherings(diarist: Diarist) -> None:
    """Meetings, stalls and surgeries of our own, with several groups there: nobody's last contact moves by them."""
    world, random = diarist.world, diarist.random
    by_place: dict[int, list[Plan]] = defaultdict(list)
    for plan in diarist.plans:
        if plan.wanted not in NEVER_MET:
            by_place[plan.neighbourhood_id].append(plan)
    for plans in by_place.values():
        for weeks in range(1, 104, 8):
            day = world.today - timedelta(days=weeks * 7 + random.randrange(0, 6))
            there = random.sample(plans, random.randrange(3, 6))
            kind = random.choice((Kind.OUR_MEETING, Kind.OUR_MEETING, Kind.STALL, Kind.SURGERY))
            at, host = diarist.moment(day, kind), there[0]
            officer = diarist.officer(host, day)
            line = diarist.line(kind.value, "any")
            key = diarist.write(host.team_id, host.neighbourhood_id, kind, Outcome.SPOKE, at, officer, line, host.source.venue)
            for plan in there:
                diarist.attend(key, plan, at, counts=False, part=Part.ALSO_THERE, host=plan is host)
            _second_officer(diarist, key, host.team_id, officer, day)


def _second_officer(diarist: Diarist, key: int, team: int, officer: int, day: date) -> None:
    other = diarist.random.choice([one for one in diarist.teams[team] if one != officer])
    other = diarist.at_work(other, team, day, beside=officer)
    diarist.world.link(EngagementOfficer, force_id=FORCE_ID, engagement_id=key, officer_id=other)


def _taken_back(diarist: Diarist) -> None:
    """Entries withdrawn the same day, each beside the right one."""
    random: Random = diarist.random
    for met in random.sample([met for met in diarist.world.met if met.counts], 14):
        plan = diarist.plans[met.group_id - 1]
        key = diarist.write(
            plan.team_id, plan.neighbourhood_id, Kind(met.kind), Outcome.SPOKE, met.at, met.officer_id, "Entered twice.", plan.source.venue
        )
        diarist.world.row(Engagement, key).update(
            state=State.WITHDRAWN.value,
            withdrawn_at=met.at + timedelta(hours=2) if met.at + timedelta(hours=2) < diarist.world.now else diarist.world.now,
            withdrawn_by_id=met.officer_id,
            withdrawn_reason=random.choice(("Entered twice", "Wrong group", "Wrong day")),
        )
        diarist.attend(key, plan, met.at, counts=False)
