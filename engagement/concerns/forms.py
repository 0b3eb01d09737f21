"""Forms of a concern itself: raise it, raise it again, change it, end it aside, give it to somebody, withdraw something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField

from engagement.concerns.categories import AsbType, Category, guess_category
from engagement.concerns.domain import Raiser, SideEnd
from engagement.concerns.drafts import AsideDraft, ConcernDraft, ConcernEdit, How, RaisingDraft, Tap
from engagement.concerns.models import Concern
from engagement.concerns.still_open import OpenConcern
from engagement.core.clock import LONDON, london_moment
from engagement.core.dates import read_time, say_date, say_time
from engagement.core.errors import Refused
from engagement.core.ids import is_ref, new_ref
from engagement.web.forms import DayField, Form, LongTextField, Required, TextField, number_of, options
from engagement.web.wording import WordingForm

Choices = Iterable[tuple[int, str]]
PICKED = tuple(end for end in SideEnd if end is not SideEnd.PRIORITY)
"""The side ends that somebody picks; a concern ends as a priority by being adopted as one."""
HEAR_HOW = (How.TELEPHONE, How.EMAIL, How.ENGAGEMENT, How.PUBLIC)


def labels(codes: Iterable[Any]) -> list[tuple[object, object]]:
    """Choices from an enumeration of the domain: what is stored, and its words."""
    return [(str(code), _(code.label)) for code in codes]


class MomentForm:
    """Mixed into forms that ask when something happened: a day and a time, which begin as now."""

    def moment(self, now: datetime) -> datetime:
        """The moment typed; left as it was shown, or empty, it is now. Raises Refused beside its field."""
        on, at = self.happened_on, self.happened_at  # type: ignore[attr-defined]
        local = now.astimezone(LONDON)
        day = on.data or local.date()
        typed = (at.data or "").strip()
        if not typed:
            return now if day == local.date() else london_moment(day, 12)
        time = read_time(typed, field="happened_at")
        return london_moment(day, time.hour, time.minute)

    def begin_now(self, now: datetime) -> None:
        """Puts the present day and time into the fields."""
        local = now.astimezone(LONDON)
        self.happened_on.data, self.happened_at.data = local.date(), say_time(local.time())  # type: ignore[attr-defined]


class RaiserForm(WordingForm, MomentForm):
    """Who raised it, when, to whom, and how they want to hear."""

    raiser = RadioField(_l("Who raised it?"), choices=[], validate_choice=False)
    group = TextField(_l("Name of the group"), longest=200)
    group_id = RadioField(_l("Which group?"), choices=[], coerce=number_of, validate_choice=False)
    happened_on = DayField(_l("Day it was raised"))
    happened_at = TextField(_l("Time"), longest=20)
    raised_to_id = SelectField(_l("Raised to"), coerce=number_of, validate_choice=False)
    collar_number = TextField(_l("Or another officer’s collar number"), longest=20)
    wants_to_hear = RadioField(_l("Do they want to hear what came of it?"), choices=[], default="yes", validate_choice=False)
    hear_how = SelectField(_l("How"), validate_choice=False)
    hear_by = DayField(_l("By when"))
    reply_address = TextField(_l("Where a resident can be answered"), longest=254)
    raising_detail = LongTextField(_l("What they said about it"))
    client_ref = HiddenField()

    def offer_raiser(self, officers: Choices, me: int | None) -> None:
        """Fills the lists; a new form begins with the officer who fills it in."""
        self.raiser.choices = options(labels(Raiser))
        self.wants_to_hear.choices = options([("yes", _("Yes")), ("no", _("No, they asked not to be told"))])
        self.hear_how.choices = options([("", _("However it comes")), *labels(HEAR_HOW)])
        self.raised_to_id.choices = options(officers)
        if not self.is_submitted():
            self.raised_to_id.data = me
            self.client_ref.data = new_ref()

    def which_group(self, groups: Sequence[tuple[int, str]]) -> None:
        """Offers the groups that the typed name may mean."""
        self.group_id.choices = options([(key, name) for key, name in groups])

    def raising_draft(self, now: datetime, *, group_id: int | None, raised_to_id: int | None) -> RaisingDraft:
        """What the form says of the raiser."""
        if self.raiser.data not in set(Raiser):
            raise Refused("Say who raised it", field="raiser")
        raiser = Raiser(self.raiser.data)
        return RaisingDraft(
            raiser=raiser,
            raised_at=self.moment(now),
            group_id=group_id if raiser in (Raiser.GROUP, Raiser.MEETING) else None,
            raised_to_id=raised_to_id,
            wants_to_hear=self.wants_to_hear.data != "no",
            hear_how=self.hear_how.data if self.hear_how.data in {str(h) for h in HEAR_HOW} else "",
            hear_by=self.hear_by.data,
            reply_address=self.reply_address.data or "",
            detail=self.raising_detail.data or "",
            client_ref=self.ref,
        )

    @property
    def ref(self) -> str | None:
        """The form's own reference, by which the same form sent twice is known."""
        text = str(self.client_ref.data or "")
        return text if is_ref(text) else None


class NewConcernForm(RaiserForm):
    """A new concern with its first raiser."""

    checked = ("title", "detail", "place", "raising_detail")

    title = TextField(_l("What is the matter, in a line"), [Required("Say what the matter is, in a line")], longest=200)
    category = SelectField(_l("What it is about"), validate_choice=False)
    neighbourhood_id = SelectField(_l("Where it is"), coerce=number_of, validate_choice=False)
    place = TextField(_l("Street or place"), longest=200)
    detail = LongTextField(_l("More about it"))
    asb_type = SelectField(_l("If it is anti-social behaviour"), validate_choice=False)
    tap = RadioField(_l("What did you say there?"), choices=[], default="", validate_choice=False)
    sensitive = BooleanField(_l("OFFICIAL-SENSITIVE: for its owner, who records it, and sergeants"))
    same = RadioField(_l("Already open: is it the same thing?"), choices=[], validate_choice=False)

    def offer(self, neighbourhoods: Choices) -> None:
        """Fills the lists of the concern."""
        self.category.choices = options([("", _("Guess it from the line")), *labels(Category)])
        self.neighbourhood_id.choices = options([("", _("Where the group is, or choose")), *neighbourhoods])
        self.asb_type.choices = options([("", _("It is not, or not known")), *labels(AsbType)])
        self.tap.choices = options([("", _("Nothing yet")), *labels(Tap)])
        self.same.choices = []
        self.asked: list[int] = []  # the open concerns that the page shows

    def ask_same(self, alike: Iterable[OpenConcern], now: datetime) -> None:
        """Asks whether it is one of the open concerns like it."""
        today = now.astimezone(LONDON).date()
        since = [(c.id, f"{c.title} ({_('open since')} {say_date(c.first_raised_at.astimezone(LONDON).date(), today)})") for c in alike]
        self.asked = [key for key, _words in since]
        self.same.choices = options([*since, ("no", _("No, it is something else"))])

    def draft(self, raising: RaisingDraft) -> ConcernDraft:
        """What the form says of the concern."""
        title = self.title.data or ""
        return ConcernDraft(
            title=title,
            category=self.category.data or str(guess_category(title)),
            raising=raising,
            neighbourhood_id=self.neighbourhood_id.data,
            asb_type=self.asb_type.data or None,
            detail=self.detail.data or "",
            place=self.place.data or "",
            sensitive=bool(self.sensitive.data),
            override_reason=self.over_warning,
            tap=Tap(self.tap.data) if self.tap.data in set(Tap) else None,
            client_ref=self.ref,
        )


class AgainForm(RaiserForm):
    """The same matter raised again."""

    checked = ("raising_detail",)


class EditConcernForm(WordingForm):
    """The words of a concern."""

    checked = ("title", "detail", "place", "public_said")

    title = TextField(_l("What is the matter, in a line"), [Required("Say what the matter is, in a line")], longest=200)
    category = SelectField(_l("What it is about"), validate_choice=False)
    asb_type = SelectField(_l("If it is anti-social behaviour"), validate_choice=False)
    place = TextField(_l("Street or place"), longest=200)
    detail = LongTextField(_l("More about it, for the team alone"))
    public_said = LongTextField(_l("You said: the wording for everybody"))
    sensitive = BooleanField(_l("OFFICIAL-SENSITIVE: for its owner, who recorded it, and sergeants"))
    reason = TextField(_l("Why it is changed"), longest=300)
    version = HiddenField()

    def offer(self) -> None:
        """Fills the lists."""
        self.category.choices = options(labels(Category))
        self.asb_type.choices = options([("", _("It is not, or not known")), *labels(AsbType)])

    def draft(self, concern: Concern) -> ConcernEdit:
        """What should stand."""
        return ConcernEdit(
            concern_id=concern.id,
            version=number_of(self.version.data) or 0,
            title=self.title.data or "",
            category=self.category.data or "",
            asb_type=self.asb_type.data or None,
            detail=self.detail.data or "",
            place=self.place.data or "",
            sensitive=bool(self.sensitive.data),
            public_said=self.public_said.data or "",
            override_reason=self.over_warning,
            reason=self.reason.data or "",
        )


class AsideForm(WordingForm):
    """How a concern ends beside the work on it."""

    checked = ("reason",)

    end = RadioField(_l("How does it end?"), choices=[], validate_choice=False)
    reason = TextField(_l("With whom, where, or why"), longest=300)
    same_as_id = SelectField(_l("The same as"), coerce=number_of, validate_choice=False)
    version = HiddenField()

    def offer(self, others: Iterable[OpenConcern]) -> None:
        """Fills the lists: the ends, and the open concerns near by."""
        self.end.choices = options(labels(PICKED))
        self.same_as_id.choices = options([("", _("Choose a concern")), *((c.id, c.title) for c in others)])

    def draft(self, concern_id: int) -> AsideDraft:
        """The end that was chosen."""
        if self.end.data not in set(PICKED):
            raise Refused("Say how it ends", field="end")
        return AsideDraft(
            concern_id=concern_id,
            version=number_of(self.version.data),
            end=SideEnd(self.end.data),
            reason=self.reason.data or "",
            same_as_id=self.same_as_id.data,
        )


class GiveForm(Form):
    """Who looks after a concern."""

    officer_id = SelectField(_l("Give it to"), coerce=number_of, validate_choice=False)

    def offer(self, officers: Choices) -> None:
        """Fills the list."""
        self.officer_id.choices = options([("", _("Choose an officer")), *officers])


class ReasonForm(Form):
    """Why something is withdrawn, taken back or taken up again."""

    reason = TextField(_l("Why"), longest=300)


class RecourseForm(Form):
    """How a raiser was told what they can do about a late answer; each way is a button."""

    how = TextField(_l("How are they told?"), longest=300)
