"""Keeping a concern right: its words, its owner, its side ends, and who sees a reply address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Permission
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.concerns.categories import Category
from engagement.concerns.checks import (
    TITLE,
    as_text,
    free_text,
    officer_of_force,
    open_concern,
    readable_concern,
    required_line,
    same_version,
)
from engagement.concerns.domain import SideEnd
from engagement.concerns.drafts import AsideDraft, ConcernEdit
from engagement.concerns.models import Concern, Raising, ReplyAddress
from engagement.concerns.queries import visible_to
from engagement.concerns.raising import known_asb_type, known_category
from engagement.concerns.settling import settle
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.core.texts import one_line

WORDS = ("title", "category", "asb_type", "detail", "place", "sensitive", "public_said", "override_reason")
ASIDE = ("side_end", "side_end_reason", "side_end_at", "same_as_id")
NEEDS_WORDS = {
    SideEnd.WITH_PARTNER: "Say which partner has it",
    SideEnd.ELSEWHERE: "Say where it is recorded, with the reference",
    SideEnd.PRIORITY: "Say which priority",
    SideEnd.CANNOT_DO: "Say why, as the raisers will be told",
}


def edit_concern(session: Session, actor: Actor, draft: ConcernEdit, *, now: datetime) -> Concern:
    """Changes the words of an open concern; what it said before is kept as a version.

    Raises Conflict, with what it says now, where somebody else changed it since it was read, and Refused where it
    is closed. A restricted category makes it OFFICIAL-SENSITIVE. Nothing changed keeps no version.
    """
    concern = open_concern(session, actor, draft.concern_id)
    same_version(concern, draft.version, shown_concern(concern))
    category = known_category(draft.category)
    title = required_line(
        draft.title, field="title", what="What is the matter", sentence="Say what the matter is, in a line", longest=TITLE
    )
    new: dict[str, object] = {
        "title": title,
        "category": category,
        "asb_type": known_asb_type(draft.asb_type),
        "detail": free_text(draft.detail, field="detail", what="More about it"),
        "place": one_line(draft.place, longest=200, field="place", what="Where"),
        "sensitive": draft.sensitive or Category(category).restricted,
        "public_said": free_text(draft.public_said, field="public_said", what="You said"),
        "override_reason": one_line(draft.override_reason, longest=300, field="override_reason", what="Reason") or concern.override_reason,
    }
    changed = [name for name, value in new.items() if getattr(concern, name) != value]
    if not changed:
        return concern
    why = one_line(draft.reason, longest=300, field="reason", what="Reason")
    keep_version(session, actor, "concern", concern.id, as_text(concern, WORDS), now=now, reason=why)
    for name in changed:
        setattr(concern, name, new[name])
    concern.title_folded, concern.changed_at = fold(title)[:TITLE], now
    record(session, actor, Operation.ALTERATION, "concern", [concern.id], fields=changed, now=now)
    return concern


def close_aside(session: Session, actor: Actor, draft: AsideDraft, *, now: datetime) -> Concern:
    """Ends a concern beside the work on it. The raisers are still told; until then the outcome is owed.

    "The same as" needs another concern that the actor may read, which is not itself the same as a third; each of
    the other ends needs a reason in words.
    """
    concern = open_concern(session, actor, draft.concern_id)
    same_version(concern, draft.version, shown_concern(concern))
    why = one_line(draft.reason, longest=300, field="reason", what="Reason")
    if draft.end is not SideEnd.SAME_AS and not why:
        raise Refused(NEEDS_WORDS[draft.end], field="reason")
    same_as = _same_as(session, actor, concern, draft.same_as_id) if draft.end is SideEnd.SAME_AS else None
    keep_version(session, actor, "concern", concern.id, as_text(concern, ASIDE), now=now)
    concern.side_end, concern.side_end_reason, concern.side_end_at = str(draft.end), why, now
    concern.same_as_id = same_as
    record(session, actor, Operation.ALTERATION, "concern", [concern.id], fields=["side_end"], now=now)
    settle(session, [concern.id], now=now, touched=True)
    return concern


def take_up_again(session: Session, actor: Actor, concern_id: int, reason: str, *, now: datetime) -> Concern:
    """Undoes a side end whose outcome nobody was told of yet, or which was raised again since; with a reason."""
    concern = open_concern(session, actor, concern_id)
    if concern.side_end is None:
        raise Refused("This concern is being worked on already.")
    why = required_line(reason, field="reason", what="Reason", sentence="Say why it is taken up again")
    keep_version(session, actor, "concern", concern.id, as_text(concern, ASIDE), now=now, reason=why)
    concern.side_end, concern.side_end_reason, concern.side_end_at, concern.same_as_id = None, "", None, None
    record(session, actor, Operation.ALTERATION, "concern", [concern.id], fields=["side_end"], now=now)
    settle(session, [concern.id], now=now, touched=True)
    return concern


def give_to(session: Session, actor: Actor, concern_ids: Sequence[int], officer_id: int, *, now: datetime) -> list[Concern]:
    """Gives concerns to another officer of the force. All of them must be readable, else `Missing`."""
    officer = officer_of_force(session, actor, officer_id, field="officer_id")
    given = [readable_concern(session, actor, concern_id) for concern_id in sorted(set(concern_ids))]
    for concern in given:
        if concern.owner_id != officer:
            keep_version(session, actor, "concern", concern.id, as_text(concern, ["owner_id"]), now=now)
            concern.owner_id, concern.changed_at = officer, now
    record(session, actor, Operation.ALTERATION, "concern", [c.id for c in given], fields=["owner_id"], now=now)
    return given


def give_back(session: Session, actor: Actor, concern_id: int, from_id: int | None, to_id: int | None, *, now: datetime) -> bool:
    """Gives a concern back to who had it, or to nobody, where `from_id` still has it; answers whether. `Missing` as `give_to`."""
    concern = readable_concern(session, actor, concern_id)
    if concern.owner_id != from_id:
        return False
    keep_version(session, actor, "concern", concern.id, as_text(concern, ["owner_id"]), now=now)
    concern.owner_id, concern.changed_at = to_id, now
    record(session, actor, Operation.ALTERATION, "concern", [concern.id], fields=["owner_id"], now=now)
    return True


def reply_addresses(session: Session, actor: Actor, concern_id: int) -> dict[int, str]:
    """Where unnamed residents can be answered, by raising: for the owner, and for sergeants and inspectors of the team."""
    mine = or_(Concern.owner_id == actor.officer_id, Concern.team_id.in_(sorted(actor.teams(Permission.SEE_REPLY_ADDRESS))))
    rows = session.execute(
        select(Raising.id, ReplyAddress.address)
        .join(Raising, Raising.id == ReplyAddress.raising_id)
        .join(Concern, Concern.id == Raising.concern_id)
        .where(Concern.id == concern_id, visible_to(actor), mine)
    )
    return {row.id: row.address for row in rows}


def shown_concern(concern: Concern) -> dict[str, str]:
    """What a concern says now, for somebody whose page is older."""
    return {name: str(value) for name in (*WORDS, "side_end_reason") if (value := getattr(concern, name)) not in (None, "")}


def _same_as(session: Session, actor: Actor, concern: Concern, other_id: int | None) -> int:
    if other_id is None or other_id == concern.id:
        raise Refused("Choose the concern that it is the same as", field="same_as_id")
    other = session.scalar(select(Concern).where(Concern.id == other_id, visible_to(actor)))
    if other is None:
        raise Refused("There is no such concern", field="same_as_id")
    if other.same_as_id is not None:
        raise Refused("That one is itself the same as another: choose the other", field="same_as_id")
    return other.id
