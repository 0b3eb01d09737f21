"""Two forces share a database and nothing else: nobody of one reads or changes a row of the other, and no row points across."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Table, select

from engagement.core.ids import new_ref
from engagement.core.names import fold
from engagement.db import Model
from engagement.places.models import Area, Force, Neighbourhood, Team
from tests.builders import Person, Town, keep, make_contact, make_group, make_person
from tests.conftest import DiaryUnderTest
from tests.house.desk import make_desk
from tests.house.hostile import filled, parts_of
from tests.house.test_doors import rules, who_may
from tests.house.test_hostile_input import Attack, Fields, key_of, read_forms, table_of
from tests.house.test_who_reads_what import FOR_FEW, FOR_THE_TEAM, pages, secrets
from tests.house.world import make_world

__all__ = ["secrets"]  # a fixture
WORDS = (
    FOR_FEW, FOR_THE_TEAM, "ashford", "brookley", "westshire", "okoro", "jo penrose", "hargreave", "robin vale", "dana frost",
    "chris cox", "ellis moran", "noor tamsin", "bins left",
)  # fmt: skip
"""Of the first force: its groups, places and people."""
LEAVES = ("people.sign_out", "people.sign_in_now")


def neighbours(diary: DiaryUnderTest) -> Town:
    """A second force with a team, a patch, a group and somebody of each role."""
    with diary.work() as session:
        force = keep(session, Force(slug="holder", name="Holder Police"))
        area = keep(session, Area(force_id=force.id, name="Mid"))
        said = {"force_id": force.id, "area_id": area.id, "email": "team@holder.example", "telephone": "01632 960200"}
        team, team2 = (keep(session, Team(name=name, **said)) for name in ("Hessle", "Immer"))
        spots = [
            keep(session, Neighbourhood(force_id=force.id, team_id=t.id, slug=fold(n), name=n, police_uk_id=f"h-{n}"))
            for t, n in ((team, "Hessle"), (team, "Anlaby"), (team2, "Immer"))
        ]

        def one(name: str, role: str, **where: Any) -> Person:
            return make_person(session, force.id, name, "PC", role, **where)

        return Town(
            force_id=force.id, area_id=area.id, team_id=team.id, other_team_id=team2.id,
            neighbourhood_id=spots[0].id, second_neighbourhood_id=spots[1].id, other_neighbourhood_id=spots[2].id,
            pcso=one("Ida Holm", "pcso", team_id=team.id), pcso2=one("Ned Holm", "pcso", team_id=team.id),
            sergeant=one("Una Holm", "sergeant", team_id=team.id), other_pcso=one("Vic Holm", "pcso", team_id=team2.id),
            other_sergeant=one("Wyn Holm", "sergeant", team_id=team2.id), inspector=one("Xan Holm", "inspector", area_id=area.id),
            administrator=one("Yul Holm", "administrator"), engagement_officer=one("Zoe Holm", "engagement_officer"),
            analyst=one("Abe Holm", "analyst"),
        )  # fmt: skip


@pytest.mark.slow
def test_nobody_reads_what_is_of_another_force(diary: DiaryUnderTest, secrets: Town) -> None:
    ours = neighbours(diary)
    with diary.work() as session:
        make_contact(session, make_group(session, ours, "Hessle Rowers"), "Tom Holm")
    asked = (
        (where, told.casefold())
        for where, told in pages(diary, ours.sergeant)
        if not where.startswith(("/public", "/groups/import/layout"))
    )
    found = [f"{where}: {word}" for where, told in asked for word in WORDS if word in told]
    assert not found, "\n".join(found)


def _rows(diary: DiaryUnderTest, force_id: int) -> dict[tuple[str, int], Any]:
    """Every row of a force, by its table and id."""
    with diary.work() as session:
        return {
            (table.name, row.id): tuple(row)
            for table in Model.metadata.sorted_tables
            if {"force_id", "id"} <= set(table.c.keys())
            for row in session.execute(select(table).where(table.c.force_id == force_id))
        }


def _crossing(diary: DiaryUnderTest) -> list[str]:
    """Rows of one force that point at a row of another."""
    found = []
    with diary.work() as session:
        for table in Model.metadata.sorted_tables:
            for key in table.foreign_keys:
                there: Table = key.column.table
                if "force_id" not in table.c or "force_id" not in there.c:
                    continue
                other = there.alias()
                across = select(table.c.force_id, key.parent).join(other, other.c[key.column.name] == key.parent)
                wrong = session.execute(across.where(other.c.force_id != table.c.force_id)).all()
                found += [f"{table.name}.{key.parent.name} of force {row[0]}: {row[1]}" for row in wrong]
    return found


def _fresh(base: Fields, **over: list[str]) -> Fields:
    return {name: [new_ref()] if name.endswith("client_ref") else values for name, values in base.items()} | over


def _theirs(diary: DiaryUnderTest, force_id: int, part: str) -> list[str]:
    """Some keys of the force's rows that a part of an address is named after."""
    table = table_of(part)
    if table is None or "force_id" not in table.c:
        return ["1"]
    with diary.work() as session:
        return [str(key) for key in session.scalars(select(table.c.id).where(table.c.force_id == force_id).limit(2))] or ["1"]


@pytest.mark.slow
def test_no_form_reaches_across(diary: DiaryUnderTest, town: Town) -> None:
    """Every form, as a sergeant of another force would send it, and as their own with keys of the other force in it."""
    make_world(diary, town)
    make_desk(diary, town, 1, 2, for_few=FOR_FEW, for_team=FOR_THE_TEAM)
    forms = read_forms(diary, town)
    ours = neighbours(diary)
    with diary.work() as session:
        make_contact(session, make_group(session, ours, "Hessle Rowers", owner_id=ours.pcso.officer_id))
    before = _rows(diary, town.force_id)
    broken = _send_as_another(diary, town, ours, forms)
    after = _rows(diary, town.force_id)
    assert not [key for key in {*before, *after} if before.get(key) != after.get(key)]
    last = dict(sorted(_rows(diary, ours.force_id)))  # of each table's keys the highest
    keys = sorted({str(last[table]) for table in ("community_group", "contact", "officer", "neighbourhood", "team")})
    broken += _send_with_keys(diary, town, forms, keys)
    assert not _crossing(diary)
    assert not broken, "\n".join(broken)


def _send_as_another(diary: DiaryUnderTest, town: Town, ours: Town, forms: dict[str, list[tuple[str, Fields]]]) -> list[str]:
    attack = Attack(diary, ours.sergeant)
    for method, rule in rules(diary):
        if method != "POST" or rule.endpoint in LEAVES:
            continue
        parts = [name for _kind, name in parts_of(rule.rule)]
        real = {name: key_of(diary, name) for name in parts}
        for key in _theirs(diary, town.force_id, parts[0]) if parts else ("",):
            address = filled(rule.rule, real | dict.fromkeys(parts[:1], key))
            for _to, base in forms.get(f"POST {rule.endpoint}") or [("", {"reason": ["because"]})]:
                body = attack.send("POST", address, "what is theirs", _fresh(base)).casefold()
                attack.broken += [f"{address} says {word}" for word in WORDS if word in body and word not in str(base).casefold()]
    return attack.broken


def _send_with_keys(diary: DiaryUnderTest, town: Town, forms: dict[str, list[tuple[str, Fields]]], keys: list[str]) -> list[str]:
    attack = Attack(diary, town.sergeant)
    for method, rule in rules(diary):
        if method != "POST" or rule.endpoint in LEAVES or "sergeant" not in who_may(diary, rule):
            continue
        for address, base in forms.get(f"POST {rule.endpoint}", []):
            keyed = [n for n, values in base.items() if not n.endswith(("csrf_token", "version", "_ref")) and "".join(values).isdigit()]
            for name, key in product(keyed, keys):
                attack.send("POST", address, f"{name}={key}", _fresh(base, **{name: [key]}))
    return attack.broken
