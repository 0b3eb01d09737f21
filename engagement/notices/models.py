"""Tables of what officers are told: what each has chosen, which clock was handed on to whom, links to calendars."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class NoticeChoice(Diary, Model):
    """What an officer has chosen about their digest; who has no row has chosen nothing and gets all of it."""

    __tablename__ = "notice_choice"
    __table_args__ = ()
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, autoincrement=False)
    off: Mapped[list[Any]] = mapped_column(default=list)  # kinds that are switched off: notices.domain.Kind
    hour: Mapped[str] = mapped_column(String(5), default="")  # "07:30", London's; empty is when the shift begins
    by_mail: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]


class ClockTold(Model):
    """That a clock which would run out before its owner's next digest was handed on, to whom: once for each time it runs."""

    __tablename__ = "clock_told"
    __table_args__ = table_args(UniqueConstraint("concern_id", "answer_due_at"))
    id: Mapped[Key]
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"))
    answer_due_at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    told_at: Mapped[datetime]


class ClockNamed(Model):
    """That an officer's digest of a day named an answer that is owed: no other mail tells them the same again that day."""

    __tablename__ = "clock_named"
    __table_args__ = ()
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True, autoincrement=False)
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"), primary_key=True, autoincrement=False)
    day: Mapped[date]  # London's


class CalendarLink(Model):
    """An account's own address of its calendar; the token in it is kept as a hash."""

    __tablename__ = "calendar_link"
    __table_args__ = table_args()
    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
