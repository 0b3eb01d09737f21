"""A phone's sending beside its floor: the same rows by plain SQL through the same driver, one savepoint for each entry."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from time import perf_counter
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Engine, func, select
from werkzeug.test import EnvironBuilder, run_wsgi_app

from engagement.bench.cast import LINE, Cast, cast_of, cookie_of
from engagement.bench.floors import DATES, LINK, OFFICER, Floor
from engagement.bench.timing import Browser
from engagement.core.ids import new_ref
from engagement.db import db
from engagement.engagements.models import Engagement
from engagement.engagements.writing import FIELDS

ENTRIES, SENDINGS, WARM_UP = 20, 60, 5
# The row as the diary keeps it: team and neighbourhood are the group's, and what was said has its fingerprint.
ENGAGEMENT = """
INSERT INTO engagement (force_id, team_id, neighbourhood_id, state, kind, outcome, direction, happened_at, happened_on, place, summary,
 with_resident, before_the_diary, sensitive, override_reason, client_ref, content_hash, recorded_at, recorded_by_id, withdrawn_reason, version)
SELECT :force, g.team_id, g.neighbourhood_id, 'happened', :kind, :outcome, :direction, :happened, :today, '', :line,
 FALSE, FALSE, FALSE, '', :ref, :content, :now, :officer, '', 1 FROM community_group g WHERE g.id = :group RETURNING id
"""
FIELDS_SAID = json.dumps(FIELDS)


class SyncFloor(Floor):
    """The bare application with one more view: takes a sending as little as can be."""

    def __init__(self, engine: Engine, secret: str) -> None:
        super().__init__(engine, secret, {})
        self.app.add_url_rule("/sync", view_func=self.sync, methods=["POST"])

    def sync(self) -> Response:
        """Each entry behind a savepoint: its row, its links, its group's dates, its audit row."""
        now = datetime.now(UTC)
        drafts, receipts = json.loads(request.get_data())["drafts"], []
        connection = self.plain.engine.raw_connection()
        cursor = connection.cursor()
        try:
            self.plain.begin(cursor, writing=True)
            who = self.who(cursor)
            for draft in drafts:
                cursor.execute("SAVEPOINT one")
                happened = datetime.fromisoformat(draft["happened_at"])
                values = dict(
                    force=who[1], officer=who[3], now=now, happened=happened, today=happened.date(), line=draft["summary"],
                    kind=draft["kind"], outcome=draft["outcome"], direction=draft["direction"], ref=draft["client_ref"],
                    content=hashlib.sha256(json.dumps(draft).encode()).hexdigest(), group=int(draft["group_ids"][0]),
                    due=now.date() + timedelta(days=30), longest=now.date() + timedelta(days=45),
                )  # fmt: skip
                self.plain.run(cursor, ENGAGEMENT, values)
                [(values["engagement"],)] = cursor.fetchall()
                for statement in (LINK, OFFICER, DATES):
                    self.plain.run(cursor, statement, values)
                self.audit(cursor, who, [values["engagement"]], "collection", "engagement", FIELDS_SAID)
                cursor.execute("RELEASE SAVEPOINT one")
                receipts.append({"client_ref": draft["client_ref"], "outcome": "kept", "engagement_id": str(values["engagement"])})
            connection.commit()
        finally:
            cursor.close()
            connection.close()
        return Response(json.dumps({"receipts": receipts}), mimetype="application/json")


def sync_figures(app: Flask, *, sendings: int = SENDINGS, entries: int = ENTRIES) -> dict[str, float | int]:
    """Sendings of a phone in turn with the floor's: entries a second of each, the ratio, and what is lost or there twice."""
    cast = cast_of(app)
    with app.app_context():
        engine = db.engine
    browser = Browser(app, cookie_of(app, cast.pcso))
    beneath = Browser(SyncFloor(engine, app.config["SECRET_KEY"]).app, browser.cookie)
    token = str(json.loads(browser.get("/api/session"))["csrf_token"])
    typed = drafts(cast)
    sent: list[str] = []
    taken: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for run in range(WARM_UP + sendings):
        for side, times in zip((browser, beneath), taken, strict=True):
            some = [next(typed) for _ in range(entries)]
            body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "drafts": some, "views": [], "waiting": []}).encode()
            began = perf_counter()
            answer = _post(side, body, token)
            passed = perf_counter() - began
            if run >= WARM_UP:
                times.append(passed)
            if [r["outcome"] for r in answer["receipts"]] != ["kept"] * entries:
                raise RuntimeError(f"a sending was not kept whole: {answer}")
            if side is browser:
                sent += [draft["client_ref"] for draft in some]
    rate, floor = (entries / statistics.median(times) for times in taken)
    with app.app_context():
        there = count_of(sent)
    return {
        "drafts_per_s": round(rate, 1), "floor_per_s": round(floor, 1), "ratio": round(rate / floor, 2),
        "lost": len(sent) - len(there), "duplicated": sum(n - 1 for n in there.values()),
    }  # fmt: skip


def count_of(refs: list[str]) -> dict[str, int]:
    """How many rows there are of each reference, of those of which there are any."""
    found: dict[str, int] = {}
    for start in range(0, len(refs), 500):
        some = Engagement.client_ref.in_(refs[start : start + 500])
        rows = db.session.execute(select(Engagement.client_ref, func.count()).where(some).group_by(Engagement.client_ref))
        found |= {str(ref): int(number) for ref, number in rows}
    return found


def drafts(cast: Cast) -> Iterator[dict[str, Any]]:
    """Entries of a PCSO one after another, with each of their groups in turn, as a phone sends them."""
    for group in cycle(cast.groups):
        now = datetime.now(UTC).isoformat()
        yield {
            "client_ref": new_ref(), "owner": str(cast.pcso), "group_ids": [str(group)], "kind": "visit", "outcome": "spoke",
            "direction": "ours", "happened_at": now, "typed_at": now, "summary": LINE,
        }  # fmt: skip


def _post(browser: Browser, body: bytes, token: str) -> Any:
    builder = EnvironBuilder(
        "/sync", method="POST", headers=[("Cookie", browser.cookie), ("X-CSRFToken", token)], input_stream=io.BytesIO(body),
        content_length=len(body), content_type="application/json",
    )  # fmt: skip
    chunks, status, _headers = run_wsgi_app(browser.app, builder.get_environ(), buffered=True)
    text = b"".join(chunks)
    if not status.startswith("200"):
        raise RuntimeError(f"/sync answered {status}: {text[:400]!r}")
    return json.loads(text)
