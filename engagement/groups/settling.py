"""Writes what the rules say into the register's columns: when each group is due, in one UPDATE, leaving versions alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, cast

from sqlalchemy import BindParameter, Table, bindparam, exists, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engagement.core.clock import london_day
from engagement.db import ask, dialect_of
from engagement.groups.domain import Agreement, Level, Pause, ask_again_on, asks_for_dates, due_dates, last_contact
from engagement.groups.frequency import Frequency, Term, soon_days
from engagement.groups.models import ContactAgreement, Group, GroupPause
from engagement.groups.queries import agreements_select, pauses_select, terms_of
from engagement.groups.silence import ask_dormant_again_on

BATCH = 500
LASTS = ("last_two_way_on", "last_one_way_on")
WORKED_OUT = (
    "next_due_on", "longest_on", "soon_days", "on_request", "assumed", "level", "frequency_words", "ask_again_on",
    "paused_from", "paused_until", "pause_reason",
)  # fmt: skip
_TABLE = cast(Table, Group.__table__)
_WRITE = update(_TABLE).where(_TABLE.c.id == bindparam("key")).values({name: bindparam(f"new_{name}") for name in (*LASTS, *WORKED_OUT)})
_OF_GROUPS: BindParameter[Any] = bindparam("ids", expanding=True)
_AGREED = agreements_select(_OF_GROUPS, *ContactAgreement.__table__.columns)
_PAUSED = pauses_select(_OF_GROUPS, *GroupPause.__table__.columns)
_STORED = (
    select(
        *(_TABLE.c[name] for name in ("id", "force_id", "dormant_on", *LASTS, *WORKED_OUT)),
        exists().where(GroupPause.group_id == _TABLE.c.id).label("has_pauses"),
    )
    .where(_TABLE.c.id.in_(_OF_GROUPS))
    .order_by(_TABLE.c.id)
)
_FIRST_OF_STORED = 3  # in a row of _STORED: where what is worked out begins
_NO_AGREEMENT: dict[str, Any] = {
    "next_due_on": None, "longest_on": None, "soon_days": 0, "on_request": False, "assumed": True, "level": "",
    "frequency_words": "", "ask_again_on": None,
}  # fmt: skip


def hold(session: Session, group_ids: Iterable[int]) -> list[int]:
    """Makes others who would change the same groups wait until this transaction is over; answers the ids, ascending.

    Call it before reading what a group's dates are worked out from. Ids ascend, so two callers never wait for each other.
    """
    wanted = sorted(set(group_ids))
    session.flush()
    if dialect_of(session) == "sqlite":
        return wanted  # whoever writes there is alone already
    for some in _batches(wanted):
        session.execute(select(_TABLE.c.id).where(_TABLE.c.id.in_(some)).order_by(_TABLE.c.id).with_for_update(key_share=True)).all()
    return wanted


def settle(session: Session, group_ids: Iterable[int], *, today: date) -> list[int]:
    """Works out when the groups are due and writes what differs; answers the ids that changed."""
    return _write(session, hold(session, group_ids), {}, today)


def contacted(session: Session, dates: Mapping[int, tuple[date | None, date | None]], *, today: date) -> list[int]:
    """Keeps each group's last two-way and last one-way contact, and settles; answers the ids that changed.

    Call `hold` before working the dates out, so that two entries logged at once both count.
    """
    return _write(session, hold(session, dates), dates, today)


def worked_out(session: Session, group_ids: Iterable[int], *, today: date) -> dict[int, dict[str, Any]]:
    """What the columns should say, by group id and column name, from the agreements, pauses and last contacts there are."""
    wanted = sorted(set(group_ids))
    return {key: new for some in _batches(wanted) for key, _old, new in _compared(session, some, {}, today)}


def drifted(session: Session, group_ids: Iterable[int], *, today: date) -> list[int]:
    """The groups whose columns do not say what the rules say: none, unless something wrote past the service."""
    wanted = sorted(set(group_ids))
    return [key for some in _batches(wanted) for key, old, new in _compared(session, some, {}, today) if old != new]


def agreement_facts(row: Any) -> Agreement:
    """What the rules ask of an agreement."""
    return Agreement(
        frequency=Frequency(row.frequency),
        every=row.every,
        starts_on=row.starts_on,
        longest_days=row.longest_days,
        dates=tuple(date.fromisoformat(day) for day in row.dates or ()),
        assumed=row.assumed,
        first_due_on=row.first_due_on,
        confirmed_on=row.confirmed_on,
    )


def pause_facts(row: Any) -> Pause:
    """What the rules ask of a pause."""
    return Pause(starts_on=row.starts_on, until=row.until, decided_on=london_day(row.recorded_at))


def _write(session: Session, ids: Sequence[int], dates: Mapping[int, tuple[date | None, date | None]], today: date) -> list[int]:
    changed = []
    for some in _batches(ids):
        differing = [(key, new) for key, old, new in _compared(session, some, dates, today) if old != new]
        if differing:
            ask(session, _WRITE, [{"key": key} | {f"new_{n}": v for n, v in new.items()} for key, new in differing])
        for key, new in differing:
            _refresh(session, key, new)
            changed.append(key)
    return changed


def _refresh(session: Session, key: int, new: Mapping[str, Any]) -> None:
    """A group that this session has loaded shows the new values, and is not written again for them."""
    loaded = session.identity_map.get(session.identity_key(Group, key))
    if loaded is not None:
        for name, value in new.items():
            set_committed_value(loaded, name, value)


def _compared(
    session: Session, ids: Sequence[int], dates: Mapping[int, tuple[date | None, date | None]], today: date
) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """For each group its id, what its columns say, and what they should say."""
    rows = ask(session, _STORED, {"ids": ids}).all()
    agreements = {row.group_id: row for row in ask(session, _AGREED, {"ids": ids})}
    pauses: dict[int, list[Any]] = defaultdict(list)
    paused = [row.id for row in rows if row.has_pauses]
    for pause in ask(session, _PAUSED, {"ids": paused}) if paused else ():
        pauses[pause.group_id].append(pause)
    terms: dict[int, tuple[Term, ...]] = {}
    for row in rows:
        agreement = agreements.get(row.id)
        if agreement is not None and agreement.frequency in (Frequency.TERMLY, Frequency.HALF_TERMLY) and row.force_id not in terms:
            terms[row.force_id] = terms_of(session, row.force_id)
        old = dict(zip((*LASTS, *WORKED_OUT), row[_FIRST_OF_STORED:], strict=False))
        lasts = dict(zip(LASTS, dates.get(row.id, (row.last_two_way_on, row.last_one_way_on)), strict=True))
        of_group = pauses.get(row.id, [])
        new = lasts | _due(agreement, lasts, of_group, terms.get(row.force_id, ())) | _pause_now(of_group, today)
        if row.dormant_on is not None:
            new |= {"next_due_on": None, "longest_on": None, "ask_again_on": ask_dormant_again_on(row.dormant_on, row.ask_again_on)}
        yield row.id, old, new


def _due(row: Any, lasts: Mapping[str, date | None], pauses: Sequence[Any], terms: Sequence[Term]) -> dict[str, Any]:
    if row is None:
        return dict(_NO_AGREEMENT)
    agreement, level = agreement_facts(row), Level(row.level)
    last = last_contact(level, lasts["last_two_way_on"], lasts["last_one_way_on"])
    due = due_dates(agreement, last, [pause_facts(p) for p in pauses], terms)
    words = agreement.frequency.say(agreement.every)
    return {
        "next_due_on": due.next_due_on if due else None,
        "longest_on": due.longest_on if due else None,
        "soon_days": due.soon_days if due else soon_days(agreement.cadence),
        "on_request": agreement.frequency is Frequency.ON_REQUEST,
        "assumed": row.assumed,
        "level": row.level,
        "frequency_words": f"{words}: ask for dates" if asks_for_dates(agreement, last) else words,
        "ask_again_on": ask_again_on(agreement),
    }


def _pause_now(pauses: Sequence[Any], today: date) -> dict[str, Any]:
    """The pause that holds now, the one that lasts longest where several do; else the next to come."""
    ahead = [p for p in pauses if p.until is None or p.until >= today]
    holding = [p for p in ahead if p.starts_on <= today]
    if holding:
        found = max(holding, key=lambda p: p.until or date.max)
    elif ahead:
        found = min(ahead, key=lambda p: p.starts_on)
    else:
        return {"paused_from": None, "paused_until": None, "pause_reason": ""}
    return {"paused_from": found.starts_on, "paused_until": found.until, "pause_reason": found.reason}


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    left = iter(ids)
    while some := list(islice(left, BATCH)):
        yield some
