"""Forms of priorities: adopt one, change it, say who was told and what was done, word it for everybody, end it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField

from engagement.core.dates import say_date
from engagement.core.errors import Refused
from engagement.core.ids import is_ref, new_ref, whole_number
from engagement.priorities.domain import Ended, How
from engagement.priorities.drafts import AdoptDraft, Agreed, EditDraft, EndDraft, ToldDraft, WordingDraft, WorkDraft
from engagement.web.forms import DayField, Form, LongTextField, TextField, number_of, options
from engagement.web.wording import WordingForm

Meetings = Iterable[tuple[int, date, str]]


def _ref(field: HiddenField) -> str | None:
    text = str(field.data or "")
    return text if is_ref(text) else None


class AgreedForm(WordingForm):
    """What the priority is, and where, when and with whom it was agreed."""

    checked = ("title", "agreed_at", "agreed_with")

    title = TextField(_l("The priority, in a line"), longest=200)
    engagement_id = SelectField(_l("Agreed at"), coerce=number_of, validate_choice=False)
    agreed_on = DayField(_l("On"))
    agreed_at = TextField(_l("Where"), longest=200)
    agreed_with = TextField(_l("With whom"), longest=200)

    def offer_meetings(self, meetings: Meetings, today: date) -> None:
        """Fills the list of entries at which it may have been agreed."""
        known = [(key, f"{say_date(day, today)}: {words}") for key, day, words in meetings]
        self.engagement_id.choices = options([("", _("Somewhere else: say where and when")), *known])

    def agreed(self) -> Agreed:
        """How it was agreed."""
        return Agreed(
            on=self.agreed_on.data,
            at=self.agreed_at.data or "",
            with_whom=self.agreed_with.data or "",
            engagement_id=self.engagement_id.data,
        )


class AdoptForm(AgreedForm):
    """A new priority, from a concern or afresh."""

    neighbourhood_id = SelectField(_l("Neighbourhood"), coerce=number_of, validate_choice=False)
    replaces = SelectField(_l("It replaces"), coerce=number_of, validate_choice=False)
    issue = LongTextField(_l("What people asked for"), longest=2000)
    action = LongTextField(_l("What we are doing"), longest=2000)
    concern_id = HiddenField()
    client_ref = HiddenField(default=new_ref)

    def offer(self, places: Iterable[tuple[int, str]], live: Iterable[tuple[int, str]]) -> None:
        """Fills the lists: neighbourhoods, and the live priorities that it might replace."""
        self.neighbourhood_id.choices = options(places)
        self.replaces.choices = options([("", _("None: it takes a free place")), *live])

    def draft(self) -> AdoptDraft:
        """What was typed."""
        concern = whole_number(self.concern_id.data)
        return AdoptDraft(
            neighbourhood_id=self.neighbourhood_id.data,
            title=self.title.data or "",
            agreed=self.agreed(),
            concern_ids=(concern,) if concern is not None else (),
            issue=self.issue.data or "",
            action=self.action.data or "",
            replaces=self.replaces.data,
            override_reason=self.over_warning,
            client_ref=_ref(self.client_ref),
        )


class EditForm(AgreedForm):
    """A priority's own words, to be changed."""

    version = HiddenField()

    def draft(self, priority_id: int) -> EditDraft:
        """What was typed."""
        return EditDraft(
            priority_id=priority_id,
            version=whole_number(self.version.data),
            title=self.title.data or "",
            agreed=self.agreed(),
            override_reason=self.over_warning,
        )


class EndForm(WordingForm):
    """How a priority ends."""

    checked = ("because",)

    how = RadioField(_l("How does it end?"), choices=[], validate_choice=False)
    ended_on = DayField(_l("On"))
    because = LongTextField(_l("Because"), longest=2000)
    replaced_by_id = SelectField(_l("Replaced by"), coerce=number_of, validate_choice=False)
    version = HiddenField()

    def offer(self, others: Iterable[tuple[int, str]]) -> None:
        """Fills the lists."""
        self.how.choices = options([(str(how), _(how.label)) for how in Ended])
        self.replaced_by_id.choices = options([("", _("Choose a priority")), *others])

    def draft(self, priority_id: int) -> EndDraft:
        """What was chosen."""
        if self.how.data not in set(Ended):
            raise Refused("Say how it ends", field="how")
        return EndDraft(
            priority_id=priority_id,
            version=whole_number(self.version.data),
            how=Ended(self.how.data),
            on=self.ended_on.data,
            because=self.because.data or "",
            replaced_by_id=self.replaced_by_id.data,
        )


class ToldForm(WordingForm):
    """When and how people were told."""

    checked = ("where",)

    how = RadioField(_l("How were people told?"), choices=[], validate_choice=False)
    engagement_id = SelectField(_l("At which meeting or visit"), coerce=number_of, validate_choice=False)
    told_on = DayField(_l("On"))
    where = TextField(_l("Where it was made public"), longest=200)
    client_ref = HiddenField(default=new_ref)

    def offer(self, meetings: Meetings, today: date) -> None:
        """Fills the lists."""
        self.how.choices = options([(str(how), _(how.label)) for how in (How.ENGAGEMENT, How.PUBLIC)])
        known = [(key, f"{say_date(day, today)}: {words}") for key, day, words in meetings]
        self.engagement_id.choices = options([("", _("Choose one")), *known])

    def draft(self, priority_id: int) -> ToldDraft:
        """What was chosen."""
        if self.how.data not in (How.ENGAGEMENT, How.PUBLIC):
            raise Refused("Say how people were told", field="how")
        return ToldDraft(
            priority_id=priority_id,
            how=How(self.how.data),
            told_on=self.told_on.data,
            where=self.where.data or "",
            engagement_id=self.engagement_id.data,
            client_ref=_ref(self.client_ref),
        )


class WorkForm(WordingForm):
    """A line of what was done."""

    checked = ("what",)

    what = LongTextField(_l("What was done"), longest=2000)
    done_on = DayField(_l("On"))
    client_ref = HiddenField(default=new_ref)

    def draft(self, priority_id: int) -> WorkDraft:
        """What was typed."""
        return WorkDraft(
            priority_id=priority_id,
            done_on=self.done_on.data,
            what=self.what.data or "",
            override_reason=self.over_warning,
            client_ref=_ref(self.client_ref),
        )


class WordsForm(Form):
    """What anyone will read, once somebody else approved it. What looks like a person is kept from approval, not from saving."""

    issue = LongTextField(_l("What people asked for"), longest=2000)
    action = LongTextField(_l("What we are doing"), longest=2000)
    seen = HiddenField()

    def draft(self, priority_id: int) -> WordingDraft:
        """What was typed."""
        return WordingDraft(priority_id=priority_id, issue=self.issue.data or "", action=self.action.data or "", seen=self.seen.data or "")


class ConcernForm(Form):
    """A concern to be put behind a priority."""

    concern_id = SelectField(_l("Concern"), coerce=number_of, validate_choice=False)

    def offer(self, concerns: Iterable[tuple[int, str]]) -> None:
        """Fills the list."""
        self.concern_id.choices = options([("", _("Choose a concern")), *concerns])

    def chosen(self) -> int:
        """The concern that was chosen."""
        if self.concern_id.data is None:
            raise Refused("Choose a concern", field="concern_id")
        key: int = self.concern_id.data
        return key


class ReasonForm(Form):
    """Why something is withdrawn or taken out."""

    reason = TextField(_l("Why"), longest=300)
