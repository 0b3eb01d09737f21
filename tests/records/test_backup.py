"""What is backed up comes back the same, into an empty database of either kind; nothing else is ever written over."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import delete, insert, select

from engagement.app import create_app
from engagement.audit.verify import seal_day, verify
from engagement.core.errors import Refused
from engagement.db import db, reading, unit_of_work
from engagement.mail.models import Letter
from engagement.people.models import LoginAttempt
from engagement.places.models import Force
from engagement.records.backup import MANIFEST, back_up, restore, tables
from engagement.settings import load
from tests.builders import Town, make_contact, make_group

SECRET = "a secret for tests alone, forty characters"


def rows() -> dict[str, list[tuple[object, ...]]]:
    with db.engine.connect() as connection:
        return {t.name: [tuple(r) for r in connection.execute(select(t).order_by(*t.primary_key.columns))] for t in tables()}


@pytest.fixture
def backup(diary, town: Town, tmp_path: Path) -> tuple[Path, dict[str, list[tuple[object, ...]]]]:
    """A backup of a small diary, and every row that was in it."""
    with diary.work() as session:
        group = make_group(session, town, "Café “Ölberg” & Söhne 🚲")
        make_contact(session, group, channels=["mobile", "email"])
        for n in range(3):
            session.execute(insert(LoginAttempt).values(email=f"{n}@force.example", address="192.0.2.1", at=diary.now, succeeded=True))
        session.execute(delete(LoginAttempt).where(LoginAttempt.email == "2@force.example"))
        seal_day(session, diary.now.date())
    path = tmp_path / "diary.zip"
    path.with_name("diary.zip.part").touch(0o666)  # of a backup that was broken off, or laid there by somebody who would read this one
    with diary.app.app_context():
        before = rows()
        assert back_up(path, now=diary.now) == sum(len(found) for found in before.values())
    return path, before


@pytest.fixture
def elsewhere(new_database: Callable[[], str], tmp_path: Path) -> Iterator[Flask]:
    """Another, empty diary with the same secret."""
    app = create_app(
        load({"ENGAGEMENT_DATABASE_URL": new_database(), "ENGAGEMENT_INSTANCE": str(tmp_path / "other"), "ENGAGEMENT_SECRET_KEY": SECRET})
    )
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_all_of_it_comes_back(diary, backup, elsewhere: Flask) -> None:
    path, before = backup
    assert path.stat().st_mode & 0o777 == 0o600
    restore(path)
    assert rows() == before
    report = verify(reading())
    assert (report.faults, report.seals) == ([], 1)
    with unit_of_work() as session:  # an id that was erased does not come back
        made = session.execute(insert(LoginAttempt).values(email="x", address="", at=diary.now, succeeded=True).returning(LoginAttempt.id))
        assert made.scalar() == 4


def test_from_either_database_into_the_other(diary, backup, tmp_path: Path) -> None:
    path, before = backup
    other = create_app(
        load(
            {
                "ENGAGEMENT_DATABASE_URL": f"sqlite:///{tmp_path}/moved.sqlite",
                "ENGAGEMENT_INSTANCE": str(tmp_path),
                "ENGAGEMENT_SECRET_KEY": SECRET,
            }
        )
    )
    with other.app_context():
        upgrade()
        restore(path)
        assert rows() == before
        assert verify(reading()).faults == []
        db.session.remove()
        db.engine.dispose()


def test_a_database_that_holds_anything_is_left_as_it_is(diary, backup, elsewhere: Flask) -> None:
    path, _before = backup
    with unit_of_work() as session:
        session.add(Force(slug="kept", name="Kept Police"))
    with pytest.raises(Refused, match="not empty"):
        restore(path)
    assert reading().scalars(select(Force.slug)).all() == ["kept"]


def test_a_backup_is_never_written_over(diary, backup) -> None:
    path, _before = backup
    content = path.read_bytes()
    with diary.app.app_context(), pytest.raises(Refused, match="there already"):
        back_up(path, now=diary.now)
    assert path.read_bytes() == content


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def _not_one(path: Path) -> None:
    path.write_text("group,contact\n")


def _other_migration(path: Path) -> None:
    _edit(path, lambda manifest: manifest | {"migration": "9999"})


def _row_missing(path: Path) -> None:
    _edit(path, lambda manifest: manifest | {"tables": manifest["tables"] | {"community_group": 2}})


def _edit(path: Path, change: Callable[[dict], dict]) -> None:
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    kept[MANIFEST] = json.dumps(change(json.loads(kept[MANIFEST]))).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in kept.items():
            archive.writestr(name, content)


def _gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_cut, "not a whole backup"), (_not_one, "not a whole backup"), (_other_migration, "migration 9999"),
        (_row_missing, "1 rows where 2"), (_gone, "is not there"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_whole_backup_changes_nothing(backup, elsewhere: Flask, spoil: Callable[[Path], None], sentence: str) -> None:
    path, _before = backup
    spoil(path)
    with pytest.raises(Refused, match=sentence):
        restore(path)
    assert not any(rows().values())
    with unit_of_work() as session:
        assert session.scalars(select(Letter)).all() == []


def test_it_sees_one_moment(diary, town: Town, tmp_path: Path) -> None:
    """A row that is written while the backup is made is in it with everything it refers to, or not at all."""

    def meanwhile(done: int, total: int, what: str) -> None:
        if total and done == total:
            return
        with db.engine.begin() as connection:
            connection.execute(
                insert(LoginAttempt).values(email="late", address="", at=diary.now + timedelta(seconds=done), succeeded=True)
            )

    with diary.work() as session:
        for n in range(1200):
            session.execute(insert(LoginAttempt).values(email=str(n), address="", at=diary.now, succeeded=True))
    path = tmp_path / "diary.zip"
    with diary.app.app_context():
        back_up(path, now=diary.now, progress=meanwhile)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read("login_attempt.jsonl").splitlines()) == 1200
