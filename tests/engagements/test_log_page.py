"""The log page without JavaScript: what is offered, what is refused and kept, and what becomes of a save."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from engagement.concerns.models import Action, Concern, Raising
from engagement.core.dates import say_date
from engagement.core.ids import new_ref
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer, KeptElsewhere
from engagement.engagements.service import RaisedConcern
from engagement.groups.models import Group
from engagement.people.models import Officer
from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.pages import PageClient, words

LOG = "/engagements/new"


def test_three_choices_and_a_line(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    answer = phone.fill(LOG, {"group": club, "kind": "visit", "summary": "Talked about the fair 🎪"})
    assert answer.status_code == 303
    page = phone.get(answer.location)
    assert "On the record" in words(page)
    assert "next contact due Thu 24 Dec" in words(page)
    with diary.work() as session:
        row = session.execute(select(Engagement.kind, Engagement.outcome, Engagement.summary)).one()
        assert tuple(row) == ("visit", "spoke", "Talked about the fair 🎪")


def test_the_same_page_sent_twice_is_one_engagement(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    page = phone.get(f"{LOG}?group={club}&kind=visit")
    first = phone.send(page, {"summary": "Once"})
    again = phone.send(page, {"summary": "Once"})
    assert first.location == again.location
    other = phone.send(page, {"summary": "Other words"})
    assert other.status_code == 422
    assert "saved already, in other words" in words(other)
    kept = phone.send(other)
    assert kept.status_code == 303
    assert kept.location != first.location
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Engagement)) == 2


def test_no_answer_needs_no_line(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    answer = phone.fill(LOG, {"group": club, "kind": "phone", "outcome": "no_answer"})
    assert answer.status_code == 303
    assert "does not count as contact" in words(phone.get(answer.location))
    put(diary, town.pcso, visit([club], diary.now - timedelta(days=200)))
    with diary.work() as session:
        due = session.get_one(Group, club).next_due_on
    assert due is not None and f"still due since {say_date(due, diary.now.date())}" in words(phone.get(answer.location))
    refused = phone.fill(LOG, {"group": club, "kind": "phone"})
    assert refused.status_code == 422
    assert "Say in a line what happened" in words(refused)


def test_a_name_typed_is_found_or_asked(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    with diary.work() as session:
        make_group(session, town, "Ashford Stroke Friends")
        far = make_group(session, town, "Brookley Stroke Club", team_id=town.other_team_id, neighbourhood_id=town.other_neighbourhood_id).id
    assert phone.fill(LOG, {"group_name": "ashford STROKE club", "kind": "visit", "summary": "x"}).status_code == 303
    asked = phone.fill(LOG, {"group_name": "stroke", "kind": "visit", "summary": "Keep this"})
    assert asked.status_code == 422
    assert "Brookley Stroke Club, Brookley" in words(asked)
    assert "Keep this" in asked.get_data(as_text=True)
    assert phone.send(asked, {"group": far}).status_code == 303
    with diary.work() as session:
        assert session.scalar(select(func.count()).where(EngagementGroup.group_id == far)) == 1


def test_a_group_not_known_is_made_in_two_sends(diary: DiaryUnderTest, town: Town, phone: PageClient) -> None:
    asked = phone.fill(LOG, {"group_name": "Elm Green Knitters", "kind": "visit", "summary": "First talk"})
    assert asked.status_code == 422
    made = phone.send(asked, {"group": "new", "new_kind": "arts"})
    assert made.status_code == 303
    with diary.work() as session:
        row = session.execute(select(Group.name, Group.kind, Group.to_confirm, Group.last_two_way_on)).one()
        assert tuple(row) == ("Elm Green Knitters", "arts", True, date(2026, 11, 24))


def test_a_resident(diary: DiaryUnderTest, phone: PageClient) -> None:
    sent = {"group": "resident", "kind": "patrol_chat", "summary": "Asked about parking", "concern-0-title": "Parking on Mill Lane"}
    assert phone.fill(LOG, sent).status_code == 303
    with diary.work() as session:
        assert tuple(session.execute(select(Raising.raiser, Raising.group_id)).one()) == ("resident", None)


def test_a_meeting_with_eight_concerns_without_javascript(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    page = phone.get(f"{LOG}?group={club}&kind=their_meeting")
    titles = [
        "Speeding on Links Road", "Parking outside the chemist", "Litter by the pond", "Youths in the shelter", "Dog fouling on the rec",
        "Graffiti at the hall", "Bogus callers", "Fireworks after eleven",
    ]  # fmt: skip
    first = {f"concern-{i}-title": title for i, title in enumerate(titles[:4])}
    more = phone.send(page, {"summary": "Parish meeting", "place": "The village hall", **first}, button="More lines")
    assert more.status_code == 200
    assert "Litter by the pond" in more.get_data(as_text=True)
    rest = {f"concern-{i + 4}-title": title for i, title in enumerate(titles[4:])} | {
        "concern-7-tap": "answered",
        "concern-2-tap": "council",
    }
    saved = phone.send(more, rest)
    assert saved.status_code == 303
    assert "6 answers are owed, the first by" in words(phone.get(saved.location))
    with diary.work() as session:
        found = session.execute(select(Concern.title, Concern.category, Concern.state, Concern.place).order_by(Concern.id)).all()
    assert [row.title for row in found] == titles
    assert [row.state for row in found].count("closed") == 2
    assert found[0].category == "speeding"
    assert not any(row.place for row in found)  # the hall is where they were raised, not where they are


def test_what_is_seen_on_the_beat_is_where_the_officer_was(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    phone.fill(LOG, {"group": club, "kind": "patrol_chat", "summary": "x", "place": "The duck pond", "concern-0-title": "Litter again"})
    with diary.work() as session:
        assert session.scalars(select(Concern.place)).all() == ["The duck pond"]


def test_a_line_like_an_open_concern_asks_whether_it_is_the_same(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    phone.fill(LOG, {"group": club, "kind": "visit", "summary": "x", "concern-0-title": "Speeding on Links Road"})
    sent = {"group": club, "kind": "phone", "summary": "y", "concern-0-title": "Speeding, Links Rd"}
    asked = phone.fill(LOG, sent)
    assert asked.status_code == 422
    assert "Already open since Tue 24 Nov" in words(asked) and "“Speeding, Links Rd”: is it the same thing as one" in words(asked)
    with diary.work() as session:
        known = session.scalar(select(Concern.id))
    assert phone.send(asked, {"concern-0-same": known}).status_code == 303
    asked = phone.fill(LOG, sent | {"kind": "email"})
    assert phone.send(asked, {"concern-0-same": "new"}).status_code == 303
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Concern)) == 2
        assert session.scalar(select(func.count()).where(Raising.concern_id == known)) == 2


def test_what_they_are_owed_is_ticked_in_the_same_save(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    put(diary, town.pcso, visit([club], diary.now, concerns=(RaisedConcern(title="Speeding on Links Road"),)))
    page = phone.get(f"{LOG}?group={club}&kind=phone")
    assert "Speeding on Links Road: what we will do" in words(page)
    with diary.work() as session:
        raising = session.scalar(select(Raising.id))
    assert phone.send(page, {"summary": "Told them", "tell": f"{raising}:answer"}).status_code == 303
    with diary.work() as session:
        assert session.scalar(select(Concern.state)) == "answered"
    assert "what we will do" not in words(phone.get(f"{LOG}?group={club}"))


def test_promises_by_friday_or_a_day(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    sent = {"group": club, "kind": "visit", "summary": "x", "promise-0-what": "Bring marking kits"}
    assert phone.fill(LOG, sent).status_code == 303
    refused = phone.fill(LOG, sent | {"promise-0-by": "day", "promise-0-day": "1/11/2026"})
    assert refused.status_code == 422
    assert "Date must be today or later" in words(refused)
    assert phone.send(refused, {"promise-0-day": "1/12/2026"}).status_code == 303
    with diary.work() as session:
        assert session.scalars(select(Action.due_on).order_by(Action.id)).all() == [date(2026, 11, 27), date(2026, 12, 1)]


def test_officers_by_tick_and_collar_number_and_for_another(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    with diary.work() as session:
        number = session.scalar(select(Officer.collar_number).where(Officer.id == town.other_pcso.officer_id))
    sent = {"group": club, "kind": "visit", "summary": "x", "officer": town.pcso2.officer_id, "officers": f"{number}"}
    assert phone.fill(LOG, sent).status_code == 303
    with diary.work() as session:
        there = set(session.scalars(select(EngagementOfficer.officer_id)))
    assert there == {town.pcso.officer_id, town.pcso2.officer_id, town.other_pcso.officer_id}
    unknown = phone.fill(LOG, {"group": club, "kind": "talk", "summary": "x", "for_officer": "99999"})
    assert unknown.status_code == 422
    assert "No officer of the force has the collar number 99999" in words(unknown)


def test_another_officer_logged_it_add_yourself(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    entry = put(diary, town.pcso2, visit([club], diary.now)).engagement_id
    asked = phone.fill(LOG, {"group": club, "kind": "visit", "summary": "Same visit"})
    assert asked.status_code == 422
    heading = asked.text.split("<h1")[1].split("</h1>")[0]
    assert "Jo Penrose logged this: add yourself?" in heading  # the page is the question, with one button for each answer
    assert asked.text.count("/add-yourself") == 1
    assert asked.text.count("There is a problem") == phone.get(LOG).text.count("There is a problem")
    token = asked.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    assert phone.post(f"/engagements/{entry}/add-yourself", data={"csrf_token": token}).status_code == 303
    typed = new_ref()
    instead = phone.post(f"/engagements/{entry}/add-yourself", data={"csrf_token": token, "client_ref": typed}).headers["Location"]
    assert f'data-receipt="{typed}"' in phone.get(instead).text  # the words that this took the place of leave the phone with its answer
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(EngagementOfficer)) == 2
        assert session.scalar(select(func.count()).select_from(Engagement)) == 1
    with diary.work() as session:
        other = make_group(session, town, "Elm Green Hall").id
    put(diary, town.pcso2, visit([other], diary.now))
    asked = phone.fill(LOG, {"group": other, "kind": "visit", "summary": "Another visit"})
    assert phone.send(asked).status_code == 422  # no answer is none
    with diary.work() as session:
        theirs = session.scalars(select(Engagement.id).order_by(Engagement.id.desc())).first()
    assert phone.send(asked, {"apart": str(theirs)}).status_code == 303


def test_what_was_typed_goes_with_who_adds_themselves(diary: DiaryUnderTest, town: Town, phone: PageClient, club: int) -> None:
    entry = put(diary, town.pcso2, visit([club], diary.now)).engagement_id
    ref = new_ref()
    typed = {
        "client_ref": ref, "group": club, "kind": "visit", "summary": "Asked about parking too", "attendance": "12",
        "concern-0-title": "Cars on the zigzags at the school", "promise-0-what": "Bring the leaflets",
    }  # fmt: skip
    asked = phone.fill(LOG, typed)
    assert asked.status_code == 422
    add = f"/engagements/{entry}/add-yourself"
    sent = typed | {"csrf_token": asked.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0], "outcome": "spoke"}
    person = phone.post(add, data=sent | {"summary": "Ring 07700 900123 about parking"})
    assert person.status_code == 422  # read as any free text is, and nothing is done or lost
    assert all(words in person.text for words in ("Ring 07700 900123 about parking", "Cars on the zigzags", "Bring the leaflets", add))
    long = phone.post(add, data=sent | {"summary": "word " * 59})
    assert long.status_code == 422
    assert "the two are longer than 300 characters" in words(long)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(EngagementOfficer)) == 1
        theirs = session.scalars(select(Engagement.summary)).one()
    for _once_and_again in range(2):
        done = phone.post(add, data=sent)
        assert done.status_code == 303
        assert f'data-receipt="{ref}"' in phone.get(done.headers["Location"]).text
        with diary.work() as session:
            said = session.execute(select(Engagement.id, Engagement.summary, Engagement.attendance)).one()
            raised = session.execute(select(Concern.title, Raising.engagement_id, Raising.recorded_by_id).join(Raising)).one()
            promised = session.execute(select(Action.what, Action.engagement_id, Action.officer_id).where(Action.what != "")).one()
        assert tuple(said) == (entry, f"{theirs.rstrip('.')}. Asked about parking too", 12)
        assert tuple(raised) == ("Cars on the zigzags at the school", entry, town.pcso.officer_id)
        assert tuple(promised) == ("Bring the leaflets", entry, town.pcso.officer_id)


def test_a_warning_shows_whole_words_around_what_it_found(phone: PageClient, club: int) -> None:
    said = f"{'neighbourhood ' * 9}07700 900123{' neighbourhood' * 9}"
    page = phone.fill(LOG, {"group": club, "kind": "visit", "summary": said}).get_data(as_text=True)
    assert "… neighbourhood neighbourhood <mark>07700 900123</mark> neighbourhood neighbourhood …" in page


def test_words_that_look_like_a_person_are_asked_once(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    asked = phone.fill(LOG, {"group": club, "kind": "visit", "summary": "Ring 07700 900123 <b>now</b>"})
    assert asked.status_code == 422
    assert "<mark>07700 900123</mark> &lt;b&gt;" in asked.get_data(as_text=True)
    assert phone.send(asked).status_code == 422
    assert phone.send(asked, {"override_reason": "It is printed on their door"}).status_code == 303
    with diary.work() as session:
        assert session.scalar(select(Engagement.override_reason)) == "It is printed on their door"


def test_a_contact_named_makes_a_chat_count(diary: DiaryUnderTest, phone: PageClient, club: int) -> None:
    with diary.work() as session:
        contact = make_contact(session, session.get_one(Group, club)).id
    page = phone.get(f"{LOG}?group={club}&kind=patrol_chat")
    assert "Asha Merrow, clerk" in words(page)
    answer = phone.send(page, {"summary": "Met at the shops", "contact": contact})
    assert "next contact due" in words(phone.get(answer.location))


def test_not_for_the_diary_keeps_kind_and_day_alone(diary: DiaryUnderTest, phone: PageClient) -> None:
    page = phone.get("/engagements/not-for-the-diary")
    assert "An intelligence report (3x5x2)" in words(page)
    assert phone.send(page, {"kind": "intelligence", "summary": "He deals"}).status_code == 303
    with diary.work() as session:
        kept = session.scalars(select(KeptElsewhere)).one()
        assert (kept.kind, kept.reference) == ("intelligence", "")
        assert session.scalar(select(func.count()).select_from(Engagement)) == 0
    assert phone.send(page, {"kind": "gossip"}).status_code == 422
    back = phone.send(page, {"kind": "crime", "reference": "he broke in"})
    assert back.status_code == 422 and 'value="he broke in"' in back.get_data(as_text=True)
    assert "Enter the reference alone, such as 55260123456" in words(back)
