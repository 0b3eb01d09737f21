"""What a leader's digest tells them as an officer: their own groups and answers, and those of whom they cover, when their day begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from engagement.concerns.timing import rule
from engagement.core.clock import london_day
from engagement.notices.gathering import gather
from engagement.notices.letters import COUNTED, in_mail
from engagement.notices.queries import Reader, allowed, digest_of, readers
from engagement.notices.sections import Named, Section, sections_of
from engagement.settings import current


@dataclass(slots=True)
class OwnPart:
    """What waits for one leader as an officer, of what they have not switched off; and whose names it carries."""

    reader: Reader
    sections: list[Section] = field(default_factory=list)
    named: Named = field(default_factory=Named)

    def counts(self, url: str) -> list[dict[str, Any]]:
        """What it counts, as the digest's own numbers: label, number, url."""
        return [{"label": f"yours: {COUNTED[one.kind][one.number != 1]}", "number": one.number, "url": f"{url}/"} for one in self.sections]

    def in_mail(self, url: str) -> list[dict[str, Any]]:
        """Its sections as the templates read them."""
        return in_mail(self.sections, url)


def own_parts(session: Session, officer_ids: Iterable[int], now: datetime) -> dict[int, OwnPart]:
    """The parts of those officers whose digest of today is due, in as many questions for many as for one.

    Who chose a later hour, or whose shift begins later, is not among them yet.
    """
    force, today = allowed(current()), london_day(now)
    due = [reader for reader in readers(session, officer_ids, today, force) if digest_of(reader, force, today) <= now]
    return {told.reader.officer_id: OwnPart(told.reader, *sections_of(told, now, rule())) for told in gather(session, due, now)}
