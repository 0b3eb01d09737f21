"""Telephone numbers, e-mail addresses, postcodes and websites: read as people type them, kept in one form, linked in one tap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, urlsplit

from engagement.core.errors import Refused
from engagement.core.texts import one_line

LONGEST_ADDRESS = 254
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?([0-9][A-Z]{2})")
_EXTENSION = re.compile(r"\s*(?:ext(?:ension|n)?\.?|x|#)\s*([0-9]{1,6})\s*$", re.IGNORECASE)
_BETWEEN_FIGURES = str.maketrans("", "", " \t()-./")
_NUMBER_LIKE = re.compile(r"(?:(?:\+44|0044) ?(?:\(0\) ?)?|\(?0)(?:[ ().-]{0,2}[0-9]){9,10}(?![0-9])")


class Channel(StrEnum):
    """A way in which somebody wants to be reached."""

    TELEPHONE = "telephone"
    MOBILE = "mobile"
    EMAIL = "email"
    VISIT = "visit"
    POST = "post"

    @property
    def label(self) -> str:
        """The word on screen."""
        return {Channel.EMAIL: "E-mail"}.get(self, self.value.capitalize())


def read_telephone(text: str | None, *, field: str, what: str = "Telephone") -> str:
    """A telephone number, its figures grouped: "01632 960123", "+353 1234567", "01632 960123 ext 4". Empty stays empty.

    Raises Refused, beside `field`.
    """
    typed = one_line(text, longest=60, field=field, what=what)
    if not typed:
        return ""
    extension = _EXTENSION.search(typed)
    main = typed[: extension.start()] if extension else typed
    figures = re.sub(r"[\s().\-/]", "", main.replace("(0)", "") if main.lstrip().startswith(("+", "00")) else main)
    for prefix in ("+44", "0044"):
        if figures.startswith(prefix):
            figures = "0" + figures.removeprefix(prefix)
    british = re.fullmatch(r"0[0-9]{9,10}", figures)
    if not british and not re.fullmatch(r"\+[1-9][0-9]{6,14}", figures):
        raise Refused("{what} must have 10 or 11 figures, such as 01632 960123", field=field, what=what)
    said = f"{figures[:5]} {figures[5:]}" if british else figures
    return f"{said} ext {extension[1]}" if extension else said


def read_email(text: str | None, *, field: str) -> str:
    """An e-mail address in lower case; empty stays empty. Raises Refused, beside `field`."""
    typed = one_line(text, longest=LONGEST_ADDRESS, field=field, what="E-mail")
    if typed and not _EMAIL.fullmatch(typed):
        raise Refused("E-mail must look like clerk@parish.example", field=field)
    return typed.lower()


def read_postcode(text: str | None, *, field: str) -> str:
    """A postcode as the post writes it: "BH22 9HX"; empty stays empty. Raises Refused, beside `field`."""
    typed = one_line(text, longest=20, field=field, what="Postcode").upper().replace(" ", "")
    if not typed:
        return ""
    found = _POSTCODE.fullmatch(typed)
    if found is None:
        raise Refused("Postcode must look like BH22 9HX", field=field)
    return f"{found[1]} {found[2]}"


def read_website(text: str | None, *, field: str) -> str:
    """A web address that begins with http: or https:; empty stays empty. Raises Refused, beside `field`."""
    typed = one_line(text, longest=300, field=field, what="Website")
    if not typed:
        return ""
    address = typed if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", typed) else "https://" + typed
    try:
        parts = urlsplit(address)
        fine = parts.scheme.lower() in ("http", "https") and "." in (parts.hostname or "") and " " not in address and len(address) <= 300
    except ValueError:
        fine = False
    if not fine:
        raise Refused("Website must look like https://parish.example", field=field)
    return address


def tap_to_reach(channel: str, value: str) -> str:
    """The link that reaches somebody in one tap: "tel:01632960123", "mailto:...". Empty for a channel without one."""
    match channel:
        case Channel.TELEPHONE | Channel.MOBILE:
            main, _, extension = value.partition(" ext ")
            return "tel:" + main.translate(_BETWEEN_FIGURES) + (f",{extension}" if extension else "")
        case Channel.EMAIL:
            return "mailto:" + quote(value, safe="@.+-_")
        case _:
            return ""


def split_reach(text: str) -> Mapping[str, str]:
    """What one mixed-up column says: the first "email", "mobile" and "telephone" found in it; the rest as "left".

    For spreadsheets whose contact column holds an address, a number, both, line breaks, or "Not known".
    """
    found: dict[str, str] = {}
    left = text
    for match in _EMAIL.finditer(text):
        found.setdefault("email", match[0].lower().rstrip("."))
        left = left.replace(match[0], " ")
    for match in _NUMBER_LIKE.finditer(left):
        try:
            number = read_telephone(match[0], field="contact")
        except Refused:
            continue
        kind = "mobile" if number.startswith("07") else "telephone"
        if kind not in found:
            found[kind] = number
            left = left.replace(match[0], " ")
    found["left"] = " ".join(
        re.sub(r"[/;,|:]+|\b(?:tel|phone|telephone|mobile|mob|email|e-mail|contact)\b\.?", " ", left, flags=re.I).split()
    )
    return found
