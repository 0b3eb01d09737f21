"""The log form: reads what was typed into one draft, asks where a name or a concern could be two things, keeps the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engagement.access.domain import Actor
from engagement.concerns.categories import Category
from engagement.concerns.drafts import Tap
from engagement.concerns.still_open import OpenConcern, similar_open
from engagement.core.clock import london_day
from engagement.core.dates import read_date
from engagement.core.errors import Refused
from engagement.core.ids import is_ref, new_ref
from engagement.core.names import fold
from engagement.engagements.domain import Direction, Kind, Outcome, Part, When, happened_when
from engagement.engagements.drafts import Attending, EngagementDraft, NewGroup, Promised, RaisedConcern, told_there
from engagement.engagements.log_queries import groups_to_log, logged_by_another
from engagement.engagements.typed import WHOLE, Typed
from engagement.engagements.writing import LINE_LONGEST, PLACE_LONGEST
from engagement.groups.queries import Found, find_by_name
from engagement.people.queries import find_officers

RESIDENT, NEW = "resident", "new"
_KINDS = {kind.value: kind for kind in Kind}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_WHENS = {when.value: when for when in When}
PARTS = {
    "with": (Part.WITH, False, True),
    "host": (Part.WITH, True, True),
    "spoke": (Part.ALSO_THERE, False, True),
    "there": (Part.ALSO_THERE, False, False),
}
RAISERS = ("meeting", "resident", "councillor", "business", "partner")
FRIDAY = 4
MORE = 4  # lines that "more lines" adds


def next_friday(today: date) -> date:
    """The Friday of this week, or of the next from Friday on."""
    return today + timedelta(days=(FRIDAY - today.weekday()) % 7 or 7)


class LogForm(Typed):
    """The log form as it was sent, or as a link fills it in. `draft()` reads it.

    `found` and `also_found` are the groups that a typed name could be, `alike` the open concerns that a line could
    be, `twin` an entry of the same visit by another officer: each is asked once, on the page that comes back.
    """

    def __init__(self, sent: MultiDict[str, str] | None = None, given: Mapping[str, str] | None = None) -> None:
        super().__init__(sent, given)
        ref = self.sent.get("client_ref", "")
        self.client_ref = ref.lower() if is_ref(ref) else new_ref()
        self.found: Sequence[Found] | None = None
        self.also_found: dict[int, Sequence[Found]] = {}
        self.alike: dict[int, Sequence[OpenConcern]] = {}
        self.twin: Any = None
        self.saved_before: int | None = None
        self.was_ref = ""  # the reference of the entry that was saved before
        self.line_of: list[int] = []  # which line of the page each concern of the draft stands on

    @property
    def kind(self) -> Kind | None:
        """The kind chosen."""
        return _KINDS.get(self.sent.get("kind", ""))

    @property
    def lines(self) -> list[str]:
        """What was typed into it to be read: the line, the concerns, the promises."""
        names = [f"concern-{i}-title" for i in range(self.rows("concern"))] + [f"promise-{i}-what" for i in range(self.rows("promise"))]
        return [words for name in ("summary", *names) if (words := " ".join(self.sent.get(name, "").split()))]

    @property
    def concern_lines(self) -> int:
        """How many lines for concerns to show: more for a meeting, and more when asked for."""
        meeting = self.kind in (Kind.THEIR_MEETING, Kind.OUR_MEETING)
        asked = MORE if self.sent.get("do") == "more" else 0
        return max(self.rows("concern"), MORE if meeting else 1) + asked

    @property
    def promise_lines(self) -> int:
        """How many lines for promises to show."""
        return max(self.rows("promise"), 1) + (1 if self.sent.get("do") == "more_promises" else 0)

    @property
    def also_lines(self) -> int:
        """How many lines for further groups to show."""
        return max(self.rows("also"), 2) + (2 if self.sent.get("do") == "more_groups" else 0)

    def draft(self, session: Session, actor: Actor, *, now: datetime) -> EngagementDraft | None:
        """What is to be put on the record; None where something must be mended or answered first."""
        kind, outcome = self.kind, self._outcome()
        if kind is None:
            self.refuse(Refused("Choose how: visit, phone or another kind", field="kind"))
        happened_at = self._when(now)
        group_id, new_group = self._group(session, actor)
        groups = self._groups(session, actor, group_id)
        officers, for_officer = self._officers(session, actor)
        summary, place = self.line("summary", "What happened", LINE_LONGEST), self.line("place", "Place", PLACE_LONGEST)
        attendance = self.number("attendance", "Headcount must be a whole number")
        concerns, promises = self._concerns(groups), self._promises(now)
        self.check_wording(
            {"summary": summary, "place": place}
            | {f"concern-{self.line_of[i]}-title": c.title for i, c in enumerate(concerns)}
            | {f"promise-{i}-what": p.what for i, p in enumerate(promises)}
        )
        neighbourhood_id = self.id_of("neighbourhood") or (self.id_of("usual") if group_id is None else None)
        if not self.errors:
            self._ask_alike(session, actor, concerns, groups, neighbourhood_id)
        if self.errors or kind is None or outcome is None or happened_at is None:
            return None
        return EngagementDraft(
            client_ref=self.client_ref, kind=kind, outcome=outcome, happened_at=happened_at, summary=summary,
            direction=Direction.THEIRS if self.sent.get("direction") == Direction.THEIRS else Direction.OURS,
            groups=tuple(groups), new_group=new_group, with_resident=self.sent.get("group") == RESIDENT,
            neighbourhood_id=neighbourhood_id, officer_ids=tuple(officers), for_officer_id=for_officer, place=place,
            attendance=attendance, override_reason=self.override_reason, concerns=tuple(concerns),
            tellings=told_there(self.sent.getlist("tell")), promises=tuple(promises), kept=self.ids_of("kept"), planned_id=self.id_of("planned"),
            said_when="|".join(self.sent.get(name, "") for name in ("when", "happened_on", "happened_time")),
        )  # fmt: skip

    def ask_twin(self, session: Session, actor: Actor, draft: EngagementDraft) -> bool:
        """Asks, once, whether another officer logged this very engagement; answers whether there is anything to ask."""
        twin = logged_by_another(session, actor, draft.groups[0].group_id, draft.kind, london_day(draft.happened_at))
        if twin is None or self.sent.get("apart") == str(twin.id):
            return False
        self.twin = twin
        return True

    def refuse_line(self, refusal: Refused) -> None:
        """Puts a refusal of the service on the line of the page that it belongs to."""
        field = refusal.field or ""
        if field.startswith("concern-"):
            _, number, name = field.split("-", 2)
            refusal.field = f"concern-{self.line_of[int(number)]}-{name}"
        elif field in ("contact", "officers", "tell", "kept") or not field:
            pass
        elif field == "name" or field == "group":
            refusal.field = "group_name"
        self.refuse(refusal)

    def begin_afresh(self, engagement_id: int) -> None:
        """This form was saved before in other words: says so, and makes the next save another entry."""
        self.saved_before = engagement_id
        self.was_ref, self.client_ref = self.client_ref, new_ref()
        self.refuse(Refused("This page was saved already, in other words. Correct that entry, or save again to make another one."))

    def _outcome(self) -> Outcome | None:
        outcome = _OUTCOMES.get(self.sent.get("outcome", ""))
        if outcome is None:
            self.refuse(Refused("Choose what came of it", field="outcome"))
        return outcome

    def _when(self, now: datetime) -> datetime | None:
        choice = _WHENS.get(self.sent.get("when", ""), When.JUST_NOW)
        day, at = self.sent.get("happened_on", ""), self.sent.get("happened_time", "")
        if choice is When.JUST_NOW and day.strip():
            choice = When.ANOTHER_DAY  # a day typed without choosing it is meant
        return self.attempt(lambda: happened_when(choice, day, at, now))

    def _group(self, session: Session, actor: Actor) -> tuple[int | None, NewGroup | None]:
        """The group it was with: chosen, or typed and known by exactly that name; else the names it could be are asked."""
        chosen, typed = self.sent.get("group", ""), self.line("group_name", "Name", 200)
        if chosen == RESIDENT:
            if typed:
                self.refuse(Refused("You chose a resident and typed a name as well. Take one of them out.", field="group_name"))
            return None, None
        if chosen == NEW:
            if not any(c.isalnum() for c in typed):
                self.refuse(Refused("Type the new group's name", field="group_name"))
            return None, NewGroup(name=typed, kind=self.sent.get("new_kind") or "other")
        if typed:
            found = find_by_name(session, actor, typed, 12)
            exact = [g for g in found if fold(g.name) == fold(typed)]
            if WHOLE.fullmatch(chosen):
                if any(g.id == int(chosen) for g in found):
                    return int(chosen), None
                self.refuse(
                    Refused("You chose a group and typed another name. Take one out, or put it under “Also there”.", field="group_name")
                )
            elif len(exact) == 1:
                return exact[0].id, None
            else:
                self.found = found
                self.refuse(
                    Refused(
                        "Which group is it? Choose one below." if found else "No group has that name. Is it a new one?", field="group_name"
                    )
                )
            return None, None
        if WHOLE.fullmatch(chosen):
            return int(chosen), None
        self.refuse(Refused("Say who it was with", field="group_name"))
        return None, None

    def _groups(self, session: Session, actor: Actor, group_id: int | None) -> list[Attending]:
        there: list[Attending] = []
        if group_id is not None:
            host = self.kind is Kind.THEIR_MEETING and not any(v == "host" for n, v in self.sent.items() if n.startswith("also-"))
            there.append(Attending(group_id=group_id, host=host, contact_id=self.id_of("contact")))
        for i in range(self.rows("also")):
            name = f"also-{i}-name"
            typed, also_id = self.line(name, "Name", 200), self.id_of(f"also-{i}-group")
            if also_id is None and typed:
                found = find_by_name(session, actor, typed, 8)
                exact = [g for g in found if fold(g.name) == fold(typed)]
                also_id = exact[0].id if len(exact) == 1 else None
                if also_id is None:
                    self.also_found[i] = found
                    self.refuse(Refused("Which group is it? Choose one below." if found else "No group has that name", field=name))
            if also_id is not None:
                part, host, spoke = PARTS.get(self.sent.get(f"also-{i}-part", ""), PARTS["there"])
                if any(g.group_id == also_id for g in there):
                    self.refuse(Refused("You named this group already", field=name))
                there.append(Attending(group_id=also_id, part=part, host=host, spoke_with_them=spoke))
        return there

    def _officers(self, session: Session, actor: Actor) -> tuple[list[int], int | None]:
        chosen = [int(v) for v in self.sent.getlist("officer") if WHOLE.fullmatch(v)]
        numbers = self.line("officers", "Collar numbers", 200).replace(",", " ").split()
        chosen += [self._by_number(session, actor, number, "officers") for number in numbers]
        typed = self.line("for_officer", "Collar number", 40)
        return [i for i in chosen if i], self._by_number(session, actor, typed, "for_officer") or None if typed else None

    def _by_number(self, session: Session, actor: Actor, number: str, field: str) -> int:
        found = [o for o in find_officers(session, actor.force_id, number, 2) if o.collar_number.casefold() == number.casefold()]
        if not found:
            self.refuse(Refused("No officer of the force has the collar number {number}", field=field, number=number[:20]))
            return 0
        return int(found[0].id)

    def _concerns(self, groups: Sequence[Attending]) -> list[RaisedConcern]:
        lines = []
        for i in range(self.rows("concern")):
            title = self.line(f"concern-{i}-title", "Concern", 200)
            if not title:
                continue
            raiser, _, raiser_id = self.sent.get(f"concern-{i}-raiser", "").partition(":")
            tap, category = self.sent.get(f"concern-{i}-tap"), self.sent.get(f"concern-{i}-category")
            self.line_of.append(i)
            lines.append(
                RaisedConcern(
                    title=title, category=category if category in set(Category) else None,
                    tap=Tap(tap) if tap in set(Tap) else Tap.FIND_OUT, same_as_id=self.id_of(f"concern-{i}-same"),
                    raiser=raiser if raiser in RAISERS else None,
                    raiser_group_id=int(raiser_id) if WHOLE.fullmatch(raiser_id) else None,
                )
            )  # fmt: skip
        return lines

    def _promises(self, now: datetime) -> list[Promised]:
        made = []
        for i in range(self.rows("promise")):
            what = self.line(f"promise-{i}-what", "What you promised", LINE_LONGEST)
            if not what:
                continue
            by, due = self.sent.get(f"promise-{i}-by", "friday"), None
            if by == "friday":
                due = next_friday(london_day(now))
            elif by == "day":
                name = f"promise-{i}-day"
                due = self.attempt(lambda name=name: _coming(self.sent.get(name, ""), now, name))  # type: ignore[misc]
            made.append(Promised(what=what, due_on=due))
        return made

    def _ask_alike(
        self, session: Session, actor: Actor, concerns: Sequence[RaisedConcern], groups: Sequence[Attending], neighbourhood_id: int | None
    ) -> None:
        """Asks, for each line that is like an open concern, whether it is the same thing; a line that says so is left be."""
        group_ids = [g.group_id for g in groups]
        homes = groups_to_log(session, actor, group_ids).values() if concerns else ()
        places = [neighbourhood_id] if neighbourhood_id is not None else [row.neighbourhood_id for row in homes]
        for line, concern in zip(self.line_of, concerns, strict=True):
            if self.sent.get(f"concern-{line}-same"):
                continue
            alike = similar_open(session, actor, concern.title, neighbourhood_ids=places, group_ids=group_ids)
            if alike:
                self.alike[line] = alike
                sentence = "“{title}”: is it the same thing as one that is open already?"
                self.refuse(Refused(sentence, field=f"concern-{line}-title", title=concern.title))


def _coming(typed: str, now: datetime, field: str) -> date:
    day = read_date(typed, field=field)
    if day < london_day(now):
        raise Refused("Date must be today or later", field=field)
    return day
