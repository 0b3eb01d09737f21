"""Conditions that every count of concerns shares, so that the monthly figures and the measures say the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_

from engagement.concerns.models import Concern


def opened_between(begins: Any, ends: Any) -> ColumnElement[bool]:
    """That a concern was first raised from one moment until before another."""
    return and_(Concern.first_raised_at >= begins, Concern.first_raised_at < ends)


def closed_between(begins: Any, ends: Any) -> ColumnElement[bool]:
    """That a concern was closed in between, and was not opened again since."""
    return and_(Concern.closed_at >= begins, Concern.closed_at < ends)
