"""How much there is at each scale of the benchmark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A size of diary. Groups, engagements and concerns are those of all forces together."""

    name: str
    forces: int
    areas: int  # of all forces together
    teams: int
    groups: int
    engagements: int
    concerns: int
    overdue: int


SCALES = {
    scale.name: scale
    for scale in (
        Scale(name="team", forces=1, areas=1, teams=1, groups=300, engagements=10_000, concerns=150, overdue=100),
        Scale(name="peers", forces=1, areas=1, teams=8, groups=2_000, engagements=20_000, concerns=1_000, overdue=690),
        Scale(name="force", forces=1, areas=12, teams=60, groups=6_000, engagements=250_000, concerns=3_000, overdue=2_000),
        Scale(name="national", forces=44, areas=600, teams=2_600, groups=280_000, engagements=5_000_000, concerns=140_000, overdue=95_000),
    )
}
NEIGHBOURHOODS = {"team": 3, "peers": 24, "force": 180, "national": 7_000}
