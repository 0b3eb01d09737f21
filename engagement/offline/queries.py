"""Questions about what phones sent: references known already, groups by their exact name, what is still unsent where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission, Role
from engagement.core.names import fold
from engagement.db import ask
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from engagement.groups.queries import kept_from
from engagement.offline.domain import Named
from engagement.offline.models import DeviceReport, HeldEntry, PhoneWriteOff
from engagement.people.models import Officer, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Team

MOST_PHONES = 100  # on one page


def groups_named(session: Session, actor: Actor, name: str) -> list[Named]:
    """The groups of the force that have exactly that name, folded; those kept from the officer are not among them."""
    rows = session.execute(
        select(Group.id, Group.neighbourhood_id, Group.team_id)
        .where(Group.force_id == actor.force_id, Group.name_folded == fold(name)[:200], ~kept_from(actor))
        .order_by(Group.id)
        .limit(20)
    )
    return [Named(id=row.id, neighbourhood_id=row.neighbourhood_id, team_id=row.team_id) for row in rows]


# One reference at a time: of many at once SQLite reads the whole table where most entries have none, as after an import.
_KNOWN = select(Engagement.client_ref, Engagement.id, Engagement.content_hash, Engagement.recorded_by_id, Engagement.force_id).where(
    Engagement.client_ref == bindparam("ref")
)
_HELD = select(HeldEntry.client_ref, HeldEntry.engagement_id).where(HeldEntry.account_id == bindparam("account"))


def known_among(session: Session, refs: Collection[str]) -> dict[str, Any]:
    """The entries on the record that have one of the references: (client_ref, id, content_hash, recorded_by_id, force_id)."""
    return {row.client_ref: row for ref in sorted(refs) for row in ask(session, _KNOWN, {"ref": ref})}


def held_of(session: Session, account_id: int) -> dict[str, int | None]:
    """The references under which a phone of the account handed something in, each with the engagement it became, if it did."""
    return {row.client_ref: row.engagement_id for row in ask(session, _HELD, {"account": account_id})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """What one device said last that it still holds of an officer's entries."""

    id: int
    officer_id: int
    count: int
    oldest_at: datetime
    device: str


def written_off() -> Any:
    """Of a device's report: what it says was written off, and the device has not been heard of since."""
    return exists().where(
        PhoneWriteOff.report_id == DeviceReport.id, PhoneWriteOff.taken_back_at.is_(None), PhoneWriteOff.heard_again_at.is_(None)
    )


def still_unsent() -> Any:
    """The devices that hold something which somebody waits for."""
    return and_(DeviceReport.unsent > 0, ~written_off())


def standing_write_off(session: Session, report_id: int) -> PhoneWriteOff | None:
    """By what a device's report is written off, if it is."""
    stands = (PhoneWriteOff.report_id == report_id, PhoneWriteOff.taken_back_at.is_(None), PhoneWriteOff.heard_again_at.is_(None))
    return session.scalar(select(PhoneWriteOff).where(*stands).order_by(PhoneWriteOff.id.desc()).limit(1))


_UNSENT = (
    select(DeviceReport.id, DeviceReport.officer_id, DeviceReport.unsent, DeviceReport.oldest_kept_at, DeviceReport.device)
    .where(DeviceReport.officer_id.in_(bindparam("officers", expanding=True)), still_unsent())
    .order_by(DeviceReport.oldest_kept_at, DeviceReport.id)
)


def unsent(session: Session, officer_ids: Collection[int], now: datetime) -> Sequence[Unsent]:
    """What is still unsent on the devices of some officers, the oldest first; a device that holds nothing is not there.

    A moment that lies after `now`, of before a clock was set back, is as of now.
    """
    if not officer_ids:
        return []
    return [
        Unsent(id=row.id, officer_id=row.officer_id, count=row.unsent, oldest_at=min(row.oldest_kept_at or now, now), device=row.device)
        for row in ask(session, _UNSENT, {"officers": sorted(set(officer_ids))})
    ]


def handed_in_since(session: Session, account_id: int, since: datetime) -> int:
    """How many entries of an account were handed in since a moment."""
    asked = select(func.count()).select_from(HeldEntry).where(HeldEntry.account_id == account_id, HeldEntry.handed_in_at > since)
    return session.scalar(asked) or 0


def last_team(officer_id: Any, today: date) -> Any:
    """The team of an officer's latest posting that has begun, home before cover; none for one who never was in a team.

    As a question within others: `officer_id` is a number or a column.
    """
    until = case((or_(Posting.ends_on.is_(None), Posting.ends_on > today), today), else_=Posting.ends_on)
    return (
        select(Posting.team_id)
        .where(Posting.officer_id == officer_id, Posting.team_id.is_not(None), Posting.starts_on <= today)
        .order_by((Posting.kind == "home").desc(), until.desc(), Posting.starts_on.desc(), Posting.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def leaders_of(session: Session, force_id: int, team_id: int | None, today: date) -> list[int]:
    """The sergeants of a team today; where there is none, the inspectors of its area."""
    holds = (Posting.force_id == force_id, holds_on(today))
    sergeants = session.scalars(
        select(Posting.officer_id).where(*holds, Posting.role == Role.SERGEANT.value, Posting.team_id == team_id).distinct()
    ).all()
    if sergeants:
        return sorted(sergeants)
    area = select(Team.area_id).where(Team.id == team_id)
    inspectors = select(Posting.officer_id).where(*holds, Posting.role == Role.INSPECTOR.value, Posting.area_id.in_(area)).distinct()
    return sorted(session.scalars(inspectors))


def _held_while_kept() -> Any:
    """Of a posting: that it was its officer's home while what a device still holds was typed, from the oldest entry to when it said so."""
    return and_(
        Posting.officer_id == DeviceReport.officer_id, Posting.team_id.is_not(None), Posting.kind == "home",
        Posting.starts_on <= func.date(DeviceReport.heard_at),
        or_(Posting.ends_on.is_(None), Posting.ends_on >= func.date(DeviceReport.oldest_kept_at)),
    )  # fmt: skip


def teams_of_kept(session: Session, report_id: int) -> Sequence[int]:
    """The teams in which its officer was while what a device still holds was typed; none where it holds nothing."""
    kept = select(Posting.team_id).join(DeviceReport, _held_while_kept()).where(DeviceReport.id == report_id, DeviceReport.unsent > 0)
    return [team for team in session.scalars(kept.distinct().order_by(Posting.team_id)) if team is not None]


def led_phone(actor: Actor, today: date) -> Any:
    """The devices' reports of officers whose team the actor leads: the one they are posted to today, else their last; and the one in
    which they were while what the device holds was typed, so that a team somebody has left need not ask the next one's sergeant.

    Those of an officer who never was in a team are any leader's of the force, as what such a one hands in is.
    """
    led = sorted(actor.teams(Permission.DECIDE_OVERDUE))
    home = exists().where(Posting.officer_id == DeviceReport.officer_id, Posting.team_id.in_(led), Posting.kind == "home", holds_on(today))
    then = exists().where(Posting.team_id.in_(led), _held_while_kept())
    last = last_team(DeviceReport.officer_id, today)
    return and_(DeviceReport.force_id == actor.force_id, or_(home, then, last.in_(led), *([last.is_(None)] if led else [])))


_FROM, _BY, _BACK = aliased(Officer), aliased(Officer), aliased(Officer)


def phones_of(session: Session, actor: Actor, today: date, *, of: int | None = None, report_id: int | None = None) -> Sequence[Any]:
    """The phones of officers whose team the actor leads that hold something somebody waits for, the oldest first; those of one officer,
    or one by its report's id whatever it holds. Rows of (id, officer_id, officer, unsent, oldest_kept_at, heard_at, heard_from)."""
    wanted = still_unsent() if report_id is None else DeviceReport.id == report_id
    return session.execute(
        select(
            DeviceReport.id, DeviceReport.officer_id, Officer.name.label("officer"), DeviceReport.unsent, DeviceReport.oldest_kept_at,
            DeviceReport.heard_at, _FROM.name.label("heard_from"),
        )
        .join(Officer, Officer.id == DeviceReport.officer_id)
        .outerjoin(_FROM, _FROM.id == DeviceReport.heard_from_id)
        .where(led_phone(actor, today), wanted, *([] if of is None else [DeviceReport.officer_id == of]))
        .order_by(DeviceReport.oldest_kept_at, DeviceReport.id)
        .limit(MOST_PHONES)
    ).all()  # fmt: skip


def write_offs(session: Session, *conditions: Any) -> Sequence[Any]:
    """What was written off, the latest first: rows with the names of its officer, of who wrote it off and of who took that back."""
    return session.execute(
        select(*PhoneWriteOff.__table__.columns, Officer.name.label("officer"), _BY.name.label("by"), _BACK.name.label("taken_back_by"))
        .join(DeviceReport, DeviceReport.id == PhoneWriteOff.report_id)
        .join(Officer, Officer.id == PhoneWriteOff.officer_id)
        .join(_BY, _BY.id == PhoneWriteOff.written_off_by_id)
        .outerjoin(_BACK, _BACK.id == PhoneWriteOff.taken_back_by_id)
        .where(*conditions)
        .order_by(PhoneWriteOff.id.desc())
        .limit(MOST_PHONES)
    ).all()


def written_off_of(officer_id: Any) -> Any:
    """Whether anything of an officer's was written off and not taken back; `officer_id` is a column."""
    return exists().where(PhoneWriteOff.officer_id == officer_id, PhoneWriteOff.taken_back_at.is_(None))


def write_offs_of(session: Session, officer_id: int) -> Sequence[Any]:
    """What of an officer's was written off and not taken back: rows of `write_offs`."""
    return write_offs(session, PhoneWriteOff.officer_id == officer_id, PhoneWriteOff.taken_back_at.is_(None))
