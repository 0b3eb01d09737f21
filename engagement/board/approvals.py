"""What waits for a leader's approval, as lines of their digest: summaries, public words of priorities, returns to sign, entries handed in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.board import items
from engagement.board.domain import Approval, Waiting, Wanted
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.months import Month
from engagement.places.models import Neighbourhood
from engagement.returns.domain import Quarter
from engagement.settings import current
from engagement.summaries.domain import approve_by, reminder
from engagement.summaries.models import Summary, SummaryItem

LISTED = 50
Lines = list[dict[str, Any]]  # what, words, url


def to_approve(session: Session, actor: Actor, own: list[int], above: list[int], now: datetime) -> Lines:
    """Everything that waits for the officer: of their own teams what was sent, and from the 8th summaries that were not; of the
    teams an inspector is over, from the 15th the summaries nobody approved, and returns that wait for an inspector."""
    return [*_summaries(session, actor, own, above, london_day(now)), *_others(session, actor, own, above, now)]


def _summaries(session: Session, actor: Actor, own: list[int], above: list[int], today: date) -> Lines:
    """Summaries; how many items each has comes in one question."""
    rows = session.execute(
        select(Summary.id, Summary.team_id, Summary.month, Summary.state, Neighbourhood.name.label("place"))
        .join(Neighbourhood, Neighbourhood.id == Summary.neighbourhood_id)
        .where(Summary.force_id == actor.force_id, Summary.team_id.in_([*own, *above]), Summary.state != "approved")
        .order_by(Summary.month, Neighbourhood.name)
    ).all()
    wanted = []
    for row in rows:
        month = Month.parse(row.month)
        call = reminder(month, today)
        if (row.team_id in own and (row.state == "with_approver" or call != "none")) or (row.team_id in above and call == "inspector"):
            wanted.append((row, month))
    used = select(SummaryItem.summary_id).where(SummaryItem.summary_id.in_([row.id for row, _ in wanted]), SummaryItem.left_out.is_(False))
    counted = session.scalars(used).all() if wanted else []
    url = current().public_url
    found = []
    for row, month in wanted:
        number, late = counted.count(row.id), approve_by(month) < today
        words = f"{number} item{'' if number == 1 else 's'}, by {say_date(approve_by(month), today)}" + (
            ", which has passed" if late else ""
        )
        words += "; not sent to you yet" if row.state == "drafted" else ""
        found.append({"what": f"{row.place}, {month.name}", "words": words, "url": f"{url}/summaries/{row.id}"})
    return found


def _others(session: Session, actor: Actor, own: list[int], above: list[int], now: datetime) -> Lines:
    """What else the board lists to approve: of the officer's own teams all that is theirs to decide, of those above the returns."""
    teams, today, url = sorted({*own, *above}), london_day(now), current().public_url
    if not teams:
        return []
    wanted = Wanted(show=Waiting.APPROVE.value)
    rows = items.rows(session, actor, teams, wanted, now, today, stray=teams[0], offset=0, limit=LISTED)
    found = []
    for row in rows:
        kind = Approval(row.words)
        ours = row.team_id in own and kind is not Approval.SUMMARY and row.officer_id != actor.officer_id
        if ours or kind is Approval.RETURN:
            found.append(_line(row, kind, today, url))
    return found


def _line(row: Any, kind: Approval, today: date, url: str) -> dict[str, Any]:
    since = say_date(london_day(row.at), today)
    match kind:
        case Approval.WORDING:
            return {"what": row.title, "words": f"a priority in public words, written {since}", "url": f"{url}/priorities/{row.id}"}
        case Approval.RETURN:
            return {
                "what": f"Return of {Quarter.parse(row.title).name}",
                "words": f"{row.where}, to sign",
                "url": f"{url}/returns/{row.id}",
            }
        case _:
            return {"what": f"Entry from {row.officer}'s phone", "words": f"handed in {since}", "url": f"{url}/held#held-{row.id}"}
