"""Tables of handovers: each with its checklist, who gets which group, what changed hands; and what works with whom."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Handover(Diary, Model):
    """An officer's patch on its way to a successor."""

    __tablename__ = "handover"
    __table_args__ = table_args(
        Index(None, "force_id", "team_id", "moved_at"),
        Index(None, "successor_id"),
        # An officer hands over once at a time, whoever begins it at the same moment.
        Index(
            "uq_handover_under_way",
            "officer_id",
            unique=True,
            sqlite_where=text("moved_at IS NULL AND called_off_at IS NULL"),
            postgresql_where=text("moved_at IS NULL AND called_off_at IS NULL"),
        ),
    )
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))  # who leaves
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))  # theirs when it began: its sergeants see it through
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    moves_on: Mapped[date | None]
    account_closed: Mapped[bool] = mapped_column(default=False)  # begun because the leaver's account was disabled
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # none: by the service
    leaver_signed_at: Mapped[datetime | None]
    leaver_signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # the leaver, or a sergeant in their place
    successor_signed_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    taken_back_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    letters_at: Mapped[datetime | None]  # when the groups' contacts were written to
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class HandoverStep(Diary, Model):
    """A line of the checklist that somebody ticked."""

    __tablename__ = "handover_step"
    __table_args__ = ()
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(20), primary_key=True)  # handover.domain.Step
    ticked_at: Mapped[datetime]
    ticked_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class HandoverApart(Diary, Model):
    """A group that goes to somebody else than the successor."""

    __tablename__ = "handover_apart"
    __table_args__ = ()
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))


class HandoverPart(Diary, Model):
    """What an officer besides the successor takes over, some groups apart: their lines of the checklist, and their signature."""

    __tablename__ = "handover_part"
    __table_args__ = (Index(None, "officer_id"),)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    ticked: Mapped[list[Any]] = mapped_column(default=list)  # handover.domain.Step
    signed_at: Mapped[datetime | None]


class HandoverMove(Diary, Model):
    """One thing that changed hands: what, to whom, and whether it went back."""

    __tablename__ = "handover_move"
    __table_args__ = table_args(UniqueConstraint("handover_id", "what", "entity_id"))
    id: Mapped[Key]
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"))
    what: Mapped[str] = mapped_column(String(20))  # group | concern | action | booking
    entity_id: Mapped[int]
    to_officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    went_back_at: Mapped[datetime | None]


class HandoverLetter(Diary, Model):
    """A letter "your officer is now ..." to a contact."""

    __tablename__ = "handover_letter"
    __table_args__ = (Index(None, "letter_id"),)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))


class Tip(Diary, Model):
    """What works with a group or one of its contacts. It is contact data: it goes with the contact's details."""

    __tablename__ = "tip"
    __table_args__ = table_args(Index(None, "group_id"), Index(None, "contact_id"))
    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    words: Mapped[str] = mapped_column(Text)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
