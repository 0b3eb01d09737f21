"""Tables of the map: force, area, team, neighbourhood, ward, postcode, term dates."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Key, Model, table_args


class Force(Model):
    """A police force; `slug` is its data.police.uk id."""

    __tablename__ = "force"
    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))


class Area(Model):
    """A local policing area: several teams under one inspector."""

    __tablename__ = "area"
    __table_args__ = table_args(UniqueConstraint("force_id", "name"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    name: Mapped[str] = mapped_column(String(120))


class Team(Model):
    """A neighbourhood policing team, with the address that its letters come from."""

    __tablename__ = "team"
    __table_args__ = table_args(UniqueConstraint("force_id", "name"), Index(None, "area_id"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    telephone: Mapped[str] = mapped_column(String(40))


class Neighbourhood(Model):
    """A data.police.uk unit under a key of our own: its police.uk id may change, its slug does not."""

    __tablename__ = "neighbourhood"
    __table_args__ = table_args(UniqueConstraint("force_id", "slug"), Index(None, "force_id", "police_uk_id"), Index(None, "team_id"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    slug: Mapped[str] = mapped_column(String(120))
    police_uk_id: Mapped[str | None] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    boundary: Mapped[list[Any] | None]  # [[longitude, latitude], ...] rings, as in GeoJSON
    named_officer_id: Mapped[int | None] = mapped_column(BigInteger)  # who the public is given; people.Officer


class Ward(Model):
    """A council ward, mapped by hand onto a neighbourhood."""

    __tablename__ = "ward"
    __table_args__ = table_args(UniqueConstraint("force_id", "code"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    boundary: Mapped[list[Any] | None]


class Postcode(Model):
    """A postcode's place and neighbourhood."""

    __tablename__ = "postcode"
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    latitude: Mapped[float]
    longitude: Mapped[float]
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    __table_args__ = ()


class Term(Model):
    """A school term or half-term of a force's schools, for groups met once in each."""

    __tablename__ = "term"
    __table_args__ = table_args(UniqueConstraint("force_id", "kind", "starts_on"))
    id: Mapped[Key]
    force_id: Mapped[int] = mapped_column(ForeignKey("force.id"))
    kind: Mapped[str] = mapped_column(String(20))  # term | half-term
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
