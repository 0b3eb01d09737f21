"""What the page of what happened meanwhile says, beside the shift."""

from __future__ import annotations

from tests.builders import Town, make_group, say_so
from tests.conftest import DiaryUnderTest
from tests.notices.test_digests import DAY, TODAY, pattern
from tests.overdue.makers import decided
from tests.pages import words


def test_whom_a_group_was_given_to_is_said_and_what_is_due_stands_as_on_the_shift(diary: DiaryUnderTest, town: Town) -> None:
    pattern(diary, town, town.pcso, "aaaaaa----", ["08:00", "16:00"], anchor=TODAY + DAY)
    with diary.work() as session:
        given = make_group(session, town, "Ashford Youth Club", next_due_on=TODAY - 3 * DAY, longest_on=TODAY + 9 * DAY).id
        make_group(session, town, "Elm Green Scouts", next_due_on=TODAY - 30 * DAY, longest_on=TODAY + 9 * DAY)
        make_group(session, town, "Mosque Committee", next_due_on=TODAY - 9 * DAY, longest_on=TODAY)
        say_so(session)
    decided(diary, town.sergeant, [given], "give", officer_id=town.pcso2.officer_id)
    diary.clock.move(DAY)
    sam = diary.client(town.pcso)
    since, shift = words(sam.get("/since")), words(sam.get("/"))
    assert "gave it to Jo Penrose" in since
    for page in (since, shift):
        assert 0 < page.index("Mosque Committee") < page.index("Elm Green Scouts"), "too long comes first"
    jo = words(diary.client(town.pcso2).get("/"))
    assert "Ashford Youth Club, 3 days over, is yours now." in jo
    assert "Ashford Youth Club: Ashford Youth Club" not in jo
