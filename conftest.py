"""What every test run needs, wherever it starts from: the choice of database."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("diary", deadline=None)  # a busy machine is not a fault in a rule
settings.load_profile("diary")

pytest_plugins = ["tests.databases"]
