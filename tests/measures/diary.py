"""A diary made of chance, straight into its tables: seven months of two teams, with everything that a measure must leave out as well."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from engagement.concerns.models import Action, Concern, ConcernClosing, Raising, Telling
from engagement.engagements.models import Engagement, EngagementGroup
from engagement.groups.models import ContactAgreement, Group, GroupCharacteristic
from engagement.mail.models import Letter
from engagement.overdue.models import Flag
from engagement.priorities.domain import How, fresh_until, last_heard
from engagement.priorities.models import Priority, PriorityTold
from engagement.summaries.models import LetterContact, MonthlyLetter
from tests.builders import Town, keep, make_contact, make_group

BEGINS, TODAY = date(2026, 4, 15), date(2026, 11, 24)
DAYS = (TODAY - BEGINS).days
WITHOUT = {"recorded_at": datetime(2026, 4, 15, 9, tzinfo=UTC)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A team and its area, as `queries.places` answers them."""

    id: int
    area_id: int


class Chance:
    """Random rows, the same for the same seed."""

    def __init__(self, session: Session, town: Town, seed: int) -> None:
        self.session, self.town, self.of = session, town, random.Random(seed)
        self.officers = [town.pcso.officer_id, town.pcso2.officer_id, None]

    def day(self, since: date = BEGINS, until: date = TODAY) -> date:
        return since + timedelta(days=self.of.randint(0, max((until - since).days, 0)))

    def moment(self, since: date = BEGINS, until: date = TODAY) -> datetime:
        """Any minute of a day; near midnight as often as not, where London's day and UTC's differ in summer."""
        hour = self.of.choice((0, 9, 15, 22, 23))
        at = datetime.combine(self.day(since, until), datetime.min.time(), UTC) + timedelta(hours=hour, minutes=self.of.randrange(60))
        return min(at, datetime(2026, 11, 24, 9, 59, tzinfo=UTC))

    def place(self) -> dict[str, Any]:
        if self.of.random() < 0.3:
            return {"team_id": self.town.other_team_id, "neighbourhood_id": self.town.other_neighbourhood_id}
        return {
            "team_id": self.town.team_id,
            "neighbourhood_id": self.of.choice((self.town.neighbourhood_id, self.town.second_neighbourhood_id)),
        }

    def fill(self) -> None:
        """The whole diary."""
        self.fill_groups()
        for place in (self.town.neighbourhood_id, self.town.other_neighbourhood_id):
            for slot in range(1, self.of.randint(1, 3) + 1):
                self.priority(place, slot)

    def fill_groups(self, name: str = "Group ") -> None:
        """Everything but priorities, of which a neighbourhood has no more than three; may be done again under other names."""
        self.groups = [self.group(f"{name}{n}") for n in range(14)]
        for group in self.groups:
            for _ in range(self.of.randrange(7)):
                self.flag(group)
            for _ in range(self.of.randrange(12)):
                self.contact(group)
            if self.of.random() < 0.5:
                self.letter(group)
        for n in range(30):
            self.concern(n)
        for n in range(25):
            self.promise(n)

    def group(self, name: str) -> Group:
        frequency = self.of.choice(("weekly", "monthly", "quarterly", "on_request"))
        dormant = self.day() if self.of.random() < 0.3 else None
        created = self.moment() if self.of.random() < 0.3 else datetime(2025, 1, 1, tzinfo=UTC)
        fields = self.place() | {"owner_id": self.of.choice(self.officers), "dormant_on": dormant, "created_at": created}
        group = make_group(self.session, self.town, name, frequency=frequency, **fields)
        first = self.session.query(ContactAgreement).filter_by(group_id=group.id).one()
        first.assumed, first.level = self.of.random() < 0.4, self.of.choice(("inform", "involve"))
        if self.of.random() < 0.5:
            changed = self.day()
            first.ends_on = changed - timedelta(days=1)
            self.session.flush()
            keep(
                self.session,
                ContactAgreement(
                    force_id=1, group_id=group.id, level=self.of.choice(("inform", "involve")), frequency=self.of.choice(("monthly", "on_request")),
                    assumed=self.of.random() < 0.3, starts_on=changed, **WITHOUT,
                ),
            )  # fmt: skip
        for community in self.of.sample(("age_young", "race", "disability"), self.of.randrange(3)):
            keep(self.session, GroupCharacteristic(force_id=1, group_id=group.id, characteristic=community))
        return group

    def flag(self, group: Group) -> None:
        due = self.day()
        if self.session.query(Flag).filter_by(group_id=group.id, due_on=due).count():
            return
        cleared = self.of.choice((None, "contact", "contact", "pause", "agreement", "corrected", "dormant"))
        on = None if cleared is None else min(due + timedelta(days=self.of.choice((0, 1, 5, 30, 70))), TODAY)
        keep(
            self.session,
            Flag(
                force_id=1, team_id=group.team_id, group_id=group.id, due_on=due, raised_on=due, assumed=self.of.random() < 0.3,
                cleared_on=on, cleared_by=cleared,
            ),
        )  # fmt: skip

    def contact(self, group: Group) -> None:
        at = self.moment()
        entry = keep(
            self.session,
            Engagement(
                force_id=1, team_id=group.team_id, state="happened", kind="visit", outcome="spoke", happened_at=at, happened_on=_london(at),
                recorded_at=at, recorded_by_id=self.town.pcso.officer_id,
            ),
        )  # fmt: skip
        others = [other for other in self.groups if other is not group and self.of.random() < 0.1]
        for one in (group, *others):
            counts = self.of.random() < 0.75
            keep(
                self.session,
                EngagementGroup(force_id=1, engagement_id=entry.id, group_id=one.id, counts=counts, happened_on=entry.happened_on),
            )

    def letter(self, group: Group) -> None:
        contact = make_contact(self.session, group, f"Person {group.id}")
        sent = self.moment() if self.of.random() < 0.8 else None
        letter = Letter(
            force_id=1, kind="summary", to="a@b.example", sender="c@d.example", subject="s", text="t", message_id=f"m{group.id}",
            state="sent" if sent else "waiting", tries=1, written_at=sent or self.moment(), next_try_at=self.moment(), sent_at=sent,
        )  # fmt: skip
        self.session.add(letter)
        self.session.flush()
        back = self.moment() if self.of.random() < 0.2 else None
        monthly = keep(
            self.session,
            MonthlyLetter(force_id=1, address=f"{group.id}@b.example", month="2026-09", letter_id=letter.id, came_back_at=back),
        )
        keep(self.session, LetterContact(force_id=1, monthly_letter_id=monthly.id, contact_id=contact.id, group_id=group.id))

    def concern(self, n: int) -> None:
        raised = self.moment()
        state = self.of.choice(("raised", "answered", "under_way", "outcome_owed", "outcome_owed", "closed", "closed"))
        aside = self.moment(_london(raised)) if state in ("outcome_owed", "closed") and self.of.random() < 0.4 else None
        concern = keep(
            self.session,
            Concern(
                force_id=1, **self.place(), title=f"Matter {n}", title_folded=f"matter {n}", category="parking", state=state,
                owner_id=self.of.choice(self.officers), first_raised_at=raised, changed_at=raised, side_end_at=aside,
                side_end="cannot_do" if aside else None, closed_at=self.moment(_london(raised)) if state == "closed" else None,
                recorded_by_id=self.town.pcso.officer_id, recorded_at=raised,
            ),
        )  # fmt: skip
        if self.of.random() < 0.4:
            self.opened_again(concern)
        for _ in range(self.of.randint(1, 3)):
            self.raising(concern, raised)
        for _ in range(self.of.randrange(3)):
            self.action(concern)

    def opened_again(self, concern: Concern) -> None:
        """It was closed once or twice before, each time for some days at least."""
        until = _london(concern.closed_at) if concern.closed_at else TODAY
        days = sorted(self.day(_london(concern.first_raised_at), until) for _ in range(self.of.choice((2, 2, 4))))
        for closed, again in zip(days[::2], days[1::2], strict=True):
            at = [datetime.combine(one, datetime.min.time(), UTC) + timedelta(hours=hour) for one, hour in ((closed, 8), (again, 9))]
            keep(self.session, ConcernClosing(force_id=1, concern_id=concern.id, closed_at=at[0], opened_again_at=at[1]))

    def raising(self, concern: Concern, first: datetime) -> None:
        at = self.moment(_london(first))
        raising = keep(
            self.session,
            Raising(
                force_id=1, concern_id=concern.id, raiser="resident", raised_at=at, raised_to_id=self.town.pcso.officer_id,
                recorded_by_id=self.town.pcso.officer_id, recorded_at=at, wants_to_hear=self.of.random() < 0.9,
                not_told=self.of.choice((None, None, None, "asked_not", "no_way")), withdrawn_at=at if self.of.random() < 0.1 else None,
            ),
        )  # fmt: skip
        for _ in range(self.of.randrange(4)):
            told = at + timedelta(minutes=self.of.choice((0, 30, 4320, 4321, 9000, 60000)))
            keep(
                self.session,
                Telling(
                    force_id=1, raising_id=raising.id, kind=self.of.choice(("received", "answer", "outcome")), told_at=told,
                    how=self.of.choice(("engagement", "public", "letter")), taken_back_at=told if self.of.random() < 0.15 else None,
                    recorded_at=told,
                ),
            )  # fmt: skip

    def action(self, concern: Concern) -> None:
        keep(self.session, Action(**self._action(concern.team_id), concern_id=concern.id, done_on=self.of.choice((None, self.day()))))

    def promise(self, n: int) -> None:
        due, ended = self.day(until=TODAY + timedelta(days=10)), self.of.choice((None, None, "kept", "kept", "moved", "could_not"))
        on = None if ended is None else due + timedelta(days=self.of.choice((-3, 0, 1, 9)))
        keep(
            self.session,
            Action(**self._action(self.place()["team_id"]) | {"due_on": due, "is_promise": True, "ended": ended, "ended_on": on}),
        )

    def _action(self, team_id: int) -> dict[str, Any]:
        return {
            "force_id": 1, "team_id": team_id, "by": "officer", "officer_id": self.of.choice(self.officers), "what": "Do it",
            "reports": self.of.random() < 0.2, "withdrawn_at": WITHOUT["recorded_at"] if self.of.random() < 0.15 else None,
            "recorded_by_id": self.town.pcso.officer_id, **WITHOUT,
        }  # fmt: skip

    def priority(self, place: int, slot: int) -> None:
        team = self.town.team_id if place == self.town.neighbourhood_id else self.town.other_team_id
        agreed = self.day(date(2026, 5, 20))
        told = [self.day(agreed) for _ in range(self.of.randrange(3))]
        made = keep(
            self.session,
            Priority(
                force_id=1, team_id=team, neighbourhood_id=place, slot=slot, title=f"Priority {slot}", agreed_on=agreed,
                fresh_until=fresh_until(last_heard(agreed, told)), changed_at=WITHOUT["recorded_at"],
                recorded_by_id=self.town.pcso.officer_id, **WITHOUT,
            ),
        )  # fmt: skip
        for one in (*told, TODAY):
            withdrawn = WITHOUT["recorded_at"] if one == TODAY and one not in told else None
            keep(
                self.session,
                PriorityTold(force_id=1, priority_id=made.id, told_on=one, how=How.PUBLIC.value, withdrawn_at=withdrawn, **WITHOUT),
            )


def _london(at: datetime) -> date:
    return at.astimezone(ZoneInfo("Europe/London")).date()
