"""These tests want browsers that `make engines` installs: without ENGINES=1 they are no part of what is run."""

from __future__ import annotations

import os

collect_ignore_glob = [] if os.environ.get("ENGINES") else ["test_*.py"]
