"""What people do about priorities, in one list: each function takes plain values, never commits, and leaves freshness settled."""

from __future__ import annotations

from engagement.priorities.adopting import adopt, edit, end, put_in, take_out
from engagement.priorities.drafts import AdoptDraft, Agreed, EditDraft, EndDraft, ToldDraft, WordingDraft, WorkDraft
from engagement.priorities.reopening import reopen
from engagement.priorities.wordings import approve, clear, write
from engagement.priorities.working import add_work, tell, told_in_summary, withdraw_told, withdraw_work

__all__ = [
    "AdoptDraft", "Agreed", "EditDraft", "EndDraft", "ToldDraft", "WordingDraft", "WorkDraft", "add_work", "adopt", "approve", "clear",
    "edit", "end", "put_in", "reopen", "take_out", "tell", "told_in_summary", "withdraw_told", "withdraw_work", "write",
]  # fmt: skip
