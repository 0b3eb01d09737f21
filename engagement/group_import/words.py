"""What people write in a cell: how often, which level, yes or no, which kind, which communities."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.groups.channels import Channel
from engagement.groups.domain import Level
from engagement.groups.frequency import LARGEST_EVERY, Frequency
from engagement.groups.vocabulary import characteristics, kinds

NOTHING = frozenset({"", "na", "n a", "none", "not known", "unknown", "nil", "tbc"})

_FREQUENCIES: dict[str, Frequency] = {fold(f.say(None)): f for f in Frequency if not f.counted} | {
    "every week": Frequency.WEEKLY, "once a week": Frequency.WEEKLY,
    "every fortnight": Frequency.FORTNIGHTLY, "two weekly": Frequency.FORTNIGHTLY, "biweekly": Frequency.FORTNIGHTLY, "bi weekly": Frequency.FORTNIGHTLY,
    "every month": Frequency.MONTHLY, "once a month": Frequency.MONTHLY,
    "bimonthly": Frequency.TWO_MONTHLY, "bi monthly": Frequency.TWO_MONTHLY, "every two months": Frequency.TWO_MONTHLY, "2 monthly": Frequency.TWO_MONTHLY,
    "every quarter": Frequency.QUARTERLY, "three monthly": Frequency.QUARTERLY, "3 monthly": Frequency.QUARTERLY,
    "4 monthly": Frequency.FOUR_MONTHLY, "three times a year": Frequency.FOUR_MONTHLY,
    "six monthly": Frequency.HALF_YEARLY, "6 monthly": Frequency.HALF_YEARLY, "twice a year": Frequency.HALF_YEARLY,
    "annually": Frequency.YEARLY, "annual": Frequency.YEARLY, "once a year": Frequency.YEARLY, "every year": Frequency.YEARLY,
    "every term": Frequency.TERMLY, "once a term": Frequency.TERMLY, "every half term": Frequency.HALF_TERMLY,
    "per meeting": Frequency.PER_MEETING, "as needed": Frequency.ON_REQUEST, "when asked": Frequency.ON_REQUEST,
}  # fmt: skip
_EVERY = re.compile(r"every (?:([0-9]{1,6}) )?(day|week|month)s?")


def read_frequency(text: str) -> tuple[Frequency, int | None]:
    """How often, from words: "monthly", "every 6 weeks", "twice a year". Refused for what is none."""
    said = fold(text[:80])
    if found := _EVERY.fullmatch(said):
        frequency, every = Frequency(f"every_{found[2]}s"), int(found[1] or 1)
        if said in _FREQUENCIES:
            return _FREQUENCIES[said], None
        if not 1 <= every <= LARGEST_EVERY[frequency]:
            raise Refused("Number of {unit} must be from 1 to {most}", unit=found[2] + "s", most=LARGEST_EVERY[frequency])
        return frequency, every
    if said in _FREQUENCIES:
        return _FREQUENCIES[said], None
    raise Refused("“{text}” is no frequency: write monthly, every 6 weeks, termly or on request", text=text[:40])


def read_level(text: str) -> Level:
    """A level by its word or by what the group would say."""
    said = fold(text[:80])
    for level in Level:
        if said in (level.value, fold(level.phrase)):
            return level
    raise Refused("“{text}” is no level: write inform, consult, involve, collaborate or empower", text=text[:40])


def read_yes(text: str) -> bool:
    """Yes or no."""
    said = fold(text[:20])
    if said in ("yes", "y", "true", "1", "x"):
        return True
    if said in ("no", "n", "false", "0"):
        return False
    raise Refused("Write yes or no, not “{text}”", text=text[:40])


def read_kind(text: str) -> str:
    """A kind of the register by its words or its key."""
    return _one(text, kinds(), "“{text}” is no kind of group that the register knows")


def read_characteristics(text: str) -> tuple[str, ...]:
    """Communities by their words or keys, with semicolons between them."""
    parts = [part for part in re.split(r"[;|\n]", text) if part.strip()]
    return tuple(dict.fromkeys(_one(part, characteristics(), "“{text}” is no community that the register knows") for part in parts))


def read_channels(text: str) -> tuple[str, ...]:
    """Ways to reach somebody, best first."""
    known = {c.value: c.label for c in Channel}
    others = {"phone": "telephone", "tel": "telephone", "e mail": "email", "mail": "email", "letter": "post", "in person": "visit"}
    parts = [part for part in re.split(r"[;,|/\n]", text) if part.strip()]
    found = (others.get(fold(part)) or _one(part, known, "“{text}” is no way to reach somebody") for part in parts)
    return tuple(dict.fromkeys(found))


def _one(text: str, known: Mapping[str, str], sentence: str) -> str:
    said = fold(text[:120])
    for key, words in known.items():
        if said in (fold(key.replace("_", " ")), fold(words)):
            return key
    raise Refused(sentence, text=" ".join(text.split())[:40])
