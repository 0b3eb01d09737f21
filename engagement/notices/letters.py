"""The letters of notices: an officer's digest, and a clock that is handed on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import formataddr
from typing import Any

from engagement.core.clock import london_day
from engagement.core.dates import say_date
from engagement.mail.domain import Slot
from engagement.mail.paper import both_parts
from engagement.mail.service import LetterDraft
from engagement.notices.domain import Kind
from engagement.notices.queries import Reader
from engagement.notices.sections import Line, Section
from engagement.settings import current


def digest_letter(reader: Reader, sections: Sequence[Section], now: datetime) -> LetterDraft:
    """The day's digest of an officer; `sections` hold something."""
    today = london_day(now)
    counts = [f"{section.number} {COUNTED[section.kind][section.number != 1]}" for section in sections]
    return _letter(
        reader,
        Slot.DIGEST,
        subject=f"{say_date(today, today)}: {', '.join(counts)}",
        opening="This is what waits for you today.",
        sections=sections,
        why="You get this on the days on which you work, when something waits for you, and at most once a day.",
        now=now,
    )


COUNTED = {
    Kind.CLOCKS: ("answer owed", "answers owed"),
    Kind.BOOKED: ("booked", "booked"),
    Kind.PROMISES: ("promise", "promises"),
    Kind.DUE: ("group to see", "groups to see"),
    Kind.MEANWHILE: ("thing since you were last on", "things since you were last on"),
}


def in_mail(sections: Sequence[Section], url: str) -> list[dict[str, Any]]:
    """Sections as the templates of mails read them: title, lines (title, words, url), more, url."""
    return [
        {
            "title": section.kind.label,
            "lines": [{"title": line.title, "words": line.words, "url": url + line.path} for line in section.lines],
            "more": section.more,
            "url": url + ("/since" if section.kind is Kind.MEANWHILE else "/"),
        }
        for section in sections
    ]


def clock_letter(reader: Reader, lines: Sequence[Line], now: datetime) -> LetterDraft:
    """That answers run out before whoever owes them is back: one letter for all of them."""
    many = len(lines) != 1
    return _letter(
        reader,
        Slot.CLOCK,
        subject=f"{len(lines)} answers are owed" if many else "An answer is owed: " + lines[0].words.partition(" · ")[0],
        opening="Nobody else will hear of this in time: whoever owes the answer is off until it is too late.",
        sections=[Section(kind=Kind.CLOCKS, lines=list(lines), number=len(lines))],
        why="This is beside your daily mail, because a clock would run out first. You get one such mail a day at most.",
        now=now,
    )


def _letter(reader: Reader, slot: Slot, *, subject: str, opening: str, sections: Sequence[Section], why: str, now: datetime) -> LetterDraft:
    url, service, today = current().public_url, current().text("service", "name"), london_day(now)
    host = url.partition("://")[2].partition("/")[0].partition(":")[0]
    plain, html = both_parts(
        "officer_digest", classification="OFFICIAL", sender=service, name=reader.name, day=say_date(today, today), opening=opening,
        sections=in_mail(sections, url), shift_url=f"{url}/", choose_url=f"{url}/me/notices", why=why,
    )  # fmt: skip
    return LetterDraft(
        force_id=reader.force_id, kind=slot.value, to=reader.email, sender=formataddr((service, f"diary@{host}")), subject=subject,
        text=plain, html=html,
    )  # fmt: skip
