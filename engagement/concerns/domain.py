"""A concern's state and its one next step, worked out from raisings, actions and tellings; its 72 hours are in `clock`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Raiser(StrEnum):
    """Who raised it. Only a group has a name."""

    GROUP = "group"
    RESIDENT = "resident"
    BUSINESS = "business"
    COUNCILLOR = "councillor"
    PARTNER = "partner"
    MEETING = "meeting"

    @property
    def label(self) -> str:
        """The words on a form."""
        return {Raiser.GROUP: "A group", Raiser.MEETING: "The whole meeting"}.get(self, f"A {self.value}")


NO_WAY = "no_way"
"""Why a raiser is not told: they left no way to reach them."""
ASKED_NOT = "asked_not"
"""Why a raiser is not told: they asked not to be."""


class TellingKind(StrEnum):
    """What a raiser was told: that we have it, our answer, or the outcome."""

    RECEIVED = "received"
    ANSWER = "answer"
    OUTCOME = "outcome"

    @property
    def label(self) -> str:
        """The word on screen."""
        return self.value.capitalize()


class ActionBy(StrEnum):
    """Who acts; by a partner it is a referral."""

    OFFICER = "officer"
    PARTNER = "partner"
    COMMUNITY = "community"

    @property
    def label(self) -> str:
        """The words on a form."""
        return {ActionBy.COMMUNITY: "The community itself"}.get(self, f"{'An' if self is ActionBy.OFFICER else 'A'} {self.value}")


class SideEnd(StrEnum):
    """Ways in which a concern ends beside the work on it; the raisers are still told."""

    WITH_PARTNER = "with_partner"
    ELSEWHERE = "elsewhere"
    PRIORITY = "priority"
    CANNOT_DO = "cannot_do"
    SAME_AS = "same_as"

    @property
    def label(self) -> str:
        """The words on screen."""
        return {
            SideEnd.WITH_PARTNER: "With a partner",
            SideEnd.ELSEWHERE: "Recorded elsewhere",
            SideEnd.PRIORITY: "Adopted as a priority",
            SideEnd.CANNOT_DO: "Cannot do, because",
            SideEnd.SAME_AS: "The same as another",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisingFact:
    """One raiser of the concern. `wants_to_hear` is False for one who asked not to be told; `reachable` is False for
    one who left no way to reach them. Withdrawn raisings are not given to the rules."""

    id: int
    raised_at: datetime
    wants_to_hear: bool = True
    reachable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFact:
    """One action. `done`: nothing more is to be done under it, because it was done, or could not be and they know why.

    Withdrawn actions, and promises that were moved to another, are not given to the rules.
    """

    done: bool
    by: ActionBy = ActionBy.OFFICER


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingFact:
    """One raising told once. `public`: not to the raiser but in public; `taken_back`: the letter bounced."""

    raising_id: int
    kind: TellingKind
    told_at: datetime
    public: bool = False
    taken_back: bool = False


class ConcernState(StrEnum):
    """Where a concern is in its life; nobody picks it."""

    RAISED = "raised"
    RECEIVED = "received"
    ANSWERED = "answered"
    UNDER_WAY = "under_way"
    OUTCOME_OWED = "outcome_owed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The words on the line of its life."""
        return {ConcernState.UNDER_WAY: "Action under way", ConcernState.OUTCOME_OWED: "Done, outcome owed"}.get(
            self, self.value.capitalize()
        )

    @property
    def open(self) -> bool:
        """Whether something is still to do or to tell."""
        return self is not ConcernState.CLOSED


def state_label(state: ConcernState, side_end: SideEnd | None) -> str:
    """The state with its side end: "Cannot do, outcome owed", "Closed: with a partner"."""
    if side_end is None:
        return state.label
    end = side_end.label.removesuffix(", because")
    return f"Closed: {end.lower()}" if state is ConcernState.CLOSED else f"{end}, outcome owed"


def told(raising: RaisingFact, tellings: Sequence[TellingFact], *kinds: TellingKind) -> datetime | None:
    """When this raiser was first told one of these, or None.

    A telling taken back does not count, nor one in public to a raiser who can be reached.
    """
    moments = [
        telling.told_at
        for telling in tellings
        if telling.raising_id == raising.id
        and telling.kind in kinds
        and not telling.taken_back
        and not (telling.public and raising.reachable)
    ]
    return min(moments, default=None)


def owed(raising: RaisingFact, tellings: Sequence[TellingFact]) -> bool:
    """Whether this raiser is still owed an outcome: nobody told them, and they did not ask not to be told."""
    return raising.wants_to_hear and told(raising, tellings, TellingKind.OUTCOME) is None


def answered_at(raising: RaisingFact, tellings: Sequence[TellingFact]) -> datetime | None:
    """When the 72 hours stopped: at the first answer, or at the outcome where that came at once."""
    return told(raising, tellings, TellingKind.ANSWER, TellingKind.OUTCOME)


def state(
    raisings: Sequence[RaisingFact], actions: Sequence[ActionFact], tellings: Sequence[TellingFact], side_end: SideEnd | None = None
) -> ConcernState:
    """The state that follows from what was recorded.

    Closed: nobody is owed an outcome, and the matter has ended: by a side end, by every action done, or, where
    there was nothing to do, by an outcome told. A raiser who asked to hear nothing does not close what nobody did.
    Closed as well: nobody stands by it any more, since every raising was withdrawn; the next raiser opens it again.
    """
    if not raisings:
        return ConcernState.CLOSED
    ended = side_end is not None or (bool(actions) and all(action.done for action in actions))
    all_settled = not any(owed(raising, tellings) for raising in raisings)
    outcome_told = any(told(raising, tellings, TellingKind.OUTCOME) for raising in raisings)
    if all_settled and (ended or (outcome_told and not actions)):
        return ConcernState.CLOSED
    if ended:
        return ConcernState.OUTCOME_OWED
    if actions:
        return ConcernState.UNDER_WAY
    answers = [answered_at(raising, tellings) for raising in raisings if raising.wants_to_hear]
    if answers and all(answers):
        return ConcernState.ANSWERED
    if any(answers) or any(told(raising, tellings, *TellingKind) for raising in raisings):
        return ConcernState.RECEIVED
    return ConcernState.RAISED


class NextStep(StrEnum):
    """The one thing to do next about a concern: its page's main button."""

    ANSWER = "answer"
    ADD_ACTION = "add_action"
    FINISH_ACTION = "finish_action"
    CHASE_PARTNER = "chase_partner"
    TELL_OUTCOME = "tell_outcome"
    PHONE_INSTEAD = "phone_instead"
    TELL_PUBLICLY = "tell_publicly"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        """The words on the button."""
        return {
            NextStep.ANSWER: "Answer the raiser",
            NextStep.ADD_ACTION: "Say what will be done",
            NextStep.FINISH_ACTION: "Record what was done",
            NextStep.CHASE_PARTNER: "Ask the partner what was done",
            NextStep.TELL_OUTCOME: "Tell the outcome",
            NextStep.PHONE_INSTEAD: "Phone instead: the letter came back",
            NextStep.TELL_PUBLICLY: "Tell the outcome in public",
            NextStep.NOTHING: "Nothing more to do",
        }[self]


def next_step(
    raisings: Sequence[RaisingFact], actions: Sequence[ActionFact], tellings: Sequence[TellingFact], side_end: SideEnd | None = None
) -> NextStep:
    """The one next step: an answer comes before work, and an outcome after it."""
    match state(raisings, actions, tellings, side_end):
        case ConcernState.CLOSED:
            return NextStep.NOTHING
        case ConcernState.OUTCOME_OWED:
            return _how_to_tell([raising for raising in raisings if owed(raising, tellings)], tellings)
        case _ if any(raising.wants_to_hear and answered_at(raising, tellings) is None for raising in raisings):
            return NextStep.ANSWER
        case ConcernState.UNDER_WAY:
            waiting = {action.by for action in actions if not action.done}
            return NextStep.CHASE_PARTNER if waiting == {ActionBy.PARTNER} else NextStep.FINISH_ACTION
        case _:
            return NextStep.ADD_ACTION


def _how_to_tell(waiting: Sequence[RaisingFact], tellings: Sequence[TellingFact]) -> NextStep:
    bounced = {t.raising_id for t in tellings if t.taken_back and t.kind is TellingKind.OUTCOME}
    if any(raising.reachable and raising.id in bounced for raising in waiting):
        return NextStep.PHONE_INSTEAD
    return NextStep.TELL_OUTCOME if any(raising.reachable for raising in waiting) else NextStep.TELL_PUBLICLY


def reply_kept_until(outcome_told_on: date, days: int) -> date:
    """The last day on which an unnamed resident's reply address is kept: so many days after the outcome."""
    return outcome_told_on + timedelta(days=days)
