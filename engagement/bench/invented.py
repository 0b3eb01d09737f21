"""The invented names and lines of a seeded diary."""

from __future__ import annotations

FIRST = ("Oak", "Elm", "Mill", "Church", "Station", "Heath", "Brook", "Manor", "Chapel", "Orchard", "Bridge", "Hazel", "Meadow", "Quarry")
SECOND = (
    "Residents",
    "Scouts",
    "Primary School",
    "Stroke Club",
    "Parish Council",
    "Watch",
    "Allotments",
    "Food Bank",
    "Bowls Club",
    "Mosque",
)
LINES = (
    "Talked about parking by the school and the new crossing",
    "They asked for speed checks before Christmas; agreed to come back",
    "Good turnout, no new concerns, thanked us for the bike marking",
    "Fly-tipping again behind the hall, passed to the council",
)
