"""Tables of You said ... We did: a month's summary, its items, what went to whom, and who stopped it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Summary(Diary, Model):
    """One neighbourhood's month."""

    __tablename__ = "summary"
    __table_args__ = table_args(
        UniqueConstraint("neighbourhood_id", "month"), Index(None, "force_id", "team_id", "month"), Index(None, "state", "lettered_at")
    )
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"))
    month: Mapped[str] = mapped_column(String(7))  # 2026-10
    state: Mapped[str] = mapped_column(String(20))  # drafted | with_approver | approved
    drafted_at: Mapped[datetime]  # records entered later show as "+2 since"
    drafter_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    reminded_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    lettered_at: Mapped[datetime | None]  # when its letters were written into the outbox


class SummaryItem(Diary, Model):
    """The wording of one concern's you said, we did, what next; approved once, used everywhere."""

    __tablename__ = "summary_item"
    __table_args__ = table_args(UniqueConstraint("summary_id", "concern_id"), Index(None, "concern_id"))
    id: Mapped[Key]
    summary_id: Mapped[int] = mapped_column(ForeignKey("summary.id"))
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"))
    language: Mapped[str] = mapped_column(String(5), default="en")
    you_said: Mapped[str] = mapped_column(Text)
    we_did: Mapped[str] = mapped_column(Text)
    what_next: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(10), default="everyone")  # everyone | group
    audience_group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    left_out: Mapped[bool] = mapped_column(default=False)
    left_out_reason: Mapped[str] = mapped_column(Text, default="")
    cleared: Mapped[list[Any]] = mapped_column(default=list)  # fingerprints of findings that an approver cleared
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # none: drafted by the service
    written_at: Mapped[datetime]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    corrected_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    approved_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class MonthlyLetter(Diary, Model):
    """That an address has its letter for a month: one row each, so that running twice sends nothing twice."""

    __tablename__ = "monthly_letter"
    __table_args__ = table_args(UniqueConstraint("force_id", "address", "month"))
    id: Mapped[Key]
    address: Mapped[str] = mapped_column(String(254))  # folded
    month: Mapped[str] = mapped_column(String(7))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    came_back_at: Mapped[datetime | None]  # refused, or bounced after it was taken


class LetterContact(Diary, Model):
    """A contact that a letter is for, as somebody who speaks for a group; one address may be several."""

    __tablename__ = "letter_contact"
    __table_args__ = table_args(Index(None, "monthly_letter_id"), Index(None, "group_id"))
    id: Mapped[Key]
    monthly_letter_id: Mapped[int] = mapped_column(ForeignKey("monthly_letter.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))


class LetterItem(Diary, Model):
    """An item that a letter carries, and for which contact's group: what its delivery tells."""

    __tablename__ = "letter_item"
    __table_args__ = table_args(Index(None, "monthly_letter_id"))
    id: Mapped[Key]
    monthly_letter_id: Mapped[int] = mapped_column(ForeignKey("monthly_letter.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("summary_item.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    tells: Mapped[str] = mapped_column(String(10))  # outcome, or answer while the matter is not at its end


class Stop(Model):
    """An address's own link with which it stops these mails, and whether it has."""

    __tablename__ = "stop"
    __table_args__ = table_args(UniqueConstraint("force_id", "address"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    address: Mapped[str] = mapped_column(String(254))  # folded
    token: Mapped[str] = mapped_column(String(60), unique=True)
    stopped_at: Mapped[datetime | None]
