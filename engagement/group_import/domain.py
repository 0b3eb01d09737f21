"""A spreadsheet of groups, read row by row into a plan of what would be made and filled in: pure rules, no register asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from engagement.core.names import fold
from engagement.groups.drafts import AgreementDraft, ContactDraft, GroupDraft
from engagement.groups.frequency import Frequency, Months, OnRequest, cadence, next_after

FILLABLE = ("address", "postcode", "website", "about")  # texts of a group that are filled in where the register has none
REACH = ("role", "telephone", "mobile", "email", "best_times", "language", "access_needs")  # the same of a contact


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """What is wrong with one cell, in a sentence."""

    number: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row of the file says. `said` names the columns that it fills."""

    number: int
    group: GroupDraft
    agreement: AgreementDraft
    contact: ContactDraft | None
    last_contact: date | None
    said: frozenset[str]

    @property
    def key(self) -> tuple[int, str]:
        """What makes it the same group: its neighbourhood and its folded name."""
        return self.group.neighbourhood_id, fold(self.group.name)[:200]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A contact of the register: which of its texts are filled."""

    id: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A group of the register, as far as a row can add to it."""

    id: int
    name: str
    texts: Mapping[str, str]
    assumed: bool
    first_due_on: date | None
    last_on: date | None
    contacts: Mapping[str, Known]  # by folded name, or by e-mail where no name is known
    one_contact_only: bool = False
    readable: bool = True  # whether whoever takes the file in may read its diary: an administrator may not
    within_reach: bool = True  # whether they may add to it


@dataclass(slots=True, kw_only=True)
class Make:
    """A group that would be made, with its contacts and the day of its last contact."""

    row: int
    group: GroupDraft
    contacts: list[ContactDraft] = field(default_factory=list)
    last_contact: date | None = None

    @property
    def how_often(self) -> str:
        """The frequency in words."""
        agreement = self.group.agreement or AgreementDraft()
        return Frequency(agreement.frequency).say(agreement.every)


@dataclass(slots=True, kw_only=True)
class Change:
    """What would be added to a group of the register; nothing that somebody wrote there is ever written over."""

    row: int
    group_id: int
    name: str
    fill: dict[str, str] = field(default_factory=dict)
    contacts: list[ContactDraft] = field(default_factory=list)
    fill_contacts: dict[int, dict[str, str]] = field(default_factory=dict)
    agreement: AgreementDraft | None = None
    last_contact: date | None = None
    readable: bool = True

    @property
    def empty(self) -> bool:
        """Whether it would add nothing."""
        return not self.says

    @property
    def says(self) -> list[str]:
        """What would be added, in words; for who may read the group."""
        words = [f"fill in {name}" for name in self.fill]
        words += [f"add {contact.name}" for contact in self.contacts]
        words += [f"fill in a contact's {', '.join(n.replace('_', ' ') for n in texts)}" for texts in self.fill_contacts.values()]
        words += ["take over the agreement"] if self.agreement else []
        return words + (["add the last contact"] if self.last_contact else [])


@dataclass(slots=True, kw_only=True)
class Plan:
    """What a file would do. With an error in any row nothing of it is done."""

    makes: list[Make] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    unread: list[Change] = field(default_factory=list)  # groups that are there and not the actor's to read, changed or not
    errors: list[RowError] = field(default_factory=list)
    left_out: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it would change nothing."""
        return not (self.makes or self.changes)

    @property
    def nothing_to_show(self) -> bool:
        """Whether there is nothing to do as far as the reader may know: of groups they may not read it is never told."""
        return self.empty and not self.unread

    @property
    def assumed(self) -> int:
        """How many groups would be made with a frequency that nobody agreed."""
        return sum(1 for made in self.makes if made.group.agreement is None or made.group.agreement.assumed)

    @property
    def mark(self) -> str:
        """A fingerprint of what is planned: the same plan, the same mark."""
        return hashlib.sha256(repr((self.makes, self.changes, self.same)).encode()).hexdigest()[:32]


def plan(rows: Sequence[Row], register: Mapping[tuple[int, str], Existing], errors: Sequence[RowError] = (), *, today: date) -> Plan:
    """What the rows would make and add. Rows of one group are taken together, the first for its own facts."""
    made: dict[tuple[int, str], Make] = {}
    changes: dict[tuple[int, str], Change] = {}
    found = Plan(errors=list(errors))
    for row in rows:
        if (there := register.get(row.key)) is not None:
            name = there.name if there.readable else row.group.name
            change = changes.setdefault(row.key, Change(row=row.number, group_id=there.id, name=name, readable=there.readable))
            problem = _add_to(change, there, row)
        elif row.key not in made:
            agreement = spread(row.agreement, row.key, today) if row.agreement.assumed else row.agreement
            made[row.key] = Make(
                row=row.number,
                group=replace(row.group, agreement=agreement),
                contacts=[row.contact] if row.contact else [],
                last_contact=row.last_contact,
            )
            problem = None
        else:
            problem = _join(made[row.key], row)
        if problem is not None:
            found.errors.append(problem)
    found.makes = list(made.values())
    found.changes = [change for change in changes.values() if change.says]
    found.same = len(changes) - len(found.changes)
    found.unread = [change for change in changes.values() if not change.readable]
    found.errors.sort(key=lambda e: e.number)
    return found


def spread(agreement: AgreementDraft, key: tuple[int, str], today: date) -> AgreementDraft:
    """The same assumed agreement with a day for the first contact, somewhere in its first interval, the same for the same group.

    So a file of two hundred groups does not fall due on one Monday.
    """
    frequency = Frequency(agreement.frequency)
    rhythm = cadence(frequency, agreement.every)
    if isinstance(rhythm, OnRequest):
        return agreement
    interval = 91 if not isinstance(rhythm, Months) and frequency in _BY_TERM else _interval(frequency, agreement.every, today)
    chance = int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:8], "big")
    return replace(agreement, first_due_on=today + timedelta(days=1 + chance % interval))


_BY_TERM = (Frequency.TERMLY, Frequency.HALF_TERMLY, Frequency.PER_MEETING)


def _interval(frequency: Frequency, every: int | None, today: date) -> int:
    after = next_after(cadence(frequency, every), today, (), ())
    return max((after - today).days, 1) if after else 91


def _join(make: Make, row: Row) -> RowError | None:
    """A further row of a group that the file makes: another contact, and nothing that contradicts the first row."""
    for name in ("kind", *FILLABLE):
        mine, theirs = getattr(make.group, name), getattr(row.group, name)
        if name in row.said and mine and theirs and mine != theirs:
            return RowError(number=row.number, column=name, sentence=f"{name.capitalize()} differs from row {make.row}, the same group")
    if row.contact is not None and not _known_among(row.contact, make.contacts):
        if make.group.kind == "key_individual" and make.contacts:
            return RowError(number=row.number, column="contact name", sentence="A key individual is one person, with one contact")
        make.contacts.append(row.contact)
    make.last_contact = max(filter(None, (make.last_contact, row.last_contact)), default=None)
    return None


def _add_to(change: Change, there: Existing, row: Row) -> RowError | None:
    if not there.within_reach:
        return RowError(
            number=row.number, column="group", sentence="Another team looks after this group: ask its sergeant to take the row in"
        )
    for name in FILLABLE:
        if name in row.said and not there.texts.get(name):
            change.fill.setdefault(name, getattr(row.group, name))
    if there.assumed and not row.agreement.assumed:
        change.agreement = row.agreement
    if row.last_contact and (there.last_on is None or row.last_contact > there.last_on):
        change.last_contact = max(filter(None, (change.last_contact, row.last_contact)))
    if row.contact is None:
        return None
    known = there.contacts.get(contact_key(row.contact))
    if known is not None:
        blanks = {n: getattr(row.contact, n) for n in REACH if getattr(row.contact, n) and not known.texts.get(n)}
        if blanks:
            change.fill_contacts[known.id] = blanks | change.fill_contacts.get(known.id, {})
    elif not _known_among(row.contact, change.contacts):
        if there.one_contact_only and (there.contacts or change.contacts):
            if not there.readable:
                return None  # to say why would say who is known
            return RowError(number=row.number, column="contact name", sentence="A key individual is one person, with one contact")
        change.contacts.append(row.contact)
    return None


def contact_key(contact: ContactDraft) -> str:
    """What makes it the same contact of a group: the folded name."""
    return fold(contact.name)[:120]


def _known_among(contact: ContactDraft, others: Sequence[ContactDraft]) -> bool:
    return any(contact_key(other) == contact_key(contact) for other in others)
