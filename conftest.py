"""What every test run needs, wherever it starts from: the choice of database, the order of the tests, a collector that rests."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

settings.register_profile("diary", deadline=None)  # a busy machine is not a fault in a rule
settings.load_profile("diary")

pytest_plugins = ["tests.databases"]

# An eighth of a run's time went into looking for garbage among a million objects that stay: the diary, its libraries, the tests.
gc.set_threshold(10_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: no worker then waits at the end for another one."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.freeze()
