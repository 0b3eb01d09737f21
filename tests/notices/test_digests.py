"""An officer's digest: at the start of their day, never empty, once a day whatever runs; and clocks handed on in time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from engagement.board.jobs import send_digests
from engagement.concerns.models import Concern
from engagement.core.errors import Refused
from engagement.engagements.domain import Kind
from engagement.engagements.drafts import PlanDraft
from engagement.engagements.service import Promised, plan
from engagement.mail.domain import Slot
from engagement.mail.models import DailyLetter, Letter
from engagement.mail.service import LetterDraft, post, post_daily
from engagement.notices.jobs import send_notices
from engagement.notices.models import ClockTold
from engagement.people.absence import put_off
from engagement.people.models import Account, Cover, DutyPattern
from tests.builders import LONG_AGO, Person, Town, keep, make_group
from tests.concerns.makers import make_concern
from tests.conftest import DiaryUnderTest
from tests.counting import statements
from tests.engagements.drafts import put, visit
from tests.pages import words

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)


def late(diary: DiaryUnderTest, town: Town, name: str, **fields) -> int:
    due: dict[str, Any] = {"last_two_way_on": LONG_AGO, "next_due_on": TODAY - 9 * DAY, "longest_on": TODAY + 9 * DAY, "level": "involve"}
    with diary.work() as session:
        return make_group(session, town, name, **(due | fields)).id


def pattern(diary: DiaryUnderTest, town: Town, person: Person, turns: str, *hours: list[str], anchor: date = TODAY) -> None:
    """A pattern since long ago that is at its first letter on the anchor."""
    starts = anchor - 20 * len(turns) * DAY
    with diary.work() as session:
        keep(
            session,
            DutyPattern(
                force_id=town.force_id, officer_id=person.officer_id, starts_on=starts, anchor=starts.toordinal(), turns=turns,
                length=len(turns), hours=list(hours), recorded_at=diary.now,
            ),
        )  # fmt: skip


def off(diary: DiaryUnderTest, town: Town, *people: Person, days: int = 3) -> None:
    with diary.work() as session:
        for person in people:
            put_off(session, diary.actor(town.sergeant), person.officer_id, TODAY, TODAY + days * DAY, reason="leave", now=diary.now)


def run(diary: DiaryUnderTest, at: datetime | None = None) -> dict[str, int]:
    if at is not None:
        diary.clock.at = at
    with diary.app.app_context():
        return send_notices(diary.now)


def letters(diary: DiaryUnderTest, kind: str = "digest") -> list[Letter]:
    with diary.work() as session:
        return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def test_it_comes_when_the_shift_begins_and_once(diary: DiaryUnderTest, town: Town) -> None:
    club = late(diary, town, "Ashford Youth Club")
    made = (Promised(what="Bring marking kits", due_on=TODAY),)
    put(diary, town.pcso, visit([late(diary, town, "Elm Green Watch")], diary.now - 9 * DAY, promises=made))
    pattern(diary, town, town.pcso, "aaaaaa----", ["14:00", "22:00"])
    assert run(diary, datetime(2026, 11, 24, 13, 59, tzinfo=UTC))["sent"] == 0
    assert run(diary, datetime(2026, 11, 24, 14, 0, tzinfo=UTC)) == {"sent": 1, "nothing": 0, "refused": 0, "handed_on": 0}
    assert run(diary, datetime(2026, 11, 24, 18, 0, tzinfo=UTC))["sent"] == 0
    letter = letters(diary)[0]
    assert letter.to == town.pcso.email
    assert "Tue 24 Nov: " in letter.subject
    assert "Ashford Youth Club: 9 days over · monthly" in letter.text
    assert f"/groups/{club}" in letter.text
    assert "Bring marking kits: today" in letter.text
    assert "Ashford Youth Club" in letter.html


def test_none_on_days_off_none_empty_and_what_was_missed_comes_with_the_next(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Youth Club")
    off(diary, town, town.pcso)
    counts = run(diary)
    assert counts["sent"] == 0
    assert run(diary, diary.now + 4 * DAY)["sent"] == 1
    assert [letter.to for letter in letters(diary)] == [town.pcso.email]
    assert run(diary, diary.now + timedelta(hours=2))["nothing"] == 0, "who has nothing waiting is asked about once a day"


def test_what_happened_while_they_were_off_is_told_when_they_are_back(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town, "Ashford Youth Club").id
        quiet = make_group(session, town, "Ashford Refuge", sensitive=True).id
    pattern(diary, town, town.pcso, "aaaaaa----", ["08:00", "16:00"], anchor=TODAY + DAY)  # off since the 21st, back tomorrow
    put(diary, town.pcso2, visit([club], diary.now))
    with diary.work() as session:
        make_concern(session, diary.actor(town.pcso2), diary.now, title="Speeding on Links Road", group_id=club, raised_at=diary.now)
    diary.clock.move(DAY)
    page = diary.client(town.pcso)
    shift = words(page.get("/"))
    assert "On duty" not in shift
    assert "Since you were last on, Fri 20 Nov: 2 things" in shift
    since = words(page.get("/since"))
    assert "Ashford Youth ClubJo Penrose logged: visit" in since.replace(" Jo", "Jo")
    assert "Speeding on Links Road" in since
    assert run(diary)["sent"] >= 1
    told = next(letter for letter in letters(diary) if letter.to == town.pcso.email)
    assert "Jo Penrose logged: visit · Tue 24 Nov 10:00" in told.text
    diary.clock.move(DAY)
    page = diary.client(town.pcso)
    assert "Since you were last on" not in words(page.get("/")), "the day after, all of it is of before"
    assert quiet


def test_a_visit_is_told_as_of_who_made_it_and_not_of_who_typed_it_in(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        club = make_group(session, town, "Ashford Youth Club").id
    pattern(diary, town, town.pcso, "aaaaaa----", ["08:00", "16:00"], anchor=TODAY + DAY)
    put(diary, town.sergeant, visit([club], diary.now, for_officer_id=town.pcso2.officer_id))
    diary.clock.move(DAY)
    assert "Jo Penrose logged: visit" in words(diary.client(town.pcso).get("/since"))


def test_nothing_official_sensitive_is_in_a_mail(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Refuge", sensitive=True)
    assert run(diary)["sent"] == 0
    late(diary, town, "Ashford Youth Club")
    diary.clock.move(DAY)
    assert run(diary)["sent"] == 1
    assert "Refuge" not in letters(diary)[0].text + letters(diary)[0].html


def test_who_covers_is_told_what_waits_for_whom_they_cover(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Youth Club")
    off(diary, town, town.pcso)
    typed = {"cover-cover_id": town.other_pcso.officer_id, "cover-starts_on": "24/11/2026", "cover-ends_on": "27/11/2026"}
    page = f"/duty/{town.pcso.officer_id}"
    assert diary.client(town.sergeant).fill(page, typed, action="/cover").status_code == 303
    run(diary)
    letter = next(letter for letter in letters(diary) if letter.to == town.other_pcso.email)
    assert "Ashford Youth Club: 9 days over · monthly · for Sam Okoro" in letter.text
    run(diary, diary.now + 4 * DAY)
    assert [x.to for x in letters(diary)] == [town.other_pcso.email, town.pcso.email], "and back to Sam when the cover is over"


def test_officers_choose_what_and_when_within_what_the_force_allows(diary: DiaryUnderTest, town: Town) -> None:
    late(diary, town, "Ashford Youth Club")
    sam = diary.client(town.pcso)
    assert sam.fill("/me/notices", {"hour": "12:30"}).status_code == 303
    assert run(diary, datetime(2026, 11, 24, 12, 29, tzinfo=UTC))["sent"] == 0
    assert run(diary, datetime(2026, 11, 24, 12, 30, tzinfo=UTC))["sent"] == 1
    sam = diary.client(town.pcso)
    page = sam.get("/me/notices")
    assert 'value="12:30" selected' in page.get_data(as_text=True)
    assert sam.send(page, {"hour": "03:00"}).status_code == 422
    assert sam.send(page, {"kinds": ["clocks", "promises"], "hour": ""}).status_code == 303
    assert run(diary, diary.now + DAY)["sent"] == 0
    sam = diary.client(town.pcso)
    assert sam.send(sam.get("/me/notices"), {"kinds": ["due"]}, untick=("by_mail",)).status_code == 303
    assert run(diary, diary.now + DAY)["sent"] == 0
    sam = diary.client(town.pcso)
    assert "Ashford Youth Club" in words(sam.get("/since")), "without the mail it is in the app"


def test_leaders_and_officers_share_one_mail_a_day(diary: DiaryUnderTest, town: Town) -> None:
    """Whichever job runs first: the day's slot is given out once."""
    late(diary, town, "Ashford Youth Club", owner_id=town.sergeant.officer_id)
    for _ in range(2):
        run(diary)
        with diary.app.app_context():
            send_digests(diary.now)
    sent = [letter.to for letter in letters(diary)]
    assert sent.count(town.sergeant.email) == 1


def test_the_database_gives_a_slot_out_once_and_every_mail_to_officers_takes_one(diary: DiaryUnderTest, town: Town) -> None:
    draft = LetterDraft(force_id=town.force_id, kind="digest", to="sam@force.example", sender="a@b.example", subject="x", text="x")
    with diary.work() as session, pytest.raises(ValueError, match="takes its slot of the day"):
        post(session, draft, now=diary.now)
    for expected in (True, False):
        with diary.work() as session:
            assert (post_daily(session, draft, town.pcso.officer_id, Slot.DIGEST, now=diary.now) is not None) is expected
    with diary.work() as session:
        assert post_daily(session, draft, town.pcso.officer_id, Slot.CLOCK, now=diary.now) is not None
    with pytest.raises(IntegrityError), diary.work() as session:
        session.add(DailyLetter(officer_id=town.pcso.officer_id, day=TODAY, slot="digest"))
    with pytest.raises(Refused), diary.work() as session:
        post_daily(session, LetterDraft(**{**_fields(draft), "to": "nobody"}), town.pcso2.officer_id, Slot.DIGEST, now=diary.now)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(DailyLetter)) == 2


def _fields(draft: LetterDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


@pytest.fixture
def parking(diary: DiaryUnderTest, town: Town) -> int:
    """An answer owed by Sam in 2 hours."""
    with diary.work() as session:
        raised = diary.now - timedelta(hours=70)
        return make_concern(
            session, diary.actor(town.pcso), diary.now, title="Parking", raised_at=raised, neighbourhood_id=town.neighbourhood_id
        ).id


def test_a_clock_goes_to_the_cover_beside_their_daily_mail_and_once(diary: DiaryUnderTest, town: Town, parking: int) -> None:
    late(diary, town, "Brookley Club", owner_id=town.other_pcso.officer_id, team_id=town.other_team_id)
    run(diary)
    off(diary, town, town.pcso)
    typed = {"cover-cover_id": town.other_pcso.officer_id, "cover-starts_on": "24/11/2026", "cover-ends_on": "27/11/2026"}
    diary.client(town.sergeant).fill(f"/duty/{town.pcso.officer_id}", typed, action=f"/duty/{town.pcso.officer_id}/cover")
    assert run(diary)["handed_on"] == 1
    assert run(diary)["handed_on"] == 0
    (letter,) = letters(diary, "clock")
    assert letter.to == town.other_pcso.email
    assert letter.subject == "An answer is owed: 2 h left"
    assert f"/concerns/{parking}" in letter.text
    assert "Sam Okoro owes it and is off" in letter.text
    assert town.other_pcso.email in [x.to for x in letters(diary)], "the daily one has gone before"


def test_without_cover_it_goes_to_who_is_on_shift_else_to_the_sergeant(diary: DiaryUnderTest, town: Town, parking: int) -> None:
    off(diary, town, town.pcso)
    pattern(diary, town, town.pcso2, "aaaa--", ["08:00", "16:00"])
    assert run(diary)["handed_on"] == 1
    assert [letter.to for letter in letters(diary, "clock")] == [town.pcso2.email]
    with diary.work() as session:
        session.query(ClockTold).delete()
        session.query(DailyLetter).filter_by(slot="clock").delete()
    off(diary, town, town.pcso2)
    assert run(diary)["handed_on"] == 1
    assert letters(diary, "clock")[-1].to == town.sergeant.email


def test_who_is_at_work_or_back_in_time_needs_nobody(diary: DiaryUnderTest, town: Town, parking: int) -> None:
    assert run(diary)["handed_on"] == 0, "Sam is at work"
    with diary.work() as session:
        session.get_one(Concern, parking).answer_due_at = diary.now + timedelta(hours=40)
        keep(
            session, Cover(force_id=town.force_id, officer_id=1, cover_officer_id=2, starts_on=TODAY, ends_on=TODAY - DAY, set_at=diary.now)
        )
    off(diary, town, town.pcso, days=0)
    assert run(diary)["handed_on"] == 0, "their digest of tomorrow comes first"
    with diary.work() as session:
        session.get_one(Concern, parking).answer_due_at = diary.now + timedelta(hours=20)
        keep(
            session, Cover(force_id=town.force_id, officer_id=1, cover_officer_id=2, starts_on=TODAY, ends_on=TODAY - DAY, set_at=diary.now)
        )
    assert run(diary)["handed_on"] == 1


def test_a_disabled_account_gets_nothing_and_its_clocks_are_handed_on(diary: DiaryUnderTest, town: Town, parking: int) -> None:
    with diary.work() as session:
        session.get_one(Account, town.pcso.account_id).disabled_at = diary.now
    counts = run(diary)
    assert counts["handed_on"] == 1
    assert town.pcso.email not in [letter.to for kind in ("digest", "clock") for letter in letters(diary, kind)]


def test_the_questions_do_not_grow_with_the_officers_and_their_groups(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        plan(
            session, diary.actor(town.pcso), PlanDraft(client_ref=None, kind=Kind.VISIT, planned_for=diary.now + timedelta(hours=2),
            group_ids=(make_group(session, town).id,)), now=diary.now,
        )  # fmt: skip

    def count() -> int:
        with diary.app.app_context(), statements() as asked:
            send_notices(diary.now)
        return len(asked)

    few = count()
    for n in range(12):
        late(diary, town, f"Group {n}")
    diary.clock.move(DAY)
    assert count() <= few + 12  # a letter and its row of disclosure more, nothing by group
