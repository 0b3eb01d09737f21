"""A command typed beside a running demonstration sends its mail where the demonstration shows it."""

from __future__ import annotations

from pathlib import Path

from engagement.demonstration.run import join_running, running
from engagement.settings import load


def test_a_command_beside_it_joins_it_for_as_long_as_it_runs(tmp_path: Path) -> None:
    settings = load({"ENGAGEMENT_INSTANCE": str(tmp_path)})
    told = {"ENGAGEMENT_MAIL_URL": "smtp://127.0.0.1:2525", "ENGAGEMENT_PUBLIC_URL": "http://localhost:8080"}
    with running(settings, told):
        environ = {"ENGAGEMENT_PUBLIC_URL": "http://localhost:9000"}
        join_running(settings, environ)
        assert environ == told | {"ENGAGEMENT_PUBLIC_URL": "http://localhost:9000"}, "what somebody named stands"
    afterwards: dict[str, str] = {}
    join_running(settings, afterwards)
    assert afterwards == {}
