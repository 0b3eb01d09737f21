"""Conditions that every count of concerns shares, so that the monthly figures and the measures say the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from engagement.concerns.models import Concern, ConcernClosing


def opened_between(begins: Any, ends: Any) -> ColumnElement[bool]:
    """That a concern was first raised from one moment until before another."""
    return and_(Concern.first_raised_at >= begins, Concern.first_raised_at < ends)


def closed_between(begins: Any, ends: Any) -> ColumnElement[bool]:
    """That a concern was closed in between, and not opened again before the end: each counts once, however often it was closed."""
    then = exists().where(ConcernClosing.closed_at >= begins, _stood_at(ends))
    return or_(and_(Concern.closed_at >= begins, Concern.closed_at < ends), then)


def open_at(moment: Any) -> ColumnElement[bool]:
    """That a concern had been raised before a moment and was not closed then, whatever became of it since."""
    return and_(
        Concern.first_raised_at < moment, or_(Concern.closed_at.is_(None), Concern.closed_at >= moment), ~exists().where(_stood_at(moment))
    )


def shut_at(moment: Any) -> ColumnElement[bool]:
    """That a concern which was opened again later was closed at a moment."""
    return exists().where(_stood_at(moment))


def closing_standing_at(moment: Any) -> Any:
    """When a concern that was opened again later had been closed, as it stood at a moment; none where it was not closed then."""
    return select(func.max(ConcernClosing.closed_at)).where(_stood_at(moment)).correlate(Concern).scalar_subquery()


def _stood_at(moment: Any) -> ColumnElement[bool]:
    """That an earlier closing of the concern stood at a moment."""
    return and_(ConcernClosing.concern_id == Concern.id, ConcernClosing.closed_at < moment, ConcernClosing.opened_again_at >= moment)
