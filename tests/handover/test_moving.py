"""The one step: everything goes to whom it was given, by name, on record; and goes back within a day unless somebody changed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engagement.audit.models import Version
from engagement.core.errors import Missing, Refused
from engagement.groups.service import give_to
from engagement.handover import service
from engagement.handover.domain import GONE, UNSENT, Side, Step
from engagement.handover.jobs import move_patches
from engagement.handover.models import Handover, HandoverMove
from engagement.handover.moving import move, take_back
from engagement.handover.service import Terms
from engagement.mail.models import Letter
from engagement.offline.models import DeviceReport
from engagement.people.models import OfficerNote
from engagement.people.service import disable
from tests.builders import Town, say_so
from tests.conftest import DiaryUnderTest
from tests.handover.makers import begun, holders, make_patch, moved, sign_both, sign_part


def run(diary: DiaryUnderTest) -> dict[str, int]:
    """The night's job."""
    with diary.app.app_context():
        return move_patches(diary.now)


def test_the_whole_patch_changes_hands_in_one_step(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    moved(diary, town)
    assert set(holders(diary, patch).values()) == {town.pcso2.officer_id}
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(HandoverMove)) == 6
        before = session.scalars(select(Version.content).where(Version.entity == "group", Version.entity_id == patch.club)).all()
        assert {"owner_id": town.pcso.officer_id} in before
        told = session.scalars(select(OfficerNote.words).where(OfficerNote.officer_id == town.pcso2.officer_id)).all()
        assert any("yours now" in words for words in told)


def test_one_group_goes_to_somebody_else_with_what_belongs_to_it(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    handover_id, robin = begun(diary, town), town.other_pcso.officer_id
    with diary.work() as session:
        service.set_apart(session, diary.actor(town.sergeant), handover_id, patch.watch, robin, now=diary.now)
    sign_both(diary, town, handover_id)
    assert run(diary)["waiting"] == 1  # who gets the one group signs for it
    sign_part(diary, town.other_pcso, handover_id)
    assert run(diary)["moved"] == 1
    jo = town.pcso2.officer_id
    assert holders(diary, patch) == {"club": jo, "watch": robin, "concern": robin, "to_club": jo, "to_watch": robin, "visit": jo}


def test_it_goes_back_within_a_day_but_for_what_changed_since(diary: DiaryUnderTest, town: Town) -> None:
    patch, sergeant = make_patch(diary, town), diary.actor(town.sergeant)
    handover_id = moved(diary, town)
    with diary.work() as session:
        give_to(session, sergeant, [patch.watch], town.sergeant.officer_id, now=diary.now)
    later = diary.now + timedelta(hours=23)
    with pytest.raises(Refused, match="Only who leads"), diary.work() as session:
        take_back(session, diary.actor(town.pcso2), handover_id, now=later)
    with diary.work() as session:
        back, stay = take_back(session, sergeant, handover_id, now=later)
        assert (len(back), [(one.what, one.entity_id) for one in stay]) == (5, [("group", patch.watch)])
    assert holders(diary, patch) == dict.fromkeys(holders(diary, patch), town.pcso.officer_id) | {"watch": town.sergeant.officer_id}
    with pytest.raises(Refused, match="no longer"), diary.work() as session:
        take_back(session, sergeant, handover_id, now=later)


def test_after_a_day_it_stays(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    handover_id = moved(diary, town)
    with pytest.raises(Refused, match="no longer"), diary.work() as session:
        take_back(session, diary.actor(town.sergeant), handover_id, now=diary.now + timedelta(days=1))
    assert set(holders(diary, patch).values()) == {town.pcso2.officer_id}


def test_nothing_moves_before_its_day_and_the_job_moves_it_once(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    handover_id = begun(diary, town, days=2)
    sign_both(diary, town, handover_id)
    assert run(diary)["moved"] == 0
    with pytest.raises(Refused, match="day has not come"), diary.work() as session:
        move(session, diary.actor(town.sergeant), session.get_one(Handover, handover_id), now=diary.now)
    diary.clock.at = diary.now + timedelta(days=4)  # two nights were missed
    assert run(diary)["moved"] == 1
    assert run(diary)["moved"] == 0
    assert holders(diary, patch)["club"] == town.pcso2.officer_id


def test_what_waits_on_a_phone_is_sent_before_anybody_signs(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    handover_id, sam = begun(diary, town), diary.actor(town.pcso)
    with diary.work() as session:
        session.add(
            DeviceReport(
                force_id=town.force_id, account_id=town.pcso.account_id, officer_id=town.pcso.officer_id, device="phone", unsent=2,
                oldest_kept_at=diary.now, heard_at=diary.now,
            )
        )  # fmt: skip
        service.tick(session, sam, handover_id, frozenset(Step), Side.LEAVER, now=diary.now)
    with pytest.raises(Refused, match=UNSENT), diary.work() as session:
        service.sign(session, sam, handover_id, Side.LEAVER, now=diary.now)
    with diary.work() as session:
        session.scalars(select(DeviceReport)).one().unsent = 0
    with diary.work() as session:
        service.sign(session, sam, handover_id, Side.LEAVER, now=diary.now)
        assert session.get_one(Handover, handover_id).leaver_signed_by_id == town.pcso.officer_id


def test_each_side_signs_for_itself_and_a_sergeant_for_who_is_gone(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    handover_id = begun(diary, town)
    for person, side in ((town.pcso2, Side.LEAVER), (town.pcso, Side.SUCCESSOR), (town.sergeant, Side.SUCCESSOR)):
        with pytest.raises(Refused), diary.work() as session:
            service.tick(session, diary.actor(person), handover_id, frozenset(Step), side, now=diary.now)
    with pytest.raises(Missing), diary.work() as session:
        service.tick(session, diary.actor(town.other_sergeant), handover_id, frozenset(Step), Side.LEAVER, now=diary.now)
    with diary.work() as session:
        service.tick(session, diary.actor(town.sergeant), handover_id, frozenset(Step), Side.LEAVER, now=diary.now)
        session.flush()
        service.sign(session, diary.actor(town.sergeant), handover_id, Side.LEAVER, now=diary.now)
        assert session.get_one(Handover, handover_id).leaver_signed_by_id == town.sergeant.officer_id


def test_nothing_goes_to_who_is_gone_by_then(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    handover_id = begun(diary, town, days=1)
    sign_both(diary, town, handover_id)
    with diary.work() as session:
        disable(session, diary.actor(town.administrator), town.pcso2.officer_id, off=True, now=diary.now)
    diary.clock.move(timedelta(days=1))
    assert (run(diary)["moved"], holders(diary, patch)["club"]) == (0, town.pcso.officer_id)
    with pytest.raises(Refused, match=GONE), diary.work() as session:
        move(session, diary.actor(town.sergeant), session.get_one(Handover, handover_id), now=diary.now)


def test_a_sergeant_who_takes_over_does_not_sign_for_who_leaves(diary: DiaryUnderTest, town: Town) -> None:
    handover_id, sergeant = begun(diary, town), diary.actor(town.sergeant)
    with diary.work() as session:
        version = session.get_one(Handover, handover_id).version
        terms = Terms(successor_id=town.sergeant.officer_id, moves_on=diary.now.date(), version=version)
        service.agree(session, sergeant, handover_id, terms, now=diary.now)
        service.tick(session, sergeant, handover_id, frozenset(Step), Side.LEAVER, now=diary.now)
    with pytest.raises(Refused, match="somebody else who leads the team signs"), diary.work() as session:
        service.sign(session, sergeant, handover_id, Side.LEAVER, now=diary.now)
    with diary.work() as session:
        service.sign(session, diary.actor(town.inspector), handover_id, Side.LEAVER, now=diary.now)


def test_another_day_or_successor_is_signed_anew(diary: DiaryUnderTest, town: Town) -> None:
    handover_id = begun(diary, town)
    sign_both(diary, town, handover_id)
    with diary.work() as session:
        version = session.get_one(Handover, handover_id).version
        terms = Terms(successor_id=town.pcso2.officer_id, moves_on=diary.now.date() + timedelta(days=9), version=version)
        changed = service.agree(session, diary.actor(town.sergeant), handover_id, terms, now=diary.now)
        assert (changed.leaver_signed_at, changed.successor_signed_at) == (None, None)


def test_a_closed_account_begins_one_and_tells_the_sergeant(diary: DiaryUnderTest, town: Town) -> None:
    patch = make_patch(diary, town)
    with diary.work() as session:
        disable(session, diary.actor(town.administrator), town.pcso.officer_id, off=True, now=diary.now)
    assert run(diary)["begun"] == 1
    assert run(diary)["begun"] == 0
    with diary.work() as session:
        handover = session.scalars(select(Handover)).one()
        assert (handover.officer_id, handover.account_closed, handover.team_id) == (town.pcso.officer_id, True, town.team_id)
        notes = session.scalars(select(OfficerNote).where(OfficerNote.officer_id == town.sergeant.officer_id)).all()
        assert [(note.about, note.about_id) for note in notes] == [("handover", handover.id)]
    assert holders(diary, patch)["club"] == town.pcso.officer_id


def test_two_handovers_of_one_officer_are_one(diary: DiaryUnderTest, town: Town) -> None:
    handover_id = begun(diary, town)
    with diary.work() as session:
        assert service.begin(session, diary.actor(town.pcso), town.pcso.officer_id, now=diary.now).id == handover_id
    with pytest.raises(Missing), diary.work() as session:
        service.begin(session, diary.actor(town.pcso2), town.pcso.officer_id, now=diary.now)


def test_who_wants_mail_first_hears_who_their_officer_is_once_it_can_no_longer_be_taken_back(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    moved(diary, town)
    assert run(diary)["letters"] == 0
    diary.clock.at = diary.now + timedelta(days=1)
    assert run(diary)["letters"] == 1
    assert run(diary)["letters"] == 0
    with diary.work() as session:
        letter = session.scalars(select(Letter)).one()
        assert (letter.to, letter.kind, letter.working_hours_only) == ("asha.merrow@parish.example", "new_officer", True)
        assert "PCSO Jo Penrose" in letter.subject
        assert "Ashford Stroke Club" in letter.text
        letter.state, letter.answer = "refused", "550 no such person"
    assert run(diary)["came_back"] == 1
    with diary.work() as session:
        words = session.scalars(select(OfficerNote.words).where(OfficerNote.officer_id == town.pcso2.officer_id)).all()
        assert any("phone instead" in one for one in words)


def test_what_was_taken_back_is_told_to_nobody(diary: DiaryUnderTest, town: Town) -> None:
    make_patch(diary, town)
    handover_id = moved(diary, town)
    with diary.work() as session:
        take_back(session, diary.actor(town.sergeant), handover_id, now=diary.now)
        say_so(session)
    diary.clock.at = diary.now + timedelta(days=2)
    assert run(diary)["letters"] == 0
