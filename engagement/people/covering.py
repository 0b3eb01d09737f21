"""Who covers for somebody who is off: who may, set between dates, and the team that a cover opens for as long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, bindparam, not_, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import TABLE, Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.errors import Missing, Refused
from engagement.db import ask
from engagement.people.absence import officer_whose_days
from engagement.people.cover_ending import at_home, holds, rank_of, rests_through, team_postings
from engagement.people.duty import Covered, check_cover, days_uncovered
from engagement.people.duty_queries import Off, days_of, off_condition, off_on
from engagement.people.models import Account, Cover, Officer, Posting
from engagement.people.queries import holds_on
from engagement.people.service import leave_note
from engagement.places.beside import teams_beside
from engagement.places.models import Team
from engagement.settings import current


def officer_who_is_off(session: Session, actor: Actor, officer_id: int, on: date) -> tuple[Officer, Off]:
    """The officer, and why and until when they are off; Missing where they are not of a team the actor leads, or on duty."""
    officer = officer_led(session, actor, officer_id, on)
    off = off_on(session, [officer_id], on).get(officer_id)
    if off is None:
        raise Missing
    return officer, off


def officer_led(session: Session, actor: Actor, officer_id: int, on: date, *, hold: bool = False) -> Officer:
    """An officer for whom the actor may set cover: of the teams they lead. `hold` as `officer_whose_days`."""
    if not actor.teams(Permission.DECIDE_OVERDUE):
        raise Missing
    return officer_whose_days(session, actor, officer_id, on, hold=hold)


def who_may_cover(session: Session, officer: Officer, on: date) -> Sequence[Any]:
    """The officers with an account who may cover for another on a day: (id, name, team_id, team, home), those of the officer's own
    teams first, then those of the other teams of their areas, then of the teams beside them in other areas of the force, the
    nearest first; by name in each. Once each; who is off is among them.

    PCSOs work the adjoining section across the boundaries of areas: [cover] says within how many miles, and of how many teams.
    """
    return _able(session, officer.id, at_home(team_postings(session, [officer.id]), officer.id, on), on)


def _able(session: Session, officer_id: int, held: Iterable[Any], on: date) -> Sequence[Any]:
    """As `who_may_cover`, of an officer who holds these postings at home."""
    needed, own, settings = rank_of(post.role for post in held), sorted({post.team_id for post in held}), current()
    within, most = settings.number("cover", "within_miles"), settings.number("cover", "teams_beside")
    beside = teams_beside(session, own, within_miles=within, most=most)
    place = {team_id: n for n, team_id in enumerate([*own, *beside])}
    rows = session.execute(
        select(Officer.id, Officer.name, Posting.role, Team.id.label("team_id"), Team.name.label("team"), Team.id.in_(own).label("home"))
        .join(Posting, Posting.officer_id == Officer.id)
        .join(Team, Team.id == Posting.team_id)
        .join(Account, Account.officer_id == Officer.id)
        .where(Team.id.in_(place), holds_on(on), Posting.kind == "home", Account.disabled_at.is_(None), Officer.id != officer_id)
        .order_by(Officer.name_folded)
    ).all()
    ordered = sorted(rows, key=lambda row: (not row.home, place[row.team_id]))  # stable: by name within a team
    return list({row.id: row for row in reversed(ordered) if rank_of([row.role]) >= needed}.values())[::-1]


_WHOM = Officer.__table__.alias("whom")
_COVERS = (
    select(
        Cover.id, Cover.officer_id, Cover.cover_officer_id, Officer.name, Cover.starts_on, Cover.ends_on, _WHOM.c.name.label("whom")
    )
    .join(Officer, Officer.id == Cover.cover_officer_id)
    .join(_WHOM, _WHOM.c.id == Cover.officer_id)
    .outerjoin(Posting, Posting.id == Cover.posting_id)
    .where(
        or_(Cover.officer_id.in_(bindparam("ids", expanding=True)), Posting.team_id.in_(bindparam("teams", expanding=True))),
        Cover.ends_on >= bindparam("since", type_=Date()), Cover.ends_on >= Cover.starts_on,
    )
    .order_by(Cover.starts_on, Cover.id)
)  # fmt: skip


def covers_of(session: Session, officer_ids: Iterable[int], since: date, *, teams: Iterable[int] = ()) -> Sequence[Any]:
    """The covers of some officers that have not ended, and those that open some teams, whoever they are for; the soonest first:
    (id, officer_id, cover_officer_id, name, starts_on, ends_on, whom)."""
    return ask(session, _COVERS, {"ids": list(officer_ids), "teams": sorted(teams), "since": since}).all()


def covered_by(session: Session, cover_id: int, since: date) -> Sequence[Any]:
    """Whom an officer covers now or later: (id, officer_id, name, starts_on, ends_on), the soonest first."""
    return session.execute(
        select(Cover.id, Cover.officer_id, Officer.name, Cover.starts_on, Cover.ends_on)
        .join(Officer, Officer.id == Cover.officer_id)
        .where(Cover.cover_officer_id == cover_id, Cover.ends_on >= since, Cover.ends_on >= Cover.starts_on)
        .order_by(Cover.starts_on, Cover.id)
    ).all()


def cover(
    session: Session, actor: Actor, officer_id: int, cover_id: int | None, first: date, last: date, *, now: datetime
) -> tuple[Cover, int]:
    """Sets who covers for an officer of the actor's teams between two days, opens the team to them for as long where it is not
    theirs, and tells them with a note. Answers the cover, and on how many days nobody is there: the officer and their cover
    are both off.

    Raises Missing as `officer_led`; Refused as `people.duty.check_cover`, beside `cover_id` for who may not cover, and beside
    `ends_on` for longer than both are posted where they are.
    """
    today = london_day(now)
    officer, first = officer_led(session, actor, officer_id, today, hold=True), max(first, today)
    postings = team_postings(session, [officer_id, cover_id])
    held = at_home(postings, officer_id, today)
    able = {row.id: row for row in _able(session, officer_id, held, today)}
    if cover_id == officer_id:
        raise Refused("Nobody covers for themselves: choose somebody else.", field="cover_id")
    if cover_id is None or cover_id not in able:
        raise Refused("Choose an officer", field="cover_id")
    if cover_id == actor.officer_id and not leads_at_home(actor, {post.team_id for post in held}):
        raise Refused("You lead this team as cover yourself: its own sergeant or the inspector says for how long.", field="cover_id")
    asked = Covered(officer_id=officer_id, cover_id=cover_id, starts_on=first, ends_on=last)
    others = [
        Covered(officer_id=officer_id, cover_id=row.cover_officer_id, starts_on=row.starts_on, ends_on=row.ends_on)
        for row in covers_of(session, [officer_id], today)
    ]
    days = days_of(session, [officer_id, cover_id], today)
    check_cover(asked, others, days[cover_id], today, name=able[cover_id].name)
    opened = _open_team(session, actor, asked, postings, now)
    if (through := rests_through(asked, opened, postings)) < last:
        day = say_date(through, today)
        raise Refused("One of the two is posted there until {day}: choose that day or an earlier one.", field="ends_on", day=day)
    made = Cover(
        force_id=officer.force_id, officer_id=officer_id, cover_officer_id=cover_id, starts_on=first, ends_on=last,
        posting_id=opened.id if opened is not None else None, set_by_id=actor.officer_id, set_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(session, actor, Operation.COLLECTION, "cover", [made.id], now=now)
    words = f"You cover for {officer.name} from {say_date(first, today)} to {say_date(last, today)}."
    leave_note(session, actor, cover_id, "officer", officer_id, words, now=now)
    return made, days_uncovered(asked, days[officer_id], days[cover_id])


def leads_at_home(actor: Actor, teams: Iterable[int]) -> bool:
    """Whether the actor leads one of the teams by a posting of their own, not by covering: only that lasts, and may let them in anew."""
    led = {team for place in actor.places if not place.cover and Permission.DECIDE_OVERDUE in TABLE[place.role] for team in place.team_ids}
    return not led.isdisjoint(teams)


def _open_team(session: Session, actor: Actor, asked: Covered, postings: Sequence[Any], now: datetime) -> Posting | None:
    """A posting as cover to the officer's team where whoever covers does not hold it throughout, or None.

    It gives the role that the officer holds there and no more; `who_may_cover` names only those who hold as much at home.
    """
    for home in at_home(postings, asked.officer_id, asked.starts_on):
        theirs = [post for post in postings if post.officer_id == asked.cover_id and post.team_id == home.team_id]
        if not any(holds(post, asked.starts_on) and holds(post, asked.ends_on) for post in theirs):
            posting = Posting(
                force_id=actor.force_id, officer_id=asked.cover_id, role=home.role, scope="team", team_id=home.team_id, kind="cover",
                starts_on=asked.starts_on, ends_on=asked.ends_on,
            )  # fmt: skip
            session.add(posting)
            session.flush()
            record(session, actor, Operation.COLLECTION, "posting", [posting.id], fields=["cover"], now=now)
            return posting
    return None


def cover_names(session: Session, officer_ids: Iterable[int], on: date) -> dict[int, str]:
    """Who covers for each of some officers on a day, by name; one who is off as well does not."""
    rows = session.execute(
        select(Cover.officer_id, Officer.name)
        .join(Officer, Officer.id == Cover.cover_officer_id)
        .where(Cover.officer_id.in_(sorted(set(officer_ids))), Cover.starts_on <= on, Cover.ends_on >= on)
        .where(not_(off_condition(Cover.cover_officer_id, on)))
    )
    return {row.officer_id: row.name for row in rows}
