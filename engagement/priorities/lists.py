"""The list of neighbourhoods with their priorities, stale ones first, and the same as rows of a spreadsheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.core.pages import Page, last_page
from engagement.db import ask
from engagement.places.models import Neighbourhood, Team
from engagement.priorities.domain import MOST, Freshness, freshness
from engagement.priorities.models import Priority, PriorityConcern, PriorityWording
from engagement.priorities.queries import newest_approved, visible_to

SHOW = ("all", "stale", "none", "waiting")
PAGE_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A live priority in the list: how fresh, how many concerns behind it, whether it is public, whether words wait."""

    id: int
    title: str
    agreed_on: date
    fresh: Freshness
    concerns: int
    public: bool
    waiting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLine:
    """A neighbourhood in the list: its live priorities, none, or up to three."""

    id: int
    name: str
    team: str
    may_adopt: bool
    lines: Sequence[Line]

    @property
    def free(self) -> int:
        """How many places are free."""
        return MOST - len(self.lines)

    @property
    def days_over(self) -> int:
        """How long its stalest priority has been out of date; nought where none is."""
        return max([0, *(line.fresh.days_over for line in self.lines)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of the list, and the counts above it, which are of everything the reader may see."""

    page: Page[PlaceLine]
    live: int
    stale: int
    without: int
    waiting: int


def listed(session: Session, actor: Actor, show: str, today: date, number: int) -> Listed:
    """The neighbourhoods of the actor's teams: the stalest first, then those without a priority, then by name. Two questions."""
    places = _places(session, actor, _lines(session, actor, today))
    found = sorted((place for place in places if _wanted(place, show)), key=lambda place: (-place.days_over, bool(place.lines), place.name))
    first = (min(number, last_page(size=PAGE_SIZE, total=len(found))) - 1) * PAGE_SIZE
    everything = [line for place in places for line in place.lines]
    return Listed(
        page=Page(rows=found[first : first + PAGE_SIZE], number=first // PAGE_SIZE + 1, size=PAGE_SIZE, total=len(found)),
        live=len(everything),
        stale=sum(line.fresh.stale for line in everything),
        without=sum(not place.lines for place in places),
        waiting=sum(line.waiting for line in everything),
    )


def _wanted(place: PlaceLine, show: str) -> bool:
    match show:
        case "stale":
            return place.days_over > 0
        case "none":
            return not place.lines
        case "waiting":
            return any(line.waiting for line in place.lines)
        case _:
            return True


_PLACES = (
    select(Neighbourhood.id, Neighbourhood.name, Neighbourhood.team_id, Team.name.label("team"))
    .join(Team, Team.id == Neighbourhood.team_id)
    .where(Neighbourhood.team_id.in_(bindparam("teams", expanding=True)))
)


def _places(session: Session, actor: Actor, lines: dict[int, list[Line]]) -> list[PlaceLine]:
    rows = ask(session, _PLACES, {"teams": sorted(actor.teams(Permission.EDIT_SUMMARY))})
    writes = actor.teams(Permission.WRITE_DIARY)
    return [
        PlaceLine(id=row.id, name=row.name, team=row.team, may_adopt=row.team_id in writes, lines=lines.get(row.id, [])) for row in rows
    ]


@lru_cache(maxsize=128)
def _live(actor: Actor) -> Any:
    """The live priorities that the actor may read, by neighbourhood."""
    behind = (
        select(func.count())
        .select_from(PriorityConcern)
        .where(PriorityConcern.priority_id == Priority.id, PriorityConcern.taken_out_at.is_(None))
        .scalar_subquery()
    )
    return (
        select(
            Priority.id, Priority.neighbourhood_id, Priority.title, Priority.agreed_on, Priority.told_on, behind.label("concerns"),
            _worded(PriorityWording.approved_at.is_not(None)).label("public"), _worded(PriorityWording.approved_at.is_(None)).label("waiting"),
        )
        .where(visible_to(actor), Priority.slot.is_not(None))
        .order_by(Priority.neighbourhood_id, Priority.slot)
    )  # fmt: skip


def _lines(session: Session, actor: Actor, today: date) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for row in ask(session, _live(actor)):
        found[row.neighbourhood_id].append(
            Line(
                id=row.id,
                title=row.title,
                agreed_on=row.agreed_on,
                fresh=freshness(row.agreed_on, [row.told_on] if row.told_on else [], today),
                concerns=row.concerns,
                public=bool(row.public),
                waiting=bool(row.waiting),
            )
        )
    return found


def _worded(condition: Any) -> Any:
    return select(PriorityWording.id).where(PriorityWording.priority_id == Priority.id, condition).exists()


def rows_for_spreadsheet(session: Session, actor: Actor) -> Sequence[Any]:
    """Every priority that the actor may read, live ones first: a row each with how it was agreed, told and ended."""
    published = aliased(PriorityWording)
    return session.execute(
        select(
            Priority.id, Neighbourhood.name.label("neighbourhood"), Team.name.label("team"), Priority.title, Priority.agreed_on,
            Priority.agreed_at, Priority.agreed_with, Priority.told_on, Priority.fresh_until, Priority.ended_on, Priority.how_ended,
            Priority.ended_because, published.issue, published.action,
        )
        .join(Neighbourhood, Neighbourhood.id == Priority.neighbourhood_id)
        .join(Team, Team.id == Priority.team_id)
        .outerjoin(published, and_(published.priority_id == Priority.id, published.n == newest_approved()))
        .where(visible_to(actor))
        .order_by(case((Priority.slot.is_(None), 1), else_=0), Neighbourhood.name, Priority.slot, Priority.ended_on.desc())
    ).all()  # fmt: skip
