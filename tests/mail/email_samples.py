"""Sample values for each e-mail template, as its first comment asks for them."""

from __future__ import annotations

from typing import Any

FRAME: dict[str, Any] = {"classification": "OFFICIAL", "sender": "Dorset community diary"}

LETTER: dict[str, Any] = {
    "classification": "OFFICIAL",
    "place": "Heatherlands",
    "month": "October 2026",
    "items": [
        {
            "you_said": "Ferndown Town Council and residents in Heatherlands told us in September about speeding and road safety.",
            "we_did": "We did four checks in Links Road: 3 of 212 drivers were over 35. With Dorset Council: new signs are up. "
            "Together, residents began a speedwatch.",
            "what_next": "Continuing; Sam reports to the parish meeting on Wed 9 Dec.",
            "own": True,
        },
        {
            "you_said": "A local group told us in October that the bins behind the leisure centre <overflow> & nobody comes.",
            "we_did": "We passed this to Dorset Council in October, and expect an answer by Mon 9 Nov.",
            "what_next": "We can't do what was asked, because the land is private. The owner has been written to.",
            "own": False,
        },
    ],
    "more_on_page": 3,
    "page_url": "https://diary.dorset.example/public/dorset/heatherlands",
    "officer_name": "PCSO Sam Carter",
    "officer_telephone": "01632 960123",
    "team_name": "Ferndown neighbourhood policing team",
    "groups": ["Ferndown Town Council", "Heatherlands Neighbourhood Watch"],
    "address": "clerk@ferndown-council.example",
    "stop_url": "https://diary.dorset.example/stop/Zm9yIG9uZSBhZGRyZXNzIGFuZCBmb3IgdGhhdCBhbG9uZSwgdW50aWw",
}

DIGEST: dict[str, Any] = {
    **FRAME,
    "name": "Sgt Lee",
    "team_name": "Ferndown",
    "day": "Mon 23 Nov",
    "board_url": "https://diary.dorset.example/overdue",
    "counts": [
        {"label": "groups to decide", "number": 28, "url": "https://diary.dorset.example/overdue?show=undecided"},
        {"label": "clock running", "number": 1, "url": "https://diary.dorset.example/overdue?show=clocks"},
        {"label": "to tell", "number": 5, "url": "https://diary.dorset.example/overdue?show=tell"},
        {"label": "summaries waiting for approval", "number": 3, "url": "https://diary.dorset.example/summaries"},
    ],
    "clocks": [{"matter": "Parking, Church Road", "left": "2 h left", "owner": "Jo Marsh, off, back Wed", "url": "https://diary.dorset.example/concerns/7"}],
    "rows": [
        {"group": "Barrington Stroke Club", "standing": "19 days over, monthly", "tried": "tried 3 times", "last": "Sat 3 Oct, visit", "url": "https://diary.dorset.example/groups/3"},
        {"group": "Ferndown Youth Club", "standing": "12 days over, monthly (assumed)", "tried": "", "last": "", "url": "https://diary.dorset.example/groups/4"},
    ],
    "more_rows": 26,
    "approvals": [
        {"what": "Heatherlands, October 2026", "words": "3 items, by Sat 7 Nov", "url": "https://diary.dorset.example/summaries/1"},
    ],
    "own": [
        {
            "title": "Who to see",
            "lines": [{"title": "Elm Green Rotary", "words": "3 days over · monthly", "url": "https://diary.dorset.example/groups/11"}],
            "more": 1,
            "url": "https://diary.dorset.example/",
        }
    ],
    "choose_url": "https://diary.dorset.example/me/notices",
    "bounced": [{"group": "Hampreston Parish Hall", "url": "https://diary.dorset.example/groups/9"}],
    "figures": {
        "month": "October 2026",
        "lines": [{"label": "contacts made", "number": 61}, {"label": "contacts missed", "number": 9}],
        "url": "https://diary.dorset.example/measures?period=2026-10",
    },
}  # fmt: skip

PASSWORD_LINK: dict[str, Any] = {
    **FRAME,
    "name": "Alex Reed",
    "email": "pcso@ferndown.example",
    "link": "https://diary.dorset.example/set-password/Zm9yIG9uZSBvZmZpY2VyIGFuZCBvbmUgdGltZSBvbmx5LCBhbmQgbm90",
    "valid_for": "24 hours",
    "first": True,
}

NEW_OFFICER: dict[str, Any] = {
    "classification": "OFFICIAL",
    "groups": ["Ferndown Town Council", "Heatherlands Neighbourhood Watch"],
    "officer_name": "PCSO Sam Carter",
    "officer_telephone": "01632 960123",
    "team_name": "Ferndown neighbourhood policing team",
}

ALL = {"letter": LETTER, "digest": DIGEST, "password_link": PASSWORD_LINK, "new_officer": NEW_OFFICER}
