"""No form is taken without its token, on whatever route: what is sent from elsewhere in somebody's name changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from engagement.db import db
from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.house.test_doors import rules, who_may
from tests.house.test_hostile_input import real_address
from tests.house.world import make_world

WITHOUT = {"POST /stop/<token>", "POST /sync/hand-in"}
"""One click in a mail program stops its letters, by RFC 8058: it has no cookie to steal and no page before it. The phone of a
closed account has no session either: its signed token says whose entries it hands in, and is good for nothing else."""


@pytest.mark.parametrize("token", ["", "forged", "IjEyMyI.aaaa.bbbb"])
def test_no_form_is_taken_without_its_token(diary: DiaryUnderTest, town: Town, token: str) -> None:
    make_world(diary, town)
    written: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split()[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    with diary.app.app_context():
        engine = db.engine
    taken = []
    event.listen(engine, "before_cursor_execute", note)
    try:
        for method, rule in rules(diary):
            if method == "GET" or f"{method} {rule.rule}" in WITHOUT:
                continue
            may = who_may(diary, rule).split()
            lower = town.sergeant if "sergeant" in may or "everybody" in may else town.inspector
            client = diary.client(town.administrator if may == ["administrator"] else lower)
            answer = client.open(real_address(diary, rule), method=method, data={"csrf_token": token, "what": "close", "do": "x"})
            if answer.status_code != 419 or written:
                taken.append(f"{method} {rule.rule}: {answer.status_code} {written[:1]}")
                written.clear()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert not taken, "\n".join(taken)
