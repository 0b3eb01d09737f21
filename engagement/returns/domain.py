"""The rules of quarterly returns: the quarter, the first wording of a priority's part, who signs after whom, and what a signature covers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engagement.core.dates import MONTHS
from engagement.core.months import add_months

CLASSIFICATION = "OFFICIAL"
"""What stands at the foot of every page. What is OFFICIAL-SENSITIVE never goes into a return."""
SIGNERS = ("sergeant", "inspector")
"""Who signs, in this order."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of the calendar year: `number` is 1 to 4. Quarters sort by time."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 4 and 1 <= self.year <= 9998):
            raise ValueError(f"there is no quarter {self.year}-Q{self.number}")

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter that a day is in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """The quarter written as "2026-Q3"; ValueError for anything else."""
        year, mark, number = text.partition("-Q")
        if not (mark and len(year) == 4 and (year + number).isascii() and (year + number).isdigit() and len(number) == 1):
            raise ValueError("a quarter is written like 2026-Q3")
        return cls(int(year), int(number))

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date.fromordinal(add_months(self.first, 3).toordinal() - 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter.of(add_months(self.first, -3))

    @property
    def name(self) -> str:
        """In words: "July to September 2026"."""
        return f"{MONTHS[self.first.month - 1]} to {MONTHS[self.last.month - 1]} {self.year}"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneFact:
    """Something done for a priority in the quarter; `what` as recorded."""

    on: date
    what: str
    result: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityFacts:
    """What a return says of a priority. Nothing of what is OFFICIAL-SENSITIVE is among the facts, so it cannot leak."""

    title: str
    agreed_on: date
    agreed_at: str = ""
    agreed_with: str = ""
    done: Sequence[DoneFact] = ()
    concerns: int = 0
    closed: int = 0
    told: Sequence[tuple[date, str]] = ()
    ended_on: date | None = None
    how_ended: str = ""
    because: str = ""


def say_day(day: date) -> str:
    """A day of a file, with its year: "17 November 2026"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def agreed_words(facts: PriorityFacts) -> str:
    """When, where and with whom it was agreed."""
    where = f" at {facts.agreed_at}" if facts.agreed_at else ""
    with_whom = f", with {facts.agreed_with}" if facts.agreed_with else ""
    return f"Agreed on {say_day(facts.agreed_on)}{where}{with_whom}."


def work_words(facts: PriorityFacts, quarter: Quarter) -> str:
    """The work towards it in the quarter, a line each, oldest first."""
    done = sorted((one for one in facts.done if one.on in quarter), key=lambda one: one.on)
    lines = [f"{say_day(one.on)}: {_sentence(one.what)}{' ' + _sentence(one.result) if one.result.strip() else ''}" for one in done]
    return "\n".join(lines) or "No work on it is on record for this quarter."


def evidence_words(facts: PriorityFacts, quarter: Quarter) -> str:
    """What shows it: the concerns behind it, when people were told, and how it ended where it did."""
    told = sorted(one for one in facts.told if one[0] in quarter)
    lines = []
    if facts.concerns:
        lines.append(f"{_count(facts.concerns, 'concern')} from the community behind it, {facts.closed} closed in the quarter.")
    lines.append(
        f"People were told {_times(len(told))}: " + "; ".join(f"{say_day(on)}, {where}" for on, where in told) + "."
        if told
        else "People were not told about it in this quarter."
    )
    if facts.ended_on is not None and facts.ended_on <= quarter.last:
        because = f": {_sentence(facts.because)}" if facts.because else "."
        lines.append(f"{facts.how_ended} on {say_day(facts.ended_on)}{because}")
    return "\n".join(lines)


def content_hash(introduction: str, figures: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> str:
    """The seal of what a return says: a signature covers exactly the words and figures with its seal."""
    body = {"introduction": introduction, "figures": figures, "parts": list(parts)}
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def why_not_sign(*, roles: Collection[str], officer_id: int | None, signed: Mapping[str, int]) -> str:
    """Why this officer may not sign now, as a sentence; empty when they may. `signed` is who signed in which role.

    The sergeant signs before the inspector, and nobody signs twice.
    """
    wanted = next((role for role in SIGNERS if role not in signed), None)
    if wanted is None:
        return "Both have signed it"
    if officer_id is None or officer_id in signed.values():
        return "You have signed it: somebody else signs next"
    if wanted not in roles:
        return "A sergeant of the team signs it first" if wanted == "sergeant" else "An inspector of the team signs it now"
    return ""


def next_signer(signed: Mapping[str, int]) -> str:
    """The role whose turn it is to sign; empty when both have."""
    return next((role for role in SIGNERS if role not in signed), "")


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _sentence(text: str) -> str:
    said = " ".join(text.split())
    return said if said.endswith((".", "!", "?", "…")) else said + "."
