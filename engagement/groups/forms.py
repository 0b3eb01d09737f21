"""Forms of the register: a group, a contact, an agreement, a pause, who owns it, why it is dormant."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField

from engagement.core.dates import read_date
from engagement.core.errors import Refused
from engagement.core.ids import is_ref, new_ref, whole_number
from engagement.groups.channels import Channel
from engagement.groups.domain import Level
from engagement.groups.drafts import AgreementDraft, ContactDraft, GroupDraft
from engagement.groups.frequency import LARGEST_EVERY, Frequency
from engagement.groups.models import Contact, ContactAgreement, Group
from engagement.groups.vocabulary import characteristics, kinds
from engagement.web.forms import DayField, Form, LongTextField, TextField, options

Choices = list[tuple[int, str]]


def _number(text: Any) -> int | None:
    """What a list sends, as a key; the service refuses what is not there with a sentence of its own."""
    return whole_number(str(text)) if text is not None else None


class GroupForm(Form):
    """A group's own facts."""

    name = TextField(_l("Name"), longest=200)
    kind = SelectField(_l("Kind"), validate_choice=False)
    neighbourhood_id = SelectField(_l("Neighbourhood"), coerce=_number, validate_choice=False)
    owner_id = SelectField(_l("Owner"), coerce=_number, validate_choice=False)
    may_be_named = RadioField(_l("May it be named in public?"), validate_choice=False)
    sergeant_first = BooleanField(_l("Speak to the sergeant before visiting"))
    sensitive = BooleanField(_l("OFFICIAL-SENSITIVE: for its owner and sergeants only"))
    about = LongTextField(_l("About"), longest=4000)
    address = LongTextField(_l("Where it meets"), longest=500)
    postcode = TextField(_l("Postcode"), longest=20)
    website = TextField(_l("Website"), longest=300)
    characteristics = SelectMultipleField(_l("Communities it speaks for"), validate_choice=False)
    spans = SelectMultipleField(_l("Also in"), coerce=_number, validate_choice=False)
    version = HiddenField()
    client_ref = HiddenField()

    def offer(self, neighbourhoods: Choices, officers: Choices, *, new: bool) -> None:
        """Fills the lists; a new group may be named as its kind usually is."""
        usual = [("", _("As usual for its kind: councils and schools yes, others no"))] if new else []
        self.may_be_named.choices = options([*usual, ("yes", _("Yes")), ("no", _("No"))])
        self.kind.choices = options([("", _("Choose")), *kinds().items()])
        self.neighbourhood_id.choices = options([("", _("Choose")), *neighbourhoods])
        self.owner_id.choices = options([("", _("Nobody yet")), *officers])
        self.characteristics.choices = options(list(characteristics().items()))
        self.spans.choices = options(neighbourhoods)
        if self.may_be_named.data is None:
            self.may_be_named.data = ""
        self.client_ref.data = self.client_ref.data if is_ref(self.client_ref.data or "") else new_ref()

    def show(self, group: Group, spans: list[int], speaks_for: list[str]) -> None:
        """Puts a group's facts into an empty form."""
        for name in (
            "name",
            "kind",
            "neighbourhood_id",
            "owner_id",
            "sergeant_first",
            "sensitive",
            "about",
            "address",
            "postcode",
            "website",
        ):
            self[name].data = getattr(group, name)
        self.may_be_named.data = "yes" if group.may_be_named else "no"
        self.spans.data, self.characteristics.data = spans, speaks_for
        self.version.data = str(group.version)

    def draft(self, *, agreement: AgreementDraft | None = None) -> GroupDraft:
        """What was typed."""
        return GroupDraft(
            name=self.name.data or "",
            kind=self.kind.data or "",
            neighbourhood_id=self.neighbourhood_id.data or 0,
            owner_id=self.owner_id.data,
            may_be_named={"yes": True, "no": False}.get(self.may_be_named.data or ""),
            sergeant_first=bool(self.sergeant_first.data),
            sensitive=bool(self.sensitive.data),
            about=self.about.data or "",
            address=self.address.data or "",
            postcode=self.postcode.data or "",
            website=self.website.data or "",
            characteristics=tuple(self.characteristics.data or ()),
            spans=tuple(i or 0 for i in self.spans.data or ()),
            client_ref=self.client_ref.data or None,
            agreement=agreement,
        )


class AgreementForm(Form):
    """How much and how often a group wants to be in touch."""

    level = RadioField(
        _l("What does it want of us?"), validate_choice=False, choices=options((v.value, f"{v.label}: “{v.phrase}”") for v in Level)
    )
    frequency = SelectField(_l("How often"), validate_choice=False, choices=options((f.value, f.label) for f in Frequency))
    every = TextField(_l("Number, for “every ...”"), longest=10)
    dates = LongTextField(_l("Meeting dates, for “every meeting”"), longest=2000)
    longest_days = TextField(_l("Longest gap, in days"), longest=10)
    basis = RadioField(
        _l("Was it agreed with them?"),
        choices=options([("agreed", _l("Agreed")), ("assumed", _l("Assumed for now"))]),
        validate_choice=False,
    )
    agreed_with = TextField(_l("Agreed with"), longest=200)
    agreed_on = DayField(_l("Agreed on"))
    replaces = HiddenField()

    def show_agreement(self, row: ContactAgreement | None) -> None:
        """Puts the agreement in force into an empty form."""
        self.level.data = row.level if row else Level.CONSULT.value
        self.frequency.data = row.frequency if row else Frequency.QUARTERLY.value
        self.basis.data = "assumed" if row is None or row.assumed else "agreed"
        if row is None:
            return
        self.every.data = str(row.every or "")
        self.longest_days.data = str(row.longest_days or "")
        self.dates.data = "\n".join(_typed(date.fromisoformat(day)) for day in row.dates or ())
        self.agreed_with.data, self.agreed_on.data, self.replaces.data = row.agreed_with, row.agreed_on, str(row.id)

    def agreement(self) -> AgreementDraft:
        """What was typed; Refused beside a field that is no number or no date."""
        frequency = self.frequency.data or ""
        counted = frequency in LARGEST_EVERY
        return AgreementDraft(
            level=self.level.data or "",
            frequency=frequency,
            every=_whole(self.every.data, "every", _("Number")) if counted else None,
            longest_days=_whole(self.longest_days.data, "longest_days", _("Longest gap")),
            dates=_read_dates(self.dates.data or "") if frequency == Frequency.PER_MEETING else (),
            assumed=self.basis.data != "agreed",
            agreed_with=self.agreed_with.data or "",
            agreed_on=self.agreed_on.data,
        )


class NewGroupForm(GroupForm, AgreementForm):
    """A group that is not in the register yet, with its agreement."""


def _whole(text: str | None, field: str, what: str) -> int | None:
    typed = (text or "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit()):
        raise Refused("{what} must be a whole number, such as 6", field=field, what=what)
    return int(typed)


def _read_dates(text: str) -> tuple[date, ...]:
    """Dates one on a line, or with commas between them."""
    lines = [part.strip() for part in text.replace(",", "\n").splitlines()]
    found = []
    for line in [line for line in lines if line][:100]:
        try:
            found.append(read_date(line, field="dates"))
        except Refused as refusal:
            raise Refused("{line}: {why}", field="dates", line=line[:40], why=str(refusal)) from None
    return tuple(found)


def _typed(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


class ContactForm(Form):
    """Somebody who speaks for a group."""

    name = TextField(_l("Name"), longest=120)
    role = TextField(_l("Role"), longest=80)
    telephone = TextField(_l("Telephone"), longest=60)
    mobile = TextField(_l("Mobile"), longest=60)
    email = TextField(_l("E-mail"), longest=254)
    first = SelectField(_l("Best way to reach them"), validate_choice=False)
    second = SelectField(_l("Second way"), validate_choice=False)
    third = SelectField(_l("Third way"), validate_choice=False)
    do_not_contact = BooleanField(_l("Do not contact"))
    gets_letters = BooleanField(_l("Gets the monthly “You said, we did” by e-mail"))
    best_times = TextField(_l("Best times"), longest=200)
    language = TextField(_l("Language"), longest=60)
    access_needs = TextField(_l("Access needs"), longest=200)
    version = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.first, self.second, self.third):
            field.choices = options([("", "–"), *((c.value, c.label) for c in Channel)])

    def show(self, contact: Contact) -> None:
        """Puts a contact's facts into an empty form."""
        for name in ContactDraft.__dataclass_fields__:
            if name != "channels":
                self[name].data = getattr(contact, name)
        for field, channel in zip((self.first, self.second, self.third), contact.channels, strict=False):
            field.data = channel
        self.version.data = str(contact.version)

    def draft(self) -> ContactDraft:
        """What was typed."""
        ways = [field.data for field in (self.first, self.second, self.third) if field.data]
        plain = {n: self[n].data for n in ContactDraft.__dataclass_fields__ if n != "channels"}
        return ContactDraft(**plain, channels=tuple(dict.fromkeys(ways)))


class PauseForm(Form):
    """A time in which a group is not due."""

    starts_on = DayField(_l("From"))
    until = DayField(_l("Last day"))
    reason = LongTextField(_l("Why"), longest=500)


class DormantForm(Form):
    """Why a group is no longer contacted."""

    reason = LongTextField(_l("Why"), longest=500)


class OwnerForm(Form):
    """Who looks after a group."""

    owner_id = SelectField(_l("Owner"), coerce=_number, validate_choice=False)

    def offer(self, officers: Choices) -> None:
        """Fills the list."""
        self.owner_id.choices = options([("", _("Nobody yet")), *officers])
