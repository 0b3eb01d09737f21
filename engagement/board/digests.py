"""What a morning's digest holds: who gets one today, what needs them, and the letter it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import formataddr
from typing import Any

from sqlalchemy import and_, not_, select
from sqlalchemy.orm import Session

from engagement.access.domain import Actor, Role
from engagement.board import queries
from engagement.board.approvals import to_approve
from engagement.board.counting import counts
from engagement.board.domain import Waiting as Kinds
from engagement.board.domain import Wanted
from engagement.board.figures import figures_of
from engagement.board.models import DigestSent
from engagement.board.own_part import OwnPart
from engagement.core.clock import london_day
from engagement.core.dates import days_over, say_date
from engagement.core.months import Month
from engagement.engagements.domain import Kind
from engagement.groups.models import Contact, Group
from engagement.mail.domain import Slot
from engagement.mail.models import DailyLetter
from engagement.mail.paper import both_parts
from engagement.mail.service import LetterDraft
from engagement.people.duty_queries import off_condition
from engagement.people.models import Account, Posting
from engagement.people.queries import holds_on, load_actor
from engagement.places.models import Team
from engagement.settings import current

LISTED = 10
BOUNCED_WITHIN = timedelta(days=7)
HOUR = timedelta(hours=1)
FIGURES = "figures"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Somebody who leads teams today and is not off: their actor, address, and the month whose figures are still owed them."""

    actor: Actor
    email: str
    figures_day: date | None

    @property
    def officer_id(self) -> int:
        """Who they are; only officers lead."""
        assert self.actor.officer_id is not None
        return self.actor.officer_id


@dataclass(slots=True)
class Digest:
    """What a digest says; `group_ids` and `concern_ids` are whose names it carries, for the record of disclosure; `answer_ids`
    are the concerns whose answers it names as owed."""

    letter: LetterDraft
    group_ids: list[int] = field(default_factory=list)
    concern_ids: list[int] = field(default_factory=list)
    answer_ids: list[int] = field(default_factory=list)


def recipients(session: Session, force_id: int, today: date) -> list[Recipient]:
    """Sergeants and inspectors of a force who are on today and have not had today's digest."""
    had = select(DailyLetter.officer_id).where(DailyLetter.slot == Slot.DIGEST.value, DailyLetter.day == today)
    leads = select(Posting.officer_id).where(Posting.role.in_((Role.SERGEANT.value, Role.INSPECTOR.value)), holds_on(today))
    rows = session.execute(
        select(Account.id, Account.email, DigestSent.day)
        .outerjoin(DigestSent, and_(DigestSent.officer_id == Account.officer_id, DigestSent.what == FIGURES, DigestSent.letter_id.is_(None)))
        .where(
            Account.force_id == force_id, Account.disabled_at.is_(None), Account.officer_id.in_(leads),
            Account.officer_id.not_in(had), not_(off_condition(Account.officer_id, today)),
        )
        .order_by(Account.id, DigestSent.day)
    ).all()  # fmt: skip
    latest = {row.id: row for row in rows}  # of several months of figures the newest rides
    found = []
    for row in latest.values():
        actor = load_actor(session, row.id, today)
        if actor is not None:
            found.append(Recipient(actor=actor, email=row.email, figures_day=row.day))
    return found


@dataclass(slots=True)
class Waiting:
    """What waits for one officer this morning."""

    teams: list[tuple[int, str]]  # by name
    decide: int
    escalated: int  # to an inspector: what their sergeants left; it rides along, the board has it anyway
    tell: int
    clocks: list[Any]
    approvals: list[dict[str, Any]]
    figures: dict[str, Any] | None
    rows: list[Any]
    bounced: list[dict[str, str]]
    own: OwnPart

    @property
    def anything(self) -> bool:
        """Whether there is a reason to write. What is only to be told, PCSOs see on their shift."""
        return bool(self.teams) and bool(self.decide or self.clocks or self.approvals or self.figures or self.own.sections)


def digest_for(session: Session, person: Recipient, own: OwnPart, now: datetime) -> Digest | None:
    """The digest of one officer, or None where nothing waits for them.

    A sergeant hears of all that the board counts for their teams; an inspector of what has come up to them: answers past
    their 72 hours, groups left long overdue and undecided, summaries that nobody approved by the 15th. Both hear of their own
    groups and answers as any officer does (`own`). Nothing OFFICIAL-SENSITIVE is named in a mail.
    """
    waiting = _waiting(session, person, own, now)
    if not waiting.anything:
        return None
    clocks = [clock for clock in waiting.clocks if not clock.sensitive][:LISTED]
    rows = [row for row in waiting.rows if not row.sensitive]
    sender = session.scalar(select(Team.email).where(Team.id == waiting.teams[0][0])) or ""
    letter = _letter(person, waiting, clocks, rows, sender, now)
    answers = {clock.id for clock in clocks} | own.named.clocks
    groups, concerns = {row.id for row in rows} | own.named.groups, answers | own.named.concerns
    return Digest(letter=letter, group_ids=sorted(groups), concern_ids=sorted(concerns), answer_ids=sorted(answers))


def _waiting(session: Session, person: Recipient, own_part: OwnPart, now: datetime) -> Waiting:
    today, actor = london_day(now), person.actor
    led = actor.teams_as(Role.SERGEANT)
    own, above = sorted(led), sorted(actor.teams_as(Role.INSPECTOR) - led)
    counted = counts(session, actor, [*own, *above], now, today) if own or above else []
    teams = sorted(((row.team_id, row.team) for row in counted if row.what == Kinds.TEAM.value), key=lambda team: team[1])
    late = [row for row in counted if row.what == Kinds.LATE.value]
    decide = sum(row.number for row in late if row.team_id in own and not row.decided)
    figures = None
    if person.figures_day is not None and teams:
        month = Month.of(person.figures_day).previous
        lines = figures_of(session, actor.force_id, [*own, *above], month).lines()
        figures = {"month": month.name, "lines": lines, "url": f"{current().public_url}/measures?period={month}"}
    asked = Wanted(show="decide")
    return Waiting(
        teams=teams,
        decide=decide,
        escalated=sum(row.number for row in late if row.team_id in above and row.escalated),
        tell=sum(row.number for row in counted if row.what == Kinds.TELL.value and row.team_id in own),
        clocks=_clocks(session, actor, own, above, now),
        approvals=to_approve(session, actor, own, above, now) if teams else [],
        figures=figures,
        rows=list(queries.rows(session, actor.force_id, own, asked, now, offset=0, limit=LISTED)) if decide else [],
        bounced=_bounced(session, actor, own, now),
        own=own_part,
    )


def _letter(person: Recipient, waiting: Waiting, clocks: list[Any], rows: list[Any], sender: str, now: datetime) -> LetterDraft:
    today, url, service = london_day(now), current().public_url, current().text("service", "name")
    numbers = [
        {"label": label, "number": number, "url": f"{url}/overdue?show={show}"}
        for label, number, show in (
            ("to decide", waiting.decide, "decide"),
            ("left undecided by your sergeants", waiting.escalated, "escalated"),
            ("clock running out" if len(waiting.clocks) == 1 else "clocks running out", len(waiting.clocks), "clocks"),
            ("to tell", waiting.tell, "tell"),
            ("to approve", len(waiting.approvals), "approve"),
        )
        if number
    ] + waiting.own.counts(url)
    names = [name for _id, name in waiting.teams]
    place, day = " and ".join(names) if len(names) <= 2 else f"{len(names)} teams", say_date(today, today)
    said: dict[str, Any] = {
        "classification": "OFFICIAL", "sender": service, "name": person.actor.name, "team_name": place, "day": day,
        "board_url": f"{url}/overdue", "counts": numbers, "clocks": [_clock_words(clock, now, url) for clock in clocks],
        "rows": [_row_words(row, today, url) for row in rows], "more_rows": waiting.decide - len(rows),
        "approvals": waiting.approvals, "bounced": waiting.bounced, "figures": waiting.figures, "own": waiting.own.in_mail(url), "choose_url": f"{url}/me/notices",
    }  # fmt: skip
    plain, html = both_parts("digest", **said)
    summed = ", ".join(f"{count['number']} {count['label']}" for count in numbers)
    what = summed or (f"figures of {waiting.figures['month']}" if waiting.figures else "")
    return LetterDraft(
        force_id=person.actor.force_id,
        kind="digest",
        to=person.email,
        sender=formataddr((service, sender)),
        subject=f"{place}: {what}, {day}",
        text=plain,
        html=html,
    )


def _clocks(session: Session, actor: Actor, own: list[int], above: list[int], now: datetime) -> list[Any]:
    """Answers running out in the teams a sergeant leads; of those an inspector is over, the ones past their 72 hours."""
    today = london_day(now)
    mine = queries.clocks(session, actor.force_id, own, now, today, limit=100) if own else []
    theirs = queries.clocks(session, actor.force_id, above, now, today, limit=100, over=True) if above else []
    return sorted([*mine, *theirs], key=lambda row: (row.answer_due_at, row.id))


def _clock_words(row: Any, now: datetime, url: str) -> dict[str, str]:
    left = row.answer_due_at - now
    hours = abs(left) // HOUR
    today = london_day(now)
    owner = row.owner or "nobody looks after it"
    if row.back_on is not None:
        owner += f", off, back {say_date(row.back_on, today)}" + (f", {row.cover} covers" if row.cover else ", no cover")
    return {
        "matter": row.title,
        "left": f"{hours} h left" if left >= timedelta(0) else f"over by {hours} h",
        "owner": owner,
        "url": f"{url}/concerns/{row.id}",
    }


def _row_words(row: Any, today: date, url: str) -> dict[str, str]:
    often = row.frequency_words[:1].lower() + row.frequency_words[1:]
    kind = Kind(row.met_kind).label.lower() if row.met_kind else ""
    return {
        "group": row.name,
        "standing": f"{days_over((today - row.next_due_on).days)}, {often}" + (" (assumed)" if row.assumed else ""),
        "tried": "" if not row.tried else "tried once" if row.tried == 1 else f"tried {row.tried} times",
        "last": ", ".join(filter(None, (say_date(row.last_two_way_on, today), kind))) if row.last_two_way_on else "",
        "url": f"{url}/groups/{row.id}",
    }


def _bounced(session: Session, actor: Actor, own: list[int], now: datetime) -> list[dict[str, str]]:
    if not own:
        return []
    rows = session.execute(
        select(Group.id, Group.name)
        .join(Contact, Contact.group_id == Group.id)
        .where(
            Group.force_id == actor.force_id, Group.team_id.in_(own), Group.sensitive.is_(False), Contact.ended_on.is_(None),
            Contact.mail_suspended_at >= now - BOUNCED_WITHIN,
        )
        .distinct()
        .order_by(Group.name, Group.id)
        .limit(LISTED)
    ).all()  # fmt: skip
    return [{"group": row.name, "url": f"{current().public_url}/groups/{row.id}"} for row in rows]
