"""The outbox: letters on their way, and addresses that refused one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Key, Model, table_args


class Letter(Model):
    """One message to one address. It is written in the transaction of its cause and sent by `send-mail`."""

    __tablename__ = "letter"
    __table_args__ = table_args(Index(None, "state", "next_try_at"), Index(None, "kind", "settled_at"))
    id: Mapped[Key]
    force_id: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(20))  # summary | digest | clock | password
    to: Mapped[str] = mapped_column(String(254))
    sender: Mapped[str] = mapped_column(String(300))
    reply_to: Mapped[str] = mapped_column(String(300), default="")
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # List-Unsubscribe and its like
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    working_hours_only: Mapped[bool] = mapped_column(default=False)  # 09:00 to 18:00 on working days
    state: Mapped[str] = mapped_column(String(20))  # waiting | sent | refused | stopped
    tries: Mapped[int] = mapped_column(default=0)
    written_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")  # what the other server said last
    claimed_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # when the letter's writer took note of what became of it


class DailyLetter(Model):
    """That an officer has had the day's letter of a slot. Every letter of the service to an officer takes its slot here first
    (`mail.service.post_daily`), and the database gives each out once."""

    __tablename__ = "daily_letter"
    __table_args__ = table_args(UniqueConstraint("officer_id", "day", "slot"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    day: Mapped[date]  # London's
    slot: Mapped[str] = mapped_column(String(10))  # mail.domain.Slot
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))


class RefusedAddress(Model):
    """An address that a server refused for good: nothing more goes to it until somebody mends it."""

    __tablename__ = "refused_address"
    address: Mapped[str] = mapped_column(String(254), primary_key=True)  # folded
    since: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = ()
