"""The outbox: letters are written in the transaction of their cause, and sent outside of any."""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from sqlalchemy import ColumnElement, Update, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engagement.core.clock import london_day
from engagement.db import database_time, dialect_of, unit_of_work
from engagement.mail.domain import (
    FREE_KINDS,
    Slot,
    State,
    Verdict,
    Window,
    check_address,
    fold_address,
    one_line,
    wait_after,
    wait_while_down,
)
from engagement.mail.messages import message_of
from engagement.mail.models import DailyLetter, Letter, RefusedAddress
from engagement.mail.queries import is_ready, refused_among, unclaimed
from engagement.mail.senders import Answer, Way, way_out
from engagement.settings import current

BATCH = 20
LEASE = timedelta(minutes=10)
_ENOUGH = timedelta(minutes=3)  # left of a lease before another letter is begun: the slowest server's answers to one


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDraft:
    """A letter to be posted. `sender` and `reply_to` are "Name <address>"; `text` and `html` as `mail.paper` makes them."""

    force_id: int | None
    kind: str  # summary | password; of a daily letter its slot
    to: str
    sender: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    working_hours_only: bool = False


def post(session: Session, draft: LetterDraft, *, now: datetime) -> Letter:
    """Writes a letter into the outbox, kept or lost with the session's transaction.

    An address that was refused before is not tried again: the letter comes back with the state "refused". `Refused` for what
    is no address at all. What goes to an officer as such goes through `post_daily`: another kind raises ValueError here.
    """
    if draft.kind not in FREE_KINDS:
        raise ValueError(f"a letter of the kind {draft.kind} takes its slot of the day: post_daily()")
    return _write(session, draft, now)


def post_daily(session: Session, draft: LetterDraft, officer_id: int, slot: Slot, *, now: datetime) -> Letter | None:
    """Writes a letter of the service to an officer, unless they have had the one of that slot today: then None, and nothing is written.

    The slot is taken first, by a row that the database gives out once for each officer, day and slot, so that two jobs at the
    same time write one letter. `Refused`, with no slot taken, for what is no address.
    """
    check_address(draft.to)
    taken = take_slot(session, officer_id, slot, now=now)
    if taken is None:
        return None
    letter = _write(session, replace(draft, kind=slot.value), now)
    session.execute(update(DailyLetter).where(DailyLetter.id == taken).values(letter_id=letter.id))
    return letter


def take_slot(session: Session, officer_id: int, slot: Slot, *, now: datetime) -> int | None:
    """Takes an officer's slot of the day, with a letter to follow or without one; None where it was taken before."""
    insert = sqlite.insert if dialect_of(session) == "sqlite" else postgresql.insert
    taken: int | None = session.execute(
        insert(DailyLetter)
        .values(officer_id=officer_id, day=london_day(now), slot=slot.value)
        .on_conflict_do_nothing(index_elements=["officer_id", "day", "slot"])
        .returning(DailyLetter.id)
    ).scalar()
    return taken


def _write(session: Session, draft: LetterDraft, now: datetime) -> Letter:
    to = check_address(draft.to)
    domain = parseaddr(draft.sender)[1].rpartition("@")[2] or "localhost"
    known = refused_among(session, [to])
    letter = Letter(
        force_id=draft.force_id,
        kind=draft.kind,
        to=to,
        sender=one_line(draft.sender),
        reply_to=one_line(draft.reply_to),
        subject=one_line(draft.subject),
        text=draft.text,
        html=draft.html,
        headers={one_line(name): one_line(value) for name, value in draft.headers.items()},
        message_id=f"<{uuid.uuid4().hex}@{domain}>",
        working_hours_only=draft.working_hours_only,
        state=State.REFUSED if known else State.WAITING,
        tries=0,
        written_at=now,
        next_try_at=_window().next_open(now) if draft.working_hours_only else now,
        answer=known.get(fold_address(to), ""),
    )
    session.add(letter)
    session.flush()
    return letter


def stop(session: Session, *, address: str, kind: str) -> int:
    """Takes back what waits of a kind for an address; answers how many letters."""
    return _count(
        session,
        update(Letter)
        .where(func.lower(Letter.to) == fold_address(address), Letter.kind == kind, Letter.state == State.WAITING)
        .values(state=State.STOPPED),
    )


def mend(session: Session, address: str) -> None:
    """Lets letters go to an address again that was refused: somebody has mended it."""
    refused = session.get(RefusedAddress, fold_address(address))
    if refused is not None:
        session.delete(refused)


def mark_settled(session: Session, letter_ids: Iterable[int], *, now: datetime) -> None:
    """Says that the letters' writer has taken note of what became of them."""
    session.execute(
        update(Letter).where(Letter.id.in_(list(letter_ids))).values(settled_at=now), execution_options={"synchronize_session": False}
    )


def deliver(now: datetime) -> dict[str, int]:
    """Sends what waits and may leave now, in batches, each letter claimed beforehand and its outcome kept at once after it.

    A server that is down ends the pass: everything claimed waits for a later one. Counts: sent, refused, later.
    """
    counts: Counter[str] = Counter(sent=0, refused=0, later=0)
    gone: set[str] = set()
    with way_out(current().mail_url) as way:
        while letters := _claim(now):
            began = time.monotonic()
            for number, letter in enumerate(letters):
                if time.monotonic() - began > (LEASE - _ENOUGH).total_seconds():
                    _release(letters[number:])
                    break
                if fold_address(letter.to) in gone:  # answered together with the one before it
                    counts["refused"] += 1
                    continue
                answer = _send(way, letter, now)
                if answer.verdict is Verdict.SERVER_DOWN:
                    counts["later"] += _put_off(letters[number:], answer, now)
                    return dict(counts)
                counts[_keep(letter, answer, now)] += 1
                if answer.verdict is Verdict.NO_SUCH_ADDRESS:
                    gone.add(fold_address(letter.to))
    return dict(counts)


def _send(way: Way, letter: Letter, now: datetime) -> Answer:
    try:
        message = message_of(letter, now)
    except ValueError as error:  # a letter that cannot be written stops nobody else's
        return Answer(verdict=Verdict.LETTER_REFUSED, words=f"cannot be written as a message: {error}"[:500])
    return way.send(message, letter.to)


def _window() -> Window:
    settings = current()
    return Window(opens=settings.number("mail", "send_from_hour"), closes=settings.number("mail", "send_until_hour"))


def _claim(now: datetime) -> Sequence[Letter]:
    """Up to a batch of letters that are ours to send until their `claimed_until`."""
    with unit_of_work() as session:
        at = database_time(session)
        letters = session.scalars(
            select(Letter)
            .where(is_ready(now, _window().open_at(now)), unclaimed(at))
            .order_by(Letter.next_try_at, Letter.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for letter in letters:
            letter.claimed_until = at + LEASE
    return letters


def _ours(letters: Sequence[Letter]) -> tuple[ColumnElement[bool], ...]:
    """The condition that the letters are still those we claimed: a claim that ran out and was taken over is not."""
    return (
        Letter.id.in_([letter.id for letter in letters]),
        Letter.state == State.WAITING,
        Letter.claimed_until == letters[0].claimed_until,
    )


def _keep(letter: Letter, answer: Answer, now: datetime) -> str:
    """Keeps what became of one letter, in a short transaction; answers what to count."""
    tries = letter.tries + 1
    values: dict[str, object] = {"tries": tries, "answer": answer.words, "claimed_until": None}
    if answer.verdict is Verdict.SENT:
        values |= {"state": State.SENT, "sent_at": now}
    elif answer.verdict is not Verdict.LATER:
        values |= {"state": State.REFUSED}
    elif tries >= current().number("mail", "most_tries"):
        values |= {"state": State.REFUSED, "answer": f"given up after {tries} tries: {answer.words}"}
    else:
        values |= {"next_try_at": _when(letter, now + wait_after(tries))}
    with unit_of_work(fenced=False) as session:
        session.execute(update(Letter).where(*_ours([letter])).values(values), execution_options={"synchronize_session": False})
        if answer.verdict is Verdict.NO_SUCH_ADDRESS:
            _refuse_address(session, letter.to, answer.words, now)
    state = values.get("state")
    return "sent" if state == State.SENT else "refused" if state == State.REFUSED else "later"


def _refuse_address(session: Session, address: str, words: str, now: datetime) -> None:
    """Notes an address that takes nothing, and answers everything else that waits for it the same way."""
    folded = fold_address(address)
    if session.get(RefusedAddress, folded) is None:
        session.add(RefusedAddress(address=folded, since=now, answer=words))
    session.execute(
        update(Letter)
        .where(func.lower(Letter.to) == folded, Letter.state == State.WAITING)
        .values(state=State.REFUSED, answer=words, claimed_until=None),
        execution_options={"synchronize_session": False},
    )


def _put_off(letters: Sequence[Letter], answer: Answer, now: datetime) -> int:
    """Leaves letters for later because the server is down; that costs them no try."""
    with unit_of_work() as session:
        for letter in letters:
            session.execute(
                update(Letter)
                .where(*_ours([letter]))
                .values(next_try_at=_when(letter, now + wait_while_down(now - letter.written_at)), answer=answer.words, claimed_until=None),
                execution_options={"synchronize_session": False},
            )
    return len(letters)


def _release(letters: Sequence[Letter]) -> None:
    with unit_of_work() as session:
        session.execute(update(Letter).where(*_ours(letters)).values(claimed_until=None), execution_options={"synchronize_session": False})


def _when(letter: Letter, at: datetime) -> datetime:
    return _window().next_open(at) if letter.working_hours_only else at


def _count(session: Session, statement: Update) -> int:
    return int(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
