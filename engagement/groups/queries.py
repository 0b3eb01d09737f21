"""Questions about the register: which groups somebody may read, which are due, who speaks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, case, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.core.names import fold
from engagement.db import ask, the_one
from engagement.groups.domain import Level
from engagement.groups.frequency import Term
from engagement.groups.models import Contact, ContactAgreement, Group, GroupNeighbourhood, GroupPause
from engagement.groups.standing import Mark, Standing, StandingFacts, soon_limits, standing_range
from engagement.places.models import Neighbourhood
from engagement.places.models import Term as TermRow

LONGEST_TYPED = 80  # of what is typed to find a group; nobody's name needs more to be found


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The groups whose diary somebody may read: their teams', and those that span a neighbourhood of their teams.

    A sensitive one is for its owner, and for sergeants and inspectors of its team.
    """
    teams = sorted(actor.readable_teams)
    if not teams:
        return false()
    spanning = (
        select(GroupNeighbourhood.group_id)
        .join(Neighbourhood, Neighbourhood.id == GroupNeighbourhood.neighbourhood_id)
        .where(Neighbourhood.team_id.in_(teams))
    )
    return and_(
        Group.force_id == actor.force_id,
        or_(Group.team_id.in_(teams), Group.id.in_(spanning)),
        or_(
            Group.sensitive.is_(False),
            Group.owner_id == actor.officer_id,
            Group.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE))),
        ),
    )


def kept_from(actor: Actor) -> ColumnElement[bool]:
    """The OFFICIAL-SENSITIVE groups that somebody may not read: what names one is not theirs to read either."""
    not_theirs = Group.owner_id.is_distinct_from(actor.officer_id) if actor.officer_id is not None else true()
    return and_(Group.sensitive.is_(True), not_theirs, Group.team_id.not_in(sorted(actor.teams(Permission.DECIDE_OVERDUE))))


def group_to_read(session: Session, actor: Actor, group_id: int) -> Group:
    """The group, if it is there and theirs to read; Missing otherwise."""
    return the_one(session, select(Group).where(Group.id == group_id, visible_to(actor)))


def group_to_change(session: Session, actor: Actor, group_id: int) -> Group:
    """The same, held so that nobody else changes it before this transaction is over; as it is now, not as it was loaded."""
    return the_one(session, select(Group).where(Group.id == group_id, visible_to(actor)), held=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A group of the force found by its name: enough to pick it, and nothing of the diary."""

    id: int
    name: str
    neighbourhood: str
    kind: str


def find_by_name(session: Session, actor: Actor, text: str, limit: int = 10) -> list[Found]:
    """Groups of the whole force whose name holds every word typed; names that begin with it first, own teams' before others'.

    Sensitive ones are found only by who may read them.
    """
    typed = fold(text[:LONGEST_TYPED])
    if not typed:
        return []
    own = Group.team_id.in_(sorted(actor.readable_teams))
    rank = case((Group.name_folded.startswith(typed, autoescape=True), 0), else_=1)
    rows = session.execute(
        select(Group.id, Group.name, Neighbourhood.name.label("neighbourhood"), Group.kind)
        .join(Neighbourhood, Neighbourhood.id == Group.neighbourhood_id)
        .where(
            Group.force_id == actor.force_id,
            *(Group.name_folded.contains(word, autoescape=True) for word in typed.split()),
            or_(Group.sensitive.is_(False), visible_to(actor)),
        )
        .order_by(Group.dormant_on.is_not(None), case((own, 0), else_=1), rank, Group.name_folded, Group.id)
        .limit(limit)
    )
    return [Found(id=r.id, name=r.name, neighbourhood=r.neighbourhood, kind=r.kind) for r in rows]


def names_in_force(session: Session, actor: Actor, group_ids: Iterable[int]) -> Mapping[int, str]:
    """Names of those of the groups that anybody of the force may log to; sensitive ones only for who may read them."""
    wanted = sorted(set(group_ids))
    theirs = (Group.force_id == actor.force_id, not_(kept_from(actor)))
    rows = session.execute(select(Group.id, Group.name).where(Group.id.in_(wanted), *theirs))
    return {row.id: row.name for row in rows}


def contacted_condition() -> ColumnElement[bool]:
    """There is a last contact that counts at the group's level."""
    return or_(
        Group.last_two_way_on.is_not(None),
        and_(Group.level == Level.INFORM.value, Group.last_one_way_on.is_not(None)),
    )


def paused_condition(today: date) -> ColumnElement[bool]:
    """The group is paused on that day."""
    return and_(Group.paused_from.is_not(None), Group.paused_from <= today, or_(Group.paused_until.is_(None), Group.paused_until >= today))


def due_condition(standing: Standing, today: date) -> ColumnElement[bool]:
    """The groups in one standing on that day: `domain.standing_range` as a query asks it."""
    bounds = standing_range(standing, today)
    asked: list[ColumnElement[Any]] = [Group.dormant_on.is_not(None) if bounds.dormant else Group.dormant_on.is_(None)]
    flags = ((bounds.paused, paused_condition(today)), (bounds.on_request, Group.on_request.is_(True)))
    asked += [holds if wanted else not_(holds) for wanted, holds in flags if wanted is not None]
    if bounds.contacted is not None:
        asked.append(contacted_condition() if bounds.contacted else not_(contacted_condition()))
    if bounds.reached is not None:
        asked.append(_reached(bounds.reached, today))
    if bounds.not_reached is not None:
        asked.append(not_(func.coalesce(_reached(bounds.not_reached, today), false())))
    return and_(*asked)


def late_condition(today: date) -> ColumnElement[bool]:
    """The groups that are overdue or long overdue on that day: what a board lists."""
    return and_(Group.dormant_on.is_(None), Group.on_request.is_(False), Group.next_due_on <= today, not_(paused_condition(today)))


def _reached(mark: Mark, today: date) -> ColumnElement[bool]:
    if mark == "longest_on":
        return Group.longest_on <= today
    if mark == "next_due_on":
        return Group.next_due_on <= today
    limits = soon_limits(today)
    return Group.next_due_on <= case(*((Group.soon_days == days, literal(limit)) for days, limit in limits.items()), else_=literal(today))


def facts_of(row: Any) -> StandingFacts:
    """What `domain.standing` asks, from a group or a row with its columns."""
    contacted = row.last_two_way_on is not None or (row.level == Level.INFORM and row.last_one_way_on is not None)
    return StandingFacts(
        next_due_on=row.next_due_on,
        longest_on=row.longest_on,
        soon_days=row.soon_days,
        contacted=contacted,
        on_request=row.on_request,
        dormant=row.dormant_on is not None,
        paused_from=row.paused_from,
        paused_until=row.paused_until,
    )


@dataclass(slots=True, kw_only=True)
class ContactCard:
    """Somebody who speaks for a group now, and how they want to be reached."""

    id: int
    group_id: int
    name: str
    role: str
    telephone: str
    mobile: str
    email: str
    channels: tuple[str, ...]
    do_not_contact: bool
    gets_letters: bool
    mail_suspended_at: datetime | None
    best_times: str
    language: str
    access_needs: str


_CARD = tuple(ContactCard.__dataclass_fields__)


def contacts_of(session: Session, group_ids: Iterable[int]) -> dict[int, list[ContactCard]]:
    """Who speaks for each of the groups now, longest-serving first; groups without anybody are not in it."""
    return read_contacts(ask(session, _SPEAKING, {"groups": sorted(set(group_ids))}))


def contacts_select(of: ColumnElement[bool]) -> Any:
    """The question of `contacts_of` for the contacts of a condition, built once where it is asked often."""
    return select(*(getattr(Contact, name) for name in _CARD)).where(of, Contact.ended_on.is_(None)).order_by(Contact.id)


_SPEAKING = contacts_select(Contact.group_id.in_(bindparam("groups", expanding=True)))


def read_contacts(rows: Iterable[Any]) -> dict[int, list[ContactCard]]:
    """What the rows of `contacts_select` say, by group; columns behind its own are left to who added them."""
    found: dict[int, list[ContactCard]] = defaultdict(list)
    for row in rows:
        card = dict(zip(_CARD, row, strict=False))
        found[card["group_id"]].append(ContactCard(**(card | {"channels": tuple(card["channels"])})))
    return dict(found)


def agreements_select(groups: BindParameter[Any], *what: Any) -> Select[Any]:
    """The question of `agreements_of`, for records or for their columns."""
    return select(*what).where(ContactAgreement.group_id.in_(groups), ContactAgreement.ends_on.is_(None))


def pauses_select(groups: BindParameter[Any], *what: Any) -> Select[Any]:
    """The question of `pauses_of`, for records or for their columns."""
    not_called_off = or_(GroupPause.until.is_(None), GroupPause.until >= GroupPause.starts_on)
    return select(*what).where(GroupPause.group_id.in_(groups), not_called_off).order_by(GroupPause.id)


_GROUPS: BindParameter[Any] = bindparam("groups", expanding=True)
_IN_FORCE, _PAUSES = agreements_select(_GROUPS, ContactAgreement), pauses_select(_GROUPS, GroupPause)


def agreements_of(session: Session, group_ids: Iterable[int]) -> dict[int, ContactAgreement]:
    """The agreement in force of each of the groups."""
    return {row.group_id: row for row in session.scalars(_IN_FORCE, {"groups": sorted(set(group_ids))})}


def pauses_of(session: Session, group_ids: Iterable[int]) -> dict[int, list[GroupPause]]:
    """Every pause of the groups, past and to come, but for those called off before they began."""
    found: dict[int, list[GroupPause]] = defaultdict(list)
    for pause in session.scalars(_PAUSES, {"groups": sorted(set(group_ids))}):
        found[pause.group_id].append(pause)
    return dict(found)


def terms_of(session: Session, force_id: int) -> tuple[Term, ...]:
    """The force's school terms, each with the half-term holiday inside it."""
    rows = session.execute(
        select(TermRow.kind, TermRow.starts_on, TermRow.ends_on).where(TermRow.force_id == force_id).order_by(TermRow.starts_on)
    ).all()
    breaks = [(r.starts_on, r.ends_on) for r in rows if r.kind != "term"]
    terms = []
    for row in rows:
        if row.kind == "term":
            inside = next((b for b in breaks if row.starts_on < b[0] and b[1] < row.ends_on), (None, None))
            terms.append(Term(first_day=row.starts_on, last_day=row.ends_on, half_term_first=inside[0], half_term_last=inside[1]))
    return tuple(terms)


def passed_pauses(session: Session, today: date) -> list[int]:
    """Groups whose stored pause is over, so that `settle` may look for their next."""
    return list(session.scalars(select(Group.id).where(Group.paused_until < today).order_by(Group.id)))
