"""What a page weighs on the road, and that browsers may keep its static files."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from engagement.web.compression import without_remarks
from engagement.web.static_files import STATIC, asset
from tests.builders import Town
from tests.conftest import DiaryUnderTest

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", ["govuk/govuk.css", "diary.css", "js/start.mjs"])
def test_a_static_file_is_packed_and_kept_for_good(diary: DiaryUnderTest, path: str) -> None:
    answer = diary.client().get(asset(path), headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == without_remarks(STATIC / path)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    with diary.client().get(asset(path)) as plain:
        assert (plain.headers.get("Content-Encoding"), plain.data) == (None, (STATIC / path).read_bytes())
    with diary.client().get(asset(path), headers=GZIP | {"If-None-Match": answer.headers["ETag"]}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_only_remarks_stay_at_home() -> None:
    """What a browser reads of a script or a style is the same without its comments, and others' files keep their licences."""
    for path in [*STATIC.glob("js/*.mjs"), STATIC / "diary.css", STATIC / "service-worker.mjs"]:
        whole, sent = path.read_text().splitlines(), iter(without_remarks(path).decode().splitlines())
        due, inside = next(sent, None), False
        for line in whole:
            if not inside and due is not None and line.startswith(due) and _ends_in_a_remark(line, due):
                due = next(sent, None)
                continue
            remark = line.strip()
            inside = inside or remark.startswith("/*")
            assert inside or remark.startswith("//"), f"{path.name}: {line}"
            inside = inside and not remark.endswith("*/")
        assert due is None, f"{path.name}: {due}"
    assert without_remarks(STATIC / "govuk" / "govuk.css") == (STATIC / "govuk" / "govuk.css").read_bytes()


def _ends_in_a_remark(line: str, code: str) -> bool:
    """Whether the rest of a line is a comment or nothing, and stands in no text: whatever was opened before it is closed."""
    return line == code or bool(
        code.strip() and line[len(code) :].lstrip().startswith("// ") and all(code.count(mark) % 2 == 0 for mark in "'\"`")
    )


def test_a_page_is_packed_for_who_takes_it_and_is_not_kept(diary: DiaryUnderTest) -> None:
    packed = FlaskClient(diary.app, diary.app.response_class).get("/sign-in", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(packed.data)
    assert len(packed.data) == packed.content_length
    assert packed.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in diary.client().get("/sign-in").headers


def test_what_is_not_there_is_not_kept(diary: DiaryUnderTest) -> None:
    answer = diary.client().get(asset("diary.css").replace("diary.css", "nothing.css"))
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")
    with pytest.raises(FileNotFoundError):
        asset("nothing.css")


def test_modules_import_only_what_is_there() -> None:
    for module in STATIC.glob("js/*.mjs"):
        for found in re.findall(r"^(?:import|export) .*from '(\.[^']+)'", module.read_text(), re.M):
            assert (module.parent / found).resolve().is_file(), f"{module.name} imports {found}"


def test_all_that_every_page_loads_is_under_thirty_kilobytes(diary: DiaryUnderTest, town: Town) -> None:
    page = diary.client(town.pcso).get("/")
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|mjs|svg))"', page.get_data(as_text=True))
    assert any(address.endswith("start.mjs") for address in addresses)
    addresses += [asset("js/begin.mjs"), asset("govuk/govuk.mjs")]
    weight = sum(len(diary.client().get(address, headers=GZIP).data) for address in addresses)
    assert weight < 30_000
