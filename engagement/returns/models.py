"""Tables of quarterly returns: the return of a team, its part for each priority, and who signed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class QuarterlyReturn(Diary, Model):
    """What a team reports of a quarter. `figures` were counted at `taken_at`; what was recorded since is "+2 since the draft"."""

    __tablename__ = "quarterly_return"
    __table_args__ = table_args(UniqueConstraint("team_id", "quarter"), Index(None, "force_id", "quarter"))
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    quarter: Mapped[str] = mapped_column(String(7))  # 2026-Q3
    introduction: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[list[Any]]  # one for each neighbourhood: name, and counts by the names of returns.figures
    drafted_at: Mapped[datetime]
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # none: by the service
    taken_at: Mapped[datetime]
    override_reason: Mapped[str] = mapped_column(Text, default="")  # saved over the wording warning
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class ReturnPart(Diary, Model):
    """What a return says of one priority: drafted from the records, then edited; the records never change with it."""

    __tablename__ = "return_part"
    __table_args__ = table_args(UniqueConstraint("return_id", "priority_id"), Index(None, "priority_id"))
    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("quarterly_return.id"))
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    neighbourhood: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    agreed: Mapped[str] = mapped_column(Text)
    work: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    left_out: Mapped[bool] = mapped_column(default=False)
    edited_at: Mapped[datetime | None]  # taking new records in leaves what somebody edited as it is
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    override_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class ReturnSignature(Diary, Model):
    """Who signed what: `seal` is of the words and figures as they were. `standing` is 1, or empty once something changed.

    Unique while it stands for each role and for each officer: nobody signs twice, whatever they press at once.
    """

    __tablename__ = "return_signature"
    __table_args__ = table_args(UniqueConstraint("return_id", "role", "standing"), UniqueConstraint("return_id", "officer_id", "standing"))
    id: Mapped[Key]
    return_id: Mapped[int] = mapped_column(ForeignKey("quarterly_return.id"))
    role: Mapped[str] = mapped_column(String(20))  # sergeant | inspector
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    signed_at: Mapped[datetime]
    seal: Mapped[str] = mapped_column(String(64))
    standing: Mapped[int | None] = mapped_column(Integer)
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
