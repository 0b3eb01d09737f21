"""The register's services: groups made and changed, agreements that follow one another, pauses, and who may read what."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from engagement.audit.models import AuditRow, Version
from engagement.core.errors import Conflict, Missing, Refused
from engagement.groups import service
from engagement.groups.models import ContactAgreement, Group, GroupCharacteristic, GroupPause
from engagement.groups.queries import find_by_name, visible_to
from engagement.groups.service import AgreementDraft, GroupDraft
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest

TODAY = date(2026, 11, 24)


def draft(town: Town, name: str = "Elm Green Youth Club", **fields: Any) -> GroupDraft:
    values: dict[str, Any] = {"name": name, "kind": "youth", "neighbourhood_id": town.second_neighbourhood_id}
    return GroupDraft(**(values | fields))


def agreed(frequency: str = "monthly", **fields: Any) -> AgreementDraft:
    values: dict[str, Any] = {
        "frequency": frequency, "level": "involve", "assumed": False, "agreed_with": "the chair", "agreed_on": TODAY,
    }  # fmt: skip
    return AgreementDraft(**(values | fields))


def made(diary: DiaryUnderTest, town: Town, **fields) -> int:
    with diary.work() as session:
        return service.create_group(session, diary.actor(town.pcso), draft(town, **fields), now=diary.now).id


def row(diary: DiaryUnderTest, group_id: int) -> Group:
    with diary.work() as session:
        return session.get_one(Group, group_id)


def test_a_new_group_has_an_owner_a_team_an_assumed_agreement_and_a_due_date(diary: DiaryUnderTest, town: Town) -> None:
    group = row(diary, made(diary, town, characteristics=("age_young",), spans=(town.neighbourhood_id, town.second_neighbourhood_id)))
    assert (group.owner_id, group.team_id, group.may_be_named) == (town.pcso.officer_id, town.team_id, False)
    assert (group.assumed, group.frequency_words, group.level) == (True, "Quarterly", "consult")
    assert group.next_due_on == date(2027, 2, 24)
    with diary.work() as session:
        assert session.scalars(select(GroupCharacteristic.characteristic)).all() == ["age_young"]
        assert session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.entity == "group")) == 1


@pytest.mark.parametrize(("kind", "named"), [("council", True), ("school", True), ("faith", False)])
def test_whether_it_may_be_named_follows_its_kind(diary: DiaryUnderTest, town: Town, kind: str, named: bool) -> None:
    assert row(diary, made(diary, town, kind=kind)).may_be_named is named
    assert row(diary, made(diary, town, name="Other", kind=kind, may_be_named=not named)).may_be_named is not named


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " - ", "Enter the group's name"),
        ("name", "x" * 201, "1 character too long"),
        ("name", "a\x00b", "control character"),
        ("kind", "gang", "Choose what kind"),
        ("neighbourhood_id", 999_999, "Choose a neighbourhood"),
        ("owner_id", 999_999, "Choose an officer"),
        ("spans", (999_999,), "Choose neighbourhoods"),
        ("characteristics", ("rich",), "There is no community called rich"),
        ("postcode", "nowhere", "Postcode must look like"),
        ("website", "javascript:alert(1)", "Website must look like"),
        ("about", "y" * 1_000_000, "characters too long"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(diary: DiaryUnderTest, town: Town, field: str, value, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        made(diary, town, **{field: value})
    assert refusal.value.field == field
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Group)) == 0


def test_the_same_form_twice_makes_one_group_and_a_twin_is_refused(diary: DiaryUnderTest, town: Town) -> None:
    first = made(diary, town, client_ref="3f6c2e9e-6b1e-4bb8-9a1e-0c34c4a4fd10")
    assert made(diary, town, client_ref="3f6c2e9e-6b1e-4bb8-9a1e-0c34c4a4fd10") == first
    with pytest.raises(Refused, match="in the register of that neighbourhood already"):
        made(diary, town, name="ELM  GREEN Youth-Club")
    assert made(diary, town, neighbourhood_id=town.neighbourhood_id) != first


def test_a_stale_edit_shows_both_and_changes_nothing(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    version = row(diary, key).version
    with diary.work() as session:
        service.edit_group(session, diary.actor(town.pcso), key, draft(town, name="Elm Green Club"), version=version, now=diary.now)
    with pytest.raises(Conflict) as conflict, diary.work() as session:
        service.edit_group(session, diary.actor(town.pcso2), key, draft(town, about="hello"), version=version, now=diary.now)
    assert conflict.value.theirs["name"] == "Elm Green Club"
    assert conflict.value.theirs["owner_id"] == "Nobody"
    assert row(diary, key).about == ""
    with diary.work() as session:
        assert session.scalars(select(Version.content).where(Version.entity == "group")).one()["name"] == "Elm Green Youth Club"


def test_a_change_of_its_communities_alone_moves_the_version(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    before = row(diary, key)
    with diary.work() as session:
        service.edit_group(
            session, diary.actor(town.pcso), key, draft(town, characteristics=("rural",), owner_id=before.owner_id),
            version=before.version, now=diary.now,
        )  # fmt: skip
    assert row(diary, key).version == before.version + 1


def test_agreements_follow_one_another_and_only_one_is_in_force(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    with diary.work() as session:
        service.agree(session, diary.actor(town.pcso), key, agreed("weekly"), now=diary.now)
    diary.clock.move(timedelta(days=10))
    with diary.work() as session:
        service.agree(session, diary.actor(town.pcso), key, agreed("every_weeks", every=6), now=diary.now)
        service.agree(session, diary.actor(town.pcso), key, agreed("every_weeks", every=6), now=diary.now)  # the same: no change
    with diary.work() as session:
        rows = session.scalars(select(ContactAgreement).order_by(ContactAgreement.id)).all()
        assert [(a.frequency, a.ends_on) for a in rows] == [
            ("quarterly", TODAY - timedelta(days=1)),
            ("weekly", TODAY + timedelta(days=9)),
            ("every_weeks", None),
        ]
    group = row(diary, key)
    assert (group.next_due_on, group.frequency_words, group.assumed) == (date(2027, 1, 15), "Every 6 weeks", False)


def test_two_people_changing_an_agreement_see_each_other(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    with diary.work() as session:
        first = session.scalar(select(ContactAgreement.id))
    with diary.work() as session:
        service.agree(session, diary.actor(town.pcso), key, agreed(), now=diary.now, replaces=first)
    with pytest.raises(Conflict) as conflict, diary.work() as session:
        service.agree(session, diary.actor(town.pcso2), key, agreed("yearly"), now=diary.now, replaces=first)
    assert conflict.value.theirs["frequency"] == "Monthly"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"frequency": "every_months", "every": 0}, "every"),
        ({"frequency": "every_months", "every": 10_000}, "every"),
        ({"frequency": "every_months"}, "every"),
        ({"frequency": "sometimes"}, "frequency"),
        ({"level": "rule"}, "level"),
        ({"agreed_with": " "}, "agreed_with"),
        ({"agreed_on": None}, "agreed_on"),
        ({"agreed_on": TODAY + timedelta(days=1)}, "agreed_on"),
        ({"longest_days": 3}, "longest_days"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
    ],
)
def test_an_agreement_that_makes_no_sense_is_refused(diary: DiaryUnderTest, town: Town, fields, field: str) -> None:
    key = made(diary, town)
    with pytest.raises(Refused) as refusal, diary.work() as session:
        service.agree(session, diary.actor(town.pcso), key, agreed(**fields), now=diary.now)
    assert refusal.value.field == field
    assert row(diary, key).frequency_words == "Quarterly"


def test_a_pause_moves_the_date_and_ending_it_brings_it_back(diary: DiaryUnderTest, town: Town) -> None:
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        key = make_group(session, town, agreed_on=date(2026, 10, 1)).id
        service.settle(session, [key], today=TODAY)
    assert row(diary, key).next_due_on == date(2026, 11, 1)
    with diary.work() as session:
        service.pause(session, actor, key, reason="Hall is shut", until=date(2026, 12, 24), now=diary.now)
    group = row(diary, key)
    assert (group.next_due_on, group.paused_until, group.pause_reason) == (date(2026, 12, 25), date(2026, 12, 24), "Hall is shut")
    with diary.work() as session:
        service.end_pause(session, actor, key, now=diary.now)
    group = row(diary, key)
    assert (group.next_due_on, group.paused_from) == (date(2026, 11, 1), None)
    with diary.work() as session:
        service.pause(session, actor, key, reason="Hall is shut", now=diary.now)
        assert session.scalar(select(Group.next_due_on)) is None
    diary.clock.move(timedelta(days=7))
    with diary.work() as session:
        service.end_pause(session, actor, key, now=diary.now)
    assert row(diary, key).next_due_on == TODAY + timedelta(days=7)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(GroupPause)) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"starts_on": TODAY - timedelta(days=1)}, "starts_on"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": date(2199, 1, 1)}, "until"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(diary: DiaryUnderTest, town: Town, fields, field: str) -> None:
    key = made(diary, town)
    with pytest.raises(Refused) as refusal, diary.work() as session:
        service.pause(session, diary.actor(town.pcso), key, **{"reason": "away"} | fields, now=diary.now)
    assert refusal.value.field == field


def test_dormant_is_never_due_and_can_be_woken(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    with diary.work() as session:
        service.go_dormant(session, diary.actor(town.pcso), key, "No longer meets", now=diary.now)
    assert row(diary, key).next_due_on is None
    with diary.work() as session:
        service.wake(session, diary.actor(town.pcso), key, now=diary.now)
    assert row(diary, key).next_due_on == date(2027, 2, 24)


def test_reading_follows_postings_and_names_are_found_by_all(diary: DiaryUnderTest, town: Town) -> None:
    mine = made(diary, town)
    secret = made(diary, town, name="Elm Green Women's Circle", sensitive=True)
    spanning = made(diary, town, name="Two Towns Choir", spans=(town.other_neighbourhood_id,))

    def readable(person) -> set[int]:
        with diary.work() as session:
            return set(session.scalars(select(Group.id).where(visible_to(diary.actor(person)))))

    assert readable(town.pcso) == readable(town.sergeant) == readable(town.inspector) == {mine, secret, spanning}
    assert readable(town.pcso2) == {mine, spanning}
    assert readable(town.other_pcso) == {spanning}
    assert readable(town.administrator) == set()
    with diary.work() as session:
        assert [f.id for f in find_by_name(session, diary.actor(town.other_pcso), "ELM gre")] == [mine]
        assert [f.id for f in find_by_name(session, diary.actor(town.pcso), "green elm")] == [secret, mine]
        assert find_by_name(session, diary.actor(town.other_pcso), "%") == []
    with pytest.raises(Missing), diary.work() as session:
        service.go_dormant(session, diary.actor(town.other_pcso), mine, "why", now=diary.now)


def test_only_an_owner_or_a_sergeant_marks_a_group_sensitive(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    version = row(diary, key).version
    change = draft(town, sensitive=True, owner_id=town.pcso.officer_id)
    with pytest.raises(Refused, match="Only its owner"), diary.work() as session:
        service.edit_group(session, diary.actor(town.pcso2), key, change, version=version, now=diary.now)
    with diary.work() as session:
        service.edit_group(session, diary.actor(town.sergeant), key, change, version=version, now=diary.now)
    assert row(diary, key).sensitive


def test_groups_are_given_to_another_officer_in_bulk(diary: DiaryUnderTest, town: Town) -> None:
    keys = [made(diary, town, name=f"Club {n}") for n in range(3)]
    with diary.work() as session:
        given = service.give_to(session, diary.actor(town.sergeant), keys, town.pcso2.officer_id, now=diary.now)
        assert service.give_to(session, diary.actor(town.sergeant), keys, town.pcso2.officer_id, now=diary.now) == []
    assert given == keys
    with pytest.raises(Refused), diary.work() as session:
        service.give_to(session, diary.actor(town.sergeant), keys, 999_999, now=diary.now)


def test_no_two_agreements_can_be_in_force_whatever_writes(diary: DiaryUnderTest, town: Town) -> None:
    key = made(diary, town)
    again = text(
        "INSERT INTO contact_agreement (force_id, group_id, level, frequency, assumed, agreed_with, starts_on, recorded_at) "
        "SELECT force_id, group_id, level, frequency, assumed, agreed_with, starts_on, recorded_at FROM contact_agreement WHERE group_id = :key"
    )
    with pytest.raises(Exception, match=r"(?i)unique"), diary.work() as session:
        session.execute(again, {"key": key})
