"""What data.police.uk's own shapes are: hyphens for priorities, underscores for people, HTML in texts, moments without a zone."""

from __future__ import annotations

from datetime import date, datetime
from html import escape

from engagement.core.clock import LONDON


def as_html(text: str) -> str:
    """A plain text as paragraphs, with all that means something in HTML escaped."""
    paragraphs = [" ".join(part.split("\n")) for part in text.split("\n\n") if part.strip()]
    return "".join(f"<p>{escape(part.strip())}</p>" for part in paragraphs)


def as_moment(day: date) -> str:
    """A day as police.uk writes it: "2015-10-08T00:00:00"."""
    return f"{day.isoformat()}T00:00:00"


def police_uk_priority(issue: str, agreed_on: date, action: str, action_on: date | None) -> dict[str, str | None]:
    """A priority as its API answers it; `action` and its date are null until there is one."""
    done = bool(action.strip()) and action_on is not None
    return {
        "issue": as_html(issue),
        "issue-date": as_moment(agreed_on),
        "action": as_html(action) if done else None,
        "action-date": as_moment(action_on) if done and action_on else None,
    }


def police_uk_event(title: str, description: str, address: str, at: datetime, telephone: str, email: str) -> dict[str, object]:
    """A meeting that anyone may come to, as its API answers it: London's wall time; when it ends is not known."""
    return {
        "title": title,
        "description": as_html(description),
        "address": address,
        "type": "meeting",
        "start_date": f"{at.astimezone(LONDON):%Y-%m-%dT%H:%M:%S}",
        "end_date": None,
        "contact_details": _reach(telephone, email),
    }


def _reach(telephone: str, email: str) -> dict[str, str]:
    return {key: value for key, value in (("telephone", telephone), ("email", email)) if value}


def police_uk_person(name: str, rank: str, telephone: str, email: str) -> dict[str, object]:
    """An officer as its API answers them: what is not known is not in `contact_details`."""
    return {
        "name": name,
        "rank": rank,
        "bio": None,
        "contact_details": _reach(telephone, email),
    }
