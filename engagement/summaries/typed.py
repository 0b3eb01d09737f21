"""What was typed anywhere on the editor's page: whichever button is pressed, all of it is kept, or nothing is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engagement.access.domain import Actor
from engagement.core.errors import Conflict, Missing, Refused
from engagement.core.ids import whole_number
from engagement.summaries import service
from engagement.summaries.forms import ItemForm
from engagement.summaries.models import SummaryItem
from engagement.web.errors import say

_ITEM = re.compile(r"item-([0-9]{1,18})-version")


class NotKept(Exception):
    """Something that was typed is refused: its sentence stands beside it."""


class Typed:
    """The wordings and reasons of a page as they were sent, by the key of their item.

    `versions` are the items as whoever pressed the button knows them: as they were shown, or as this page has just left them.
    """

    def __init__(self, sent: MultiDict[str, str]) -> None:
        keys = [int(found[1]) for name in sent if (found := _ITEM.fullmatch(name))]
        self.forms = {key: ItemForm(key, sent) for key in keys}
        self.versions = {key: _whole(form.version.data) for key, form in self.forms.items()}
        self.reasons = {key: sent.get(f"reason-{key}", "") for key in keys}
        self.theirs: dict[int, Mapping[str, str]] = {}
        self.refusals: list[tuple[str, str]] = []

    def version(self, item_id: int) -> int:
        """The version of an item that is known here; one that is not on the page matches nothing."""
        return self.versions.get(item_id, -1)

    def leaves_out(self, item_id: int) -> bool:
        """Whether a reason was typed for leaving an item out."""
        return bool(self.reasons.get(item_id, "").strip())

    @property
    def open_reasons(self) -> dict[int, str]:
        """The reasons that are shown open: each that was typed, and one that is refused for being empty."""
        refused = {anchor for anchor, _sentence in self.refusals}
        return {key: reason for key, reason in self.reasons.items() if reason.strip() or f"reason-{key}" in refused}

    def keep(self, session: Session, actor: Actor, summary_id: int, *, now: datetime) -> None:
        """Keeps each wording that was touched, and leaves out each item with a reason.

        Raises NotKept, with the sentences beside what they are about.
        """
        touched = {key: form for key, form in self.forms.items() if form.touched}
        if [form for form in touched.values() if not form.validate()]:  # each of them, so that all say at once what is wrong
            raise NotKept
        for key, form in touched.items():
            try:
                item = service.reword(session, actor, key, form.wording(), version=self.version(key), now=now)
            except Refused as refusal:
                form.refuse(refusal)
                if isinstance(refusal, Conflict):
                    self.theirs[key] = refusal.theirs
                raise NotKept from None
            self._changed(item, summary_id)
        for key in self.reasons:
            if self.leaves_out(key):
                self.leave_out(session, actor, key, summary_id, now=now)

    def leave_out(self, session: Session, actor: Actor, item_id: int, summary_id: int, *, now: datetime) -> None:
        """Leaves an item out for the reason that was typed. Raises NotKept with a sentence beside it."""
        try:
            reason = self.reasons.get(item_id, "")
            item = service.leave_out(session, actor, item_id, reason, version=self.version(item_id), now=now)
        except Refused as refusal:
            self.refusals.append((f"reason-{item_id}" if refusal.field else f"item-{item_id}", say(refusal)))
            raise NotKept from None
        self._changed(item, summary_id)

    def _changed(self, item: SummaryItem, summary_id: int) -> None:
        if item.summary_id != summary_id:  # an item is reached through its own summary alone
            raise Missing
        self.versions[item.id] = item.version


def _whole(text: str | None) -> int:
    """A number of the page's own making; what is none matches nothing."""
    found = whole_number(text)
    return -1 if found is None else found
