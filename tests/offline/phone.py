"""A phone for tests: it keeps drafts, asks who is signed in, and sends; nothing more than its JSON."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from engagement.db import reading
from engagement.engagements.models import Engagement
from tests.builders import Person
from tests.conftest import DiaryUnderTest
from tests.pages import PageClient


def ref() -> str:
    return str(uuid.uuid4())


def entry(who: Person, **said: Any) -> dict[str, Any]:
    """A draft as `interfaces.md` has it: a visit of a group that is named in `said`."""
    values: dict[str, Any] = {"client_ref": ref(), "owner": str(who.account_id), "kind": "visit", "outcome": "spoke", "summary": "Talked"}
    return {name: value for name, value in (values | said).items() if value is not ...}


def post(client: PageClient, body: Any, *, token: str | None = None, device: str = "", address: str = "/sync") -> TestResponse:
    """Sends a body; with a fresh token unless one is given."""
    if token is None:
        token = (client.get("/api/session").get_json() or {}).get("csrf_token", "none")
    headers = {"X-CSRFToken": token} | ({"X-Device": device} if device else {})
    return client.post(address, json=body, headers=headers)


def send(diary: DiaryUnderTest, who: Person, *drafts: Any, sent_at: datetime | None = None, **more: Any) -> list[dict[str, Any]]:
    """Sends drafts as that person's phone does; answers the receipts."""
    device = more.pop("device", "")
    answer = post(diary.client(who), {"sent_at": (sent_at or diary.now).isoformat(), "drafts": list(drafts), **more}, device=device)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    receipts: list[dict[str, Any]] = answer.get_json()["receipts"]
    assert len(receipts) == len(drafts)
    return receipts


def rows(diary: DiaryUnderTest) -> list[Engagement]:
    """Every engagement there is, oldest first."""
    with diary.app.app_context():
        return list(reading().scalars(select(Engagement).order_by(Engagement.id)))


def count(diary: DiaryUnderTest, table: Any, *where: Any) -> int:
    with diary.app.app_context():
        return reading().scalar(select(func.count()).select_from(table).where(*where)) or 0
