"""What runs by itself for You said ... We did. Each job asks what is owed, so a missed run is made up and a second does nothing."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.db import reading, unit_of_work
from engagement.mail.service import deliver
from engagement.places.models import Force
from engagement.summaries.bounces import settle_some
from engagement.summaries.drafting import draft, months_owed, places_without
from engagement.summaries.mailing import finish_round, make_ready, rounds_owed, write
from engagement.summaries.reminding import remind, unreminded

BATCH = 100
ACTOR = "You said, we did"


def draft_summaries(now: datetime) -> dict[str, int]:
    """Drafts the month before for every neighbourhood that has something to say, and the months missed before it.

    Records that are entered late make up their neighbourhood's draft as well. Counts: summaries, items.
    """
    counts: Counter[str] = Counter(summaries=0, items=0)
    for force_id in _forces():
        for month in months_owed(_fresh(), force_id, Month.of(london_day(now))):
            after = 0
            while places := places_without(_fresh(), force_id, month, after, BATCH):
                with unit_of_work() as session:
                    counts.update(draft(session, system(ACTOR, force_id), places, month, now=now))
                after = places[-1]
    return dict(counts)


def remind_approvers(now: datetime) -> dict[str, int]:
    """From the 8th reminds the sergeants of what nobody approved, from the 15th gives it to the inspector; each once."""
    counts: Counter[str] = Counter(reminded=0, escalated=0)
    while True:
        with unit_of_work() as session:
            found = sorted(unreminded(session, london_day(now), BATCH), key=lambda s: s.force_id)
            for force_id, theirs in groupby(found, key=lambda s: s.force_id):
                counts.update(remind(session, system(ACTOR, force_id), list(theirs), now=now))
        if len(found) < BATCH:
            return dict(counts)


def draft_and_remind(now: datetime) -> dict[str, int]:
    """The job `draft-summaries`: drafts what is owed, and reminds whoever has left a month unapproved."""
    return draft_summaries(now) | remind_approvers(now)


def send_mail(now: datetime) -> dict[str, int]:
    """The job `send-mail`: writes the letters of approved months, sends what waits, takes note of what became of it."""
    return write_letters(now) | deliver(now) | settle_letters(now)


def write_letters(now: datetime) -> dict[str, int]:
    """Writes the letters of approved summaries into the outbox. Counts: written, no_address, waiting (for another summary)."""
    counts: Counter[str] = Counter(written=0, no_address=0, waiting=0)
    for force_id, month in rounds_owed(_fresh()):
        ready, waiting, summary_ids = make_ready(_fresh(), force_id, month, now=now)
        done: Counter[str] = Counter(waiting=waiting)
        for at in range(0, len(ready), BATCH):
            with unit_of_work() as session:
                done.update(write(session, system(ACTOR, force_id), ready[at : at + BATCH], month, now=now))
        counts.update(done)
        if not done["waiting"]:
            with unit_of_work() as session:
                finish_round(session, system(ACTOR, force_id), summary_ids, now=now)
    return dict(counts)


def settle_letters(now: datetime) -> dict[str, int]:
    """Takes note of what became of letters: tells raisers, or takes that back. Counts: letters, told, came_back."""
    counts: Counter[str] = Counter(letters=0, told=0, came_back=0)
    while True:
        with unit_of_work() as session:
            done = settle_some(session, now=now)
        counts.update(done)
        if not done["letters"]:
            return dict(counts)


def _fresh() -> Session:
    """The session, with nothing carried over from the batch before."""
    session = reading()
    session.rollback()
    return session


def _forces() -> list[int]:
    return list(_fresh().scalars(select(Force.id).order_by(Force.id)))
