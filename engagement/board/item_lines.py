"""The rows of the board's other lists in words: what waits, since when, with whom, what was decided, and what can be done now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from engagement.board.domain import Approval, Waiting
from engagement.board.lines import day_of
from engagement.concerns.clock import HOUR, ClockRule
from engagement.concerns.domain import ConcernState
from engagement.concerns.saying import clock_words
from engagement.core.clock import london_day
from engagement.core.dates import days_over
from engagement.core.months import Month
from engagement.people.duty_queries import Off
from engagement.returns.domain import Quarter
from engagement.summaries.domain import approve_by


class Item(NamedTuple):
    """One row: `look` is the standing whose shape and colour say the same; `officer_id` None is nobody's. `does` are the row's own
    links: (address, words). `entity` is what the record calls it where a list has rows of several tables."""

    id: int
    href: str
    title: str
    where: str
    look: str
    standing: str
    officer: str
    officer_id: int | None
    decided: str
    reason: str
    sensitive: bool
    does: tuple[tuple[str, str], ...]
    entity: str
    decision_id: int | None


def items_of(
    what: Waiting, rows: Iterable[Any], off: Mapping[int, Off], covers: Mapping[int, str], now: datetime, today: date, rule: ClockRule
) -> list[Item]:
    """The rows of `items.rows` in words. `off` are the officers who are off today, `covers` who covers for them."""
    return [_item(what, row, off, covers, now, today, rule) for row in rows]


def _item(what: Waiting, row: Any, off: Mapping[int, Off], covers: Mapping[int, str], now: datetime, today: date, rule: ClockRule) -> Item:
    href, look, standing, does = _said(what, row, now, today, rule)
    officer, away = row.officer or "", off.get(row.officer_id or 0)
    if away is not None:
        back = day_of(away.back_on, today)
        by = covers.get(row.officer_id or 0)
        officer += ", " + (
            _("off, back %(day)s, %(cover)s covers", day=back, cover=by) if by else _("off, back %(day)s, no cover", day=back)
        )
        if not by and what is Waiting.CLOCKS:
            does = (*does, (f"/overdue/cover/{row.officer_id}", _("Cover for %(who)s", who=row.officer.split(" ")[0])))
    title = _title(what, row)
    where = ", ".join(part for part in (row.where or "", row.place or "") if part and part.casefold() not in title.casefold())
    decided = "" if row.decision is None else decided_in_words(row.decision, row.decided_at, today)
    entity = Approval(row.words).entity if what is Waiting.APPROVE else ""
    return Item(
        row.id, href, title, where, look, standing, officer, row.officer_id, decided, row.reason or "", bool(row.sensitive), does, entity,
        row.decision_id,
    )  # fmt: skip


def _title(what: Waiting, row: Any) -> str:
    if what is not Waiting.APPROVE:
        return str(row.title)
    match Approval(row.words):
        case Approval.SUMMARY:
            return f"{row.place}, {Month.parse(row.title).name}"
        case Approval.RETURN:
            return str(_("Return of %(quarter)s", quarter=Quarter.parse(row.title).name))
        case Approval.HELD:
            return str(_("Entry from %(who)s's phone", who=row.officer))
        case _:
            return str(row.title)


def decided_in_words(kind: str, at: datetime, today: date) -> str:
    """What was decided, and when: "Asked Tue 24"."""
    day = day_of(london_day(at), today)
    match kind:
        case "ask":
            return str(_("Asked %(day)s", day=day))
        case "give":
            return str(_("Given %(day)s", day=day))
        case _:
            return str(_("Moved %(day)s", day=day))


def _said(what: Waiting, row: Any, now: datetime, today: date, rule: ClockRule) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """Where a row leads, its look, its standing in words, and what can be done about it at once."""
    match what:
        case Waiting.CLOCKS:
            clock = clock_words(row.due_at, now, rule)
            assert clock is not None
            gone = _("%(n)s h gone", n=rule.gone(row.due_at, now) // HOUR)
            return f"/concerns/{row.id}", clock.look, f"{gone}, {clock.words}", ((f"/concerns/{row.id}/tell?kind=answer", _("Answer")),)
        case Waiting.TELL:
            since = _("raised %(day)s", day=day_of(london_day(row.at), today))
            return f"/concerns/{row.id}", "due-soon", since, ((f"/concerns/{row.id}/tell?kind=outcome", _("Tell the outcome")),)
        case Waiting.UNOWNED:
            since = _("raised %(day)s", day=day_of(london_day(row.at), today))
            return f"/concerns/{row.id}", "overdue", f"{ConcernState(row.words).label}, {since}", ()
        case Waiting.PROMISES:
            href = (
                f"/concerns/{row.number}" if row.number else f"/promises/{row.id}/end?end=kept" if row.flag else f"/actions/{row.id}/result"
            )
            late = days_over((today - row.on_day).days)
            kind = _("promised") if row.flag else _("by a partner") if row.words == "partner" else _("to do")
            done = (f"/promises/{row.id}/end?end=kept", _("Kept")) if row.flag else (f"/actions/{row.id}/result", _("Done"))
            return href, "overdue", f"{late}, {kind}", (done,)
        case Waiting.APPROVE:
            return _to_approve(row, today)
        case Waiting.PRIORITIES:
            last = _("last told %(day)s", day=day_of(row.on_day, today))
            return f"/priorities/{row.id}", "overdue", last, ((f"/priorities/{row.id}/told", _("People were told")),)
        case Waiting.UNSENT:
            entries = ngettext("%(num)s entry", "%(num)s entries", row.number)
            since = _("%(n)s since %(day)s", n=entries, day=day_of(london_day(row.at), today))
            heard = _("phone last heard of %(day)s", day=day_of(london_day(row.due_at), today))
            if row.words:  # phones are shared: whoever is signed in on one says what waits there of others
                heard = _("%(heard)s, by the sign-in of %(who)s", heard=heard, who=row.words)
            href = f"/phones/{row.id}"
            return href, "overdue", f"{since}; {heard}", ((href, _("Will not come back")),)
        case _:
            since = _("dormant since %(day)s", day=day_of(row.on_day, today)) if row.on_day else _("dormant")
            again = _("ask again") if row.flag else ""
            standing = ", ".join(filter(None, (since, again))) + (f": {row.words}" if row.words else "")
            return f"/groups/{row.id}", "due-soon" if row.flag else "dormant", standing, ()


def _to_approve(row: Any, today: date) -> tuple[str, str, str, tuple[tuple[str, str], ...]]:
    """As `_said`, of what waits for approval."""
    read, day = _("Read and approve"), day_of(london_day(row.at), today) if row.at else ""
    match Approval(row.words):
        case Approval.WORDING:
            href, look, since = f"/priorities/{row.id}", "due-soon", _("priority in public words, written %(day)s", day=day)
        case Approval.RETURN:
            href, look, since = f"/returns/{row.id}", "due-soon", _("drafted %(day)s, waits for your signature", day=day)
            read = _("Read and sign")
        case Approval.HELD:
            typed = day_of(london_day(row.due_at), today)
            href, look, since = f"/held#held-{row.id}", "overdue", _("typed %(typed)s, handed in %(day)s", typed=typed, day=day)
            read = _("Read and decide")
        case _:
            by = approve_by(Month.parse(row.title))
            passed, words = by < today, day_of(by, today)
            since = _("approve by %(day)s, which has passed", day=words) if passed else _("approve by %(day)s", day=words)
            href, look = f"/summaries/{row.id}", "overdue" if passed else "due-soon"
    return href, look, since, ((href, read),)
