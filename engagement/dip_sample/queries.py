"""Questions about dip-samples: what may be drawn, which samples somebody may read, and what their entries say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission, Role
from engagement.concerns.models import Action, Concern
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as concerns_visible
from engagement.core.clock import london_moment
from engagement.core.errors import Missing
from engagement.core.months import Month
from engagement.dip_sample.domain import Candidate
from engagement.dip_sample.models import DipEntry, DipSample
from engagement.engagements.domain import Kind, Outcome, State
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.engagements.queries import visible_to as entries_visible
from engagement.groups.models import Group
from engagement.people.models import Officer, Posting
from engagement.places.models import Team

ONE_DAY = timedelta(days=1)
MOST_SAMPLES = 60


def readable_by(actor: Actor) -> ColumnElement[bool]:
    """The samples of the teams that an actor leads."""
    return and_(DipSample.force_id == actor.force_id, DipSample.team_id.in_(sorted(actor.teams(Permission.DECIDE_OVERDUE))))


def theirs_to_read(actor: Actor) -> ColumnElement[bool]:
    """The drawn entries that an actor may read for the sample: open to them, and recorded by somebody else.

    Closed to a sergeant is an entry of their team at which a group was that is OFFICIAL-SENSITIVE and another team's.
    """
    return and_(
        DipEntry.officer_id != actor.officer_id,
        or_(
            and_(DipEntry.entity == "engagement", exists().where(Engagement.id == DipEntry.entity_id, entries_visible(actor))),
            and_(DipEntry.entity == "concern", exists().where(Concern.id == DipEntry.entity_id, concerns_visible(actor))),
            and_(DipEntry.entity == "action", exists().where(Action.id == DipEntry.entity_id, actions_visible_to(actor))),
        ),
    )


def teams_without(session: Session, force_id: int, month: Month) -> Sequence[int]:
    """The teams of a force whose sample of a month was not drawn yet."""
    drawn = exists().where(DipSample.team_id == Team.id, DipSample.month == str(month))
    return session.scalars(select(Team.id).where(Team.force_id == force_id, ~drawn).order_by(Team.id)).all()


def candidates(session: Session, team_id: int, month: Month) -> list[Candidate]:
    """What was recorded for a team in a month, but for what was withdrawn, came from before the diary, or was recorded by
    whoever was the team's sergeant then. Of actions and promises those that were saved over a warning: the others are read with
    their concern or engagement."""
    begins, ends = london_moment(month.first), london_moment(month.last + ONE_DAY)
    sergeants = select(Posting.officer_id).where(
        Posting.team_id == team_id, Posting.role == Role.SERGEANT.value, Posting.starts_on <= month.last,
        or_(Posting.ends_on.is_(None), Posting.ends_on >= month.first),
    )  # fmt: skip
    found: list[Candidate] = []
    for name, table, also in (
        ("engagement", Engagement, (Engagement.state == State.HAPPENED.value, Engagement.before_the_diary.is_(False))),
        ("concern", Concern, ()),
        ("action", Action, (Action.override_reason != "", Action.withdrawn_at.is_(None))),
    ):
        rows = session.execute(
            select(table.id, table.recorded_by_id, (table.override_reason != "").label("overridden"))
            .where(table.team_id == team_id, table.recorded_at >= begins, table.recorded_at < ends, table.recorded_by_id.not_in(sergeants))
            .where(*also)
            .order_by(table.id)
        )
        found += [Candidate(entity=name, id=row[0], officer_id=row[1], overridden=bool(row[2])) for row in rows]
    return found


def samples_of(session: Session, actor: Actor) -> Sequence[Any]:
    """The samples that an actor may read, newest first: (id, month, team, drawn_from, entries, theirs, read, commented, overridden).

    Of the `entries` that were drawn `theirs` are the actor's to read, of which `read` were read.
    """
    theirs = theirs_to_read(actor)
    return session.execute(
        select(
            DipSample.id, DipSample.month, Team.name.label("team"), DipSample.drawn_from, func.count(DipEntry.id).label("entries"),
            func.count(case((theirs, 1))).label("theirs"), func.count(case((theirs, DipEntry.read_at))).label("read"),
            func.count(DipEntry.commented_at).label("commented"), func.count(case((DipEntry.overridden.is_(True), 1))).label("overridden"),
        )
        .join(Team, Team.id == DipSample.team_id)
        .outerjoin(DipEntry, DipEntry.sample_id == DipSample.id)
        .where(readable_by(actor))
        .group_by(DipSample.id, Team.name)
        .order_by(DipSample.month.desc(), Team.name)
        .limit(MOST_SAMPLES)
    ).all()  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One entry of a sample for its page: what it says, and what was made of it."""

    id: int
    place: int
    entity: str
    entity_id: int
    officer_id: int
    officer: str
    what: str
    path: str  # where it stands; empty where it has no page
    when: datetime
    words: str
    override_reason: str
    sensitive: bool
    withdrawn: bool
    read_at: datetime | None
    reader: str
    comment: str


def sample_of(session: Session, actor: Actor, sample_id: int) -> Any:
    """A sample that an actor may read: (id, month, team, drawn_from, drawn_at, entries); Missing otherwise."""
    entries = select(func.count()).where(DipEntry.sample_id == DipSample.id).scalar_subquery().label("entries")
    found = session.execute(
        select(DipSample.id, DipSample.month, Team.name.label("team"), DipSample.drawn_from, DipSample.drawn_at, entries)
        .join(Team, Team.id == DipSample.team_id)
        .where(DipSample.id == sample_id, readable_by(actor))
    ).one_or_none()
    if found is None:
        raise Missing
    return found


def entries_of(session: Session, actor: Actor, sample_id: int) -> list[Drawn]:
    """The entries of a sample as they stand now, in the order of the lot, in five questions; but for those closed to the reader."""
    reader = Officer.__table__.alias("reader")
    rows = session.execute(
        select(*DipEntry.__table__.columns, Officer.name.label("officer"), reader.c.name.label("reader"))
        .join(Officer, Officer.id == DipEntry.officer_id)
        .outerjoin(reader, reader.c.id == DipEntry.read_by_id)
        .where(DipEntry.sample_id == sample_id)
        .order_by(DipEntry.place)
    ).all()
    said = _engagements(session, actor, [r.entity_id for r in rows if r.entity == "engagement"])
    said |= _concerns(session, actor, [r.entity_id for r in rows if r.entity == "concern"])
    said |= _actions(session, actor, [r.entity_id for r in rows if r.entity == "action"])
    return [
        Drawn(
            id=r.id, place=r.place, entity=r.entity, entity_id=r.entity_id, officer_id=r.officer_id, officer=r.officer, read_at=r.read_at,
            reader=r.reader or "", comment=r.comment, **said[(r.entity, r.entity_id)],
        )
        for r in rows
        if (r.entity, r.entity_id) in said
    ]  # fmt: skip


def _engagements(session: Session, actor: Actor, ids: Sequence[int]) -> dict[tuple[str, int], dict[str, Any]]:
    names: dict[int, list[str]] = defaultdict(list)
    with_whom = (
        select(EngagementGroup.engagement_id, Group.name)
        .join(Group, Group.id == EngagementGroup.group_id)
        .where(EngagementGroup.engagement_id.in_(ids))
        .order_by(EngagementGroup.host.desc(), Group.name_folded)
    )
    for engagement_id, name in session.execute(with_whom) if ids else ():
        names[engagement_id].append(name)
    rows = session.execute(select(Engagement).where(Engagement.id.in_(ids), entries_visible(actor))).scalars() if ids else ()
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        kind = Kind(row.kind).label + ("" if row.outcome in (None, Outcome.SPOKE) else f", {Outcome(row.outcome).label.lower()}")
        found[("engagement", row.id)] = {
            "what": ": ".join(filter(None, (kind, ", ".join(names[row.id])))), "path": f"/engagements/{row.id}", "when": row.happened_at or row.recorded_at,
            "words": row.summary, "override_reason": row.override_reason, "sensitive": row.sensitive, "withdrawn": row.state == State.WITHDRAWN,
        }  # fmt: skip
    return found


def _concerns(session: Session, actor: Actor, ids: Sequence[int]) -> dict[tuple[str, int], dict[str, Any]]:
    rows = session.execute(select(Concern).where(Concern.id.in_(ids), concerns_visible(actor))).scalars() if ids else ()
    return {
        ("concern", row.id): {
            "what": row.title, "path": f"/concerns/{row.id}", "when": row.first_raised_at, "words": row.detail, "override_reason": row.override_reason,
            "sensitive": row.sensitive, "withdrawn": False,
        }
        for row in rows
    }  # fmt: skip


def place_of(action: Action) -> tuple[str, int | None]:
    """Of which record an action or promise is read: (concern | group | engagement, its id); no id where it has no page."""
    places = (("concern", action.concern_id), ("group", action.promised_to_id), ("engagement", action.engagement_id))
    return next((place for place in places if place[1] is not None), ("concern", None))


def _actions(session: Session, actor: Actor, ids: Sequence[int]) -> dict[tuple[str, int], dict[str, Any]]:
    rows = session.execute(select(Action).where(Action.id.in_(ids), actions_visible_to(actor))).scalars() if ids else ()
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        entity, key = place_of(row)
        texts = (row.partner_outcome, row.result, row.public_wording, row.ended_words)
        found[("action", row.id)] = {
            "what": row.what, "path": f"/{entity}s/{key}" if key is not None else "", "when": row.recorded_at,
            "words": "\n".join(text for text in texts if text), "override_reason": row.override_reason, "sensitive": False,
            "withdrawn": row.withdrawn_at is not None,
        }  # fmt: skip
    return found
