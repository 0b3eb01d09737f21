"""Questions about people: who is asking, and what postings make of them today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Place, Role
from engagement.core.clock import london_day, london_moment
from engagement.core.names import fold
from engagement.core.pages import Page
from engagement.db import UtcDateTime, ask
from engagement.people.models import Account, Cover, Device, EndedSession, Officer, OfficerNote, Posting
from engagement.places.models import Area, Team

_COLUMNS = (
    Account.id, Account.force_id, Account.nonce, Officer.id.label("officer_id"), Officer.name,
    Posting.id.label("posting_id"), Posting.role, Posting.scope, Posting.kind, Posting.ends_on, Posting.area_id,
    Team.id.label("team_id"),
)  # fmt: skip


_ON: BindParameter[date] = bindparam("on", type_=Date())


def _actor_statement(*which: ColumnElement[bool], held: ColumnElement[bool] | None = None) -> Any:
    """The account with the postings that hold on a day (or are `held` otherwise) and their teams. Built once: building it costs
    more than asking it."""
    team = or_(
        and_(Posting.scope == "team", Team.id == Posting.team_id),
        and_(Posting.scope == "area", Team.area_id == Posting.area_id),
        and_(Posting.scope == "force", Team.force_id == Posting.force_id),
    )
    return (
        select(*_COLUMNS)
        .select_from(Account)
        .join(Officer, Officer.id == Account.officer_id)
        .outerjoin(Posting, and_(Posting.officer_id == Account.officer_id, holds_on(_ON) if held is None else held))
        .outerjoin(Team, team)
        .where(Account.id == bindparam("account_id"), *which)
    )


def holds_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The condition that a posting holds on a day."""
    return and_(Posting.starts_on <= day, or_(Posting.ends_on.is_(None), Posting.ends_on >= day))


_OPEN = Account.disabled_at.is_(None)
_ACTOR, _ANYBODY = _actor_statement(_OPEN), _actor_statement()
_ENDED_LATER = exists().where(
    Cover.posting_id == Posting.id,
    Cover.starts_on <= _ON,
    Cover.ended_at >= bindparam("ending", type_=UtcDateTime()),
    Cover.ended_at < bindparam("midnight", type_=UtcDateTime()),
)
_BEFORE_IT_ENDED = _actor_statement(_OPEN, held=or_(holds_on(_ON), _ENDED_LATER))
_ENDINGS = (
    select(Cover.ended_at).where(Cover.cover_officer_id == bindparam("officer"), Cover.ended_at.is_not(None)).order_by(Cover.ended_at)
)
_SIGNED_IN = _actor_statement(_OPEN, ~exists().where(EndedSession.name == bindparam("session")))


def load_actor(session: Session, account_id: int, on: date) -> Actor | None:
    """The account with the postings that hold on a day, in one question; None where it is disabled or not there."""
    rows = ask(session, _ACTOR, {"account_id": account_id, "on": on})
    return _actor_of(tuple(rows)) if rows else None


def signed_in_actor(session: Session, account_id: int, name: str, on: date) -> Actor | None:
    """The same for the session of a browser, by its `name`; None, too, where somebody signed out of it."""
    rows = ask(session, _SIGNED_IN, {"account_id": account_id, "session": name, "on": on})
    return _actor_of(tuple(rows)) if rows else None


def cover_endings(session: Session, officer_id: int | None) -> list[datetime]:
    """The moments at which cover by an officer was ended early, or shortened: from then on the whole day counts as without it."""
    return [row.ended_at for row in ask(session, _ENDINGS, {"officer": officer_id})]


def actor_before(session: Session, account_id: int, ending: datetime) -> Actor | None:
    """As `load_actor` of the day on which a cover was ended, with the access that it gave until then."""
    on = london_day(ending)
    asked = {"account_id": account_id, "on": on, "ending": ending, "midnight": london_moment(on + timedelta(days=1))}
    rows = ask(session, _BEFORE_IT_ENDED, asked)
    return _actor_of(tuple(rows)) if rows else None


def actor_as_of(session: Session, account_id: int, on: date) -> Actor | None:
    """The same whether the account is disabled or not: for judging what it did on that day, never for letting anybody in."""
    rows = ask(session, _ANYBODY, {"account_id": account_id, "on": on})
    return _actor_of(tuple(rows)) if rows else None


@lru_cache(maxsize=1024)
def _actor_of(rows: tuple[Any, ...]) -> Actor:
    """What the rows of `_ACTOR` come to: the same rows make the very same actor, whose questions are known already."""
    teams: dict[int, set[int]] = defaultdict(set)
    postings = {}
    for row in rows:
        if row.posting_id is not None:
            postings[row.posting_id] = row
            if row.team_id is not None:
                teams[row.posting_id].add(row.team_id)
    first = rows[0]
    return Actor(
        account_id=first.id,
        officer_id=first.officer_id,
        force_id=first.force_id,
        name=first.name,
        nonce=first.nonce,
        places=tuple(
            Place(
                role=Role(p.role),
                scope=p.scope,
                team_ids=frozenset(teams[key]),
                area_id=p.area_id,
                cover=p.kind == "cover",
                until=p.ends_on,
            )
            for key, p in sorted(postings.items())
        ),
    )


def officers_of(session: Session, team_ids: Iterable[int], on: date) -> Sequence[Any]:
    """The officers posted to any of the teams on a day: (id, name, rank, collar_number), by name."""
    return session.execute(
        select(Officer.id, Officer.name, Officer.rank, Officer.collar_number)
        .where(Officer.id.in_(select(Posting.officer_id).where(Posting.team_id.in_(list(team_ids)), holds_on(on))))
        .order_by(Officer.name_folded)
    ).all()


_HOME_OFFICERS = (
    select(Officer.id, Officer.name, Officer.rank, Officer.collar_number)
    .where(
        Officer.id.in_(
            select(Posting.officer_id).where(
                Posting.team_id.in_(bindparam("teams", expanding=True)), Posting.kind == "home", holds_on(bindparam("on", type_=Date()))
            )
        )
    )
    .order_by(Officer.name_folded)
)


def home_officers(session: Session, team_ids: Iterable[int], on: date) -> Sequence[Any]:
    """The officers whose home any of the teams is on a day, not who covers there: (id, name, rank, collar_number), by name."""
    return ask(session, _HOME_OFFICERS, {"teams": sorted(team_ids), "on": on}).all()


def find_officers(session: Session, force_id: int, text: str, limit: int = 10) -> Sequence[Any]:
    """Officers of the force by part of a name or a collar number: (id, name, rank, collar_number)."""
    folded = fold(text)
    return session.execute(
        select(Officer.id, Officer.name, Officer.rank, Officer.collar_number)
        .where(
            Officer.force_id == force_id,
            or_(Officer.name_folded.contains(folded, autoescape=True), Officer.collar_number == text.strip().upper()),
        )
        .order_by(Officer.name_folded)
        .limit(limit)
    ).all()


_NOTES = (
    select(*OfficerNote.__table__.columns)
    .where(OfficerNote.officer_id == bindparam("officer_id"), OfficerNote.put_away_at.is_(None))
    .order_by(OfficerNote.left_at.desc())
    .limit(bindparam("most"))
)


def notes_of(session: Session, officer_id: int, limit: int = 20) -> Sequence[Any]:
    """What an officer has been told and has not put away, newest first: rows with the columns of a note."""
    return ask(session, _NOTES, {"officer_id": officer_id, "most": limit}).all()


def officer_page(session: Session, force_id: int, text: str, number: int, on: date, size: int = 50) -> Page[Any]:
    """Officers of a force with account and today's postings in words, for the administrator."""
    where = [Officer.force_id == force_id]
    if text:
        where.append(or_(Officer.name_folded.contains(fold(text), autoescape=True), Officer.collar_number == text.strip().upper()))
    total = session.scalar(select(func.count()).select_from(Officer).where(*where)) or 0
    rows = session.execute(
        select(
            Officer.id,
            Officer.name,
            Officer.rank,
            Officer.collar_number,
            Account.email,
            Account.disabled_at,
            Account.password_hash.is_not(None).label("opened"),
        )
        .outerjoin(Account, Account.officer_id == Officer.id)
        .where(*where)
        .order_by(Officer.name_folded)
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    return Page(rows=rows, number=number, size=size, total=total)


def postings_of(session: Session, officer_ids: Iterable[int]) -> dict[int, list[Any]]:
    """Every posting of some officers, newest first: (id, officer_id, role, kind, starts_on, ends_on, place)."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(
        select(
            Posting.id, Posting.officer_id, Posting.role, Posting.kind, Posting.starts_on, Posting.ends_on,
            func.coalesce(Team.name, Area.name, "").label("place"),
        )
        .outerjoin(Team, Team.id == Posting.team_id)
        .outerjoin(Area, Area.id == Posting.area_id)
        .where(Posting.officer_id.in_(list(officer_ids)))
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
    ):  # fmt: skip
        found[row.officer_id].append(row)
    return found


def places_of(session: Session, force_id: int) -> tuple[Sequence[Any], Sequence[Any]]:
    """The force's teams and areas, each (id, name), by name."""
    teams = session.execute(select(Team.id, Team.name).where(Team.force_id == force_id).order_by(Team.name)).all()
    areas = session.execute(select(Area.id, Area.name).where(Area.force_id == force_id).order_by(Area.name)).all()
    return teams, areas


def devices_of(session: Session, account_id: int) -> Sequence[Device]:
    """The phones enrolled by an account, newest first."""
    return session.scalars(
        select(Device).where(Device.account_id == account_id, Device.revoked_at.is_(None)).order_by(Device.enrolled_at.desc())
    ).all()


def device_of_token(session: Session, hashed: str) -> Any | None:
    """The enrolled phone of a cookie, with its account: (id, account_id)."""
    return session.execute(select(Device.id, Device.account_id).where(Device.token_hash == hashed, Device.revoked_at.is_(None))).first()


def account_row(session: Session, officer_id: int) -> Any | None:
    """The account of an officer: (id, email, disabled_at, opened, last_seen_at)."""
    return session.execute(
        select(
            Account.id, Account.email, Account.disabled_at, Account.password_hash.is_not(None).label("opened"), Account.last_seen_at
        ).where(Account.officer_id == officer_id)
    ).first()
