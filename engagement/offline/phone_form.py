"""The log form as a phone sends it: the form's own rules, read at the moment it was typed, with nobody there to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.core.errors import Refused
from engagement.core.texts import clean_text
from engagement.core.wording import findings_in, fingerprint
from engagement.engagements.domain import Outcome, check_moment
from engagement.engagements.drafts import Attending, EngagementDraft, NewGroup, RaisedConcern
from engagement.engagements.forms import RESIDENT, LogForm
from engagement.engagements.log_queries import last_neighbourhood
from engagement.engagements.typed import WHOLE
from engagement.groups.vocabulary import kinds
from engagement.offline.domain import which_group
from engagement.offline.queries import groups_named
from engagement.offline.sending import Pairs, Sent

Maker = Callable[[Actor, NewGroup, int | None], int]

DETAIL_LONGEST = 4000
# The names that a device knows the form's parts by, where the form has several fields for one.
_FIELDS = {"group_name": "group", "name": "group", "neighbourhood_id": "neighbourhood", "happened_on": "when", "happened_time": "when"}


class Fields(dict[str, str]):
    """The fields of an entry: the first of several with one name, and all of them. A request's own kind takes several times as long."""

    def __init__(self, pairs: Pairs) -> None:
        self.many: dict[str, list[str]] = {}
        for name, value in pairs:
            self.many.setdefault(name, []).append(value)
        super().__init__((name, values[0]) for name, values in self.many.items())

    def getlist(self, name: str) -> list[str]:
        """Every value of a name."""
        return self.many.get(name, [])


class PhoneForm(LogForm):
    """One entry of a sending: the log form, but that what it would ask is decided.

    A name is matched or becomes a new group; a concern like an open one and a visit that another logged are kept as they
    are said; and a reason saves over every warning, since the page that showed them is long closed.
    """

    def __init__(self, sent: Sent, *, now: datetime, make: Maker) -> None:
        super().__init__(cast(Any, Fields(sent.fields)))
        self.lists = {name.partition("-")[0] for name in self.sent if "-" in name}
        self.sent.setdefault("outcome", Outcome.SPOKE.value)
        if not self.sent["outcome"]:
            self.sent["outcome"] = Outcome.SPOKE.value
        self.sent.pop("do", None)
        self.client_ref = sent.client_ref
        self.entry, self.now, self.make = sent, now, make
        self.matched: NewGroup | None = None  # what the first group is called, where it was found by its name

    def rows(self, prefix: str) -> int:
        """As the form's; most entries have no list at all."""
        return super().rows(prefix) if prefix in self.lists else 0

    @property
    def problem(self) -> tuple[str, str]:
        """The first thing to be mended, as field and sentence."""
        name, sentences = next(iter(self.errors.items()))
        return _FIELDS.get(name, name), sentences[0]

    @property
    def names(self) -> bool:
        """Whether a group was typed by its name, which may make a new one."""
        return any(
            value.strip()
            for name, value in self.sent.items()
            if name == "group_name" or (name.startswith("also-") and name.endswith("-name"))
        )

    def draft(self, session: Session, actor: Actor, *, now: datetime) -> EngagementDraft | None:
        """As the log form's, read at `now`: the moment at which it was typed."""
        if not WHOLE.fullmatch(self.sent.get("group", "")) and not self.id_of("neighbourhood") and not self.id_of("usual"):
            self._usual(session, actor)
        found = super().draft(session, actor, now=now)
        if found is None:
            return None
        raised_to = self.id_of("raised_to")
        return replace(found, said=self.entry.said, raised_to_id=raised_to if raised_to else None)

    def as_new(self, draft: EngagementDraft) -> EngagementDraft:
        """What the draft was when the group that its name has found since was made by it."""
        return replace(draft, groups=draft.groups[1:], new_group=self.matched) if self.matched else draft

    def _usual(self, session: Session, actor: Actor) -> None:
        """The place that the form fills in by itself: the officer's last, else one of their own teams'."""
        usual = last_neighbourhood(session, actor)
        if usual is not None:
            self.sent["usual"] = str(usual)

    def _when(self, now: datetime) -> datetime | None:
        moment = self.entry.happened_at
        return super()._when(now) if moment is None else self.attempt(lambda: check_moment(moment, self.now))

    def _group(self, session: Session, actor: Actor) -> tuple[int | None, NewGroup | None]:
        chosen, typed = self.sent.get("group", ""), self.line("group_name", "Name", 200)
        if chosen == RESIDENT or not typed or WHOLE.fullmatch(chosen):
            return super()._group(session, actor)
        if not any(c.isalnum() for c in typed):
            self.refuse(Refused("Type the new group's name", field="group_name"))
            return None, None
        kind = self.sent.get("new_kind", "")
        new = NewGroup(name=typed, kind=kind if kind in kinds() else "other")
        known = self._named(session, actor, typed)
        if known is not None:
            self.matched = new
        return (known, None) if known is not None else (None, new)

    def _groups(self, session: Session, actor: Actor, group_id: int | None) -> list[Attending]:
        for i in range(self.rows("also")):
            typed = self.line(f"also-{i}-name", "Name", 200)
            if typed and self.id_of(f"also-{i}-group") is None and any(c.isalnum() for c in typed) and not self.errors:
                known = self._named(session, actor, typed)
                if known is None:
                    place = self.id_of("neighbourhood") or self.id_of("usual")
                    known = self.attempt(lambda typed=typed, place=place: self.make(actor, NewGroup(name=typed), place))  # type: ignore[misc]
                if known is not None:
                    self.sent[f"also-{i}-group"] = str(known)
        return super()._groups(session, actor, group_id)

    def _named(self, session: Session, actor: Actor, typed: str) -> int | None:
        place = self.id_of("neighbourhood") or self.id_of("usual")
        return which_group(groups_named(session, actor, typed), place, actor.own_teams or actor.readable_teams)

    def _concerns(self, groups: Sequence[Attending]) -> list[RaisedConcern]:
        refs = self.entry.concern_refs
        return [
            replace(concern, client_ref=refs[line] if line < len(refs) else None, detail=self._detail(line))
            for line, concern in zip(self.line_of, super()._concerns(groups), strict=True)
        ]

    def _detail(self, line: int) -> str:
        name = f"concern-{line}-detail"
        read = self.attempt(lambda: clean_text(self.sent.get(name, ""), longest=DETAIL_LONGEST, field=name, what="More about it"))
        return read or ""

    def _promises(self, now: datetime) -> list[Any]:
        lines = [i for i in range(self.rows("promise")) if self.line(f"promise-{i}-what", "What you promised", 10**9)]
        refs = self.entry.promise_refs
        made = super()._promises(now)
        if len(lines) != len(made):
            return made  # one of them was refused
        return [replace(one, client_ref=refs[line] if line < len(refs) else None) for line, one in zip(lines, made, strict=True)]

    def check_wording(self, parts: Mapping[str, str]) -> None:
        """As the form's; what a reason saves over is everything that is found."""
        details = {f"concern-{i}-detail": self._detail(i) for i in self.line_of}
        parts = {**parts, **{name: text for name, text in details.items() if text}}
        if self.sent.get("override_reason", "").strip():
            self.sent["warned"] = " ".join(fingerprint(finding) for _name, finding in findings_in(parts))
        super().check_wording(parts)

    def _ask_alike(self, *_: Any) -> None:
        """A question, and nobody there to answer it: the concern is kept as it was said."""
