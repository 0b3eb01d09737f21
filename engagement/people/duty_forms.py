"""Forms of an officer's days: the pattern that goes round, days off, who covers."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, SelectMultipleField

from engagement.core.dates import WEEKDAYS, read_time
from engagement.core.errors import Refused
from engagement.people.absence import PatternDraft, Times
from engagement.people.duty import LONGEST_CYCLE
from engagement.web.forms import DayField, Form, Required, TextField, options

REASONS = [
    ("leave", _l("Leave")), ("rest", _l("Rest day")), ("sick", _l("Sick")), ("course", _l("Course")), ("other", _l("Something else")),
]  # fmt: skip


class PatternForm(Form):
    """How days on and off go round: so many on and off, or the same days every week."""

    kind = RadioField(
        _l("What goes round?"), choices=options([("cycle", _l("Days on, then days off")), ("week", _l("The same days every week"))])
    )
    first_days = TextField(_l("Days on"), longest=10)
    from_1 = TextField(_l("From, if it is always the same"), longest=20)
    to_1 = TextField(_l("To"), longest=20)
    then_days = TextField(_l("Then days on with other hours, if any"), longest=10)
    from_2 = TextField(_l("From"), longest=20)
    to_2 = TextField(_l("To"), longest=20)
    off = TextField(_l("Days off"), longest=10)
    weekdays = SelectMultipleField(_l("Working days"), choices=options((str(n), day) for n, day in enumerate(WEEKDAYS)))
    starts_on = DayField(_l("First day on of it"), [Required("Type the first day on.")])

    def draft(self) -> PatternDraft:
        """The pattern as typed, or Refused beside the field."""
        assert self.starts_on.data is not None
        hours = _times(self.from_1, self.to_1)
        if self.kind.data == "week":
            chosen = frozenset(int(n) for n in self.weekdays.data or ())
            if not chosen:
                raise Refused("Choose the days on which you work.", field="weekdays")
            return PatternDraft(starts_on=self.starts_on.data, weekdays=chosen, hours=hours)
        first, then, off = _days(self.first_days), _days(self.then_days), _days(self.off)
        if not first:
            raise Refused("Say how many days on there are, such as 6.", field="first_days")
        return PatternDraft(starts_on=self.starts_on.data, stretches=((first, hours), (then, _times(self.from_2, self.to_2))), off=off)


def _days(field: Any) -> int:
    typed = (field.data or "").strip()
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdigit() and int(typed) <= LONGEST_CYCLE):
        raise Refused("Type a number of days, from 0 to {n}.", field=field.short_name, n=LONGEST_CYCLE)
    return int(typed)


def _times(begins: Any, ends: Any) -> Times:
    """From and to; both are empty or neither is."""
    if not begins.data and not ends.data:
        return None
    for one, other in ((begins, ends), (ends, begins)):
        if not one.data and other.data:
            raise Refused("Type both times or neither.", field=one.short_name)
    pair: tuple[time, time] = read_time(begins.data, field=begins.short_name), read_time(ends.data, field=ends.short_name)
    if pair[0] == pair[1]:
        raise Refused("A shift cannot end when it begins.", field=ends.short_name)
    return pair


class DaysOffForm(Form):
    """Days off; one day where the last is left empty."""

    starts_on = DayField(_l("First day off"), [Required("Type the first day off.")])
    ends_on = DayField(_l("Last day off, if it is more than one"))
    reason = SelectField(_l("Why"), choices=options(REASONS))


class CoverForm(Form):
    """Who covers, from when to when."""

    cover_id = SelectField(_l("Who covers?"), validate_choice=False)
    starts_on = DayField(_l("First day"), [Required("Type the first day.")])
    ends_on = DayField(_l("Last day"), [Required("Type the last day.")])
