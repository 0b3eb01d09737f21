"""The table of which job ran for which period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Key, Model, table_args


class JobRun(Model):
    """One job for one period: claimed with a lease, done once."""

    __tablename__ = "job_run"
    __table_args__ = table_args(UniqueConstraint("name", "period"))
    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(40))
    claimed_by: Mapped[str] = mapped_column(String(80))
    fence: Mapped[int]  # grows with each claim; only its newest holder may finish
    lease_until: Mapped[datetime]
    started_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
