"""Measures in words: what each figure is called, how it is said, how it compares, and which of its rows can be opened."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from engagement.measures.domain import Change, Share, change
from engagement.measures.figures import Figures

# The names of figures whose rows can be opened, as the head of that page has them.
FIGURES = {
    "kept": _l("Contacts on time, frequency agreed"),
    "late": _l("Contacts late, frequency agreed"),
    "kept_assumed": _l("Contacts on time, frequency only assumed"),
    "late_assumed": _l("Contacts late, frequency only assumed"),
    "contacts": _l("Two-way contacts"),
    "met": _l("Groups contacted"),
    "changed_agreement": _l("Agreement changed while overdue"),
    "changed_pause": _l("Paused while overdue"),
    "dormant": _l("Groups gone dormant"),
    "opened": _l("Concerns opened"),
    "closed": _l("Concerns closed"),
    "open": _l("Concerns still open"),
    "open_0": _l("Open up to 1 week"),
    "open_1": _l("Open 1 to 4 weeks"),
    "open_2": _l("Open 1 to 3 months"),
    "open_3": _l("Open 3 to 6 months"),
    "open_4": _l("Open longer than 6 months"),
    "answer_in_time": _l("Answered in time"),
    "answer_late": _l("Answered late"),
    "answer_owed": _l("Answer overdue, still owed"),
    "answer_running": _l("Answer not due yet"),
    "outcome_told": _l("Told the outcome"),
    "outcome_owed": _l("Outcome still owed"),
    "promise_kept": _l("Promises kept by their day"),
    "promise_kept_late": _l("Promises kept late"),
    "promise_moved": _l("Promises moved to another day"),
    "promise_could_not": _l("Promises that could not be kept"),
    "promise_open": _l("Promises past their day, nothing said"),
    "fresh": _l("Priorities up to date"),
    "stale": _l("Priorities nobody was told about for 3 months"),
    "no_priority": _l("Neighbourhoods without a priority"),
    "reach": _l("Groups of a community"),
}
AGES = ("open_0", "open_1", "open_2", "open_3", "open_4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure in words. `opens`: its rows, as (figure, words)."""

    label: str
    now: str
    before: str
    opens: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One of the promises on top: how many were kept, how that compares, and how long those waited who were not."""

    title: str
    now: str
    percent: str
    compared: str
    change: Change
    wait: str
    opens: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of figures under a heading."""

    key: str
    title: str
    lines: list[Line]


def say_share(share: Share | None) -> str:
    """ "61 of 84 (73 %)", "3 of 4" without a percentage, "none" where there was nothing to keep, "not shown" where it is kept back."""
    if share is None:
        return str(_("not shown"))
    if not share.whole:
        return str(_("none"))
    words: str = _("%(part)s of %(whole)s", part=share.part, whole=share.whole)
    return f"{words} ({share.percent}\N{NO-BREAK SPACE}%)" if share.percent is not None else words


def say_number(number: int | None) -> str:
    """The number, or that it is not shown."""
    return str(_("not shown")) if number is None else f"{number:,}"


def say_days(days: float | None) -> str:
    """ "9 days", "9.5 days", "1 day"; a dash for nothing."""
    if days is None:
        return "–"
    return str(_("1 day") if days == 1 else _("%(n)s days", n=f"{days:.1f}".removesuffix(".0")))


def say_hours(hours: float | None) -> str:
    """ "under 1 hour", "31 hours"; from four days on in days; a dash for nothing."""
    if hours is None:
        return "–"
    if hours >= 96:
        return say_days(round(hours / 24, 1))
    whole = int(hours)
    return str(_("under 1 hour") if whole < 1 else _("1 hour") if whole == 1 else _("%(n)s hours", n=whole))


def _opens(figures: Figures, *names: str) -> tuple[tuple[str, str], ...]:
    """The rows to open of those figures that have any."""
    words = {
        "kept": _("on time"), "late": _("late"), "kept_assumed": _("on time"), "late_assumed": _("late"), "answer_in_time": _("in time"),
        "answer_late": _("late"), "answer_owed": _("still owed"), "answer_running": _("not due yet"), "outcome_told": _("told"),
        "outcome_owed": _("owed"), "promise_kept": _("kept"), "promise_kept_late": _("late"), "promise_moved": _("moved"),
        "promise_could_not": _("could not"), "promise_open": _("nothing said"), "fresh": _("up to date"), "stale": _("not told for 3 months"),
        "no_priority": _("none at all"), "met": _("groups"),
    }  # fmt: skip
    found = []
    for name in names:
        number = sum(figures.counts[age] for age in AGES) if name == "open" else figures.counts[name]
        if number:
            found.append((name, f"{number:,} {words[name]}" if name in words else _("See the rows")))
    return tuple(found)


def cards(now: Figures, before: Figures, before_name: str, hours: int) -> list[Card]:
    """The four promises on top."""
    longest = now.longest("days_late")
    late = _("late by a median of %(days)s", days=say_days(now.middle("days_late"))) if now.waits.get("days_late") else ""
    if late and longest is not None:
        late = _("%(late)s, %(longest)s at most", late=late, longest=say_days(longest))
    waited = now.middle("hours")
    told = now.middle("days_to_outcome")
    moved = now.number("promise_moved")
    return [
        _card(_("Contacts on time"), now.on_time, before.on_time, before_name, late, _opens(now, "late", "kept")),
        _card(
            _("Answered within %(hours)s hours", hours=hours), now.answered, before.answered, before_name,
            _("answered after a median of %(hours)s", hours=say_hours(waited)) if waited is not None else "",
            _opens(now, "answer_owed", "answer_late", "answer_in_time"),
        ),
        _card(
            _("Told the outcome"), now.told, before.told, before_name,
            _("after a median of %(days)s", days=say_days(told)) if told is not None else "", _opens(now, "outcome_owed", "outcome_told"),
        ),
        _card(
            _("Promises kept"), now.promises, before.promises, before_name, _("%(n)s moved to another day", n=moved) if moved else "",
            _opens(now, "promise_open", "promise_kept_late", "promise_could_not", "promise_moved", "promise_kept"),
        ),
    ]  # fmt: skip


def _card(title: str, now: Share | None, before: Share | None, name: str, wait: str, opens: tuple[tuple[str, str], ...]) -> Card:
    how = change(now, before) if now is not None and before is not None else Change.TOO_FEW
    said = {Change.BETTER: _("Better than"), Change.WORSE: _("Worse than"), Change.SAME: _("The same as"), Change.TOO_FEW: _("Beside")}[how]
    compared = f"{said} {name}: {say_share(before)}" if before is not None else ""
    percent = f"{now.percent}\N{NO-BREAK SPACE}%" if now is not None and now.percent is not None else ""
    whole = "" if now is None or not now.whole else _("%(part)s of %(whole)s", part=now.part, whole=now.whole)
    return Card(title=title, now=whole or say_share(now), percent=percent, compared=compared, change=how, wait=wait, opens=opens)


def sections(now: Figures, before: Figures) -> list[Section]:
    """Every figure in words, in tables."""
    return [
        Section(key="contact", title=_("Contact"), lines=_contact(now, before)),
        Section(key="concerns", title=_("Concerns and answers"), lines=_concerns(now, before)),
        Section(key="word", title=_("What became of it"), lines=_kept(now, before)),
    ]


def _numbers(label: str, now: Figures, before: Figures, *names: str, opens: tuple[tuple[str, str], ...] = ()) -> Line:
    return Line(label=label, now=say_number(now.number(*names)), before=say_number(before.number(*names)), opens=opens)


def _contact(now: Figures, before: Figures) -> list[Line]:
    lines = [
        Line(
            label=_("On time, frequency agreed"), now=say_share(now.on_time), before=say_share(before.on_time),
            opens=_opens(now, "late", "kept"),
        ),
        Line(label=_("Days late, median"), now=say_days(now.middle("days_late")), before=say_days(before.middle("days_late"))),
        Line(
            label=_("On time, frequency only assumed"), now=say_share(now.on_time_assumed), before=say_share(before.on_time_assumed),
            opens=_opens(now, "late_assumed", "kept_assumed"),
        ),
        Line(
            label=_("Days late, median, frequency only assumed"), now=say_days(now.middle("days_late_assumed")),
            before=say_days(before.middle("days_late_assumed")),
        ),
    ]  # fmt: skip
    others = ("changed_agreement", "changed_pause", "contacts", "met", "dormant")
    return lines + [_numbers(str(FIGURES[name]), now, before, name, opens=_opens(now, name)) for name in others]


def _concerns(now: Figures, before: Figures) -> list[Line]:
    opened, closed = (_numbers(str(FIGURES[name]), now, before, name, opens=_opens(now, name)) for name in ("opened", "closed"))
    return [
        opened,
        closed,
        Line(
            label=_("Still open at the end"), now=say_number(now.open), before=say_number(before.open), opens=_opens(now, "open")
        ),
        Line(
            label=_("Answered in time"), now=say_share(now.answered), before=say_share(before.answered),
            opens=_opens(now, "answer_owed", "answer_late", "answer_running", "answer_in_time"),
        ),
        Line(label=_("Time to an answer, median"), now=say_hours(now.middle("hours")), before=say_hours(before.middle("hours"))),
    ]  # fmt: skip


def _kept(now: Figures, before: Figures) -> list[Line]:
    lines = [
        Line(
            label=_("Told the outcome"), now=say_share(now.told), before=say_share(before.told),
            opens=_opens(now, "outcome_owed", "outcome_told"),
        ),
        Line(
            label=_("Time from raising to the outcome, median"), now=say_days(now.middle("days_to_outcome")),
            before=say_days(before.middle("days_to_outcome")),
        ),
    ]  # fmt: skip
    for name in ("promise_kept", "promise_kept_late", "promise_moved", "promise_could_not", "promise_open"):
        found = (("promise_kept", _("See the rows")),) if name == "promise_kept" and now.counts[name] else _opens(now, name)
        lines.append(_numbers(str(FIGURES[name]), now, before, name, opens=found))
    return lines


def say_level(groups: int, met: int) -> tuple[str, str]:
    """How a community was reached somewhere, in words and as the shade of its cell."""
    if not groups:
        return _("no group"), "none"
    shade = "nobody" if not met else "all" if met == groups else "half" if 2 * met >= groups else "few"
    return _("%(part)s of %(whole)s", part=met, whole=groups), shade
