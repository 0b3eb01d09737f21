"""The layout of a spreadsheet of groups: its columns, what each may hold, an example, and the names that others give them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from engagement.core.names import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name in the layout, what it holds, an example, and other headings it is known by."""

    name: str
    holds: str
    example: str
    known_as: tuple[str, ...] = ()


COLUMNS = (
    Column(
        name="group", holds="Name of the group. Another row with the same name adds another contact.", example="Elm Green Stroke Club",
        known_as=("name", "group name", "organisation", "organisation name", "club", "charity name", "establishmentname", "tradingas"),
    ),
    Column(name="kind", holds="As in the register, such as “Sports club”. Empty is “Other community”.", example="Health or support group", known_as=("type",)),
    Column(
        name="neighbourhood", holds="Name or police.uk id. Empty: found by the postcode, else the one chosen with the file.",
        example="", known_as=("neighbourhood name", "beat"),
    ),
    Column(name="address", holds="Where it meets", example="Village hall, Elm Green", known_as=("venue", "place", "charity contact address")),
    Column(name="postcode", holds="Such as BH22 9HX", example="", known_as=("post code", "charity contact postcode")),
    Column(name="website", holds="Web address", example="https://elm-green-stroke-club.example", known_as=("web", "websiteaddress", "charity contact web")),
    Column(name="about", holds="What they do and when they meet. No names of people.", example="First Tuesday, 2pm", known_as=("notes", "activities", "charity activities")),
    Column(name="owner", holds="Collar number of the officer who looks after it", example="", known_as=("owner collar number", "collar number", "pcso")),
    Column(name="may be named", holds="In public: yes or no. Empty: as usual for its kind.", example="no", known_as=("name in public",)),
    Column(name="speak to the sergeant first", holds="yes or no", example="no", known_as=("sergeant first",)),
    Column(name="characteristics", holds="Communities it speaks for, with semicolons between them", example="Disabled people; Older people", known_as=("speaks for",)),
    Column(name="contact name", holds="Who speaks for it", example="Asha Merrow", known_as=("contact person",)),
    Column(name="contact role", holds="Such as clerk, chair, coordinator", example="chair", known_as=("role",)),
    Column(name="telephone", holds="Telephone number", example="01632 960123", known_as=("phone", "tel", "charity contact phone")),
    Column(name="mobile", holds="Mobile number", example="07700 900123", known_as=("mobile phone",)),
    Column(name="email", holds="E-mail address", example="chair@elm-green-stroke-club.example", known_as=("e mail", "mail", "scupreferredemail", "charity contact email")),
    Column(name="contact details", holds="Telephone, mobile and e-mail mixed in one cell, where they are not apart", example="", known_as=("contact",)),
    Column(name="preferred", holds="Ways to reach them, best first: mobile; email; telephone; visit; post", example="mobile; email", known_as=("channels",)),
    Column(name="best times", holds="When to reach them", example="mornings", known_as=()),
    Column(name="language", holds="Where it is not English", example="", known_as=()),
    Column(name="access needs", holds="What makes it easier for them", example="", known_as=()),
    Column(name="level", holds="inform, consult, involve, collaborate or empower. Empty is consult.", example="involve", known_as=("level of interaction",)),
    Column(name="frequency", holds="Such as monthly, every 6 weeks, termly, on request. Empty is quarterly, assumed.", example="monthly", known_as=("how often",)),
    Column(name="agreed with", holds="Who agreed it. Empty: the frequency is assumed, and spread out.", example="Asha Merrow", known_as=()),
    Column(name="agreed on", holds="When, such as 27/11/2025", example="03/09/2026", known_as=()),
    Column(name="last contact", holds="The day of the last contact before the diary, such as 27/11/2025. It counts.", example="14/10/2026", known_as=("last contacted", "last seen")),
)  # fmt: skip

_BY_HEADING = {fold(heading): column.name for column in COLUMNS for heading in (column.name, *column.known_as)}


def column_called(heading: str) -> str | None:
    """The column of the layout that a heading means; None for one that the layout does not have."""
    return _BY_HEADING.get(fold(heading.replace("_", " ")))


def layout_csv(neighbourhood: str) -> bytes:
    """The layout as a file with one example row, which can be filled in and brought back."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column.name for column in COLUMNS])
    writer.writerow([neighbourhood if column.name == "neighbourhood" else column.example for column in COLUMNS])
    return out.getvalue().encode("utf-8-sig")
