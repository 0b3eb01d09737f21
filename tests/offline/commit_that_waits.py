"""What gunicorn reads with a server that is to be killed in mid-commit: an entry that is written waits before it is kept, once a file says so.

The server is the ordinary one in all else. In the instance folder the file `wait` asks for it, and `waiting` says that a worker is there:
its rows have gone to the database, and the database has not been told to keep them.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

WAIT, WAITING = "wait", "waiting"


def post_worker_init(_worker: object) -> None:
    """Called by gunicorn in each worker that has begun."""
    folder, wrote = Path(os.environ["ENGAGEMENT_INSTANCE"]), threading.local()

    def look(_connection: object, _cursor: object, words: str, *_more: Any) -> None:
        if words.startswith("INSERT INTO engagement "):
            wrote.entry = True

    def hold(_connection: object) -> None:
        if getattr(wrote, "entry", False) and (folder / WAIT).exists():
            (folder / WAITING).touch()
            time.sleep(600)
        wrote.entry = False

    event.listen(Engine, "before_cursor_execute", look)
    event.listen(Engine, "commit", hold)
