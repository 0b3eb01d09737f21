"""Each measure is what the raw rows say, worked out again in another way, over diaries made of chance; and its rows are as many."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from engagement.concerns.clock import ELAPSED
from engagement.core.months import Month
from engagement.measures import queries
from engagement.measures.figures import FAMILIES, Book, read_book, read_months
from engagement.measures.found import Wanted
from engagement.measures.items import Asked
from engagement.measures.periods import Period, before, of_month, of_quarter, run_up
from engagement.measures.rows import KNOWN, read_rows
from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.measures.diary import TODAY, Chance
from tests.measures.naive import Naive, day, raw, up_to_date

PERIODS = (of_month(Month(2026, 10)), of_month(Month(2026, 11)), of_quarter(2026, 3), Period("own", date(2026, 8, 13), date(2026, 10, 5)))
COUNTED = {name for names in FAMILIES.values() for name in names} - {"fresh", "stale"}


def book_of(diary: DiaryUnderTest, session: Any, town: Town, period: Period, **asked: Any) -> Book:
    teams = asked.pop("teams", (town.team_id, town.other_team_id))
    places = queries.places(session, teams)
    periods = (period, before(period, TODAY))
    return read_book(session, Asked(1, teams, **asked), places, periods, now=diary.now, rule=ELAPSED, totals_only=False)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_measure_is_what_the_raw_rows_say(diary: DiaryUnderTest, town: Town, seed: int) -> None:
    with diary.work() as session:
        Chance(session, town, seed).fill()
    seen: Counter[str] = Counter()
    with diary.work() as session:
        rows = raw(session)
        for period in PERIODS:
            book = book_of(diary, session, town, period)
            for p, stretch in enumerate((period, before(period, TODAY))):
                for team in (town.team_id, town.other_team_id):
                    naive, found = Naive(rows, team, stretch.first, stretch.last, diary.now), book.of(p, place=f"t{team}")
                    assert {n: found.counts[n] for n in COUNTED | {"met"}} == {n: naive.counts[n] for n in COUNTED | {"met"}}
                    assert {k: sorted(v) for k, v in found.waits.items() if v} == {
                        k: pytest.approx(sorted(v)) for k, v in naive.waits.items() if v
                    }
                    seen.update(naive.counts)
    assert len(COUNTED - set(+seen)) <= 2, "chance made too little of everything"
    assert seen["opened_again"] > 3


def test_an_officer_s_measures_are_those_of_what_they_own(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        Chance(session, town, 4).fill()
    with diary.work() as session:
        rows, period = raw(session), of_quarter(2026, 3)
        whole = book_of(diary, session, town, period, teams=(town.team_id,))
        for owner in (town.pcso.officer_id, town.pcso2.officer_id, None):
            naive = Naive(rows, town.team_id, period.first, period.last, diary.now, owner)
            alone = book_of(diary, session, town, period, teams=(town.team_id,), officer=owner or 0).of()
            beside = whole.of(officer=owner, everybody=False)
            for name in COUNTED:
                assert alone.counts[name] == beside.counts[name] == naive.counts[name], name
            assert naive.counts.total() > 4


@pytest.mark.parametrize("seed", [5, 6])
def test_every_figure_opens_to_as_many_rows(diary: DiaryUnderTest, town: Town, seed: int) -> None:
    with diary.work() as session:
        Chance(session, town, seed).fill()
    sergeant = diary.actor(town.sergeant)
    with diary.work() as session:
        for period in PERIODS:
            figures = book_of(diary, session, town, period, teams=(town.team_id,)).of()
            asked = Asked(1, (town.team_id,))
            for name in set(KNOWN) - {"reach", "open"}:
                found = read_rows(session, sergeant, asked, period, Wanted(name), now=diary.now, rule=ELAPSED, limit=500)
                assert found.total == len(found.rows) == figures.counts[name], name
            some = read_rows(session, sergeant, asked, period, Wanted("open"), now=diary.now, rule=ELAPSED, offset=1, limit=2)
            assert some.total == figures.open
            assert len(some.rows) == max(min(figures.open - 1, 2), 0)


def test_reach_counts_every_group_of_a_community_and_those_contacted(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        Chance(session, town, 7).fill()
    with diary.work() as session:
        rows, asked, period = raw(session), Asked(1, (town.team_id, town.other_team_id)), of_quarter(2026, 3)
        found = {(r.characteristic, r.place_id): (r.groups, r.met) for r in queries.reach(session, asked, period, TODAY, by_place=False)}
        by_place = queries.reach(session, asked, period, TODAY, by_place=True)
    expected: Counter[Any] = Counter()
    for group in rows["community_group"]:
        gone, made = day(group["dormant_on"]), day(group["created_at"])
        if (gone is not None and gone <= period.last) or made is None or made > period.last:
            continue
        theirs = [c["characteristic"] for c in rows["group_characteristic"] if c["group_id"] == group["id"]] or [None]
        seen = [day(e["happened_on"]) for e in rows["engagement_group"] if e["group_id"] == group["id"] and e["counts"]]
        met = any(one is not None and period.first <= one <= period.last for one in seen)
        for name in theirs:
            expected[name, group["team_id"], "groups"] += 1
            expected[name, group["team_id"], "met"] += met
    keys = {key[:2] for key in expected}
    assert found == {key: (expected[*key, "groups"], expected[*key, "met"]) for key in keys}
    assert sum(r.groups for r in by_place) == sum(groups for groups, _met in found.values()) > 5


@pytest.mark.parametrize("seed", [8, 10])
def test_freshness_names_every_neighbourhood_with_its_noughts(diary: DiaryUnderTest, town: Town, seed: int) -> None:
    """From when each was agreed and told, withdrawn tellings left out; not from the day that is kept with it."""
    with diary.work() as session:
        Chance(session, town, seed).fill()
    with diary.work() as session:
        found = queries.freshness(session, Asked(1, (town.team_id, town.other_team_id)), TODAY)
        rows = raw(session)
    live = [(p["neighbourhood_id"], up_to_date(rows, p, TODAY)) for p in rows["priority"] if p["slot"] is not None]
    assert {r.id: (r.fresh, r.stale) for r in found} == {
        place: (live.count((place, True)), live.count((place, False)))
        for place in (town.neighbourhood_id, town.second_neighbourhood_id, town.other_neighbourhood_id)
    }


def test_the_trend_is_what_the_raw_rows_say_of_each_month(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        Chance(session, town, 14).fill()
    teams = (town.team_id, town.other_team_id)
    with diary.work() as session:
        months = read_months(session, Asked(1, teams), run_up(of_month(Month(2026, 11)), TODAY), TODAY, by_owner=False)
        rows = raw(session)
    assert len(months) == 12
    for (first, last), cells in months.items():
        for team in teams:
            naive, found = Naive(rows, team, first, last, diary.now), cells[team, None]
            names = ("kept", "late", "kept_assumed", "late_assumed")
            assert [found[name] for name in names] == [naive.counts[name] for name in names], (first, team)


def test_seeing_one_group_every_day_does_not_make_a_team_look_punctual(diary: DiaryUnderTest, town: Town) -> None:
    """What is gained by it in the figure is one group, however often it is seen."""
    with diary.work() as session:
        chance = Chance(session, town, 9)
        chance.groups = []
        easy, hard = (chance.group(name) for name in ("easy", "hard"))
        for group in (easy, hard):
            group.team_id, group.owner_id = town.team_id, town.pcso.officer_id
        for _ in range(60):
            chance.contact(easy)
    with diary.work() as session:
        figures = book_of(diary, session, town, of_month(Month(2026, 10))).of()
    assert figures.counts["kept"] + figures.counts["kept_assumed"] <= 1
