"""Reads the rows of a sheet into what they say, gathering what is wrong cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from engagement.core.dates import read_date
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.group_import.columns import column_called
from engagement.group_import.domain import Row, RowError
from engagement.group_import.words import (
    NOTHING,
    read_channels,
    read_characteristics,
    read_frequency,
    read_kind,
    read_level,
    read_yes,
)
from engagement.groups.channels import read_email, read_postcode, read_telephone, split_reach
from engagement.groups.domain import Level
from engagement.groups.drafts import AgreementDraft, ContactDraft, GroupDraft
from engagement.groups.frequency import Frequency

OLDEST = date(2000, 1, 1)
MOST_ERRORS = 200
Read = TypeVar("Read")
_COLUMN_OF = {  # a draft's field, where its column has another name
    "neighbourhood_id": "neighbourhood", "owner_id": "owner", "name": "group", "every": "frequency", "agreed_with": "agreed with",
    "agreed_on": "agreed on", "best_times": "best times", "access_needs": "access needs", "channels": "preferred",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What a row may name: neighbourhoods by folded name, slug or police.uk id, postcodes, officers by collar number."""

    neighbourhoods: Mapping[str, int]
    postcodes: Mapping[str, int] = field(default_factory=dict)
    officers: Mapping[str, int] = field(default_factory=dict)
    usual: int | None = None  # the neighbourhood chosen with the file
    open_to: frozenset[int] | None = None  # those for which rows may be taken in; None for all


def headings(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int], tuple[str, ...]]:
    """The index of the row that names the columns, the place of each column, and the headings that the layout does not have."""
    for index, row in enumerate(rows[:10]):
        columns: dict[str, int] = {}
        unknown = []
        for place, heading in enumerate(row):
            name = column_called(heading)
            if name is None:
                unknown += [heading] if heading else []
            else:
                columns.setdefault(name, place)
        if "group" in columns:
            return index, columns, tuple(unknown)
    raise Refused("No column is called “group”: use the headings of the layout", field="file")


def read_rows(rows: Sequence[Sequence[str]], places: Places, today: date) -> tuple[list[Row], list[RowError], tuple[str, ...]]:
    """What the rows say, what is wrong with them, and the columns that are left out. Raises Refused without a group column."""
    index, columns, unknown = headings(rows)
    found: list[Row] = []
    errors: list[RowError] = []
    for number, cells in enumerate(rows[index + 1 :], start=index + 2):
        row = _Reader(number, {name: cells[at] for name, at in columns.items() if at < len(cells) and fold(cells[at]) not in NOTHING})
        if row.cells:
            said = row.read(places, today)
            errors += row.errors
            found += [said] if said is not None and not row.errors else []
        if len(errors) > MOST_ERRORS:
            break
    return found, errors, unknown


class _Reader:
    """One row while it is read: its cells that say something, and what is wrong with them."""

    def __init__(self, number: int, cells: dict[str, str]) -> None:
        self.number = number
        self.cells = cells
        self.errors: list[RowError] = []

    def read(self, places: Places, today: date) -> Row | None:
        """What the row says, or None where a part of it makes no sense."""
        group = self._checked(lambda: self._group(places).checked(), "group")
        agreement = self._checked(lambda: self._agreement().checked(today), "frequency")
        contact = self._checked(self._contact, "contact name")
        last = self._cell("last contact", lambda text: _past(text, today), None)
        if group is None or agreement is None or self.errors:
            return None
        said = frozenset(self.cells)
        return Row(number=self.number, group=group, agreement=agreement, contact=contact, last_contact=last, said=said)

    def _group(self, places: Places) -> GroupDraft:
        return GroupDraft(
            name=self.cells.get("group", ""),
            kind=self._cell("kind", read_kind, "other"),
            neighbourhood_id=self._neighbourhood(places),
            owner_id=self._cell("owner", lambda text: _officer(text, places), None),
            may_be_named=self._cell("may be named", read_yes, None),
            sergeant_first=self._cell("speak to the sergeant first", read_yes, default=False),
            characteristics=self._cell("characteristics", read_characteristics, ()),
            address=self.cells.get("address", ""),
            postcode=self.cells.get("postcode", ""),
            website=" ".join(self.cells.get("website", "").split()[:1]),  # where a cell holds two, the first
            about=self.cells.get("about", ""),
        )

    def _neighbourhood(self, places: Places) -> int:
        found = self._named_place(places)
        if found and places.open_to is not None and found not in places.open_to:
            self._wrong("neighbourhood", "That is not a neighbourhood of your teams: its own sergeant takes this row in")
        return found

    def _named_place(self, places: Places) -> int:
        named = self.cells.get("neighbourhood")
        if named is not None:
            found = places.neighbourhoods.get(fold(named[:200]))
            if found is None:
                self._wrong("neighbourhood", f"There is no neighbourhood called “{named[:60]}”")
            return found or 0
        postcode = self._cell("postcode", lambda text: read_postcode(text, field="postcode"), "")
        at = places.postcodes.get(postcode) or places.usual
        if at is None and not self.errors:
            self._wrong("neighbourhood", "Name the neighbourhood, or choose one for the whole file")
        return at or 0

    def _agreement(self) -> AgreementDraft:
        quarterly: tuple[Frequency, int | None] = (Frequency.QUARTERLY, None)
        frequency, every = self._cell("frequency", read_frequency, quarterly)
        agreed_on = self._cell("agreed on", read_date, None)
        agreed = "agreed with" in self.cells or "agreed on" in self.cells
        if agreed and "frequency" not in self.cells:
            self._wrong("frequency", "Say how often, as it was agreed")
        return AgreementDraft(
            level=self._cell("level", read_level, Level.CONSULT).value,
            frequency=frequency.value,
            every=every,
            assumed=not agreed,
            agreed_with=self.cells.get("agreed with", ""),
            agreed_on=agreed_on,
            starts_on=max(agreed_on, OLDEST) if agreed_on else None,
        )

    def _contact(self) -> ContactDraft | None:
        mixed = split_reach(self.cells.get("contact details", ""))
        reach = {name: self.cells.get(name) or mixed.get(name, "") for name in ("telephone", "mobile", "email")}
        if reach["telephone"].replace(" ", "").startswith(("07", "+447")) and not reach["mobile"]:
            reach = reach | {"telephone": "", "mobile": reach["telephone"]}
        name = self.cells.get("contact name") or _name_left(mixed.get("left", ""))
        if not name and not any(reach.values()):
            return None
        known = len(self.errors)
        self._checked(lambda: read_telephone(reach["telephone"], field="telephone"), "telephone")
        self._checked(lambda: read_telephone(reach["mobile"], field="mobile", what="Mobile"), "mobile")
        self._checked(lambda: read_email(reach["email"], field="email"), "email")
        if len(self.errors) > known:  # each of them is said, so that the file is mended once
            return None
        draft = ContactDraft(
            name=name or "Whoever answers",
            role=self.cells.get("contact role", ""),
            telephone=reach["telephone"],
            mobile=reach["mobile"],
            email=reach["email"],
            channels=self._cell("preferred", read_channels, ()),
            best_times=self.cells.get("best times", ""),
            language=self.cells.get("language", ""),
            access_needs=self.cells.get("access needs", ""),
        ).checked()
        return replace(draft, gets_letters=bool(draft.email))

    def _cell(self, column: str, read: Callable[[str], Read], default: Read) -> Read:
        text = self.cells.get(column)
        if text is None:
            return default
        try:
            return read(text)
        except Refused as refusal:
            self._wrong(column, str(refusal))
            return default

    def _checked(self, make: Callable[[], Read], column: str) -> Read | None:
        try:
            return make()
        except Refused as refusal:
            where = _COLUMN_OF.get(refusal.field or "", refusal.field or column)
            self._wrong("contact name" if column == "contact name" and where == "group" else where, str(refusal))
            return None

    def _wrong(self, column: str, sentence: str) -> None:
        if not any(e.column == column for e in self.errors):
            self.errors.append(RowError(number=self.number, column=column, sentence=sentence))


def _name_left(text: str) -> str:
    """A name beside the numbers of a mixed cell, if what is left looks like one."""
    return text if 3 <= len(text) <= 60 and fold(text) not in NOTHING and not any(c.isdigit() or c in "@:/" for c in text) else ""


def _officer(text: str, places: Places) -> int:
    found = places.officers.get(fold(text[:40]))
    if found is None:
        raise Refused("There is no officer with the collar number {text}", text=text[:40])
    return found


def _past(text: str, today: date) -> date:
    day = read_date(text)
    if not OLDEST <= day <= today:
        raise Refused("Date must be today or in the past, and not before 2000")
    return day
