"""Settings: each one does something, and one that makes no sense stops the start with a sentence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from engagement.cli import main
from engagement.settings import ROOT, BadSetting, load

DEFAULT = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
EACH = [(section, name) for section, values in DEFAULT.items() for name in values]


def environ(folder: Path, toml: str = "", **more: str) -> dict[str, str]:
    """An environment with a settings file of its own."""
    (folder / "mine.toml").write_text(toml, encoding="utf-8")
    kept = {"ENGAGEMENT_INSTANCE": str(folder), "ENGAGEMENT_SECRET_KEY": "s" * 40, "ENGAGEMENT_CONFIG": str(folder / "mine.toml")}
    return kept | more


@pytest.mark.parametrize(("section", "name"), EACH)
def test_every_setting_does_something(section: str, name: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "engagement").rglob("*.py"))
    read = (rf'"{section}", "{name}"', rf'\["{section}"\]\["{name}"\]', rf'setting="{name}"')
    assert any(re.search(way, source) for way in read), f"{section}.{name} is read nowhere"


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("[mail]\nitems_in_a_letter = 0", "mail.items_in_a_letter must be from 1 to 100000"),
        ('[mail]\nmost_tries = "eight"', "mail.most_tries must be of the kind int"),
        ("[mail]\nsend_from_hour = 19", "mail.send_from_hour must be before mail.send_until_hour"),
        ("[mail]\nsend_untill_hour = 19", "there is no setting mail.send_untill_hour"),
        ("[post]\nfrom = 1", "there is no section [post]"),
        ('[jobs]\nflag_overdue_at = "25:00"', "jobs.flag_overdue_at must be a time such as"),
        ('[jobs]\ncheck_due_at = "01:30"', "must not be between 01:00 and 02:00"),
        ('[maps]\naddress = "http://maps.example"', "maps.address must begin with https://"),
        ('[clock]\ncount = "weekdays"', 'clock.count must be "elapsed" or "working_days"'),
        ("[clock]\nsecond_chase_hours = 24", "chases of [clock] must come one after the other"),
        ("[clock]\nanswer_within_hours = 40", "chases of [clock] must come one after the other"),
        ("[clock]\namber_after_hours = 72", "clock.amber_after_hours must be before"),
        ("[dip_sample]\noverridden = 11", "dip_sample.overridden must be at most"),
        ('[clock]\nrecourse = "Ring {name}"', "clock.recourse must be a text in which"),
        ('[clock]\nrecourse = " "', "clock.recourse must be a text in which"),
        ('[maps]\ntiles = "http://tiles.example/{z}/{x}/{y}.png"', "maps.tiles must begin with https://"),
        ('[maps]\ntiles = "https://tiles.example; script-src */{z}/{x}/{y}.png"', "maps.tiles must begin with https://"),
        ('[maps]\ntiles = "https://tiles.example/{z}/{x}.png"', "maps.tiles must begin with https://"),
        ('[notices]\nmay_switch_off = ["mail"]', "notices.may_switch_off may hold"),
        ('[notices]\nusual_at = "05:00"', "notices.usual_at must be between"),
        ("[sessions]\ndesk_idle_minutes = -1", "sessions.desk_idle_minutes must be from 1"),
        ("[sessions\n", "cannot be read"),
        ("[service]\ndemonstration = 1", "service.demonstration must be of the kind bool"),
    ],
)
def test_a_setting_of_a_file_that_makes_no_sense_is_refused(tmp_path: Path, toml: str, sentence: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(sentence)):
        load(environ(tmp_path, toml))


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ENGAGEMENT_SECRET_KEY", "short", "at least 32 characters"),
        ("ENGAGEMENT_DATABASE_URL", "mysql://there/diary", "must begin with one of sqlite:, postgresql:"),
        ("ENGAGEMENT_DATABASE_URL", "postgresql://one.example:5432,two.example:port/diary", "is not an address"),
        ("ENGAGEMENT_PUBLIC_URL", "diary.force.example", "must begin with one of http:, https:"),
        ("ENGAGEMENT_PUBLIC_URL", "https://", "must name a host after https://"),
        ("ENGAGEMENT_MAIL_URL", "smtp://", "must name a host after smtp://"),
        ("ENGAGEMENT_MAIL_URL", "smtp://mail.example:twentyfive", "is not an address"),
        ("ENGAGEMENT_MAIL_URL", "file:///", "must name a folder after file://"),
        ("ENGAGEMENT_MAIL_URL", "pigeon://loft", "must begin with one of smtp:, smtps:, file:"),
        ("ENGAGEMENT_CONFIG", "/not/there.toml", "is not there"),
    ],
)
def test_a_variable_that_makes_no_sense_is_refused(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(sentence)):
        load(environ(tmp_path, **{name: value}))


def test_a_refusal_says_no_password_back(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as refused:
        load(environ(tmp_path, ENGAGEMENT_MAIL_URL="imap://post:hunter2@mail.example"))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("command", ["serve", "web", "scheduler", "jobs"])
def test_the_start_ends_with_the_sentence_and_status_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], command: str
) -> None:
    for name, value in environ(tmp_path, "[jobs]\nlease_seconds = 0").items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main([command])
    assert ended.value.code == 1
    assert capfd.readouterr().err == "The setting jobs.lease_seconds must be from 1 to 100000, not 0.\n"


def test_a_good_one_is_used(tmp_path: Path) -> None:
    settings = load(environ(tmp_path, "[mail]\nitems_in_a_letter = 3"))
    assert settings.number("mail", "items_in_a_letter") == 3
