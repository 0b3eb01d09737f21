"""Forms of what is done about a concern: tell, act, record a result, promise, end a promise."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField

from engagement.concerns.categories import Category
from engagement.concerns.domain import ActionBy, TellingKind
from engagement.concerns.drafts import ActionDraft, ActionResult, EndDraft, How, PromiseDraft, TellingDraft
from engagement.concerns.forms import Choices, MomentForm, labels
from engagement.concerns.models import Action, Concern
from engagement.concerns.partners import Partner, usual_partner
from engagement.concerns.promises import Ending, PromiseEnd
from engagement.core.errors import Refused
from engagement.core.ids import is_ref, new_ref
from engagement.web.forms import DayField, LongTextField, Required, TextField, number_of, options
from engagement.web.wording import WordingForm

TOLD_HOW = (How.ENGAGEMENT, How.TELEPHONE, How.EMAIL, How.PUBLIC)
ELSE = "else"


def whole_result(text: str | None, *, field: str) -> int | None:
    """A measured result that somebody typed: "3", "1,200", or nothing."""
    typed = (text or "").replace(",", "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
        raise Refused("Number must be a whole number, such as 3", field=field)
    return int(typed)


def _ref(field: HiddenField) -> str | None:
    text = str(field.data or "")
    return text if is_ref(text) else None


class TellForm(WordingForm, MomentForm):
    """Who was told what, how and when."""

    checked = ("words", "where")

    raisings = SelectMultipleField(_l("Who was told?"), choices=[], coerce=number_of, validate_choice=False)
    kind = RadioField(_l("What were they told?"), choices=[], validate_choice=False)
    how = RadioField(_l("How?"), choices=[], validate_choice=False)
    words = LongTextField(_l("In words"))
    where = TextField(_l("Where it was made public"), longest=200)
    happened_on = DayField(_l("Day"))
    happened_at = TextField(_l("Time"), longest=20)
    report_by = DayField(_l("I’ll report at your next meeting, by"))

    def offer(self, raisers: Iterable[tuple[int, str]]) -> None:
        """Fills the lists."""
        self.raisings.choices = options(raisers)
        said = {
            TellingKind.RECEIVED: _("Received: we have it"),
            TellingKind.ANSWER: _("Answer: what we will do, who and when they hear next, or why not"),
            TellingKind.OUTCOME: _("Outcome: what came of it"),
        }
        self.kind.choices = options([(str(kind), said[kind]) for kind in TellingKind])
        self.how.choices = options(labels(TOLD_HOW))

    def drafts(self, now: datetime) -> list[TellingDraft]:
        """One telling for each raiser ticked."""
        ids = [key for key in self.raisings.data or [] if key is not None]
        if not ids:
            raise Refused("Say who was told", field="raisings")
        if self.kind.data not in set(TellingKind):
            raise Refused("Say what they were told", field="kind")
        if self.how.data not in set(TOLD_HOW):
            raise Refused("Say how they were told", field="how")
        told_at = self.moment(now)
        return [
            TellingDraft(
                raising_id=key,
                kind=TellingKind(self.kind.data),
                how=How(self.how.data),
                told_at=told_at,
                where=self.where.data or "",
                words=self.words.data or "",
                report_by=self.report_by.data if self.kind.data != TellingKind.OUTCOME else None,
            )
            for key in ids
        ]


class ActForm(WordingForm):
    """What was or will be done, by whom."""

    checked = ("what", "result", "public_wording", "reference")

    by = RadioField(_l("By whom?"), choices=[], default=str(ActionBy.OFFICER), validate_choice=False)
    what = TextField(_l("What was done, or will be"), [Required("Say what was done, or will be")], longest=300)
    officer_id = SelectField(_l("Officer"), coerce=number_of, validate_choice=False)
    partner = SelectField(_l("Partner"), validate_choice=False)
    other_partner = TextField(_l("Another partner"), longest=80)
    reference = TextField(_l("Their reference"), longest=80)
    expected_on = DayField(_l("They expect to answer by"))
    due_on = DayField(_l("To be done by"))
    done_on = DayField(_l("Done on"))
    result = LongTextField(_l("Result, in words"))
    result_number = TextField(_l("Result, as a number"), longest=20)
    public_wording = LongTextField(_l("We did: the wording for everybody"))
    client_ref = HiddenField()

    def offer(self, officers: Choices, me: int | None, category: str) -> None:
        """Fills the lists; the usual partner of the category comes first."""
        self.by.choices = options(labels(ActionBy))
        self.officer_id.choices = options(officers)
        usual = usual_partner(Category(category))
        first = [usual] if usual else []
        self.partner.choices = options([("", _("Choose a partner")), *labels(first), *labels(p for p in Partner if p is not usual)])
        if not self.is_submitted():
            self.officer_id.data, self.client_ref.data = me, new_ref()

    def draft(self, concern_id: int) -> ActionDraft:
        """What the form says."""
        if self.by.data not in set(ActionBy):
            raise Refused("Say who does it", field="by")
        known = Partner(self.partner.data).label if self.partner.data in set(Partner) else ""
        return ActionDraft(
            concern_id=concern_id,
            what=self.what.data or "",
            by=ActionBy(self.by.data),
            officer_id=self.officer_id.data,
            partner=self.other_partner.data or known,
            reference=self.reference.data or "",
            expected_on=self.expected_on.data,
            due_on=self.due_on.data,
            done_on=self.done_on.data,
            result=self.result.data or "",
            result_number=whole_result(self.result_number.data, field="result_number"),
            public_wording=self.public_wording.data or "",
            override_reason=self.over_warning,
            client_ref=_ref(self.client_ref),
        )


class ResultForm(WordingForm):
    """How an action went."""

    checked = ("result", "partner_outcome", "public_wording")

    done_on = DayField(_l("Done on"), [Required("Enter the date it was done")])
    partner_outcome = LongTextField(_l("What the partner did"))
    result = LongTextField(_l("Result, in words"))
    result_number = TextField(_l("Result, as a number"), longest=20)
    public_wording = LongTextField(_l("We did: the wording for everybody"))
    version = HiddenField()

    def draft(self, action: Action) -> ActionResult:
        """What the form says."""
        assert self.done_on.data is not None
        return ActionResult(
            action_id=action.id,
            version=number_of(self.version.data) or 0,
            done_on=self.done_on.data,
            result=self.result.data or "",
            result_number=whole_result(self.result_number.data, field="result_number"),
            partner_outcome=self.partner_outcome.data or "",
            public_wording=self.public_wording.data or "",
        )


class PromiseForm(WordingForm):
    """A promise in a tap: what, to whom, by when."""

    checked = ("what", "to")

    what = TextField(_l("What was promised"), [Required("Say what was promised")], longest=300)
    to_group = RadioField(_l("To whom?"), choices=[], validate_choice=False)
    to = TextField(_l("Somebody else, in words"), longest=120)
    due_on = DayField(_l("By when"), [Required("Enter the day it is promised for")])
    client_ref = HiddenField()

    def offer(self, groups: Choices) -> None:
        """Fills the list of groups that a promise may be to."""
        known = [(str(key), name) for key, name in groups]
        self.to_group.choices = options([*known, (ELSE, _("Somebody else"))])
        if not self.is_submitted():
            self.client_ref.data = new_ref()
            self.to_group.data = known[0][0] if len(known) == 1 else None if known else ELSE

    def draft(self, *, concern: Concern | None = None) -> PromiseDraft:
        """What the form says."""
        group_id = number_of(self.to_group.data) if self.to_group.data != ELSE else None
        if group_id is None and not (self.to.data or "").strip():
            raise Refused("Say who was promised", field="to_group" if self.to_group.data is None else "to")
        assert self.due_on.data is not None
        return PromiseDraft(
            what=self.what.data or "",
            due_on=self.due_on.data,
            group_id=group_id,
            to=self.to.data or "",
            concern_id=concern.id if concern else None,
            client_ref=_ref(self.client_ref),
        )


class EndPromiseForm(WordingForm):
    """How a promise ended: nobody ends one without telling."""

    checked = ("because", "words")

    end = RadioField(_l("How did it end?"), choices=[], validate_choice=False)
    done_on = DayField(_l("Done on"))
    new_due_on = DayField(_l("The new date"))
    because = TextField(_l("Why it could not be kept"), longest=300)
    words = TextField(_l("What came of it, in a line"), longest=300)
    result_number = TextField(_l("Result, as a number"), longest=20)
    told = BooleanField(_l("They were told"))
    version = HiddenField()

    def offer(self, today: date, end: str) -> None:
        """Fills the list; `end` is the way that was tapped on the page before."""
        self.end.choices = options(
            [
                (str(PromiseEnd.KEPT), _("Kept: it is done")),
                (str(PromiseEnd.MOVED), _("Moved to another day")),
                (str(PromiseEnd.COULD_NOT), _("Could not keep it")),
            ]
        )
        if not self.is_submitted():
            self.end.data, self.done_on.data = (end if end in set(PromiseEnd) else None), today

    def draft(self, action: Action) -> EndDraft:
        """What the form says."""
        if self.end.data not in set(PromiseEnd):
            raise Refused("Say how it ended", field="end")
        ending = Ending(
            end=PromiseEnd(self.end.data),
            told=bool(self.told.data),
            done_on=self.done_on.data,
            new_due_on=self.new_due_on.data,
            because=self.because.data or "",
        )
        return EndDraft(
            action_id=action.id,
            ending=ending,
            version=number_of(self.version.data),
            words=self.words.data or "",
            result_number=whole_result(self.result_number.data, field="result_number"),
        )
