"""What comes along with an engagement in the same save: concerns, tellings and promises; and their way back with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns import service as concerns
from engagement.concerns.categories import guess_category
from engagement.concerns.domain import Raiser, TellingKind
from engagement.concerns.drafts import ConcernDraft, How, PromiseDraft, RaisingDraft, Tap, TellingDraft
from engagement.concerns.models import Action, Raising, Telling
from engagement.concerns.raising import NEXT_MEETING
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.engagements.domain import Kind, Outcome
from engagement.engagements.drafts import Attending, EngagementDraft, RaisedConcern, ToldThere
from engagement.groups.models import Group
from engagement.groups.queries import visible_to

A_RESIDENT = "a resident"
_HOW = {Kind.PHONE: How.TELEPHONE, Kind.EMAIL: How.EMAIL}


def bring_along(
    session: Session,
    actor: Actor,
    draft: EngagementDraft,
    engagement_id: int,
    groups: Sequence[Attending],
    neighbourhood_id: int | None,
    *,
    now: datetime,
) -> None:
    """Records what was raised, told and promised there. A refusal names the line: `concern-0-title`, `promise-0-what`."""
    if draft.outcome is not Outcome.SPOKE:
        if draft.tellings:
            raise Refused("Nobody was spoken with, so nobody can have been told", field="tell")
        if draft.kept:
            raise Refused("Nobody was spoken with, so nobody can know that it was kept", field="kept")
        if draft.concerns:
            raise Refused("Nobody was spoken with, so nobody can have raised this", field="concern-0-title")
    first = groups[0].group_id if groups else None
    there = {g.group_id for g in groups}
    to_report = any(p.due_on is None for p in draft.promises) or any(line.tap is Tap.REPORT for line in draft.concerns)
    meeting = _next_meeting(session, actor, first, london_day(draft.happened_at)) if to_report else None
    for number, line in enumerate(draft.concerns):
        raising = _raising(draft, line, engagement_id, first, there)
        with _on_line(f"concern-{number}"):
            _raise(session, actor, draft, line, raising, neighbourhood_id, meeting, now)
    for told in draft.tellings:
        asked = TellingDraft(
            raising_id=told.raising_id, kind=TellingKind(told.kind), how=_HOW.get(draft.kind, How.ENGAGEMENT),
            told_at=min(draft.happened_at, now), engagement_id=engagement_id,
        )  # fmt: skip
        concerns.tell(session, actor, asked, now=now)
    if draft.kept:
        concerns.keep_promises(
            session, actor, draft.kept, engagement_id, on=london_day(min(draft.happened_at, now)), words=draft.summary, now=now
        )
    for number, made in enumerate(draft.promises):
        promised = PromiseDraft(
            what=made.what, due_on=made.due_on or meeting or london_day(now) + NEXT_MEETING, group_id=first,
            to="" if first else A_RESIDENT, engagement_id=engagement_id, officer_id=draft.for_officer_id,
            promised_on=london_day(min(draft.happened_at, now)), client_ref=made.client_ref,
        )  # fmt: skip
        with _on_line(f"promise-{number}"):
            concerns.promise(session, actor, promised, now=now)


def untold(session: Session, engagement_id: int, told: Iterable[ToldThere]) -> set[tuple[int, str]]:
    """Those of some tellings, as (raising, kind), that are not on the record of an engagement."""
    asked = {(one.raising_id, one.kind) for one in told}
    if not asked:
        return asked
    known = session.execute(
        select(Telling.raising_id, Telling.kind).where(Telling.engagement_id == engagement_id, Telling.taken_back_at.is_(None))
    )
    return asked - {(row.raising_id, row.kind) for row in known}


def still_open(session: Session, promises: Collection[int]) -> bool:
    """Whether any of some promises has not ended."""
    if not promises:
        return False
    asked = select(Action.id).where(Action.id.in_(promises), Action.ended.is_(None), Action.withdrawn_at.is_(None))
    return session.scalar(asked.limit(1)) is not None


def undo_along(session: Session, actor: Actor, engagement_id: int, reason: str, *, now: datetime) -> None:
    """Takes back what was told in an engagement, and withdraws what was raised and promised in it."""
    touched = set(concerns.take_back(session, actor, engagement_id=engagement_id, reason=reason, now=now))
    raised = session.execute(
        select(Raising.id, Raising.concern_id).where(Raising.engagement_id == engagement_id, Raising.withdrawn_at.is_(None))
    ).all()
    if raised:
        ids = [row.id for row in raised]
        session.execute(update(Raising).where(Raising.id.in_(ids)).values(withdrawn_at=now, withdrawn_reason=reason))
        record(session, actor, Operation.ALTERATION, "raising", ids, fields=["withdrawn"], now=now)
    promised = session.execute(
        select(Action.id, Action.concern_id).where(
            Action.engagement_id == engagement_id, Action.withdrawn_at.is_(None), Action.ended.is_(None)
        )
    ).all()
    if promised:
        ids = [row.id for row in promised]
        session.execute(update(Action).where(Action.id.in_(ids)).values(withdrawn_at=now, withdrawn_reason=reason))
        record(session, actor, Operation.ALTERATION, "action", ids, fields=["withdrawn"], now=now)
    touched |= {row.concern_id for row in (*raised, *promised) if row.concern_id is not None}
    concerns.open_again(session, actor, engagement_id, now=now)
    concerns.settle(session, touched, now=now, touched=True)


def carry_along(session: Session, engagement_id: int, was_at: datetime, is_at: datetime, *, now: datetime) -> None:
    """Moves what was raised and told in an engagement to the moment at which it is now said to have happened."""
    here = Raising.engagement_id == engagement_id
    touched = set(session.scalars(select(Raising.concern_id).where(here, Raising.raised_at == was_at)))
    session.execute(update(Raising).where(here, Raising.raised_at == was_at).values(raised_at=is_at))
    told = select(Raising.concern_id).join(Telling, Telling.raising_id == Raising.id).where(Telling.engagement_id == engagement_id)
    touched |= set(session.scalars(told.where(Telling.told_at == was_at)))
    session.execute(update(Telling).where(Telling.engagement_id == engagement_id, Telling.told_at == was_at).values(told_at=is_at))
    concerns.settle(session, touched, now=now)


@contextmanager
def _on_line(line: str) -> Iterator[None]:
    """A refusal of what is done in it lands on that line of the form."""
    try:
        yield
    except Refused as refusal:
        field = refusal.field if refusal.field in ("title", "category", "what", "due_on") else None
        field = field or ("title" if line.startswith("concern") else "what")
        raise Refused(refusal.sentence, field=f"{line}-{field}", **refusal.values) from refusal


def _raising(draft: EngagementDraft, line: RaisedConcern, engagement_id: int, first: int | None, there: set[int]) -> RaisingDraft:
    group_id = line.raiser_group_id if line.raiser_group_id in there else first
    raiser = Raiser(line.raiser) if line.raiser else Raiser.GROUP if group_id is not None else Raiser.RESIDENT
    return RaisingDraft(
        raiser=raiser, raised_at=draft.happened_at, group_id=None if raiser is Raiser.RESIDENT else group_id,
        raised_to_id=draft.raised_to_id or draft.for_officer_id, engagement_id=engagement_id, detail=line.detail,
        client_ref=line.client_ref if line.same_as_id is not None else None,
    )  # fmt: skip


def _raise(
    session: Session,
    actor: Actor,
    draft: EngagementDraft,
    line: RaisedConcern,
    raising: RaisingDraft,
    neighbourhood_id: int | None,
    meeting: date | None,
    now: datetime,
) -> None:
    if line.same_as_id is None:
        concern = ConcernDraft(
            title=line.title, category=line.category or guess_category(line.title), raising=raising,
            neighbourhood_id=neighbourhood_id, place=draft.place if draft.kind.on_the_spot else "", override_reason=draft.override_reason, tap=line.tap,
            report_by=meeting, client_ref=line.client_ref,
        )  # fmt: skip
        concerns.raise_concern(session, actor, concern, now=now)
        return
    again = concerns.raise_again(session, actor, line.same_as_id, raising, now=now)
    if line.tap is not Tap.FIND_OUT:
        report = line.tap is Tap.REPORT
        told = TellingDraft(
            raising_id=again.id, kind=TellingKind.ANSWER if report else TellingKind.OUTCOME, how=How.ENGAGEMENT, told_at=again.raised_at,
            engagement_id=raising.engagement_id, report_by=(meeting or london_day(draft.happened_at) + NEXT_MEETING) if report else None,
        )  # fmt: skip
        concerns.tell(session, actor, told, now=now)


def _next_meeting(session: Session, actor: Actor, group_id: int | None, on: date) -> date | None:
    """When the group is met next, as its agreement says; None where its agreement is not the actor's to read."""
    theirs = (Group.id == group_id, visible_to(actor))
    due = session.scalar(select(Group.next_due_on).where(*theirs)) if group_id is not None else None
    return due if due is not None and due > on else None
