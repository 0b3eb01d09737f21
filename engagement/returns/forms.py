"""Forms of returns: ask for one, edit its introduction and its parts."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField

from engagement.core.errors import Refused
from engagement.core.ids import whole_number
from engagement.returns.domain import Quarter
from engagement.returns.models import ReturnPart
from engagement.returns.service import LONGEST, PartDraft
from engagement.web.forms import Form, LongTextField, options
from engagement.web.wording import WordingForm


class AskForm(Form):
    """Which team's return of which quarter."""

    team_id = SelectField(_l("Team"), validate_choice=False)
    quarter = SelectField(_l("Quarter"), validate_choice=False)

    def offer(self, teams: Iterable[tuple[int, str]], quarters: Iterable[Quarter]) -> None:
        """Fills the lists."""
        self.team_id.choices = options([(str(key), name) for key, name in teams])
        self.quarter.choices = options([(str(quarter), quarter.name) for quarter in quarters])

    def chosen(self) -> tuple[int, Quarter]:
        """The team and the quarter."""
        team = whole_number(self.team_id.data)
        if team is None:
            raise Refused("Choose one of your teams", field="team_id")
        try:
            return team, Quarter.parse(self.quarter.data or "")
        except ValueError:
            raise Refused("Choose a quarter from the list", field="quarter") from None


class IntroductionForm(WordingForm):
    """The words that a return opens with."""

    checked = ("introduction",)

    introduction = LongTextField(_l("Introduction"), longest=LONGEST)
    version = HiddenField()


class PartForm(WordingForm):
    """What a return says of one priority."""

    checked = ("agreed", "work", "evidence")

    agreed = LongTextField(_l("What was agreed"), longest=LONGEST)
    work = LongTextField(_l("Work towards it"), longest=LONGEST)
    evidence = LongTextField(_l("Evidence"), longest=LONGEST)
    left_out = BooleanField(_l("Leave this priority out of the return"))
    version = HiddenField()

    def show(self, part: ReturnPart) -> None:
        """Fills in what the part says."""
        self.agreed.data, self.work.data, self.evidence.data = part.agreed, part.work, part.evidence
        self.left_out.data, self.version.data = part.left_out, str(part.version)

    def draft(self, part_id: int) -> PartDraft:
        """What was typed."""
        return PartDraft(
            part_id=part_id,
            version=whole_number(self.version.data),
            agreed=self.agreed.data or "",
            work=self.work.data or "",
            evidence=self.evidence.data or "",
            left_out=bool(self.left_out.data),
            override_reason=self.over_warning,
        )
