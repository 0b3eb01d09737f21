"""Tables of what phones keep: the key of each account, what a device says is still unsent, what of that was written off, and entries
handed in for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class AccountKey(Model):
    """The random half of the key under which an account's phones keep what they hold; the other half is the service's secret."""

    __tablename__ = "account_key"
    __table_args__ = ()
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class DeviceReport(Model):
    """What a device said last of the entries of one account that it could not send: how many, since when. Nothing of what they say."""

    __tablename__ = "device_report"
    __table_args__ = table_args(UniqueConstraint("account_id", "device"), Index(None, "officer_id"), Index(None, "oldest_kept_at"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    device: Mapped[str] = mapped_column(String(60))
    unsent: Mapped[int]
    oldest_kept_at: Mapped[datetime | None]  # none while nothing is unsent
    heard_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # when its owner and their sergeant were told last; none since nothing was unsent
    refs: Mapped[list[Any]] = mapped_column(default=list)  # the references of what is unsent, by which it is known should it come
    heard_from_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # whose sign-in said so; none of a closed account's phone


class PhoneWriteOff(Diary, Model):
    """What was unsent on a phone that will not come back, as it was when whoever leads its officer's team wrote it off."""

    __tablename__ = "phone_write_off"
    __table_args__ = table_args(Index(None, "report_id"), Index(None, "force_id", "officer_id"))
    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("device_report.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    entries: Mapped[int]
    refs: Mapped[list[Any]] = mapped_column(default=list)
    gone: Mapped[str] = mapped_column(String(20))  # offline.domain.Gone
    words: Mapped[str] = mapped_column(Text, default="")
    written_off_at: Mapped[datetime]
    written_off_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    heard_again_at: Mapped[datetime | None]  # the phone turned up after all: what it says since then counts again
    came: Mapped[int] = mapped_column(default=0)  # of the entries, those that were sent or handed in after all


class HeldEntry(Diary, Model):
    """An entry from the phone of somebody whose account was disabled: it waits for their sergeant. `content` goes once it is ended."""

    __tablename__ = "held_entry"
    __table_args__ = table_args(Index(None, "force_id", "team_id", "ended"), Index(None, "account_id", "handed_in_at"))
    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))  # their last one
    client_ref: Mapped[str] = mapped_column(String(36), unique=True)
    content: Mapped[dict[str, Any]]  # as the phone sent it; empty once it is ended
    content_hash: Mapped[str] = mapped_column(String(64))
    typed_at: Mapped[datetime]  # by the phone's clock, put right
    device: Mapped[str] = mapped_column(String(60), default="")
    handed_in_at: Mapped[datetime]
    ended: Mapped[str | None] = mapped_column(String(20))  # accepted | refused
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))
