"""What every service of concerns checks first: that the record is there, is the actor's to read, and may be changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import not_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern, Raising
from engagement.concerns.queries import actions_visible_to, visible_to
from engagement.core.clock import london_day
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.texts import clean_text, one_line
from engagement.groups.models import Group
from engagement.groups.queries import kept_from
from engagement.people.models import Officer

Kept = TypeVar("Kept", Concern, Raising, Action)

SKEW = timedelta(minutes=5)  # how far a phone's clock may run ahead
TITLE, LINE, TEXT = 200, 300, 4000
CLOSED = "This concern is closed. If it has come back, record who raised it again."
CHANGED = "Somebody else changed this while you had it open. Both versions are below: put in what should stand, and save again."


def readable_concern(session: Session, actor: Actor, concern_id: int) -> Concern:
    """The concern, if the actor may read it; a job of the service reads those of its force. Else `Missing`."""
    mine = Concern.force_id == actor.force_id if actor.account_id is None else visible_to(actor)
    concern = session.scalar(select(Concern).where(Concern.id == concern_id, mine))
    if concern is None:
        raise Missing
    return concern


def is_sensitive(session: Session, concern_id: int | None, group_id: int | None = None) -> bool:
    """Whether a concern or a group (either may be none) is OFFICIAL-SENSITIVE: how a page about what hangs on it is marked."""
    asked = [select(Concern.id).where(Concern.id == concern_id, Concern.sensitive)] if concern_id is not None else []
    asked += [select(Group.id).where(Group.id == group_id, Group.sensitive)] if group_id is not None else []
    return any(session.scalar(question) is not None for question in asked)


def open_concern(session: Session, actor: Actor, concern_id: int) -> Concern:
    """As `readable_concern`; refuses one that is closed."""
    concern = readable_concern(session, actor, concern_id)
    if concern.state == ConcernState.CLOSED:
        raise Refused(CLOSED)
    return concern


def readable_action(session: Session, actor: Actor, action_id: int) -> Action:
    """The action or promise, if the actor may read it and it was not withdrawn. Else `Missing`."""
    action = session.scalar(select(Action).where(Action.id == action_id, actions_visible_to(actor), Action.withdrawn_at.is_(None)))
    if action is None:
        raise Missing
    return action


def readable_raising(session: Session, actor: Actor, raising_id: int) -> tuple[Raising, Concern]:
    """The raising that stands and its concern, if the actor may read it. Else `Missing`."""
    raising = session.scalar(
        select(Raising).where(Raising.id == raising_id, Raising.force_id == actor.force_id, Raising.withdrawn_at.is_(None))
    )
    if raising is None:
        raise Missing
    return raising, readable_concern(session, actor, raising.concern_id)


def group_of_force(session: Session, actor: Actor, group_id: int) -> Group:
    """Any group of the actor's force that is not kept from them: what names one says its name. Refused beside `group_id` where there is none."""
    ours = (Group.force_id == actor.force_id,) if actor.account_id is None else (Group.force_id == actor.force_id, not_(kept_from(actor)))
    group = session.scalar(select(Group).where(Group.id == group_id, *ours))
    if group is None:
        raise Refused("Choose a group from the list", field="group_id")
    return group


def officer_of_force(session: Session, actor: Actor, officer_id: int | None, *, field: str) -> int:
    """The officer's id, or the actor's own where none is given; refused for one who is not of the force."""
    if officer_id is None or officer_id == actor.officer_id:
        if actor.officer_id is None:
            raise Refused("Choose an officer", field=field)
        return actor.officer_id
    if session.scalar(select(Officer.id).where(Officer.id == officer_id, Officer.force_id == actor.force_id)) is None:
        raise Refused("Choose an officer from the list", field=field)
    return officer_id


def required_line(text: str, *, field: str, what: str, sentence: str, longest: int = LINE) -> str:
    """The text on one line; refused with the sentence where it is empty."""
    line = one_line(text, longest=longest, field=field, what=what)
    if not line:
        raise Refused(sentence, field=field)
    return line


def free_text(text: str, *, field: str, what: str) -> str:
    """A text of several lines, which may be empty."""
    return clean_text(text, longest=TEXT, field=field, what=what)


def past_moment(moment: datetime, now: datetime, *, field: str) -> datetime:
    """A moment that is not in the future; a phone's clock may be some minutes ahead."""
    if moment > now + SKEW:
        raise Refused("Time must be now or in the past", field=field)
    if moment.year < 2000:
        raise Refused("Year must be 2000 or later", field=field)
    return min(moment, now)


def past_day(day: date, now: datetime, *, field: str) -> date:
    """A day that is today or earlier."""
    if day > london_day(now):
        raise Refused("Date must be today or in the past", field=field)
    if day.year < 2000:
        raise Refused("Year must be 2000 or later", field=field)
    return day


def count(number: int | None, *, field: str) -> int | None:
    """A measured result: none, or a whole number from 0 to a million."""
    if number is not None and not 0 <= number <= 1_000_000:
        raise Refused("Number must be from 0 to 1,000,000", field=field)
    return number


def add_once(session: Session, record: Kept) -> Kept:
    """Adds the record, or answers the one that the same form made at the same moment: one `client_ref`, one record."""
    ref = record.client_ref
    if ref is None:
        session.add(record)
        session.flush()
        return record
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError:
        table: Any = type(record)
        made: Kept | None = session.scalar(select(table).where(table.client_ref == ref))
        if made is None:
            raise
        return made
    return record


def same_version(record: Concern | Action, version: int | None, theirs: dict[str, str]) -> None:
    """Raises `Conflict`, with what the record says now, where it was changed since the version that was read."""
    if version is not None and record.version != version:
        raise Conflict(CHANGED, theirs=theirs)


def as_text(record: Concern | Action, names: Iterable[str]) -> dict[str, Any]:
    """Fields of a record as JSON can hold them, for its kept versions."""
    values = {name: getattr(record, name) for name in names}
    return {name: value.isoformat() if isinstance(value, (date, datetime)) else value for name, value in values.items()}
