"""What is counted: each measure as a question for its single rows, so that a count and the rows behind it cannot differ.

Every item is a row of `what`, `p` (0: the period, 1: the one before), `team_id`, `owner_id`, `key` and `day`. Whose an item is says the
group or concern that it belongs to, as it stands today; a promise is its promiser's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, literal, null, or_, select, union_all

from engagement.concerns.counted import closed_between, opened_between
from engagement.concerns.models import Action, Concern
from engagement.core.clock import london_moment
from engagement.db import UtcDateTime
from engagement.engagements.models import EngagementGroup
from engagement.groups.domain import Level
from engagement.groups.frequency import Frequency
from engagement.groups.models import ContactAgreement, Group
from engagement.mail.models import Letter
from engagement.measures.domain import AGES, raised_since
from engagement.measures.periods import ONE_DAY, Period
from engagement.overdue.domain import Cleared
from engagement.overdue.models import Flag
from engagement.overdue.queries import missed_condition
from engagement.summaries.models import LetterContact, MonthlyLetter

NOBODY = 0
# That contact counts, said so that SQLite does not build an index of it for each question instead of reading each group's own days.
COUNTED = case((EngagementGroup.counts, 1), else_=0) == 1
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose measures: teams of a force, and of them one officer's where `officer` is given (0: nobody's)."""

    force_id: int
    team_ids: tuple[int, ...]
    officer: int | None = None

    def values(self) -> Values:
        """What the questions bind."""
        return {"force": self.force_id, "teams": sorted(self.team_ids)} | ({"officer": self.officer} if self.officer else {})


def mine(table: Any, officer: int | None, owner: Any = None) -> tuple[Any, ...]:
    """That a row belongs to the teams asked for, and to the officer if one is."""
    whose = table.owner_id if owner is None else owner
    conditions = [table.force_id == bindparam("force"), table.team_id.in_(bindparam("teams", expanding=True))]
    if officer is not None:
        conditions.append(whose == bindparam("officer") if officer else whose.is_(None))
    return tuple(conditions)


def span(count: int, name: str = "span") -> Any:
    """A table of so many stretches of time, bound by `span_values`: p, first, last, begins, ends and, for ages, since_0 and on."""
    days, moments = ("first", "last"), ("begins", "ends", *(f"since_{n}" for n in range(len(AGES))))
    return union_all(
        *(
            select(
                bindparam(f"{name}_p{n}", type_=EngagementGroup.group_id.type).label("p"),
                *(bindparam(f"{name}_{column}{n}", type_=Date()).label(column) for column in days),
                *(bindparam(f"{name}_{column}{n}", type_=UtcDateTime()).label(column) for column in moments),
            )
            for n in range(count)
        )
    ).cte(name)


def span_values(stretches: Sequence[tuple[int, date, date]], name: str = "span") -> Values:
    """The values of `span` for stretches of (p, first day, last day)."""
    values: Values = {}
    for n, (p, first, last) in enumerate(stretches):
        values |= {f"{name}_p{n}": p, f"{name}_first{n}": first, f"{name}_last{n}": last}
        values |= {f"{name}_begins{n}": london_moment(first), f"{name}_ends{n}": london_moment(last + ONE_DAY)}
        values |= {f"{name}_since_{a}{n}": london_moment(day) for a, day in enumerate(raised_since(last))}
    return values


def stretches(periods: Sequence[Period], today: date) -> list[tuple[int, date, date]]:
    """Periods as stretches, none beyond today."""
    return [(p, (cut := period.until(today)).first, cut.last) for p, period in enumerate(periods)]


def month_stretches(periods: Sequence[Period], today: date) -> list[tuple[int, date, date]]:
    """The calendar months of periods, each with its period's number."""
    return [(p, first, last) for p, period in enumerate(periods) for first, last in period.until(today).months]


def group_months(months: Any, officer: int | None) -> Any:
    """The contacts on time: a row for each group and month in which it was overdue or was contacted.

    Columns: group_id, p, first, late (1 or 0), assumed (1 or 0), day (what was due where late, else the last contact).
    """
    late = (
        select(
            Flag.group_id, months.c.p, months.c.first, literal(1).label("late"), case((Flag.assumed, 1), else_=0).label("assumed"),
            Flag.due_on.label("day"),
        )
        .join(Group, Group.id == Flag.group_id)
        .join(months, and_(Flag.due_on < months.c.last, or_(Flag.cleared_on.is_(None), Flag.cleared_on >= months.c.first)))
        .where(*mine(Group, officer), missed_condition())
    )  # fmt: skip
    # Contacts are brought down to one row for each group and month before anything else is asked of them: a quarter of a
    # million become some thousands, and the planner reads each group's own days.
    met = (
        select(EngagementGroup.group_id, months.c.p, months.c.first, months.c.last, func.max(EngagementGroup.happened_on).label("day"))
        .select_from(Group)
        .join(EngagementGroup, EngagementGroup.group_id == Group.id)
        .join(months, EngagementGroup.happened_on.between(months.c.first, months.c.last))
        .where(*mine(Group, officer), COUNTED)
        .group_by(EngagementGroup.group_id, months.c.p, months.c.first, months.c.last)
        .subquery("met")
    )
    written = (
        select(LetterContact.group_id, months.c.p, months.c.first, months.c.last, months.c.last.label("day"))
        .select_from(months)
        .join(Letter, and_(Letter.sent_at >= months.c.begins, Letter.sent_at < months.c.ends))
        .join(MonthlyLetter, MonthlyLetter.letter_id == Letter.id)
        .join(LetterContact, LetterContact.monthly_letter_id == MonthlyLetter.id)
        .join(Group, Group.id == LetterContact.group_id)
        .where(*mine(Group, officer), MonthlyLetter.came_back_at.is_(None))
        .distinct()
        .subquery("written")
    )
    seen, told = _in_force(met), _in_force(written).where(ContactAgreement.level == Level.INFORM.value)
    every = union_all(late, seen, told).subquery("every")
    was_late = func.max(every.c.late)
    first_due = func.min(case((every.c.late == 1, every.c.day)))
    of_flag = func.min(case((every.c.late == 1, every.c.assumed)))
    return (
        select(
            every.c.group_id, every.c.p, every.c.first, was_late.label("late"),
            func.coalesce(of_flag, func.min(every.c.assumed)).label("assumed"),
            func.coalesce(first_due, func.max(every.c.day)).label("day"),
        )
        .group_by(every.c.group_id, every.c.p, every.c.first)
    )  # fmt: skip


def _in_force(touch: Any) -> Any:
    """The groups and months in which there was a touch, under the agreement in force on the month's last day if it has dates."""
    agreed = and_(
        ContactAgreement.group_id == touch.c.group_id,
        ContactAgreement.starts_on <= touch.c.last,
        or_(ContactAgreement.ends_on.is_(None), ContactAgreement.ends_on >= touch.c.last),
        ContactAgreement.frequency != Frequency.ON_REQUEST.value,
    )
    assumed = case((ContactAgreement.assumed, 1), else_=0).label("assumed")
    return select(touch.c.group_id, touch.c.p, touch.c.first, literal(0).label("late"), assumed, touch.c.day).join(ContactAgreement, agreed)


def on_time(months: Any, officer: int | None) -> Any:
    """The same as items: kept or late, under a frequency that was agreed or only assumed."""
    cell = group_months(months, officer).subquery("cell")
    agreed = case((cell.c.late == 1, "late"), else_="kept")
    assumed = case((cell.c.late == 1, "late_assumed"), else_="kept_assumed")
    what = case((cell.c.assumed == 1, assumed), else_=agreed).label("what")
    return select(what, cell.c.p, Group.team_id, Group.owner_id, cell.c.group_id.label("key"), cell.c.day).join(
        Group, Group.id == cell.c.group_id
    )


def contacts(when: Any, officer: int | None) -> Any:
    """Each group in each engagement that counts as contact with it. The key is the group's."""
    return (
        select(
            literal("contacts").label("what"),
            when.c.p,
            Group.team_id,
            Group.owner_id,
            Group.id.label("key"),
            EngagementGroup.happened_on.label("day"),
        )
        .join(EngagementGroup, EngagementGroup.group_id == Group.id)
        .join(when, EngagementGroup.happened_on.between(when.c.first, when.c.last))
        .where(*mine(Group, officer), COUNTED)
    )


def changed(when: Any, officer: int | None) -> Any:
    """Dates that passed and were then done away with without a contact: the agreement changed, or the group paused."""
    what = case((Flag.cleared_by == Cleared.PAUSE.value, "changed_pause"), else_="changed_agreement").label("what")
    return (
        select(what, when.c.p, Group.team_id, Group.owner_id, Flag.id.label("key"), Flag.due_on.label("day"))
        .join(Group, Group.id == Flag.group_id)
        .join(when, Flag.cleared_on.between(when.c.first, when.c.last))
        .where(*mine(Group, officer), missed_condition(), Flag.cleared_by.in_((Cleared.PAUSE.value, Cleared.AGREEMENT.value)))
    )


def dormant(when: Any, officer: int | None) -> Any:
    """Groups that went dormant."""
    return (
        select(
            literal("dormant").label("what"), when.c.p, Group.team_id, Group.owner_id, Group.id.label("key"), Group.dormant_on.label("day")
        )
        .join(when, Group.dormant_on.between(when.c.first, when.c.last))
        .where(*mine(Group, officer))
    )


def _concern(what: Any, when: Any, condition: Any, officer: int | None) -> Any:
    columns = (when.c.p, Concern.team_id, Concern.owner_id, Concern.id.label("key"), null().cast(Date()).label("day"))
    return select(what.label("what"), *columns).join(when, condition).where(*mine(Concern, officer))


def opened(when: Any, officer: int | None) -> Any:
    """Concerns first raised in the period."""
    return _concern(literal("opened"), when, opened_between(when.c.begins, when.c.ends), officer)


def closed(when: Any, officer: int | None) -> Any:
    """Concerns closed in the period, and not opened again since."""
    return _concern(literal("closed"), when, closed_between(when.c.begins, when.c.ends), officer)


def still_open(when: Any, officer: int | None) -> Any:
    """Concerns open at the period's end, by age: open_0 the youngest."""
    ages = [(Concern.first_raised_at >= when.c[f"since_{n}"], f"open_{n}") for n in range(len(AGES))]
    there = and_(Concern.first_raised_at < when.c.ends, or_(Concern.closed_at.is_(None), Concern.closed_at >= when.c.ends))
    return _concern(case(*ages, else_=f"open_{len(AGES)}"), when, there, officer)


def promises(when: Any, officer: int | None) -> Any:
    """Promises due in the period: what became of each, as `domain.promise` says it; `today` is bound."""
    today = bindparam("today", type_=Date())
    what = case(
        (and_(Action.ended == "kept", Action.ended_on <= Action.due_on), "promise_kept"),
        (Action.ended == "kept", "promise_kept_late"),
        (Action.ended == "moved", "promise_moved"),
        (Action.ended == "could_not", "promise_could_not"),
        else_="promise_open",
    ).label("what")
    return (
        select(what, when.c.p, Action.team_id, Action.officer_id.label("owner_id"), Action.id.label("key"), Action.due_on.label("day"))
        .join(when, Action.due_on.between(when.c.first, when.c.last))
        .where(
            *mine(Action, officer, Action.officer_id), Action.is_promise, Action.withdrawn_at.is_(None),
            or_(Action.ended.is_not(None), Action.due_on < today),
        )
    )  # fmt: skip
