"""What somebody asks the register to keep, before it is checked: drafts of a group, a contact, an agreement, a pause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from engagement.core.errors import Refused
from engagement.core.texts import clean_text, one_line
from engagement.groups.channels import Channel, read_email, read_postcode, read_telephone, read_website
from engagement.groups.domain import Level
from engagement.groups.frequency import Frequency, check_frequency
from engagement.groups.vocabulary import characteristics, kinds

MOST_DATES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDraft:
    """How much and how often a group wants to be in touch.

    Agreed needs `agreed_with` and `agreed_on`; assumed needs neither. `starts_on` None is today.
    `first_due_on` spreads out the first contact of an assumed one.
    """

    level: str = Level.CONSULT.value
    frequency: str = Frequency.QUARTERLY.value
    every: int | None = None
    longest_days: int | None = None
    dates: tuple[date, ...] = ()
    assumed: bool = True
    agreed_with: str = ""
    agreed_on: date | None = None
    starts_on: date | None = None
    first_due_on: date | None = None

    def checked(self, today: date) -> AgreementDraft:
        """The same, made fit to keep; Refused where it makes no sense."""
        if self.level not in list(Level):
            raise Refused("Choose a level", field="level")
        if self.frequency not in list(Frequency):
            raise Refused("Choose how often", field="frequency")
        frequency = Frequency(self.frequency)
        check_frequency(frequency, self.every, self.longest_days)
        if len(self.dates) > MOST_DATES:
            raise Refused("List at most {most} meeting dates", field="dates", most=MOST_DATES)
        agreed_with = one_line(self.agreed_with, longest=200, field="agreed_with", what="Agreed with")
        if not self.assumed:
            if not agreed_with:
                raise Refused("Say with whom it was agreed, or that it is assumed", field="agreed_with")
            if self.agreed_on is None:
                raise Refused("Say when it was agreed", field="agreed_on")
            if self.agreed_on > today:
                raise Refused("Date must be today or in the past", field="agreed_on")
        if self.starts_on is not None and self.starts_on > today:
            raise Refused("Date must be today or in the past", field="starts_on")
        return replace(
            self,
            every=self.every if frequency.counted else None,
            dates=tuple(sorted(set(self.dates))) if frequency is Frequency.PER_MEETING else (),
            agreed_with="" if self.assumed else agreed_with,
            agreed_on=None if self.assumed else self.agreed_on,
            first_due_on=self.first_due_on if self.assumed else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDraft:
    """A group of the register. `may_be_named` None asks for what its kind is by default, `agreement` None for an assumed one."""

    name: str
    kind: str
    neighbourhood_id: int
    owner_id: int | None = None
    may_be_named: bool | None = None
    spans: tuple[int, ...] = ()
    characteristics: tuple[str, ...] = ()
    sergeant_first: bool = False
    sensitive: bool = False
    to_confirm: bool = False
    about: str = ""
    address: str = ""
    postcode: str = ""
    website: str = ""
    latitude: float | None = None
    longitude: float | None = None
    agreement: AgreementDraft | None = None
    client_ref: str | None = None

    def checked(self) -> GroupDraft:
        """The same with its texts cleaned; Refused where one does not fit or a word is not in the vocabulary."""
        name = one_line(self.name, longest=200, field="name", what="Name")
        if not any(c.isalnum() for c in name):
            raise Refused("Enter the group's name", field="name")
        if self.kind not in kinds():
            raise Refused("Choose what kind of group it is", field="kind")
        if unknown := set(self.characteristics) - set(characteristics()):
            raise Refused("There is no community called {name}", field="characteristics", name=sorted(unknown)[0][:40])
        return replace(
            self,
            name=name,
            spans=tuple(sorted(set(self.spans) - {self.neighbourhood_id})),
            characteristics=tuple(sorted(set(self.characteristics))),
            about=clean_text(self.about, longest=4000, field="about", what="About"),
            address=clean_text(self.address, longest=500, field="address", what="Address"),
            postcode=read_postcode(self.postcode, field="postcode"),
            website=read_website(self.website, field="website"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A person who speaks for a group; `channels` best first."""

    name: str
    role: str = ""
    telephone: str = ""
    mobile: str = ""
    email: str = ""
    channels: tuple[str, ...] = ()
    do_not_contact: bool = False
    gets_letters: bool = True
    best_times: str = ""
    language: str = ""
    access_needs: str = ""

    def checked(self) -> ContactDraft:
        """The same with its texts cleaned, and a channel for each way there is when none was chosen."""
        name = one_line(self.name, longest=120, field="name", what="Name")
        if not name:
            raise Refused("Enter the contact's name", field="name")
        ways = {
            Channel.TELEPHONE: read_telephone(self.telephone, field="telephone"),
            Channel.MOBILE: read_telephone(self.mobile, field="mobile", what="Mobile"),
            Channel.EMAIL: read_email(self.email, field="email"),
        }
        if unknown := [c for c in self.channels if c not in list(Channel)]:
            raise Refused("There is no way called {name}", field="channels", name=unknown[0][:40])
        for channel in dict.fromkeys(Channel(c) for c in self.channels):
            if channel in ways and not ways[channel]:
                raise Refused(_WITHOUT[channel], field=channel.value)
        chosen = dict.fromkeys(self.channels) or [c.value for c, value in ways.items() if value]
        return replace(
            self,
            name=name,
            role=one_line(self.role, longest=80, field="role", what="Role"),
            telephone=ways[Channel.TELEPHONE],
            mobile=ways[Channel.MOBILE],
            email=ways[Channel.EMAIL],
            channels=tuple(chosen),
            best_times=one_line(self.best_times, longest=200, field="best_times", what="Best times"),
            language=one_line(self.language, longest=60, field="language", what="Language"),
            access_needs=one_line(self.access_needs, longest=200, field="access_needs", what="Access needs"),
        )


_WITHOUT = {
    Channel.TELEPHONE: "Enter a telephone number, or do not list it as a way to reach them",
    Channel.MOBILE: "Enter a mobile number, or do not list it as a way to reach them",
    Channel.EMAIL: "Enter an e-mail address, or do not list it as a way to reach them",
}
