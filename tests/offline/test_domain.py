"""The rules of what a phone sends: its clock, which group a name means, and the two doors that make one entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engagement.concerns.models import Action, Concern, Raising
from engagement.core.errors import Refused
from engagement.db import reading
from engagement.engagements.models import Engagement, EngagementGroup, EngagementOfficer
from engagement.offline.domain import TRUSTED, Named, clock_offset, which_group
from engagement.offline.sending import read_draft, read_sending
from tests.builders import Town, make_group
from tests.conftest import DiaryUnderTest
from tests.offline.phone import entry, ref, send

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    [
        "client_ref",
        "owner",
        "kind",
        "outcome",
        "direction",
        "group_ids",
        "group_name",
        "neighbourhood_id",
        "summary",
        "officers",
        "attendance",
        "place",
        "concerns",
        "tellings",
        "promises",
        "happened_at",
        "typed_at",
        "override_reason",
        "also",
        "parts",
        "with_resident",
        "contact_id",
        "planned_id",
        "fields",
        "raised_to",
        "usual_id",
        "new_kind",
    ]
)


@given(
    ahead=st.timedeltas(min_value=timedelta(days=-800), max_value=timedelta(days=800)),
    ago=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)),
)
def test_a_clock_put_right_tells_the_true_time_to_a_minute(ahead: timedelta, ago: timedelta) -> None:
    offset = clock_offset(NOW + ahead, NOW)
    typed = (NOW - ago) + ahead + offset
    assert abs(typed - (NOW - ago)) <= TRUSTED


def test_a_clock_that_did_not_say_is_believed() -> None:
    assert clock_offset(None, NOW) == timedelta(0)


@given(
    named=st.lists(st.builds(Named, id=st.integers(1, 99), neighbourhood_id=st.integers(1, 3), team_id=st.integers(1, 3)), max_size=5, unique_by=lambda n: n.id),
    place=st.none() | st.integers(1, 3), teams=st.frozensets(st.integers(1, 3)),
)  # fmt: skip
def test_a_name_means_a_group_only_where_it_can_be_no_other(named: list[Named], place: int | None, teams: frozenset[int]) -> None:
    found = which_group(named, place, teams)
    if len(named) == 1:
        assert found == named[0].id
    elif found is not None:
        (one,) = [n for n in named if n.id == found]
        alike = [n for n in named if n.neighbourhood_id == place], [n for n in named if n.team_id in teams]
        assert [one] in alike
    else:
        assert all(len(some) != 1 for some in ([n for n in named if n.neighbourhood_id == place], [n for n in named if n.team_id in teams]))


@given(draft=st.dictionaries(NAMES, JSON, max_size=8) | JSON)
@example(draft={"client_ref": "0" * 36})
def test_whatever_is_sent_is_read_or_refused_with_a_sentence(draft: Any) -> None:
    whole = {"client_ref": "5f0c7e6e-0000-4000-8000-000000000001", "owner": "1"}
    for said in (draft, whole | draft if isinstance(draft, dict) else whole):
        try:
            sent = read_draft(said, timedelta(0), NOW)
        except Refused as refusal:
            assert refusal.sentence
            assert refusal.field
        else:
            assert {type(part) for pair in sent.fields for part in pair} <= {str}
            assert sent.typed_at <= NOW


@given(body=st.dictionaries(st.sampled_from(["drafts", "views", "waiting", "sent_at"]), JSON, max_size=4) | JSON)
def test_a_sending_is_read_or_refused_whole(body: Any) -> None:
    try:
        read = read_sending(body, NOW)
    except Refused as refusal:
        assert refusal.sentence
    else:
        assert isinstance(read.drafts, list)


WORDS = st.text(alphabet="abc defg hij", min_size=3, max_size=40).filter(lambda t: t.strip())


@given(
    kind=st.sampled_from(["visit", "phone", "their_meeting", "patrol_chat"]), outcome=st.sampled_from(["spoke", "no_answer", "message_left"]),
    line=WORDS, direction=st.sampled_from(["ours", "theirs"]), other=st.booleans(), colleague=st.booleans(), place=st.just("") | WORDS,
    attendance=st.none() | st.integers(0, 500), promise=st.none() | WORDS, concern=st.booleans(), minutes=st.integers(0, 600),
)  # fmt: skip
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_the_form_and_the_phone_make_the_same_record(diary: DiaryUnderTest, town: Town, **said: Any) -> None:
    with diary.work() as session:
        mark = ref()[:8]
        ids = [make_group(session, town, f"{name} {mark}").id for name in ("Club", "Choir")]
    groups = [str(i) for i in ids[: 1 + said["other"]]]
    at = diary.now - timedelta(minutes=said["minutes"])
    word = "".join(chr(ord("a") + int(c, 16)) for c in mark)  # like no other: else the form would ask whether it is the same
    raised = [word] if said["concern"] and said["outcome"] == "spoke" else []
    promised = [said["promise"]] if said["promise"] else []
    typed: dict[str, Any] = {
        "client_ref": ref(), "group": groups[0], "kind": said["kind"], "outcome": said["outcome"], "summary": said["line"], "place": said["place"],
        "direction": said["direction"], "when": "another_day", "happened_on": f"{at:%d/%m/%Y}", "happened_time": f"{at:%H:%M}",
        "attendance": "" if said["attendance"] is None else said["attendance"],
    }  # fmt: skip
    typed |= {"also-0-group": groups[1], "also-0-part": "with"} if said["other"] else {}
    typed |= {"officer": [town.pcso2.officer_id]} if said["colleague"] else {}
    typed |= {"promise-0-what": promised[0], "promise-0-by": "day", "promise-0-day": "2026-12-04"} if promised else {}
    client = diary.client(town.pcso)
    token = client.get("/api/session").get_json()["csrf_token"]
    by_form = {**typed, "csrf_token": token} | ({"concern-0-title": raised[0]} if raised else {})
    answer = client.post("/engagements/new", data=by_form)
    assert answer.status_code == 303, answer.get_data(as_text=True)[-3000:]
    draft = entry(
        town.pcso, group_ids=groups, kind=said["kind"], outcome=said["outcome"], summary=said["line"], place=said["place"],
        direction=said["direction"], attendance=said["attendance"], happened_at=at.isoformat(),
        officers=[str(town.pcso2.officer_id)] if said["colleague"] else [], concerns=[{"title": title} for title in raised],
        promises=[{"what": what, "due_on": "2026-12-04"} for what in promised],
    )  # fmt: skip
    (receipt,) = send(diary, town.pcso, draft)
    assert receipt["outcome"] == "kept", receipt
    assert _record(diary, typed["client_ref"]) == _record(diary, draft["client_ref"])
    (same,) = send(diary, town.pcso, draft | {"client_ref": typed["client_ref"]})
    assert "differs" not in same


NOT_COMPARED = {"id", "client_ref", "content_hash", "recorded_at", "engagement_id", "concern_id", "changed_at", "first_raised_at"}


def _record(diary: DiaryUnderTest, client_ref: str) -> list[Any]:
    """Everything that an entry left on the record, but for what must differ."""
    with diary.app.app_context():
        session = reading()
        row = session.scalars(select(Engagement).where(Engagement.client_ref == client_ref)).one()
        found: list[Any] = [_values(row)]
        for table in (EngagementGroup, EngagementOfficer, Raising, Action):
            of_entry = session.scalars(select(table).where(table.engagement_id == row.id))
            found += [sorted((_values(one) for one in of_entry), key=repr)]
        raised = select(Concern).join(Raising).where(Raising.engagement_id == row.id).order_by(Concern.id)
        return [*found, [_values(one) for one in session.scalars(raised)]]


def _values(record: Any) -> dict[str, Any]:
    return {column.name: getattr(record, column.name) for column in record.__table__.columns if column.name not in NOT_COMPARED}
