"""Writes what the rules say into the register's columns: when each group is due, in one UPDATE, leaving versions alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, cast

from sqlalchemy import BindParameter, ColumnElement, Select, Table, and_, bindparam, exists, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from engagement.core.clock import london_day
from engagement.db import ask, dialect_of
from engagement.groups.domain import Agreement, Level, Pause, ask_again_on, asks_for_dates, due_dates, last_contact
from engagement.groups.frequency import Frequency, Term, soon_days
from engagement.groups.models import ContactAgreement, Group, GroupPause
from engagement.groups.queries import pauses_select, terms_of
from engagement.groups.silence import ask_dormant_again_on

BATCH = 500
LASTS = ("last_two_way_on", "last_one_way_on")
WORKED_OUT = (
    "next_due_on", "longest_on", "soon_days", "on_request", "assumed", "level", "frequency_words", "ask_again_on",
    "paused_from", "paused_until", "pause_reason",
)  # fmt: skip
_TABLE = cast(Table, Group.__table__)
_OF_GROUPS: BindParameter[Any] = bindparam("ids", expanding=True)
_PAUSED = pauses_select(_OF_GROUPS, *GroupPause.__table__.columns)
_STORED_NAMES = ("id", "force_id", "dormant_on", *LASTS, *WORKED_OUT)
_AGREED = ContactAgreement.__table__.alias("agreed")
_AGREED_NAMES = ("level", "frequency", "every", "starts_on", "longest_days", "dates", "assumed", "first_due_on", "confirmed_on")


class AgreementRow(NamedTuple):
    """The columns of an agreement that the rules ask for."""

    level: str
    frequency: str
    every: int
    starts_on: date
    longest_days: int | None
    dates: Sequence[str] | None
    assumed: bool
    first_due_on: date | None
    confirmed_on: date | None


def settling_question(*more: ColumnElement[Any]) -> Select[Any]:
    """What the columns of groups (`ids`, bound when asked) say, their agreement in force, and whether they have pauses;
    and `more` of each."""
    in_force = and_(_AGREED.c.group_id == _TABLE.c.id, _AGREED.c.ends_on.is_(None))
    return (
        select(
            *(_TABLE.c[name] for name in _STORED_NAMES),
            *(_AGREED.c[name].label(f"agreed_{name}") for name in _AGREED_NAMES),
            exists().where(GroupPause.group_id == _TABLE.c.id).label("has_pauses"),
            *more,
        )
        .outerjoin_from(_TABLE, _AGREED, in_force)
        .where(_TABLE.c.id.in_(_OF_GROUPS))
        .order_by(_TABLE.c.id)
    )


_STORED = settling_question()
_COMPARED = (*LASTS, *WORKED_OUT)
_FIRST_COMPARED = len(_STORED_NAMES) - len(_COMPARED)
_FIRST_AGREED, _AFTER_AGREED = len(_STORED_NAMES), len(_STORED_NAMES) + len(_AGREED_NAMES)
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


def contacted_as_read(
    session: Session, rows: Sequence[Any], dates: Mapping[int, tuple[date | None, date | None]], *, today: date
) -> list[int]:
    """As `contacted`, where the caller has held the groups and read `rows` of a `settling_question` with its dates."""
    return _keep(session, _worked_out_of(session, rows, dates, today))


def worked_out(session: Session, group_ids: Iterable[int], *, today: date) -> dict[int, dict[str, Any]]:
    """What the columns should say, by group id and column name, from the agreements, pauses and last contacts there are."""
    wanted = sorted(set(group_ids))
    return {key: new for some in _batches(wanted) for key, _old, new in _compared(session, some, {}, today)}


def drifted(session: Session, group_ids: Iterable[int], *, today: date) -> list[int]:
    """The groups whose columns do not say what the rules say: none, unless something wrote past the service."""
    wanted = sorted(set(group_ids))
    return [key for some in _batches(wanted) for key, old, new in _compared(session, some, {}, today) if old != new]


def agreement_facts(row: Any) -> Agreement:
    """What the rules ask of an agreement: the same columns say the same."""
    dates = tuple(row.dates) if row.dates else ()
    return _facts(row.frequency, row.every, row.starts_on, row.longest_days, dates, row.assumed, row.first_due_on, row.confirmed_on)


@lru_cache(maxsize=4096)
def _facts(
    frequency: str, every: int | None, starts_on: date, longest_days: int | None, dates: tuple[str, ...], assumed: bool,
    first_due_on: date | None, confirmed_on: date | None,
) -> Agreement:  # fmt: skip
    return Agreement(
        frequency=Frequency(frequency), every=every, starts_on=starts_on, longest_days=longest_days,
        dates=tuple(date.fromisoformat(day) for day in dates), assumed=assumed, first_due_on=first_due_on, confirmed_on=confirmed_on,
    )  # fmt: skip


def pause_facts(row: Any) -> Pause:
    """What the rules ask of a pause."""
    return Pause(starts_on=row.starts_on, until=row.until, decided_on=london_day(row.recorded_at))


def _write(session: Session, ids: Sequence[int], dates: Mapping[int, tuple[date | None, date | None]], today: date) -> list[int]:
    return [key for some in _batches(ids) for key in _keep(session, _compared(session, some, dates, today))]


def _keep(session: Session, compared: Iterable[tuple[int, dict[str, Any], dict[str, Any]]]) -> list[int]:
    """Writes what differs; answers the ids of those groups."""
    differing = [(key, old, new) for key, old, new in compared if old != new]
    if differing:
        names = tuple([name for name in _COMPARED if any(old[name] != new[name] for _key, old, new in differing)])
        ask(session, _written(names), [{"key": key} | {f"new_{name}": new[name] for name in names} for key, _old, new in differing])
    if session.identity_map:
        for key, _old, new in differing:
            _refresh(session, key, new)
    return [key for key, _old, _new in differing]


@lru_cache(maxsize=256)
def _written(names: tuple[str, ...]) -> Any:
    """What writes these columns of a group: an index of one that stays the same is left alone."""
    return update(_TABLE).where(_TABLE.c.id == bindparam("key")).values({name: bindparam(f"new_{name}") for name in names})


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
    return _worked_out_of(session, ask(session, _STORED, {"ids": ids}), dates, today)


def _worked_out_of(
    session: Session, rows: Sequence[Any], dates: Mapping[int, tuple[date | None, date | None]], today: date
) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    pauses: dict[int, list[Any]] = defaultdict(list)
    paused = [row.id for row in rows if row.has_pauses]
    for pause in ask(session, _PAUSED, {"ids": paused}) if paused else ():
        pauses[pause.group_id].append(pause)
    terms: dict[int, tuple[Term, ...]] = {}
    for row in rows:
        agreement = AgreementRow(*row[_FIRST_AGREED:_AFTER_AGREED]) if row.agreed_level is not None else None
        if agreement is not None and agreement.frequency in (Frequency.TERMLY, Frequency.HALF_TERMLY) and row.force_id not in terms:
            terms[row.force_id] = terms_of(session, row.force_id)
        old = dict(zip(_COMPARED, row[_FIRST_COMPARED:_FIRST_AGREED], strict=True))
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
