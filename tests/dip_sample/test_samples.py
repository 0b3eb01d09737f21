"""A month's sample is drawn once, read by the sergeant, and commented on to who recorded the entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from engagement.audit.models import AuditRow
from engagement.concerns.acting import act
from engagement.concerns.domain import ActionBy
from engagement.concerns.drafts import ActionDraft
from engagement.dip_sample.domain import Candidate, draw
from engagement.dip_sample.jobs import draw_dip_samples
from engagement.dip_sample.models import DipEntry, DipSample
from engagement.engagements.models import EngagementGroup
from engagement.groups.models import Group
from engagement.people.queries import notes_of
from tests.builders import Person, Town, make_group, say_so
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.pages import words


def run(diary: DiaryUnderTest) -> int:
    with diary.app.app_context():
        return draw_dip_samples(diary.now)["drawn"]


def october(diary: DiaryUnderTest, town: Town, number: int, person: Person | None = None, **fields) -> None:
    """So many visits recorded in October, and now it is November."""
    with diary.work() as session:
        group = make_group(session, town, f"Group of {number} by {(person or town.pcso).name}").id
    diary.clock.move(-timedelta(days=40))
    for n in range(number):
        put(diary, person or town.pcso, visit([group], diary.now - timedelta(hours=n), summary=f"Visit {n}", **fields))
    diary.clock.move(timedelta(days=40))


def notes(diary: DiaryUnderTest, person: Person) -> list[str]:
    with diary.work() as session:
        return [note.words for note in notes_of(session, person.officer_id)]


def drawn(diary: DiaryUnderTest, team_id: int) -> tuple[DipSample, list[DipEntry]]:
    with diary.work() as session:
        sample = session.scalars(select(DipSample).where(DipSample.team_id == team_id, DipSample.month == "2026-10")).one()
        return sample, list(session.scalars(select(DipEntry).where(DipEntry.sample_id == sample.id).order_by(DipEntry.place)))


def test_each_team_and_month_is_drawn_once_and_missed_months_are_made_up(diary: DiaryUnderTest, town: Town) -> None:
    october(diary, town, 14)
    actor = diary.actor(town.pcso)
    diary.clock.move(-timedelta(days=40))
    with diary.work() as session:
        make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id, override_reason="It is the name of a road")
    diary.clock.move(timedelta(days=40))
    assert run(diary) == 6  # two teams, August to October
    assert run(diary) == 0
    sample, entries = drawn(diary, town.team_id)
    assert (sample.drawn_from, len(entries)) == (15, 10)
    assert [one.overridden for one in entries].count(True) == 1
    candidates = [Candidate(entity="engagement", id=n, officer_id=1) for n in range(1, 15)]
    candidates.append(Candidate(entity="concern", id=1, officer_id=1, overridden=True))
    again = [(one.entity, one.id) for one in draw(candidates, sample.seed)]
    assert again == [(one.entity, one.entity_id) for one in entries], "the stored seed draws the same again"
    assert notes(diary, town.sergeant) == ["October 2026: 10 entries were drawn for you to read and comment on."]
    assert notes(diary, town.other_sergeant) == []


def test_fewer_than_ten_are_all_and_a_sergeants_own_are_not_among_them(diary: DiaryUnderTest, town: Town) -> None:
    october(diary, town, 3)
    october(diary, town, 2, town.sergeant)
    run(diary)
    sample, entries = drawn(diary, town.team_id)
    assert sample.drawn_from == len(entries) == 3
    assert {one.officer_id for one in entries} == {town.pcso.officer_id}


def test_the_sergeant_reads_and_says_something_which_the_officer_finds(diary: DiaryUnderTest, town: Town) -> None:
    october(diary, town, 3)
    run(diary)
    sample, entries = drawn(diary, town.team_id)
    client = diary.client(town.sergeant)
    assert "October 2026, Ashford Ashford 3 of 3 0 of 3" in words(client.get("/dip-samples")).replace("Ashford3", "Ashford 3")
    page = client.get(f"/dip-samples/{sample.id}")
    assert "Visit 2" in words(page) and "Read: 0 of 3." in words(page)
    for said in ("Well put, thank you", "Well put. Say next time who it was raised to"):
        assert client.post(f"/dip-samples/entries/{entries[0].id}", data={"words": said, "csrf_token": token(page)}).status_code == 303
    assert client.post(f"/dip-samples/entries/{entries[1].id}", data={"nothing": "1", "csrf_token": token(page)}).status_code == 303
    assert notes(diary, town.pcso) == [
        "About your entry, which was drawn for the dip-sample: Well put. Say next time who it was raised to"
    ]  # fmt: skip
    assert f'href="/engagements/{entries[0].entity_id}"' in diary.client(town.pcso).get("/").get_data(as_text=True)
    assert "Read: 2 of 3." in words(client.get(f"/dip-samples/{sample.id}"))
    with diary.work() as session:
        rows = session.execute(select(AuditRow.entity, AuditRow.operation)).all()
        assert ("dip_entry", "alteration") in rows and ("dip_sample", "collection") in rows
    refused = client.post(f"/dip-samples/entries/{entries[2].id}", data={"words": "x" * 1001, "csrf_token": token(page)})
    assert refused.status_code == 422 and "x" * 200 in refused.get_data(as_text=True)


def test_an_action_saved_over_a_warning_is_drawn_read_and_commented_on_at_its_concern(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    diary.clock.move(-timedelta(days=40))
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, neighbourhood_id=town.neighbourhood_id)
        plain = ActionDraft(concern_id=concern.id, by=ActionBy.OFFICER, what="Ask the council for a sign")
        warned = replace(plain, what="Speak to the driver of AB12 CDE", override_reason="It is the council's own lorry")
        kept = [act(session, actor, one, now=diary.now).id for one in (plain, warned)]
        closed = make_concern(session, actor, diary.now, title="Words on a wall", neighbourhood_id=town.neighbourhood_id, sensitive=True)
        act(session, actor, replace(warned, concern_id=closed.id, what="Speak to the family"), now=diary.now)
        concern_id = concern.id
    diary.clock.move(timedelta(days=40))
    run(diary)
    sample, entries = drawn(diary, town.team_id)
    drawn_actions = {one.entity_id: one.id for one in entries if one.entity == "action"}
    assert (sample.drawn_from, len(drawn_actions)) == (4, 2), "two concerns, and the actions that were warned about"
    assert kept[0] not in drawn_actions
    client = diary.client(town.sergeant)
    page = client.get(f"/dip-samples/{sample.id}")
    said = words(page)
    assert "Speak to the driver of AB12 CDE" in said and "Saved over a warning about its words: It is the council's own lorry" in said
    assert "Action or promise · " in said
    answer = client.post(f"/dip-samples/entries/{drawn_actions[kept[1]]}", data={"words": "No marks, please", "csrf_token": token(page)})
    assert answer.status_code == 303
    assert f'href="/concerns/{concern_id}"' in diary.client(town.pcso).get("/").get_data(as_text=True)
    assert notes(diary, town.pcso) == ["About your entry, which was drawn for the dip-sample: No marks, please"]


def test_an_entry_that_became_closed_to_its_reader_is_counted_apart(diary: DiaryUnderTest, town: Town) -> None:
    october(diary, town, 3)
    with diary.work() as session:
        ours = make_group(session, town, "Ashford circle").id
        theirs = make_group(session, town, "Brookley circle", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
    diary.clock.move(-timedelta(days=40))
    put(diary, town.pcso, visit([ours, theirs], diary.now - timedelta(hours=9), summary="Visit beside"))
    diary.clock.move(timedelta(days=40))
    run(diary)
    sample, entries = drawn(diary, town.team_id)
    client, inspector = diary.client(town.sergeant), diary.client(town.inspector)
    page = client.get(f"/dip-samples/{sample.id}")
    assert "Visit beside" in words(page)
    with diary.work() as session:
        session.get_one(Group, theirs).sensitive = True
        say_so(session)
        [closed] = session.scalars(select(EngagementGroup.engagement_id).where(EngagementGroup.group_id == theirs))
    for one in entries:
        answer = client.post(f"/dip-samples/entries/{one.id}", data={"nothing": "1", "csrf_token": token(page)})
        assert answer.status_code == (404 if one.entity_id == closed else 303)
    page = client.get(f"/dip-samples/{sample.id}")
    assert "Read: 3 of 3. 1 is not yours to read." in words(page) and "Visit beside" not in words(page)
    assert "1 not yours to read" in words(client.get("/dip-samples"))
    assert "3 of 4" in words(inspector.get("/dip-samples")), "who leads both teams has one left"


def test_nobody_reads_another_teams_or_their_own(diary: DiaryUnderTest, town: Town) -> None:
    october(diary, town, 2)
    run(diary)
    sample, entries = drawn(diary, town.team_id)
    assert diary.client(town.other_sergeant).get(f"/dip-samples/{sample.id}").status_code == 404
    assert diary.client(town.pcso).get("/dip-samples").status_code == 404
    assert diary.client(town.inspector).get(f"/dip-samples/{sample.id}").status_code == 200
    with diary.work() as session:
        session.get_one(DipEntry, entries[0].id).officer_id = town.sergeant.officer_id
        say_so(session)
    client = diary.client(town.sergeant)
    page = client.get(f"/dip-samples/{sample.id}")
    assert "Your own entry: somebody else reads it." in words(page)
    assert client.post(f"/dip-samples/entries/{entries[0].id}", data={"words": "Fine", "csrf_token": token(page)}).status_code == 422


def token(page) -> str:
    return str(page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0])
