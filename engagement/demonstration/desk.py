"""Makes what comes up to the sergeant's and the inspector's desk: decisions that lapsed, concerns of nobody, a phone that kept
its entries, chases and dip-samples."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engagement.access.domain import system
from engagement.concerns.chasing import chase
from engagement.concerns.models import Action, Concern
from engagement.core.clock import london_day, london_moment
from engagement.core.months import Month
from engagement.demonstration.handing_over import LEAVER
from engagement.demonstration.lateness import SERGEANTS
from engagement.demonstration.register import Plan
from engagement.demonstration.world import FORCE_ID, World
from engagement.dip_sample.models import DipEntry, DipSample
from engagement.dip_sample.service import draw_sample, mark_read
from engagement.engagements.models import Engagement
from engagement.groups.models import Group
from engagement.offline.models import DeviceReport, PhoneWriteOff
from engagement.overdue.asking import Ask
from engagement.overdue.models import Decision, Flag, InspectorAsk
from engagement.people.models import Account
from engagement.people.queries import load_actor
from engagement.places.models import Team

LEFT = 3  # groups whose decisions lapsed
NOBODYS = 3
OVERRIDDEN = (
    "It is the name of the hall, not of a person", "The road is called so", "The number is the bus route's",
)  # fmt: skip
INSPECTOR = "inspector@east-dorset.example"
UNSENT_OF = "bethan.pryce@ferndown.example"
SAMPLES = 3


def make_what_was_left(world: World, plans: list[Plan]) -> None:
    """Groups left long overdue whose decisions lapsed, one of which the inspector has asked about; concerns of nobody; a phone that
    has kept its entries for nine days; entries, and an action, saved over a warning."""
    decided = {(row["group_id"], row["due_on"]) for row in world.all(Decision)}
    open_flags = [row for row in world.all(Flag) if row["cleared_on"] is None and (row["group_id"], row["due_on"]) not in decided]
    left = sorted((row for row in open_flags if row["due_on"] < world.today - timedelta(days=38)), key=lambda row: row["due_on"])[:LEFT]
    for number, flag in enumerate(left):
        _lapsed(world, plans[flag["group_id"] - 1], flag, snoozed=number != 1)
    if left:
        world.add(
            InspectorAsk, force_id=FORCE_ID, team_id=left[0]["team_id"], group_id=left[0]["group_id"], due_on=left[0]["due_on"],
            kind=Ask.WHY.value, words="Twice put off: who will see them, and when?", decide_by=world.today + timedelta(days=3),
            asked_at=world.at(-1, 15, 20), asked_by_id=world.officers[INSPECTOR],
        )  # fmt: skip
    under_way = [row for row in world.all(Concern) if row["state"] == "under_way" and not row["sensitive"]]
    for row in world.random("nobody's").sample(under_way, min(NOBODYS, len(under_way))):
        row["owner_id"] = None
    officer = world.officers[UNSENT_OF]
    account = next(row["id"] for row in world.all(Account) if row["officer_id"] == officer)
    world.add(
        DeviceReport, force_id=FORCE_ID, account_id=account, officer_id=officer, device="demonstration phone", unsent=2,
        oldest_kept_at=world.at(-9, 15, 40), heard_at=world.at(-1, 16, 5), heard_from_id=world.officers[LEAVER],
    )  # fmt: skip
    _lost_phone(world)
    month = Month.of(world.today).previous
    recorded = [
        row
        for row in world.all(Engagement)
        if row.get("happened_on") and month.first <= row["happened_on"] <= month.last and row.get("summary")
    ]
    for row, why in zip(world.random("overridden").sample(recorded, len(OVERRIDDEN)), OVERRIDDEN, strict=True):
        row["override_reason"] = why
    done = [row for row in world.all(Action) if row["recorded_at"] is not None and Month.of(london_day(row["recorded_at"])) == month]
    for row in world.random("overridden action").sample(done, min(1, len(done))):
        row["override_reason"] = "It is the name of a firm, not of a person"


def _lost_phone(world: World) -> None:
    """A phone of the officer who moves on, lost with an entry on it, which their sergeant has written off."""
    officer = world.officers[LEAVER]
    account = next(row["id"] for row in world.all(Account) if row["officer_id"] == officer)
    report = world.add(
        DeviceReport, force_id=FORCE_ID, account_id=account, officer_id=officer, device="demonstration phone, lost", unsent=1,
        oldest_kept_at=world.at(-20, 11, 15), heard_at=world.at(-20, 11, 15), heard_from_id=officer,
    )  # fmt: skip
    world.add(
        PhoneWriteOff, force_id=FORCE_ID, report_id=report, officer_id=officer, entries=1, gone="lost",
        words="Left on the bus; reported to information security", written_off_at=world.at(-11, 9, 20),
        written_off_by_id=world.officers[SERGEANTS["Ferndown"]],
    )  # fmt: skip


def _lapsed(world: World, plan: Plan, flag: dict[str, object], *, snoozed: bool) -> None:
    """Two snoozes that ran out, or a question nobody came back to."""
    team = next(name for name, key in world.teams.items() if key == plan.team_id)
    steps = (
        [("snooze", "They are away until then", 21, 14), ("snooze", "Nobody free that week", 12, 5)]
        if snoozed
        else [("ask", "What stands in the way?", 15, 8)]
    )
    for kind, reason, ago, until in steps:
        world.add(
            Decision, force_id=FORCE_ID, team_id=plan.team_id, group_id=plan.group_id, due_on=flag["due_on"], kind=kind, reason=reason,
            officer_id=world.row(Group, plan.group_id)["owner_id"], until=world.today - timedelta(days=until),
            decided_at=world.at(-ago, 9, 50), decided_by_id=world.officers[SERGEANTS[team]],
        )  # fmt: skip


def work_the_desk(session: Session, now: datetime) -> None:
    """Has the diary's own services chase what is owed and draw the samples of the last months, each on the 1st of the month after;
    of the older ones most are read."""
    chase(session, system("the 72-hour clock", FORCE_ID), now=now)
    this, actor = Month.of(london_day(now)), system("the dip-sample", FORCE_ID)
    for back in range(SAMPLES, 0, -1):
        month = this.plus(-back)
        for team_id in session.scalars(select(Team.id).order_by(Team.id)).all():
            draw_sample(session, actor, team_id, month, now=_drawn_at(month, now), seed=f"demonstration {team_id} {month}")
    _read_some(session, now, this)


def _drawn_at(month: Month, now: datetime) -> datetime:
    """When the job of the 1st draws the sample of a month."""
    return min(london_moment(month.next.first, 4, 10), now)


def _read_some(session: Session, now: datetime, this: Month) -> None:
    account = session.scalar(select(Account.id).where(Account.email == SERGEANTS["Ferndown"]))
    sergeant = load_actor(session, account, london_day(now)) if account is not None else None
    if sergeant is None:
        return
    led = sorted(sergeant.readable_teams)
    entries = session.execute(
        select(DipEntry.id, DipSample.month, DipEntry.place)
        .join(DipSample, DipSample.id == DipEntry.sample_id)
        .where(DipSample.team_id.in_(led), DipSample.month < str(this.plus(-1)))
        .order_by(DipEntry.id)
    ).all()
    for row in entries:
        if row.month < str(this.plus(-2)) or row.place <= 4:
            said = "Well put: what was agreed, and with whom." if row.place == 2 else ""
            read_at = _drawn_at(Month.parse(row.month), now) + timedelta(days=2, hours=10)
            mark_read(session, sergeant, row.id, said, now=min(read_at, now))
