"""Everything that the board counts, in one question: each kind of thing that waits, by team, neighbourhood and officer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, cast, func, literal, literal_column, null, or_, select, union_all
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Role
from engagement.board.domain import Waiting
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern
from engagement.concerns.timing import rule
from engagement.db import BigId, UtcDateTime, ask
from engagement.groups.models import Group
from engagement.groups.queries import late_condition
from engagement.offline.models import DeviceReport, HeldEntry
from engagement.offline.queries import still_unsent
from engagement.overdue.domain import escalation_day
from engagement.overdue.models import Decision
from engagement.overdue.queries import standing_decision
from engagement.people.models import Officer, Posting
from engagement.people.queries import holds_on
from engagement.places.models import Neighbourhood, Team
from engagement.priorities.models import Priority, PriorityWording
from engagement.priorities.queries import stale_on
from engagement.returns.models import QuarterlyReturn, ReturnSignature
from engagement.settings import current
from engagement.summaries.models import Summary

A_WEEK = timedelta(days=7)
FORCE: Any = bindparam("force")
TEAMS: Any = bindparam("teams", expanding=True)
STRAY: Any = bindparam("stray", type_=BigId)  # the reader's first team, under which stands what is of none
READER: Any = bindparam("reader", type_=BigId)
AS_SERGEANT: Any = bindparam("as_sergeant", expanding=True)
AS_INSPECTOR: Any = bindparam("as_inspector", expanding=True)
TODAY: Any = bindparam("today", type_=Date)
ESCALATION: Any = bindparam("escalation", type_=Date)
NOW: Any = bindparam("now", type_=UtcDateTime())
SOON: Any = bindparam("soon", type_=UtcDateTime())
WEEK_AGO: Any = bindparam("week_ago", type_=UtcDateTime())
_NONE: Any = cast(null(), BigId)
_NO: Any = literal_column("0")
_YES: Any = literal_column("1")
OPEN = [state.value for state in ConcernState if state.open]


def of_teams(table: Any) -> Any:
    """The rows of a table that belong to the teams asked about."""
    return and_(table.force_id == FORCE, table.team_id.in_(TEAMS))


def clock_condition() -> Any:
    """An answer that is running out: amber or over."""
    return and_(Concern.answer_due_at.is_not(None), Concern.answer_due_at <= SOON, Concern.state != ConcernState.CLOSED.value)


def past_due() -> Any:
    """A promise or an officer's action that is past its day and has not ended."""
    return and_(
        Action.due_on < TODAY, Action.done_on.is_(None), Action.ended.is_(None), Action.ended_on.is_(None), Action.withdrawn_at.is_(None)
    )


def unowned() -> Any:
    """A concern that is open and that nobody looks after."""
    return and_(Concern.owner_id.is_(None), Concern.state.in_(OPEN))


def unsent() -> Any:
    """A device that said a week ago, or said since of what is a week old, that it could not send something; unless that was written off."""
    return and_(still_unsent(), DeviceReport.oldest_kept_at <= WEEK_AGO)


def to_word() -> Any:
    """Public words of a live priority that were written, not by the reader, and not approved (`why_not_approve` of priorities)."""
    somebody_elses = or_(PriorityWording.written_by_id.is_(None), PriorityWording.written_by_id != READER)
    return and_(PriorityWording.approved_at.is_(None), Priority.slot.is_not(None), somebody_elses)


def to_sign() -> Any:
    """A return that waits for the reader: that they may sign as it stands (`why_not_sign` of returns)."""
    stands = select(ReturnSignature.id).where(ReturnSignature.return_id == QuarterlyReturn.id, ReturnSignature.standing == 1)

    def signed(role: Role) -> Any:
        return stands.where(ReturnSignature.role == role.value).exists()

    return and_(
        or_(
            and_(QuarterlyReturn.team_id.in_(AS_SERGEANT), ~signed(Role.SERGEANT)),
            and_(QuarterlyReturn.team_id.in_(AS_INSPECTOR), signed(Role.SERGEANT), ~signed(Role.INSPECTOR)),
        ),
        ~stands.where(ReturnSignature.officer_id == READER).exists(),
    )


def handed_in() -> Any:
    """An entry from the phone of a closed account that nobody has accepted or refused; one of no team is any leader's."""
    ours = or_(HeldEntry.team_id.in_(TEAMS), and_(HeldEntry.team_id.is_(None), STRAY.in_(TEAMS)))
    return and_(HeldEntry.force_id == FORCE, HeldEntry.ended.is_(None), ours)


def asleep() -> Any:
    """A group that is dormant; its due date is empty, by which the index finds it."""
    return and_(Group.next_due_on.is_(None), Group.dormant_on.is_not(None))


def _branch(what: Waiting, team: Any, place: Any, officer: Any, *, flags: Sequence[Any] = (), of: Any = None) -> Any:
    """One kind of thing, counted by team, neighbourhood and officer; `flags` are assumed, decided, long, escalated, as far as it has them."""
    parts = [team, place, officer, *flags]
    columns = [literal(what.value).label("what"), team.label("team_id"), place.label("place_id"), officer.label("officer_id")]
    names = ("assumed", "decided", "long", "escalated")
    columns += [(flags[n] if n < len(flags) else _NO).label(name) for n, name in enumerate(names)]
    grouped = [part for part in parts if part is not _NONE and part is not _NO]
    asked = select(*columns, func.count().label("number"))
    return (asked if of is None else asked.select_from(of)).group_by(*grouped)


def _late() -> Any:
    facts = (
        select(
            Group.team_id, Group.neighbourhood_id, Group.owner_id, case((Group.assumed, _YES), else_=_NO).label("assumed"),
            case((and_(Decision.id.is_not(None), or_(Decision.until.is_(None), Decision.until >= TODAY)), _YES), else_=_NO).label("decided"),
            case((Group.longest_on <= TODAY, _YES), else_=_NO).label("long"),
            case((and_(Decision.id.is_(None), Group.longest_on <= ESCALATION), _YES), else_=_NO).label("escalated"),
        )
        .outerjoin(Decision, standing_decision(ESCALATION))
        .where(of_teams(Group), late_condition(TODAY))
        .subquery("facts")
    )  # fmt: skip
    return _branch(
        Waiting.LATE, facts.c.team_id, facts.c.neighbourhood_id, facts.c.owner_id,
        flags=(facts.c.assumed, facts.c.decided, facts.c.long, facts.c.escalated),
    )  # fmt: skip


def _approvals() -> list[Any]:
    """What waits for approval, one branch for each kind of it."""
    held = select(func.coalesce(HeldEntry.team_id, STRAY).label("team_id"), HeldEntry.officer_id).where(handed_in()).subquery("held")
    words = _branch(Waiting.APPROVE, Priority.team_id, Priority.neighbourhood_id, PriorityWording.written_by_id, of=PriorityWording)
    return [
        _branch(Waiting.APPROVE, Summary.team_id, Summary.neighbourhood_id, _NONE).where(
            of_teams(Summary), Summary.state == "with_approver"
        ),
        words.join(Priority, Priority.id == PriorityWording.priority_id).where(of_teams(Priority), to_word()),
        _branch(Waiting.APPROVE, QuarterlyReturn.team_id, _NONE, _NONE).where(of_teams(QuarterlyReturn), to_sign()),
        _branch(Waiting.APPROVE, held.c.team_id, _NONE, held.c.officer_id),
    ]


@lru_cache(maxsize=1)
def _statement() -> Any:
    concern = (Concern.team_id, Concern.neighbourhood_id, Concern.owner_id)
    over = case((Concern.answer_due_at < NOW, _YES), else_=_NO)
    place = func.coalesce(Concern.neighbourhood_id, Group.neighbourhood_id)
    promised = (
        _branch(Waiting.PROMISES, Action.team_id, place, Action.officer_id, of=Action)
        .outerjoin(Concern, Concern.id == Action.concern_id)
        .outerjoin(Group, Group.id == Action.promised_to_id)
    )
    branches = [
        select(
            literal(Waiting.TEAM.value).label("what"), Team.id.label("team_id"), _NONE.label("place_id"), _NONE.label("officer_id"),
            *(_NO.label(name) for name in ("assumed", "decided", "long", "escalated")), _NO.label("number"),
        ).where(Team.id.in_(TEAMS)),
        _late(),
        _branch(Waiting.CLOCKS, *concern, flags=(_NO, _NO, over)).where(of_teams(Concern), clock_condition()),
        _branch(Waiting.TELL, *concern).where(of_teams(Concern), Concern.state == ConcernState.OUTCOME_OWED.value),
        _branch(Waiting.UNOWNED, *concern).where(of_teams(Concern), unowned()),
        promised.where(of_teams(Action), past_due()),
        *_approvals(),
        _branch(Waiting.PRIORITIES, Priority.team_id, Priority.neighbourhood_id, _NONE).where(of_teams(Priority), stale_on(TODAY)),
        _branch(Waiting.UNSENT, Posting.team_id, _NONE, DeviceReport.officer_id, of=DeviceReport)
        .join(Posting, Posting.officer_id == DeviceReport.officer_id)
        .where(Posting.team_id.in_(TEAMS), Posting.kind == "home", holds_on(TODAY), unsent()),
        _branch(Waiting.DORMANT, Group.team_id, Group.neighbourhood_id, Group.owner_id).where(of_teams(Group), asleep()),
    ]  # fmt: skip
    counted = union_all(*branches).subquery("counted")
    return (
        select(*counted.c, Team.name.label("team"), Neighbourhood.name.label("place"), Officer.name.label("officer"))
        .join(Team, Team.id == counted.c.team_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == counted.c.place_id)
        .outerjoin(Officer, Officer.id == counted.c.officer_id)
    )


def whose(actor: Actor, teams: Iterable[int]) -> dict[str, Any]:
    """The force and teams asked about, and what the reader may sign and approve there. What is of no team stands under their first."""
    wanted = sorted(teams)
    return {
        "force": actor.force_id,
        "teams": wanted,
        "stray": wanted[0] if wanted else 0,
        "reader": actor.officer_id,
        "as_sergeant": sorted(actor.teams_as(Role.SERGEANT)),
        "as_inspector": sorted(actor.teams_as(Role.INSPECTOR)),
    }


def times(now: datetime, today: date) -> dict[str, Any]:
    """The moments and days that the board's conditions compare with."""
    return {
        "today": today,
        "now": now,
        "soon": rule().soon(now),
        "week_ago": now - A_WEEK,
        "escalation": escalation_day(today, current().number("overdue", "escalate_after_nights")),
    }


def counts(session: Session, actor: Actor, teams: Iterable[int], now: datetime, today: date) -> Sequence[Any]:
    """What waits in the teams for the actor: rows of (what, team_id, place_id, officer_id, assumed, decided, long, escalated,
    number, team, place, officer), and one row for each team itself. Every number on the board is a sum of them."""
    return ask(session, _statement(), {**whose(actor, teams), **times(now, today)}).all()
