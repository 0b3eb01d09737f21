"""The cards of the editor's desk: each item beside the records behind it, and what stands against its approval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.models import Version
from engagement.concerns.domain import ConcernState, Raiser, SideEnd, state_label
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.core.wording import Finding, fingerprint
from engagement.groups.models import Group
from engagement.people.models import Officer
from engagement.summaries.composing import compose
from engagement.summaries.domain import blocking_findings, left_out_by_default, unfinished
from engagement.summaries.facts import Matter, matters
from engagement.summaries.models import Summary, SummaryItem
from engagement.summaries.service import CORRECTED, PARTS, may_approve_it, parts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One raising as the desk shows it: who, when, what they were told, and whether it came after the draft.

    A group that is OFFICIAL-SENSITIVE is "a group", whoever looks.
    """

    who: str
    group_id: int | None
    on: date
    told: str  # "outcome", "answer", "received" or "", the furthest
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acted:
    """One action: by whom, what, when done or due, with what result."""

    who: str
    what: str
    result: str
    done_on: date | None
    due_on: date | None
    new: bool


@dataclass(slots=True)
class Card:
    """An item beside its records."""

    item: SummaryItem
    title: str
    state: str
    raisings: list[Raised]
    actions: list[Acted]
    groups: dict[int, str]
    gaps: tuple[str, ...]
    findings: list[tuple[str, str, Finding, str]]  # part, its words, what was found, fingerprint
    unfinished: tuple[str, ...]
    quiet: bool
    opens: bool  # whether the actor may read the concern itself
    why_not: str  # why the actor may not approve it; empty when they may
    writer: str = ""
    corrector: str = ""
    before: dict[str, str] = field(default_factory=dict)  # what a part said before an approver corrected it

    @property
    def since(self) -> int:
        """How many records were entered since the draft."""
        return sum(r.new for r in self.raisings) + sum(a.new for a in self.actions)

    @property
    def audience_name(self) -> str:
        """The group that alone gets it, or an empty text for everyone."""
        return self.groups.get(self.item.audience_group_id or 0, "") if self.item.audience == "group" else ""


def cards_of(session: Session, actor: Actor, summary: Summary, items: Sequence[SummaryItem], names: Mapping[int, str]) -> list[Card]:
    """The cards of a summary's items, in their order, in a number of questions that does not grow with them; `names` are
    those of the officers who wrote and corrected."""
    ids = [item.concern_id for item in items]
    about = matters(session, ids)
    titles = {
        row.id: row
        for row in session.execute(select(Concern.id, Concern.title, Concern.state, Concern.side_end).where(Concern.id.in_(ids)))
    }
    raisings, actions = _raisings(session, ids, summary.drafted_at), _actions(session, ids, summary.drafted_at)
    before = _corrections(session, [item.id for item in items if item.corrected_at])
    cards = []
    for item in items:
        key = item.concern_id
        card = _card(actor, summary, item, titles[key], about[key], raisings[key], actions[key], names)
        card.before = {name: text for name, text in before.get(item.id, {}).items() if text != getattr(item, name)}
        cards.append(card)
    return cards


def _card(
    actor: Actor,
    summary: Summary,
    item: SummaryItem,
    row: Any,
    about: Matter,
    raisings: list[Raised],
    actions: list[Acted],
    names: Mapping[int, str],
) -> Card:
    parts = parts_of(item)
    return Card(
        item=item,
        title=row.title,
        state=state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None),
        raisings=raisings,
        actions=actions,
        groups={raised.group_id: raised.who for raised in raisings if raised.group_id is not None},
        gaps=compose(about.facts, Month.parse(summary.month)).gaps if item.written_by_id is None else (),
        findings=[(part, PARTS[part], found, fingerprint(found)) for part, found in blocking_findings(parts, item.cleared)],
        unfinished=tuple(PARTS[part] for part in unfinished(parts)),
        quiet=bool(left_out_by_default(about.facts)),
        opens=summary.team_id in actor.readable_teams,
        why_not=may_approve_it(actor, summary, item),
        writer=names.get(item.written_by_id or 0, ""),
        corrector=names.get(item.corrected_by_id or 0, ""),
    )


_FAR = {"received": 1, "answer": 2, "outcome": 3}


def _raisings(session: Session, ids: Sequence[int], drafted_at: datetime) -> dict[int, list[Raised]]:
    told: dict[int, str] = {}
    rows = session.execute(
        select(Telling.raising_id, Telling.kind)
        .join(Raising, Raising.id == Telling.raising_id)
        .where(Raising.concern_id.in_(ids), Telling.taken_back_at.is_(None))
    )
    for telling in rows:
        told[telling.raising_id] = max(told.get(telling.raising_id, ""), telling.kind, key=lambda kind: _FAR.get(kind, 0))
    found: dict[int, list[Raised]] = defaultdict(list)
    for row in session.execute(
        select(
            Raising.id,
            Raising.concern_id,
            Raising.raiser,
            Raising.raised_at,
            Raising.recorded_at,
            Raising.group_id,
            Group.name,
            Group.sensitive,
        )
        .outerjoin(Group, Group.id == Raising.group_id)
        .where(Raising.concern_id.in_(ids), Raising.withdrawn_at.is_(None))
        .order_by(Raising.raised_at, Raising.id)
    ):
        found[row.concern_id].append(
            Raised(
                who=row.name if row.name and not row.sensitive else Raiser(row.raiser).label,
                group_id=None if row.sensitive else row.group_id,
                on=london_day(row.raised_at),
                told=told.get(row.id, ""),
                new=row.recorded_at > drafted_at,
            )
        )
    return found


def _actions(session: Session, ids: Sequence[int], drafted_at: datetime) -> dict[int, list[Acted]]:
    """What was or will be done; one that was done since the draft is new, whenever it was planned."""
    rows = session.execute(
        select(
            Action.concern_id, Action.by, Action.partner, Action.what, Action.result, Action.result_number, Action.partner_outcome,
            Action.done_on, Action.due_on, Action.expected_on, Action.recorded_at, Officer.name,
        )
        .outerjoin(Officer, Officer.id == Action.officer_id)
        .where(Action.concern_id.in_(ids), Action.withdrawn_at.is_(None))
        .order_by(Action.id)
    )  # fmt: skip
    found: dict[int, list[Acted]] = defaultdict(list)
    for row in rows:
        number = f"{row.result_number:,}" if row.result_number is not None else ""
        found[row.concern_id].append(
            Acted(
                who=row.partner or (row.name if row.by == "officer" else "") or row.by,
                what=row.what,
                result=" · ".join(part for part in (row.result, row.partner_outcome, number) if part),
                done_on=row.done_on,
                due_on=row.expected_on or row.due_on,
                new=row.recorded_at > drafted_at or (row.done_on is not None and row.done_on > london_day(drafted_at)),
            )
        )
    return found


def _corrections(session: Session, item_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """What the items said before an approver first corrected them since their writer last wrote."""
    rows = session.execute(
        select(Version.entity_id, Version.content, Version.reason)
        .where(Version.entity == "summary_item", Version.entity_id.in_(item_ids))
        .order_by(Version.entity_id, Version.n.desc())
    )
    found: dict[int, dict[str, str]] = {}
    over: set[int] = set()
    for row in rows:
        if row.reason != CORRECTED:
            over.add(row.entity_id)
        elif row.entity_id not in over:
            found[row.entity_id] = {name: row.content[name] for name in PARTS if name in row.content}
    return found
