"""What the log page weighs on the road, and how many questions it asks the database."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta

from engagement.engagements.domain import Kind
from engagement.engagements.service import RaisedConcern
from engagement.web.static_files import STATIC, asset
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.pages import PageClient

LOG = "/engagements/new"
FIRST_LOAD, AFTERWARDS, SCRIPT = 60_000, 15_000, 40_000


def modules_of(path: str, *, later: bool = False) -> set[str]:
    """A module and all that it imports; with `later`, also what it imports once it is asked for."""
    imports = r"(?:from |import |import\()'(\.[^']+)'" if later else r"(?:from|import) '(\.[^']+)'"
    found, waiting = set(), [path]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        folder = (STATIC / one).parent
        others = re.findall(imports, (STATIC / one).read_text())
        waiting += [(folder / other).resolve().relative_to(STATIC.resolve()).as_posix() for other in others]
    return found


def packed(client: PageClient, address: str) -> int:
    return len(client.get(address, headers={"Accept-Encoding": "gzip"}).data)


def test_the_log_page_with_all_it_needs_is_light(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        groups = [make_group(session, town, f"Elm Green Residents' Association of the Long Name {i}") for i in range(8)]
        make_contact(session, groups[0])
        ids = [g.id for g in groups]
    put(diary, town.pcso, visit(ids, diary.now, concerns=tuple(RaisedConcern(title=f"Speeding on Links Road {i}") for i in range(8))))
    client = diary.client(town.pcso)
    page = client.get(f"{LOG}?group={ids[0]}&kind={Kind.THEIR_MEETING}").get_data(as_text=True)
    html = len(gzip.compress(page.encode(), 3))
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|mjs|svg))"', page))
    scripts = {asset(m) for s in addresses if s.endswith(".mjs") for m in modules_of(s.split("/", 3)[3])}
    roots = [s.split("/", 3)[3] for s in addresses if s.endswith(".mjs")] + ["js/log-without-signal.mjs"]
    all_scripts = {asset(m) for root in roots for m in modules_of(root, later=True)}
    script = sum(packed(client, address) for address in all_scripts)
    print(f"log page: {script:,} bytes of script compressed, with and without a signal")  # noqa: T201  a figure that is asked for
    assert script < SCRIPT, script
    first = html + sum(packed(client, address) for address in addresses | scripts)
    assert html < AFTERWARDS, html
    assert first < FIRST_LOAD, first


def test_the_questions_do_not_grow_with_the_patch(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        ids = [make_group(session, town, f"Group {i}").id for i in range(3)]
    client = diary.client(town.pcso)

    def count(address: str) -> int:
        with diary.app.app_context(), statements() as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = count(f"{LOG}?group={ids[0]}")
    with diary.work() as session:
        ids += [make_group(session, town, f"Another {i}").id for i in range(60)]
    for n in range(20):
        put(diary, town.pcso, visit(ids[n : n + 3], diary.now - timedelta(days=n), concerns=(RaisedConcern(title=f"Matter {n}"),)))
    assert count(f"{LOG}?group={ids[0]}") <= few
    assert few <= 18, few


def test_a_save_asks_few_questions(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town).id
    client = diary.client(town.pcso)
    page = client.get(LOG)
    with diary.app.app_context(), statements() as asked:
        assert client.send(page, {"group": club, "kind": "visit", "summary": "x"}).status_code == 303
    assert len(asked) <= 24, asked
