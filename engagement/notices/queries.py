"""Who is told what when: officers with their choices, teams, days and those they cover, for as many as are asked about at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import and_, exists, not_, select
from sqlalchemy.orm import Session

from engagement.access.domain import TABLE, Permission, Role
from engagement.mail.domain import Slot
from engagement.mail.models import DailyLetter
from engagement.notices.domain import Allowed, Choice, Kind, digest_at, within
from engagement.notices.models import CalendarLink, NoticeChoice
from engagement.people.duty import OfficerDays, hours_on, last_on
from engagement.people.duty_queries import days_of, off_condition
from engagement.people.models import Account, Cover, Officer, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Team
from engagement.settings import Settings

LEADERS = (Role.SERGEANT.value, Role.INSPECTOR.value)
READERS = tuple(role.value for role in Role if Permission.READ_DIARY in TABLE[role])


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An officer who is told something: the teams whose diary they may read, their days, choice, and whom they cover today."""

    officer_id: int
    force_id: int
    name: str
    email: str
    teams: frozenset[int]
    days: OfficerDays
    choice: Choice
    covers: Mapping[int, str]  # name by officer
    since: datetime | None  # what happened later they do not know

    @property
    def whose(self) -> tuple[int, ...]:
        """Those whose work is theirs to see to today: their own, and that of whom they cover."""
        return (self.officer_id, *self.covers)


def digest_of(reader: Reader, force: Allowed, day: date) -> datetime:
    """The moment, in UTC, at which an officer's digest of a day on which they work is due."""
    hours = hours_on(reader.days, day)
    return digest_at(reader.choice, force, hours.begins if hours else None, day)


def allowed(settings: Settings) -> Allowed:
    """What the settings under [notices] let officers choose."""
    names = settings.tree["notices"]["may_switch_off"]
    return Allowed(
        may_switch_off=frozenset(Kind(name) for name in names),
        earliest=time.fromisoformat(settings.text("notices", "earliest_at")),
        latest=time.fromisoformat(settings.text("notices", "latest_at")),
        usual=time.fromisoformat(settings.text("notices", "usual_at")),
        mail_may_be_off=bool(settings.tree["notices"]["mail_may_be_off"]),
    )


def choice_of(row: Any, force: Allowed) -> Choice:
    """The choice that a row (off, hour, by_mail) holds, as far as the force allows it; the usual one where it holds none."""
    if row is None or row.off is None:
        return within(Choice(), force)
    kinds = frozenset(Kind(name) for name in row.off if name in list(Kind))
    return within(Choice(off=kinds, hour=time.fromisoformat(row.hour) if row.hour else None, by_mail=row.by_mail), force)


def digest_owed(session: Session, force_id: int, today: date) -> list[int]:
    """The officers of a force who work today, lead no team, and have not had today's digest: those of `send-notices`."""
    posted, leads = (select(Posting.officer_id).where(Posting.role.in_(roles), holds_on(today)) for roles in ((Role.PCSO.value,), LEADERS))
    had = exists().where(DailyLetter.officer_id == Account.officer_id, DailyLetter.day == today, DailyLetter.slot == Slot.DIGEST.value)
    return list(
        session.scalars(
            select(Account.officer_id)
            .where(
                Account.force_id == force_id, Account.disabled_at.is_(None), Account.officer_id.in_(posted),
                Account.officer_id.not_in(leads), not_(had), not_(off_condition(Account.officer_id, today)),
            )
            .order_by(Account.officer_id)
        )
    )  # fmt: skip


def readers(session: Session, officer_ids: Iterable[int], today: date, force: Allowed) -> list[Reader]:
    """Some officers with an account, in five questions however many they are."""
    ids = list(officer_ids)
    rows = session.execute(
        select(Officer.id, Officer.force_id, Officer.name, Account.email, NoticeChoice.off, NoticeChoice.hour, NoticeChoice.by_mail)
        .join(Account, and_(Account.officer_id == Officer.id, Account.disabled_at.is_(None)))
        .outerjoin(NoticeChoice, NoticeChoice.officer_id == Officer.id)
        .where(Officer.id.in_(ids))
        .order_by(Officer.id)
    ).all()
    teams, days, covers = teams_of(session, ids, today), days_of(session, ids, today), _covers(session, ids, today)
    return [
        Reader(
            officer_id=row.id, force_id=row.force_id, name=row.name, email=row.email, teams=teams[row.id], days=days[row.id],
            choice=choice_of(row, force), covers=covers[row.id], since=last_on(days[row.id], today),
        )
        for row in rows
    ]  # fmt: skip


def teams_of(session: Session, officer_ids: Iterable[int], today: date) -> dict[int, frozenset[int]]:
    """The teams whose diary each officer may read today, by postings to teams and to areas."""
    found: dict[int, set[int]] = defaultdict(set)
    held = (Posting.officer_id.in_(list(officer_ids)), Posting.role.in_(READERS), holds_on(today))
    rows = session.execute(
        select(Posting.officer_id, Posting.team_id, Team.id.label("of_area"))
        .outerjoin(Team, and_(Posting.scope == "area", Team.area_id == Posting.area_id))
        .where(*held)
    )
    for row in rows:
        found[row.officer_id] |= {team for team in (row.team_id, row.of_area) if team is not None}
    return defaultdict(frozenset, {key: frozenset(teams) for key, teams in found.items()})


def _covers(session: Session, officer_ids: list[int], today: date) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for row in session.execute(
        select(Cover.cover_officer_id, Cover.officer_id, Officer.name)
        .join(Officer, Officer.id == Cover.officer_id)
        .where(Cover.cover_officer_id.in_(officer_ids), Cover.starts_on <= today, Cover.ends_on >= today)
        .order_by(Officer.name_folded)
    ):
        found[row.cover_officer_id][row.officer_id] = row.name
    return found


def link_of(session: Session, account_id: int) -> Any | None:
    """The address of an account's calendar that works now: (id, made_at); the token is not kept."""
    return session.execute(
        select(CalendarLink.id, CalendarLink.made_at).where(CalendarLink.account_id == account_id, CalendarLink.revoked_at.is_(None))
    ).first()
