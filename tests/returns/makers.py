"""A quarter of a town's records for tests of returns."""

from __future__ import annotations

from datetime import UTC, date, datetime

from engagement.concerns.domain import ActionBy, TellingKind
from engagement.concerns.drafts import ActionDraft
from engagement.concerns.service import act
from engagement.engagements.domain import Kind
from engagement.priorities.domain import How
from engagement.priorities.drafts import Agreed, ToldDraft, WorkDraft
from engagement.priorities.service import add_work, put_in, tell
from engagement.returns.domain import Quarter
from engagement.returns.service import draft
from tests.builders import Person, Town, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.priorities.makers import make_priority

Q3 = Quarter(2026, 3)
AUGUST = datetime(2026, 8, 12, 10, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
SECRET = "zebra"


def a_quarter(diary: DiaryUnderTest, town: Town) -> int:
    """July to September: a priority with a concern behind it, two entries with contact, one of each narrowed to few; answers the priority."""
    diary.clock.at = AUGUST
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town).id
        narrow = make_group(session, town, f"{SECRET} circle", sensitive=True).id
        concern = make_concern(session, actor, AUGUST, neighbourhood_id=town.neighbourhood_id)
        act(
            session,
            actor,
            ActionDraft(concern_id=concern.id, by=ActionBy.OFFICER, what="Speed gun", done_on=AUGUST.date(), result="3 over"),
            now=AUGUST,
        )
        make_concern(session, actor, AUGUST, neighbourhood_id=town.neighbourhood_id, title=f"Trouble {SECRET}", sensitive=True)
        told(session, actor, first_raising(session, concern), TellingKind.OUTCOME, AUGUST)
        behind = make_concern(session, actor, AUGUST, neighbourhood_id=town.neighbourhood_id, title="Fast cars").id
    put(diary, town.pcso, visit([group], AUGUST, attendance=12, kind=Kind.OUR_MEETING, place="Village hall"))
    put(diary, town.pcso, visit([group], AUGUST))
    put(diary, town.pcso, visit([group, narrow], AUGUST, summary=SECRET))
    put(diary, town.pcso, visit([group], AUGUST, sensitive=True, summary=SECRET))
    key = make_priority(diary, town, agreed=Agreed(on=date(2026, 8, 3), at="Village hall", with_whom="the parish council"))
    with diary.work() as session:
        put_in(session, actor, key, behind, now=AUGUST)
        add_work(session, actor, WorkDraft(priority_id=key, done_on=date(2026, 8, 10), what="Checked speeds with the parish"), now=AUGUST)
        tell(session, actor, ToldDraft(priority_id=key, how=How.PUBLIC, told_on=date(2026, 8, 11), where="Parish magazine"), now=AUGUST)
    diary.clock.at = OCTOBER
    return key


def drafted(diary: DiaryUnderTest, town: Town, by: Person | None = None) -> int:
    """The return of July to September of the first team, drafted; answers its id."""
    actor = diary.actor(by or town.sergeant)
    with diary.work() as session:
        return draft(session, actor, town.team_id, Q3, now=diary.now).id
