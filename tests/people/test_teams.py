"""The administrator's teams: what their letters carry, the area they belong to, and two who change one at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from engagement.audit.models import AuditRow
from engagement.places.models import Area, Team
from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.pages import words

NEW = {"name": "Eastbrook", "area": "Westshire North", "email": "Eastbrook@force.example", "telephone": "01632 960177"}


def test_a_team_is_made_with_its_area_and_changed(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.administrator)
    assert client.fill("/admin/teams/new", NEW).status_code == 303
    assert "eastbrook@force.example" in words(client.get("/admin/teams"))
    with diary.work() as session:
        team, area = session.execute(select(Team, Area).join(Area, Area.id == Team.area_id).where(Team.name == "Eastbrook")).one()
        assert (team.email, team.telephone, area.name) == ("eastbrook@force.example", "01632 960177", "Westshire North")
        before = session.scalar(select(func.count()).select_from(Area))
    assert client.fill(f"/admin/teams/{team.id}", {"area": "WESTSHIRE NORTH", "telephone": "01632 960178"}).status_code == 303
    with diary.work() as session:
        changed = session.get_one(Team, team.id)
        assert (changed.telephone, changed.area_id) == ("01632 960178", area.id)
        assert session.scalar(select(func.count()).select_from(Area)) == before
        rows = select(AuditRow.operation, AuditRow.ids).where(AuditRow.entity == "team", AuditRow.operation != "consultation")
        assert [tuple(row) for row in session.execute(rows.order_by(AuditRow.id))] == [("collection", [team.id]), ("alteration", [team.id])]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Type the team's name."),
        ("area", "", "Type the area that the team belongs to."),
        ("email", "", "letters to communities come from it"),
        ("email", "not an address", "whole e-mail address"),
        ("telephone", "", "stands in every letter"),
        ("name", "x" * 200, "120"),
        ("name", "East\x00brook", "control character"),
    ],
)
def test_a_bad_team_is_refused_and_keeps_what_was_typed(diary: DiaryUnderTest, town: Town, field: str, value: str, sentence: str) -> None:
    answer = diary.client(town.administrator).fill("/admin/teams/new", NEW | {field: value})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert ("Westshire North" if field != "area" else "01632 960177") in answer.get_data(as_text=True)
    with diary.work() as session:
        assert session.scalar(select(func.count()).select_from(Area).where(Area.name == "Westshire North")) == 0


def test_no_two_teams_of_a_force_have_one_name(diary: DiaryUnderTest, town: Town) -> None:
    client = diary.client(town.administrator)
    assert client.fill("/admin/teams/new", NEW).status_code == 303
    again = client.fill("/admin/teams/new", NEW | {"name": "EASTBROOK"})
    assert (again.status_code, "There is a team EASTBROOK already." in words(again)) == (422, True)


def test_the_second_of_two_is_shown_what_the_first_wrote(diary: DiaryUnderTest, town: Town) -> None:
    client, page = diary.client(town.administrator), f"/admin/teams/{town.team_id}"
    mine, theirs = client.get(page), client.get(page)
    assert client.send(theirs, {"telephone": "01632 960111"}).status_code == 303
    second = client.send(mine, {"telephone": "01632 960222"})
    assert second.status_code == 422
    assert "01632 960111" in words(second)
    assert "01632 960222" in second.get_data(as_text=True)
    assert client.send(second, {}).status_code == 303
    with diary.work() as session:
        assert session.get_one(Team, town.team_id).telephone == "01632 960222"


def test_a_form_whose_hidden_part_was_tampered_with_changes_nothing(diary: DiaryUnderTest, town: Town) -> None:
    client, page = diary.client(town.administrator), f"/admin/teams/{town.team_id}"
    for read in ("", "[1]", "{}", "no json"):
        assert client.send(client.get(page), {"read": read, "telephone": "01632 960333"}).status_code == 422
    with diary.work() as session:
        assert session.get_one(Team, town.team_id).telephone != "01632 960333"
