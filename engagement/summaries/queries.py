"""Questions about summaries: who sees which, who may approve by name, what waits, which addresses stopped their letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.concerns.models import Concern, Raising
from engagement.core.errors import Missing
from engagement.core.months import Month
from engagement.core.pages import Page
from engagement.db import ask
from engagement.groups.models import Contact, Group, GroupNeighbourhood
from engagement.mail.models import Letter
from engagement.people.models import Officer, Posting
from engagement.places.models import Neighbourhood, Team
from engagement.summaries.domain import APPROVING_ROLES
from engagement.summaries.letters import fold_address
from engagement.summaries.models import LetterContact, LetterItem, MonthlyLetter, Stop, Summary, SummaryItem

STATES = ("drafted", "with_approver", "approved")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The summaries that an actor may read and word: those of their teams."""
    return and_(Summary.force_id == actor.force_id, Summary.team_id.in_(sorted(actor.teams(Permission.EDIT_SUMMARY))))


def summary_to_read(session: Session, actor: Actor, summary_id: int) -> Summary:
    """The summary, if it is there and theirs; Missing otherwise."""
    found = session.scalar(select(Summary).where(Summary.id == summary_id, visible_to(actor)))
    if found is None:
        raise Missing
    return found


def roles_over(actor: Actor, team_id: int) -> frozenset[str]:
    """The roles that the actor holds today over a team, at home or as cover."""
    return frozenset(str(place.role) for place in actor.places if team_id in place.team_ids)


def may_be_said() -> ColumnElement[bool]:
    """That an item's concern (joined) may be in a summary still: not sensitive, not one with another, raised by somebody."""
    standing = select(Raising.id).where(Raising.concern_id == Concern.id, Raising.withdrawn_at.is_(None)).exists()
    return and_(Concern.sensitive.is_(False), or_(Concern.side_end.is_(None), Concern.side_end != "same_as"), standing)


def items_of(session: Session, summary_id: int) -> Sequence[SummaryItem]:
    """The items of a summary in order, but for those of concerns that may not be in one any more."""
    return session.scalars(
        select(SummaryItem)
        .join(Concern, Concern.id == SummaryItem.concern_id)
        .where(SummaryItem.summary_id == summary_id, may_be_said())
        .order_by(SummaryItem.position, SummaryItem.id)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approver:
    """Somebody who may approve for a team: rank and name, and whether as cover."""

    officer_id: int
    said: str
    role: str
    cover: bool


def approvers(session: Session, team_ids: Collection[int], on: date) -> dict[int, list[Approver]]:
    """Who may approve for each of the teams on a day, sergeants first, then inspectors, then engagement officers; an officer once."""
    reach = or_(
        and_(Posting.scope == "team", Posting.team_id == Team.id),
        and_(Posting.scope == "area", Posting.area_id == Team.area_id),
        and_(Posting.scope == "force", Posting.force_id == Team.force_id),
    )
    rows = session.execute(
        select(Team.id.label("team_id"), Officer.id, Officer.rank, Officer.name, Posting.role, Posting.kind)
        .join(Posting, reach)
        .join(Officer, Officer.id == Posting.officer_id)
        .where(
            Team.id.in_(sorted(set(team_ids))),
            Posting.role.in_(sorted(APPROVING_ROLES)),
            Posting.starts_on <= on,
            or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
        )
        .order_by(
            case((Posting.role == "sergeant", 0), (Posting.role == "inspector", 1), else_=2),
            case((Posting.kind == "home", 0), else_=1),
            Officer.name_folded,
        )
    )
    found: dict[int, dict[int, Approver]] = defaultdict(dict)
    for row in rows:
        said = row.name if row.rank == "Staff" else f"{row.rank} {row.name}"
        found[row.team_id].setdefault(row.id, Approver(officer_id=row.id, said=said, role=row.role, cover=row.kind == "cover"))
    return {team: list(people.values()) for team, people in found.items()}


_USED = func.coalesce(func.sum(case((SummaryItem.left_out.is_(False), 1), else_=0)), 0)
_APPROVED = func.coalesce(func.sum(case((and_(SummaryItem.left_out.is_(False), SummaryItem.approved_at.is_not(None)), 1), else_=0)), 0)
_LINE = (
    Summary.id, Summary.team_id, Summary.month, Summary.state, Summary.drafted_at, Summary.approved_at, Summary.lettered_at,
    Neighbourhood.name.label("place"), Team.name.label("team"),
)  # fmt: skip


def list_page(
    session: Session, actor: Actor, *, month: str = "", state: str = "", team_id: int | None = None, number: int = 1, size: int = 50
) -> Page[Any]:
    """Summaries with their counts, newest month first: id, place, team, month, state, used and approved items."""
    where = [visible_to(actor)]
    if month:
        where.append(Summary.month == month)
    if state:
        where.append(Summary.state == state)
    if team_id:
        where.append(Summary.team_id == team_id)
    total = session.scalar(select(func.count()).select_from(Summary).where(*where)) or 0
    rows = session.execute(
        _lines().where(*where).order_by(Summary.month.desc(), Neighbourhood.name, Summary.id).limit(size).offset((number - 1) * size)
    ).all()
    return Page(rows=rows, number=number, size=size, total=total)


def _lines() -> Any:
    return (
        select(*_LINE, _USED.label("used"), _APPROVED.label("approved"))
        .join(Neighbourhood, Neighbourhood.id == Summary.neighbourhood_id)
        .join(Team, Team.id == Summary.team_id)
        .outerjoin(SummaryItem, SummaryItem.summary_id == Summary.id)
        .group_by(Summary.id, Neighbourhood.name, Team.name)
    )


def waiting_for(session: Session, actor: Actor, limit: int = 20) -> Sequence[Any]:
    """What waits for the actor, oldest month first: for an approver what was sent to them, for others what is to be worded."""
    approving = sorted(actor.teams(Permission.APPROVE_SUMMARY))
    wording = sorted(actor.teams(Permission.EDIT_SUMMARY) - set(approving))
    mine = or_(
        and_(Summary.state == "with_approver", Summary.team_id.in_(approving)),
        and_(Summary.state == "drafted", Summary.team_id.in_(wording)),
    )
    statement = _lines().where(Summary.force_id == actor.force_id, mine).order_by(Summary.month, Neighbourhood.name).limit(limit)
    rows: Sequence[Any] = session.execute(statement).all()
    return rows


def months_of(session: Session, actor: Actor) -> list[Month]:
    """The months that the actor has summaries of, newest first."""
    rows = session.scalars(select(Summary.month).where(visible_to(actor)).distinct().order_by(Summary.month.desc()).limit(36))
    return [Month.parse(month) for month in rows]


_STOPPED = select(Stop.address, Stop.stopped_at).where(
    Stop.force_id == bindparam("force"), Stop.address.in_(bindparam("addresses", expanding=True)), Stop.stopped_at.is_not(None)
)


def stopped_letters(force: SQLColumnExpression[int], address: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether an address of a force, kept as `groups.channels.read_email` reads it, stopped the monthly letters: for other questions."""
    return exists().where(Stop.force_id == force, Stop.address == address, Stop.stopped_at.is_not(None))


def stopped_among(session: Session, force_id: int, addresses: Collection[str]) -> dict[str, datetime]:
    """Of these addresses those that stopped the monthly letters (folded), each with since when."""
    folded = sorted({fold_address(address) for address in addresses if address})
    rows = ask(session, _STOPPED, {"force": force_id, "addresses": folded})
    return {row.address: row.stopped_at for row in rows}


def place_of(session: Session, summary: Summary) -> str:
    """The name of a summary's neighbourhood."""
    return session.scalars(select(Neighbourhood.name).where(Neighbourhood.id == summary.neighbourhood_id)).one()


def letters_of(session: Session, summary: Summary, *, number: int = 1, size: int = 100) -> Page[Any]:
    """The month's letters to contacts of groups in the summary's neighbourhood, or about its items, by group.

    Each: id, address's contact, group, state of the letter, sent_at, next_try_at, came_back_at.
    """
    rows = (
        select(
            MonthlyLetter.id, Contact.name, Group.id.label("group_id"), Group.name.label("group"), Letter.state, Letter.sent_at,
            Letter.next_try_at, MonthlyLetter.came_back_at,
        )
        .join(LetterContact, LetterContact.monthly_letter_id == MonthlyLetter.id)
        .join(Letter, Letter.id == MonthlyLetter.letter_id)
        .join(Contact, Contact.id == LetterContact.contact_id)
        .join(Group, Group.id == LetterContact.group_id)
        .where(_letter_of(summary), Group.sensitive.is_(False))
    )  # fmt: skip
    total = session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    found = session.execute(rows.order_by(Group.name_folded, LetterContact.id).limit(size).offset((number - 1) * size)).all()
    return Page(rows=found, number=number, size=size, total=total)


def letter_of(session: Session, summary: Summary, monthly_letter_id: int) -> MonthlyLetter:
    """One of those letters; Missing for any other."""
    found = session.scalar(
        select(MonthlyLetter)
        .join(LetterContact, LetterContact.monthly_letter_id == MonthlyLetter.id)
        .join(Group, Group.id == LetterContact.group_id)
        .where(MonthlyLetter.id == monthly_letter_id, _letter_of(summary))
        .limit(1)
    )
    if found is None:
        raise Missing
    return found


def _letter_of(summary: Summary) -> ColumnElement[bool]:
    """That a letter (joined to its contacts' groups) is of the summary's month and concerns its neighbourhood."""
    spanning = select(GroupNeighbourhood.group_id).where(GroupNeighbourhood.neighbourhood_id == summary.neighbourhood_id)
    told = select(LetterItem.group_id).join(SummaryItem, SummaryItem.id == LetterItem.item_id).where(SummaryItem.summary_id == summary.id)
    return and_(
        MonthlyLetter.force_id == summary.force_id,
        MonthlyLetter.month == summary.month,
        or_(Group.neighbourhood_id == summary.neighbourhood_id, Group.id.in_(spanning), Group.id.in_(told)),
    )
