"""The forms of the board: one decision about one group or many, and who covers for somebody who is off."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField

from engagement.board.service import ItemDraft
from engagement.groups.drafts import AgreementDraft
from engagement.groups.frequency import Frequency
from engagement.overdue.domain import DecisionKind
from engagement.overdue.service import DecisionDraft
from engagement.web.forms import DayField, Form, TextField, options


class DecisionForm(Form):
    """What to do about the groups chosen, and why. A button may carry the whole answer: an officer, a day, a reason."""

    kind = HiddenField()
    seen = HiddenField()
    back = HiddenField()
    reason = TextField(_l("Why"), longest=300)
    until = DayField(_l("Until"))
    frequency = SelectField(_l("How often"), validate_choice=False)
    every = TextField(_l("Number"), longest=5)
    agreed_with = TextField(_l("Agreed with"), longest=200)
    agreed_on = DayField(_l("Agreed on"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.frequency.choices = options([("", ""), *((f.value, f.label) for f in Frequency if f is not Frequency.PER_MEETING)])

    def draft(self, group_ids: list[int], officer: str, day: str, preset: str, today: date) -> DecisionDraft:
        """What was typed and pressed, as the service takes it; a number that is none is left to it to refuse."""
        typed = (self.reason.data or "").strip()
        reason = f"{preset}. {typed}" if preset and typed else preset or typed
        return DecisionDraft(
            group_ids=tuple(group_ids),
            kind=self.kind.data or "",
            reason=reason,
            officer_id=_number(officer),
            until=_day(day) or self.until.data,
            agreement=self._agreement(today) if self.kind.data == DecisionKind.AGREEMENT else None,
            seen=_number(self.seen.data),
        )

    def _agreement(self, today: date) -> AgreementDraft:
        """Agreed where somebody is named, with today for the day unless another was typed; else assumed."""
        agreed_with = (self.agreed_with.data or "").strip()
        return AgreementDraft(
            frequency=self.frequency.data or "",
            every=_number(self.every.data) if self.every.data else None,
            assumed=not agreed_with,
            agreed_with=agreed_with,
            agreed_on=(self.agreed_on.data or today) if agreed_with else None,
        )


class CoverForm(Form):
    """Who covers; each officer is a button."""

    back = HiddenField()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


class ItemForm(Form):
    """What to do about concerns, actions or promises, and why. A button may carry an officer or a day."""

    what = HiddenField()
    kind = HiddenField()
    back = HiddenField()
    reason = TextField(_l("Why"), longest=300)
    until = DayField(_l("The new day"))
    told = BooleanField(_l("They were told the new date"))

    def draft(self, ids: list[int], officer: str, day: str) -> ItemDraft:
        """What was typed and pressed, as the service takes it."""
        return ItemDraft(
            what=self.what.data or "",
            ids=tuple(ids),
            kind=self.kind.data or "",
            reason=(self.reason.data or "").strip(),
            officer_id=_number(officer),
            until=_day(day) or self.until.data,
            told=bool(self.told.data),
        )


class AskForm(Form):
    """What an inspector asks of the sergeants about groups that were left, and by when."""

    kind = HiddenField()
    back = HiddenField()
    words = TextField(_l("What you want to say"), longest=300)
    decide_by = DayField(_l("By when"))
