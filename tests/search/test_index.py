"""The index never misses a record and never finds one that is not there: whatever is written, changed and erased, on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engagement.access.domain import Actor
from engagement.concerns.models import Action, Concern, Raising
from engagement.concerns.queries import actions_visible_to
from engagement.concerns.queries import visible_to as may_read_concern
from engagement.core.names import fold
from engagement.db import db
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.engagements.queries import visible_to as may_read_entry
from engagement.groups.models import ContactAgreement, Group, GroupNeighbourhood
from engagement.groups.queries import visible_to as may_read_group
from engagement.places.models import Neighbourhood
from engagement.search.domain import Kind, matches, words_of
from engagement.search.queries import find
from engagement.search.statements import MOST
from tests.builders import Town, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit

WORDS = (
    "parking", "park", "St Mary's", "St Mary’s", "café", "Łukasz", "Straße", "R&D", "fly-tipping", "Αθήνα", "Москва", "हिन्दी", "🚓", "ŵyl",
    "O’Brien", "HW/1234", "20mph", "\ue000e1", "a", "NOT", "x" * 60, "ﬁre", "naïve", "\u0301", '"', "%", "Київ", "чайка", "2½", "m²", "Αθηναϊκό", "scoot\u00ader",
)  # fmt: skip
TYPED = (
    "park", "parking", "st marys", "cafe", "lukasz", "strasse", "r and d", "fly", "Αθήνα", "моск", "हिन्दी", "wyl", "obrien", "hw 123", "20",
    "a", "not", "x" * 60, "fire park", "naive", "e1", "nothing", "КИЇВ", "чайк", "2½", "m2", "αθηναϊ", "scooter",
)  # fmt: skip
SAID = {
    Kind.ENGAGEMENT: (Engagement, may_read_entry, ("summary", "place")),
    Kind.CONCERN: (Concern, may_read_concern, ("title", "place", "detail")),
    Kind.ACTION: (Action, actions_visible_to, ("what", "partner", "reference", "result")),
}


Texts = list[tuple[int, tuple[str, ...]]]
"""Of each record that may be read its texts: it is found by the words of any one of them taken whole."""


def readable(session: Session, actor: Actor) -> dict[Kind, Texts]:
    """What there is to be found, by the rules alone."""
    found: dict[Kind, Texts] = {}
    for kind, (model, may_read, names) in SAID.items():
        asked: Any = select(model.id, *(getattr(model, name) for name in names)).where(may_read(actor))  # type: ignore[attr-defined]
        found[kind] = [(key, (" ".join(texts),)) for key, *texts in session.execute(asked)]
    theirs = set(session.scalars(select(Group.id).where(may_read_group(actor))))
    named = select(Group.id, Group.name, Group.about, Group.sensitive).where(Group.force_id == actor.force_id)
    found[Kind.GROUP] = [
        (key, (f"{name} {about}",) if key in theirs else () if sensitive else (name,))
        for key, name, about, sensitive in session.execute(named)
    ]
    return found


def check(diary: DiaryUnderTest, town: Town) -> int:
    """Asks as several for everything; answers how much was found in all."""
    total = 0
    for actor in [diary.actor(person) for person in (town.pcso, town.other_pcso, town.inspector)]:
        with diary.app.app_context():
            session = db.session()
            there = readable(session, actor)
            for typed in TYPED:
                words = words_of(typed)
                for one in find(session, actor, words, dict.fromkeys(Kind, (1, MOST)), typed=typed):
                    expected = {key for key, texts in there[one.kind] if any(matches(words, text) for text in texts)}
                    assert {row.id for row in one.rows} == expected, (actor.name, typed, one.kind)
                    assert one.count == len(expected)
                    total += one.count
            db.session.remove()
    return total


class Writing:
    """Writes, changes and erases at random, through the services and past them."""

    def __init__(self, diary: DiaryUnderTest, town: Town, chance: random.Random) -> None:
        self.diary, self.town, self.chance = diary, town, chance
        self.people = (town.pcso, town.pcso2, town.other_pcso)
        self.teams = (town.team_id, town.other_team_id)
        self.places = (town.neighbourhood_id, town.second_neighbourhood_id, town.other_neighbourhood_id)

    def words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 4)))

    def one(self, session: Session, model: Any) -> int | None:
        keys = list(session.scalars(select(model.id).order_by(model.id)))
        return self.chance.choice(keys) if keys else None

    def group(self) -> None:
        team = self.chance.choice(self.teams)
        place = self.places[0] if team == self.teams[0] else self.places[2]
        with self.diary.work() as session:
            make_group(
                session, self.town, self.words(), about=self.words(), team_id=team, neighbourhood_id=place,
                sensitive=self.chance.random() < 0.2, owner_id=self.chance.choice(self.people).officer_id,
            )  # fmt: skip

    def entry(self) -> None:
        who = self.chance.choice(self.people)
        with self.diary.work() as session:
            keys = list(session.scalars(select(Group.id).where(Group.sensitive.is_(False))))
        if keys:
            some = self.chance.sample(keys, k=min(len(keys), self.chance.randint(1, 3)))
            sensitive = self.chance.random() < 0.2
            put(self.diary, who, visit(some, self.diary.now, summary=self.words(), place=self.words(), sensitive=sensitive))

    def concern(self) -> None:
        actor = self.diary.actor(self.chance.choice(self.people[:2]))
        fields: dict[str, Any] = {"detail": self.words(), "place": self.words(), "sensitive": self.chance.random() < 0.2}
        with self.diary.work() as session:
            concern = make_concern(session, actor, self.diary.now, title=self.words(), neighbourhood_id=self.places[0], **fields)
            session.add(
                Action(
                    force_id=1, team_id=concern.team_id, concern_id=concern.id, by="officer", officer_id=actor.officer_id, what=self.words(),
                    reference=self.words()[:80], recorded_at=self.diary.now, recorded_by_id=actor.officer_id,
                )
            )  # fmt: skip

    def change(self) -> None:
        model, name = self.chance.choice(
            [(Group, "name"), (Group, "about"), (Engagement, "summary"), (Engagement, "place"), (Concern, "title"), (Concern, "detail"),
             (Action, "what"), (Action, "result")]
        )  # fmt: skip
        self.put(model, {name: self.words()})

    def move(self) -> None:
        who, team, place = self.chance.choice(self.people).officer_id, self.chance.choice(self.teams), self.chance.choice(self.places)
        changes: list[tuple[Any, dict[str, Any]]] = [
            (Group, {"team_id": team}), (Engagement, {"team_id": team}), (Concern, {"team_id": team}), (Action, {"team_id": team}),
            (Action, {"officer_id": who}), (Neighbourhood, {"team_id": team}), (Group, {"sensitive": self.chance.random() < 0.5}),
            (Engagement, {"recorded_by_id": who}), (Group, {"neighbourhood_id": place}),
        ]  # fmt: skip
        self.put(*self.chance.choice(changes))

    def put(self, model: Any, values: dict[str, Any]) -> None:
        with self.diary.work() as session:
            key = self.one(session, model)
            session.execute(update(model).where(model.id == key).values(values))
            if model is Group and "name" in values:
                session.execute(update(Group).where(Group.id == key).values(name_folded=fold(values["name"])))
            say_so(session)

    def span(self) -> None:
        with self.diary.work() as session:
            key, place = self.one(session, Group), self.chance.choice(self.places)
            if key is not None and session.get(GroupNeighbourhood, (key, place)) is None:
                session.add(GroupNeighbourhood(force_id=1, group_id=key, neighbourhood_id=place))
                say_so(session)

    def erase(self) -> None:
        with self.diary.work() as session:
            entry, concern, group = (self.one(session, model) for model in (Engagement, Concern, Group))
            for table in (EngagementGroup, EngagementOfficer):
                session.execute(delete(table).where(table.engagement_id == entry))
            session.execute(delete(Engagement).where(Engagement.id == entry))
            for child in (Action, Raising):
                session.execute(delete(child).where(child.concern_id == concern))
            session.execute(delete(Concern).where(Concern.id == concern))
            if session.scalar(select(EngagementGroup.group_id).where(EngagementGroup.group_id == group)) is None:
                for about in (GroupNeighbourhood, ContactAgreement):
                    session.execute(delete(about).where(about.group_id == group))
                session.execute(delete(Group).where(Group.id == group))
            say_so(session)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_written_is_found_by_who_may_read_it_and_by_nobody_else(diary: DiaryUnderTest, town: Town, seed: int) -> None:
    chance = random.Random(seed)
    writing = Writing(diary, town, chance)
    steps: list[Callable[[], None]] = [
        writing.group,
        writing.entry,
        writing.entry,
        writing.concern,
        writing.change,
        writing.move,
        writing.span,
    ]
    for step in (writing.group, writing.group, writing.group, writing.concern):
        step()
    found = 0
    for n in range(1, 51):
        chance.choice([*steps, writing.erase] if n % 7 == 0 else steps)()
        if n % 25 == 0:
            found = check(diary, town)
    assert found > 100


def test_what_was_there_before_the_index_is_in_it(diary: DiaryUnderTest, town: Town) -> None:
    """The migration fills it: from the rows, with whom a group lets read an entry."""
    chance = random.Random(7)
    writing = Writing(diary, town, chance)
    for step in [writing.group] * 4 + [writing.concern] * 3 + [writing.entry] * 8 + [writing.span] * 2 + [writing.move] * 4:
        step()
    with diary.app.app_context():
        downgrade(revision="0021")
        upgrade()
    assert check(diary, town) > 20


def test_what_was_done_with_a_group_is_found_by_the_team_that_it_came_to(diary: DiaryUnderTest, town: Town) -> None:
    """The entry stays the former team's; the group that was there lets the new one read it."""
    with diary.work() as session:
        key = make_group(session, town, "Rovers", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
    put(diary, town.other_pcso, visit([key], diary.now, summary="Talked about parking"))
    actor = diary.actor(town.pcso)

    def found() -> int:
        with diary.app.app_context():
            [one] = find(db.session(), actor, ["park"], {Kind.ENGAGEMENT: (1, MOST)})
            db.session.remove()
        return one.count

    assert found() == 0
    with diary.work() as session:
        session.execute(update(Group).where(Group.id == key).values(team_id=town.team_id))
        say_so(session)
    assert found() == 1
