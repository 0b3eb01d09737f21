"""The measures worked out once more, in another way: from the raw rows, day by day and raiser by raiser, without a question's help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

Rows = dict[str, list[dict[str, Any]]]
TABLES = (
    "community_group", "contact_agreement", "flag", "engagement_group", "letter_contact", "monthly_letter", "letter", "concern", "raising",
    "telling", "action", "priority", "priority_told", "group_characteristic", "concern_closing",
)  # fmt: skip


def day(stored: Any) -> date | None:
    """A day as the database gives it raw."""
    if stored is None:
        return None
    return stored if type(stored) is date else date.fromisoformat(str(stored)[:10])


def moment(stored: Any) -> datetime | None:
    """A moment as the database gives it raw."""
    if stored is None:
        return None
    found = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def london(stored: Any) -> date | None:
    found = moment(stored)
    return found.astimezone(ZoneInfo("Europe/London")).date() if found else None


def raw(session: Session) -> Rows:
    """Every row of the tables that measures are made of."""
    return {name: [dict(row) for row in session.execute(text(f"SELECT * FROM {name}")).mappings()] for name in TABLES}


def days_of(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


class Naive:
    """Counts and waits of one team in one stretch of days, its owner's alone where one is given."""

    def __init__(self, rows: Rows, team_id: int, first: date, last: date, now: datetime, owner: Any = "anybody") -> None:
        self.rows, self.team_id, self.first, self.now, self.owner = rows, team_id, first, now, owner
        self.today = now.astimezone(ZoneInfo("Europe/London")).date()
        self.last = min(last, self.today)
        self.counts: Counter[str] = Counter()
        self.waits: dict[str, list[float]] = defaultdict(list)
        self.groups = [g for g in rows["community_group"] if self.mine(g)]
        for group in self.groups:
            self.in_touch(group)
        for concern in rows["concern"]:
            if self.mine(concern):
                self.concern(concern)
        for action in rows["action"]:
            if self.mine(action, "officer_id") and action["is_promise"] and action["withdrawn_at"] is None:
                self.promise(action)

    def mine(self, row: dict[str, Any], owner: str = "owner_id") -> bool:
        return row["team_id"] == self.team_id and self.owner in ("anybody", row[owner])

    def within(self, when: date | None) -> bool:
        return when is not None and self.first <= when <= self.last

    def in_touch(self, group: dict[str, Any]) -> None:
        flags = [f for f in self.rows["flag"] if f["group_id"] == group["id"] and f["cleared_by"] != "corrected"]
        seen = [day(e["happened_on"]) for e in self.rows["engagement_group"] if e["group_id"] == group["id"] and e["counts"]]
        here = [one for one in seen if self.within(one)]
        self.counts["contacts"] += len(here)
        self.counts["met"] += bool(here)
        self.counts["dormant"] += self.within(day(group["dormant_on"]))
        for flag in flags:
            late_on = [d for d in days_of(self.first, self.last) if self.overdue(flag, d)]
            if late_on:
                due = day(flag["due_on"])
                assert due is not None
                self.waits["days_late_assumed" if flag["assumed"] else "days_late"].append((late_on[-1] - due).days)
            over = day(flag["cleared_on"])
            if flag["cleared_by"] in ("pause", "agreement") and self.within(over) and over > day(flag["due_on"]):  # type: ignore[operator]
                self.counts["changed_" + flag["cleared_by"]] += 1
        for first, last in self.months():
            self.month(group, flags, seen, first, last)

    def months(self) -> list[tuple[date, date]]:
        by_month: dict[tuple[int, int], list[date]] = defaultdict(list)
        for one in days_of(self.first, self.last):
            by_month[one.year, one.month].append(one)
        return [(found[0], found[-1]) for found in by_month.values()]

    def overdue(self, flag: dict[str, Any], on: date) -> bool:
        cleared = day(flag["cleared_on"])
        return day(flag["due_on"]) < on and (cleared is None or on <= cleared)  # type: ignore[operator]

    def month(self, group: dict[str, Any], flags: list[dict[str, Any]], seen: list[date | None], first: date, last: date) -> None:
        late = [f for f in flags if any(self.overdue(f, d) for d in days_of(first, last))]
        if late:
            self.counts["late_assumed" if all(f["assumed"] for f in late) else "late"] += 1
            return
        for a in self.rows["contact_agreement"]:
            ends = day(a["ends_on"])
            if a["group_id"] != group["id"] or day(a["starts_on"]) > last or (ends is not None and ends < last):  # type: ignore[operator]
                continue
            spoke = any(one is not None and first <= one <= last for one in seen)
            told = a["level"] == "inform" and self.wrote(group, first, last)
            if a["frequency"] != "on_request" and (spoke or told):
                self.counts["kept_assumed" if a["assumed"] else "kept"] += 1

    def wrote(self, group: dict[str, Any], first: date, last: date) -> bool:
        mine = {c["monthly_letter_id"] for c in self.rows["letter_contact"] if c["group_id"] == group["id"]}
        kept = {m["letter_id"] for m in self.rows["monthly_letter"] if m["id"] in mine and m["came_back_at"] is None}
        sent = [london(x["sent_at"]) for x in self.rows["letter"] if x["id"] in kept]
        return any(one is not None and first <= one <= last for one in sent)

    def concern(self, concern: dict[str, Any]) -> None:
        raised, closed = london(concern["first_raised_at"]), london(concern["closed_at"])
        assert raised is not None
        # Each time it was closed: the day, and the day on which it was opened again, if it was.
        spells: list[tuple[date, date | None]] = [(closed, None)] if closed else []
        earlier = [row for row in self.rows["concern_closing"] if row["concern_id"] == concern["id"]]
        spells += [(london(row["closed_at"]), london(row["opened_again_at"])) for row in earlier]  # type: ignore[misc]
        shut = [(day, again) for day, again in spells if day <= self.last and (again is None or again > self.last)]
        self.counts["opened"] += self.within(raised)
        self.counts["closed"] += any(self.within(day) for day, _again in shut)
        self.counts["opened_again"] += any(again is not None and self.within(again) for _day, again in spells)
        if raised <= self.last and not shut:
            age = (self.last - raised).days
            self.counts[f"open_{(age > 7) + (age > 28) + (age > 91) + (age > 182)}"] += 1
        over = [a for a in self.rows["action"] if a["concern_id"] == concern["id"] and a["withdrawn_at"] is None and not a["reports"]]
        done = [found for a in over if (found := day(a["done_on"])) and a["ended"] not in ("moved", "could_not")]
        ended = (london(concern["side_end_at"]) or max(done, default=None)) if concern["state"] in ("outcome_owed", "closed") else None
        for raising in self.rows["raising"]:
            wants = raising["wants_to_hear"] and raising["not_told"] != "asked_not" and raising["withdrawn_at"] is None
            if raising["concern_id"] == concern["id"] and wants:
                self.raiser(raising, ended, closed, bool(shut))

    def told(self, raising: dict[str, Any], *kinds: str) -> datetime | None:
        found = [
            moment(t["told_at"])
            for t in self.rows["telling"]
            if t["raising_id"] == raising["id"] and t["kind"] in kinds and t["taken_back_at"] is None
            if t["how"] != "public" or raising["not_told"] == "no_way"
        ]
        return min((one for one in found if one), default=None)

    def raiser(self, raising: dict[str, Any], ended: date | None, closed: date | None, shut: bool) -> None:
        raised = moment(raising["raised_at"])
        assert raised is not None
        if self.within(london(raised)):
            answered = self.told(raising, "answer", "outcome")
            hours = ((answered or self.now) - raised).total_seconds() / 3600
            what = "running" if answered is None and hours <= 72 else "owed" if answered is None else "in_time" if hours <= 72 else "late"
            self.counts["answer_" + what] += 1
            if what != "running":
                self.waits["hours"].append(hours)
        heard, since = london(self.told(raising, "outcome")), london(raised)
        assert since is not None
        if closed is not None and closed < self.first:
            return
        if self.within(heard):
            self.counts["outcome_told"] += 1
            self.waits["days_to_outcome"].append((heard - since).days)  # type: ignore[operator]
        elif not shut and (heard is None or heard > self.last) and ended is not None and ended <= self.last:
            self.counts["outcome_owed"] += 1
            self.waits["days_to_outcome"].append((self.last - since).days)

    def promise(self, action: dict[str, Any]) -> None:
        due, on = day(action["due_on"]), day(action["ended_on"])
        assert due is not None
        if not self.within(due) or (action["ended"] is None and due >= self.today):
            return
        match action["ended"]:
            case None:
                self.counts["promise_open"] += 1
            case "kept":
                self.counts["promise_kept" if on is not None and on <= due else "promise_kept_late"] += 1
            case other:
                self.counts["promise_" + other] += 1


def up_to_date(rows: Rows, priority: dict[str, Any], today: date) -> bool:
    """Whether people were told about a priority, or agreed it, within three calendar months, from what stands on record."""
    told = [day(t["told_on"]) for t in rows["priority_told"] if t["priority_id"] == priority["id"] and t["withdrawn_at"] is None]
    heard = max(one for one in (day(priority["agreed_on"]), *told) if one is not None)
    until = heard
    for _month in range(3):  # on to the same day of the next month, or to the month's last where that is shorter
        until = (until.replace(day=1) + timedelta(days=32)).replace(day=1)
    over = until + timedelta(days=heard.day - 1)
    return today <= (over if over.month == until.month else (until + timedelta(days=32)).replace(day=1) - timedelta(days=1))
