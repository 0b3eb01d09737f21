"""The job that drafts the returns of the quarter that ended; it asks which are owed, so a missed first day is made up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from engagement.access.domain import system
from engagement.core.clock import london_day
from engagement.db import reading, unit_of_work
from engagement.places.models import Force
from engagement.returns.domain import Quarter
from engagement.returns.queries import teams_without
from engagement.returns.service import draft

BATCH = 20
ACTOR = "Quarterly returns"


def draft_returns(now: datetime) -> dict[str, int]:
    """The job `draft-returns`: from the first day of a quarter, a draft of the one before for each team that has none."""
    quarter, drafted = Quarter.of(london_day(now)).previous, 0
    forces = list(reading().scalars(select(Force.id).order_by(Force.id)))
    for force_id in forces:
        after = 0
        while True:
            with unit_of_work() as session:
                teams = teams_without(session, force_id, quarter, after, BATCH)
                for team_id in teams:
                    draft(session, system(ACTOR, force_id), team_id, quarter, now=now)
            drafted += len(teams)
            if len(teams) < BATCH:
                break
            after = teams[-1]
    return {"drafted": drafted}
