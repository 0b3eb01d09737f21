"""Tables of what communities raise: concerns, raisings, actions (and promises), tellings, chases of the 72 hours."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from engagement.db import Diary, Key, Model, table_args


class Concern(Diary, Model):
    """What is the matter, and where.

    `state` and `answer_due_at` are worked out by `concerns.domain` from raisings, actions and tellings, and stored
    for lists in the transaction that changes those; nobody picks them. `answer_due_at` is the earliest 72 hours
    still running, or none.
    """

    __tablename__ = "concern"
    __table_args__ = table_args(
        Index(None, "force_id", "team_id", "state"),
        Index(None, "force_id", "team_id", "answer_due_at"),
        Index(None, "neighbourhood_id", "state"),
        Index(None, "owner_id"),
    )
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"))
    title: Mapped[str] = mapped_column(String(200))
    title_folded: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(40))
    asb_type: Mapped[str | None] = mapped_column(String(20))  # personal | nuisance | environmental
    detail: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    sensitive: Mapped[bool] = mapped_column(default=False)
    override_reason: Mapped[str] = mapped_column(Text, default="")
    side_end: Mapped[str | None] = mapped_column(String(20))  # concerns.domain.SideEnd
    side_end_reason: Mapped[str] = mapped_column(Text, default="")
    side_end_at: Mapped[datetime | None]
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("concern.id"))
    public_said: Mapped[str] = mapped_column(Text, default="")  # a public wording of its own
    state: Mapped[str] = mapped_column(String(30))
    answer_due_at: Mapped[datetime | None]
    first_raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class ConcernClosing(Diary, Model):
    """That a concern was closed and opened again later: what its `closed_at` said meanwhile. Counts of the past ask it."""

    __tablename__ = "concern_closing"
    __table_args__ = table_args(Index(None, "concern_id", "closed_at"))
    id: Mapped[Key]
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"))
    closed_at: Mapped[datetime]
    opened_again_at: Mapped[datetime]


class Raising(Diary, Model):
    """One raiser and one concern. Who it was raised to and who recorded it are two facts."""

    __tablename__ = "raising"
    __table_args__ = table_args(Index(None, "concern_id"), Index(None, "group_id"), Index(None, "engagement_id"))
    id: Mapped[Key]
    concern_id: Mapped[int] = mapped_column(ForeignKey("concern.id"))
    raiser: Mapped[str] = mapped_column(String(20))  # group | resident | business | councillor | partner | meeting
    group_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    raised_at: Mapped[datetime]
    raised_to_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    recorded_at: Mapped[datetime]
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))
    wants_to_hear: Mapped[bool] = mapped_column(default=True)
    hear_how: Mapped[str] = mapped_column(String(40), default="")  # telephone, email, visit, meeting, letter, public
    hear_by: Mapped[date | None]
    not_told: Mapped[str | None] = mapped_column(String(20))  # asked_not | no_way
    detail: Mapped[str] = mapped_column(Text, default="")
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")


class ReplyAddress(Diary, Model):
    """Where an unnamed resident can be answered: kept apart, seen by owner and sergeant, erased after the outcome."""

    __tablename__ = "reply_address"
    __table_args__ = table_args()
    id: Mapped[Key]
    raising_id: Mapped[int] = mapped_column(ForeignKey("raising.id"), unique=True)
    address: Mapped[str] = mapped_column(String(254))
    erase_after: Mapped[date | None]


# Few actions are promises to a group; an index of all of them would look useless to a planner that counts how many say nothing.
_PROMISED: dict[str, Any] = {on: text("promised_to_id IS NOT NULL") for on in ("sqlite_where", "postgresql_where")}


class Action(Diary, Model):
    """What was or will be done, by an officer, a partner (a referral) or the community; or a promise."""

    __tablename__ = "action"
    __table_args__ = table_args(
        Index(None, "concern_id"),
        Index(None, "promised_to_id", **_PROMISED),
        Index(None, "officer_id", "ended_on", "due_on"),
        Index(None, "force_id", "team_id", "due_on"),
        Index(None, "engagement_id"),
    )
    id: Mapped[Key]
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    concern_id: Mapped[int | None] = mapped_column(ForeignKey("concern.id"))
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))
    by: Mapped[str] = mapped_column(String(20))  # officer | partner | community
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    partner: Mapped[str] = mapped_column(String(80), default="")
    reference: Mapped[str] = mapped_column(String(80), default="")
    expected_on: Mapped[date | None]  # when the partner is expected to answer
    partner_outcome: Mapped[str] = mapped_column(Text, default="")
    what: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(Text, default="")
    result_number: Mapped[int | None]
    public_wording: Mapped[str] = mapped_column(Text, default="")
    is_promise: Mapped[bool] = mapped_column(default=False)
    reports: Mapped[bool] = mapped_column(default=False)  # a promise to come back and tell: no work on the concern
    promised_to_id: Mapped[int | None] = mapped_column(ForeignKey("community_group.id"))
    promised_to: Mapped[str] = mapped_column(String(120), default="")  # in words, where it is no group
    promised_on: Mapped[date | None]
    ended: Mapped[str | None] = mapped_column(String(20))  # kept | moved | could_not
    ended_on: Mapped[date | None]
    ended_words: Mapped[str] = mapped_column(Text, default="")
    moved_to_id: Mapped[int | None] = mapped_column(ForeignKey("action.id"))
    override_reason: Mapped[str] = mapped_column(Text, default="")  # saved over the wording warning
    client_ref: Mapped[str | None] = mapped_column(String(36), unique=True)
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    version: Mapped[int] = mapped_column(Integer)
    __mapper_args__ = {"version_id_col": version}


class KeptThere(Diary, Model):
    """The engagement in which a promise was kept, for as long as it stands as kept there: taken back, the promise is open again."""

    __tablename__ = "kept_there"
    __table_args__ = table_args(Index(None, "engagement_id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), primary_key=True, autoincrement=False)
    engagement_id: Mapped[int] = mapped_column(ForeignKey("engagement.id"))


class Telling(Diary, Model):
    """One raising told once: that it was received, our answer, or the outcome."""

    __tablename__ = "telling"
    __table_args__ = table_args(Index(None, "raising_id"), Index(None, "engagement_id"), Index(None, "letter_id"))
    id: Mapped[Key]
    raising_id: Mapped[int] = mapped_column(ForeignKey("raising.id"))
    kind: Mapped[str] = mapped_column(String(20))  # received | answer | outcome
    told_at: Mapped[datetime]
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    how: Mapped[str] = mapped_column(String(20))  # engagement | letter | public | telephone | email
    engagement_id: Mapped[int | None] = mapped_column(ForeignKey("engagement.id"))
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    where: Mapped[str] = mapped_column(String(200), default="")  # of a public telling
    words: Mapped[str] = mapped_column(Text, default="")
    recourse: Mapped[bool] = mapped_column(default=False, server_default=false())  # what they can do about an answer that is late
    taken_back_at: Mapped[datetime | None]
    taken_back_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]


class ClockChase(Diary, Model):
    """That somebody was reminded of an answer not given yet: once for each raising and mark. None is chased where nobody looks
    after the concern, which the sergeant sees."""

    __tablename__ = "clock_chase"
    __table_args__ = table_args(UniqueConstraint("raising_id", "mark"), Index(None, "officer_id", "chased_at"))
    id: Mapped[Key]
    raising_id: Mapped[int] = mapped_column(ForeignKey("raising.id"))
    mark: Mapped[int]  # hours gone
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))  # the owner, who covered, or a sergeant
    note_id: Mapped[int | None] = mapped_column(ForeignKey("officer_note.id"))
    chased_at: Mapped[datetime]
