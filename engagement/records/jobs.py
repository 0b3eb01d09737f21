"""Two jobs over the whole diary: `review_retention` erases what may go by itself, and `check_due` proves the columns that lists rely on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.models import Raising, ReplyAddress
from engagement.core.clock import london_day, london_moment
from engagement.core.months import add_months
from engagement.db import database_time, unit_of_work
from engagement.groups.models import Contact, Group
from engagement.handover.models import Tip
from engagement.ledger.service import forget_runs
from engagement.people.models import EndedSession, LoginAttempt
from engagement.records.proof import find_differences
from engagement.settings import current

log = logging.getLogger(__name__)

BATCH = 500
KEEP_TRIES = timedelta(days=30)
KEEP_MINUTES = timedelta(days=2)  # of runs by the minute
BY_THE_MINUTE = ("send-mail", "chase-clocks", "send-notices")  # the jobs whose runs are forgotten


def review_retention(now: datetime) -> dict[str, int]:
    """Erases reply addresses whose time has come (30 days after the outcome), what works with contacts who ended a year ago
    or with groups that nobody met for two years, and tries at the door and sessions signed out of that are older than 30 days.

    Everything else is counted and left: disposal is a person's decision. Counts: what was erased, and what is to be reviewed.
    """
    counts = {
        "reply_addresses_erased": _all(lambda session: _erase_reply_addresses(session, now)),
        "tries_erased": _all(lambda session: _erase_tries(session, now)),
        "ended_sessions_forgotten": _all(lambda session: _forget_ended(session, now)),
        "tips_erased": _all(lambda session: _erase_tips(session, now)),
        "runs_forgotten": sum(_all(lambda session, name=name: _forget_runs(session, name)) for name in BY_THE_MINUTE),  # type: ignore[misc]
    }
    with unit_of_work() as session:
        counts["contacts_to_review"] = _contacts_to_review(session, now)
    return counts


def check_due(now: datetime) -> dict[str, int]:
    """Works out every group's dates and every concern's state from the rows they follow from, and compares.

    Counts what was looked at and what differs; which ones is in the log, and in `find_differences`.
    """
    found = find_differences(now)
    for what, ids in (("groups", found.group_ids), ("concerns", found.concern_ids)):
        if ids:
            log.error("columns of %s do not say what the rules say: %s", what, ", ".join(map(str, ids[:200])))
    return {
        "groups": found.groups,
        "concerns": found.concerns,
        "groups_differ": len(found.group_ids),
        "concerns_differ": len(found.concern_ids),
    }


def _all(batch: Callable[[Session], int]) -> int:
    """Does batch after batch, each in a transaction of its own, until nothing is left."""
    total = 0
    while True:
        with unit_of_work() as session:
            done = batch(session)
        total += done
        if done < BATCH:
            return total


def _erase_reply_addresses(session: Session, now: datetime) -> int:
    rows = session.execute(
        select(ReplyAddress.id, ReplyAddress.force_id, Raising.concern_id)
        .join(Raising, Raising.id == ReplyAddress.raising_id)
        .where(ReplyAddress.erase_after < london_day(now))
        .order_by(ReplyAddress.id)
        .limit(BATCH)
    ).all()
    if not rows:
        return 0
    session.execute(delete(ReplyAddress).where(ReplyAddress.id.in_([row.id for row in rows])))
    for force_id in sorted({row.force_id for row in rows}):
        concerns = [row.concern_id for row in rows if row.force_id == force_id]
        actor = system("review-retention", force_id)
        record(session, actor, Operation.ERASURE, "concern", concerns, fields=["reply address"], now=now)
    return len(rows)


def _erase_tries(session: Session, now: datetime) -> int:
    old = select(LoginAttempt.id).where(LoginAttempt.at < now - KEEP_TRIES).limit(BATCH).scalar_subquery()
    return int(session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(old))).rowcount)  # type: ignore[attr-defined]


def _forget_ended(session: Session, now: datetime) -> int:
    """A cookie is too old by itself long before."""
    old = select(EndedSession.name).where(EndedSession.ended_at < now - KEEP_TRIES).limit(BATCH).scalar_subquery()
    return int(session.execute(delete(EndedSession).where(EndedSession.name.in_(old))).rowcount)  # type: ignore[attr-defined]


def _erase_tips(session: Session, now: datetime) -> int:
    """What works with somebody goes with their details: so long after they stopped being the contact. What works with a group, and is
    of nobody, goes so long after the last contact with it, and after it was written."""
    today = london_day(now)
    ended, since = add_months(today, -_contact_months()), add_months(today, -current().number("retention", "group_tip_months"))
    silent = [or_(day.is_(None), day < since) for day in (Group.last_two_way_on, Group.last_one_way_on)]
    of_nobody = and_(Tip.contact_id.is_(None), Tip.written_at < london_moment(since), *silent)
    rows = session.execute(
        select(Tip.id, Tip.force_id)
        .join(Group, Group.id == Tip.group_id)
        .outerjoin(Contact, Contact.id == Tip.contact_id)
        .where(or_(Contact.ended_on < ended, of_nobody))
        .order_by(Tip.id)
        .limit(BATCH)
    ).all()
    if rows:
        session.execute(delete(Tip).where(Tip.id.in_([row.id for row in rows])))
    for force_id in sorted({row.force_id for row in rows}):
        ids = [row.id for row in rows if row.force_id == force_id]
        record(session, system("review-retention", force_id), Operation.ERASURE, "tip", ids, now=now)
    return len(rows)


def _forget_runs(session: Session, name: str) -> int:
    return forget_runs(session, before=database_time(session) - KEEP_MINUTES, name=name, limit=BATCH)


def _contact_months() -> int:
    return current().number("retention", "contact_months")


def _contacts_to_review(session: Session, now: datetime) -> int:
    since = add_months(london_day(now), -_contact_months())
    has_details = (Contact.telephone != "") | (Contact.mobile != "") | (Contact.email != "")
    return session.scalar(select(func.count()).select_from(Contact).where(Contact.ended_on < since, has_details)) or 0
