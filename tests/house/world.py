"""A town in which there is something of everything, so that every page has something to show and every form something to change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from engagement.concerns.domain import ActionBy, TellingKind
from engagement.concerns.drafts import ActionDraft, PromiseDraft
from engagement.concerns.service import act, promise
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.service import plan
from engagement.groups.service import pause
from engagement.overdue.jobs import flag_overdue
from engagement.people.absence import put_off
from engagement.people.service import enrol, leave_note
from engagement.summaries.jobs import draft_summaries
from tests.builders import Person, Town, make_contact, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.overdue.makers import late_group

OCTOBER = datetime(2026, 10, 6, 18, 0, tzinfo=UTC)


def make_world(diary: DiaryUnderTest, town: Town) -> None:
    """Groups in several standings, contacts, entries, concerns with all that hangs on them, flags, drafts, notes."""
    sergeant, now = diary.actor(town.sergeant), diary.now
    with diary.work() as session:
        late = late_group(session, town, "Ashford Stroke Club")
        make_contact(session, late)
        make_contact(session, late, "Wil Tanner", role="chair", email="")
        quiet = make_group(session, town, "Elm Green Parish Council", kind="parish")
        make_contact(session, quiet, "Kit Marlow")
        resting = make_group(session, town, "Ashford Youth Club", sensitive=True)
        pause(session, sergeant, resting.id, starts_on=now.date(), until=None, reason="No volunteers until spring", now=now)
        ids = [late.id, quiet.id]
    concern_id = _one_concern(diary, town.pcso, ids[0])
    with diary.work() as session:
        plan(
            session,
            diary.actor(town.pcso),
            PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=now + timedelta(days=2), group_ids=(ids[1],)),
            now=now,
        )
    put(diary, town.pcso, visit(ids, now - timedelta(days=40)))
    put(diary, town.pcso, visit([ids[1]], now - timedelta(hours=1)))
    with diary.work() as session:
        leave_note(session, sergeant, town.pcso.officer_id, "concern", concern_id, "Please ring them", now=now)
        put_off(session, sergeant, town.pcso2.officer_id, now.date(), now.date(), reason="leave", now=now)
        for person in (town.pcso, town.administrator):
            enrol(session, diary.actor(person), "Work phone", now=now)
    with diary.app.app_context():
        draft_summaries(now)
        flag_overdue(now)


def _one_concern(diary: DiaryUnderTest, who: Person, group_id: int) -> int:
    """A concern of October, raised by a group and by a resident, answered, with an action, a referral and a promise."""
    actor, now = diary.actor(who), diary.now
    with diary.work() as session:
        concern = make_concern(session, actor, now, group_id=group_id, raised_at=OCTOBER, public_said="drivers go too fast past the school")
        told(session, actor, first_raising(session, concern), TellingKind.ANSWER, now)
        reply: dict[str, Any] = {"reply_address": "jo@resident.example"}
        place = concern.neighbourhood_id
        make_concern(session, actor, now, title="Bins left on the pavement", category="litter", neighbourhood_id=place, raising=reply)
        done: dict[str, Any] = {"done_on": date(2026, 10, 20), "public_wording": "We checked speeds: 3 of 212 drivers over 35."}
        act(session, actor, ActionDraft(concern_id=concern.id, what="Checks with the speed gun", by=ActionBy.OFFICER, **done), now=now)
        act(session, actor, ActionDraft(concern_id=concern.id, what="Asked for signs", by=ActionBy.PARTNER, partner="highways"), now=now)
        promise(session, actor, PromiseDraft(what="Bring the marking kit", due_on=now.date(), group_id=group_id), now=now)
        return concern.id
