"""Who gets a month's letter and what is approved to go into it, as the rules of `letters` ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.concerns.models import Concern, Raising
from engagement.core.months import Month
from engagement.groups.models import Contact, Group, GroupNeighbourhood
from engagement.places.models import Neighbourhood
from engagement.summaries.domain import tells
from engagement.summaries.facts import matters
from engagement.summaries.letters import Addressee, ApprovedItem, fold_address
from engagement.summaries.models import MonthlyLetter, Stop, Summary, SummaryItem
from engagement.summaries.queries import may_be_said


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What an item says, and what its delivery tells a raiser: "answer" or "outcome"."""

    you_said: str
    we_did: str
    what_next: str
    concern_id: int
    tells: str = "answer"


@dataclass(slots=True)
class Post:
    """Everything that a force's letters for a month are made of."""

    items: list[ApprovedItem] = field(default_factory=list)
    words: dict[int, Words] = field(default_factory=dict)
    addressees: list[Addressee] = field(default_factory=list)
    groups: dict[int, str] = field(default_factory=dict)


def approved_post(session: Session, force_id: int, month: Month, about: Collection[int]) -> Post:
    """The approved items of a month, and everybody whom those about some neighbourhoods concern and who gets letters.

    Left out are: who is not to be contacted, has ended, has had the letter, stopped it, or whose address is suspended;
    groups that are dormant or OFFICIAL-SENSITIVE. The number of questions does not grow with them.
    """
    post = Post()
    rows = _approved(session, force_id, month)
    raised = _raised_by(session, {row.concern_id for row in rows})
    said = matters(session, {row.concern_id for row in rows})
    for row in rows:
        if row.audience == "group" and row.audience_group_id not in raised.get(row.concern_id, ()):
            continue  # the one group it was for has taken its raising back
        post.items.append(
            ApprovedItem(
                item_id=row.id,
                neighbourhood_id=row.neighbourhood_id,
                position=row.position,
                raised_by=frozenset(raised.get(row.concern_id, ())),
                only_for=row.audience_group_id if row.audience == "group" else None,
            )
        )
        post.words[row.id] = Words(
            you_said=row.you_said,
            we_did=row.we_did,
            what_next=row.what_next,
            concern_id=row.concern_id,
            tells=tells(said[row.concern_id].facts, month),
        )
    concerned = {g for item in post.items if item.neighbourhood_id in about for g in item.raised_by}
    if post.items:
        _fill_addressees(session, post, force_id, month, about, concerned)
    return post


def _approved(session: Session, force_id: int, month: Month) -> Sequence[Any]:
    """The approved items of a month that may be said, as they are worded."""
    return session.execute(
        select(
            SummaryItem.id, SummaryItem.concern_id, SummaryItem.position, SummaryItem.audience, SummaryItem.audience_group_id,
            SummaryItem.you_said, SummaryItem.we_did, SummaryItem.what_next, Summary.neighbourhood_id,
        )
        .join(Summary, Summary.id == SummaryItem.summary_id)
        .join(Concern, Concern.id == SummaryItem.concern_id)
        .where(
            Summary.force_id == force_id,
            Summary.month == str(month),
            Summary.state == "approved",
            SummaryItem.approved_at.is_not(None),
            SummaryItem.left_out.is_(False),
            may_be_said(),
        )
        .order_by(SummaryItem.id)
    ).all()  # fmt: skip


def held_back(session: Session, force_id: int, month: Month) -> tuple[set[int], set[int]]:
    """The neighbourhoods whose month is not approved yet, and the groups that raised something in their drafts."""
    rows = session.execute(
        select(Summary.neighbourhood_id, SummaryItem.concern_id)
        .join(SummaryItem, SummaryItem.summary_id == Summary.id)
        .where(Summary.force_id == force_id, Summary.month == str(month), Summary.state != "approved", SummaryItem.left_out.is_(False))
    ).all()
    raised = _raised_by(session, {row.concern_id for row in rows})
    return {row.neighbourhood_id for row in rows}, {group for groups in raised.values() for group in groups}


def correspondents(session: Session, force_id: int, neighbourhood_id: int, raised: Collection[int]) -> Sequence[Any]:
    """Whom a neighbourhood's letters would go to as things stand: (contact_id, email, group_id, name, neighbourhood_id), by group.

    Its groups' contacts, and those of groups that raised something there; but for addresses that stopped the letters.
    """
    spanning = select(GroupNeighbourhood.group_id).where(GroupNeighbourhood.neighbourhood_id == neighbourhood_id)
    theirs = or_(Group.neighbourhood_id == neighbourhood_id, Group.id.in_(spanning), Group.id.in_(sorted(raised)))
    rows = session.execute(_getting(force_id).where(theirs).order_by(Group.name_folded, Contact.id)).all()
    addresses = sorted({fold_address(row.email) for row in rows})
    stopped = set(
        session.scalars(select(Stop.address).where(Stop.force_id == force_id, Stop.stopped_at.is_not(None), Stop.address.in_(addresses)))
    )
    return [row for row in rows if fold_address(row.email) not in stopped]


def _raised_by(session: Session, concern_ids: Collection[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(Raising.concern_id, Raising.group_id).where(
            Raising.concern_id.in_(sorted(concern_ids)), Raising.group_id.is_not(None), Raising.withdrawn_at.is_(None)
        )
    )
    for row in rows:
        found[row.concern_id].add(row.group_id)
    return found


def _fill_addressees(session: Session, post: Post, force_id: int, month: Month, about: Collection[int], concerned: Collection[int]) -> None:
    """Whoever the news is for, and everything else that their address speaks for, so that one letter says all of it."""
    places = sorted(about)
    spanning = select(GroupNeighbourhood.group_id).where(GroupNeighbourhood.neighbourhood_id.in_(places))
    theirs = or_(Group.neighbourhood_id.in_(places), Group.id.in_(spanning), Group.id.in_(sorted(concerned)))
    addresses = {fold_address(row.email) for row in session.execute(_getting(force_id).where(theirs))}
    addresses -= set(
        session.scalars(select(MonthlyLetter.address).where(MonthlyLetter.force_id == force_id, MonthlyLetter.month == str(month)))
    )
    addresses -= set(session.scalars(select(Stop.address).where(Stop.force_id == force_id, Stop.stopped_at.is_not(None))))
    rows = [row for row in session.execute(_getting(force_id).order_by(Contact.id)) if fold_address(row.email) in addresses]
    homes = _neighbourhoods(session, rows)
    for row in rows:
        post.groups[row.group_id] = row.name
        post.addressees.append(
            Addressee(address=row.email, contact_id=row.contact_id, group_id=row.group_id, neighbourhoods=homes[row.group_id])
        )


def _getting(force_id: int) -> Any:
    """The contacts of a force who get letters, with their group."""
    return (
        select(Contact.id.label("contact_id"), Contact.email, Group.id.label("group_id"), Group.name, Group.neighbourhood_id)
        .join(Group, Group.id == Contact.group_id)
        .where(
            Contact.force_id == force_id,
            Contact.email != "",
            Contact.gets_letters.is_(True),
            Contact.do_not_contact.is_(False),
            Contact.ended_on.is_(None),
            Contact.mail_suspended_at.is_(None),
            Group.sensitive.is_(False),
            Group.dormant_on.is_(None),
        )
    )


def _neighbourhoods(session: Session, rows: Sequence[Any]) -> dict[int, tuple[tuple[int, str], ...]]:
    """Each group's neighbourhoods (id, name), home first."""
    found: dict[int, list[int]] = {row.group_id: [row.neighbourhood_id] for row in rows}
    spans = session.execute(
        select(GroupNeighbourhood.group_id, GroupNeighbourhood.neighbourhood_id)
        .where(GroupNeighbourhood.group_id.in_(sorted(found)))
        .order_by(GroupNeighbourhood.neighbourhood_id)
    )
    for row in spans:
        if row.neighbourhood_id not in found[row.group_id]:
            found[row.group_id].append(row.neighbourhood_id)
    wanted = sorted({place for places in found.values() for place in places})
    names = {row.id: row.name for row in session.execute(select(Neighbourhood.id, Neighbourhood.name).where(Neighbourhood.id.in_(wanted)))}
    return {group: tuple((place, names[place]) for place in places) for group, places in found.items()}
