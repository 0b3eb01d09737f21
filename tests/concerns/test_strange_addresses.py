"""Addresses that nobody made: each is a page that is not there, never a fault."""

from __future__ import annotations

import pytest

from tests.builders import Town
from tests.conftest import DiaryUnderTest


@pytest.mark.parametrize("number", ["0", "999999", str(2**63), "9" * 40, "-1", "1e3", "١"])
@pytest.mark.parametrize(
    "path", ["/concerns/{}", "/concerns/{}/tell", "/promises/{}/end", "/raisings/{}/withdraw", "/tellings/{}/take-back"]
)
def test_an_id_of_any_size_is_not_there(diary: DiaryUnderTest, town: Town, path: str, number: str) -> None:
    assert diary.client(town.pcso).get(path.format(number)).status_code == 404
