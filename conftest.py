"""What every test run needs, wherever it starts from: the choice of database."""

from __future__ import annotations

pytest_plugins = ["tests.databases"]
