"""Tables of the board: what was decided there about concerns and promises, and who was sent which digest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class DigestSent(Model):
    """That a month's figures are owed to an officer, and with which letter they went."""

    __tablename__ = "digest_sent"
    __table_args__ = table_args(UniqueConstraint("officer_id", "what", "day"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    what: Mapped[str] = mapped_column(String(20))  # figures
    day: Mapped[date]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))


class ItemDecision(Diary, Model):
    """What was decided on the board about a concern, an action or a promise, with the reason."""

    __tablename__ = "item_decision"
    __table_args__ = table_args(Index(None, "entity", "entity_id"), Index(None, "force_id", "team_id", "decided_at"))
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    entity: Mapped[str] = mapped_column(String(20))  # concern | action
    entity_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # board.deciding.ItemKind
    reason: Mapped[str] = mapped_column(Text)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # who was asked, or has it now
    was_officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    was_due_on: Mapped[date | None]  # before it was moved
    until: Mapped[date | None]  # the last day on which it stands
    note_id: Mapped[int | None] = mapped_column(ForeignKey("officer_note.id"))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    undone_at: Mapped[datetime | None]
