"""Has the diary itself make the months before: drafts, approval, letters and what became of them, each at its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.clock import london_day, london_moment
from engagement.core.errors import Refused
from engagement.core.months import Month, working_day_on_or_after
from engagement.db import unit_of_work
from engagement.demonstration.catcher import REFUSAL, REFUSED_ADDRESS, keep
from engagement.demonstration.endings import newest_lettered
from engagement.demonstration.lateness import SERGEANTS
from engagement.demonstration.people_and_places import NAMED
from engagement.mail.domain import Window
from engagement.mail.messages import message_of
from engagement.mail.models import Letter, RefusedAddress
from engagement.people.models import Account
from engagement.people.queries import load_actor
from engagement.places.models import Neighbourhood, Team
from engagement.summaries.jobs import draft_summaries, settle_letters, write_letters
from engagement.summaries.models import Summary
from engagement.summaries.queries import items_of
from engagement.summaries.service import approve, leave_out, send_to_approver

LETTERED_MONTHS = 2
APPROVED_EARLY = ("10-26", "10-35")  # of last month; the rest is still on somebody's desk
SENT_TO_APPROVER = ("10-25", "10-24")


def make_months_before(now: datetime, mail_folder: Path | None) -> Iterator[Month]:
    """Two months with letters out, and last month as far as it is likely to be; yields each once it is made."""
    this, newest = Month.of(london_day(now)), newest_lettered(london_day(now))
    for back in range(1 + LETTERED_MONTHS, 0, -1):
        month = this.plus(-back)
        drafted_at = london_moment(month.next.first, 4, 30)
        if drafted_at > now:
            continue
        draft_summaries(drafted_at)
        if month == this.previous:
            _last_month(month, now)
        else:
            _finish(month, tuple(NAMED), drafted_at)
        _post(month, now, mail_folder, bounce=month == newest)
        yield month


def _last_month(month: Month, now: datetime) -> None:
    """Two neighbourhoods are done where there was time for it, two wait for the sergeant, two for somebody to word them."""
    drafted_at = london_moment(month.next.first, 4, 30)
    if month == newest_lettered(london_day(now)):
        _finish(month, APPROVED_EARLY, drafted_at)
    if (sent_at := _submitted_at(month)) < now:
        _each(
            month, SENT_TO_APPROVER, sent_at, lambda session, officer, summary: send_to_approver(session, officer, summary.id, now=sent_at)
        )


def _submitted_at(month: Month) -> datetime:
    return london_moment(working_day_on_or_after(month.next.first + timedelta(days=1)), 14)


def _approved_at(month: Month) -> datetime:
    return _submitted_at(month) + timedelta(hours=26)


def _finish(month: Month, places: tuple[str, ...], drafted_at: datetime) -> None:
    """Worded as drafted, sent to the sergeant by the officer of the place, and approved the day after."""
    submitted_at, approved_at = _submitted_at(month), _approved_at(month)
    assert drafted_at < submitted_at
    _each(month, places, submitted_at, lambda session, officer, summary: send_to_approver(session, officer, summary.id, now=submitted_at))
    with unit_of_work() as session:
        for summary in _summaries(session, month, places):
            team = session.get_one(Team, summary.team_id)
            _approve_all(session, actor_of(session, SERGEANTS[team.name], approved_at), summary, approved_at)


def _approve_all(session: Session, sergeant: Actor, summary: Summary, at: datetime) -> None:
    """Every item that may stand is approved, one by one; what may not is left out."""
    for item in items_of(session, summary.id):
        if item.left_out:
            continue
        try:
            with session.begin_nested():
                approve(session, sergeant, summary.id, {item.id: item.version}, now=at)
        except Refused as refused:
            session.refresh(item)
            leave_out(session, sergeant, item.id, str(refused)[:200], version=item.version, now=at)
    if summary.state != "approved":
        approve(session, sergeant, summary.id, {}, now=at)


def _each(month: Month, places: tuple[str, ...], at: datetime, do: Callable[[Session, Actor, Summary], object]) -> None:
    with unit_of_work() as session:
        names = {row.id: row.police_uk_id or "" for row in session.execute(select(Neighbourhood.id, Neighbourhood.police_uk_id))}
        for summary in _summaries(session, month, places):
            do(session, actor_of(session, NAMED[names[summary.neighbourhood_id]], at), summary)


def _summaries(session: Session, month: Month, places: tuple[str, ...]) -> list[Summary]:
    asked = select(Summary).join(Neighbourhood, Neighbourhood.id == Summary.neighbourhood_id)
    return list(session.scalars(asked.where(Summary.month == str(month), Neighbourhood.police_uk_id.in_(places)).order_by(Summary.id)))


def actor_of(session: Session, email: str, at: datetime) -> Actor:
    """An officer of the demonstration as services saw them at a moment."""
    account_id = session.scalars(select(Account.id).where(Account.email == email)).one()
    actor = load_actor(session, account_id, london_day(at))
    assert actor is not None
    return actor


def _post(month: Month, now: datetime, mail_folder: Path | None, *, bounce: bool) -> None:
    """The letters leave on the next working day; in the newest round one address refuses its own."""
    sent_at = Window().next_open(_approved_at(month))
    if sent_at > now:
        return
    write_letters(_approved_at(month))
    with unit_of_work() as session:
        waiting = (Letter.kind == "summary", Letter.state == "waiting")
        if bounce:
            refused = update(Letter).where(*waiting, Letter.to == REFUSED_ADDRESS)
            session.execute(refused.values(state="refused", tries=1, answer=REFUSAL))
            session.add(RefusedAddress(address=REFUSED_ADDRESS, since=sent_at, answer=REFUSAL))
        keys = session.scalars(select(Letter.id).where(*waiting)).all()
        session.execute(update(Letter).where(*waiting).values(state="sent", sent_at=sent_at, tries=1, answer="250 2.0.0 kept"))
        if bounce and mail_folder is not None:
            for letter in session.scalars(select(Letter).where(Letter.id.in_(keys))):
                keep(mail_folder, message_of(letter, sent_at).as_bytes(), letter.to, sent_at)
    settle_letters(sent_at + timedelta(minutes=20))
