"""What a seeded diary holds besides contacts and concerns: dates that passed, communities, priorities, returns, a patch to hand over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from engagement.bench.scales import Scale
from engagement.handover.domain import Step
from engagement.priorities.domain import fresh_until
from engagement.returns.domain import Quarter
from engagement.returns.figures import FIGURES

COMMUNITIES = ("age_young", "age_older", "disability", "race", "religion", "sex_women")
FLAGS_OF_A_GROUP = 6
LIVE = 2  # priorities of each neighbourhood

Row = dict[str, Any]


def flags(groups: Iterator[Row]) -> Iterator[Row]:
    """Dates that each group was late for, all of them past and met since: most by a contact, some by a new agreement or a pause."""
    for group in groups:
        n, last = group["id"], group["last_two_way_on"]
        for back in range(1, FLAGS_OF_A_GROUP + 1):
            due = last - timedelta(days=back * 51 + n % 13)
            cleared = due + timedelta(days=n % 11)
            by = "agreement" if n % 17 == back else "pause" if n % 19 == back else "contact"
            yield dict(
                force_id=group["force_id"], team_id=group["team_id"], group_id=n, due_on=due, raised_on=due, assumed=group["assumed"],
                cleared_on=cleared, cleared_by=by,
            )  # fmt: skip


def characteristics(groups: Iterator[Row]) -> Iterator[Row]:
    """Two groups of three speak for a community."""
    for group in groups:
        if group["id"] % 3:
            yield dict(force_id=group["force_id"], group_id=group["id"], characteristic=COMMUNITIES[group["id"] % len(COMMUNITIES)])


def priorities(places: Iterator[Row], today: date, now: datetime) -> Iterator[Row]:
    """Two live priorities of each neighbourhood, one of three out of date."""
    key = 0
    for place in places:
        for slot in range(1, LIVE + 1):
            key += 1
            agreed = today - timedelta(days=30 + key % 3 * 50)
            officer = (place["team_id"] - 1) * 7 + 1
            yield dict(
                id=key, force_id=place["force_id"], team_id=place["team_id"], neighbourhood_id=place["id"], slot=slot,
                title=f"Slower traffic past the school {key}", agreed_on=agreed, agreed_at="The village hall", agreed_with="The parish council",
                fresh_until=fresh_until(agreed), recorded_at=now, recorded_by_id=officer, changed_at=now, version=1,
            )  # fmt: skip


def returns(teams: Iterator[Row], today: date, now: datetime) -> Iterator[Row]:
    """The returns of each team for the last four quarters."""
    quarters = [Quarter.of(today).previous]
    while len(quarters) < 4:
        quarters.append(quarters[-1].previous)
    key = 0
    for team in teams:
        for quarter in quarters:
            key += 1
            figures = [{"name": f"Place {team['id']}"} | dict.fromkeys(FIGURES, 7)]
            yield dict(
                id=key, force_id=team["force_id"], team_id=team["id"], quarter=str(quarter), figures=figures, drafted_at=now, taken_at=now,
                introduction="", override_reason="", version=1,
            )  # fmt: skip


def handovers(now: datetime, today: date) -> Iterator[Row]:
    """The patch of the first team's first PCSO, on its way to the second."""
    yield dict(
        id=1, force_id=1, officer_id=2, team_id=1, successor_id=3, moves_on=today + timedelta(days=14), account_closed=False, begun_at=now,
        begun_by_id=1, version=1,
    )  # fmt: skip


def handover_steps(now: datetime) -> Iterator[Row]:
    """Half of its checklist is done."""
    for step in (Step.PROMISES, Step.CONTACTS, Step.READ):
        yield dict(force_id=1, handover_id=1, step=step.value, ticked_at=now, ticked_by_id=2)


def headquarters(scale: Scale, first_id: int) -> Iterator[tuple[int, int, str, str]]:
    """Who works for each force as a whole: (id, force, rank, role), an analyst and an engagement officer."""
    for force in range(1, scale.forces + 1):
        for n, (rank, role) in enumerate((("Analyst", "analyst"), ("Engagement Officer", "engagement_officer"))):
            yield first_id + 2 * (force - 1) + n, force, rank, role
