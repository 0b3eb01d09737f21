"""Taking what a phone sends: each entry once, by the log form's rules, judged by the postings of when it was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.concerns.models import Raising
from engagement.concerns.settling import hold as hold_concerns
from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.core.errors import Missing, Refused
from engagement.engagements import service as engagements
from engagement.engagements.drafts import EngagementDraft, NewGroup
from engagement.engagements.log_queries import groups_to_log
from engagement.engagements.writing import where_of
from engagement.groups.drafts import GroupDraft
from engagement.groups.service import create_group
from engagement.groups.service import hold as hold_groups
from engagement.offline.again import says_something_else
from engagement.offline.domain import Outcome, Receipt
from engagement.offline.phone_form import Maker, PhoneForm
from engagement.offline.plain_entry import Short, read_plain
from engagement.offline.queries import held_of, known_among
from engagement.offline.sending import Sent, owner_of, read_draft, ref_of
from engagement.people.queries import actor_before, cover_endings, load_actor
from engagement.places.models import Neighbourhood
from engagement.web.errors import say

NOT_THERE = "There is no such group, or it is not yours to log to. Choose it again."
NOTHING_TO_TELL = "What was raised there is not yours to see any more. Take out what was told, or what it is the same as."
ANOTHERS = "This form was sent before by somebody else. Open it again."


When = tuple[date, datetime | None]
"""The day on which an entry was typed, and the cover that was ended next on that day: what the sender's access hangs on."""


@dataclass(slots=True)
class Taking:
    """One sending on its way: who sends, what is known of it already, what has become of each entry so far."""

    session: Session
    account: Actor
    now: datetime
    offset: timedelta
    held: dict[str, int | None]
    actors: dict[When, Actor | None]
    endings: Sequence[datetime]  # of cover by whoever sends
    plain: dict[When, list[tuple[int, Any, EngagementDraft]]] = field(default_factory=dict)


def take(
    session: Session, account: Actor, drafts: Sequence[Any], offset: timedelta, *, now: datetime, together: bool = True
) -> list[Receipt]:
    """What became of each entry, in order. One that must be mended stops no other.

    Those that are entries and nothing more are written `together`; where the rules refuse one of them, nothing was written
    and each is taken by itself, behind a savepoint of its own, as every other entry is. What the database itself refuses of
    them raises its error: then all of it must be undone, and the sending taken again, not together.
    """
    endings = cover_endings(session, account.officer_id)
    taking = Taking(session, account, now, offset, held_of(session, account.account_id or 0), {(london_day(now), None): account}, endings)
    receipts: dict[int, Receipt] = {}
    read: list[tuple[int, Any, Short | Sent]] = []
    for n, draft in enumerate(drafts):
        if owner_of(draft) not in ("", str(account.account_id)):
            receipts[n] = Receipt(client_ref=ref_of(draft), outcome=Outcome.NOT_YOURS)
            continue
        try:
            read.append((n, draft, (together and read_plain(draft, offset, now)) or read_draft(draft, offset, now)))
        except Refused as refusal:
            receipts[n] = _mend(ref_of(draft), refusal.field or "", say(refusal))
        except RecursionError:
            receipts[n] = _mend(ref_of(draft), "client_ref", _("This entry is nested too deep"))
    _hold_all(session, [one for _n, _draft, one in read])
    twice: list[tuple[int, Any]] = []
    seen: set[str] = set()
    for n, draft, one in read:
        ref = one.draft.client_ref if isinstance(one, Short) else one.client_ref
        if ref in seen:
            twice.append((n, draft))
            continue
        seen.add(ref)
        receipt = _take_short(taking, n, draft, one) if isinstance(one, Short) else _take_one(taking, n, draft, one, alone=not together)
        if receipt is not None:
            receipts[n] = receipt
    for when in taking.plain:
        receipts |= _take_plain(taking, when)
    for n, draft in twice:
        receipts[n] = _take_alone(taking, n, draft)
    return [receipts[n] for n in range(len(drafts))]


def _mend(ref: str, field_name: str, reason: str) -> Receipt:
    return Receipt(client_ref=ref, outcome=Outcome.NEEDS_WORK, field=field_name, reason=reason)


def _hold_all(session: Session, read: Sequence[Short | Sent]) -> None:
    """Waits once for everybody who writes to the same groups and concerns, in one order, so that no two wait for each other."""
    sent = [one for one in read if isinstance(one, Sent)]
    groups = {int(v) for one in sent for n, v in one.fields if (n == "group" or n.endswith("-group")) and _short(v)}
    groups |= {there.group_id for one in read if isinstance(one, Short) for there in one.draft.groups}
    raisings = {int(v.partition(":")[0]) for one in sent for n, v in one.fields if n == "tell" and _short(v.partition(":")[0])}
    concerns = {int(v) for one in sent for n, v in one.fields if n.endswith("-same") and _short(v)}
    if len(groups) > 1:
        hold_groups(session, groups)
    if raisings:
        concerns |= set(session.scalars(select(Raising.concern_id).where(Raising.id.in_(sorted(raisings)))))
    if len(concerns) > 1:
        hold_concerns(session, concerns)


def _short(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _take_short(taking: Taking, n: int, draft: Any, short: Short) -> Receipt | None:
    """As `_take_one`, of an entry that was read the short way; what is no ordinary case of it is left to that."""
    when = _when(taking, short.typed_at)
    actor = _actor_of(taking, when)
    if short.draft.client_ref in taking.held or actor is None or not actor.may(Permission.WRITE_DIARY):
        return _take_one(taking, n, draft, read_draft(draft, taking.offset, taking.now))
    taking.plain.setdefault(when, []).append((n, draft, short.draft))
    return None


def _take_alone(taking: Taking, n: int, draft: Any) -> Receipt:
    """The receipt of an entry that is taken by itself."""
    sent = read_draft(draft, taking.offset, taking.now)
    return _take_one(taking, n, draft, sent, alone=True) or _mend(sent.client_ref, "client_ref", _(ANOTHERS))


def _take_one(taking: Taking, n: int, draft: Any, sent: Sent, *, alone: bool = False) -> Receipt | None:
    """The receipt of one entry; None where it is among those that are written together.

    Whether it is on the record already is asked only where it matters: an entry that is written finds out by its reference.
    """
    if sent.client_ref in taking.held:
        return Receipt(client_ref=sent.client_ref, outcome=Outcome.KEPT, engagement_id=taking.held[sent.client_ref])
    when = _when(taking, sent.typed_at)
    actor = _actor_of(taking, when)
    form = PhoneForm(sent, now=taking.now, make=maker(taking.session, taking.now))
    if actor is None or not actor.may(Permission.WRITE_DIARY):
        reason = _(
            "You had no posting on %(day)s that lets you write in the diary. Ask your sergeant.",
            day=say_date(when[0], london_day(taking.now)),
        )
        return _if_known(taking, form) or _mend(sent.client_ref, "when", reason)
    if alone or form.names:
        return _if_known(taking, form) or _behind_savepoint(taking, sent, form, actor)
    found = form.draft(taking.session, actor, now=sent.typed_at)
    if found is None:
        problem = form.problem
        return _if_known(taking, form) or _mend(sent.client_ref, *problem)
    if engagements.plain(found):
        taking.plain.setdefault(when, []).append((n, draft, found))
        return None
    return _if_known(taking, form) or _behind_savepoint(taking, sent, form, actor, found)


def _if_known(taking: Taking, form: PhoneForm) -> Receipt | None:
    """The receipt of an entry that is on the record already; None where it is not."""
    known = known_among(taking.session, [form.client_ref]).get(form.client_ref)
    if known is None:
        return None
    if (known.recorded_by_id, known.force_id) != (taking.account.officer_id, taking.account.force_id):
        return _mend(form.client_ref, "client_ref", _(ANOTHERS))
    actor = _actor_of(taking, _when(taking, form.entry.typed_at))
    differs = says_something_else(taking.session, form.entry, actor or taking.account, known, now=taking.now)
    return Receipt(client_ref=form.client_ref, outcome=Outcome.KEPT, engagement_id=known.id, differs=differs)


def _when(taking: Taking, typed_at: datetime) -> When:
    """The day of a moment, and the next ending of a cover on that day: the cover held until then."""
    day = london_day(typed_at)
    return day, next((ending for ending in taking.endings if ending > typed_at and london_day(ending) == day), None)


def _actor_of(taking: Taking, when: When) -> Actor | None:
    """The account with the postings and cover that held then."""
    if when not in taking.actors:
        (day, ending), account = when, taking.account.account_id or 0
        found = load_actor(taking.session, account, day) if ending is None else actor_before(taking.session, account, ending)
        taking.actors[when] = found
    return taking.actors[when]


def maker(session: Session, now: datetime) -> Maker:
    """What makes a group that was typed by its name and is not known, to be confirmed; answers its id."""

    def make(actor: Actor, new: NewGroup, neighbourhood_id: int | None) -> int:
        place = neighbourhood_id or some_place(session, actor)
        asked = GroupDraft(name=new.name, kind=new.kind, neighbourhood_id=place or 0, owner_id=actor.officer_id, to_confirm=True)
        return create_group(session, actor, asked, now=now).id

    return make


def some_place(session: Session, actor: Actor) -> int | None:
    """A neighbourhood for what says none and whose officer has not logged yet: the first of their own teams, else of the force."""
    ours = select(Neighbourhood.id).where(Neighbourhood.force_id == actor.force_id).order_by(Neighbourhood.id).limit(1)
    own = sorted(actor.own_teams or actor.readable_teams)
    return session.scalar(ours.where(Neighbourhood.team_id.in_(own))) or session.scalar(ours)


def _behind_savepoint(taking: Taking, sent: Sent, form: PhoneForm, actor: Actor, draft: EngagementDraft | None = None) -> Receipt:
    """Puts one entry on the record with all that came along, or nothing of it."""
    session = taking.session
    try:
        with session.begin_nested():
            draft = draft or form.draft(session, actor, now=sent.typed_at)
            if draft is None:
                raise _MendError
            draft = placed(session, actor, draft)
            _check_groups(session, actor, draft)
            logged = engagements.log(session, actor, draft, now=taking.now)
    except _MendError:
        return _mend(sent.client_ref, *form.problem)
    except Refused as refusal:
        form.errors.clear()
        form.refuse_line(refusal)
        return _mend(sent.client_ref, *form.problem)
    except _NoGroupError:
        return _mend(sent.client_ref, "group", _(NOT_THERE))
    except Missing:
        return _mend(sent.client_ref, "tell", _(NOTHING_TO_TELL))
    except (IntegrityError, DataError):
        return _mend(sent.client_ref, "", _("This entry could not be kept as it is. Open it, look at it, and send it again."))
    return Receipt(client_ref=sent.client_ref, outcome=Outcome.KEPT, engagement_id=logged.engagement_id, differs=logged.differs)


class _MendError(Exception):
    """The form has something to be mended: undoes what was made for it."""


class _NoGroupError(Exception):
    """A group is not there, or is kept from the officer."""


def placed(session: Session, actor: Actor, draft: EngagementDraft) -> EngagementDraft:
    """The draft with a place, where it has none and the form would have had to ask."""
    if draft.groups or draft.neighbourhood_id is not None:
        return draft
    try:
        return _at(draft, where_of(session, actor, None, None).neighbourhood_id)
    except Refused:
        return _at(draft, some_place(session, actor))


def _at(draft: EngagementDraft, neighbourhood_id: int | None) -> EngagementDraft:
    values = {name: getattr(draft, name) for name in EngagementDraft.__dataclass_fields__}
    return EngagementDraft(**(values | {"neighbourhood_id": neighbourhood_id, "said": draft.content_hash}))


def _check_groups(session: Session, actor: Actor, draft: EngagementDraft) -> None:
    try:
        groups_to_log(session, actor, [g.group_id for g in draft.groups])
    except Missing:
        raise _NoGroupError from None


def _take_plain(taking: Taking, when: When) -> dict[int, Receipt]:
    """The receipts of entries that are written together, all of the same postings."""
    work, actor = taking.plain[when], _actor_of(taking, when)
    assert actor is not None
    try:
        made = engagements.log_many(taking.session, actor, [found for _n, _draft, found in work], now=taking.now)
    except (Refused, Missing):
        return {n: _take_alone(taking, n, draft) for n, draft, _found in work}
    return {
        n: Receipt(client_ref=found.client_ref, outcome=Outcome.KEPT, engagement_id=made[found.client_ref])
        if found.client_ref in made
        else _take_alone(taking, n, draft)
        for n, draft, found in work
    }
