"""Approved items become letters: one for each address and month, written into the outbox once whatever runs twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.audit.domain import Operation
from engagement.audit.service import record
from engagement.core.clock import london_day
from engagement.core.errors import Refused
from engagement.core.ids import new_token
from engagement.core.months import Month
from engagement.mail.service import LetterDraft, post
from engagement.settings import current
from engagement.summaries.bounces import phone_instead
from engagement.summaries.domain import approve_by
from engagement.summaries.letterhead import heads, home_of, paper
from engagement.summaries.letters import LetterPlan, letters
from engagement.summaries.models import LetterContact, LetterItem, MonthlyLetter, Stop, Summary
from engagement.summaries.recipients import approved_post, held_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A letter that can be written: its plan, its paper, the token of its stop link, and what each item tells."""

    plan: LetterPlan
    draft: LetterDraft
    token: str
    tells: dict[int, str]


def rounds_owed(session: Session) -> list[tuple[int, Month]]:
    """The forces and months that have approved summaries whose letters are not all written, oldest month first."""
    rows = session.execute(
        select(Summary.force_id, Summary.month)
        .where(Summary.state == "approved", Summary.lettered_at.is_(None))
        .distinct()
        .order_by(Summary.month, Summary.force_id)
    )
    return [(row.force_id, Month.parse(row.month)) for row in rows]


def make_ready(session: Session, force_id: int, month: Month, *, now: datetime) -> tuple[list[Ready], int, list[int]]:
    """The letters that can be written now, how many addresses wait, and the ids of the summaries covered.

    An address that another summary of the month concerns waits for it, until the last day for approval has passed: it
    gets one letter. One whose team has no address of its own waits until it has. Reads only; nothing is kept.
    """
    summaries = session.execute(
        select(Summary.id, Summary.neighbourhood_id).where(
            Summary.force_id == force_id, Summary.month == str(month), Summary.state == "approved", Summary.lettered_at.is_(None)
        )
    ).all()
    mail = approved_post(session, force_id, month, {row.neighbourhood_id for row in summaries})
    plans = letters(mail.addressees, mail.items, current().number("mail", "items_in_a_letter"))
    places, groups = held_back(session, force_id, month) if london_day(now) <= approve_by(month) else (set[int](), set[int]())
    ready = [plan for plan in plans if not _waits(plan, places, groups)]
    top = heads(session, {home_of(plan) for plan in ready}, london_day(now))
    ready = [plan for plan in ready if top[home_of(plan)].team_email]  # nobody writes from an address that is none
    tokens = _tokens(session, force_id, [plan.address for plan in ready])
    url = current().public_url
    made = [
        Ready(
            plan=plan,
            draft=paper(
                plan,
                month,
                top[home_of(plan)],
                mail.words,
                list(dict.fromkeys(mail.groups[person.group_id] for person in plan.addressees)),
                force_id=force_id,
                public_url=url,
                stop_url=f"{url}/stop/{tokens[plan.address]}",
            ),
            token=tokens[plan.address],
            tells={item.item_id: mail.words[item.item_id].tells for item in plan.items},
        )
        for plan in ready
    ]
    return made, len(plans) - len(ready), [row.id for row in summaries]


def write(session: Session, actor: Actor, batch: Sequence[Ready], month: Month, *, now: datetime) -> dict[str, int]:
    """Writes some letters into the outbox, but for addresses that have theirs by now or stopped them meanwhile.

    Counts: written, no_address (a contact's address that is none: "phone instead"), waiting (to be asked for again).
    """
    counts: Counter[str] = Counter(written=0, no_address=0, waiting=0)
    addresses = [one.plan.address for one in batch]
    known = set(
        session.scalars(
            select(MonthlyLetter.address).where(
                MonthlyLetter.force_id == actor.force_id, MonthlyLetter.month == str(month), MonthlyLetter.address.in_(addresses)
            )
        )
    )
    stops = {row.address: row for row in session.scalars(select(Stop).where(Stop.force_id == actor.force_id, Stop.address.in_(addresses)))}
    for one in batch:
        stop = stops.get(one.plan.address)
        if one.plan.address in known or (stop is not None and stop.stopped_at is not None):
            continue
        if stop is not None and stop.token != one.token:  # somebody made the address's link meanwhile
            counts["waiting"] += 1
            continue
        counts[_write_one(session, actor, one, stop, month, now=now)] += 1
    return dict(counts)


def finish_round(session: Session, actor: Actor, summary_ids: Sequence[int], *, now: datetime) -> None:
    """Notes that every letter of some approved summaries is written."""
    session.execute(update(Summary).where(Summary.id.in_(summary_ids), Summary.lettered_at.is_(None)).values(lettered_at=now))
    record(session, actor, Operation.ALTERATION, "summary", summary_ids, fields=["lettered_at"], now=now)


def _write_one(session: Session, actor: Actor, one: Ready, stop: Stop | None, month: Month, *, now: datetime) -> str:
    plan, force_id = one.plan, actor.force_id
    try:
        letter = post(session, one.draft, now=now)
    except Refused:
        phone_instead(session, actor, [p.contact_id for p in plan.addressees], "The e-mail address is not one", suspend=True, now=now)
        return "no_address"
    if stop is None:
        session.add(Stop(force_id=force_id, address=plan.address, token=one.token))
    monthly = MonthlyLetter(force_id=force_id, address=plan.address, month=str(month), letter_id=letter.id)
    session.add(monthly)
    session.flush()
    session.add_all(
        LetterContact(force_id=force_id, monthly_letter_id=monthly.id, contact_id=person.contact_id, group_id=person.group_id)
        for person in plan.addressees
    )
    session.add_all(
        LetterItem(force_id=force_id, monthly_letter_id=monthly.id, item_id=item, contact_id=contact, group_id=group, tells=one.tells[item])
        for item, contact, group in plan.told()
    )
    contacts = ", ".join(str(person.contact_id) for person in plan.addressees)
    record(
        session,
        actor,
        Operation.DISCLOSURE,
        "summary_item",
        [item.item_id for item in plan.items],
        now=now,
        note=f"letter {letter.id} to contact {contacts}"[:300],
    )
    return "written"


def _waits(plan: LetterPlan, places: set[int], groups: set[int]) -> bool:
    return any(p.group_id in groups or any(place in places for place, _name in p.neighbourhoods) for p in plan.addressees)


def _tokens(session: Session, force_id: int, addresses: Sequence[str]) -> dict[str, str]:
    """The token of each address's stop link: the one it has, or a new one."""
    rows = session.execute(select(Stop.address, Stop.token).where(Stop.force_id == force_id, Stop.address.in_(addresses)))
    known = {row.address: row.token for row in rows}
    return {address: known.get(address) or new_token() for address in addresses}
