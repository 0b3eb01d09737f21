"""What an inspector asks about groups that were left long overdue and undecided: a day for the sergeant, or why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission, Role
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.dates import days_over, say_date
from engagement.core.errors import Missing, Refused
from engagement.core.texts import one_line
from engagement.groups.models import Group
from engagement.groups.queries import late_condition
from engagement.groups.service import hold
from engagement.overdue.domain import escalation_day
from engagement.overdue.models import InspectorAsk
from engagement.overdue.queries import decided_condition
from engagement.people.duty_queries import off_on
from engagement.people.models import Posting
from engagement.people.queries import holds_on
from engagement.people.service import leave_note
from engagement.settings import current

MOST_AT_ONCE = 200
LONGEST_WORDS = 300
LONGEST_WAIT = timedelta(days=31)
NAMED = 3


class Ask(StrEnum):
    """What an inspector may ask of a sergeant."""

    DATE = "date"
    WHY = "why"

    @property
    def label(self) -> str:
        """The words on a button."""
        return {Ask.DATE: "Set a day", Ask.WHY: "Ask why"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskDraft:
    """What somebody wants to ask about some groups, and the last day for an answer."""

    group_ids: tuple[int, ...]
    kind: str
    words: str
    decide_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A group that was left: long overdue, and undecided for as many nights as the force allows."""

    id: int
    team_id: int
    name: str
    due_on: date


def left_undecided(session: Session, actor: Actor, group_ids: Iterable[int], today: date) -> list[Left]:
    """Those of the groups that have come up to the actor as their inspector, worst first."""
    day = escalation_day(today, current().number("overdue", "escalate_after_nights"))
    theirs = and_(Group.force_id == actor.force_id, Group.team_id.in_(sorted(actor.teams(Permission.ASK_SERGEANTS))))
    rows = session.execute(
        select(Group.id, Group.team_id, Group.name, Group.next_due_on)
        .where(Group.id.in_(sorted(set(group_ids))), theirs, late_condition(today), Group.longest_on <= day, ~decided_condition(day))
        .order_by(Group.next_due_on, Group.id)
    )
    return [Left(id=row.id, team_id=row.team_id, name=row.name, due_on=row.next_due_on) for row in rows if row.next_due_on]


def ask_sergeants(session: Session, actor: Actor, draft: AskDraft, *, now: datetime) -> list[InspectorAsk]:
    """Asks the sergeants of the groups' teams, each in one note; the groups stay to decide, with the question on their rows.

    Asked again, the later question stands. Raises Missing for somebody who is nobody's inspector, Refused beside `words`,
    `decide_by` or the kind, or for the whole page where a group was decided about meanwhile.
    """
    if actor.officer_id is None:
        raise Missing
    if draft.kind not in list(Ask):
        raise Refused("Choose what to ask", field="kind")
    today = london_day(now)
    words = one_line(draft.words, longest=LONGEST_WORDS, field="words", what="What you want to say")
    if not words:
        raise Refused("Say what you want to know, or have done", field="words")
    if draft.decide_by is None:
        raise Refused("Enter the day, such as 27/11/2026", field="decide_by")
    if not today <= draft.decide_by <= today + LONGEST_WAIT:
        raise Refused("Date must be from today to {day}", field="decide_by", day=say_date(today + LONGEST_WAIT, today))
    wanted = hold(session, draft.group_ids)
    groups = left_undecided(session, actor, wanted, today)
    if not groups or len(groups) != len(wanted) or len(groups) > MOST_AT_ONCE:
        raise Refused("They have been decided about meanwhile, or are not yours to ask about", field="groups")
    made = [
        InspectorAsk(
            force_id=actor.force_id, team_id=group.team_id, group_id=group.id, due_on=group.due_on, kind=Ask(draft.kind).value, words=words,
            decide_by=draft.decide_by, asked_at=now, asked_by_id=actor.officer_id,
        )
        for group in groups
    ]  # fmt: skip
    session.add_all(made)
    session.flush()
    record(session, actor, Operation.COLLECTION, "inspector_ask", [one.id for one in made], now=now)
    _tell(session, actor, groups, Ask(draft.kind), words, draft.decide_by, now=now)
    return made


def _tell(session: Session, actor: Actor, groups: list[Left], kind: Ask, words: str, by: date, *, now: datetime) -> None:
    """One note to each sergeant of a team: those on duty today, or all of them where none is."""
    today = london_day(now)
    teams: dict[int, list[Left]] = defaultdict(list)
    for group in groups:
        teams[group.team_id].append(group)
    rows = session.execute(
        select(Posting.team_id, Posting.officer_id)
        .where(Posting.role == Role.SERGEANT.value, Posting.team_id.in_(sorted(teams)), holds_on(today))
        .distinct()
    ).all()
    off = off_on(session, {row.officer_id for row in rows}, today)
    for team_id, theirs in sorted(teams.items()):
        sergeants = [row.officer_id for row in rows if row.team_id == team_id and row.officer_id != actor.officer_id]
        for officer_id in sorted([one for one in sergeants if one not in off] or sergeants):
            said = _words(theirs, kind, words, by, today)
            leave_note(session, actor, officer_id, "group", theirs[0].id, said, now=now)


def _words(groups: list[Left], kind: Ask, words: str, by: date, today: date) -> str:
    names = "; ".join(f"{one.name}, {days_over((today - one.due_on).days)}" for one in groups[:NAMED])
    rest = f" and {len(groups) - NAMED} more" if len(groups) > NAMED else ""
    asked = "why was nothing decided, please, by" if kind is Ask.WHY else "decide by"
    return f"Left too long: {names}{rest}. From the inspector: {asked} {say_date(by, today)}. {words}"
