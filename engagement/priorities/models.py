"""Tables of a neighbourhood's priorities: the priority, its public wordings, the concerns behind it, what was done, who was told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Priority(Diary, Model):
    """What a neighbourhood asked its police to put first.

    A live one holds one of the three places of its neighbourhood: `slot` is 1 to 3, unique there, and empty once it
    ended. So no two people can make a fourth between them, whatever they do at once. `told_on` and `fresh_until` are
    worked out by `priorities.domain` from what was agreed and told, in the transaction that changes those.
    """

    __tablename__ = "priority"
    __table_args__ = table_args(
        UniqueConstraint("neighbourhood_id", "slot"),
        CheckConstraint(
            "(slot IS NULL AND ended_on IS NOT NULL) OR (slot IS NOT NULL AND slot BETWEEN 1 AND 3 AND ended_on IS NULL)",
            name="live_has_a_place",
        ),
        Index(None, "force_id", "team_id", "ended_on", "fresh_until"),
        Index(None, "agreed_engagement_id"),
    )
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"))
    slot: Mapped[int | None] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    agreed_on: Mapped[date]
    agreed_at: Mapped[str] = mapped_column(String(200), default="")  # where, in words
    agreed_with: Mapped[str] = mapped_column(String(200), default="")
    agreed_engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))
    told_on: Mapped[date | None]  # when people were last told of it, after it was agreed
    fresh_until: Mapped[date]
    ended_on: Mapped[date | None]
    how_ended: Mapped[str | None] = mapped_column(String(20))  # priorities.domain.Ended
    ended_because: Mapped[str] = mapped_column(Text, default="")
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    override_reason: Mapped[str] = mapped_column(Text, default="")  # saved over the wording warning
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class PriorityWording(Diary, Model):
    """What anyone may read of a priority. The newest that is approved is public; an approved one is never changed."""

    __tablename__ = "priority_wording"
    __table_args__ = table_args(UniqueConstraint("priority_id", "n"))
    id: Mapped[Key]
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    n: Mapped[int]
    issue: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text, default="")
    action_on: Mapped[date | None]  # when the words of the action were last changed
    written_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    written_at: Mapped[datetime]
    cleared: Mapped[list[Any]] = mapped_column(default=list)  # fingerprints of findings that an approver cleared
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    approved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class PriorityConcern(Diary, Model):
    """A concern behind a priority, until it is taken out again."""

    __tablename__ = "priority_concern"
    __table_args__ = table_args(UniqueConstraint("priority_id", "concern_id"), Index(None, "concern_id"))
    id: Mapped[Key]
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"))
    put_in_at: Mapped[datetime]
    put_in_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    taken_out_at: Mapped[datetime | None]


class PriorityWork(Diary, Model):
    """A line of what was done for a priority, beside the actions of the concerns behind it."""

    __tablename__ = "priority_work"
    __table_args__ = table_args(Index(None, "priority_id", "done_on"))
    id: Mapped[Key]
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    done_on: Mapped[date]
    what: Mapped[str] = mapped_column(Text)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")


class PriorityTold(Diary, Model):
    """That people were told about a priority: at an engagement, in a summary, or publicly and where."""

    __tablename__ = "priority_told"
    __table_args__ = table_args(
        UniqueConstraint("priority_id", "summary_id"), Index(None, "priority_id", "told_on"), Index(None, "engagement_id")
    )
    id: Mapped[Key]
    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id"))
    told_on: Mapped[date]
    how: Mapped[str] = mapped_column(String(20))  # priorities.domain.How
    where: Mapped[str] = mapped_column(String(200), default="")
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))
    summary_id: Mapped[int | None] = mapped_column(ForeignKey("summary.id"))
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # none: by the service
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
