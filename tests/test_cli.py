"""The command line as an operator meets it: what it prints, and its exit status."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engagement.cli import main

ROOT = Path(__file__).parent.parent
PATIENCE = 60  # seconds: a busy machine is no failure of the diary


@dataclass(frozen=True)
class Said:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(
    new_database: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Runs a command on a database of its own, as the console script does."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENGAGEMENT_DATABASE_URL", new_database())
    monkeypatch.setenv("ENGAGEMENT_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("ENGAGEMENT_SECRET_KEY", "a secret for tests alone, forty characters")

    def one(*arguments: str, **more: str) -> Said:
        with monkeypatch.context() as patched:
            for name, value in more.items():
                patched.setenv(name, value)
            before = os.umask(0o022)
            try:
                main(arguments)
                status = 0
            except SystemExit as ended:
                status = int(ended.code or 0)
            finally:
                os.umask(before)
        return Said(status, *capfd.readouterr())

    return one


def test_an_operators_first_day(run, tmp_path: Path) -> None:
    early = run("check-audit")
    assert (early.returncode, early.stderr) == (1, "The database is not at the newest migration. Run: engagement db upgrade\n")
    gone = run("check-audit", ENGAGEMENT_DATABASE_URL="postgresql://diary@127.0.0.1:1/diary")
    assert (gone.returncode, gone.stderr.startswith("The database does not answer as it should: ")) == (1, True)
    assert run("db", "upgrade").returncode == 0
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700, "what lies beside the database is its maker's alone"
    (tmp_path / "places.csv").write_text("force_id,neighbourhood_id,neighbourhood_name\ndorset,10-25,Ferndown\n")
    assert json.loads(run("import-police-uk", "places.csv").stdout)["made"] == 1
    who = ("create-administrator", "pat@dorset.example", "--name", "Pat Quill", "--collar-number", "7301", "--force", "dorset")
    short = run(*who, ENGAGEMENT_PASSWORD="short")
    assert (short.returncode, short.stderr.startswith("Use at least 12 characters")) == (1, True)
    assert run(*who, ENGAGEMENT_PASSWORD="correct horse battery").returncode == 0
    assert run(*who, ENGAGEMENT_PASSWORD="correct horse battery").stderr == "Collar number 7301 is somebody else's already.\n"
    assert run("backup", "diary.zip").returncode == 0
    checked = run("check-audit")
    assert (checked.returncode, json.loads(checked.stdout)["faults"], checked.stderr) == (0, 0, "")
    assert json.loads(run("dispose-audit", "--dry-run").stdout) == {"would_go": 0, "chains": 0}
    assert run("dispose-audit", "--before", "soon").returncode == 2
    assert "is kept from" in run("dispose-audit", "--before", "2099-01").stderr
    again = run("restore", "diary.zip")
    assert (again.returncode, "not empty" in again.stderr) == (1, True)


def test_a_spreadsheet_of_groups_is_taken_in_once(run, tmp_path: Path) -> None:
    run("db", "upgrade")
    (tmp_path / "groups.csv").write_bytes("group,neighbourhood,last contact\r\nCafé,Ferndown,01/10/2026\r\n".encode("cp1252"))
    assert "make one with create-administrator" in run("import-groups", "groups.csv").stderr
    (tmp_path / "places.csv").write_text("force_id,neighbourhood_id,neighbourhood_name\ndorset,10-25,Ferndown\n")
    run("import-police-uk", "places.csv")
    who = ("create-administrator", "pat@dorset.example", "--name", "Pat Quill", "--collar-number", "7301", "--force", "dorset")
    run(*who, ENGAGEMENT_PASSWORD="correct horse battery")
    assert json.loads(run("import-groups", "groups.csv", "--dry-run").stdout)["would_make"] == 1
    assert json.loads(run("import-groups", "groups.csv").stdout) == {"made": 1, "filled_in": 0, "assumed": 1}
    assert json.loads(run("import-groups", "groups.csv").stdout) == {"made": 0, "filled_in": 0, "assumed": 0}
    (tmp_path / "wrong.csv").write_text("group,neighbourhood\nCafé,Atlantis\n")
    wrong = run("import-groups", "wrong.csv")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "Row 2, neighbourhood: There is no neighbourhood called “Atlantis”" in wrong.stderr
    assert run("import-groups", "none.csv").stderr == "none.csv cannot be read: No such file or directory\n"
    proved = run("check-due")
    assert (proved.returncode, json.loads(proved.stdout)["groups"], proved.stderr) == (0, 1, ""), "no progress bar off a terminal"


def test_a_job_is_one_line_of_json_and_runs_once(run) -> None:
    run("db", "upgrade")
    first, second = run("run-job", "review-retention"), run("run-job", "review-retention")
    assert first.stdout.count("\n") == 1
    assert (json.loads(first.stdout)["outcome"], json.loads(second.stdout)["outcome"]) == ("done", "already done")
    assert json.loads(run("run-job", "check-audit", "--date", "2026-01-02").stdout)["period"] == "2026-01-02"
    future = run("run-job", "check-audit", "--date", "2199-01-02")
    assert (future.returncode, future.stdout) == (1, "")
    assert "today or in the past" in future.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("no-such-command",),
        ("run-job",),
        ("run-job", "no-such-job"),
        ("run-job", "check-audit", "--date", "31/02/2026"),
        ("serve", "--port", "99999"),
    ],
)
def test_wrong_usage_is_status_2(run, wrong: tuple[str, ...]) -> None:
    said = run(*wrong)
    assert (said.returncode, said.stdout) == (2, "")
    assert "Usage:" in said.stderr


def test_a_setting_that_makes_no_sense_stops_everything_with_a_sentence(run) -> None:
    for name, value in (("MAIL_URL", "ftp://x"), ("DATABASE_URL", "mysql://x"), ("SECRET_KEY", "short"), ("CONFIG", "/no/such.toml")):
        for command in ("jobs", "web", "scheduler", "serve", "run-job check-audit"):
            said = run(*command.split(), **{f"ENGAGEMENT_{name}": value})
            assert (said.returncode, said.stdout) == (1, ""), (command, name)
            assert said.stderr.count("\n") == 1, said.stderr


def test_the_timetable_is_printed(run) -> None:
    said = run("jobs")
    assert said.returncode == 0
    assert "check-audit        daily 02:30" in said.stdout


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(port: int, path: str, seconds: float = PATIENCE) -> str:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def children(pid: int) -> dict[str, int]:
    """The children of a process, by the command of the diary that they run."""
    found = {}
    for task in Path("/proc").glob("[0-9]*"):
        try:
            stat, words = (task / "stat").read_text(), (task / "cmdline").read_text().split("\0")
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid:
            found["scheduler" if "scheduler" in words else "web"] = int(task.name)
    return found


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split() for pid in pids)


@pytest.mark.slow
def test_serve_runs_both_restarts_what_dies_and_ends_both(new_database, tmp_path: Path) -> None:
    port = free_port()
    environ = os.environ | {
        "ENGAGEMENT_DATABASE_URL": new_database(), "ENGAGEMENT_INSTANCE": str(tmp_path), "PYTHONPATH": str(ROOT),
        "ENGAGEMENT_SECRET_KEY": "a secret for tests alone, forty characters",
    }  # fmt: skip
    itself = [sys.executable, "-m", "engagement.cli"]
    subprocess.run([*itself, "db", "upgrade"], env=environ, check=True, capture_output=True)
    with (tmp_path / "log").open("wb") as log:
        serving = subprocess.Popen([*itself, "serve", "--port", str(port)], env=environ, stdout=log, stderr=log, start_new_session=True)
    try:
        assert json.loads(answers(port, "/healthz")) == {"alive": True}
        assert json.loads(answers(port, "/readyz")) == {"database": True, "migrations": True, "scheduler": True}
        before = children(serving.pid)
        assert set(before) == {"web", "scheduler"}
        os.kill(before["scheduler"], signal.SIGKILL)
        os.kill(before["web"], signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while children(serving.pid).keys() != before.keys() or set(children(serving.pid).values()) & set(before.values()):
            assert time.monotonic() < until
            time.sleep(0.1)
        assert json.loads(answers(port, "/healthz")) == {"alive": True}
        taken = subprocess.run(
            [*itself, "serve", "--port", str(port)], env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert (taken.returncode, "Choose another one with --port" in taken.stderr) == (1, True)
        family = list(children(serving.pid).values())
        serving.send_signal(signal.SIGTERM)
        assert serving.wait(PATIENCE) == 0
        assert gone(family)
    finally:
        serving.kill()
    log_lines = (tmp_path / "log").read_text()
    assert "GET /healthz 200" in log_lines
    assert "127.0.0.1" not in log_lines
