"""The form that corrects an entry: the whole of what it says, to be put right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engagement.access.domain import Actor
from engagement.core.clock import LONDON, london_day
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.engagements.domain import Direction, Kind, Outcome, Part, When, happened_when
from engagement.engagements.drafts import Attending, Correction
from engagement.engagements.forms import PARTS
from engagement.engagements.queries import EntryView
from engagement.engagements.typed import WHOLE, Typed
from engagement.engagements.writing import LINE_LONGEST, PLACE_LONGEST, REASON_LONGEST
from engagement.groups.queries import Found, find_by_name
from engagement.people.queries import find_officers

OUT = "out"  # a group or officer that was not there after all


class CorrectionForm(Typed):
    """What an entry says, in fields. `found` are the groups that a name typed for a further one could be."""

    def __init__(self, view: EntryView, sent: MultiDict[str, str] | None = None) -> None:
        super().__init__(sent, None if sent is not None else as_fields(view))
        self.view = view
        self.found: Sequence[Found] | None = None

    def read(self, session: Session, actor: Actor, *, now: datetime) -> Correction | None:
        """The correction, or None where something must be mended first."""
        kind, outcome = self.sent.get("kind", ""), self.sent.get("outcome", "")
        if kind not in set(Kind):
            self.refuse(Refused("Choose how", field="kind"))
        if outcome not in set(Outcome):
            self.refuse(Refused("Choose what came of it", field="outcome"))
        happened_at = self._moment(now)
        summary, place = self.line("summary", "What happened", LINE_LONGEST), self.line("place", "Place", PLACE_LONGEST)
        reason = self.line("reason", "Why", REASON_LONGEST)
        attendance = self.number("attendance", "Headcount must be a whole number")
        groups, officers = self._groups(session, actor), self._officers(session, actor)
        self.check_wording({"summary": summary, "place": place})
        if self.errors or happened_at is None:
            return None
        return Correction(
            version=self.number("version", "Open the entry again") or 0, reason=reason, kind=Kind(kind), outcome=Outcome(outcome),
            happened_at=happened_at, summary=summary, place=place, attendance=attendance,
            direction=Direction.THEIRS if self.sent.get("direction") == Direction.THEIRS else Direction.OURS,
            groups=tuple(groups), officer_ids=tuple(officers), override_reason=self.override_reason,
        )  # fmt: skip

    def _moment(self, now: datetime) -> datetime | None:
        """The moment said; the one on the record where day and time were left as they were."""
        row, said = self.view.row, as_fields(self.view)
        if row.happened_at is not None and all(self.sent.get(n, "").strip() == said[n] for n in ("happened_on", "happened_time")):
            return row.happened_at
        day, at = self.sent.get("happened_on", ""), self.sent.get("happened_time", "")
        return self.attempt(lambda: happened_when(When.ANOTHER_DAY, day, at, now))

    def _groups(self, session: Session, actor: Actor) -> list[Attending]:
        there = []
        for old in self.view.groups:
            said = self.sent.get(f"part-{old.group_id}", "")
            if said == OUT:
                continue
            part, host, spoke = PARTS.get(said) or (Part(old.part), old.host, old.spoke_with_them)
            there.append(Attending(group_id=old.group_id, part=part, host=host, spoke_with_them=spoke, contact_id=old.contact_id))
        typed, chosen = self.line("group_name", "Name", 200), self.id_of("group")
        if chosen is None and typed:
            found = find_by_name(session, actor, typed, 12)
            exact = [g for g in found if fold(g.name) == fold(typed)]
            chosen = exact[0].id if len(exact) == 1 else None
            if chosen is None:
                self.found = found
                self.refuse(Refused("Which group is it? Choose one below." if found else "No group has that name", field="group_name"))
        if chosen is not None and any(g.group_id == chosen for g in there):
            self.refuse(Refused("That group is there already", field="group_name"))
        elif chosen is not None:
            there.append(Attending(group_id=chosen))
        return there

    def _officers(self, session: Session, actor: Actor) -> list[int]:
        old = {o.officer_id for o in self.view.officers}
        there = [int(v) for v in self.sent.getlist("officer") if WHOLE.fullmatch(v) and int(v) in old]
        for number in self.line("officers", "Collar numbers", 200).replace(",", " ").split():
            found = [o for o in find_officers(session, actor.force_id, number, 2) if o.collar_number.casefold() == number.casefold()]
            if found:
                there.append(int(found[0].id))
            else:
                self.refuse(Refused("No officer of the force has the collar number {number}", field="officers", number=number[:20]))
        return there


def as_fields(view: EntryView) -> dict[str, str]:
    """An entry as the form's fields say it."""
    row = view.row
    fields = {
        "version": str(row.version), "kind": row.kind, "outcome": row.outcome or "", "summary": row.summary, "place": row.place,
        "attendance": "" if row.attendance is None else str(row.attendance), "direction": row.direction,
    }  # fmt: skip
    if row.happened_at is not None:
        at, on = row.happened_at.astimezone(LONDON), london_day(row.happened_at)
        fields |= {"happened_on": f"{on.day}/{on.month}/{on.year}", "happened_time": f"{at:%H:%M}"}
    for there in view.groups:
        part = "host" if there.host else "with" if there.part == Part.WITH else "spoke" if there.spoke_with_them else "there"
        fields[f"part-{there.group_id}"] = part
    return fields
