"""What stands behind a figure: its single rows, counted by the very questions that the figure was counted by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, null, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.clock import ClockRule
from engagement.concerns.counted import closing_standing_at
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible
from engagement.core.clock import london_day, london_moment
from engagement.db import UtcDateTime
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.models import Group, GroupCharacteristic
from engagement.groups.queries import visible_to as groups_visible
from engagement.measures import items, queries
from engagement.measures.domain import AGES, answer, days_late
from engagement.measures.figures import outcome_of
from engagement.measures.found import Found, ListPage, Row, Wanted
from engagement.measures.items import Asked, span, span_values, stretches
from engagement.measures.periods import ONE_DAY, Period
from engagement.overdue.models import Flag
from engagement.places.models import Neighbourhood
from engagement.priorities.models import Priority
from engagement.priorities.queries import stale_on

NONE_STATED = "none"
ON_TIME = ("kept", "late", "kept_assumed", "late_assumed")
OPEN = tuple(f"open_{n}" for n in range(len(AGES) + 1))
PROMISES = ("promise_kept", "promise_kept_late", "promise_moved", "promise_could_not", "promise_open")
ANSWERS = ("answer_in_time", "answer_late", "answer_owed", "answer_running")
OUTCOMES = ("outcome_told", "outcome_owed")
GROUPS = ("contacts", "met", "changed_agreement", "changed_pause", "dormant")
KNOWN = (*ON_TIME, *GROUPS, "opened", "closed", "open", *OPEN, *PROMISES, *ANSWERS, *OUTCOMES, "fresh", "stale", "no_priority", "reach")


def read_rows(
    session: Session,
    actor: Actor,
    asked: Asked,
    period: Period,
    wanted: Wanted,
    *,
    now: datetime,
    rule: ClockRule,
    offset: int = 0,
    limit: int = 50,
) -> Found:
    """A page of the rows behind a figure of a period, in two or three questions; the scope is in each of them."""
    today, page = london_day(now), ListPage(session, offset, limit)
    values = asked.values() | span_values(stretches([period], today)) | {"today": today}
    when, officer = span(1), asked.officer if asked.officer is None else int(bool(asked.officer))
    figure = wanted.figure
    if figure in ON_TIME:
        months = [(0, first, last) for first, last in items.months_of([period], today)]
        base = items.on_time(span(len(months), "month"), officer, days=True).subquery("base")
        found = _of_groups(page, base, base.c.what == figure, values | span_values(months, "month"), actor)
        return found if figure in ("kept", "kept_assumed") else _with_ends(session, found, period.until(today).last)
    if figure in ANSWERS or figure in OUTCOMES:
        return _of_raisers(page, asked, period, figure, now, rule)
    if figure in ("fresh", "stale", "no_priority"):
        return _of_priorities(page, asked, figure, today)
    if figure == "reach":
        return _of_reach(page, actor, wanted, officer, values)
    if figure in PROMISES:
        return _of_promises(page, items.promises(when, officer).subquery("base"), figure, values, actor)
    if figure in GROUPS:
        return _group_figure(page, figure, when, officer, values, actor)
    source: Callable[..., Any] = {"opened": items.opened, "closed": items.closed}.get(figure, items.still_open)
    base = source(when, officer).subquery("base")
    condition = base.c.what.in_(OPEN) if figure == "open" else base.c.what == figure
    return _of_concerns(page, base, condition, values, actor)


def _group_row(row: Any) -> Row:
    return Row(
        entity="group", id=row.id, title=row.name, href=f"/groups/{row.id}", what=row.what, day=row.day, until=getattr(row, "until", None),
        sensitive=row.sensitive,
    )  # fmt: skip


def _of_groups(page: ListPage, base: Any, condition: ColumnElement[bool], values: dict[str, Any], actor: Actor) -> Found:
    statement = (
        select(Group.id, Group.name, Group.sensitive, base.c.what, base.c.day)
        .join(base, base.c.key == Group.id)
        .where(condition, groups_visible(actor))
    )
    total, rows = page.of(statement, values, (base.c.day, Group.name_folded, Group.id))
    return Found(total, [_group_row(row) for row in rows])


def _with_ends(session: Session, found: Found, last: date) -> Found:
    """Rows of groups that were late, with what ended it and how many days late they were by the end of the period."""
    statement = select(Flag.group_id, Flag.due_on, Flag.cleared_on, Flag.cleared_by).where(
        Flag.group_id.in_({row.id for row in found.rows})
    )
    ends = {(flag.group_id, flag.due_on): flag for flag in session.execute(statement)} if found.rows else {}
    rows = []
    for row in found.rows:
        assert row.day is not None
        flag = ends[row.id, row.day]
        rows.append(replace(row, until=flag.cleared_on, kind=flag.cleared_by or "", number=days_late(row.day, flag.cleared_on, last)))
    return Found(found.total, rows)


def _group_figure(page: ListPage, figure: str, when: Any, officer: int | None, values: dict[str, Any], actor: Actor) -> Found:
    if figure == "contacts":
        base = items.contacts(when, officer).add_columns(EngagementGroup.engagement_id).subquery("base")
        statement = (
            select(
                Group.id, Group.name, Group.sensitive, base.c.day, base.c.engagement_id, Engagement.kind, Engagement.sensitive.label("few")
            )
            .join(base, base.c.key == Group.id)
            .join(Engagement, Engagement.id == base.c.engagement_id)
            .where(groups_visible(actor))
        )
        total, rows = page.of(statement, values, (base.c.day, base.c.engagement_id, Group.id))
        href = "/engagements/{}".format
        return Found(
            total,
            [
                Row(
                    entity="group", id=r.id, title=r.name, href=href(r.engagement_id), what=figure, day=r.day, kind=r.kind,
                    sensitive=r.sensitive or r.few,
                )
                for r in rows
            ],
        )  # fmt: skip
    if figure == "met":
        base = items.contacts(when, officer).subquery("contact")
        last = select(base.c.key, base.c.what, func.max(base.c.day).label("day")).group_by(base.c.key, base.c.what).subquery("base")
        return _of_groups(page, last, last.c.key.is_not(None), values, actor)
    if figure == "dormant":
        base = items.dormant(when, officer).subquery("base")
        return _of_groups(page, base, base.c.what == figure, values, actor)
    base = items.changed(when, officer).subquery("base")
    statement = (
        select(Group.id, Group.name, Group.sensitive, base.c.what, base.c.day, Flag.cleared_on.label("until"))
        .join(Flag, Flag.id == base.c.key)
        .join(Group, Group.id == Flag.group_id)
        .where(base.c.what == figure, groups_visible(actor))
    )
    total, rows = page.of(statement, values, (base.c.day, Group.name_folded, Flag.id))
    return Found(total, [_group_row(row) for row in rows])


def _concern_row(row: Any, what: str, number: float | None = None) -> Row:
    closed = getattr(row, "closed_then", None) or row.closed_at
    return Row(
        entity="concern", id=row.id, title=row.title, href=f"/concerns/{row.id}", what=what, day=london_day(row.first_raised_at),
        until=london_day(closed) if closed else None, number=number, kind=row.state, sensitive=row.sensitive,
    )  # fmt: skip


_CONCERN = (Concern.id, Concern.title, Concern.sensitive, Concern.first_raised_at, Concern.closed_at, Concern.state)


def _of_concerns(page: ListPage, base: Any, condition: ColumnElement[bool], values: dict[str, Any], actor: Actor) -> Found:
    ends = bindparam("span_ends0", type_=UtcDateTime())
    then = closing_standing_at(ends).label("closed_then")  # of one that was opened again since
    statement = select(*_CONCERN, base.c.what, then).join(base, base.c.key == Concern.id).where(condition, concerns_visible(actor))
    total, rows = page.of(statement, values, (Concern.first_raised_at, Concern.id))
    return Found(total, [_concern_row(row, row.what) for row in rows])


def _of_raisers(page: ListPage, asked: Asked, period: Period, figure: str, now: datetime, rule: ClockRule) -> Found:
    """Each raiser whose answer or outcome was what is asked for, the longest wait first."""
    cut = period.until(london_day(now))
    begins, ends = london_moment(cut.first), london_moment(cut.last + ONE_DAY)
    found: list[tuple[float, int, int]] = []
    if figure in ANSWERS:
        for row in queries.answers(page.session, asked, begins, ends):
            what, hours = answer(row.raised_at, row.answered_at, now, rule)
            if what == figure:
                found.append((-hours, row.id, row.concern_id))
    else:
        for row in queries.outcomes(page.session, asked, [cut]):
            heard = outcome_of(row, cut)
            if heard is not None and heard[0] == figure:
                found.append((-float(heard[1]), row.id, row.concern_id))
    some = sorted(found)[page.offset : page.offset + page.limit]
    statement = select(*_CONCERN).where(Concern.id.in_(bindparam("ids", expanding=True)))
    about = {row.id: row for row in page.session.execute(statement, {"ids": sorted({key for _w, _r, key in some})})} if some else {}
    return Found(len(found), [_concern_row(about[key], figure, -waited) for waited, _raising, key in some])


def _of_promises(page: ListPage, base: Any, figure: str, values: dict[str, Any], actor: Actor) -> Found:
    few = or_(
        exists().where(Concern.id == Action.concern_id, Concern.sensitive.is_(True)),
        exists().where(Group.id == Action.promised_to_id, Group.sensitive.is_(True)),
    )
    statement = (
        select(
            Action.id, Action.what.label("title"), Action.due_on, Action.ended_on, Action.concern_id, Action.promised_to_id, base.c.what,
            few.label("few"),
        )
        .join(base, base.c.key == Action.id)
        .where(base.c.what == figure, actions_visible_to(actor))
    )  # fmt: skip
    total, rows = page.of(statement, values, (Action.due_on, Action.id))
    return Found(
        total,
        [
            Row(
                entity="action", id=r.id, title=r.title, href=_where_promised(r), what=r.what, day=r.due_on, until=r.ended_on,
                sensitive=r.few,
            )
            for r in rows
        ],
    )  # fmt: skip


def _where_promised(row: Any) -> str:
    if row.concern_id is not None:
        return f"/concerns/{row.concern_id}"
    return f"/groups/{row.promised_to_id}" if row.promised_to_id is not None else ""


def _of_priorities(page: ListPage, asked: Asked, figure: str, today: date) -> Found:
    """Live priorities, up to date or not; or the neighbourhoods that have none."""
    theirs = (Neighbourhood.force_id == asked.force_id, Neighbourhood.team_id.in_(sorted(asked.team_ids)))
    if figure == "no_priority":
        live = select(Priority.neighbourhood_id).where(Priority.slot.is_not(None))
        statement: Any = select(Neighbourhood.id, Neighbourhood.name, null().label("told_on")).where(*theirs, Neighbourhood.id.not_in(live))
        total, rows = page.of(statement, {}, (Neighbourhood.name, Neighbourhood.id))
        return Found(total, [Row(entity="neighbourhood", id=r.id, title=r.name, href="/priorities", what=figure) for r in rows])
    stale = stale_on(today)
    statement = (
        select(Priority.id, Priority.title, func.coalesce(Priority.told_on, Priority.agreed_on).label("told_on"), Neighbourhood.name)
        .join(Neighbourhood, Neighbourhood.id == Priority.neighbourhood_id)
        .where(*theirs, Priority.slot.is_not(None), stale if figure == "stale" else ~stale)
    )
    total, rows = page.of(statement, {}, (Neighbourhood.name, Priority.id))
    return Found(
        total,
        [
            Row(entity="priority", id=r.id, title=f"{r.name}: {r.title}", href=f"/priorities/{r.id}", what=figure, day=r.told_on)
            for r in rows
        ],
    )


def _of_reach(page: ListPage, actor: Actor, wanted: Wanted, officer: int | None, values: dict[str, Any]) -> Found:
    """The groups of a community, with the last contact of the period."""
    when = span(1)
    contact = items.contacts(when, officer).subquery("contact")
    last = select(contact.c.key, func.max(contact.c.day).label("day")).group_by(contact.c.key).subquery("last")
    speaks = select(GroupCharacteristic.group_id)
    if wanted.community == NONE_STATED:
        community = Group.id.not_in(speaks)
    else:
        community = Group.id.in_(speaks.where(GroupCharacteristic.characteristic == bindparam("community")))
        values = values | {"community": wanted.community}
    there = or_(Group.dormant_on.is_(None), Group.dormant_on > when.c.last)
    statement = (
        select(Group.id, Group.name, Group.sensitive, last.c.day, null().label("what"))
        .join(when, Group.created_at < when.c.ends)
        .outerjoin(last, last.c.key == Group.id)
        .where(*items.mine(Group, officer), community, there, groups_visible(actor))
    )
    if wanted.met:
        statement = statement.where(last.c.day.is_not(None) if wanted.met == "yes" else last.c.day.is_(None))
    total, rows = page.of(statement, values, (Group.name_folded, Group.id))
    return Found(
        total,
        [
            Row(entity="group", id=r.id, title=r.name, href=f"/groups/{r.id}", what="reach", day=r.day, sensitive=r.sensitive)
            for r in rows
        ],
    )  # fmt: skip
