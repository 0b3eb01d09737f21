"""The job that proves the record each night and seals it."""

from __future__ import annotations

import logging
from datetime import datetime

from engagement.audit.verify import seal_day, verify
from engagement.core.clock import london_day
from engagement.db import reading, unit_of_work

log = logging.getLogger(__name__)


def check_audit(now: datetime) -> dict[str, int]:
    """Seals the ends of all chains for this day, then reads the record whole. Counts: rows, chains, faults; each fault is logged."""
    with unit_of_work() as session:
        sealed = seal_day(session, london_day(now))
    report = verify(reading())
    reading().rollback()
    for fault in report.faults:
        log.error("audit: %s", fault)
    return {"rows": report.rows, "chains": report.chains, "sealed": int(sealed), "faults": len(report.faults)}
