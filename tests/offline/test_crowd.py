"""Many phones at once to two web processes, and a server killed in mid-commit: every entry is there, none twice."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engagement.audit.models import AuditRow
from engagement.audit.verify import verify
from engagement.core.ids import new_token
from engagement.db import db, reading
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.settling import drifted
from engagement.people.models import Account, Officer, Posting
from tests.builders import LONG_AGO, WHEN, Person, Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.offline.phone import entry
from tests.offline.server import PATIENCE, Line, Server, served

ENTRIES = 20
SENDERS = 16  # who are sending at one moment; the others stand behind them
TRIES = 8


def how_many(diary: DiaryUnderTest) -> int:
    """A hundred phones; PHONES=1000 for the benchmark. SQLite has one writer, and is no choice for a force."""
    with diary.app.app_context():
        few = db.engine.dialect.name == "sqlite"
    return 10 if few else int(os.environ.get("PHONES", "100"))


def once_each(diary: DiaryUnderTest, refs: set[str]) -> None:
    """Every reference is there exactly once, with its group, its audit row, and the group's dates as the rules say."""
    with diary.app.app_context():
        session = reading()
        there = list(session.scalars(select(Engagement.client_ref)))
        links = session.scalar(select(func.count()).select_from(EngagementGroup))
        ids = set(session.scalars(select(Engagement.id)))
        audited = [
            i
            for row in session.scalars(select(AuditRow.ids).where(AuditRow.entity == "engagement", AuditRow.actor_id.is_not(None)))
            for i in row
        ]
        groups = list(session.scalars(select(EngagementGroup.group_id).distinct()))
        assert len(there) == len(set(there)), "some are there twice"
        assert set(there) == refs, f"{len(refs - set(there))} are lost"
        assert links == len(refs)
        assert sorted(audited) == sorted(ids)
        assert not drifted(session, groups, today=diary.now.date())


@pytest.mark.slow
def test_many_phones_at_once_and_a_server_killed_in_mid_commit_lose_nothing_and_double_nothing(diary: DiaryUnderTest, town: Town) -> None:
    phones = how_many(diary)
    with diary.work() as session:
        groups = [make_group(session, town, f"Group {n}").id for n in range(40)]
        people = crew(session, town, phones)
    with served(diary) as server:
        refs = _all_at_once(diary, server, people, groups)
        once_each(diary, refs)
        refs |= _killed_and_sent_again(diary, server, (town.pcso, town.pcso2, town.sergeant), groups)
    once_each(diary, refs)
    with diary.app.app_context():
        assert not verify(reading()).faults


def crew(session: Session, town: Town, number: int) -> list[Person]:
    """So many PCSOs of the first team, made in a few statements."""
    names = [f"Officer {n}" for n in range(number)]
    officers = [
        Officer(
            force_id=town.force_id, collar_number=str(9000 + n), rank="PCSO", name=name, name_folded=name.lower(), telephone="07700 900100"
        )
        for n, name in enumerate(names)
    ]  # fmt: skip
    session.add_all(officers)
    session.flush()
    whose = [{"force_id": town.force_id, "officer_id": officer.id} for officer in officers]
    accounts = [Account(**one, email=f"officer{n}@crowd.example", nonce=new_token()[:20], created_at=WHEN) for n, one in enumerate(whose)]
    session.add_all([*accounts, *(Posting(**one, role="pcso", scope="team", team_id=town.team_id, starts_on=LONG_AGO) for one in whose)])
    session.flush()
    say_so(session, town.force_id)
    return [
        Person(officer_id=account.officer_id, account_id=account.id, name=name, email=account.email)
        for name, account in zip(names, accounts, strict=True)
    ]


def _all_at_once(diary: DiaryUnderTest, server: Server, people: list[Person], groups: list[int]) -> set[str]:
    """Everybody sends their entries at once; answers the references, each of which has its receipt."""
    lines = [(Line(diary, server.port, person.account_id), drafts(person, groups, n)) for n, person in enumerate(people)]
    began = perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        sent = list(pool.map(lambda one: until_kept(*one), lines))
    taken = perf_counter() - began
    phones, again = len(people), sum(sent) - len(people)
    rate = phones * ENTRIES / taken
    said = f"{phones} phones of {ENTRIES} entries: {taken:.1f} s, {rate:.0f} entries a second, {again} sent again, none lost, none twice"
    print("\n" + said)  # noqa: T201  figures that were asked for
    return {draft["client_ref"] for _line, some in lines for draft in some}


def drafts(person: Person, groups: list[int], seed: int) -> list[dict[str, Any]]:
    """A phone's entries, of groups in an order of its own."""
    mine = Random(seed).sample(groups, ENTRIES)
    return [entry(person, group_ids=[str(group)], summary=f"Talked about matter {n}") for n, group in enumerate(mine)]


def until_kept(line: Line, some: list[dict[str, Any]]) -> int:
    """Sends until every entry has its receipt, as a phone does; answers how often it took."""
    left = {draft["client_ref"]: draft for draft in some}
    for tries in range(1, TRIES + 1):
        for receipt in line.send(list(left.values())) or ():
            assert receipt["outcome"] == "kept", receipt
            left.pop(receipt["client_ref"])
        if not left:
            return tries
    raise AssertionError(f"{len(left)} were not kept after {TRIES} sendings")


def _killed_and_sent_again(diary: DiaryUnderTest, server: Server, people: tuple[Person, ...], groups: list[int]) -> set[str]:
    """Three send all they have while the server is killed under them; then they send it again. Answers the references."""
    kept: set[str] = set()
    outboxes = [[draft for n in range(3) for draft in drafts(person, groups, n)] for person in people]
    refs = {draft["client_ref"] for some in outboxes for draft in some}
    _sent_while_killed(diary, server, people, outboxes, kept)
    for person, some in zip(people, outboxes, strict=True):
        line = Line(diary, server.port, person.account_id)
        for start in range(0, len(some), ENTRIES):
            until_kept(line, some[start : start + ENTRIES])
    assert kept <= refs
    return refs


def _sent_while_killed(
    diary: DiaryUnderTest, server: Server, people: tuple[Person, ...], outboxes: list[list[dict[str, Any]]], kept: set[str]
) -> None:
    """Everybody sends all they have, in batches; once the first of all is answered the server dies under the rest, and comes back."""

    def go(person: Person, some: list[dict[str, Any]]) -> None:
        line = Line(diary, server.port, person.account_id)
        for start in range(0, len(some), ENTRIES):
            receipts = line.send(some[start : start + ENTRIES])
            answered.set()
            kept.update(r["client_ref"] for r in receipts or () if r["outcome"] == "kept")

    answered = threading.Event()
    threads = [threading.Thread(target=go, args=one) for one in zip(people, outboxes, strict=True)]
    for thread in threads:
        thread.start()
    assert answered.wait(PATIENCE)
    server.kill()
    for thread in threads:
        thread.join()
    server.start()
