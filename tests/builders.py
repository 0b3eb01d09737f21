"""Builders of records for tests: each makes what it is asked for and fills in the rest plausibly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.ids import new_token
from engagement.core.names import fold
from engagement.db import Diary
from engagement.groups.models import Contact, ContactAgreement, Group
from engagement.people.models import Account, Officer, Posting
from engagement.places.models import Area, Force, Neighbourhood, Team

LONG_AGO = date(2024, 1, 1)
WHEN = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"

Made = TypeVar("Made")


def keep(session: Session, made: Made) -> Made:
    """Adds a record and says so to the audit, as every service does."""
    session.add(made)
    session.flush()
    if isinstance(made, Diary):
        record(session, system("builders", made.force_id), Operation.COLLECTION, type(made).__name__.lower(), [], now=WHEN)
    return made


def say_so(session: Session, force_id: int = 1) -> None:
    """Says to the audit that a test has changed something past the services."""
    record(session, system("builders", force_id), Operation.ALTERATION, "group", [], now=WHEN)


@dataclass(frozen=True, kw_only=True)
class Person:
    """An officer with an account."""

    officer_id: int
    account_id: int
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Town:
    """The ids of a small force: what `make_town` made."""

    force_id: int
    area_id: int
    team_id: int
    other_team_id: int
    neighbourhood_id: int
    second_neighbourhood_id: int
    other_neighbourhood_id: int
    pcso: Person
    pcso2: Person
    sergeant: Person
    other_pcso: Person
    other_sergeant: Person
    inspector: Person
    administrator: Person
    engagement_officer: Person
    analyst: Person


def make_person(session: Session, force_id: int, name: str, rank: str, role: str, **where: Any) -> Person:
    """An officer with an account and one home posting; `where` is team_id=... or area_id=..., else the whole force."""
    number = str(3001 + (session.scalar(select(func.count()).select_from(Officer)) or 0))
    officer = keep(
        session, Officer(force_id=force_id, collar_number=number, rank=rank, name=name, name_folded=fold(name), telephone="07700 900100")
    )
    email = fold(name).replace(" ", ".") + "@force.example"
    account = keep(
        session,
        Account(force_id=force_id, officer_id=officer.id, email=email, password_hash=None, nonce=new_token()[:20], created_at=WHEN),
    )
    scope = "team" if "team_id" in where else "area" if "area_id" in where else "force"
    keep(session, Posting(force_id=force_id, officer_id=officer.id, role=role, scope=scope, starts_on=LONG_AGO, **where))
    return Person(officer_id=officer.id, account_id=account.id, name=name, email=email)


def make_town(session: Session) -> Town:
    """One force, area, two teams; the first has two neighbourhoods. Two PCSOs in the first team, one in the other."""
    force = keep(session, Force(slug="westshire", name="Westshire Police"))
    area = keep(session, Area(force_id=force.id, name="West"))
    teams = [
        keep(
            session,
            Team(force_id=force.id, area_id=area.id, name=n, email=f"{n.lower()}@westshire.example", telephone="01632 960100"),
        )
        for n in ("Ashford", "Brookley")
    ]
    places = [
        keep(
            session,
            Neighbourhood(force_id=force.id, team_id=team.id, slug=fold(n).replace(" ", "-"), name=n, police_uk_id=f"w-{n[0]}"),
        )
        for team, n in ((teams[0], "Ashford Central"), (teams[0], "Elm Green"), (teams[1], "Brookley"))
    ]
    first, other = {"team_id": teams[0].id}, {"team_id": teams[1].id}
    return Town(
        force_id=force.id,
        area_id=area.id,
        team_id=teams[0].id,
        other_team_id=teams[1].id,
        neighbourhood_id=places[0].id,
        second_neighbourhood_id=places[1].id,
        other_neighbourhood_id=places[2].id,
        pcso=make_person(session, force.id, "Sam Okoro", "PCSO", "pcso", **first),
        pcso2=make_person(session, force.id, "Jo Penrose", "PCSO", "pcso", **first),
        sergeant=make_person(session, force.id, "Lee Hargreave", "Sergeant", "sergeant", **first),
        other_pcso=make_person(session, force.id, "Robin Vale", "PCSO", "pcso", **other),
        other_sergeant=make_person(session, force.id, "Dana Frost", "Sergeant", "sergeant", **other),
        inspector=make_person(session, force.id, "Chris Cox", "Inspector", "inspector", area_id=area.id),
        administrator=make_person(session, force.id, "Pat Quill", "Staff", "administrator"),
        engagement_officer=make_person(session, force.id, "Ellis Moran", "Staff", "engagement_officer"),
        analyst=make_person(session, force.id, "Noor Tamsin", "Staff", "analyst"),
    )


def make_group(
    session: Session,
    town: Town,
    name: str = "Ashford Stroke Club",
    *,
    frequency: str = "monthly",
    agreed_on: date = LONG_AGO,
    **fields: Any,
) -> Group:
    """A group of the first neighbourhood, owned by the first PCSO, with an agreement. `next_due_on` and its like are as given."""
    values: dict[str, Any] = {
        "force_id": town.force_id,
        "team_id": town.team_id,
        "neighbourhood_id": town.neighbourhood_id,
        "name": name,
        "name_folded": fold(name),
        "kind": "health",
        "owner_id": town.pcso.officer_id,
        "may_be_named": False,
        "assumed": False,
        "frequency_words": frequency,
        "created_at": WHEN,
    }
    group = keep(session, Group(**(values | fields)))
    keep(
        session,
        ContactAgreement(
            force_id=town.force_id,
            group_id=group.id,
            level="involve",
            frequency=frequency,
            assumed=False,
            agreed_with="the chair",
            agreed_on=agreed_on,
            starts_on=agreed_on,
            recorded_at=WHEN,
        ),
    )
    return group


def make_contact(session: Session, group: Group, name: str = "Asha Merrow", **fields: Any) -> Contact:
    """Somebody who speaks for the group, with an address for letters."""
    values: dict[str, Any] = {
        "force_id": group.force_id,
        "group_id": group.id,
        "name": name,
        "name_folded": fold(name),
        "role": "clerk",
        "mobile": "07700 900321",
        "email": fold(name).replace(" ", ".") + "@parish.example",
        "channels": ["mobile", "email"],
        "starts_on": LONG_AGO,
    }
    return keep(session, Contact(**(values | fields)))


def ago(days: int, now: datetime) -> datetime:
    """The moment so many days before another."""
    return now - timedelta(days=days)
