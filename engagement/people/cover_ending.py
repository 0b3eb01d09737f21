"""How a cover ends: early, by whoever leads a team of either side, or with a posting that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission, Role
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.errors import Missing
from engagement.people.duty import Covered, held_through
from engagement.people.models import Cover, Officer, Posting
from engagement.people.service import leave_note

RANK = (Role.PCSO.value, Role.SERGEANT.value, Role.INSPECTOR.value)  # whoever covers holds this role or one above it
ONE_DAY = timedelta(days=1)


def rests_through(asked: Covered, opened: Posting | None, postings: Sequence[Any]) -> date:
    """The last day on which a cover has what it rests on: the officer at home in the team that it opened, whoever covers at
    home with as much as it gives, and the posting that it opened itself."""
    home = [post for post in postings if post.kind == "home"]
    theirs = [p for p in home if p.officer_id == asked.officer_id and (opened is None or p.team_id == opened.team_id)]
    able = [p for p in home if p.officer_id == asked.cover_id and (opened is None or rank_of([p.role]) >= rank_of([opened.role]))]
    rests_on = [held_through([(p.starts_on, p.ends_on) for p in side], asked.starts_on) for side in (theirs, able)]
    return min(*rests_on, opened.ends_on if opened is not None and opened.ends_on is not None else date.max)


def team_postings(session: Session, officer_ids: Iterable[int | None]) -> Sequence[Any]:
    """Every posting of some officers to a team, whenever it holds: (officer_id, role, team_id, kind, starts_on, ends_on)."""
    return session.execute(
        select(Posting.officer_id, Posting.role, Posting.team_id, Posting.kind, Posting.starts_on, Posting.ends_on)
        .where(Posting.officer_id.in_([key for key in officer_ids if key is not None]), Posting.scope == "team")
        .order_by(Posting.id)
    ).all()


def at_home(postings: Iterable[Any], officer_id: int, on: date) -> list[Any]:
    """The postings that an officer holds at home on a day."""
    return [post for post in postings if post.officer_id == officer_id and post.kind == "home" and holds(post, on)]


def holds(post: Any, on: date) -> bool:
    """Whether a posting holds on a day, as `queries.holds_on` asks it."""
    return bool(post.starts_on <= on and (post.ends_on is None or on <= post.ends_on))


def rank_of(roles: Iterable[str]) -> int:
    """How high the highest of some roles stands."""
    return max((RANK.index(role) for role in roles if role in RANK), default=0)


def end_cover(session: Session, actor: Actor, cover_id: int, *, now: datetime) -> Cover:
    """Ends a cover now, with the access that it gave; one to come is taken back. By who is covered for, or by who leads a team
    of either of the two, also where they have left it since. Missing for anybody else, and for one that is over."""
    made, today = session.get(Cover, cover_id), london_day(now)
    if made is None or made.force_id != actor.force_id or made.ends_on < today:
        raise Missing
    if made.officer_id != actor.officer_id and not session.scalar(select(exists().where(_of_either(made, actor)))):
        raise Missing
    _shorten(session, actor, made, today - ONE_DAY, now)
    return made


def _of_either(made: Cover, actor: Actor) -> ColumnElement[bool]:
    """The postings of either side of a cover, or that it opened, to teams that the actor leads, since it was set."""
    both = and_(Posting.officer_id.in_([made.officer_id, made.cover_officer_id]), Posting.kind == "home")
    since = or_(Posting.ends_on.is_(None), Posting.ends_on >= london_day(made.set_at))
    led = Posting.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE)))
    return and_(led, or_(and_(both, since), Posting.id == made.posting_id))


def end_with_posting(session: Session, actor: Actor, posting: Posting, *, now: datetime) -> None:
    """Shortens the covers that rest on a posting whose end was set: nobody covers for longer than both are posted where they
    are, nor for longer than the posting that a cover opened. Tells who covers and who had set it."""
    either = or_(Cover.officer_id == posting.officer_id, Cover.cover_officer_id == posting.officer_id)
    found = session.scalars(select(Cover).where(either, Cover.ends_on > posting.ends_on, Cover.ends_on >= Cover.starts_on)).all()
    postings = team_postings(session, {who for made in found for who in (made.officer_id, made.cover_officer_id)})
    for made in found:
        opened = session.get(Posting, made.posting_id) if made.posting_id is not None else None
        asked = Covered(officer_id=made.officer_id, cover_id=made.cover_officer_id, starts_on=made.starts_on, ends_on=made.ends_on)
        through = rests_through(asked, opened, postings)
        if through < made.ends_on:
            _shorten(session, actor, made, through, now)
            _tell_shortened(session, actor, made, now)


def _tell_shortened(session: Session, actor: Actor, made: Cover, now: datetime) -> None:
    both = select(Officer.id, Officer.name).where(Officer.id.in_([made.officer_id, made.cover_officer_id]))
    names = {row.id: row.name for row in session.execute(both)}
    day = say_date(made.ends_on, london_day(now))
    words = f"{names[made.cover_officer_id]} covers for {names[made.officer_id]} until {day} and no longer: a posting it rested on ends."
    for officer_id in {made.cover_officer_id, made.set_by_id} - {None, actor.officer_id}:
        assert officer_id is not None
        leave_note(session, actor, officer_id, "officer", made.officer_id, words, now=now)


def _shorten(session: Session, actor: Actor, made: Cover, last: date, now: datetime) -> None:
    """Ends a cover after a day, and with it the posting that it opened; one that has not begun by then is taken back."""
    made.ends_on, made.ended_at = max(last, made.starts_on - ONE_DAY), now
    posting = session.get(Posting, made.posting_id) if made.posting_id is not None else None
    if posting is not None and (posting.ends_on is None or posting.ends_on > made.ends_on):
        posting.ends_on = made.ends_on
        record(session, actor, Operation.ALTERATION, "posting", [posting.id], fields=["ends_on"], now=now)
    record(session, actor, Operation.ALTERATION, "cover", [made.id], fields=["ends_on", "ended_at"], now=now)
