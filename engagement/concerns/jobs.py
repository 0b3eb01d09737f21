"""What runs by itself for concerns: chasing the answers that are owed, every quarter of an hour."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from engagement.access.domain import system
from engagement.concerns.chasing import chase
from engagement.db import reading, unit_of_work
from engagement.places.models import Force


def chase_clocks(now: datetime) -> dict[str, int]:
    """Chases in every force; it asks what is owed, so a run that was missed is made up by the next, and a second does nothing."""
    counts: Counter[str] = Counter(chased=0, told=0, put_away=0, settled=0)
    session = reading()
    forces = session.scalars(select(Force.id).order_by(Force.id)).all()
    session.close()
    for force_id in forces:
        with unit_of_work() as session:
            counts.update(chase(session, system("the 72-hour clock", force_id), now=now))
    return dict(counts)
