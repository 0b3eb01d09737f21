"""No count under five is shown, and none can be worked out from what is: asked of every tree by trying all that it could be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.measures.figures import FAMILIES, FORCE, secrets_of
from engagement.measures.suppression import LEAST, hidden, parts_of, small
from tests.measures.diary import Place

COUNTS = st.integers(0, 7)
MATTERS = ("open_before", "opened", "closed", *FAMILIES["open"])


def a_tree(leaves: Mapping[str, tuple[int, ...]], split: int) -> dict[str, list[str]]:
    """A force of two areas, of which the first has so many of the teams; or of one, where the other would be empty."""
    names = sorted(leaves)
    areas = {"area-1": names[:split], "area-2": names[split:]}
    return {"force": [a for a, teams in areas.items() if teams]} | {a: teams for a, teams in areas.items() if teams}


def could_be(tree: dict[str, list[str]], leaves: Mapping[str, tuple[int, ...]], gone: frozenset[str], part: int) -> dict[str, set[int]]:
    """Every value that each hidden team could have in one part, as far as what is shown lets it; zeros and smalls alike."""
    secret = [team for team in leaves if team in gone]
    found: dict[str, set[int]] = {team: set() for team in secret}
    for values in product(range(12), repeat=len(secret)):
        guess = {team: (p[part],) for team, p in leaves.items()} | {t: (v,) for t, v in zip(secret, values, strict=True)}
        fits = all(parts_of(place, tree, guess)[0] == parts_of(place, tree, leaves)[part] for place in tree if place not in gone)
        if fits:
            for team, value in zip(secret, values, strict=True):
                found[team].add(value)
    return found


@settings(max_examples=40, deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=4), st.integers(0, 4))
def test_no_hidden_count_can_be_told_from_what_is_shown(counts: list[int], split: int) -> None:
    leaves = {f"team-{n}": (count,) for n, count in enumerate(counts)}
    tree = a_tree(leaves, min(split, len(counts)))
    gone = hidden("force", tree, leaves)
    for team, values in could_be(tree, leaves, gone, 0).items():
        if 0 < leaves[team][0] < LEAST:
            assert len(values) > 1, (counts, split, gone, team, values)
            assert max(values) >= LEAST, (counts, split, gone, team, values)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=6), st.integers(0, 6))
def test_nothing_small_is_shown_and_what_is_shown_adds_up_to_nothing_small(parts: list[tuple[int, int]], split: int) -> None:
    leaves = {f"team-{n}": part for n, part in enumerate(parts)}
    tree = a_tree(leaves, min(split, len(parts)))
    gone = hidden("force", tree, leaves)
    for place in (*leaves, *tree):
        assert place in gone or not small(parts_of(place, tree, leaves))
    for whole, children in tree.items():
        left = [child for child in children if child in gone]
        if left and whole not in gone:
            assert len(left) >= 2
            for total in map(sum, zip(*(parts_of(child, tree, leaves) for child in left), strict=True)):
                assert total == 0 or total >= LEAST + len(left) - 1


@given(st.lists(st.tuples(st.integers(5, 90), st.integers(5, 90)), min_size=1, max_size=6), st.integers(0, 6))
def test_large_counts_are_all_shown(parts: list[tuple[int, int]], split: int) -> None:
    leaves = {f"team-{n}": part for n, part in enumerate(parts)}
    assert hidden("force", a_tree(leaves, min(split, len(parts))), leaves) == frozenset()


def test_a_nought_is_shown_and_one_small_count_takes_the_smallest_other_with_it() -> None:
    tree = {"force": ["area"], "area": ["a", "b", "c", "d"]}
    assert hidden("force", tree, {"a": (0,), "b": (30,), "c": (3,), "d": (12,)}) == {"c", "d"}
    assert hidden("force", tree, {"a": (0,), "b": (30,), "c": (0,), "d": (12,)}) == frozenset()


@given(st.lists(st.lists(st.integers(0, 40), min_size=8, max_size=8), min_size=1, max_size=5), st.integers(1, 3))
def test_how_many_concerns_are_open_gives_no_other_count_away(teams: list[list[int]], areas: int) -> None:
    """Open before, with those opened and without those closed, is open after: never are all but one of them to be had."""
    places = [Place(id=n, area_id=n % areas) for n in range(len(teams))]
    gone = secrets_of(places, lambda team: Counter(dict(zip(MATTERS, teams[team], strict=True))))
    for place, families in gone.items():
        if place != FORCE:
            assert "open" in families
    if gone[FORCE] & {"opened", "closed", "open"}:
        assert all({"opened", "closed", "open"} <= families for families in gone.values())
    else:
        assert not small(tuple(map(sum, zip(*teams, strict=True))))
