"""Which totals an analyst is shown: no count under five, and none that could be had by subtracting others. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEAST = 5
"""The smallest count, but for a nought, that is shown. A nought names nobody, and is what a gap in the work looks like."""

Parts = tuple[int, ...]
Tree = Mapping[str, Sequence[str]]
"""Each whole with the places that it is the sum of: the force with its areas, an area with its teams."""


def small(parts: Parts) -> bool:
    """Whether any of the parts is a count under five."""
    return any(0 < part < LEAST for part in parts)


def hidden(root: str, tree: Tree, leaves: Mapping[str, Parts]) -> frozenset[str]:
    """The places whose parts are not shown, of a tree of places whose parts add up.

    A place is shown with all of its parts or with none, so that nothing follows from its own sum. Hidden are those with
    a count under five. Then, of each whole, the smallest others, until what is left over when everything shown is taken
    from the whole belongs to two places at least, and is so much that no one of them can be told, nor even that it is under
    five. Where there are not enough others, the whole is hidden as well, and counts as left over in the one above it.

    `leaves` has the parts of each place that is not a whole, all of the same length. The answer is the same for whatever
    part of the tree is looked at: it is worked out for the whole tree.
    """
    found: set[str] = set()
    _hide(root, tree, leaves, found)
    return frozenset(found)


def parts_of(place: str, tree: Tree, leaves: Mapping[str, Parts]) -> Parts:
    """The parts of a place: its own, or the sums over the places in it."""
    if place not in tree:
        return leaves[place]
    inner = [parts_of(child, tree, leaves) for child in tree[place]]
    return tuple(map(sum, zip(*inner, strict=True))) if inner else ()


def _hide(place: str, tree: Tree, leaves: Mapping[str, Parts], found: set[str]) -> None:
    for child in tree.get(place, ()):
        _hide(child, tree, leaves, found)
    if small(parts_of(place, tree, leaves)):
        found.add(place)
    if place not in tree:
        return
    while (gone := _open(place, tree, found)) and not _enough([leaves[leaf] for leaf in gone]):
        path = _smallest(place, tree, leaves, found)
        if path is None:
            found.add(place)  # its whole is not to be had either: what is open here is open in the whole that it is part of
            return
        found.update(path)


def _open(place: str, tree: Tree, found: set[str]) -> list[str]:
    """The leaves whose sum is what is left of a whole when everything shown within it is taken from it."""
    left: list[str] = []
    for child in tree.get(place, ()):
        if child in found:
            left += _open(child, tree, found) if child in tree else [child]
    return left


def _smallest(place: str, tree: Tree, leaves: Mapping[str, Parts], found: set[str]) -> list[str] | None:
    """The smallest leaf still shown within a whole, noughts last, with the wholes between: they would give it away. None: no leaf."""
    paths = [path for path in _paths(place, tree) if path[-1] not in found]
    return min(paths, key=lambda path: (not any(leaves[path[-1]]), sum(leaves[path[-1]]), path[-1]), default=None)


def _paths(place: str, tree: Tree) -> list[list[str]]:
    if place not in tree:
        return [[place]]
    return [([child] if child in tree else []) + path for child in tree[place] for path in _paths(child, tree)]


def _enough(gone: Sequence[Parts]) -> bool:
    """Whether what is hidden together leaves each part open: every place in it could have anything from one to five or more."""
    most_pinned = len(gone) + LEAST - 1
    return len(gone) >= 2 and all(total == 0 or total >= most_pinned for total in map(sum, zip(*gone, strict=True)))
