"""Raising a concern, raising it again, and withdrawing what was recorded in error."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.concerns.categories import AsbType, Category
from engagement.concerns.checks import (
    TITLE,
    add_once,
    free_text,
    group_of_force,
    officer_of_force,
    past_moment,
    readable_concern,
    readable_raising,
    required_line,
)
from engagement.concerns.domain import ASKED_NOT, NO_WAY, ConcernState, Raiser, SideEnd, TellingKind
from engagement.concerns.drafts import ConcernDraft, How, PromiseDraft, RaisingDraft, Tap
from engagement.concerns.models import Concern, Raising, ReplyAddress, Telling
from engagement.concerns.promising import promise
from engagement.concerns.settling import settle
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.core.texts import one_line
from engagement.groups.models import Group
from engagement.places.models import Neighbourhood

FOR_COUNCIL = "It is for the council, and they were told so"
AT_NEXT_MEETING = "We will report at your next meeting"
NEXT_MEETING = timedelta(days=28)  # where no date of theirs is known
TOLD_THERE = {Tap.FIND_OUT: TellingKind.RECEIVED, Tap.REPORT: TellingKind.ANSWER}  # any other tells the outcome at once
WORDS_THERE = {Tap.COUNCIL: FOR_COUNCIL, Tap.REPORT: AT_NEXT_MEETING}


def raise_concern(session: Session, actor: Actor, draft: ConcernDraft, *, now: datetime) -> Concern:
    """Records a concern with its first raising and, for a tap, what was said there; answers it settled.

    Any officer may raise one for any group of the force. It belongs to the recorder where they read its team's
    diary, else to the group's owner. The same `client_ref` from the same recorder answers the concern it made
    before. Raises Refused, beside a field of the form.
    """
    recorder = officer_of_force(session, actor, None, field="raised_to_id")
    if (made := _made_before(session, draft, recorder)) is not None:
        return made
    group = group_of_force(session, actor, draft.raising.group_id) if draft.raising.group_id is not None else None
    neighbourhood = _neighbourhood(session, actor, draft.neighbourhood_id, group)
    title = _title(draft)
    concern = Concern(
        force_id=actor.force_id,
        team_id=neighbourhood.team_id,
        neighbourhood_id=neighbourhood.id,
        title=title,
        title_folded=fold(title)[:TITLE],
        category=known_category(draft.category),
        asb_type=known_asb_type(draft.asb_type),
        detail=free_text(draft.detail, field="detail", what="More about it"),
        place=one_line(draft.place, longest=200, field="place", what="Where"),
        owner_id=_owner(session, actor, draft, neighbourhood.team_id, group),
        sensitive=draft.sensitive or Category(draft.category).restricted,
        override_reason=one_line(draft.override_reason, longest=300, field="override_reason", what="Reason"),
        public_said=free_text(draft.public_said, field="public_said", what="You said"),
        state=ConcernState.RAISED,
        first_raised_at=past_moment(draft.raising.raised_at, now, field="raised_at"),
        changed_at=now,
        client_ref=draft.client_ref,
        recorded_at=now,
        recorded_by_id=recorder,
    )
    if (first := add_once(session, concern)) is not concern:
        return first
    raising = _add_raising(session, actor, concern, draft.raising, group, now=now)
    _said_there(session, actor, concern, raising, draft.tap, now=now)
    record(session, actor, Operation.COLLECTION, "concern", [concern.id], now=now)
    if draft.tap is Tap.REPORT:
        _promise_report(session, actor, concern, raising, draft, now=now)
    settle(session, [concern.id], now=now, touched=True)
    return concern


def _made_before(session: Session, draft: ConcernDraft, recorder: int) -> Concern | None:
    """The concern that the same form made before; Refused where somebody else sent it."""
    made = session.scalar(select(Concern).where(Concern.client_ref == draft.client_ref)) if draft.client_ref else None
    if made is not None and made.recorded_by_id != recorder:
        raise Refused("This form was sent before by somebody else. Open it again.")
    return made


def _title(draft: ConcernDraft) -> str:
    sentence = "Say what the matter is, in a line"
    return required_line(draft.title, field="title", what="What is the matter", sentence=sentence, longest=TITLE)


def raise_again(session: Session, actor: Actor, concern_id: int, draft: RaisingDraft, *, now: datetime) -> Raising:
    """The same matter raised again: another raising of the same concern, which opens it again where it was closed.

    The same `client_ref` answers the raising made before.
    """
    concern = readable_concern(session, actor, concern_id)
    if draft.client_ref and (made := session.scalar(select(Raising).where(Raising.client_ref == draft.client_ref))):
        return made
    group = group_of_force(session, actor, draft.group_id) if draft.group_id is not None else None
    raising = _add_raising(session, actor, concern, draft, group, now=now)
    record(session, actor, Operation.COLLECTION, "raising", [raising.id], now=now, note=f"concern {concern.id}")
    settle(session, [concern.id], now=now, touched=True)
    return raising


def withdraw_raising(session: Session, actor: Actor, raising_id: int, reason: str, *, now: datetime) -> Raising:
    """Takes a raising out of the reckoning, with a reason; it stays on the page, struck out.

    Without its last one the concern is closed, as nobody stands by it any more; the next raiser opens it again.
    """
    raising, concern = readable_raising(session, actor, raising_id)
    why = required_line(reason, field="reason", what="Reason", sentence="Say why it is withdrawn")
    raising.withdrawn_at, raising.withdrawn_reason = now, why
    record(session, actor, Operation.ALTERATION, "raising", [raising.id], fields=["withdrawn"], now=now)
    settle(session, [concern.id], now=now, touched=True)
    return raising


def known_category(code: str) -> str:
    """The code of a category; refused where there is none such."""
    if code not in set(Category):
        raise Refused("Choose what it is about", field="category")
    return str(Category(code))


def known_asb_type(code: str | None) -> str | None:
    """How anti-social behaviour is qualified, or None."""
    if code and code not in set(AsbType):
        raise Refused("Choose a kind of anti-social behaviour, or none", field="asb_type")
    return code or None


def _neighbourhood(session: Session, actor: Actor, neighbourhood_id: int | None, group: Group | None) -> Neighbourhood:
    wanted = neighbourhood_id if neighbourhood_id is not None else group.neighbourhood_id if group else None
    if wanted is None:
        raise Refused("Choose the neighbourhood it is in", field="neighbourhood_id")
    found = session.scalar(select(Neighbourhood).where(Neighbourhood.id == wanted, Neighbourhood.force_id == actor.force_id))
    if found is None:
        raise Refused("Choose a neighbourhood from the list", field="neighbourhood_id")
    return found


def _owner(session: Session, actor: Actor, draft: ConcernDraft, team_id: int, group: Group | None) -> int | None:
    if draft.owner_id is not None:
        return officer_of_force(session, actor, draft.owner_id, field="owner_id")
    if team_id in actor.readable_teams:
        return actor.officer_id
    return group.owner_id if group is not None else None


def _reachable(draft: RaisingDraft) -> bool:
    if draft.reachable is not None:
        return draft.reachable
    known = draft.group_id is not None or draft.raiser in (Raiser.BUSINESS, Raiser.COUNCILLOR, Raiser.PARTNER)
    return known or bool(draft.reply_address.strip()) or draft.hear_how not in ("", How.PUBLIC)


def _add_raising(session: Session, actor: Actor, concern: Concern, draft: RaisingDraft, group: Group | None, *, now: datetime) -> Raising:
    if (draft.raiser is Raiser.GROUP) and group is None:
        raise Refused("Choose the group that raised it", field="group_id")
    raised_at = past_moment(draft.raised_at, now, field="raised_at")
    if draft.hear_by is not None and draft.hear_by < london_day(raised_at):
        raise Refused("They cannot hear before they raised it", field="hear_by")
    address = one_line(draft.reply_address, longest=254, field="reply_address", what="Where to answer")
    if address and draft.raiser is Raiser.GROUP:
        raise Refused("A group is answered through its contacts: leave this empty", field="reply_address")
    raising = Raising(
        force_id=actor.force_id,
        concern_id=concern.id,
        raiser=str(draft.raiser),
        group_id=group.id if group else None,
        raised_at=raised_at,
        raised_to_id=officer_of_force(session, actor, draft.raised_to_id, field="raised_to_id"),
        recorded_by_id=officer_of_force(session, actor, None, field="raised_to_id"),
        recorded_at=now,
        engagement_id=draft.engagement_id,
        wants_to_hear=draft.wants_to_hear,
        hear_how=draft.hear_how,
        hear_by=draft.hear_by if draft.wants_to_hear else None,
        not_told=ASKED_NOT if not draft.wants_to_hear else None if _reachable(draft) else NO_WAY,
        detail=free_text(draft.detail, field="raising_detail", what="What they said"),
        client_ref=draft.client_ref,
    )
    if (first := add_once(session, raising)) is not raising:
        return first
    if address and draft.wants_to_hear:
        session.add(ReplyAddress(force_id=actor.force_id, raising_id=raising.id, address=address))
        record(session, actor, Operation.COLLECTION, "reply_address", [raising.id], now=now)
    return raising


def _said_there(session: Session, actor: Actor, concern: Concern, raising: Raising, tap: Tap | None, *, now: datetime) -> None:
    """What a tap says: "Answered there" tells the outcome at once, "For the council" ends it with a partner and told, "I'll
    report at your next meeting" is an answer, which stops the clock there; "I'll find out" stops nothing."""
    if tap is None:
        return
    kind = TOLD_THERE.get(tap, TellingKind.OUTCOME)
    if tap is Tap.COUNCIL:
        concern.side_end, concern.side_end_reason, concern.side_end_at = str(SideEnd.WITH_PARTNER), FOR_COUNCIL, now
    session.add(
        Telling(
            force_id=actor.force_id,
            raising_id=raising.id,
            kind=str(kind),
            told_at=raising.raised_at,
            told_by_id=actor.officer_id,
            how=str(How.ENGAGEMENT),
            engagement_id=raising.engagement_id,
            words=WORDS_THERE.get(tap, ""),
            recorded_at=now,
        )
    )


def _promise_report(session: Session, actor: Actor, concern: Concern, raising: Raising, draft: ConcernDraft, *, now: datetime) -> None:
    """The promise behind "I'll report at your next meeting": to the group, or in words to a raiser without a name."""
    raised_on = london_day(raising.raised_at)
    promised = PromiseDraft(
        what=f"Report back: {concern.title}"[:300],
        due_on=draft.report_by if draft.report_by is not None and draft.report_by > raised_on else raised_on + NEXT_MEETING,
        group_id=raising.group_id,
        to="" if raising.group_id is not None else "who raised it",
        concern_id=concern.id,
        engagement_id=raising.engagement_id,
        promised_on=raised_on,
        reports=True,
    )
    promise(session, actor, promised, now=now)
