"""Settings: read once at start from config/*.toml and ENGAGEMENT_*; one that makes no sense stops the start."""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

ROOT = Path(__file__).resolve().parent.parent
_TILES = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?/[^\s;,'\"]+")  # its host goes into a header
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class BadSetting(Exception):
    """A setting that makes no sense; the message is a sentence for whoever starts the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set. `tree` holds the sections of the TOML files, each value checked."""

    database_url: str
    secret_key: str
    former_keys: tuple[str, ...] = ()  # secrets before this one, the latest first: what they signed or sealed still holds
    public_url: str
    mail_url: str
    demonstration: bool
    instance: Path
    tree: Mapping[str, Mapping[str, Any]]
    vocabulary: Mapping[str, Mapping[str, Any]]

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The service's secret, with which everything new is signed, and those before it."""
        return self.secret_key, *self.former_keys

    def number(self, section: str, name: str) -> int:
        """A whole number of the TOML files."""
        return int(self.tree[section][name])

    def text(self, section: str, name: str) -> str:
        """A text of the TOML files."""
        return str(self.tree[section][name])


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadSetting(f"The settings file {path} is not there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"The settings file {path} cannot be read: {error}.") from None


def _merged(default: dict[str, Any], over: dict[str, Any], path: Path) -> dict[str, Any]:
    """`default` with the values of `over`; every value keeps the kind that the default has."""
    tree = {section: dict(values) for section, values in default.items()}
    for section, values in over.items():
        if section not in tree or not isinstance(values, dict):
            raise BadSetting(f"{path}: there is no section [{section}].")
        for name, value in values.items():
            if name not in tree[section]:
                raise BadSetting(f"{path}: there is no setting {section}.{name}.")
            if type(value) is not type(tree[section][name]):
                kind = type(tree[section][name]).__name__
                raise BadSetting(f"{path}: {section}.{name} must be of the kind {kind}, not {value!r}.")
            tree[section][name] = value
    return tree


def _check(tree: Mapping[str, Mapping[str, Any]]) -> None:
    for section, values in tree.items():
        for name, value in values.items():
            if isinstance(value, int) and not isinstance(value, bool) and not 1 <= value <= 100_000:
                raise BadSetting(f"The setting {section}.{name} must be from 1 to 100000, not {value}.")
            if name.endswith("_at"):
                if not _HOUR.fullmatch(str(value)):
                    raise BadSetting(f'The setting {section}.{name} must be a time such as "05:30", not {value!r}.')
                if str(value).startswith("01:"):
                    raise BadSetting(f"The setting {section}.{name} must not be between 01:00 and 02:00, when clocks change.")
    if set(tree["notices"]["may_switch_off"]) - {"clocks", "booked", "promises", "due", "meanwhile"}:
        raise BadSetting("The setting notices.may_switch_off may hold clocks, booked, promises, due and meanwhile.")
    if not tree["notices"]["earliest_at"] <= tree["notices"]["usual_at"] <= tree["notices"]["latest_at"]:
        raise BadSetting("The setting notices.usual_at must be between notices.earliest_at and notices.latest_at.")
    if not tree["mail"]["send_from_hour"] < tree["mail"]["send_until_hour"] <= 24:
        raise BadSetting("The setting mail.send_from_hour must be before mail.send_until_hour.")
    if not tree["dip_sample"]["overridden"] <= tree["dip_sample"]["entries"]:
        raise BadSetting("The setting dip_sample.overridden must be at most dip_sample.entries.")
    clock = tree["clock"]
    if clock["count"] not in ("elapsed", "working_days"):
        raise BadSetting(f'The setting clock.count must be "elapsed" or "working_days", not {clock["count"]!r}.')
    if not clock["first_chase_hours"] < clock["second_chase_hours"] < clock["answer_within_hours"] <= 24 * 30:
        raise BadSetting("The chases of [clock] must come one after the other, before clock.answer_within_hours, which is at most 720.")
    if not clock["amber_after_hours"] < clock["answer_within_hours"]:
        raise BadSetting("The setting clock.amber_after_hours must be before clock.answer_within_hours.")
    unknown = set(re.findall(r"\{([^}]*)\}?", clock["recourse"])) - {"hours", "team", "telephone", "email"}
    if unknown or "}" in re.sub(r"\{[a-z]+\}", "", clock["recourse"]) or not clock["recourse"].strip():
        raise BadSetting(
            "The setting clock.recourse must be a text in which {hours}, {team}, {telephone} and {email} may stand, and no other."
        )
    address = tree["maps"]["address"]
    if address and not (address.startswith("https://") and "{latitude}" in address and "{longitude}" in address):
        raise BadSetting("The setting maps.address must begin with https:// and hold {latitude} and {longitude}, or be empty.")
    tiles = tree["maps"]["tiles"]
    if tiles and not (_TILES.fullmatch(tiles) and all(part in tiles for part in ("{z}", "{x}", "{y}"))):
        raise BadSetting("The setting maps.tiles must begin with https:// and a host, hold {z}, {x} and {y} after it, or be empty.")


def _url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    """The address, where it is one: the right scheme, and the host or folder that the scheme calls for. A password in it is not said back."""
    try:
        found = urlsplit(value)
        several = found.netloc.rpartition("@")[2].split(",") if found.scheme.startswith("postgres") else [found.netloc]
        ends = [urlsplit(f"//{one}") for one in several]
        whole = bool(found.path.strip("/")) if found.scheme == "file" else all(end.hostname and end.port != 0 for end in ends)
    except ValueError:
        raise BadSetting(f"{name} is not an address.") from None
    if found.scheme not in schemes:
        raise BadSetting(f"{name} must begin with one of {', '.join(s + ':' for s in schemes)}.")
    if not whole and found.scheme in ("http", "https", "smtp", "smtps", "file"):
        raise BadSetting(f"{name} must name a {'folder' if found.scheme == 'file' else 'host'} after {found.scheme}://.")
    return value


def _secret(environ: Mapping[str, str], instance: Path) -> str:
    given = environ.get("ENGAGEMENT_SECRET_KEY")
    if given is not None:
        if len(given) < 32:
            raise BadSetting("ENGAGEMENT_SECRET_KEY must have at least 32 characters.")
        return given
    kept = instance / "secret_key"
    if not kept.exists():
        instance.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


_FORMER = ("ENGAGEMENT_FORMER_SECRET_KEY", *(f"ENGAGEMENT_FORMER_SECRET_KEY_{n}" for n in range(2, 6)))


def _former(environ: Mapping[str, str], secret: str) -> tuple[str, ...]:
    """The secrets before this one: a variable each, so that any character may stand in one."""
    given = {name: environ[name] for name in _FORMER if environ.get(name)}
    for name, former in given.items():
        if len(former) < 32:
            raise BadSetting(f"{name} must have at least 32 characters.")
        if former == secret:
            raise BadSetting(f"{name} is the secret key of today: it is for one that was changed.")
    return tuple(given.values())


def load(environ: Mapping[str, str] | None = None, *, demonstration: bool | None = None) -> Settings:
    """The settings of this process, or `BadSetting` with a sentence."""
    environ = os.environ if environ is None else environ
    tree = _read(ROOT / "config" / "default.toml")
    if named := environ.get("ENGAGEMENT_CONFIG"):
        tree = _merged(tree, _read(Path(named)), Path(named))
    _check(tree)
    instance = Path(environ.get("ENGAGEMENT_INSTANCE", ROOT / "instance")).resolve()
    default_db = f"sqlite:///{instance / 'diary.sqlite'}"
    database_url = environ.get("ENGAGEMENT_DATABASE_URL", default_db)
    mail_url = environ.get("ENGAGEMENT_MAIL_URL", tree["mail"]["url"].replace("file:///instance", f"file://{instance}"))
    shown = environ.get("ENGAGEMENT_DEMONSTRATION") == "1" if demonstration is None else demonstration
    instance.mkdir(parents=True, exist_ok=True)
    secret = _secret(environ, instance)
    return Settings(
        database_url=_url("ENGAGEMENT_DATABASE_URL", database_url, ("sqlite", "postgresql", "postgresql+psycopg", "postgres")),
        secret_key=secret,
        former_keys=_former(environ, secret),
        public_url=_url(
            "ENGAGEMENT_PUBLIC_URL", environ.get("ENGAGEMENT_PUBLIC_URL", tree["service"]["public_url"]), ("http", "https")
        ).rstrip("/"),
        mail_url=_url("ENGAGEMENT_MAIL_URL", mail_url, ("smtp", "smtps", "file")),
        demonstration=shown or bool(tree["service"]["demonstration"]),
        instance=instance,
        tree=tree,
        vocabulary=_read(ROOT / "config" / "vocabulary.toml"),
    )


def current() -> Settings:
    """The settings of the application that is running, for services and jobs (which know no web)."""
    found: Settings = current_app.extensions["settings"]
    return found
