"""The floor under each page: a bare Flask view that does the same with plain SQL, as little as can be.

It reads the signed cookie, loads the account and its postings in one query, runs the page's main query, writes one
audit row, and renders as many rows with a plain template. What the diary takes beyond it is what the diary costs.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from flask import Flask, redirect, render_template, request, session
from jinja2 import DictLoader
from sqlalchemy import Engine
from werkzeug.wrappers import Response as BaseResponse

ACCOUNT = """
SELECT a.id, a.force_id, a.nonce, o.id, o.name, p.role, p.scope, t.id
FROM account a JOIN officer o ON o.id = a.officer_id
LEFT JOIN posting p ON p.officer_id = o.id AND p.starts_on <= :today AND (p.ends_on IS NULL OR p.ends_on >= :today)
LEFT JOIN team t ON (p.scope = 'team' AND t.id = p.team_id) OR (p.scope = 'area' AND t.area_id = p.area_id)
WHERE a.id = :account AND a.disabled_at IS NULL
"""
AUDIT = """
INSERT INTO audit_row (chain, seq, prev, hash, at, force_id, actor_id, actor_name, operation, entity, ids, fields, note)
VALUES (:chain, :seq, :prev, :hash, :at, :force, :actor, :name, :operation, :entity, :ids, :fields, '')
"""
PAGE = """<!doctype html><html lang="en"><head><title>Floor</title></head><body><h1>Floor</h1><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></body></html>"""


class Plain:
    """The database by its driver alone: the same engine's connections, no SQLAlchemy in between."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sqlite = engine.dialect.name == "sqlite"

    def sql(self, statement: str) -> str:
        """The statement with the driver's own marks."""
        return statement if self.sqlite else re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement)

    def value(self, value: Any) -> Any:
        """A value as the driver takes it."""
        if self.sqlite and isinstance(value, datetime):
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        if self.sqlite and isinstance(value, date):
            return value.isoformat()
        return value

    def begin(self, cursor: Any, *, writing: bool) -> None:
        """Begins a transaction; PostgreSQL's driver does so by itself."""
        if self.sqlite:
            cursor.execute("BEGIN IMMEDIATE" if writing else "BEGIN")

    def run(self, cursor: Any, statement: str, values: Mapping[str, Any]) -> Any:
        """Executes one statement."""
        return cursor.execute(self.sql(statement), {name: self.value(v) for name, v in values.items()})


@dataclass(frozen=True, slots=True)
class Main:
    """A page's main query with its values, and how many rows the page shows in all its lists and tables."""

    statement: str
    values: Any
    rows: int


class Floor:
    """A bare application with one view for each page that is measured."""

    def __init__(self, engine: Engine, secret: str, mains: Mapping[str, Main]) -> None:
        self.plain = Plain(engine)
        self.mains = mains
        self.chain, self.seq, self.prev = uuid.uuid4().hex, 0, "0" * 64
        self.app = Flask("floor")
        self.app.secret_key = secret
        self.app.jinja_loader = DictLoader({"page.html": PAGE})  # compiled once, as any template
        self.app.config["SESSION_COOKIE_NAME"] = "diary"
        self.app.add_url_rule("/<page>", view_func=self.page)
        self.app.add_url_rule("/log", view_func=self.log, methods=["POST"])

    def page(self, page: str) -> str:
        """A list: the account, the main query, one audit row, a plain table."""
        main = self.mains[page]
        connection = self.plain.engine.raw_connection()
        cursor = connection.cursor()
        try:
            self.plain.begin(cursor, writing=False)
            who = self.who(cursor)
            cursor.execute(main.statement, main.values)
            rows = cursor.fetchall()
            connection.commit()
            self.plain.begin(cursor, writing=True)
            self.audit(cursor, who, [row[0] for row in rows])
            connection.commit()
        finally:
            cursor.close()
            connection.close()
        return render_template("page.html", rows=islice(cycle(rows), main.rows))

    def who(self, cursor: Any) -> Any:
        """The account of the cookie with its postings."""
        account, _, nonce = str(session["_user_id"]).partition(":")
        self.plain.run(cursor, ACCOUNT, {"account": int(account), "today": datetime.now(UTC).date()})
        rows = cursor.fetchall()
        if not rows or rows[0][2] != nonce:
            raise RuntimeError("the floor was asked by nobody")
        return rows[0]

    def audit(
        self,
        cursor: Any,
        who: Sequence[Any],
        ids: Sequence[Any],
        operation: str = "consultation",
        entity: str = "group",
        fields: str = "[]",
    ) -> None:
        """One row behind the last."""
        now, self.seq = datetime.now(UTC), self.seq + 1
        said = json.dumps([self.chain, self.seq, self.prev, now.isoformat(), who[1], who[0], who[4], operation, entity, list(ids), fields])
        digest = hashlib.sha256(said.encode()).hexdigest()
        values = dict(
            chain=self.chain,
            seq=self.seq,
            prev=self.prev,
            hash=digest,
            at=now,
            force=who[1],
            actor=who[0],
            name=who[4],
            operation=operation,
            entity=entity,
            ids=json.dumps(list(ids)),
            fields=fields,
        )
        self.plain.run(cursor, AUDIT, values)
        self.prev = digest

    def log(self) -> BaseResponse:
        """An engagement with one group: its rows, the group's dates, one audit row, in one transaction."""
        now = datetime.now(UTC)
        group, line, ref = int(request.form["group"]), request.form["summary"], request.form["client_ref"]
        connection = self.plain.engine.raw_connection()
        cursor = connection.cursor()
        try:
            self.plain.begin(cursor, writing=True)
            who = self.who(cursor)
            values = dict(
                force=who[1], team=who[7], officer=who[3], now=now, today=now.date(), line=line, ref=ref, group=group,
                due=now.date() + timedelta(days=30), longest=now.date() + timedelta(days=45),
            )  # fmt: skip
            self.plain.run(cursor, ENGAGEMENT, values)
            [(values["engagement"],)] = cursor.fetchall()
            for statement in (LINK, OFFICER, DATES):
                self.plain.run(cursor, statement, values)
            self.audit(cursor, who, [values["engagement"]])
            connection.commit()
        finally:
            cursor.close()
            connection.close()
        return redirect("/", 303)


ENGAGEMENT = """
INSERT INTO engagement (force_id, team_id, state, kind, outcome, direction, happened_at, happened_on, place, summary, with_resident,
 before_the_diary, sensitive, override_reason, client_ref, content_hash, recorded_at, recorded_by_id, withdrawn_reason, version)
VALUES (:force, :team, 'happened', 'visit', 'spoke', 'ours', :now, :today, '', :line, FALSE,
 FALSE, FALSE, '', :ref, '', :now, :officer, '', 1) RETURNING id
"""
LINK = """
INSERT INTO engagement_group (force_id, engagement_id, group_id, part, host, spoke_with_them, counts, happened_on)
VALUES (:force, :engagement, :group, 'with', TRUE, TRUE, TRUE, :today)
"""
OFFICER = "INSERT INTO engagement_officer (force_id, engagement_id, officer_id) VALUES (:force, :engagement, :officer)"
DATES = """
UPDATE community_group SET last_two_way_on = :today, next_due_on = :due, longest_on = :longest
WHERE id = :group AND (last_two_way_on IS NULL OR last_two_way_on <= :today)
"""

# What `flag-overdue` and `draft-summaries` come to, as one statement each.
FLAGS = """
INSERT INTO flag (force_id, team_id, group_id, due_on, raised_on, assumed)
SELECT g.force_id, g.team_id, g.id, g.next_due_on, :today, g.assumed FROM community_group g
WHERE g.next_due_on <= :today AND g.dormant_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM flag f WHERE f.group_id = g.id AND f.due_on = g.next_due_on)
"""
SUMMARIES = """
INSERT INTO summary (force_id, team_id, neighbourhood_id, month, state, drafted_at)
SELECT DISTINCT c.force_id, c.team_id, c.neighbourhood_id, :month, 'drafted', :now FROM concern c
JOIN action a ON a.concern_id = c.id LEFT JOIN raising r ON r.concern_id = c.id
WHERE (a.done_on >= :first AND a.done_on < :after) OR (c.first_raised_at >= :first AND c.first_raised_at < :after)
"""
