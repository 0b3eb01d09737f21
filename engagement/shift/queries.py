"""Who should I see, and what did I promise: everything on the first page of a shift, in a fixed number of questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.queries import Owed, owed_to
from engagement.concerns.saying import ClockWords, clock_words
from engagement.concerns.timing import rule
from engagement.core.clock import london_day, london_moment
from engagement.db import ask as send
from engagement.groups.channels import Channel, tap_to_reach
from engagement.groups.explain import Badge, badge
from engagement.groups.queries import ContactCard, contacts_of, facts_of
from engagement.notices.meanwhile import how_many
from engagement.people.duty import OfficerDays, hours_on, last_on, off_until
from engagement.people.queries import days_of, notes_of
from engagement.shift import statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Something booked: today's with its time, or past and waiting for "Did it happen?"."""

    id: int
    kind: str
    planned_for: datetime
    place: str
    groups: Sequence[Any]  # (id, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """An answer that is owed, and how long it still has."""

    concern_id: int
    title: str
    due_at: datetime
    words: ClockWords | None
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSee:
    """A group to see: how late, how often, what is owed, how to reach it."""

    id: int
    name: str
    neighbourhood_id: int
    how_often: str
    assumed: bool
    sergeant_first: bool
    badge: Badge
    owner: str  # empty where it is the reader
    tries: int
    owed: Sequence[Owed]
    booked_for: datetime | None
    call: str  # a link, or empty
    call_whom: str
    latitude: float | None
    longitude: float | None
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Covering:
    """A colleague who is off and whom the reader covers."""

    officer_id: int
    name: str
    since: date
    until: date
    due: int
    promises: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The page, from the top."""

    past: Sequence[Planned]
    planned: Sequence[Planned]
    clocks: Sequence[Clock]
    promises: Sequence[Any]  # (id, what, due_on, is_promise, to, group_id, whose)
    to_see: Sequence[ToSee]
    due: int
    late_in_teams: int  # for who has a board
    covering: Sequence[Covering]
    notes: Sequence[Any]  # rows with the columns of a note
    note_names: Mapping[int, str]
    hours: str  # of today's shift, "late, 14:00-22:00"; empty where they are not known
    off_until: date | None  # where the reader is off today
    last_on: datetime | None
    meanwhile: int  # things that happened since

    @property
    def sensitive(self) -> bool:
        """Whether anything on the page is OFFICIAL-SENSITIVE, which marks the whole page."""
        return any(clock.sensitive for clock in self.clocks) or any(group.sensitive for group in self.to_see)

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to do."""
        return not (
            self.past or self.planned or self.clocks or self.promises or self.to_see or self.covering or self.notes or self.meanwhile
        )


def shift_of(session: Session, actor: Actor, *, patch: bool, now: datetime) -> Shift:
    """The shift of an officer; with `patch` every group of their teams that is due, else their own and those of nobody."""
    officer_id, today = actor.officer_id or 0, london_day(now)
    ask = partial(send, session)
    covering = [
        Covering(officer_id=r.id, name=r.name, since=r.starts_on, until=r.ends_on, due=r.due, promises=r.promises)
        for r in ask(statements.covering(today), {"officer": officer_id})
    ]
    due, late = ask(statements.counts(actor, patch, today)).one()
    days = days_of(session, [officer_id], today).get(officer_id, OfficerDays())
    hours, since = hours_on(days, today), last_on(days, today)
    notes = notes_of(session, officer_id)
    about = [note.about_id for note in notes if note.about == "group" and note.about_id is not None]
    owners = [officer_id, *(c.officer_id for c in covering)]
    planned = _planned(ask, actor, owners, min((c.since for c in covering), default=today), today)
    return Shift(
        past=[p for p in planned if p.planned_for < now],
        planned=[p for p in planned if p.planned_for >= now],
        clocks=[
            Clock(
                concern_id=r.id,
                title=r.title,
                due_at=r.answer_due_at,
                words=clock_words(r.answer_due_at, now, rule()),
                sensitive=r.sensitive,
            )
            for r in ask(statements.clocks(actor), {"officers": owners})
        ],
        promises=ask(statements.promises(actor), {"officer": officer_id, "officers": owners}).all(),
        to_see=_to_see(session, actor, patch, today) if due else [],
        due=due,
        late_in_teams=late,
        covering=covering,
        notes=notes,
        note_names={row.id: row.name for row in ask(statements.names(actor), {"ids": about})} if about else {},
        hours=hours.said() if hours is not None else "",
        off_until=off_until(days, today),
        last_on=since,
        meanwhile=how_many(session, officer_id, actor.readable_teams, since) if since is not None else 0,
    )


def _planned(ask: Callable[..., Any], actor: Actor, officers: list[int], since: date, today: date) -> list[Planned]:
    """What is booked until tonight: the reader's own, what is past included, and of those they cover what fell in since then."""
    days = {"since": london_moment(since), "until": london_moment(today + timedelta(days=1))}
    who = {"force": actor.force_id, "officer": actor.officer_id, "officers": officers}
    rows = ask(statements.PLANNED, who | days).all()
    groups: dict[int, list[Any]] = {row.id: [] for row in rows}
    for name in ask(statements.planned_with(actor), {"ids": list(groups)}) if groups else ():
        groups[name.engagement_id].append(name)
    return [Planned(id=r.id, kind=r.kind, planned_for=r.planned_for, place=r.place, groups=groups[r.id]) for r in rows]


def _to_see(session: Session, actor: Actor, patch: bool, today: date) -> list[ToSee]:
    ask = partial(send, session)
    rows = ask(statements.to_see(actor, patch, today)).all()
    ids = [row.id for row in rows]
    contacts = contacts_of(session, ids)
    owed: dict[int, list[Owed]] = {}
    for one in owed_to(session, ids, actor):
        owed.setdefault(one.group_id, []).append(one)
    seen = []
    for row in rows:
        call, whom = _call(contacts.get(row.id, ()))
        seen.append(
            ToSee(
                id=row.id, name=row.name, neighbourhood_id=row.neighbourhood_id, how_often=row.frequency_words.lower(),
                assumed=row.assumed, sergeant_first=row.sergeant_first, badge=badge(facts_of(row), today),
                owner="" if row.owner_id == actor.officer_id else row.owner or "", tries=row.tries,
                owed=owed.get(row.id, ()), booked_for=row.booked_for, call=call, call_whom=whom,
                latitude=row.latitude, longitude=row.longitude, sensitive=row.sensitive,
            )
        )  # fmt: skip
    return seen


def _call(contacts: Sequence[ContactCard]) -> tuple[str, str]:
    """The first number that somebody of theirs may be called on, and who that is."""
    for contact in contacts:
        ways = [c for c in (*contact.channels, Channel.MOBILE, Channel.TELEPHONE) if c in (Channel.MOBILE, Channel.TELEPHONE)]
        for way in ways:
            number = contact.mobile if way == Channel.MOBILE else contact.telephone
            if number and not contact.do_not_contact:
                return tap_to_reach(way, number), contact.role or contact.name
    return "", ""
