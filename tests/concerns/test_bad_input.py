"""Every form of concerns, with what nobody should type in every field: a sentence and 422, never a fault, nothing saved."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from engagement.audit.models import AuditRow
from engagement.concerns.domain import ActionBy, TellingKind
from engagement.concerns.models import Action, Concern, Raising, Telling
from engagement.concerns.service import ActionDraft, PromiseDraft, act, promise
from tests.builders import Town, make_group
from tests.concerns.makers import first_raising, make_concern, told
from tests.conftest import DiaryUnderTest
from tests.pages import fields_of, parse, words

HOSTILE = {
    "very long": "long " * 40_000,
    "NUL": "a\x00b",
    "turned writing": "abc\u202edef",
    "a date that is none": "31/02/2026",
    "a huge number": "9" * 60,
}
FORMS = (
    "/concerns/new", "/concerns/{concern}/edit", "/concerns/{concern}/tell", "/concerns/{concern}/act", "/concerns/{concern}/promise",
    "/concerns/{concern}/again", "/concerns/{concern}/aside", "/concerns/{concern}/give", "/actions/{action}/result",
    "/promises/{promise}/end", "/promises/new", "/raisings/{raising}/withdraw", "/tellings/{telling}/take-back", "/actions/{action}/withdraw",
)  # fmt: skip


def made(diary: DiaryUnderTest, town: Town) -> dict[str, int]:
    """A concern with one of everything."""
    actor = diary.actor(town.pcso)
    with diary.work() as session:
        concern = make_concern(session, actor, diary.now, group_id=make_group(session, town).id)
        raising = first_raising(session, concern)
        return {
            "concern": concern.id,
            "raising": raising.id,
            "telling": told(session, actor, raising, TellingKind.RECEIVED, diary.now).id,
            "action": act(session, actor, ActionDraft(concern_id=concern.id, what="Stood there", by=ActionBy.OFFICER), now=diary.now).id,
            "promise": promise(session, actor, PromiseDraft(what="Kits", due_on=date(2026, 12, 1), to="her"), now=diary.now).id,
        }


def kept(diary: DiaryUnderTest) -> list[int]:
    with diary.work() as session:
        tables = (Concern, Raising, Telling, Action)
        return [session.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


@pytest.mark.parametrize("form", FORMS)
def test_every_field_of_every_form_refuses_it(diary: DiaryUnderTest, town: Town, form: str) -> None:
    address = form.format(**made(diary, town))
    client = diary.client(town.pcso)
    before = kept(diary)
    page = client.get(address)
    tree = parse(page.get_data(as_text=True))
    here = next(f for f in tree.iter("form") if f.get("method") == "post" and "sign-out" not in f.get("action", ""))
    names = [n for n in fields_of(here) if n not in ("csrf_token", "version", "client_ref", "warned")]
    for what, typed in HOSTILE.items():
        if names == ["reason"] and what.startswith("a "):
            continue  # a reason may be any words
        answer = client.send(page, dict.fromkeys(names, typed))
        assert answer.status_code == 422, what
        assert "There is a problem" in words(answer)
    assert kept(diary) == before


def test_a_megabyte_is_counted_and_comes_back(diary: DiaryUnderTest, town: Town) -> None:
    address = f"/concerns/{made(diary, town)['concern']}/edit"
    answer = diary.client(town.pcso).fill(address, {"detail": "x" * 1_000_000})
    assert answer.status_code == 422
    assert "996,000 characters too long: 4000 at most." in words(answer)
    assert "x" * 1_000_000 in answer.get_data(as_text=True)


def test_what_is_refused_leaves_no_row_in_the_record_but_that_it_was_seen(diary: DiaryUnderTest, town: Town) -> None:
    address = f"/concerns/{made(diary, town)['concern']}/tell"
    client = diary.client(town.pcso)
    page = client.get(address)
    with diary.work() as session:
        before = session.scalar(select(func.max(AuditRow.id)))
    client.send(page, {"kind": "shouting"})
    with diary.work() as session:
        assert session.scalars(select(AuditRow.operation).where(AuditRow.id > before)).all() == ["consultation"]


@pytest.mark.parametrize("who", ["pcso2", "other_pcso", "other_sergeant"])
def test_a_forged_key_of_a_group_for_few_names_it_nowhere(diary: DiaryUnderTest, town: Town, who: str) -> None:
    """What names a group says its name on the next page: a promise, a raising or a concern by a key that no list offered is refused."""
    person = getattr(town, who)
    with diary.work() as session:
        narrow = make_group(session, town, "Zebra circle", sensitive=True).id
        place = town.other_neighbourhood_id if who.startswith("other") else town.neighbourhood_id
        concern = make_concern(session, diary.actor(person), diary.now, neighbourhood_id=place).id
    client, before = diary.client(person), kept(diary)
    forged = (
        ("/promises/new", {"what": "Ring them", "due_on": "1/12/2026", "to_group": narrow}),
        (f"/concerns/{concern}/promise", {"what": "Ring them", "due_on": "1/12/2026", "to_group": narrow}),
        (f"/concerns/{concern}/again", {"raiser": "group", "group_id": narrow}),
        ("/concerns/new", {"title": "Noise", "category": "noise", "raiser": "group", "group_id": narrow}),
    )
    for page, values in forged:
        answer = client.fill(page, values)
        assert answer.status_code == 422, page
        assert "Zebra" not in words(answer)
    assert kept(diary) == before
