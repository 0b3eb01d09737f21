"""What people do with a summary: word an item, leave it out or put it in, send it to an approver, clear, approve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import keep_version, record
from engagement.concerns.models import Concern, Raising
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.texts import clean_text, one_line
from engagement.core.wording import fingerprint
from engagement.groups.models import Group
from engagement.priorities.service import told_in_summary
from engagement.summaries.domain import APPROVING_ROLES, blocking_findings, left_out_by_default, unfinished, why_not_approve
from engagement.summaries.drafting import add_items, new_matters
from engagement.summaries.facts import matters
from engagement.summaries.models import Summary, SummaryItem
from engagement.summaries.queries import items_of, may_be_said, roles_over, summary_to_read

PARTS = {"you_said": "You said", "we_did": "We did", "what_next": "What happens next"}
LONGEST = 2000
CORRECTED = "corrected by an approver"
DONE = "This month is approved and goes out as it stands."
CHANGED = "Somebody else changed this item while you had it open. Both versions are below: put in what should stand, and save again."

MOVED_ON = "Somebody else changed this item while you had it open. Read it as it is now, then decide."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """An item as typed. `only_for` is the raising group that alone gets it; None is everyone."""

    you_said: str
    we_did: str
    what_next: str
    only_for: int | None = None


def parts_of(item: SummaryItem | Wording) -> dict[str, str]:
    """The texts of an item by the name of their field: one wording, as the rules read it."""
    return {name: getattr(item, name) for name in PARTS}


def reword(session: Session, actor: Actor, item_id: int, wording: Wording, *, version: int, now: datetime) -> SummaryItem:
    """Changes an item's words and who gets it; never the record. Its approval, if it had one, is given back.

    An approver who changes what somebody else wrote corrects it, which the writer is shown; anybody else becomes the
    item's writer. Raises Missing, Refused beside a field, or Conflict with what the item says now.
    """
    item, summary = _item(session, actor, item_id, version, changed=CHANGED)
    texts = {name: clean_text(getattr(wording, name), longest=LONGEST, field=name, what=said) for name, said in PARTS.items()}
    for name, said in PARTS.items():
        if not texts[name]:
            raise Refused(f"Say something under “{said}”", field=name)
    audience = _audience(session, item, wording.only_for)
    before = {**parts_of(item), "audience": item.audience, "audience_group_id": item.audience_group_id}
    after = texts | {"audience": audience, "audience_group_id": wording.only_for}
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return item
    correcting = summary.state == "with_approver" and not _why_not(actor, summary, item)
    keep_version(session, actor, "summary_item", item.id, before, now=now, reason=CORRECTED if correcting else "")
    for name in changed:
        setattr(item, name, after[name])
    if correcting:
        item.corrected_by_id, item.corrected_at = actor.officer_id, now
    else:
        item.written_by_id, item.written_at = actor.officer_id, now
    _unapprove(item)
    record(session, actor, Operation.ALTERATION, "summary_item", [item.id], fields=changed, now=now)
    session.flush()
    return item


def leave_out(session: Session, actor: Actor, item_id: int, reason: str, *, version: int, now: datetime) -> SummaryItem:
    """Leaves an item out of page, mail and poster, with a reason; done twice is done once."""
    item, _summary = _item(session, actor, item_id, version)
    why = one_line(reason, longest=300, field="reason", what="Why it is left out")
    if not why:
        raise Refused("Say why it is left out", field="reason")
    item.left_out, item.left_out_reason = True, why
    _unapprove(item)
    record(session, actor, Operation.ALTERATION, "summary_item", [item.id], fields=["left_out"], now=now)
    session.flush()
    return item


def use(session: Session, actor: Actor, item_id: int, *, version: int, now: datetime) -> SummaryItem:
    """Puts an item in. What could point at its one raiser only an approver puts in."""
    item, summary = _item(session, actor, item_id, version)
    found = matters(session, [item.concern_id])
    if left_out_by_default(found[item.concern_id].facts) and not APPROVING_ROLES & roles_over(actor, summary.team_id):
        raise Refused("One raiser alone spoke of this: only an approver puts it in.")
    item.left_out, item.left_out_reason = False, ""
    _unapprove(item)
    record(session, actor, Operation.ALTERATION, "summary_item", [item.id], fields=["left_out"], now=now)
    session.flush()
    return item


def take_in(session: Session, actor: Actor, summary_id: int, *, now: datetime) -> list[SummaryItem]:
    """Adds items for what was entered since the draft; answers them, none where there is nothing."""
    summary = _open(session, actor, summary_id)
    items = add_items(session, summary, new_matters(session, [summary]).get(summary.id, []), now=now)
    if items:
        record(session, actor, Operation.COLLECTION, "summary_item", [item.id for item in items], now=now)
    return items


def send_to_approver(session: Session, actor: Actor, summary_id: int, *, now: datetime) -> Summary:
    """Sends a draft for approval; who sends it is its drafter, and somebody else approves. Sent twice is sent once."""
    summary = _open(session, actor, summary_id)
    if summary.state == "drafted":
        summary.state, summary.submitted_at, summary.drafter_id = "with_approver", now, actor.officer_id
        record(session, actor, Operation.ALTERATION, "summary", [summary.id], fields=["state"], now=now)
    return summary


def clear(session: Session, actor: Actor, item_id: int, finding: str, *, version: int, now: datetime) -> SummaryItem:
    """An approver says that one finding (its fingerprint) may stand. A text that changes asks anew."""
    item, summary = _item(session, actor, item_id, version)
    _check_approver(actor, summary, item)
    open_ones = {fingerprint(found) for _part, found in blocking_findings(parts_of(item), item.cleared)}
    if finding not in open_ones:
        raise Refused("Those words are not in the text any more.")
    item.cleared = [*item.cleared, finding]
    record(session, actor, Operation.ALTERATION, "summary_item", [item.id], fields=["cleared"], now=now)
    session.flush()
    return item


def approve(session: Session, actor: Actor, summary_id: int, seen: Mapping[int, int], *, now: datetime) -> Summary:
    """Approves items as they were seen (id: version), all or none of them; the month is approved with its last item.

    Raises Refused for a draft that was not sent, for its writer, and while words are unfinished or look like a
    person; Conflict where an item was changed since it was seen.
    """
    summary = _open(session, actor, summary_id)
    if summary.state != "with_approver":
        raise Refused("This is a draft still: it is approved after it was sent to an approver.")
    items = {item.id: item for item in items_of(session, summary.id)}
    chosen = [items[i] for i in seen if i in items]
    if len(chosen) != len(seen):
        raise Missing
    for item in chosen:
        _check_version(item, seen[item.id])
        _check_approvable(actor, summary, item)
    if not chosen:  # a month of which nothing is said is approved as well, by somebody who may
        _check_approver(actor, summary, None)
    for item in chosen:
        item.approved_by_id, item.approved_at = actor.officer_id, now
    if chosen:
        record(session, actor, Operation.ALTERATION, "summary_item", [i.id for i in chosen], fields=["approved_at"], now=now)
    if published := [i.id for i in chosen if i.audience == "everyone"]:
        record(session, actor, Operation.DISCLOSURE, "summary_item", published, now=now, note="the neighbourhood's public page")
        told_in_summary(session, actor, summary.id, [i.concern_id for i in chosen if i.audience == "everyone"], now=now)
    if all(item.left_out or item.approved_at for item in items.values()):
        summary.state, summary.approved_at, summary.approved_by_id = "approved", now, actor.officer_id
        record(session, actor, Operation.ALTERATION, "summary", [summary.id], fields=["state"], now=now)
    session.flush()
    return summary


def _open(session: Session, actor: Actor, summary_id: int) -> Summary:
    """The summary, held so that nobody changes it meanwhile, while it may be changed."""
    summary_to_read(session, actor, summary_id)
    summary = session.scalars(
        select(Summary).where(Summary.id == summary_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()
    if summary.state == "approved":
        raise Refused(DONE)
    return summary


def _item(session: Session, actor: Actor, item_id: int, version: int, *, changed: str = MOVED_ON) -> tuple[SummaryItem, Summary]:
    item = session.scalar(
        select(SummaryItem).join(Concern, Concern.id == SummaryItem.concern_id).where(SummaryItem.id == item_id, may_be_said())
    )
    if item is None:
        raise Missing
    summary = _open(session, actor, item.summary_id)
    session.refresh(item)
    _check_version(item, version, changed)
    return item, summary


def _check_version(item: SummaryItem, version: int, changed: str = MOVED_ON) -> None:
    if item.version != version:
        left_out = {"left_out": item.left_out_reason} if item.left_out else {}
        raise Conflict(changed, theirs=parts_of(item) | left_out)


def _unapprove(item: SummaryItem) -> None:
    item.approved_at, item.approved_by_id = None, None


def _why_not(actor: Actor, summary: Summary, item: SummaryItem | None) -> str:
    assert actor.officer_id is not None
    roles = roles_over(actor, summary.team_id)
    for writer in (item.written_by_id if item else None, summary.drafter_id):
        if why := why_not_approve(approver_id=actor.officer_id, roles=roles, writer_id=writer):
            return why
    return ""


def _check_approver(actor: Actor, summary: Summary, item: SummaryItem | None) -> None:
    if why := _why_not(actor, summary, item):
        raise Refused(why)


def _check_approvable(actor: Actor, summary: Summary, item: SummaryItem) -> None:
    _check_approver(actor, summary, item)
    if item.left_out:
        raise Refused("What is left out is not approved: put it in first.")
    if unfinished(parts_of(item)):
        raise Refused("“{words}” is not finished: say all three parts, and why where something cannot be done.", words=_short(item))
    if blocking_findings(parts_of(item), item.cleared):
        raise Refused("“{words}” has words that look like a person: change or clear each of them first.", words=_short(item))


def _short(item: SummaryItem) -> str:
    return item.you_said if len(item.you_said) <= 60 else item.you_said[:59].rstrip() + "…"


def _audience(session: Session, item: SummaryItem, only_for: int | None) -> str:
    if only_for is None:
        return "everyone"
    raised = select(Raising.id).where(
        Raising.concern_id == item.concern_id, Raising.group_id == only_for, Raising.withdrawn_at.is_(None), Group.id == Raising.group_id
    )
    if session.scalar(raised.limit(1)) is None:
        raise Refused("Choose everyone, or a group that raised it", field="audience")
    return "group"


def may_approve_it(actor: Actor, summary: Summary, item: SummaryItem | None = None) -> str:
    """Why the actor may not approve an item, or the summary as a whole; empty when they may."""
    return _why_not(actor, summary, item)
