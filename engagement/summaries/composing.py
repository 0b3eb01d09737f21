"""The first wording of a concern for its month: what they said, what we did, what happens next, in plain English."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from engagement.core.dates import MONTHS, say_date
from engagement.core.errors import Refused
from engagement.core.months import Month
from engagement.summaries.domain import ActionFacts, ConcernFacts, ItemDraft, Raiser, RaisingFacts, left_out_by_default, raised_by

_STARTS_A_SENTENCE = re.compile(
    r"(?:We|The|Residents|Neighbours|Volunteers|Officers|Local|People|A|An|Our|Some|They|Young|Members|Parents|Children)\b|[A-Z][a-z]+ed by\b"
)


def compose(facts: ConcernFacts, month: Month) -> ItemDraft:
    """The first plain-English wording of a concern for a month, from what may be said and nothing else.

    Raises Refused for an OFFICIAL-SENSITIVE concern. What happened after the month's end is not told.
    """
    if facts.sensitive:
        raise Refused("A concern that is OFFICIAL-SENSITIVE never goes into a summary")
    done = sorted((a for a in facts.actions if a.done_on and a.done_on <= month.last), key=lambda a: a.done_on or month.last)
    ahead = [a for a in facts.actions if a not in done]
    reason = left_out_by_default(facts)
    return ItemDraft(
        you_said=_you_said(facts, month),
        we_did=_we_did(facts, done, [a for a in ahead if a.passed_on and a.passed_on <= month.last], month),
        what_next=_what_next(facts, ahead, month),
        left_out=bool(reason),
        left_out_reason=reason,
        gaps=_gaps(facts, done),
    )


def _you_said(facts: ConcernFacts, month: Month) -> str:
    raisings = sorted(raised_by(facts, month) or facts.raisings, key=lambda r: r.raised_on)
    who = _capital(_joined(_who(raisings)) or "people")
    when = _when([Month.of(r.raised_on) for r in raisings], month)
    where = f" in {facts.ward}" if facts.ward else ""
    told = f"{who}{where} told us{when}"
    return f"{told}: {_sentence(facts.public_said)}" if facts.public_said.strip() else f"{told} about {facts.matter}."


def _who(raisings: Sequence[RaisingFacts]) -> list[str]:
    named = dict.fromkeys(r.group_name for r in raisings if r.raiser == "group" and r.may_be_named and r.group_name)
    unnamed = {r.group_id for r in raisings if r.raiser == "group" and not (r.may_be_named and r.group_name)}
    kinds = [
        (len(unnamed), "a local group", "local groups"),
        (_count(raisings, "resident"), "a resident", "residents"),
        (_count(raisings, "business"), "a local business", "local businesses"),
        (_count(raisings, "councillor"), "a councillor", "councillors"),
        (_count(raisings, "partner"), "a partner agency", "partner agencies"),
        (_count(raisings, "meeting"), "people at a public meeting", "people at public meetings"),
    ]
    return [*named, *(one if number == 1 else many for number, one, many in kinds if number)]


def _count(raisings: Iterable[RaisingFacts], raiser: Raiser) -> int:
    return sum(1 for raising in raisings if raising.raiser == raiser)


def _when(months: Sequence[Month], month: Month) -> str:
    if not months:
        return ""
    said = list(dict.fromkeys(_month_name(m, month) for m in months))
    return f" in {said[0]}" if len(said) == 1 else f" in {said[0]} and {said[1]}" if len(said) == 2 else f" since {said[0]}"


def _month_name(named: Month, beside: Month) -> str:
    return MONTHS[named.number - 1] if named.year == beside.year else named.name


def _we_did(facts: ConcernFacts, done: Sequence[ActionFacts], waiting: Sequence[ActionFacts], month: Month) -> str:
    said = [_did(action, month) for action in done]
    for action in waiting:
        answer = f", and expect an answer by {say_date(action.due_on, month.last)}" if action.due_on else ""
        asked = _month_name(Month.of(action.passed_on), month) if action.passed_on else ""
        said.append(f"We passed this to {action.partner or 'a partner'} in {asked}{answer}.")
    if not said:
        told = facts.answered_on is not None and facts.answered_on <= month.last
        return "We told those who raised it what we will do." if told else "We have looked into this."
    return " ".join(said)


def _did(action: ActionFacts, month: Month) -> str:
    when = f"in {_month_name(Month.of(action.done_on), month)}" if action.done_on else ""
    partner = action.partner or "a partner"
    words = action.public_wording.strip()
    number = f" (result: {action.result_number:,})" if action.result_number is not None and not re.search("[0-9]", words) else ""
    match action.by, bool(words):
        case "officer", False:
            said = f"Our neighbourhood team acted on this {when}"
        case "partner", False:
            said = f"{_capital(partner)} acted on this {when}"
        case "community", False:
            said = f"Together, local people and our team acted on this {when}"
        case "partner", True:
            said = words if partner.casefold() in words.casefold() else f"With {partner}: {words}"
        case "community", True:
            said = f"Together, {words[0].lower() + words[1:] if _STARTS_A_SENTENCE.match(words) else words}"
        case _:
            said = words
    return _sentence(said.rstrip(". ") + number if number else said)


def _what_next(facts: ConcernFacts, ahead: Sequence[ActionFacts], month: Month) -> str:
    ended = facts.ending if facts.ended_on is None or facts.ended_on <= month.last else None
    partner = next((a.partner for a in ahead if a.by == "partner" and a.partner), "")
    match ended:
        case "done":
            return "This is done. Please tell us if it happens again."
        case "cannot":
            return _sentence(f"We can't do what was asked, because {facts.because.strip() or '...'}")
        case "partner":
            return f"This is now with {partner or 'a partner'}. We will tell you what they say."
        case "elsewhere":
            return "This has been recorded and is being dealt with."
        case "priority":
            return "This is now one of the priorities for the neighbourhood."
        case _:
            pass
    # Words of what was done after the month tell it as past: in the month's own summary it is still to come.
    plans = [a for a in ahead if a.public_wording.strip() and a.by != "partner" and a.done_on is None]
    if plans:
        return " ".join(_plan(a, month) for a in sorted(plans, key=lambda a: a.due_on or date.max))
    if partner:
        return f"We are waiting for {partner}, and will tell you what they say."
    return "We are continuing, and will report back."


def _plan(action: ActionFacts, month: Month) -> str:
    by = f", by {say_date(action.due_on, month.last)}" if action.due_on else ""
    words = action.public_wording.strip().rstrip(".")
    return f"{words[:1].upper()}{words[1:]}{by}."  # it stands under "What happens next"


def _gaps(facts: ConcernFacts, done: Sequence[ActionFacts]) -> tuple[str, ...]:
    unworded = sum(1 for action in done if not action.public_wording.strip())
    found = []
    if unworded:
        found.append("One action has no public wording yet" if unworded == 1 else f"{unworded} actions have no public wording yet")
    if facts.ending == "cannot" and not facts.because.strip():
        found.append("Say why it cannot be done")
    return tuple(found)


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    said = text.strip()
    return said if said.endswith((".", "!", "?", "…", ".”", "?”")) else said + "."
