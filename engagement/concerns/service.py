"""What people do about concerns, in one list: each function takes plain values, never commits, and leaves the state settled."""

from __future__ import annotations

from engagement.concerns.acting import act, end_action, withdraw_action
from engagement.concerns.drafts import (
    ActionDraft,
    ActionResult,
    AsideDraft,
    ConcernDraft,
    ConcernEdit,
    EndDraft,
    How,
    PromiseDraft,
    RaisingDraft,
    Tap,
    TellingDraft,
)
from engagement.concerns.keeping import close_aside, edit_concern, give_back, give_to, reply_addresses, take_up_again
from engagement.concerns.kept_there import keep_promises, open_again
from engagement.concerns.promises import Ending, PromiseEnd
from engagement.concerns.promising import end_promise, promise, unmove
from engagement.concerns.raising import raise_again, raise_concern, withdraw_raising
from engagement.concerns.settling import settle
from engagement.concerns.telling import take_back, take_back_one, tell

__all__ = [
    "ActionDraft",
    "ActionResult",
    "AsideDraft",
    "ConcernDraft",
    "ConcernEdit",
    "EndDraft",
    "Ending",
    "How",
    "PromiseDraft",
    "PromiseEnd",
    "RaisingDraft",
    "Tap",
    "TellingDraft",
    "act",
    "close_aside",
    "edit_concern",
    "end_action",
    "end_promise",
    "give_back",
    "give_to",
    "keep_promises",
    "open_again",
    "promise",
    "raise_again",
    "raise_concern",
    "reply_addresses",
    "settle",
    "take_back",
    "take_back_one",
    "take_up_again",
    "tell",
    "unmove",
    "withdraw_action",
    "withdraw_raising",
]
