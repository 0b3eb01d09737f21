"""A letter's paper: which team it comes from, the officer named in it, its two parts and its headers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import formataddr

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engagement.core.months import Month
from engagement.mail.paper import both_parts
from engagement.mail.service import LetterDraft
from engagement.people.models import Officer, Posting
from engagement.places.models import Force, Neighbourhood, Team
from engagement.summaries.letters import LetterPlan, subject
from engagement.summaries.recipients import Words

KIND = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands at the head and foot of a neighbourhood's letters."""

    team_name: str
    team_email: str
    officer_name: str
    officer_telephone: str
    page_path: str


def heads(session: Session, neighbourhood_ids: Collection[int], on: date) -> dict[int, Head]:
    """The letterhead of each neighbourhood. Where no officer is named for it, the team's longest-posted PCSO is."""
    rows = session.execute(
        select(
            Neighbourhood.id, Neighbourhood.slug, Neighbourhood.team_id, Force.slug.label("force"), Team.name, Team.email, Team.telephone,
            Officer.rank, Officer.name.label("officer"), Officer.telephone.label("officer_telephone"),
        )
        .join(Team, Team.id == Neighbourhood.team_id)
        .join(Force, Force.id == Neighbourhood.force_id)
        .outerjoin(Officer, Officer.id == Neighbourhood.named_officer_id)
        .where(Neighbourhood.id.in_(sorted(set(neighbourhood_ids))))
    ).all()  # fmt: skip
    others = _longest_posted(session, {row.team_id for row in rows if row.officer is None}, on)
    found = {}
    for row in rows:
        other = others.get(row.team_id, ("", ""))
        named = f"{row.rank} {row.officer}" if row.officer else other[0]
        telephone = row.officer_telephone if row.officer else other[1]
        team_name = f"{row.name} neighbourhood policing team"
        found[row.id] = Head(
            team_name=team_name,
            team_email=row.email,
            officer_name=named or team_name,
            officer_telephone=telephone or row.telephone,
            page_path=f"/public/{row.force}/{row.slug}",
        )
    return found


def _longest_posted(session: Session, team_ids: Collection[int], on: date) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(Posting.team_id, Officer.rank, Officer.name, Officer.telephone)
        .join(Officer, Officer.id == Posting.officer_id)
        .where(
            Posting.team_id.in_(sorted(team_ids)),
            Posting.role == "pcso",
            Posting.kind == "home",
            Posting.starts_on <= on,
            or_(Posting.ends_on.is_(None), Posting.ends_on >= on),
        )
        .order_by(Posting.starts_on.desc(), Posting.id.desc())
    )
    return {row.team_id: (f"{row.rank} {row.name}", row.telephone) for row in rows if row.team_id is not None}


def home_of(plan: LetterPlan) -> int:
    """The neighbourhood that a letter comes from: the addressees' first that it speaks of."""
    spoken_of = {item.neighbourhood_id for item in plan.items}
    theirs = [place for person in plan.addressees for place, _name in person.neighbourhoods]
    return next((place for place in theirs if place in spoken_of), theirs[0])


def paper(
    plan: LetterPlan,
    month: Month,
    head: Head,
    words: Mapping[int, Words],
    groups: Sequence[str],
    *,
    force_id: int,
    public_url: str,
    stop_url: str,
) -> LetterDraft:
    """The letter as it is posted: two parts, from and to the team, with the link that stops it in its headers (RFC 8058)."""
    place = plan.places[0] if len(plan.places) == 1 else f"{', '.join(plan.places[:-1])} and {plan.places[-1]}"
    text, html = both_parts(
        "letter",
        classification="OFFICIAL",
        place=place,
        month=month.name,
        items=_items(plan, words),
        more_on_page=plan.more_on_page,
        page_url=public_url + head.page_path,
        officer_name=head.officer_name,
        officer_telephone=head.officer_telephone,
        team_name=head.team_name,
        groups=list(groups),
        address=plan.address,
        stop_url=stop_url,
    )
    sender = formataddr((head.team_name, head.team_email))
    return LetterDraft(
        force_id=force_id,
        kind=KIND,
        to=plan.address,
        sender=sender,
        reply_to=sender,
        subject=subject(plan.places, month),
        text=text,
        html=html,
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        working_hours_only=True,
    )


def _items(plan: LetterPlan, words: Mapping[int, Words]) -> list[dict[str, object]]:
    """What the letter says, item by item; `own` are those that a group raised for which it is sent."""
    own = {person.group_id for person in plan.addressees}
    return [
        {
            "you_said": words[item.item_id].you_said,
            "we_did": words[item.item_id].we_did,
            "what_next": words[item.item_id].what_next,
            "own": bool(item.raised_by & own),
        }
        for item in plan.items
    ]
