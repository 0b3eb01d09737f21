"""A phone whose only entry breaks the service each time it is sent: its officer and the sergeant are told after a week all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.offline.phone import ref
from tests.offline.phone_process import PhoneProcess
from tests.offline.test_devices import notes, run


@pytest.mark.parametrize("status", [500, 502])
def test_what_the_service_never_takes_is_told_of_after_a_week(diary: DiaryUnderTest, town: Town, status: int) -> None:
    client, wrong = diary.client(town.pcso), [status]

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        if wrong and asked["address"] == "/sync" and '"drafts":[]' not in asked["body"]:
            return {"status": status, "body": None}
        said = client.open(asked["address"], method=asked["method"], headers=asked["headers"], data=asked["body"])
        return {"status": said.status_code, "body": said.get_json(silent=True)}

    phone, mine = PhoneProcess(answer), str(town.pcso.account_id)
    fields = [["group_name", "Links Road Residents"], ["kind", "visit"], ["outcome", "spoke"], ["when", "just_now"], ["summary", "Talked"]]

    def do(what: str, **more: Any) -> None:
        _, failed = phone.do(what, at=int(diary.now.timestamp() * 1000), **more)
        assert failed is None, failed

    try:
        do("new")
        do("open", account=mine, release=1)
        do("save", tab=0, id=ref(), fields=fields, state="waiting")
        do("send", tab=0)
        assert run(diary) == {"devices": 0, "notes": 0}
        diary.clock.move(timedelta(days=8))
        client = diary.client(town.pcso)
        do("send", tab=0)
        assert run(diary) == {"devices": 1, "notes": 2}
        assert [len(notes(diary, who)) for who in (town.pcso, town.sergeant)] == [1, 1]
        wrong.clear()
        do("send", tab=0)
        assert not phone.do("look")[0]
        assert not notes(diary, town.sergeant)
    finally:
        phone.close()
