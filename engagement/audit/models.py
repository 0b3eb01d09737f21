"""Tables of the record of who did what: chains of rows, their heads, daily seals; and old versions of records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Key, Model, table_args


class AuditRow(Model):
    """One thing that one person did. Triggers refuse to change it, and to delete it but behind its chain's base."""

    __tablename__ = "audit_row"
    __table_args__ = table_args(UniqueConstraint("chain", "seq"), Index(None, "force_id", "at"), Index(None, "actor_id", "at"))
    id: Mapped[Key]
    chain: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    force_id: Mapped[int | None]
    actor_id: Mapped[int | None]  # account
    actor_name: Mapped[str] = mapped_column(String(120))
    operation: Mapped[str] = mapped_column(String(20))
    entity: Mapped[str] = mapped_column(String(40))
    ids: Mapped[list[Any]]
    fields: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(String(300), default="")  # recipients of a disclosure, the words of no record


class AuditHead(Model):
    """The last row of a chain, so that rows cut off behind it are missed."""

    __tablename__ = "audit_head"
    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
    __table_args__ = ()


class AuditBase(Model):
    """The last row of a chain that was let go when its time was over: what is left of the chain is proved from here."""

    __tablename__ = "audit_base"
    chain: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))
    __table_args__ = ()


class AuditSeal(Model):
    """All heads of a day under one signature."""

    __tablename__ = "audit_seal"
    day: Mapped[date] = mapped_column(primary_key=True)
    heads: Mapped[dict[str, Any]]  # chain: [seq, hash]
    mac: Mapped[str] = mapped_column(String(64))
    __table_args__ = ()


class Version(Model):
    """What a record said before it was changed."""

    __tablename__ = "version"
    __table_args__ = table_args(UniqueConstraint("entity", "entity_id", "n"))
    id: Mapped[Key]
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]]
