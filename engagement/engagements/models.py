"""Tables of contact: engagements, who was there for the police, and which groups."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Engagement(Diary, Model):
    """One contact or event: planned, happened or withdrawn; never deleted by people."""

    __tablename__ = "engagement"
    __table_args__ = table_args(
        Index(None, "force_id", "team_id", "happened_on"),
        Index(None, "recorded_by_id", "recorded_at"),
        Index(None, "force_id", "state", "planned_for"),
    )
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"))
    state: Mapped[str] = mapped_column(String(20))  # planned | happened | withdrawn
    kind: Mapped[str] = mapped_column(String(30))
    outcome: Mapped[str | None] = mapped_column(String(30))  # none while planned
    direction: Mapped[str] = mapped_column(String(10), default="ours")  # who began it: ours | theirs
    cancel_reason: Mapped[str | None] = mapped_column(String(20))  # of "cancelled by us": abstracted | leave | weather
    planned_for: Mapped[datetime | None]
    happened_at: Mapped[datetime | None]
    happened_on: Mapped[date | None]  # London's day of happened_at
    place: Mapped[str] = mapped_column(String(200), default="")
    attendance: Mapped[int | None]
    summary: Mapped[str] = mapped_column(Text, default="")
    raised_to_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    with_resident: Mapped[bool] = mapped_column(default=False)
    before_the_diary: Mapped[bool] = mapped_column(default=False)  # a last contact taken from a spreadsheet
    sensitive: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[str] = mapped_column(Text, default="")  # saved over the wording warning
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    content_hash: Mapped[str] = mapped_column(String(64), default="")  # of what was sent under client_ref
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class OpenMeeting(Diary, Model):
    """That anyone may come to what is booked: its kind, time and place stand on the neighbourhood's public page until then."""

    __tablename__ = "open_meeting"
    __table_args__ = (Index(None, "neighbourhood_id"),)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"))


class EngagementGroup(Diary, Model):
    """A group at an engagement. `counts` is what `engagements.domain.counts_as_contact` said of it."""

    __tablename__ = "engagement_group"
    __table_args__ = (Index(None, "group_id", "happened_on", "counts"),)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("community_group.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(10), default="with")  # with | also_there
    host: Mapped[bool] = mapped_column(default=False)
    spoke_with_them: Mapped[bool] = mapped_column(default=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"))
    counts: Mapped[bool] = mapped_column(default=False)
    happened_on: Mapped[date | None]  # as the engagement's, so that a group's last contact is one index away


class EngagementOfficer(Diary, Model):
    """An officer who was present."""

    __tablename__ = "engagement_officer"
    __table_args__ = (Index(None, "officer_id", "engagement_id"),)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)


class KeptElsewhere(Diary, Model):
    """That something went where it belongs instead of into the diary: kind and day, of some the reference, tied to nothing."""

    __tablename__ = "kept_elsewhere"
    __table_args__ = table_args()
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    kind: Mapped[str] = mapped_column(String(30))  # engagements.service.ELSEWHERE
    on: Mapped[date]
    reference: Mapped[str] = mapped_column(String(80), default="")  # of a crime or an assessment only
