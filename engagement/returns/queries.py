"""Questions about returns: who may read which, one whole with its signatures, which teams lack the last quarter's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.core.pages import Page, last_page
from engagement.db import ask, the_one
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Team
from engagement.priorities.queries import roles_over
from engagement.returns.domain import SIGNERS, Quarter, content_hash, next_signer, why_not_sign
from engagement.returns.figures import since_the_draft
from engagement.returns.models import QuarterlyReturn, ReturnPart, ReturnSignature

PAGE_SIZE = 50


def theirs(actor: Actor) -> ColumnElement[bool]:
    """The returns that an actor may edit and sign: of the teams whose board they see."""
    return and_(QuarterlyReturn.force_id == actor.force_id, QuarterlyReturn.team_id.in_(sorted(actor.teams(Permission.SEE_BOARD))))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The returns that an actor may read: their own teams', and of all that they may read signed ones of, those that both signed."""
    teams = actor.teams(Permission.READ_RETURN) - actor.teams(Permission.SEE_BOARD)
    if not teams:
        return theirs(actor)
    signed = (
        QuarterlyReturn.force_id == actor.force_id,
        QuarterlyReturn.team_id.in_(sorted(teams)),
        _signatures_that_stand() == len(SIGNERS),
    )
    return or_(theirs(actor), and_(*signed))


def _signatures_that_stand() -> Any:
    return (
        select(func.count())
        .where(ReturnSignature.return_id == QuarterlyReturn.id, ReturnSignature.standing == 1)
        .correlate(QuarterlyReturn)
        .scalar_subquery()
    )


def signed_by(session: Session, return_id: int) -> dict[str, int]:
    """Who signed a return as it stands, by role."""
    rows = session.execute(
        select(ReturnSignature.role, ReturnSignature.officer_id).where(
            ReturnSignature.return_id == return_id, ReturnSignature.standing == 1
        )
    )
    return {row.role: row.officer_id for row in rows}


def parts_of(session: Session, return_id: int) -> Sequence[ReturnPart]:
    """The parts of a return in order."""
    statement = select(ReturnPart).where(ReturnPart.return_id == return_id).order_by(ReturnPart.position, ReturnPart.id)
    return session.scalars(statement.execution_options(populate_existing=True)).all()


def seal_of(found: QuarterlyReturn, parts: Sequence[ReturnPart]) -> str:
    """The seal of what a return says now; parts that are left out are not of it."""
    said = [
        {name: getattr(part, name) for name in ("priority_id", "neighbourhood", "title", "agreed", "work", "evidence")}
        for part in parts
        if not part.left_out
    ]
    return content_hash(found.introduction, {"rows": found.figures}, said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature as pages show it; `voided_at` is when a change took it back."""

    role: str
    name: str
    rank: str
    at: Any
    voided_at: Any
    voided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeReturn:
    """A return as its page and its files show it. `since` is how many records of the quarter came after the draft."""

    row: QuarterlyReturn
    team: str
    quarter: Quarter
    parts: Sequence[ReturnPart]
    signatures: Sequence[Signed]
    voided: Sequence[Signed]
    since: int
    seal: str
    why_not: str
    next_role: str
    may_edit: bool

    @property
    def signed(self) -> bool:
        """Whether sergeant and inspector both signed what it says now."""
        return not self.next_role

    @property
    def used(self) -> list[ReturnPart]:
        """The parts that are not left out."""
        return [part for part in self.parts if not part.left_out]


def return_to_read(session: Session, actor: Actor, return_id: int) -> QuarterlyReturn:
    """The return, if it is there and theirs; Missing otherwise."""
    return the_one(session, select(QuarterlyReturn).where(QuarterlyReturn.id == return_id, visible_to(actor)))


def return_to_change(session: Session, actor: Actor, return_id: int) -> QuarterlyReturn:
    """The return, held so that nobody edits or signs it meanwhile; Missing where it is not there or not theirs to edit."""
    return the_one(session, select(QuarterlyReturn).where(QuarterlyReturn.id == return_id, theirs(actor)), held=True)


def whole(session: Session, actor: Actor, return_id: int) -> WholeReturn:
    """The return with its parts and signatures; Missing where it is not theirs."""
    found = return_to_read(session, actor, return_id)
    team = session.scalar(select(Team.name).where(Team.id == found.team_id)) or ""
    quarter, parts = Quarter.parse(found.quarter), parts_of(session, return_id)
    signatures = _signatures(session, return_id)
    standing = signed_by(session, return_id)
    return WholeReturn(
        row=found,
        team=team,
        quarter=quarter,
        parts=parts,
        signatures=[one for one in signatures if one.voided_at is None],
        voided=[one for one in signatures if one.voided_at is not None],
        since=since_the_draft(session, found.team_id, quarter, found.taken_at),
        seal=seal_of(found, parts),
        why_not=why_not_sign(roles=roles_over(actor, found.team_id), officer_id=actor.officer_id, signed=standing),
        next_role=next_signer(standing),
        may_edit=found.team_id in actor.teams(Permission.SEE_BOARD),
    )


def _signatures(session: Session, return_id: int) -> list[Signed]:
    rows = session.execute(
        select(
            ReturnSignature.role,
            ReturnSignature.signed_at,
            ReturnSignature.voided_at,
            ReturnSignature.voided_by_id,
            Officer.name,
            Officer.rank,
        )
        .join(Officer, Officer.id == ReturnSignature.officer_id)
        .where(ReturnSignature.return_id == return_id)
        .order_by(ReturnSignature.signed_at, ReturnSignature.id)
    ).all()
    voiders = {row.voided_by_id for row in rows if row.voided_by_id is not None}
    named = session.execute(select(Officer.id, Officer.name).where(Officer.id.in_(sorted(voiders)))) if voiders else ()
    names = {row.id: row.name for row in named}
    return [
        Signed(
            role=row.role, name=row.name, rank=row.rank, at=row.signed_at, voided_at=row.voided_at,
            voided_by=names.get(row.voided_by_id, ""),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """A return in the list."""

    id: int
    team: str
    quarter: Quarter
    drafted_at: Any
    signed: int


@lru_cache(maxsize=128)
def _list_questions(actor: Actor) -> tuple[Any, Any]:
    """How many returns the actor may read, and a page of them."""
    signed = _signatures_that_stand().label("signed")
    return (
        select(func.count()).select_from(QuarterlyReturn).where(visible_to(actor)),
        select(QuarterlyReturn.id, QuarterlyReturn.quarter, QuarterlyReturn.drafted_at, Team.name, signed)
        .join(Team, Team.id == QuarterlyReturn.team_id)
        .where(visible_to(actor))
        .order_by(QuarterlyReturn.quarter.desc(), Team.name)
        .offset(bindparam("offset", type_=Integer))
        .limit(PAGE_SIZE),
    )


def list_page(session: Session, actor: Actor, number: int) -> Page[ReturnLine]:
    """The returns that the actor may read, the newest quarter first."""
    counted, listed = _list_questions(actor)
    total = ask(session, counted).scalar()
    number = min(number, last_page(size=PAGE_SIZE, total=total))
    rows = ask(session, listed, {"offset": (number - 1) * PAGE_SIZE})
    lines = [
        ReturnLine(id=row.id, team=row.name, quarter=Quarter.parse(row.quarter), drafted_at=row.drafted_at, signed=row.signed)
        for row in rows
    ]
    return Page(rows=lines, number=number, size=PAGE_SIZE, total=total)


_TEAMS = select(Team.id, Team.name).where(Team.id.in_(bindparam("teams", expanding=True))).order_by(Team.name)


def teams_to_choose(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The teams for which the actor may ask for a return."""
    return [(row.id, row.name) for row in ask(session, _TEAMS, {"teams": sorted(actor.teams(Permission.SEE_BOARD))})]


def teams_without(session: Session, force_id: int, quarter: Quarter, after: int, limit: int) -> list[int]:
    """Teams with a neighbourhood that have no return of a quarter yet, from `after` on."""
    there = select(QuarterlyReturn.id).where(QuarterlyReturn.team_id == Team.id, QuarterlyReturn.quarter == str(quarter)).exists()
    place = select(Neighbourhood.id).where(Neighbourhood.team_id == Team.id).exists()
    statement = select(Team.id).where(Team.force_id == force_id, Team.id > after, place, ~there).order_by(Team.id).limit(limit)
    return list(session.scalars(statement))


def quarters_to_choose(today: date) -> list[Quarter]:
    """The quarter that runs and the four before it."""
    quarters = [Quarter.of(today)]
    while len(quarters) < 5:
        quarters.append(quarters[-1].previous)
    return quarters
