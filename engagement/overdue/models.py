"""Tables of lateness: flags with what cleared them, what a sergeant decided, and what an inspector asked where nobody had."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Flag(Diary, Model):
    """That a group became overdue: history, never the state itself."""

    __tablename__ = "flag"
    __table_args__ = table_args(UniqueConstraint("group_id", "due_on"), Index(None, "force_id", "team_id", "cleared_on"))
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    due_on: Mapped[date]
    raised_on: Mapped[date]
    assumed: Mapped[bool] = mapped_column(default=False)
    cleared_on: Mapped[date | None]
    cleared_by: Mapped[str | None] = mapped_column(String(20))  # overdue.domain.Cleared
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))


class Decision(Diary, Model):
    """What a sergeant decided about a group that was overdue on a date; it hangs on (group, due date)."""

    __tablename__ = "decision"
    __table_args__ = table_args(Index(None, "group_id", "due_on"), Index(None, "force_id", "team_id", "decided_at"))
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    due_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))  # ask | give | book | pause | agreement | snooze | dormant
    reason: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    until: Mapped[date | None]  # the last day on which it stands; none is as long as the due date is the same
    was_owner_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # before it was given to another
    note_id: Mapped[int | None] = mapped_column(ForeignKey("officer_note.id"))  # what an officer was told of it
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    undone_at: Mapped[datetime | None]


class InspectorAsk(Diary, Model):
    """What an inspector asked of the sergeants about a group that was long overdue and undecided; it hangs on (group, due date)."""

    __tablename__ = "inspector_ask"
    __table_args__ = table_args(Index(None, "group_id", "due_on"), Index(None, "force_id", "team_id", "asked_at"))
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    due_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))  # overdue.escalation.Ask: date | why
    words: Mapped[str] = mapped_column(Text)
    decide_by: Mapped[date]  # the last day for the sergeant's decision, or answer
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    undone_at: Mapped[datetime | None]
