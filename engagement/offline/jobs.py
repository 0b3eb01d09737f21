"""The day's look at phones: `tell_unsent` tells officers and sergeants of entries that a device has not sent for a week."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from engagement.db import reading, unit_of_work
from engagement.offline.devices import WEEK, tell_of
from engagement.offline.models import DeviceReport
from engagement.offline.queries import still_unsent
from engagement.settings import current

BATCH = 100


def tell_unsent(now: datetime) -> dict[str, int]:
    """Leaves a note on the shift of each officer whose device still holds entries after the days that are set, and of the sergeant.

    It asks what is so, so that a missed day is made up; once for each device and week. Counts: `devices`, `notes`.
    """
    days = current().number("offline", "unsent_days")
    owed = (
        select(DeviceReport.id)
        .where(
            still_unsent(),
            DeviceReport.oldest_kept_at <= now - timedelta(days=days),
            or_(DeviceReport.told_at.is_(None), DeviceReport.told_at <= now - WEEK),
        )
        .order_by(DeviceReport.id)
    )
    session = reading()
    ids = session.scalars(owed).all()
    session.close()
    counts = {"devices": 0, "notes": 0}
    for start in range(0, len(ids), BATCH):
        with unit_of_work() as session:
            some = owed.where(DeviceReport.id.in_(ids[start : start + BATCH])).with_for_update()  # as it is now
            for report_id in session.scalars(some).all():
                counts["devices"] += 1
                counts["notes"] += tell_of(session, session.get_one(DeviceReport, report_id), days, now=now)
    return counts
