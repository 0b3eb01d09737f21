"""Works out where each concern has got to, and when it was closed, by the diary's own rule."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from engagement.concerns.clock import first_answer_due_at
from engagement.concerns.domain import (
    ActionBy,
    ActionFact,
    ConcernState,
    RaisingFact,
    SideEnd,
    TellingFact,
    TellingKind,
    state,
)
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.core.clock import london_moment
from engagement.demonstration.world import World

Rows = dict[int, list[dict[str, Any]]]


def work_out_states(world: World) -> None:
    """Fills in `state`, `answer_due_at` and `closed_at` of every concern."""
    raisings, actions, tellings = (
        _by(world.all(Raising), "concern_id"),
        _by(world.all(Action), "concern_id"),
        _by(world.all(Telling), "raising_id"),
    )
    for row in world.all(Concern):
        told = [telling for raising in raisings[row["id"]] for telling in tellings[raising["id"]]]
        raised = [_raising(one) for one in raisings[row["id"]]]
        facts = [_telling(one) for one in told]
        done = [ActionFact(done=one["done_on"] is not None, by=ActionBy(one["by"])) for one in actions[row["id"]]]
        side_end = row.get("side_end")
        found = state(raised, done, facts, SideEnd(side_end) if side_end else None)
        row.update(state=found.value, answer_due_at=first_answer_due_at(raised, facts), closed_at=None)
        if found is ConcernState.CLOSED:
            moments = [one["told_at"] for one in told] + [london_moment(one["done_on"], 16) for one in actions[row["id"]] if one["done_on"]]
            row["closed_at"] = min(max([*moments, row.get("side_end_at") or row["recorded_at"]]), world.now)


def _by(rows: list[dict[str, Any]], key: str) -> Rows:
    found: Rows = defaultdict(list)
    for row in rows:
        found[row.get(key) or 0].append(row)
    return found


def _raising(row: dict[str, Any]) -> RaisingFact:
    return RaisingFact(id=row["id"], raised_at=row["raised_at"], wants_to_hear=row["wants_to_hear"], reachable=row["not_told"] != "no_way")


def _telling(row: dict[str, Any]) -> TellingFact:
    return TellingFact(raising_id=row["raising_id"], kind=TellingKind(row["kind"]), told_at=row["told_at"], public=row["how"] == "public")
