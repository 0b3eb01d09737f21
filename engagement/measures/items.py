"""What is counted: each measure as a question for its single rows, so that a count and the rows behind it cannot differ.

Every item is a row of `what`, `p` (0: the period, 1: the one before), `team_id`, `owner_id`, `key` and `day`. Whose an item is says the
group or concern that it belongs to, as it stands today; a promise is its promiser's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, and_, bindparam, case, func, literal, null, or_, select, true, union_all

from engagement.concerns.counted import closed_between, open_at, opened_between
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


def months_of(periods: Sequence[Period], today: date) -> list[tuple[date, date]]:
    """The calendar months of some periods as far as they have come, each once: its first and last day within its period."""
    return sorted({month for period in periods for month in period.until(today).months})


def on_time(months: Any, officer: int | None, *, days: bool = False) -> Any:
    """The contacts on time: an item for each group and month in which it was overdue or was contacted, kept or late, under a
    frequency that was agreed or only assumed. With `days` its day is what was due first where it was late, else the last contact.

    Each group's own days are looked up month by month (`_looked_up`): a few rows by their index, however large the tables are.
    """
    owed = _looked_up(
        "owed",
        select(
            Group.id.label("key"), Group.team_id, Group.owner_id, months.c.p, months.c.first, months.c.last, months.c.begins, months.c.ends,
            _overdue(months, func.min(Flag.due_on)).label("due"),
        )
        .select_from(Group)
        .join(months, true())
        .where(*mine(Group, officer)),
    )  # fmt: skip
    all_assumed = _overdue(owed, func.min(case((Flag.assumed, 1), else_=0)), owed.c.key) == 1
    by_letter = _in_force(owed, ContactAgreement.level == Level.INFORM.value, _written_to(owed))
    what = case(
        (owed.c.due.is_not(None), case((all_assumed, "late_assumed"), else_="late")),
        (_contact_in(owed, EngagementGroup.group_id).exists(), _in_force(owed)),
        else_=by_letter,
    )
    last = _contact_in(owed, func.max(EngagementGroup.happened_on)).scalar_subquery()
    day = func.coalesce(owed.c.due, last, owed.c.last) if days else null().cast(Date())
    cell = _looked_up("cell", select(what.label("what"), owed.c.p, owed.c.team_id, owed.c.owner_id, owed.c.key, day.label("day")))
    return select(cell).where(cell.c.what.is_not(None))


def _looked_up(name: str, question: Any) -> Any:
    """A question that is answered once, row by row, before anything is asked of its rows: SQLite would write its look-ups into
    each place where they are used, and make a filter over a whole table for a hundred of its rows."""
    return question.cte(name).prefix_with("MATERIALIZED")


def _overdue(months: Any, what: Any, group_id: Any = Group.id) -> Any:
    """Of the dates that a group was late for in a month: none, or what is asked of them."""
    return (
        select(what)
        .where(
            Flag.group_id == group_id, Flag.due_on < months.c.last, or_(Flag.cleared_on.is_(None), Flag.cleared_on >= months.c.first),
            missed_condition(),
        )
        .correlate(Group, months)
        .scalar_subquery()
    )  # fmt: skip


def _contact_in(owed: Any, what: Any) -> Any:
    """What is asked of the contacts that a group had in a month."""
    theirs = (EngagementGroup.group_id == owed.c.key, EngagementGroup.happened_on.between(owed.c.first, owed.c.last), COUNTED)
    return select(what).where(*theirs).correlate(owed)


def _in_force(owed: Any, *also: Any) -> Any:
    """Whether the agreement in force on a month's last day, if it has dates, was agreed or only assumed."""
    return (
        select(case((ContactAgreement.assumed, "kept_assumed"), else_="kept"))
        .where(
            ContactAgreement.group_id == owed.c.key,
            ContactAgreement.starts_on <= owed.c.last,
            or_(ContactAgreement.ends_on.is_(None), ContactAgreement.ends_on >= owed.c.last),
            ContactAgreement.frequency != Frequency.ON_REQUEST.value,
            *also,
        )
        .order_by(ContactAgreement.starts_on.desc())
        .limit(1)
        .correlate(owed)
        .scalar_subquery()
    )


def _written_to(owed: Any) -> Any:
    """That a letter to the group was delivered in a month, and did not come back."""
    return (
        select(LetterContact.group_id)
        .join(MonthlyLetter, MonthlyLetter.id == LetterContact.monthly_letter_id)
        .join(Letter, Letter.id == MonthlyLetter.letter_id)
        .where(LetterContact.group_id == owed.c.key, Letter.sent_at >= owed.c.begins, Letter.sent_at < owed.c.ends)
        .where(MonthlyLetter.came_back_at.is_(None))
        .correlate(owed)
        .exists()
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
    """Concerns closed in the period, and not opened again before its end."""
    return _concern(literal("closed"), when, closed_between(when.c.begins, when.c.ends), officer)


def still_open(when: Any, officer: int | None) -> Any:
    """Concerns open at the period's end, by age: open_0 the youngest."""
    ages = [(Concern.first_raised_at >= when.c[f"since_{n}"], f"open_{n}") for n in range(len(AGES))]
    return _concern(case(*ages, else_=f"open_{len(AGES)}"), when, open_at(when.c.ends), officer)


def open_before(when: Any, officer: int | None) -> Any:
    """Concerns open as the period began: with those opened and closed in it they make up those open at its end."""
    return _concern(literal("open_before"), when, open_at(when.c.begins), officer)


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
