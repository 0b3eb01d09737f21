"""The forms of a handover: who and when, one group to somebody else, what works with whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField

from engagement.core.ids import whole_number
from engagement.handover.service import TIP_LONGEST, Terms
from engagement.web.forms import DayField, Form, LongTextField, number_of, options
from engagement.web.wording import WordingForm


class BareForm(Form):
    """A form of buttons and boxes alone."""


class TermsForm(Form):
    """Who takes over, and from which day."""

    successor_id = SelectField(_l("Who takes over"), coerce=number_of, validate_choice=False)
    moves_on = DayField(_l("From"))
    version = HiddenField()

    def offer(self, officers: Iterable[Any]) -> None:
        """Fills the list."""
        self.successor_id.choices = officer_choices(officers, _("Choose an officer"))

    def terms(self) -> Terms:
        """What was chosen."""
        return Terms(successor_id=self.successor_id.data, moves_on=self.moves_on.data, version=whole_number(self.version.data))


class ApartForm(Form):
    """Who gets one group, if not the successor."""

    officer_id = SelectField(_l("Who gets this group"), coerce=number_of, validate_choice=False)

    def offer(self, officers: Iterable[Any]) -> None:
        """Fills the list."""
        self.officer_id.choices = officer_choices(officers, _("The successor, with the rest"))


class TipForm(WordingForm):
    """What works with a group or one of its contacts."""

    checked = ("words",)

    contact_id = SelectField(_l("With whom"), coerce=number_of, validate_choice=False)
    words = LongTextField(_l("What works"), longest=TIP_LONGEST)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Fills the list with those who speak for the group."""
        self.contact_id.choices = options([("", _("The group as a whole")), *people])


def officer_choices(officers: Iterable[Any], none: str) -> list[Any]:
    """The choices of a list of officers, after the words for none of them."""
    return options([("", none), *((row.id, f"{row.rank} {row.name}") for row in officers)])
