"""The register of concerns as a list: what an address asks for, the rows of a page, the whole for a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.categories import Category
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.models import Concern, Raising
from engagement.concerns.queries import visible_to
from engagement.concerns.saying import ClockWords, clock_words
from engagement.concerns.timing import rule
from engagement.core.addresses import one_of, ticked, typed
from engagement.core.ids import whole_number
from engagement.core.names import fold
from engagement.core.pages import Page, last_page
from engagement.groups.models import Group
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood

PAGE = 50
MOST_IN_A_FILE = 20_000
LONGEST_TYPED = 80
OPEN, ALL = "open", "all"
CLOCKS = ("running", "over")
SORTS = ("newest", "oldest", "clock", "changed", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the address of the list asks for; what it does not understand it leaves out."""

    text: str = ""
    state: str = OPEN
    category: str = ""
    neighbourhood: int | None = None
    owner: int | None = None  # an officer; 0 for concerns without an owner
    mine: bool = False
    clock: str = ""
    sort: str = "newest"

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Wanted:
        """From the question of an address."""
        return cls(
            text=typed(args, "q", LONGEST_TYPED),
            state=one_of(args, "state", (ALL, OPEN, *ConcernState), OPEN),
            category=one_of(args, "category", list(Category)),
            neighbourhood=whole_number(args.get("neighbourhood")),
            owner=whole_number(args.get("owner")),
            mine=ticked(args, "mine"),
            clock=one_of(args, "clock", CLOCKS),
            sort=one_of(args, "sort", SORTS, "newest"),
        )

    @property
    def narrowed(self) -> bool:
        """Whether it asks for other than the open ones."""
        return self != Wanted(sort=self.sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A concern as a line of the list."""

    id: int
    title: str
    category: str
    state: str
    open: bool
    neighbourhood: str
    owner: str
    place: str
    sensitive: bool
    raised_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    raisers: int
    raised_by: str
    clock: ClockWords | None


_STANDING = (Raising.concern_id == Concern.id, Raising.withdrawn_at.is_(None))
_RAISERS = select(func.count()).select_from(Raising).where(*_STANDING).scalar_subquery()
_FIRST_GROUP = (
    select(Group.name)
    .join(Raising, Raising.group_id == Group.id)
    .where(*_STANDING, Group.sensitive.is_(False))
    .order_by(Raising.raised_at, Raising.id)
    .limit(1)
    .scalar_subquery()
)
_COLUMNS = (
    Concern.id, Concern.title, Concern.category, Concern.state, Concern.side_end, Concern.place, Concern.sensitive, Concern.answer_due_at,
    Concern.first_raised_at, Concern.changed_at, Concern.closed_at, Neighbourhood.name.label("neighbourhood"), Officer.name.label("owner"),
    _RAISERS.label("raisers"), _FIRST_GROUP.label("raised_by"),
)  # fmt: skip


def conditions(actor: Actor, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    """What a concern must be to stand in the list that was asked for."""
    asked: list[ColumnElement[Any]] = [visible_to(actor)]
    asked += [or_(Concern.title_folded.contains(word, autoescape=True)) for word in fold(wanted.text).split()]
    match wanted.state:
        case "open":
            asked.append(Concern.state != ConcernState.CLOSED)
        case "all":
            pass
        case _:
            asked.append(Concern.state == wanted.state)
    if wanted.category:
        asked.append(Concern.category == wanted.category)
    if wanted.neighbourhood is not None:
        asked.append(Concern.neighbourhood_id == wanted.neighbourhood)
    if wanted.owner is not None:
        asked.append(Concern.owner_id.is_(None) if wanted.owner == 0 else Concern.owner_id == wanted.owner)
    if wanted.mine:
        asked.append(Concern.owner_id == actor.officer_id)
    if wanted.clock:
        asked.append(Concern.answer_due_at < now if wanted.clock == "over" else Concern.answer_due_at >= now)
    return asked


def page_of(session: Session, actor: Actor, wanted: Wanted, now: datetime, number: int, size: int = PAGE) -> Page[Line]:
    """One page of the list; the last where the number is beyond it."""
    asked = conditions(actor, wanted, now)
    total = session.scalar(select(func.count()).select_from(Concern).where(*asked)) or 0
    number = min(number, last_page(size=size, total=total))
    rows = session.execute(_ordered(asked, wanted.sort).limit(size).offset((number - 1) * size)).all()
    return Page(rows=[_line(row, now) for row in rows], number=number, size=size, total=total)


def all_of(session: Session, actor: Actor, wanted: Wanted, now: datetime) -> list[Line]:
    """The whole list, for a spreadsheet."""
    return [_line(row, now) for row in session.execute(_ordered(conditions(actor, wanted, now), wanted.sort).limit(MOST_IN_A_FILE))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many concerns there are to see, by what the list can be narrowed to with a tap."""

    open: int
    mine: int
    running: int
    over: int
    outcome_owed: int


def counts_of(session: Session, actor: Actor, now: datetime) -> Counts:
    """The counts above the list, in one question."""
    is_open = Concern.state != ConcernState.CLOSED
    row = session.execute(
        select(
            func.count().label("open"),
            func.count().filter(Concern.owner_id == actor.officer_id).label("mine"),
            func.count().filter(Concern.answer_due_at >= now).label("running"),
            func.count().filter(Concern.answer_due_at < now).label("over"),
            func.count().filter(Concern.state == ConcernState.OUTCOME_OWED).label("outcome_owed"),
        ).where(visible_to(actor), is_open)
    ).one()
    return Counts(**row._mapping)


def _ordered(asked: list[ColumnElement[bool]], sort: str) -> Any:
    order: dict[str, tuple[Any, ...]] = {
        "newest": (Concern.first_raised_at.desc(), Concern.id.desc()),
        "oldest": (Concern.first_raised_at, Concern.id),
        "clock": (Concern.answer_due_at.is_(None), Concern.answer_due_at, Concern.first_raised_at.desc(), Concern.id),
        "changed": (Concern.changed_at.desc(), Concern.id.desc()),
        "title": (Concern.title_folded, Concern.id),
    }
    return (
        select(*_COLUMNS)
        .join(Neighbourhood, Neighbourhood.id == Concern.neighbourhood_id)
        .outerjoin(Officer, Officer.id == Concern.owner_id)
        .where(*asked)
        .order_by(*order[sort])
    )


def _line(row: Any, now: datetime) -> Line:
    others = row.raisers - 1
    who = row.raised_by or ""
    return Line(
        id=row.id,
        title=row.title,
        category=Category(row.category).label,
        state=state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None),
        open=row.state != ConcernState.CLOSED,
        neighbourhood=row.neighbourhood,
        owner=row.owner or "",
        place=row.place,
        sensitive=row.sensitive,
        raised_at=row.first_raised_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        raisers=row.raisers,
        raised_by=f"{who} and {others} more" if who and others > 0 else who,
        clock=clock_words(row.answer_due_at, now, rule()),
    )
