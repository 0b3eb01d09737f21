"""Facts of concerns for property tests: raisings, actions, tellings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from engagement.concerns.domain import ActionBy, ActionFact, RaisingFact, SideEnd, TellingFact, TellingKind

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOURS = st.integers(0, 300).map(lambda n: NOW - timedelta(hours=n))
RAISINGS = st.lists(
    st.builds(RaisingFact, id=st.integers(1, 4), raised_at=HOURS, wants_to_hear=st.booleans(), reachable=st.booleans()),
    max_size=4,
    unique_by=lambda raising: raising.id,
)
ACTIONS = st.lists(st.builds(ActionFact, done=st.booleans(), by=st.sampled_from(ActionBy)), max_size=3)
TELLING = st.builds(
    TellingFact,
    raising_id=st.integers(1, 4),
    kind=st.sampled_from(TellingKind),
    told_at=HOURS,
    public=st.booleans(),
    taken_back=st.booleans(),
)
TELLINGS = st.lists(TELLING, max_size=8)
ENDS = st.none() | st.sampled_from(SideEnd)
