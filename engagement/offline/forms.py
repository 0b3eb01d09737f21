"""The form of a phone that will not come back."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from engagement.offline.devices import LONGEST_WORDS, WriteOffDraft
from engagement.offline.domain import Gone
from engagement.web.forms import Form, TextField, options


class WriteOffForm(Form):
    """What became of a phone that will not come back."""

    gone = RadioField(_l("What became of it?"), choices=[], validate_choice=False)
    words = TextField(_l("In a few words"), longest=LONGEST_WORDS)
    heard_at = HiddenField()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gone.choices = options([(gone.value, _(gone.label)) for gone in Gone])

    def draft(self) -> WriteOffDraft:
        """What was chosen and typed."""
        return WriteOffDraft(gone=self.gone.data or "", words=self.words.data or "", heard_at=self.heard_at.data or "")
