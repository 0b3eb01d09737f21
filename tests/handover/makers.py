"""Sam's patch, and a handover of it to Jo, for tests of handovers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from engagement.concerns.models import Action, Concern
from engagement.concerns.service import PromiseDraft, promise
from engagement.core.ids import new_ref
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.models import EngagementOfficer
from engagement.engagements.planning import plan
from engagement.groups.models import Group
from engagement.handover import service
from engagement.handover.domain import Side, Step
from engagement.handover.models import Handover
from engagement.handover.moving import move
from engagement.handover.service import Terms
from tests.builders import Person, Town, make_contact, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest


@dataclass(frozen=True, kw_only=True)
class Patch:
    """What Sam looks after: two groups, a concern of the second, a promise to each, a visit booked with the first."""

    club: int
    watch: int
    concern: int
    to_club: int
    to_watch: int
    visit: int


def make_patch(diary: DiaryUnderTest, town: Town) -> Patch:
    """Sam's patch. The club's clerk wants e-mail first, the watch's coordinator a telephone call."""
    actor, now = diary.actor(town.pcso), diary.now
    with diary.work() as session:
        club, watch = make_group(session, town), make_group(session, town, "Elm Green Watch")
        make_contact(session, club, "Asha Merrow", channels=["email"])
        make_contact(session, watch, "Bryn Tolland")
        concern = make_concern(session, actor, now, group_id=watch.id)
        friday = now.date() + timedelta(days=3)
        to_club = promise(session, actor, PromiseDraft(what="Bring marking kits", due_on=friday, group_id=club.id), now=now)
        to_watch = promise(session, actor, PromiseDraft(what="Ring about the bins", due_on=friday, group_id=watch.id), now=now)
        kept = {"club": club.id, "watch": watch.id, "concern": concern.id, "to_club": to_club.id, "to_watch": to_watch.id}
    with diary.work() as session:
        draft = PlanDraft(client_ref=new_ref(), kind=Kind.VISIT, planned_for=now + timedelta(days=2), group_ids=(kept["club"],))
        return Patch(**kept, visit=plan(session, actor, draft, now=now).engagement_id)


def begun(diary: DiaryUnderTest, town: Town, *, days: int = 0) -> int:
    """A handover of Sam's patch to Jo, that moves in so many days; not signed."""
    sergeant, now = diary.actor(town.sergeant), diary.now
    with diary.work() as session:
        handover = service.begin(session, sergeant, town.pcso.officer_id, now=now)
        terms = Terms(successor_id=town.pcso2.officer_id, moves_on=now.date() + timedelta(days=days), version=handover.version)
        return service.agree(session, sergeant, handover.id, terms, now=now).id


def sign_both(diary: DiaryUnderTest, town: Town, handover_id: int) -> None:
    """Both tick everything and sign."""
    for person, side in ((town.pcso, Side.LEAVER), (town.pcso2, Side.SUCCESSOR)):
        with diary.work() as session:
            service.tick(session, diary.actor(person), handover_id, frozenset(Step), side, now=diary.now)
            session.flush()
            service.sign(session, diary.actor(person), handover_id, side, now=diary.now)


def sign_part(diary: DiaryUnderTest, person: Person, handover_id: int) -> None:
    """Somebody who gets single groups ticks everything and signs for theirs."""
    with diary.work() as session:
        service.tick(session, diary.actor(person), handover_id, frozenset(Step), Side.SUCCESSOR, now=diary.now)
        service.sign(session, diary.actor(person), handover_id, Side.SUCCESSOR, now=diary.now)


def moved(diary: DiaryUnderTest, town: Town) -> int:
    """A handover that was signed and moved."""
    handover_id = begun(diary, town)
    sign_both(diary, town, handover_id)
    with diary.work() as session:
        move(session, diary.actor(town.sergeant), session.get_one(Handover, handover_id), now=diary.now)
    return handover_id


def holders(diary: DiaryUnderTest, patch: Patch) -> dict[str, int | None]:
    """Who holds each thing of the patch now; of the visit the one officer who goes."""
    with diary.work() as session:
        return {
            "club": session.get_one(Group, patch.club).owner_id,
            "watch": session.get_one(Group, patch.watch).owner_id,
            "concern": session.get_one(Concern, patch.concern).owner_id,
            "to_club": session.get_one(Action, patch.to_club).officer_id,
            "to_watch": session.get_one(Action, patch.to_watch).officer_id,
            "visit": session.scalars(select(EngagementOfficer.officer_id).where(EngagementOfficer.engagement_id == patch.visit)).one(),
        }
