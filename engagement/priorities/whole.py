"""Everything about one priority for its page, and what its forms offer: a fixed number of questions however much was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import altered
from engagement.audit.models import Version
from engagement.concerns.domain import ConcernState, SideEnd, state_label
from engagement.concerns.models import Action, Concern, Raising
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible
from engagement.core.errors import Missing
from engagement.core.wording import Finding, fingerprint
from engagement.engagements.domain import Kind
from engagement.engagements.models import Engagement
from engagement.engagements.queries import visible_to as engagements_visible
from engagement.people.models import Officer
from engagement.places.models import Neighbourhood, Team
from engagement.priorities.adopting import WORDS
from engagement.priorities.domain import Freshness, freshness, why_not_approve
from engagement.priorities.models import Priority, PriorityConcern, PriorityTold, PriorityWording, PriorityWork
from engagement.priorities.queries import roles_over, visible_to
from engagement.priorities.wordings import PARTS, blocking, seen_of

RECENT = timedelta(days=183)
MEETINGS = (Kind.OUR_MEETING, Kind.THEIR_MEETING, Kind.SURGERY, Kind.WALKABOUT, Kind.KIN_QUESTIONNAIRE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """A concern behind the priority that the reader may read."""

    id: int
    title: str
    state: str
    raised_at: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something done, or still to do: an action of a concern behind it, or a line of its own (`work_id`)."""

    on: date | None
    due_on: date | None
    what: str
    who: str
    result: str
    concern_id: int | None = None
    work_id: int | None = None
    withdrawn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A public wording as the page shows it; `findings` are (part's words, what was found, fingerprint)."""

    issue: str
    action: str
    writer: str
    written_at: Any
    approver: str
    approved_at: Any
    seen: str
    why_not: str
    findings: Sequence[tuple[str, Finding, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePriority:
    """What the page of a priority shows. `draft` are words that wait for approval, `public` those that anyone reads."""

    row: Any
    fresh: Freshness
    concerns: Sequence[Behind]
    hidden: int
    done: Sequence[Done]
    told: Sequence[Any]
    draft: Words | None
    public: Words | None
    versions: Sequence[tuple[Any, dict[str, Any]]]
    may_write: bool


def whole(session: Session, actor: Actor, priority_id: int, today: date) -> WholePriority:
    """The priority as its page shows it; `Missing` where it is not there or not the actor's to read."""
    row = _row(session, actor, priority_id)
    concerns, hidden = _concerns(session, actor, priority_id)
    draft, public = _wordings(session, actor, row)
    told = _told(session, priority_id)
    return WholePriority(
        row=row,
        fresh=freshness(row.agreed_on, [one.told_on for one in told if one.withdrawn_at is None], today),
        concerns=concerns,
        hidden=hidden,
        done=_done(session, actor, priority_id, [one.id for one in concerns]),
        told=told,
        draft=draft,
        public=public,
        versions=_versions(session, row),
        may_write=row.team_id in actor.teams(Permission.WRITE_DIARY),
    )


def _row(session: Session, actor: Actor, priority_id: int) -> Any:
    recorder, ender, other, there = aliased(Officer), aliased(Officer), aliased(Priority), aliased(Engagement)
    row = session.execute(
        select(
            *Priority.__table__.columns,
            Neighbourhood.name.label("neighbourhood"),
            Team.name.label("team"),
            recorder.name.label("recorder"),
            ender.name.label("ender"),
            other.title.label("replaced_by"),
            there.kind.label("engagement_kind"),
            there.place.label("engagement_place"),
        )
        .join(Neighbourhood, Neighbourhood.id == Priority.neighbourhood_id)
        .join(Team, Team.id == Priority.team_id)
        .join(recorder, recorder.id == Priority.recorded_by_id)
        .outerjoin(ender, ender.id == Priority.ended_by_id)
        .outerjoin(other, other.id == Priority.replaced_by_id)
        .outerjoin(there, and_(there.id == Priority.agreed_engagement_id, there.sensitive.is_(False)))
        .where(Priority.id == priority_id, visible_to(actor))
    ).one_or_none()
    if row is None:
        raise Missing
    return row


def _concerns(session: Session, actor: Actor, priority_id: int) -> tuple[list[Behind], int]:
    """The concerns that the actor may read, and how many others there are."""
    rows = session.execute(
        select(Concern.id, Concern.title, Concern.state, Concern.side_end, Concern.first_raised_at, concerns_visible(actor).label("theirs"))
        .join(PriorityConcern, PriorityConcern.concern_id == Concern.id)
        .where(PriorityConcern.priority_id == priority_id, PriorityConcern.taken_out_at.is_(None))
        .order_by(Concern.first_raised_at, Concern.id)
    ).all()
    found = [
        Behind(
            id=row.id,
            title=row.title,
            state=state_label(ConcernState(row.state), SideEnd(row.side_end) if row.side_end else None),
            raised_at=row.first_raised_at,
        )
        for row in rows
        if row.theirs
    ]
    return found, len(rows) - len(found)


def _done(session: Session, actor: Actor, priority_id: int, concern_ids: Sequence[int]) -> list[Done]:
    """What was done, newest first, after what is still to do."""
    actions = session.execute(
        select(Action.concern_id, Action.by, Action.partner, Action.what, Action.result, Action.due_on, Action.done_on, Officer.name)
        .outerjoin(Officer, Officer.id == Action.officer_id)
        .where(Action.concern_id.in_(concern_ids), Action.withdrawn_at.is_(None), Action.reports.is_(False), actions_visible_to(actor))
    )
    lines = session.execute(
        select(PriorityWork.id, PriorityWork.done_on, PriorityWork.what, PriorityWork.withdrawn_reason, Officer.name)
        .join(Officer, Officer.id == PriorityWork.recorded_by_id)
        .where(PriorityWork.priority_id == priority_id)
    )
    found = [
        Done(
            on=row.done_on,
            due_on=row.due_on,
            what=row.what,
            who=row.partner or row.name or "the community",
            result=row.result,
            concern_id=row.concern_id,
        )
        for row in actions
    ]
    found += [
        Done(on=row.done_on, due_on=None, what=row.what, who=row.name, result="", work_id=row.id, withdrawn=row.withdrawn_reason)
        for row in lines
    ]
    return sorted(found, key=lambda one: (one.on is not None, -(one.on.toordinal() if one.on else 0), one.what))


def _told(session: Session, priority_id: int) -> Sequence[Any]:
    return session.execute(
        select(
            PriorityTold.id, PriorityTold.told_on, PriorityTold.how, PriorityTold.where, PriorityTold.withdrawn_at,
            PriorityTold.withdrawn_reason, PriorityTold.summary_id, PriorityTold.engagement_id, Engagement.kind, Engagement.place, Officer.name,
        )
        .outerjoin(Engagement, Engagement.id == PriorityTold.engagement_id)
        .outerjoin(Officer, Officer.id == PriorityTold.recorded_by_id)
        .where(PriorityTold.priority_id == priority_id)
        .order_by(PriorityTold.told_on.desc(), PriorityTold.id.desc())
    ).all()  # fmt: skip


def _wordings(session: Session, actor: Actor, row: Any) -> tuple[Words | None, Words | None]:
    """The words that wait for approval, where the newest do, and the newest that are public."""
    writer, approver = aliased(Officer), aliased(Officer)
    rows = session.execute(
        select(PriorityWording, writer.name.label("writer"), approver.name.label("approver"))
        .join(writer, writer.id == PriorityWording.written_by_id)
        .outerjoin(approver, approver.id == PriorityWording.approved_by_id)
        .where(PriorityWording.priority_id == row.id)
        .order_by(PriorityWording.n.desc())
        .limit(2)
    ).all()
    said = [_words(actor, row.team_id, *one) for one in rows]
    draft = said[0] if said and said[0].approved_at is None else None
    return draft, next((one for one in said if one.approved_at is not None), None)


def _words(actor: Actor, team_id: int, wording: PriorityWording, writer: str, approver: str | None) -> Words:
    return Words(
        issue=wording.issue,
        action=wording.action,
        writer=writer,
        written_at=wording.written_at,
        approver=approver or "",
        approved_at=wording.approved_at,
        seen=seen_of(wording),
        why_not=why_not_approve(approver_id=actor.officer_id, roles=roles_over(actor, team_id), writer_id=wording.written_by_id),
        findings=[(PARTS[part], found, fingerprint(found)) for part, found in blocking(wording)],
    )


def _versions(session: Session, row: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Each change, newest first, with what it altered as it was before."""
    kept = session.execute(
        select(Version.at, Version.by_name, Version.reason, Version.content)
        .where(Version.entity == "priority", Version.entity_id == row.id)
        .order_by(Version.n.desc())
        .limit(20)
    ).all()
    present = {name: str(value) if isinstance(value := row._mapping[name], date) else value for name in WORDS}
    return list(zip(kept, altered([one.content for one in kept], present), strict=True))


def engagements_to_choose(session: Session, actor: Actor, neighbourhood_id: int, today: date) -> list[tuple[int, date, str]]:
    """Meetings and other entries of a neighbourhood of the last six months, meetings first: (id, day, words)."""
    rows = session.execute(
        select(Engagement.id, Engagement.kind, Engagement.happened_on, Engagement.place)
        .where(
            Engagement.neighbourhood_id == neighbourhood_id,
            Engagement.state == "happened",
            Engagement.sensitive.is_(False),
            Engagement.outcome == "spoke",
            Engagement.happened_on >= today - RECENT,
            engagements_visible(actor),
        )
        .order_by(Engagement.kind.in_([str(kind) for kind in MEETINGS]).desc(), Engagement.happened_on.desc(), Engagement.id.desc())
        .limit(25)
    )
    return [(row.id, row.happened_on, ", ".join(filter(None, (Kind(row.kind).label, row.place)))) for row in rows]


def raised_at_engagement(session: Session, concern_id: int) -> int | None:
    """The engagement at which a concern was raised last, if it was raised at one."""
    return session.scalar(
        select(Raising.engagement_id)
        .where(Raising.concern_id == concern_id, Raising.engagement_id.is_not(None), Raising.withdrawn_at.is_(None))
        .order_by(Raising.raised_at.desc())
        .limit(1)
    )


def concerns_to_choose(session: Session, actor: Actor, priority_id: int, neighbourhood_id: int) -> list[tuple[int, str]]:
    """Open concerns of the neighbourhood that could stand behind a priority: not sensitive, ended no other way, not there yet."""
    there = select(PriorityConcern.id).where(
        PriorityConcern.concern_id == Concern.id, PriorityConcern.priority_id == priority_id, PriorityConcern.taken_out_at.is_(None)
    )
    rows = session.execute(
        select(Concern.id, Concern.title)
        .where(
            Concern.neighbourhood_id == neighbourhood_id,
            Concern.state != ConcernState.CLOSED,
            Concern.sensitive.is_(False),
            Concern.side_end.is_(None),
            concerns_visible(actor),
            ~there.exists(),
        )
        .order_by(Concern.first_raised_at.desc(), Concern.id.desc())
        .limit(100)
    )
    return [(row.id, row.title) for row in rows]
