"""Makes the force, its map, its teams and the officers with their accounts, postings, patterns and days off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from dateutil.easter import easter

from engagement.access.domain import Role
from engagement.core.names import fold
from engagement.demonstration import source
from engagement.demonstration.world import FORCE_ID, HISTORY, World
from engagement.people.duty import DaysOff, OfficerDays, Pattern
from engagement.people.models import Absence, Account, Cover, DutyPattern, Officer, Posting
from engagement.places.models import Area, Force, Neighbourhood, Postcode, Team, Term, Ward

TEAM_TELEPHONE = {"Ferndown": "01632 960905", "Verwood": "01632 960906"}
NAMED = {  # who the public is given for each neighbourhood
    "10-25": "pcso@ferndown.example",
    "10-26": "pcso2@ferndown.example",
    "10-27": "amina.yusuf@ferndown.example",
    "10-24": "pcso2@verwood.example",
    "10-35": "pcso@verwood.example",
    "10-36": "ruth.sandhu@verwood.example",
}
NEW_IN_POST = {"callum.rennie@ferndown.example": 240}  # days; everybody else has been here throughout
OFF_WITHOUT_COVER, OFF_WITH_COVER = "pcso2@ferndown.example", "owen.fry@verwood.example"
JUST_BACK = COVERING = "pcso@ferndown.example"  # back today from four rest days, and covering in the team beside theirs
DAY_OF_SIX = {JUST_BACK: 0, OFF_WITHOUT_COVER: 0, OFF_WITH_COVER: 4}  # those two come back to days on, not to rest days
WORKED = 390  # days that each officer has worked their pattern: a year and a bit, whole rounds
LATES, EARLIES = ["14:00", "22:00"], ["07:00", "15:00"]


def make_places(world: World) -> None:
    """The force, the area, two teams, six neighbourhoods with wards and postcodes, and the school terms."""
    assert world.add(Force, slug="dorset", name="Dorset Police") == FORCE_ID
    area = world.add(Area, force_id=FORCE_ID, name="East Dorset")
    for team, telephone in TEAM_TELEPHONE.items():
        world.teams[team] = world.add(
            Team, force_id=FORCE_ID, area_id=area, name=team, email=f"{team.lower()}@dorset.example", telephone=telephone
        )
    for place in source.neighbourhoods():
        key = world.add(
            Neighbourhood,
            force_id=FORCE_ID,
            team_id=world.teams[place.team],
            slug=place.slug,
            police_uk_id=place.police_uk_id,
            name=place.name,
            latitude=place.latitude,
            longitude=place.longitude,
            boundary=[[[lon, lat] for lat, lon in place.boundary]],
        )
        world.neighbourhoods[place.police_uk_id] = key
        world.team_of[key] = world.teams[place.team]
    for ward in source.wards():
        world.add(
            Ward,
            force_id=FORCE_ID,
            neighbourhood_id=world.neighbourhoods[ward.police_uk_id],
            code=ward.code,
            name=ward.name,
            boundary=[[list(point) for point in ring] for ring in ward.boundary],
        )
    for spot in source.spots():
        if spot.postcode:
            world.link(
                Postcode,
                code=spot.postcode,
                latitude=spot.latitude,
                longitude=spot.longitude,
                neighbourhood_id=world.neighbourhoods[spot.police_uk_id],
            )
    for year in range(world.today.year - 3, world.today.year + 3):
        _school_year(world, year)


def _school_year(world: World, year: int) -> None:
    """The terms of the school year that begins in September, and the holiday in the middle of each."""
    first = date(year, 9, 3)
    feast = easter(year + 1)
    whitsun = date(year + 1, 5, 31) - timedelta(days=date(year + 1, 5, 31).weekday())
    half_terms = (_monday(date(year, 10, 25)), _monday(date(year + 1, 2, 15)), whitsun)
    terms = (
        (first, date(year, 12, 18)),
        (date(year + 1, 1, 5), feast - timedelta(days=3)),
        (feast + timedelta(days=15), date(year + 1, 7, 21)),
    )
    for (begins, ends), holiday in zip(terms, half_terms, strict=True):
        world.add(Term, force_id=FORCE_ID, kind="term", starts_on=begins, ends_on=ends)
        world.add(Term, force_id=FORCE_ID, kind="half-term", starts_on=holiday, ends_on=holiday + timedelta(days=4))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def make_officers(world: World, password_hashes: Mapping[str, str], nonces: Mapping[str, str]) -> None:
    """Officers with accounts and postings; two of them are off today, one of the two with nobody in their place."""
    begun = world.today - HISTORY - timedelta(days=30)
    for officer in source.officers():
        key = world.add(
            Officer,
            force_id=FORCE_ID,
            collar_number=officer.collar_number,
            rank=officer.rank,
            name=officer.name,
            name_folded=fold(officer.name),
            telephone=officer.mobile,
            version=1,
        )
        world.officers[officer.email] = key
        world.add(
            Account,
            force_id=FORCE_ID,
            officer_id=key,
            email=officer.email,
            password_hash=password_hashes[officer.email],
            nonce=nonces[officer.email],
            created_at=world.at(-(HISTORY.days + 30)),
        )
        since = NEW_IN_POST.get(officer.email)
        world.add(
            Posting,
            force_id=FORCE_ID,
            officer_id=key,
            role=Role(officer.role).value,
            scope=officer.scope,
            team_id=world.teams[officer.place] if officer.scope == "team" else None,
            area_id=1 if officer.scope == "area" else None,
            starts_on=begun if since is None else world.today - timedelta(days=since),
        )
    for place, email in NAMED.items():
        world.row(Neighbourhood, world.neighbourhoods[place])["named_officer_id"] = world.officers[email]
    _patterns(world)
    _days_off(world)


def _patterns(world: World) -> None:
    """Six days on and four off for everybody who works shifts, each at another point of it: earlies, then lates."""
    at_work = [officer for officer in source.officers() if officer.role in ("pcso", "sergeant")]
    for number, officer in enumerate(at_work):
        day_of_it = DAY_OF_SIX.get(officer.email, 1 + number % 5)  # all are in their six days today
        lates = officer.email == JUST_BACK or number % 3 == 0
        first = world.today - timedelta(days=day_of_it + WORKED)
        world.add(
            DutyPattern,
            force_id=FORCE_ID,
            officer_id=world.officers[officer.email],
            starts_on=first,
            anchor=first.toordinal(),
            turns="aaaaaa----" if lates else "aaabbb----",
            length=10,
            hours=[LATES] if lates else [EARLIES, LATES],
            recorded_at=world.at(-WORKED),
        )


def days_of_officers(world: World) -> dict[int, OfficerDays]:
    """When each officer works, as far as the demonstration knows: their pattern and their leave."""
    found: dict[int, OfficerDays] = {}
    for key in world.officers.values():
        patterns = tuple(
            Pattern(starts_on=row["starts_on"], anchor=date.fromordinal(row["anchor"]), turns=row["turns"])
            for row in world.all(DutyPattern)
            if row["officer_id"] == key
        )
        off = tuple(DaysOff(starts_on=row["starts_on"], ends_on=row["ends_on"]) for row in world.all(Absence) if row["officer_id"] == key)
        found[key] = OfficerDays(patterns=patterns, off=off)
    return found


def _cover(world: World, off: str, by: str, until: int) -> None:
    """Who covers from today on, with the posting that opens the other team for as long."""
    days = {"starts_on": world.today, "ends_on": world.today + timedelta(days=until)}
    team = next(officer.place for officer in source.officers() if officer.email == off)
    who = {"force_id": FORCE_ID, "officer_id": world.officers[by]}
    posting = world.add(Posting, **who, role=Role.PCSO.value, scope="team", team_id=world.teams[team], kind="cover", **days)
    world.add(
        Cover,
        force_id=FORCE_ID,
        officer_id=world.officers[off],
        cover_officer_id=world.officers[by],
        posting_id=posting,
        set_at=world.at(-2),
        **days,
    )


def _days_off(world: World) -> None:
    def off(email: str, since: int, until: int, reason: str) -> None:
        world.add(
            Absence,
            force_id=FORCE_ID,
            officer_id=world.officers[email],
            starts_on=world.today + timedelta(days=since),
            ends_on=world.today + timedelta(days=until),
            reason=reason,
        )

    off(OFF_WITHOUT_COVER, -3, 1, "leave")
    off(OFF_WITH_COVER, -2, 5, "sick")
    _cover(world, OFF_WITH_COVER, COVERING, 5)
    random = world.random("days off")
    for officer in source.officers():
        if officer.role == "pcso":
            for weeks in sorted(random.sample(range(8, 100), 5), reverse=True):
                off(officer.email, -7 * weeks, -7 * weeks + random.choice((4, 6, 9)), "leave")
