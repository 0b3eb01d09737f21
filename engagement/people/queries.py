"""Questions about people: who is asking, and what postings make of them today."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Place, Role
from engagement.people.models import Account, Officer, Posting
from engagement.places.models import Team

_COLUMNS = (
    Account.id, Account.force_id, Account.nonce, Officer.id.label("officer_id"), Officer.name,
    Posting.id.label("posting_id"), Posting.role, Posting.scope, Posting.kind, Posting.ends_on, Posting.area_id,
    Team.id.label("team_id"),
)  # fmt: skip


def load_actor(session: Session, account_id: int, on: date) -> Actor | None:
    """The account with the postings that hold on a day, in one question; None where it is disabled or not there."""
    team = or_(
        and_(Posting.scope == "team", Team.id == Posting.team_id),
        and_(Posting.scope == "area", Team.area_id == Posting.area_id),
        and_(Posting.scope == "force", Team.force_id == Posting.force_id),
    )
    holds = and_(
        Posting.officer_id == Account.officer_id,
        Posting.starts_on <= on,
        or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
    )
    rows = session.execute(
        select(*_COLUMNS)
        .select_from(Account)
        .join(Officer, Officer.id == Account.officer_id)
        .outerjoin(Posting, holds)
        .outerjoin(Team, team)
        .where(Account.id == account_id, Account.disabled_at.is_(None))
    ).all()
    if not rows:
        return None
    teams: dict[int, set[int]] = defaultdict(set)
    postings = {}
    for row in rows:
        if row.posting_id is not None:
            postings[row.posting_id] = row
            if row.team_id is not None:
                teams[row.posting_id].add(row.team_id)
    first = rows[0]
    return Actor(
        account_id=first.id,
        officer_id=first.officer_id,
        force_id=first.force_id,
        name=first.name,
        nonce=first.nonce,
        places=tuple(
            Place(
                role=Role(p.role),
                scope=p.scope,
                team_ids=frozenset(teams[key]),
                area_id=p.area_id,
                cover=p.kind == "cover",
                until=p.ends_on,
            )
            for key, p in sorted(postings.items())
        ),
    )
