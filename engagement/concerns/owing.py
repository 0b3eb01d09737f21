"""What raisers are owed, an answer within its hours or the outcome: for lists, and as conditions that other questions ask with."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.domain import ASKED_NOT, NO_WAY, ConcernState, TellingKind
from engagement.concerns.models import Concern, Raising, Telling
from engagement.concerns.queries import visible_to
from engagement.db import ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one raising is still owed: an answer, or the outcome of what was done or of what cannot be."""

    raising_id: int
    concern_id: int
    group_id: int
    title: str
    kind: Literal["answer", "outcome"]
    raised_at: datetime


def owed_to(session: Session, group_ids: Collection[int], actor: Actor | None = None) -> list[Owed]:
    """What groups are owed, oldest first. An answer where none was given, the outcome once there is one to tell.

    Given an actor, only of concerns that they may read.
    """
    if not group_ids:
        return []
    return read_owed(ask(session, _owed_of_groups(actor), {"groups": sorted(set(group_ids))}))


def owed_select(raised_by: ColumnElement[bool], actor: Actor | None) -> Any:
    """The question of `owed_to` for the raisings of a condition, built once where it is asked often; `read_owed` reads its rows."""
    ended = Concern.state == ConcernState.OUTCOME_OWED
    statement = (
        select(Raising.id, Raising.concern_id, Raising.group_id, Raising.raised_at, Concern.title, ended.label("ended"))
        .join(Concern, Concern.id == Raising.concern_id)
        .where(raised_by, *owed_conditions())
        .order_by(Raising.raised_at, Raising.id)
    )
    return statement if actor is None else statement.where(visible_to(actor))


@lru_cache(maxsize=1024)
def _owed_of_groups(actor: Actor | None) -> Any:
    """The question of `owed_to`, put together once for each reader; `groups` is bound when it is asked."""
    return owed_select(Raising.group_id.in_(bindparam("groups", expanding=True)), actor)


def read_owed(rows: Iterable[Any]) -> list[Owed]:
    """What the rows of `owed_select` say."""
    return [
        Owed(
            raising_id=row.id,
            concern_id=row.concern_id,
            group_id=row.group_id,
            title=row.title,
            kind="outcome" if row.ended else "answer",
            raised_at=row.raised_at,
        )
        for row in rows
    ]


def owed_conditions() -> tuple[ColumnElement[bool], ...]:
    """That a raising, joined to its concern, is still owed an answer, or the outcome of what has ended."""
    ended = Concern.state == ConcernState.OUTCOME_OWED
    return (*to_hear(), Concern.state != ConcernState.CLOSED, or_(and_(ended, ~_told(TellingKind.OUTCOME)), unanswered()))


def to_hear() -> tuple[ColumnElement[bool], ...]:
    """That a raising stands, and its raiser did not ask not to be told: only for those do the 72 hours run."""
    return (
        Raising.withdrawn_at.is_(None),
        Raising.wants_to_hear.is_(True),
        or_(Raising.not_told.is_(None), Raising.not_told != ASKED_NOT),
    )


def unanswered() -> ColumnElement[bool]:
    """That a raising has neither an answer nor the outcome: its 72 hours run, or ran out."""
    return ~_told(TellingKind.ANSWER, TellingKind.OUTCOME)


def first_answer() -> Any:
    """When a raising of the outer question was answered, or none; as `concerns.domain.answered_at` says it."""
    return first_told(TellingKind.ANSWER, TellingKind.OUTCOME)


def first_told(*kinds: TellingKind) -> Any:
    """When a raising of the outer question was first told one of these, or none; as `concerns.domain.told` says it."""
    return (
        select(func.min(Telling.told_at))
        .where(Telling.raising_id == Raising.id, Telling.kind.in_(kinds), Telling.taken_back_at.is_(None), _to_them())
        .correlate(Raising)
        .scalar_subquery()
    )


def _to_them() -> ColumnElement[bool]:
    return or_(Telling.how != "public", Raising.not_told == NO_WAY)


def _told(*kinds: TellingKind) -> ColumnElement[bool]:
    """That a raising of the outer question was told one of these; as `concerns.domain.told` says it."""
    return exists().where(Telling.raising_id == Raising.id, Telling.kind.in_(kinds), Telling.taken_back_at.is_(None), _to_them())
