"""The register as a list: what an address asks for, the rows of a page, and the choices of its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.addresses import one_of, ticked, typed
from engagement.core.ids import whole_number
from engagement.core.names import fold
from engagement.core.pages import Page, last_page
from engagement.groups.explain import Badge, badge
from engagement.groups.frequency import Frequency
from engagement.groups.models import ContactAgreement, Group, GroupCharacteristic, GroupNeighbourhood
from engagement.groups.queries import LONGEST_TYPED, due_condition, facts_of, late_condition, visible_to
from engagement.groups.standing import Standing
from engagement.groups.vocabulary import characteristics, kinds
from engagement.people.models import Officer, Posting
from engagement.places.models import Area, Neighbourhood, Team

PAGE = 50
LATE = "late"  # overdue or long overdue: what most people mean by overdue
MOST_IN_A_FILE = 20_000
SORTS = ("name", "due", "last")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address of the list asks for; what it does not understand it leaves out."""

    name: str = ""
    neighbourhood: int | None = None
    kind: str = ""
    owner: int | None = None  # an officer; 0 for groups without an owner
    standing: str = ""
    frequency: str = ""
    characteristic: str = ""
    assumed: bool = False
    to_confirm: bool = False
    sort: str = "name"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Wanted:
        """From the question of an address."""
        return cls(
            name=typed(args, "name", LONGEST_TYPED),
            neighbourhood=whole_number(args.get("neighbourhood")),
            kind=one_of(args, "kind", kinds()),
            owner=whole_number(args.get("owner")),
            standing=one_of(args, "standing", (LATE, *Standing)),
            frequency=one_of(args, "frequency", list(Frequency)),
            characteristic=one_of(args, "characteristic", characteristics()),
            assumed=ticked(args, "assumed"),
            to_confirm=ticked(args, "to_confirm"),
            sort=one_of(args, "sort", SORTS, "name"),
        )

    @property
    def narrowed(self) -> bool:
        """Whether it asks for less than everything."""
        return self != Wanted(sort=self.sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A group as a line of the list."""

    id: int
    name: str
    kind: str
    neighbourhood: str
    owner: str
    how_often: str
    assumed: bool
    sensitive: bool
    to_confirm: bool
    last_on: date | None
    next_due_on: date | None
    badge: Badge


_COLUMNS = (
    Group.id, Group.name, Group.kind, Group.frequency_words, Group.assumed, Group.sensitive, Group.to_confirm, Group.level,
    Group.last_two_way_on, Group.last_one_way_on, Group.next_due_on, Group.longest_on, Group.soon_days, Group.on_request,
    Group.dormant_on, Group.paused_from, Group.paused_until,
    Neighbourhood.name.label("neighbourhood"), Officer.name.label("owner"),
)  # fmt: skip


def conditions(actor: Actor, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    """What a group must be to stand in the list that was asked for."""
    asked: list[ColumnElement[Any]] = [visible_to(actor)]
    asked += [Group.name_folded.contains(word, autoescape=True) for word in fold(wanted.name).split()]
    if wanted.neighbourhood is not None:
        spans = select(GroupNeighbourhood.group_id).where(GroupNeighbourhood.neighbourhood_id == wanted.neighbourhood)
        asked.append(or_(Group.neighbourhood_id == wanted.neighbourhood, Group.id.in_(spans)))
    if wanted.kind:
        asked.append(Group.kind == wanted.kind)
    if wanted.owner is not None:
        asked.append(Group.owner_id.is_(None) if wanted.owner == 0 else Group.owner_id == wanted.owner)
    if wanted.standing:
        asked.append(late_condition(today) if wanted.standing == LATE else due_condition(Standing(wanted.standing), today))
    elif not wanted.name:
        asked.append(Group.dormant_on.is_(None))  # found by name or by asking for the dormant
    if wanted.frequency:
        rhythm = ContactAgreement.frequency == wanted.frequency
        asked.append(Group.id.in_(select(ContactAgreement.group_id).where(rhythm, ContactAgreement.ends_on.is_(None))))
    if wanted.characteristic:
        speaks = GroupCharacteristic.characteristic == wanted.characteristic
        asked.append(Group.id.in_(select(GroupCharacteristic.group_id).where(speaks)))
    if wanted.assumed:
        asked.append(Group.assumed.is_(True))
    if wanted.to_confirm:
        asked.append(Group.to_confirm.is_(True))
    return asked


def page_of(session: Session, actor: Actor, wanted: Wanted, today: date, number: int, size: int = PAGE) -> Page[Line]:
    """One page of the list; the last where the number is beyond it."""
    asked = conditions(actor, wanted, today)
    total = session.scalar(select(func.count()).select_from(Group).where(*asked)) or 0
    number = min(number, last_page(size=size, total=total))
    rows = session.execute(_ordered(asked, wanted.sort).limit(size).offset((number - 1) * size)).all()
    return Page(rows=[_line(row, today) for row in rows], number=number, size=size, total=total)


def all_of(session: Session, actor: Actor, wanted: Wanted, today: date) -> list[Line]:
    """The whole list, for a spreadsheet."""
    rows = session.execute(_ordered(conditions(actor, wanted, today), wanted.sort).limit(MOST_IN_A_FILE))
    return [_line(row, today) for row in rows]


def _ordered(asked: Sequence[ColumnElement[bool]], sort: str) -> Any:
    order: dict[str, tuple[Any, ...]] = {
        "name": (Group.name_folded,),
        "due": (Group.next_due_on.is_(None), Group.next_due_on, Group.name_folded),
        "last": (Group.last_two_way_on.is_not(None), Group.last_two_way_on, Group.name_folded),
    }
    return (
        select(*_COLUMNS)
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .outerjoin(Officer, Officer.id == Group.owner_id)
        .where(*asked)
        .order_by(*order[sort], Group.id)
    )


def _line(row: Any, today: date) -> Line:
    facts = facts_of(row)
    days = [row.last_two_way_on, row.last_one_way_on if row.level == "inform" else None]
    return Line(
        id=row.id,
        name=row.name,
        kind=kinds().get(row.kind, row.kind),
        neighbourhood=row.neighbourhood,
        owner=row.owner or "",
        how_often=row.frequency_words,
        assumed=row.assumed,
        sensitive=row.sensitive,
        to_confirm=row.to_confirm,
        last_on=max((day for day in days if day), default=None),
        next_due_on=row.next_due_on,
        badge=badge(facts, today),
    )


def neighbourhoods_of(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The neighbourhoods of the teams whose diary may be read."""
    teams = sorted(actor.readable_teams)
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.team_id.in_(teams)).order_by(Neighbourhood.name)
    )
    return [(row.id, row.name) for row in rows]


def neighbourhoods_of_force(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """Every neighbourhood of the force: those of one's own teams first, then those of the same areas, then by name."""
    own = sorted(actor.readable_teams)
    areas = select(Team.area_id).where(Team.id.in_(own))
    rows = session.execute(
        select(Neighbourhood.id, Neighbourhood.name)
        .join(Team, Team.id == Neighbourhood.team_id)
        .join(Area, Area.id == Team.area_id)
        .where(Neighbourhood.force_id == actor.force_id)
        .order_by(Neighbourhood.team_id.not_in(own), Team.area_id.not_in(areas), Neighbourhood.name)
    )
    return [(row.id, row.name) for row in rows]


def owners_of(session: Session, actor: Actor, today: date, *, also: int | None = None) -> list[tuple[int, str]]:
    """Officers posted to one's teams on that day, by name; and `also`, whoever owns a group now."""
    holds = (Posting.starts_on <= today, or_(Posting.ends_on.is_(None), Posting.ends_on >= today))
    posted = select(Posting.officer_id).where(Posting.team_id.in_(sorted(actor.readable_teams)), *holds)
    rows = session.execute(
        select(Officer.id, Officer.rank, Officer.name)
        .where(or_(Officer.id.in_(posted), Officer.id == (also or 0)), Officer.force_id == actor.force_id)
        .order_by(Officer.name_folded)
    )
    return [(row.id, f"{row.rank} {row.name}") for row in rows]
