"""The job that sends what waits in the outbox."""

from __future__ import annotations

from datetime import datetime

from engagement.mail.service import deliver


def send_mail(now: datetime) -> dict[str, int]:
    """Sends the letters that wait and may leave now. Counts: sent, refused, later."""
    return deliver(now)
