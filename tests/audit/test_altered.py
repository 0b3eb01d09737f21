"""What each change altered, worked out from what versions keep: going back through them gives every earlier text again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engagement.audit.domain import altered

TEXTS = st.fixed_dictionaries({"title": st.sampled_from("abc"), "place": st.sampled_from("xy"), "owner_id": st.integers(1, 3)})


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_the_alterations_lead_back_to_every_earlier_text(texts: list[dict[str, object]]) -> None:
    *kept, present = texts
    changes = altered(kept[::-1], present)
    now = dict(present)
    for was, change in zip(kept[::-1], changes, strict=True):
        assert all(now[name] != value for name, value in change.items())
        now |= change
        assert now == was


def test_what_a_version_does_not_hold_was_not_changed_then() -> None:
    present = {"title": "new", "owner_id": 3}
    kept: list[dict[str, object]] = [{"owner_id": 2}, {"title": "old", "owner_id": 2}, {"owner_id": 1}]
    assert altered(kept, present) == [{"owner_id": 2}, {"title": "old"}, {"owner_id": 1}]
