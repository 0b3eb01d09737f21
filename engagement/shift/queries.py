"""Who should I see, and what did I promise: everything on the first page of a shift, in a fixed number of questions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.owing import Owed, owed_to
from engagement.concerns.saying import ClockWords, clock_words
from engagement.concerns.timing import rule
from engagement.core.clock import london_day, london_moment
from engagement.db import ask as send
from engagement.groups.channels import Channel, tap_to_reach
from engagement.groups.explain import Badge, badge
from engagement.groups.queries import facts_of
from engagement.groups.silence import TRIES
from engagement.notices.meanwhile import how_many
from engagement.people.duty import OfficerDays, back_on, hours_on, last_on
from engagement.people.duty_queries import days_of
from engagement.people.queries import notes_of
from engagement.shift import statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Something booked: today's with its time, or past and waiting for "Did it happen?"."""

    id: int
    kind: str
    planned_for: datetime
    place: str
    groups: Sequence[Any]  # (id, name, sergeant_first)

    @property
    def sergeant_first(self) -> bool:
        """Whether one of the groups is marked "speak to the sergeant before visiting"."""
        return any(group.sergeant_first for group in self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """An answer that is owed, and how long it still has."""

    concern_id: int
    title: str
    due_at: datetime
    words: ClockWords | None
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Answers that are owed from one engagement, the first due first, or a single one: one line of the page. `who` raised them."""

    who: str
    engagement_id: int | None
    all: Sequence[Clock]

    @property
    def first(self) -> Clock:
        """The one that is due first."""
        return self.all[0]


@dataclass(slots=True, kw_only=True)
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
    other_call: str  # after three tries in vain: the number of somebody else of theirs
    other_whom: str
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
    clocks: Sequence[Clocks]
    promises: Sequence[Any]  # (id, what, due_on, is_promise, to, group_id, whose)
    to_see: Sequence[ToSee]
    due: int
    late_in_teams: int  # for who has a board
    covering: Sequence[Covering]
    notes: Sequence[Any]  # rows with the columns of a note
    note_names: Mapping[int, str]
    hours: str  # of today's shift, "late, 14:00-22:00"; empty where they are not known
    back_on: date | None  # where the reader is off today
    last_on: datetime | None
    meanwhile: int  # things that happened since

    @property
    def sensitive(self) -> bool:
        """Whether anything on the page is OFFICIAL-SENSITIVE, which marks the whole page."""
        return any(one.sensitive for clocks in self.clocks for one in clocks.all) or any(group.sensitive for group in self.to_see)

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all to do."""
        return not (
            self.past or self.planned or self.clocks or self.promises or self.to_see or self.covering or self.notes or self.meanwhile
        )


def shift_of(session: Session, actor: Actor, *, patch: bool, now: datetime) -> Shift:
    """The shift of an officer; with `patch` every group of their teams that is due, else their own and those of nobody.

    One question says what there is; what there is not is not asked for.
    """
    officer_id, today = actor.officer_id or 0, london_day(now)
    ask, tonight = partial(send, session), london_moment(today + timedelta(days=1))
    there = ask(statements.waiting(actor), {"officer": officer_id, "today": today, "until": tonight}).one()
    covering = _covering(ask, officer_id, today) if there.covers else []
    days = days_of(session, [officer_id], today)[officer_id] if there.days else OfficerDays()
    hours, last = hours_on(days, today), last_on(days, today)
    notes = notes_of(session, officer_id) if there.notes else []
    about = [note.about_id for note in notes if note.about == "group" and note.about_id is not None]
    who = {"officer": officer_id, "officers": [officer_id, *(c.officer_id for c in covering)]}
    planned = []
    if there.planned or covering:
        since = london_moment(min((c.since for c in covering), default=today))
        planned = _planned(ask, actor, who | {"force": actor.force_id, "since": since, "until": tonight})
    to_see, due = _to_see(session, actor, patch, today)
    return Shift(
        past=[p for p in planned if p.planned_for < now],
        planned=[p for p in planned if p.planned_for >= now],
        clocks=_clocks(ask, actor, who["officers"], now) if there.clocks or covering else [],
        promises=ask(statements.promises(actor), who) if there.promises or covering else [],
        to_see=to_see,
        due=due,
        late_in_teams=there.late,
        covering=covering,
        notes=notes,
        note_names={row.id: row.name for row in ask(statements.names(actor), {"ids": about})} if about else {},
        hours=hours.said() if hours is not None else "",
        back_on=back_on(days, today),
        last_on=last,
        meanwhile=how_many(session, actor.force_id, officer_id, actor.readable_teams, last) if last is not None else 0,
    )


Ask = Callable[..., Any]


def _covering(ask: Ask, officer_id: int, today: date) -> list[Covering]:
    return [
        Covering(officer_id=r.id, name=r.name, since=r.starts_on, until=r.ends_on, due=r.due, promises=r.promises)
        for r in ask(statements.covering(today), {"officer": officer_id})
    ]


def _clocks(ask: Ask, actor: Actor, owners: Any, now: datetime) -> list[Clocks]:
    """The answers owed, the shortest time left first; what was raised at one engagement stands together."""
    counted = rule()
    together: dict[tuple[str, int], tuple[str, int | None, list[Clock]]] = {}
    for r in ask(statements.clocks(actor), {"officers": owners}):
        words = clock_words(r.answer_due_at, now, counted)
        one = Clock(concern_id=r.id, title=r.title, due_at=r.answer_due_at, words=words, sensitive=r.sensitive)
        key = ("engagement", r.engagement_id) if r.engagement_id is not None else ("concern", r.id)
        together.setdefault(key, (r.who or "", r.engagement_id, []))[2].append(one)
    return [Clocks(who=who, engagement_id=engagement_id, all=found) for who, engagement_id, found in together.values()]


def _planned(ask: Ask, actor: Actor, asked: Mapping[str, Any]) -> list[Planned]:
    """What is booked until tonight: the reader's own, what is past included, and of those they cover what fell in since then."""
    rows = ask(statements.PLANNED, asked)
    groups: dict[int, list[Any]] = {row.id: [] for row in rows}
    for name in ask(statements.planned_with(actor), {"ids": list(groups)}) if groups else ():
        groups[name.engagement_id].append(name)
    return [Planned(id=r.id, kind=r.kind, planned_for=r.planned_for, place=r.place, groups=groups[r.id]) for r in rows]


def _to_see(session: Session, actor: Actor, patch: bool, today: date) -> tuple[list[ToSee], int]:
    """The groups to see, as many as the page shows, and how many are due in all."""
    ask = partial(send, session)
    rows = ask(statements.to_see(actor, patch, today))
    if not rows:
        return [], 0
    ids = [row.id for row in rows]
    call: dict[int, list[tuple[str, str]]] = {}
    for contact in ask(statements.CALLS, {"groups": ids}):
        call.setdefault(contact.group_id, []).append(_call(contact))
    owed: dict[int, list[Owed]] = {}
    for one in owed_to(session, ids, actor):
        owed.setdefault(one.group_id, []).append(one)
    seen = []
    for row in rows:
        (link, whom), *others = call.get(row.id, [NOBODY])
        other_call, other_whom = next((one for one in others if one[0] != link), NOBODY) if row.tries >= TRIES else NOBODY
        seen.append(
            ToSee(
                id=row.id, name=row.name, neighbourhood_id=row.neighbourhood_id, how_often=row.frequency_words.lower(),
                assumed=row.assumed, sergeant_first=row.sergeant_first, badge=badge(facts_of(row), today),
                owner="" if row.owner_id == actor.officer_id else row.owner or "", tries=row.tries,
                owed=owed.get(row.id, ()), booked_for=row.booked_for, call=link, call_whom=whom, other_call=other_call, other_whom=other_whom,
                latitude=row.latitude, longitude=row.longitude, sensitive=row.sensitive,
            )
        )  # fmt: skip
    return seen, rows[0].of_all


NOBODY = ("", "")


@lru_cache(maxsize=256)
def _rung_first(channels: str) -> Channel:
    return next((Channel(c) for c in json.loads(channels) if c in (Channel.MOBILE, Channel.TELEPHONE)), Channel.MOBILE)


def _call(contact: Any) -> tuple[str, str]:
    """The number on which somebody may be called, the one they want first, and who that is."""
    way = _rung_first(contact.channels)
    number = contact.mobile if way == Channel.MOBILE else contact.telephone
    if not number:
        way, number = (Channel.TELEPHONE, contact.telephone) if way == Channel.MOBILE else (Channel.MOBILE, contact.mobile)
    return tap_to_reach(way, number), contact.role or contact.name
