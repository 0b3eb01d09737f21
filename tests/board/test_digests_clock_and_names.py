"""The morning mail when the clock is set back and when names are hostile: nobody hears twice, and no name is more than words."""

from __future__ import annotations

import email.policy
from datetime import timedelta
from email import message_from_bytes

import html5lib
import pytest
from sqlalchemy import select

from engagement.board.jobs import send_digests
from engagement.mail.messages import message_of
from engagement.mail.models import Letter
from tests.builders import Town
from tests.conftest import DiaryUnderTest
from tests.overdue.makers import late_group

HOSTILE = (
    "<script>alert(1)</script>",
    "Club\r\nBcc: everyone@z.example",
    '"><img src=x onerror=alert(1)>',
    "{\\rtf1 \\u60? {{ 7*7 }} {% raw %}",
    "\u202egnirts\u2066 \u2028Bcc: everyone@z.example",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_words_in_a_digest(diary: DiaryUnderTest, town: Town, name: str) -> None:
    with diary.work() as session:
        late_group(session, town, name)
    with diary.app.app_context():
        assert send_digests(diary.now)["sent"] >= 1
    with diary.work() as session:
        letter = session.scalars(select(Letter)).first()
        assert letter is not None
        whole = message_of(letter, diary.now).as_bytes()
    message = message_from_bytes(whole, policy=email.policy.default)
    assert message["Bcc"] is None and message["Subject"] == letter.subject
    tree = html5lib.parse(letter.html, namespaceHTMLElements=False)
    assert not [e for e in tree.iter() if e.tag in ("script", "img") or any(a.startswith("on") for a in e.attrib)]
    if name.startswith(("<", "{")):  # as typed, and worked out by nothing
        assert name in "".join(tree.itertext())


def test_a_clock_set_back_by_a_day_sends_no_digest_twice(diary: DiaryUnderTest, town: Town) -> None:
    with diary.work() as session:
        late_group(session, town)
    counts = []
    for days in (0, 1, -1, 0, 1):
        with diary.app.app_context():
            counts.append(send_digests(diary.now + timedelta(days=days))["sent"])
    assert counts[0] == counts[1] > 0
    assert counts[3] == counts[4] == 0
