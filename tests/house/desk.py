"""What the desk and the phone add to a town: priorities, a return, a handover, cover, samples, what is handed in, decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from engagement.core.ids import new_ref
from engagement.dip_sample.jobs import draw_dip_samples
from engagement.handover import service as handover
from engagement.handover.domain import Side, Step
from engagement.notices.service import make_link
from engagement.offline.devices import WriteOffDraft, hear, write_off
from engagement.offline.models import DeviceReport
from engagement.offline.sending import Waiting
from engagement.offline.service import HandedIn, hand_in
from engagement.people.absence import put_off
from engagement.people.covering import cover
from engagement.people.service import disable
from engagement.priorities.drafts import Agreed, WordingDraft, WorkDraft
from engagement.priorities.service import add_work, put_in, write
from engagement.returns.domain import Quarter
from engagement.returns.queries import parts_of
from engagement.returns.service import PartDraft, draft, edit_part, introduce
from tests.builders import Town, make_group, make_person, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.priorities.makers import make_priority

MONTH = timedelta(days=40)


def make_desk(diary: DiaryUnderTest, town: Town, few: int, many: int, *, for_few: str, for_team: str) -> None:
    """Of each kind one, of the first team; what an OFFICIAL-SENSITIVE group (`few`) has to do with says `for_few`, all else `for_team`."""
    _priority_and_return(diary, town, for_team)
    _handover(diary, town, few, many, for_few, for_team)
    _samples(diary, town, few, many, for_few, for_team)
    _phone_of_who_left(diary, town, many, for_team)
    sergeant, now = diary.actor(town.sergeant), diary.now
    with diary.work() as session:
        put_off(session, sergeant, town.pcso2.officer_id, now.date(), now.date() + timedelta(days=3), reason="leave", now=now)
        last = now.date() + timedelta(days=3)
        cover(session, sergeant, town.pcso2.officer_id, town.pcso.officer_id, now.date(), last, now=now)
        make_link(session, diary.actor(town.pcso), now=now)


def _priority_and_return(diary: DiaryUnderTest, town: Town, word: str) -> None:
    diary.clock.move(-2 * MONTH)
    actor, then = diary.actor(town.pcso), diary.now
    with diary.work() as session:
        behind = make_concern(
            session, actor, then, title=f"Dogs off their leads at {word}", category="dogs", neighbourhood_id=town.neighbourhood_id
        )
        concern_id = behind.id
    key = make_priority(diary, town, title=f"Dogs at {word}", agreed=Agreed(on=then.date(), at=word, with_whom=word))
    with diary.work() as session:
        put_in(session, actor, key, concern_id, now=then)
        add_work(session, actor, WorkDraft(priority_id=key, done_on=then.date(), what=f"Walked round {word}"), now=then)
        write(session, actor, WordingDraft(priority_id=key, issue=f"Dogs at {word}", action=f"We walk round {word}"), now=then)
    diary.clock.move(2 * MONTH)
    sergeant = diary.actor(town.sergeant)
    with diary.work() as session:
        made = draft(session, sergeant, town.team_id, Quarter(2026, 3), now=diary.now)
        introduce(session, sergeant, made.id, f"A quarter with {word}", version=made.version, now=diary.now)
        part = parts_of(session, made.id)[0]
        words = PartDraft(part_id=part.id, version=part.version, agreed=word, work=word, evidence=word)
        edit_part(session, sergeant, words, now=diary.now)


def _handover(diary: DiaryUnderTest, town: Town, few: int, many: int, for_few: str, for_team: str) -> None:
    sergeant, now = diary.actor(town.sergeant), diary.now
    with diary.work() as session:
        begun = handover.begin(session, sergeant, town.pcso.officer_id, now=now)
        terms = handover.Terms(successor_id=town.pcso2.officer_id, moves_on=now.date() + timedelta(days=5), version=begun.version)
        handover.agree(session, sergeant, begun.id, terms, now=now)
        handover.set_apart(session, sergeant, begun.id, many, town.other_pcso.officer_id, now=now)
        handover.tick(session, sergeant, begun.id, frozenset(Step), Side.LEAVER, now=now)
        for group_id, word in ((few, for_few), (many, for_team)):
            handover.write_tip(session, diary.actor(town.pcso), group_id, None, f"Ring {word} first", "", now=now)


def _samples(diary: DiaryUnderTest, town: Town, few: int, many: int, for_few: str, for_team: str) -> None:
    """Entries of the month before, drawn; one of the other team's has to do with the group that is narrowed to few."""
    diary.clock.move(-MONTH)
    with diary.work() as session:
        beside = make_group(session, town, "Brookley Players", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
    put(diary, town.pcso, visit([many], diary.now, summary=for_team))
    put(diary, town.pcso, visit([many], diary.now, summary=for_few, sensitive=True))
    put(diary, town.pcso, visit([beside, few], diary.now, summary=f"{for_few} came along"))
    put(diary, town.other_pcso, visit([beside], diary.now, summary="Rehearsal"))
    diary.clock.move(MONTH)
    with diary.app.app_context():
        draw_dip_samples(diary.now)


def _phone_of_who_left(diary: DiaryUnderTest, town: Town, group_id: int, word: str) -> None:
    now = diary.now
    with diary.work() as session:
        gone = make_person(session, town.force_id, "Lou Gray", "PCSO", "pcso", team_id=town.team_id)
        say_so(session)
    with diary.work() as session:
        disable(session, diary.actor(town.administrator), gone.officer_id, off=True, now=now)
    content: dict[str, Any] = {
        "client_ref": new_ref(),
        "owner": str(gone.account_id),
        "summary": word,
        "group_ids": [str(group_id)],
        "place": word,
    }
    with diary.work() as session:
        one = HandedIn(
            client_ref=content["client_ref"], content=content | {"kind": "visit", "outcome": "spoke"}, content_hash="s", typed_at=now
        )
        hand_in(session, gone.account_id, [one], "phone", now=now)
        waiting = [Waiting(owner=str(town.pcso.account_id), kept_at=now - timedelta(days=9))]
        for device in ("a shared phone", "a phone that fell into the river"):
            hear(session, diary.actor(town.pcso2), device, waiting, now=now)
        lost = session.scalars(select(DeviceReport.id).where(DeviceReport.unsent > 0).order_by(DeviceReport.id.desc())).first() or 0
        gone_for = WriteOffDraft(gone="lost", words="Fell into the river", heard_at=now.isoformat())
        write_off(session, diary.actor(town.sergeant), lost, gone_for, now=now)
