"""The core of the offline journey on real Firefox and real WebKit: installed, logged without a signal, waiting, sent, on the record once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.builders import Town, make_contact, make_group
from tests.conftest import DiaryUnderTest
from tests.engagements.drafts import put, visit
from tests.engines.driving import Engine, EngineError, firefox, until, webkit
from tests.journeys.line import Line
from tests.journeys.phones import lines_on_record

LOG = "/engagements/new"
READY = """return (async () => {
  const { openKeep } = await import(document.querySelector('script[src$="phone.mjs"]').src.replace('phone.mjs', 'keep.mjs'))
  return navigator.serviceWorker.controller !== null && (await (await openKeep()).all('pack')).length === 1
})()"""
ROWS = """return (async () => {
  const { openKeep } = await import(document.querySelector('script[src$="phone.mjs"]').src.replace('phone.mjs', 'keep.mjs'))
  return (await (await openKeep()).all('outbox')).map((row) => row.state)
})()"""


@pytest.fixture
def line(diary: DiaryUnderTest) -> Iterator[Line]:
    line = Line(diary.app)
    line.open()
    yield line
    line.close()


def installed(window: Engine) -> bool:
    """Whether the app is on the device with its patch. A page on which the browser ends no script is opened again."""
    try:
        return bool(window.run(READY))
    except (EngineError, OSError):
        window.go(LOG)
        raise


def write(window: Engine, words: str) -> None:
    for label in ("Ashford Stroke Club", "Visit"):
        window.click(f"//input[@id=//label[normalize-space()='{label}']/@for]")
    window.write("//textarea[@id='summary']", words)


def save(window: Engine) -> None:
    window.click("//form//button[normalize-space()='Save']")


@pytest.mark.parametrize("engine", [firefox, webkit])
def test_logged_without_a_signal_it_waits_and_goes_once(
    diary: DiaryUnderTest, town: Town, line: Line, tmp_path: Path, engine: Callable[[Path], AbstractContextManager[Engine]]
) -> None:
    with diary.work() as session:
        group = make_group(session, town)
        make_contact(session, group)
        club = group.id
    put(diary, town.pcso, visit([club], diary.now, summary="Before"))
    cookie = diary.client(town.pcso).get_cookie("diary")
    assert cookie is not None
    with engine(tmp_path) as window:
        window.address = line.address
        window.resize(480, 780)  # as wide as what is carried along
        window.go("/sign-in")
        window.cookie("diary", cookie.value)
        window.go(LOG)
        until(lambda: installed(window), "the app is installed, with the patch")
        write(window, "The signal went before Save")
        line.close()
        save(window)
        window.sees("kept on this phone")
        window.sees("1 waiting")
        window.go(LOG)  # a new page, from the device itself
        window.sees("No signal: what you save waits")
        write(window, "Opened without a signal")
        save(window)
        window.sees("kept on this phone")
        window.sees("2 waiting")
        assert window.run(ROWS) == ["waiting", "waiting"]
        assert lines_on_record(diary) == ["Before"]
        line.open()
        window.click("//button[normalize-space()='Send now']")
        window.sees(": on the record.")
        until(lambda: window.run(ROWS) == [], "nothing waits")
        assert lines_on_record(diary) == ["Before", "Opened without a signal", "The signal went before Save"]
        window.go(LOG)
        until(lambda: window.run("return document.body.dataset.account"), "the page from the service")
        write(window, "With a signal")
        save(window)
        window.sees("On the record")
        until(lambda: window.run(ROWS) == [], "the receipt empties the outbox")
        assert lines_on_record(diary) == ["Before", "Opened without a signal", "The signal went before Save", "With a signal"]
