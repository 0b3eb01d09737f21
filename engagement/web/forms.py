"""The base of every form: CSRF, a place for refusals, and fields that keep what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, StringField  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from engagement.core.dates import read_date
from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.core.texts import clean_text
from engagement.web.errors import say


class Form(FlaskForm):
    """A form whose refusals land on their field. `theirs` is what the record says now, where somebody else changed it."""

    theirs: Mapping[str, str] = {}

    def refuse(self, refusal: Refused) -> None:
        """Puts a refusal beside its field, or on the form where it names none of them."""
        field: Field | None = self._fields.get(refusal.field or "")
        if field is None:
            self.form_errors.append(say(refusal))
        else:
            field.errors = [*field.errors, say(refusal)]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every sentence with the id of the field it belongs to, for the summary at the top of the page."""
        found = [("", str(sentence)) for sentence in self.form_errors]
        for field in self:
            found += [(field.id, str(sentence)) for sentence in _flat(field.errors)]
        return found


def _flat(errors: Any) -> list[str]:
    """The sentences of a field, whichever way WTForms nests them."""
    if isinstance(errors, dict):
        return [s for inner in errors.values() for s in _flat(inner)]
    if isinstance(errors, (list, tuple)):
        return [s for inner in errors for s in _flat(inner)]
    return [str(errors)] if errors else []


def options(pairs: Iterable[tuple[object, object]]) -> list[SelectChoice]:
    """The choices of a list, radios or boxes from pairs of (value sent, words shown)."""
    return [SelectChoice(value, label) for value, label in pairs]


def number_of(text: Any) -> int | None:
    """What a list sends, as a key: for `coerce`. The service refuses one that is not there with a sentence of its own."""
    return whole_number(str(text)) if text is not None else None


class TextField(StringField):
    """A text that is cleaned and measured: `longest` in characters; control characters are refused with a sentence."""

    def __init__(self, label: str = "", validators: Any = None, *, longest: int = 300, **kwargs: Any) -> None:
        self.longest = longest
        super().__init__(label, validators, **kwargs)

    def pre_validate(self, form: Any) -> None:
        try:
            self.data = clean_text(self.data or "", longest=self.longest, field=self.name, what=str(self.label.text))
        except Refused as refusal:
            raise ValidationError(say(refusal)) from None


class LongTextField(TextField):
    """A text of several lines."""

    def __init__(self, label: str = "", validators: Any = None, *, longest: int = 4000, **kwargs: Any) -> None:
        super().__init__(label, validators, longest=longest, **kwargs)


class DayField(Field):
    """A day as people write it: "27/11/2026", "27 Nov 2026". `data` is a date, or None where left empty."""

    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.day:02}/{self.data.month:02}/{self.data.year}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = read_date(valuelist[0])
            except Refused as refusal:
                raise ValueError(say(refusal)) from None


class Required:
    """Refuses an empty field with a sentence of its own."""

    field_flags = {"required": False}  # the sentence is better than the browser's bubble

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(gettext(self.sentence))
