"""Tables of dip-samples: one sample for each team and month, and the entries that were drawn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class DipSample(Diary, Model):
    """A team's sample of one month: drawn once, with the seed that anybody can draw it from again."""

    __tablename__ = "dip_sample"
    __table_args__ = table_args(UniqueConstraint("team_id", "month"), Index(None, "force_id", "month"))
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    month: Mapped[str] = mapped_column(String(7))  # "2026-10": when the entries were recorded
    seed: Mapped[str] = mapped_column(String(64))
    drawn_from: Mapped[int]  # how many entries there were to draw from
    drawn_at: Mapped[datetime]


class DipEntry(Diary, Model):
    """One entry that was drawn, and what the sergeant made of it."""

    __tablename__ = "dip_entry"
    __table_args__ = table_args(UniqueConstraint("sample_id", "entity", "entity_id"))
    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("dip_sample.id"))
    place: Mapped[int]  # in the order in which it was drawn, from 1
    entity: Mapped[str] = mapped_column(String(20))  # engagement | concern | action
    entity_id: Mapped[int]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))  # who recorded it
    overridden: Mapped[bool] = mapped_column(default=False)  # saved over a warning about its words
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    comment: Mapped[str] = mapped_column(Text, default="")
    commented_at: Mapped[datetime | None]
    note_id: Mapped[int | None] = mapped_column(ForeignKey("officer_note.id"))
