"""The stored state is always what the rule says, whatever is done in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from engagement.concerns.clock import first_answer_due_at
from engagement.concerns.domain import (
    ActionBy,
    ActionFact,
    ConcernState,
    Raiser,
    RaisingFact,
    SideEnd,
    TellingFact,
    TellingKind,
    answered_at,
    owed,
    state,
)
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.owing import owed_to
from engagement.concerns.service import (
    ActionDraft,
    ActionResult,
    AsideDraft,
    EndDraft,
    Ending,
    How,
    PromiseDraft,
    PromiseEnd,
    RaisingDraft,
    TellingDraft,
    act,
    close_aside,
    end_action,
    end_promise,
    promise,
    raise_again,
    settle,
    take_back,
    take_back_one,
    take_up_again,
    tell,
    withdraw_action,
    withdraw_raising,
)
from engagement.core.errors import Missing, Refused
from engagement.db import db
from tests.builders import Town, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Life:
    """One concern and everything that can be done to it; each step picks its details from a seed."""

    def __init__(self, diary: DiaryUnderTest, town: Town, seed: int) -> None:
        self.diary, self.pick = diary, random.Random(seed)
        self.actor = diary.actor(town.pcso)
        with diary.work() as session:
            self.groups = [make_group(session, town, f"Group {seed} {n}").id for n in range(2)]
            self.concern = make_concern(session, self.actor, diary.now, group_id=self.groups[0]).id

    @property
    def steps(self) -> dict[str, Callable[[Session], Any]]:
        return {
            "raise again": self.raise_again, "tell": self.tell, "act": self.act, "end": self.end, "promise": self.promise,
            "end promise": self.end_promise, "aside": self.aside, "up again": self.up_again, "take back": self.take_back,
            "bounce": self.bounce, "withdraw raising": self.withdraw_raising, "withdraw action": self.withdraw_action,
        }  # fmt: skip

    def one(self, session: Session, table: Any) -> int:
        ids = list(session.scalars(select(table.id).order_by(table.id.desc()).limit(4)))
        return int(self.pick.choice(ids)) if ids else 0

    def raise_again(self, session: Session) -> None:
        wants = self.pick.random() < 0.7
        raiser, group = self.pick.choice([(Raiser.GROUP, self.groups[1]), (Raiser.RESIDENT, None), (Raiser.MEETING, None)])
        draft = RaisingDraft(raiser=raiser, raised_at=self.diary.now, group_id=group, wants_to_hear=wants)
        raise_again(session, self.actor, self.concern, draft, now=self.diary.now)

    def tell(self, session: Session) -> None:
        kind, how = self.pick.choice(list(TellingKind)), self.pick.choice([How.ENGAGEMENT, How.TELEPHONE, How.PUBLIC])
        report = self.diary.now.date() + timedelta(days=9) if self.pick.random() < 0.2 else None
        draft = TellingDraft(
            raising_id=self.one(session, Raising), kind=kind, how=how, told_at=self.diary.now, where="the village page", report_by=report
        )
        tell(session, self.actor, draft, now=self.diary.now)

    def act(self, session: Session) -> None:
        done = self.diary.now.date() if self.pick.random() < 0.5 else None
        by = self.pick.choice(list(ActionBy))
        draft = ActionDraft(concern_id=self.concern, what="Stood there", by=by, partner="highways", done_on=done)
        act(session, self.actor, draft, now=self.diary.now)

    def end(self, session: Session) -> None:
        action = session.get(Action, self.one(session, Action))
        if action is not None:
            draft = ActionResult(action_id=action.id, version=action.version, done_on=self.diary.now.date(), result_number=3)
            end_action(session, self.actor, draft, now=self.diary.now)

    def promise(self, session: Session) -> None:
        due = self.diary.now.date() + timedelta(days=self.pick.randrange(20))
        draft = PromiseDraft(what="Bring the leaflets", due_on=due, group_id=self.groups[0], concern_id=self.concern)
        promise(session, self.actor, draft, now=self.diary.now)

    def end_promise(self, session: Session) -> None:
        day = self.diary.now.date()
        ending = Ending(
            end=self.pick.choice(list(PromiseEnd)), told=True, done_on=day, new_due_on=day + timedelta(days=30), because="The printer broke"
        )
        draft = EndDraft(action_id=self.one(session, Action), ending=ending)
        end_promise(session, self.actor, draft, now=self.diary.now)

    def aside(self, session: Session) -> None:
        end = self.pick.choice([e for e in SideEnd if e is not SideEnd.SAME_AS])
        close_aside(
            session, self.actor, AsideDraft(concern_id=self.concern, version=None, end=end, reason="The road is theirs"), now=self.diary.now
        )

    def up_again(self, session: Session) -> None:
        take_up_again(session, self.actor, self.concern, "It came back", now=self.diary.now)

    def take_back(self, session: Session) -> None:
        take_back_one(session, self.actor, self.one(session, Telling), "Not told after all", now=self.diary.now)

    def bounce(self, session: Session) -> None:
        take_back(session, self.actor, engagement_id=1, reason="Withdrawn", now=self.diary.now)

    def withdraw_raising(self, session: Session) -> None:
        withdraw_raising(session, self.actor, self.one(session, Raising), "Twice", now=self.diary.now)

    def withdraw_action(self, session: Session) -> None:
        withdraw_action(session, self.actor, self.one(session, Action), "Twice", now=self.diary.now)


def facts_by_hand(session: Session, concern: Concern) -> tuple[list[RaisingFact], list[ActionFact], list[TellingFact]]:
    """The rule's facts, read row by row from the domain's words, without the query under test."""
    raisings, tellings = [], []
    for raising in session.scalars(select(Raising).where(Raising.concern_id == concern.id)):
        if raising.withdrawn_at is None:
            raisings.append(
                RaisingFact(
                    id=raising.id, raised_at=raising.raised_at, wants_to_hear=raising.wants_to_hear, reachable=raising.not_told != "no_way"
                )
            )
            for telling in session.scalars(select(Telling).where(Telling.raising_id == raising.id)):
                back = telling.taken_back_at is not None
                public = telling.how == "public"
                kind = TellingKind(telling.kind)
                tellings.append(TellingFact(raising_id=raising.id, kind=kind, told_at=telling.told_at, public=public, taken_back=back))
    actions = [
        ActionFact(done=action.done_on is not None, by=ActionBy(action.by))
        for action in session.scalars(select(Action).where(Action.concern_id == concern.id))
        if action.withdrawn_at is None and action.ended not in ("moved", "could_not") and not action.reports
    ]
    return raisings, actions, tellings


def check(diary: DiaryUnderTest, life: Life) -> None:
    with diary.app.app_context():
        session = db.session()
        concern = session.get_one(Concern, life.concern)
        raisings, actions, tellings = facts_by_hand(session, concern)
        end = SideEnd(concern.side_end) if concern.side_end else None
        assert concern.state == state(raisings, actions, tellings, end)
        assert concern.answer_due_at == first_answer_due_at(raisings, tellings)
        assert (concern.closed_at is not None) == (concern.state == ConcernState.CLOSED)
        assert concern.first_raised_at == min((r.raised_at for r in raisings), default=concern.first_raised_at)
        groups = {r.id: r.group_id for r in session.scalars(select(Raising).where(Raising.concern_id == concern.id))}
        wanted = {
            (r.id, "outcome" if concern.state == ConcernState.OUTCOME_OWED else "answer")
            for r in raisings
            if groups[r.id] is not None
            and concern.state != ConcernState.CLOSED
            and owed(r, tellings)
            and (concern.state == ConcernState.OUTCOME_OWED or answered_at(r, tellings) is None)
        }
        assert {(o.raising_id, o.kind) for o in owed_to(session, life.groups)} == wanted
        db.session.remove()


@SLOW
@given(seed=st.integers(0, 10**6), names=st.lists(st.integers(0, 11), max_size=14))
def test_the_stored_state_is_the_rule_after_any_sequence(diary: DiaryUnderTest, town: Town, seed: int, names: list[int]) -> None:
    life = Life(diary, town, seed)
    steps = list(life.steps.values())
    for number in names:
        diary.clock.move(timedelta(hours=5))
        try:
            with diary.work() as session:
                steps[number](session)
        except (Refused, Missing):
            pass  # a refusal must leave everything as it was, which the check shows
        check(diary, life)


def test_many_concerns_are_settled_in_as_many_questions_as_one(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        group = make_group(session, town)
        ids = [make_concern(session, actor, diary.now, title=f"Matter {n}", group_id=group.id).id for n in range(30)]
    asked: dict[int, int] = {}
    for size in (1, 30):
        with diary.work() as session:
            say_so(session)
            session.execute(Concern.__table__.update().values(state="closed", answer_due_at=None))  # type: ignore[attr-defined]
            counted: list[str] = []
            listener = lambda *args: counted.append(args[2])  # noqa: E731, B023
            event.listen(session.get_bind(), "before_cursor_execute", listener)
            settle(session, ids[:size], now=diary.now)
            event.remove(session.get_bind(), "before_cursor_execute", listener)
            asked[size] = len(counted)
            assert set(session.scalars(select(Concern.state).where(Concern.id.in_(ids[:size])))) == {"raised"}
    assert asked[1] == asked[30] <= 9
