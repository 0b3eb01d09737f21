"""Fills an empty database with an invented diary of a scale: the same rows for the same scale and day."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from engagement.access.domain import system
from engagement.audit.chains import chains, extend
from engagement.audit.domain import Entry, Operation
from engagement.bench import past
from engagement.bench.invented import FIRST, LINES, SECOND
from engagement.bench.scales import NEIGHBOURHOODS, Scale
from engagement.concerns.domain import ConcernState
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.core.clock import london_day, london_moment
from engagement.core.errors import Refused
from engagement.core.names import fold
from engagement.db import Model, apart
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.groups.domain import Agreement, due_dates
from engagement.groups.frequency import Frequency
from engagement.groups.models import Contact, ContactAgreement, Group, GroupCharacteristic
from engagement.handover.models import Handover, HandoverStep
from engagement.overdue.models import Flag
from engagement.people.models import Account, Officer, Posting
from engagement.places.models import Area, Force, Neighbourhood, Team
from engagement.priorities.models import Priority
from engagement.returns.models import QuarterlyReturn

Progress = Callable[[int, int, str], None]
CHUNK = 5_000
OFFICERS_OF_A_TEAM = 7  # the first is the sergeant; each area has an inspector besides
FREQUENCIES = (Frequency.MONTHLY, Frequency.MONTHLY, Frequency.QUARTERLY, Frequency.TWO_MONTHLY)
DAYS = {Frequency.MONTHLY: 28, Frequency.QUARTERLY: 88, Frequency.TWO_MONTHLY: 58}
BEGAN = date(2020, 1, 1)


def seed(scale: Scale, *, now: datetime, progress: Progress = lambda *_: None) -> None:
    """Writes the diary of a scale, ending at `now`, in an application context. Refused where there is a force already."""
    with apart() as connection:
        if connection.scalar(select(func.count()).select_from(Force)):
            raise Refused("This database holds something else. Seed an empty one: set ENGAGEMENT_DATABASE_URL to another.")
        _Seeder(connection, scale, now, progress).write()


class _Seeder:
    """Makes the rows of each table in the order of their references."""

    def __init__(self, connection: Connection, scale: Scale, now: datetime, progress: Progress) -> None:
        self.connection, self.scale, self.now, self.progress = connection, scale, now, progress
        self.today = london_day(now)
        self.random = random.Random(f"bench {scale.name}")
        self.done, self.total = 0, 3 * scale.engagements + 4 * scale.concerns + 3 * scale.groups
        self.last: list[date] = []

    def write(self) -> None:
        """All of it, with one audit row."""
        for model, rows in (
            (Force, self.forces()), (Area, self.areas()), (Team, self.teams()), (Neighbourhood, self.neighbourhoods()),
            (Officer, self.officers()), (Account, self.accounts()), (Posting, self.postings()),
            (Group, self.groups()), (ContactAgreement, self.agreements()), (Contact, self.contacts()),
            (Engagement, self.engagements()), (EngagementGroup, self.engagement_groups()),
            (EngagementOfficer, self.engagement_officers()),
            (Concern, self.concerns()), (Raising, self.raisings()), (Action, self.actions()), (Telling, self.tellings()),
            (Flag, past.flags(self.groups_again())), (GroupCharacteristic, past.characteristics(self.groups_again())),
            (Priority, past.priorities(self.neighbourhoods(), self.today, self.now)),
            (QuarterlyReturn, past.returns(self.teams(), self.today, self.now)),
            (Handover, past.handovers(self.now, self.today)), (HandoverStep, past.handover_steps(self.now)),
        ):  # fmt: skip
            self.insert(model, rows)
        actor = system("Benchmark", 1)
        entry = Entry(
            at=self.now,
            force_id=1,
            actor_id=None,
            actor_name=actor.name,
            operation=Operation.COLLECTION,
            entity="diary",
            ids=(),
            note="seed",
        )
        free = chains()
        free.give_back(extend(self.connection, free.key, free.borrow(), [entry]))
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("ANALYZE")

    def insert(self, model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
        """Streams rows into a table, and moves its sequence behind them."""
        table: Any = model.__table__
        stream, count = iter(rows), 0
        while chunk := list(islice(stream, CHUNK)):
            self.connection.execute(insert(table), chunk)
            count += len(chunk)
            self.done += len(chunk)
            self.progress(min(self.done, self.total), self.total, str(table.name))
        if "id" in table.columns and self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT setval(pg_get_serial_sequence(:t, 'id'), :n)"), {"t": table.name, "n": max(count, 1)})

    # Where everything lies: teams are dealt to areas in order, areas to forces, groups to teams.

    def area_of(self, team: int) -> int:
        """The area (from 1) of a team (from 1)."""
        return (team - 1) * self.scale.areas // self.scale.teams + 1

    def force_of(self, team: int) -> int:
        """The force (from 1) of a team."""
        return (self.area_of(team) - 1) * self.scale.forces // self.scale.areas + 1

    def team_of(self, group: int) -> int:
        """The team of a group (from 1)."""
        return (group - 1) * self.scale.teams // self.scale.groups + 1

    def neighbourhood_of(self, group: int) -> int:
        """The neighbourhood of a group: one of its team's."""
        first, count = self.first_neighbourhood(self.team_of(group))
        return first + group % count

    def first_neighbourhood(self, team: int) -> tuple[int, int]:
        """A team's first neighbourhood, and how many it has."""
        total = NEIGHBOURHOODS[self.scale.name]
        first, after = ((t * total) // self.scale.teams + 1 for t in (team - 1, team))
        return first, max(after - first, 1)

    def officer_of(self, team: int, n: int) -> int:
        """A team's officer: 0 is the sergeant."""
        return (team - 1) * OFFICERS_OF_A_TEAM + n + 1

    def owner_of(self, group: int) -> int:
        """The PCSO who owns a group."""
        return self.officer_of(self.team_of(group), 1 + group % (OFFICERS_OF_A_TEAM - 1))

    def group_of(self, engagement: int) -> int:
        """The group of an engagement (from 1): each group has its own in turn."""
        return (engagement - 1) % self.scale.groups + 1

    def happened(self, engagement: int) -> date:
        """The day of an engagement: a group's first is its latest, the next go back from it."""
        group, back = self.group_of(engagement), (engagement - 1) // self.scale.groups
        return self.last[group - 1] - timedelta(days=back * 17 + group % 5)

    def forces(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.forces + 1):
            yield dict(id=n, slug=f"force-{n}", name=f"Force {n}")

    def areas(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.areas + 1):
            yield dict(id=n, force_id=(n - 1) * self.scale.forces // self.scale.areas + 1, name=f"Area {n}")

    def teams(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.teams + 1):
            yield dict(
                id=n,
                force_id=self.force_of(n),
                area_id=self.area_of(n),
                name=f"Team {n}",
                email=f"team{n}@force.example",
                telephone="01632 960000",
            )

    def neighbourhoods(self) -> Iterator[dict[str, Any]]:
        for team in range(1, self.scale.teams + 1):
            first, count = self.first_neighbourhood(team)
            for n in range(first, first + count):
                yield dict(id=n, force_id=self.force_of(team), team_id=team, slug=f"place-{n}", police_uk_id=f"n-{n}", name=f"Place {n}")

    def officers(self) -> Iterator[dict[str, Any]]:
        for team in range(1, self.scale.teams + 1):
            for n in range(OFFICERS_OF_A_TEAM):
                yield self.officer(self.officer_of(team, n), self.force_of(team), "PCSO" if n else "Sergeant")
        for area in range(1, self.scale.areas + 1):
            yield self.officer(self.inspector_of(area), (area - 1) * self.scale.forces // self.scale.areas + 1, "Inspector")
        for key, force, rank, _role in self.headquarters():
            yield self.officer(key, force, rank)

    def headquarters(self) -> Iterator[tuple[int, int, str, str]]:
        """Who works for a force as a whole."""
        return past.headquarters(self.scale, self.inspector_of(self.scale.areas) + 1)

    def inspector_of(self, area: int) -> int:
        """The inspector of an area."""
        return self.scale.teams * OFFICERS_OF_A_TEAM + area

    def officer(self, n: int, force: int, rank: str) -> dict[str, Any]:
        """One officer's row."""
        name = f"{rank} {FIRST[n % len(FIRST)]}{n}"
        return dict(id=n, force_id=force, collar_number=str(n), rank=rank, name=name, name_folded=fold(name), telephone="", version=1)

    def accounts(self) -> Iterator[dict[str, Any]]:
        for row in self.officers():
            n = row["id"]
            yield dict(
                id=n, force_id=row["force_id"], officer_id=n, email=f"officer{n}@force.example", nonce=f"nonce{n}", created_at=self.now
            )

    def postings(self) -> Iterator[dict[str, Any]]:
        none: dict[str, Any] = dict(team_id=None, area_id=None, kind="home", starts_on=BEGAN, ends_on=None)
        for team in range(1, self.scale.teams + 1):
            for n in range(OFFICERS_OF_A_TEAM):
                key, role = self.officer_of(team, n), "pcso" if n else "sergeant"
                yield none | dict(id=key, force_id=self.force_of(team), officer_id=key, role=role, scope="team", team_id=team)
        for area in range(1, self.scale.areas + 1):
            key, force = self.inspector_of(area), (area - 1) * self.scale.forces // self.scale.areas + 1
            yield none | dict(id=key, force_id=force, officer_id=key, role="inspector", scope="area", area_id=area)
        for key, force, _rank, role in self.headquarters():
            yield none | dict(id=key, force_id=force, officer_id=key, role=role, scope="force")

    def frequency_of(self, group: int) -> Frequency:
        """How often a group wants to be in touch."""
        return FREQUENCIES[group % len(FREQUENCIES)]

    def groups(self) -> Iterator[dict[str, Any]]:
        late = set(self.random.sample(range(1, self.scale.groups + 1), self.scale.overdue))
        for n in range(1, self.scale.groups + 1):
            frequency, days = self.frequency_of(n), DAYS[self.frequency_of(n)]
            back = days + self.random.randint(5, 90) if n in late else self.random.randint(0, days - 1)
            last = self.today - timedelta(days=back)
            # the day that `happened()` gives a group's latest engagement
            self.last.append(last + timedelta(days=n % 5))
            due = due_dates(Agreement(frequency=frequency, starts_on=BEGAN), last)
            assert due is not None
            name = f"{FIRST[n % len(FIRST)]} {SECOND[n // len(FIRST) % len(SECOND)]} {n}"
            yield dict(
                id=n, force_id=self.force_of(self.team_of(n)), team_id=self.team_of(n), neighbourhood_id=self.neighbourhood_of(n),
                name=name, name_folded=fold(name), kind="residents", owner_id=self.owner_of(n), may_be_named=False, assumed=n % 9 == 0,
                frequency_words=frequency.label, level="involve", soon_days=due.soon_days, last_two_way_on=last, next_due_on=due.next_due_on,
                longest_on=due.longest_on, created_at=london_moment(BEGAN), version=1, latitude=50.8 + n % 97 / 1000, longitude=-1.9 + n % 89 / 1000,
            )  # fmt: skip

    def groups_again(self) -> Iterator[dict[str, Any]]:
        """What the past of each group hangs on."""
        for n, last in enumerate(self.last, start=1):
            team = self.team_of(n)
            yield dict(id=n, force_id=self.force_of(team), team_id=team, assumed=n % 9 == 0, last_two_way_on=last)

    def agreements(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.groups + 1):
            yield dict(
                id=n, force_id=self.force_of(self.team_of(n)), group_id=n, level="involve", frequency=self.frequency_of(n).value,
                assumed=n % 9 == 0, agreed_with="the chair", starts_on=BEGAN, recorded_at=self.now,
            )  # fmt: skip

    def contacts(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.groups + 1):
            name = f"Chair {FIRST[n % len(FIRST)]}"
            yield dict(
                id=n, force_id=self.force_of(self.team_of(n)), group_id=n, name=name, name_folded=fold(name), role="chair",
                mobile="07700 900321", email=f"chair{n}@group.example", channels=["mobile", "email"], version=1,
            )  # fmt: skip

    def engagements(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.engagements + 1):
            group, day = self.group_of(n), self.happened(n)
            team = self.team_of(group)
            yield dict(
                id=n, force_id=self.force_of(team), team_id=team, neighbourhood_id=self.neighbourhood_of(group), state="happened", kind="visit",
                outcome="spoke", direction="ours", happened_at=london_moment(day, 14), happened_on=day, place="", summary=LINES[n % 4],
                recorded_at=london_moment(day, 15), recorded_by_id=self.owner_of(group), version=1,
            )  # fmt: skip

    def engagement_groups(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.engagements + 1):
            group = self.group_of(n)
            yield dict(
                force_id=self.force_of(self.team_of(group)), engagement_id=n, group_id=group, part="with", host=False, spoke_with_them=True,
                counts=True, happened_on=self.happened(n),
            )  # fmt: skip

    def engagement_officers(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.engagements + 1):
            group = self.group_of(n)
            yield dict(force_id=self.force_of(self.team_of(group)), engagement_id=n, officer_id=self.owner_of(group))

    def concerns(self) -> Iterator[dict[str, Any]]:
        for n in range(1, self.scale.concerns + 1):
            group, raised = self.raiser_of(n), london_moment(self.today - timedelta(days=3 + n % 200), 10)
            title = f"Speeding in {FIRST[n % len(FIRST)]} Road {n}"
            yield dict(
                id=n, force_id=self.force_of(self.team_of(group)), team_id=self.team_of(group), neighbourhood_id=self.neighbourhood_of(group),
                title=title, title_folded=fold(title), category="speeding", owner_id=self.owner_of(group), state=ConcernState.UNDER_WAY.value,
                first_raised_at=raised, changed_at=raised, recorded_at=raised, recorded_by_id=self.owner_of(group), version=1,
            )  # fmt: skip

    def raiser_of(self, concern: int) -> int:
        """The group that raised a concern."""
        return (concern * 2 - 1) % self.scale.groups + 1

    def raisings(self) -> Iterator[dict[str, Any]]:
        for n, row in enumerate(self.concerns(), start=1):
            group = self.raiser_of(n)
            yield dict(
                id=n, force_id=row["force_id"], concern_id=n, raiser="group", group_id=group, raised_at=row["first_raised_at"],
                raised_to_id=self.owner_of(group), recorded_by_id=self.owner_of(group), recorded_at=row["first_raised_at"],
            )  # fmt: skip

    def actions(self) -> Iterator[dict[str, Any]]:
        for n, row in enumerate(self.concerns(), start=1):
            yield dict(
                id=n, force_id=row["force_id"], team_id=row["team_id"], concern_id=n, by="officer", officer_id=row["owner_id"],
                what="Speed checks at school time", due_on=self.today + timedelta(days=n % 30 - 5), recorded_at=row["first_raised_at"],
                recorded_by_id=row["owner_id"], version=1,
            )  # fmt: skip

    def tellings(self) -> Iterator[dict[str, Any]]:
        for n, row in enumerate(self.concerns(), start=1):
            at = row["first_raised_at"] + timedelta(hours=20)
            yield dict(
                id=n, force_id=row["force_id"], raising_id=n, kind="answer", told_at=at, told_by_id=row["owner_id"], how="telephone",
                recorded_at=at, words="We will check speeds at school time",
            )  # fmt: skip
