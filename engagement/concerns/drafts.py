"""What people ask of the concerns feature, as plain values: one class for each thing that is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from engagement.concerns.domain import ActionBy, Raiser, SideEnd, TellingKind
from engagement.concerns.promises import Ending


class Tap(StrEnum):
    """What was said there and then, in one tap beside a new concern."""

    FIND_OUT = "find_out"
    ANSWERED = "answered"
    COUNCIL = "council"
    REPORT = "report"

    @property
    def label(self) -> str:
        """The words on the button."""
        return {
            Tap.FIND_OUT: "I’ll find out",
            Tap.ANSWERED: "Answered there",
            Tap.COUNCIL: "For the council, told them so",
            Tap.REPORT: "I’ll report at your next meeting",
        }[self]

    @property
    def chip(self) -> str:
        """The same in a word or two, for the log form's rows."""
        return {Tap.FIND_OUT: "I’ll find out", Tap.ANSWERED: "Answered", Tap.COUNCIL: "For council", Tap.REPORT: "Next meeting"}[self]


class How(StrEnum):
    """How somebody was told."""

    ENGAGEMENT = "engagement"
    TELEPHONE = "telephone"
    EMAIL = "email"
    LETTER = "letter"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """The words on a form."""
        return {
            How.ENGAGEMENT: "Face to face",
            How.TELEPHONE: "By telephone",
            How.EMAIL: "By e-mail",
            How.LETTER: "In the monthly letter",
            How.PUBLIC: "In public, for everybody",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisingDraft:
    """One raiser. Without `reachable` a resident is reachable when there is a reply address or a way to hear.

    `raised_to_id` is an officer of the force, the recorder where nobody is named.
    """

    raiser: Raiser
    raised_at: datetime
    group_id: int | None = None
    raised_to_id: int | None = None
    engagement_id: int | None = None
    wants_to_hear: bool = True
    hear_how: str = ""
    hear_by: date | None = None
    reachable: bool | None = None
    reply_address: str = ""
    detail: str = ""
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernDraft:
    """A concern with its first raising. Place and team come from the raising group unless a neighbourhood is given.

    `report_by` is when their next meeting is, for the tap that promises to report there; four weeks on where it is not known.
    """

    title: str
    category: str
    raising: RaisingDraft
    neighbourhood_id: int | None = None
    asb_type: str | None = None
    detail: str = ""
    place: str = ""
    owner_id: int | None = None
    sensitive: bool = False
    override_reason: str = ""
    public_said: str = ""
    tap: Tap | None = None
    report_by: date | None = None
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernEdit:
    """What may be changed of a concern, and the version that was read."""

    concern_id: int
    version: int
    title: str
    category: str
    asb_type: str | None = None
    detail: str = ""
    place: str = ""
    sensitive: bool = False
    public_said: str = ""
    override_reason: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingDraft:
    """One raising told once. `how` is a `How`; `where` belongs to a public telling.

    `report_by` adds "I'll report at your next meeting": a promise to the raiser to come back by that day. `recourse` where it
    told them what they can do about an answer that is late.
    """

    raising_id: int
    kind: TellingKind
    how: How
    told_at: datetime
    engagement_id: int | None = None
    letter_id: int | None = None
    where: str = ""
    words: str = ""
    report_by: date | None = None
    recourse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDraft:
    """What was or will be done about a concern. A partner's action is a referral."""

    concern_id: int
    what: str
    by: ActionBy
    officer_id: int | None = None
    partner: str = ""
    reference: str = ""
    expected_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    result: str = ""
    result_number: int | None = None
    public_wording: str = ""
    engagement_id: int | None = None
    override_reason: str = ""
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """How an action went: when it was done, in words and a number, and the wording for everybody."""

    action_id: int
    version: int
    done_on: date
    result: str = ""
    result_number: int | None = None
    partner_outcome: str = ""
    public_wording: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseDraft:
    """A promise to a group (`group_id`) or to somebody in words (`to`); it needs no concern.

    `reports` marks a promise to come back and tell, which is no work on the concern.
    """

    what: str
    due_on: date
    group_id: int | None = None
    to: str = ""
    concern_id: int | None = None
    engagement_id: int | None = None
    officer_id: int | None = None
    promised_on: date | None = None
    reports: bool = False
    client_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDraft:
    """How a promise ended, as `promises.Ending` has it: nobody ends one without telling."""

    action_id: int
    ending: Ending
    version: int | None = None
    words: str = ""
    result_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideDraft:
    """A side end: with a partner, recorded elsewhere, a priority, cannot do (because), the same as another."""

    concern_id: int
    version: int | None
    end: SideEnd
    reason: str = ""
    same_as_id: int | None = None
