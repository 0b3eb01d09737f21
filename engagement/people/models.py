"""Tables of people: officers, their accounts, postings, absences, and what sign-in must remember."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Officer(Diary, Model):
    """Anyone a concern can be raised to, by collar number, with an account or without."""

    __tablename__ = "officer"
    __table_args__ = table_args(UniqueConstraint("force_id", "collar_number"), Index(None, "force_id", "name_folded"))
    id: Mapped[Key]
    collar_number: Mapped[str] = mapped_column(String(20))
    rank: Mapped[str] = mapped_column(String(40))  # PCSO, PC, Sergeant, Inspector, Staff
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(120))
    telephone: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class Account(Model):
    """How an officer signs in. A changed `nonce` ends every session of the account."""

    __tablename__ = "account"
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # folded to lower case
    password_hash: Mapped[str | None] = mapped_column(String(200))  # none until the link is used
    nonce: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]


class Posting(Diary, Model):
    """What an officer is, where, and from when to when: the only source of roles."""

    __tablename__ = "posting"
    __table_args__ = table_args(Index(None, "officer_id"), Index(None, "team_id"), Index(None, "area_id"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    role: Mapped[str] = mapped_column(String(20))  # access.Role
    scope: Mapped[str] = mapped_column(String(10))  # team | area | force
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    kind: Mapped[str] = mapped_column(String(10), default="home")  # home | cover
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the last day


class Absence(Diary, Model):
    """Days on which an officer is off, both ends included."""

    __tablename__ = "absence"
    __table_args__ = table_args(Index(None, "officer_id", "starts_on"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(40), default="leave")


class DutyPattern(Diary, Model):
    """How an officer's days on and off go round, from when: a change ends one and begins the next (`people.duty.Pattern`).

    `anchor` is a day's number (`date.toordinal()`), so that both databases can tell by arithmetic whether a day is a rest day.
    """

    __tablename__ = "duty_pattern"
    __table_args__ = table_args(
        Index(None, "officer_id", "starts_on"),
        Index(
            "uq_duty_pattern_in_force",
            "officer_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
    )
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    anchor: Mapped[int]
    turns: Mapped[str] = mapped_column(String(80))  # one letter a day, "-" a rest day
    length: Mapped[int]  # of turns
    hours: Mapped[list[Any]] = mapped_column(default=list)  # of ["14:00", "22:00"] or null, by letter
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class Cover(Diary, Model):
    """Who stands in for an officer between two days, both included. One that is ended early ends before the day of it.

    `posting_id` is the posting that opens the officer's team to somebody of another team, for exactly as long.
    """

    __tablename__ = "cover"
    __table_args__ = table_args(Index(None, "officer_id", "ends_on"), Index(None, "cover_officer_id", "ends_on"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    cover_officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    posting_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    set_at: Mapped[datetime]


class LoginAttempt(Model):
    """One try at signing in, kept to slow the next: counted by account and by network address."""

    __tablename__ = "login_attempt"
    __table_args__ = table_args(Index(None, "email", "at"), Index(None, "address", "at"))
    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    succeeded: Mapped[bool]


class EndedSession(Model):
    """A session that was signed out of: its cookie, wherever a copy of it is, opens nothing any more."""

    __tablename__ = "ended_session"
    __table_args__ = (Index(None, "ended_at"),)
    name: Mapped[str] = mapped_column(String(60), primary_key=True)  # as the cookie has it
    ended_at: Mapped[datetime]


class Device(Model):
    """A phone enrolled for the longer idle limit; the cookie's token is kept as a hash."""

    __tablename__ = "device"
    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    enrolled_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class PasswordLink(Model):
    """A link with which an officer sets a password, once."""

    __tablename__ = "password_link"
    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OfficerNote(Diary, Model):
    """Something an officer is told on their shift page: who left it, about what, and when it was put away."""

    __tablename__ = "officer_note"
    __table_args__ = table_args(Index(None, "officer_id", "put_away_at"))
    id: Mapped[Key]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    about: Mapped[str] = mapped_column(String(20))  # group | concern | summary
    about_id: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text)
    left_at: Mapped[datetime]
    left_by: Mapped[str] = mapped_column(String(120))
    put_away_at: Mapped[datetime | None]
