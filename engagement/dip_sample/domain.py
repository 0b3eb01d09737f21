"""How a dip-sample is drawn: fairly, so that nobody chooses, and again the same from its seed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from engagement.core.errors import Refused

SIZE = 10
"""How many entries of a team and month are read; where there are fewer, all of them."""
OVERRIDDEN = 3
"""How many of them, where there are so many, were saved over a warning about their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An entry that may be drawn: an engagement, a concern or an action, who recorded it, and whether it was saved over a warning."""

    entity: str
    id: int
    officer_id: int
    overridden: bool = False


def rank(candidate: Candidate, seed: str) -> str:
    """Where an entry stands in the lot of a seed: as good as chance to who does not know the seed, the same to who does."""
    return sha256(f"{seed}:{candidate.entity}:{candidate.id}".encode()).hexdigest()


def draw(candidates: Iterable[Candidate], seed: str, *, size: int = SIZE, overridden: int = OVERRIDDEN) -> list[Candidate]:
    """The entries of a sample, in the order of the lot: all where there are no more than `size`.

    Of those saved over a warning `overridden` are drawn first, or as many as there are; the others from everything that is left,
    so that each entry that was warned about has at least the chance of any other.
    """
    lot = sorted(set(candidates), key=lambda one: (rank(one, seed), one.entity, one.id))
    warned = [one for one in lot if one.overridden][: min(overridden, size)]
    others = [one for one in lot if one not in warned]
    drawn = {*warned, *others[: size - len(warned)]}
    return [one for one in lot if one in drawn]


def check_reader(officer_id: int, reader_id: int | None) -> None:
    """Refuses somebody who would read their own entry: nobody samples themselves."""
    if reader_id is None or officer_id == reader_id:
        raise Refused("This entry is your own: somebody else reads it")
