"""Makes the groups with their contacts, agreements and pauses, and plans when each was last seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from engagement.core.names import fold
from engagement.demonstration import source
from engagement.demonstration.source import SourceGroup
from engagement.demonstration.standings import NEVER_MET, Wanted, assign, last_contacts, starts_never_met
from engagement.demonstration.world import FORCE_ID, HISTORY, World
from engagement.groups.domain import Agreement
from engagement.groups.frequency import Frequency, Term, cadence, soon_days
from engagement.groups.frequency import school_terms as terms_of
from engagement.groups.models import Contact, ContactAgreement, Group, GroupCharacteristic, GroupNeighbourhood, GroupPause
from engagement.places.models import Term as TermRow

OWNED_BY = {  # groups that somebody else than the neighbourhood's officers looks after
    "West Parley Parish Council": "pcso@ferndown.example",
    "Ferndown Stroke Club": "pcso@ferndown.example",
    "Ferndown Town Council": "pcso@ferndown.example",
    "Heatherlands Youth Club": "pcso2@ferndown.example",
    "Links Estate Tenants' and Residents' Association": "pcso2@ferndown.example",
}
SPANS = {
    "East Dorset Citizens Advice Bureau": ("10-26", "10-27", "10-24", "10-35", "10-36"),
    "Ferndown Neighbourhood Watch": ("10-26",),
    "Ferndown and District Foodbank": ("10-26",),
    "Ferndown Neighbourcare (NeighbourCars)": ("10-26",),
    "Dorset Blind Association": ("10-25", "10-27"),
    "Verwood and Three Cross U3A": ("10-24",),
    "Verwood Food Bank": ("10-24", "10-36"),
    "Cranborne Farm Watch": ("10-24",),
    "Forest Edge Horse Watch": ("10-36",),
}
SERGEANT_FIRST = ("Heatherlands Carers' Circle", "Newtown Tenants' Voice", "The Clay Pipe")
PAUSES = ("Closed for building work", "New committee is being elected", "Away for the season", "Asked for a rest after a bereavement")


@dataclass(slots=True, kw_only=True)
class Plan:
    """A group as the makers of its history know it: how often it should have been met, and when it last was."""

    group_id: int
    source: SourceGroup
    neighbourhood_id: int
    team_id: int
    owner_id: int
    wanted: Wanted
    agreement: Agreement
    since: date
    last: date | None
    contacts: list[int] = field(default_factory=list)


def make_register(world: World) -> list[Plan]:
    """Every group; the plans are in the order of the groups' keys."""
    random = world.random("register")
    terms = school_terms(world)
    wanted = assign(source.groups(), world.random("standings"))
    plans = [_make_group(world, random, group, wanted[group.name], terms) for group in source.groups()]
    by_name = {plan.source.name: plan for plan in plans}
    for person in source.people():
        by_name[person.group].contacts.append(_make_contact(world, by_name[person.group], person))
    return plans


def school_terms(world: World) -> tuple[Term, ...]:
    """The terms as the rule of due dates takes them."""
    return terms_of((row["kind"], row["starts_on"], row["ends_on"]) for row in world.all(TermRow))


def _make_group(world: World, random: Random, group: SourceGroup, wanted: Wanted, terms: tuple[Term, ...]) -> Plan:
    neighbourhood = world.neighbourhoods[group.police_uk_id]
    owner = _owner(world, random, group)
    agreement, since = _agreement(world, random, group, wanted)
    last = None if wanted in NEVER_MET else _last(world, random, agreement, wanted, since, terms)
    created = world.today - HISTORY - timedelta(days=random.randrange(5, 25)) if wanted not in NEVER_MET else since
    key = _write_group(world, random, group, wanted, agreement, owner, created)
    world.groups[group.name] = key
    plan = Plan(
        group_id=key,
        source=group,
        neighbourhood_id=neighbourhood,
        team_id=world.team_of[neighbourhood],
        owner_id=owner,
        wanted=wanted,
        agreement=agreement,
        since=created,
        last=last,
    )
    _write_agreement(world, random, plan)
    _write_pause(world, random, plan)
    for characteristic in group.characteristics:
        world.link(GroupCharacteristic, force_id=FORCE_ID, group_id=key, characteristic=characteristic)
    for other in SPANS.get(group.name, ()):
        world.link(GroupNeighbourhood, force_id=FORCE_ID, group_id=key, neighbourhood_id=world.neighbourhoods[other])
    return plan


def _write_group(world: World, random: Random, group: SourceGroup, wanted: Wanted, agreement: Agreement, owner: int, created: date) -> int:
    neighbourhood = world.neighbourhoods[group.police_uk_id]
    return world.add(
        Group,
        force_id=FORCE_ID,
        team_id=world.team_of[neighbourhood],
        neighbourhood_id=neighbourhood,
        name=group.name,
        name_folded=fold(group.name),
        kind=group.kind,
        owner_id=owner,
        may_be_named=group.name_in_public == "yes",
        sergeant_first=group.name in SERGEANT_FIRST,
        address=group.venue,
        postcode=group.postcode,
        latitude=group.latitude,
        longitude=group.longitude,
        dormant_on=world.today - timedelta(days=random.randrange(20, 50)) if wanted is Wanted.DORMANT else None,
        dormant_reason="No longer meets" if wanted is Wanted.DORMANT else "",
        on_request=agreement.frequency is Frequency.ON_REQUEST,
        assumed=agreement.assumed,
        frequency_words=agreement.frequency.say(),
        soon_days=soon_days(cadence(agreement.frequency)),
        created_at=world.at((created - world.today).days, 11),
        created_by_id=owner,
        version=1,
    )


def _owner(world: World, random: Random, group: SourceGroup) -> int:
    if group.name in OWNED_BY:
        return world.officers[OWNED_BY[group.name]]
    suited = [officer for officer in source.officers() if group.police_uk_id in officer.neighbourhoods]
    weights = [3 if officer.neighbourhoods[0] == group.police_uk_id else 1 for officer in suited]
    return world.officers[random.choices(suited, weights)[0].email]


def _agreement(world: World, random: Random, group: SourceGroup, wanted: Wanted) -> tuple[Agreement, date]:
    frequency = Frequency.ON_REQUEST if wanted is Wanted.ON_REQUEST else Frequency(group.frequency)
    since = world.today - HISTORY - timedelta(days=random.randrange(0, 20))
    if wanted in NEVER_MET:
        since = random.choice(starts_never_met(wanted, frequency, world.today))
    changed = wanted not in NEVER_MET and random.random() < 0.12
    starts = world.today - timedelta(days=random.randrange(200, 400)) if changed else since
    assumed = group.name == "Heatherlands Youth Club" or (not changed and group.kind != "council" and random.random() < 0.25)
    return Agreement(frequency=frequency, starts_on=starts, assumed=assumed), since


def _last(world: World, random: Random, agreement: Agreement, wanted: Wanted, since: date, terms: tuple[Term, ...]) -> date:
    days = last_contacts(agreement, wanted, world.today, since=max(since, agreement.starts_on), terms=terms)
    if wanted is Wanted.NOT_DUE:
        days = days[: max(1, len(days) * 4 // 5)]
    return random.choice(days)


def _write_agreement(world: World, random: Random, plan: Plan) -> None:
    agreement, person = plan.agreement, source.people()[0]
    person = next(one for one in source.people() if one.group == plan.source.name)
    earlier = agreement.starts_on > plan.since + timedelta(days=30)
    if earlier:
        _agreement_row(world, plan, Frequency.QUARTERLY, plan.since, assumed=True, ends=agreement.starts_on - timedelta(days=1))
    _agreement_row(
        world,
        plan,
        agreement.frequency,
        agreement.starts_on,
        assumed=agreement.assumed,
        agreed_with="" if agreement.assumed else f"{person.name}, {person.role}",
    )


def _agreement_row(
    world: World, plan: Plan, frequency: Frequency, starts: date, *, assumed: bool, ends: date | None = None, agreed_with: str = ""
) -> None:
    world.add(
        ContactAgreement,
        force_id=FORCE_ID,
        group_id=plan.group_id,
        level=plan.source.level,
        frequency=frequency.value,
        assumed=assumed,
        agreed_with=agreed_with,
        agreed_on=None if assumed else starts,
        starts_on=starts,
        ends_on=ends,
        recorded_at=world.at((starts - world.today).days, 12),
        recorded_by_id=plan.owner_id,
    )


def _write_pause(world: World, random: Random, plan: Plan) -> None:
    if plan.wanted not in (Wanted.PAUSED, Wanted.PAUSED_OPEN):
        return
    starts = world.today - timedelta(days=random.randrange(2, 9))
    until = world.today + timedelta(days=random.randrange(10, 60)) if plan.wanted is Wanted.PAUSED else None
    reason = random.choice(PAUSES)
    world.row(Group, plan.group_id).update(paused_from=starts, paused_until=until, pause_reason=reason)
    world.add(
        GroupPause,
        force_id=FORCE_ID,
        group_id=plan.group_id,
        starts_on=starts,
        until=until,
        reason=reason,
        recorded_at=world.at((starts - world.today).days, 10, 20),
        recorded_by_id=plan.owner_id,
    )


def _make_contact(world: World, plan: Plan, person: source.Person) -> int:
    return world.add(
        Contact,
        force_id=FORCE_ID,
        group_id=plan.group_id,
        name=person.name,
        name_folded=fold(person.name),
        role=person.role,
        telephone=person.telephone,
        mobile=person.mobile,
        email=person.email,
        channels=list(person.channels),
        gets_letters=bool(person.email),
        best_times=person.best_times,
        language=person.language,
        access_needs=person.access_needs,
        starts_on=plan.since,
        version=1,
    )
