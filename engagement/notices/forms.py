"""The form on which an officer chooses what their digest tells, when it comes, and whether by mail."""

from __future__ import annotations

from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField

from engagement.core.dates import say_time
from engagement.notices.domain import Allowed, Choice, Kind, hours_to_choose
from engagement.web.forms import Form, options


class ChoiceForm(Form):
    """What, when, and whether by mail. Only what the force lets be switched off is asked."""

    kinds = SelectMultipleField(_l("What it tells"), validate_choice=False)
    hour = SelectField(_l("When it comes"), validate_choice=False)
    by_mail = BooleanField(_l("Send it by mail as well"))

    def offer(self, allowed: Allowed) -> None:
        """Puts in what there is to choose from."""
        self.kinds.choices = options([(kind.value, kind.label) for kind in Kind if kind in allowed.may_switch_off])
        hours = [(say_time(hour), say_time(hour)) for hour in hours_to_choose(allowed)]
        begins = _("As my shift begins, or %(hour)s", hour=say_time(allowed.usual))
        self.hour.choices = options([("", begins), *hours])

    def show(self, choice: Choice, allowed: Allowed) -> None:
        """Fills in what is chosen now."""
        self.kinds.data = [kind.value for kind in Kind if kind in allowed.may_switch_off and kind not in choice.off]
        self.hour.data = say_time(choice.hour) if choice.hour is not None else ""
        self.by_mail.data = choice.by_mail

    def choice(self, allowed: Allowed) -> Choice:
        """What was chosen; what is not ticked and may be switched off is off."""
        ticked, known = set(self.kinds.data or ()), {say_time(hour): hour for hour in hours_to_choose(allowed)}
        chosen = known.get(self.hour.data or "", None if not self.hour.data else time.max)
        off = frozenset(kind for kind in allowed.may_switch_off if kind.value not in ticked)
        return Choice(off=off, hour=chosen, by_mail=bool(self.by_mail.data) or not allowed.mail_may_be_off)
