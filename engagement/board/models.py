"""The table of who was sent which digest: one row for a recipient and a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Key, Model, table_args


class DigestSent(Model):
    """That an officer has had the day's digest, or the month's figures."""

    __tablename__ = "digest_sent"
    __table_args__ = table_args(UniqueConstraint("officer_id", "what", "day"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    what: Mapped[str] = mapped_column(String(20))  # digest | figures
    day: Mapped[date]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
