"""Forms that take a spreadsheet: choosing the file, and doing what its plan says."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField

from engagement.core.ids import whole_number
from engagement.web.forms import Form, options


class FileForm(Form):
    """A spreadsheet, and the neighbourhood for rows that name none."""

    file = FileField(_l("Spreadsheet, CSV or Excel"))
    usual = SelectField(_l("Neighbourhood, where a row names none"), validate_choice=False)

    def offer(self, neighbourhoods: list[tuple[int, str]]) -> None:
        """Fills the list."""
        self.usual.choices = options([("", _("None: every row names its own")), *neighbourhoods])

    @property
    def usual_id(self) -> int | None:
        """The neighbourhood that was chosen."""
        return whole_number(self.usual.data)


class TakeForm(Form):
    """What was looked at, on its way back: the rows, the plan's mark, the file's name."""

    packed = HiddenField()
    usual = HiddenField()
    mark = HiddenField()
    file_name = HiddenField()
