"""What the processes write down of themselves; the access log says which page and how long it took, never who asked."""

from __future__ import annotations

import logging
import os
import sys
from time import perf_counter

from flask import Flask, Response, g, request

log = logging.getLogger("engagement.access")


def begin_logging(level: str = "INFO") -> None:
    """Writes lines of a level and above to standard error; `ENGAGEMENT_LOG` names another level."""
    level = os.environ.get("ENGAGEMENT_LOG", level).upper()
    known = level if level in logging.getLevelNamesMapping() else "INFO"
    logging.basicConfig(level=known, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


def init_access_log(app: Flask) -> None:
    """Logs a line for each answer. The address is the pattern of the page, so neither ids nor tokens of links are kept."""

    def begin() -> None:
        g.began = perf_counter()

    def end(response: Response) -> Response:
        if not log.isEnabledFor(logging.INFO):
            return response
        took = (perf_counter() - g.pop("began", perf_counter())) * 1000
        pattern = request.url_rule.rule if request.url_rule is not None else "-"
        log.info("%s %s %s %s B %.1f ms", request.method, pattern, response.status_code, response.content_length or 0, took)
        return response

    app.before_request(begin)
    app.after_request(end)
