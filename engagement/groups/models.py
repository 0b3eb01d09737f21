"""Tables of the register: groups, whom they span and speak for, contacts, agreements, pauses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Group(Diary, Model):
    """Any public group or community, or a key individual.

    `last_two_way_on`, `last_one_way_on`, `next_due_on` and `longest_on` are worked out by the rules in
    `groups.domain` and stored in the transaction that changes their inputs; `check-due` proves them. They are
    written by UPDATE and leave `version` alone, so that logging a visit never spoils an open edit.
    """

    __tablename__ = "community_group"
    __table_args__ = table_args(
        Index(None, "force_id", "name_folded"),
        Index(None, "force_id", "team_id", "next_due_on"),
        Index(None, "force_id", "team_id", "longest_on"),
        Index(None, "owner_id", "next_due_on"),
        Index(None, "neighbourhood_id"),
    )
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"))
    name: Mapped[str] = mapped_column(String(200))
    name_folded: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))  # config/vocabulary.toml
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    may_be_named: Mapped[bool]
    sergeant_first: Mapped[bool] = mapped_column(default=False)  # "speak to the sergeant before visiting"
    sensitive: Mapped[bool] = mapped_column(default=False)  # OFFICIAL-SENSITIVE
    to_confirm: Mapped[bool] = mapped_column(default=False)  # typed while logging, not looked at yet
    about: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(Text, default="")
    postcode: Mapped[str] = mapped_column(String(8), default="")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    website: Mapped[str] = mapped_column(String(300), default="")
    dormant_on: Mapped[date | None]
    dormant_reason: Mapped[str] = mapped_column(Text, default="")
    paused_from: Mapped[date | None]  # the pause that holds now or comes next; history in group_pause
    paused_until: Mapped[date | None]  # last day; none is open-ended
    pause_reason: Mapped[str] = mapped_column(Text, default="")
    on_request: Mapped[bool] = mapped_column(default=False)  # of the agreement in force, for lists
    assumed: Mapped[bool] = mapped_column(default=True)  # of the agreement in force, for lists
    level: Mapped[str] = mapped_column(String(20), default="")  # of the agreement in force, for lists
    frequency_words: Mapped[str] = mapped_column(String(60), default="")  # of the agreement in force, for lists
    soon_days: Mapped[int] = mapped_column(default=5)  # how long before the date it is due soon
    last_two_way_on: Mapped[date | None]
    last_one_way_on: Mapped[date | None]
    next_due_on: Mapped[date | None]
    longest_on: Mapped[date | None]
    ask_again_on: Mapped[date | None]  # on request: when to ask whether that is still right
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class GroupNeighbourhood(Diary, Model):
    """A neighbourhood that a group spans beside its home."""

    __tablename__ = "group_neighbourhood"
    __table_args__ = (Index(None, "neighbourhood_id", "group_id"),)
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True)


class GroupCharacteristic(Diary, Model):
    """A community that a group speaks for. Held for groups only, never for a person."""

    __tablename__ = "group_characteristic"
    __table_args__ = ()
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    characteristic: Mapped[str] = mapped_column(String(40), primary_key=True)


class Contact(Diary, Model):
    """A person who speaks for a group. `channels` lists how they want to be reached, best first."""

    __tablename__ = "contact"
    __table_args__ = table_args(Index(None, "group_id"), Index(None, "email"), Index(None, "force_id", "mail_suspended_at"))
    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    name: Mapped[str] = mapped_column(String(120))
    name_folded: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(80), default="")
    telephone: Mapped[str] = mapped_column(String(40), default="")
    mobile: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    channels: Mapped[list[Any]] = mapped_column(default=list)  # of "telephone", "mobile", "email", "visit", "post"
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    gets_letters: Mapped[bool] = mapped_column(default=True)  # the monthly You said ... We did
    mail_suspended_at: Mapped[datetime | None]  # bounced: "phone instead"
    best_times: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(60), default="")
    access_needs: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class ContactAgreement(Diary, Model):
    """How much and how often a group wants to be in touch, from when; a change ends one and begins the next."""

    __tablename__ = "contact_agreement"
    __table_args__ = table_args(
        Index(None, "group_id", "starts_on"),
        # One agreement is in force for each group, whoever writes at the same time.
        Index(
            "uq_contact_agreement_in_force",
            "group_id",
            unique=True,
            sqlite_where=text("ends_on IS NULL"),
            postgresql_where=text("ends_on IS NULL"),
        ),
    )
    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    level: Mapped[str] = mapped_column(String(20))
    frequency: Mapped[str] = mapped_column(String(20))
    every: Mapped[int | None]  # the N of "every N days / weeks / months"
    dates: Mapped[list[Any] | None]  # of "per meeting": ISO days
    longest_days: Mapped[int | None]  # an agreed longest gap, days; else by rule
    assumed: Mapped[bool]
    agreed_with: Mapped[str] = mapped_column(String(200), default="")
    agreed_on: Mapped[date | None]
    first_due_on: Mapped[date | None]  # of assumed ones from an import: spread over the first interval
    confirmed_on: Mapped[date | None]  # on request: when they last said that this is still right
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]  # the day before the next one begins; none while in force
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class GroupPause(Diary, Model):
    """A time in which a group is not due: why, and until when. One that was called off before it began ends before it starts."""

    __tablename__ = "group_pause"
    __table_args__ = table_args(Index(None, "group_id", "starts_on"))
    id: Mapped[Key]
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"))
    starts_on: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))


class ImportBatch(Diary, Model):
    """A spreadsheet that was taken in: its fingerprint, so that the same file twice changes nothing."""

    __tablename__ = "import_batch"
    __table_args__ = table_args(UniqueConstraint("force_id", "what", "sha256"))
    id: Mapped[Key]
    what: Mapped[str] = mapped_column(String(20))  # groups | officers
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[int]
    made: Mapped[int]
    changed: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
