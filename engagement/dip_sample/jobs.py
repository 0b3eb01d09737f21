"""What runs by itself for dip-samples: on the 1st, each team's sample of the month before, and those that were missed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engagement.access.domain import system
from engagement.core.clock import london_day
from engagement.core.months import Month
from engagement.db import reading, unit_of_work
from engagement.dip_sample.queries import teams_without
from engagement.dip_sample.service import draw_sample
from engagement.places.models import Force

MONTHS_BACK = 3  # that are made up; older entries have been read by others since, or by nobody


def draw_dip_samples(now: datetime) -> dict[str, int]:
    """Draws for each team and month that has none; a team and month is drawn once, whoever asks. Counts: `drawn`."""
    session = reading()
    forces = session.scalars(select(Force.id).order_by(Force.id)).all()
    this, drawn = Month.of(london_day(now)), 0
    owed = [
        (force_id, team_id, month)
        for force_id in forces
        for month in (this.plus(-n) for n in range(MONTHS_BACK, 0, -1))
        for team_id in teams_without(session, force_id, month)
    ]
    session.close()
    for force_id, team_id, month in owed:
        with unit_of_work() as work:
            draw_sample(work, system("the dip-sample", force_id), team_id, month, now=now)
        drawn += 1
    return {"drawn": drawn}
