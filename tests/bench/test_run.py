"""The benchmark runs whole and writes the shape that others rely on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engagement.bench import scales
from engagement.bench.figures import MAIN
from engagement.bench.run import run
from engagement.bench.scales import Scale
from engagement.settings import load


@pytest.mark.slow
def test_the_file_has_every_page_and_job(tmp_path: Path, monkeypatch) -> None:
    tiny = Scale(name="team", forces=1, areas=1, teams=1, groups=30, engagements=200, concerns=20, overdue=10)
    monkeypatch.setitem(scales.SCALES, "team", tiny)
    settings = load({"ENGAGEMENT_INSTANCE": str(tmp_path), "ENGAGEMENT_SECRET_KEY": "a secret for tests alone, forty characters"})
    run(tiny, tmp_path / "out.json", settings, progress=lambda *_: None, runs=5)
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["scale"] == {"name": "team", "groups": 30, "engagements": 200, "concerns": 20}
    assert set(found["pages"]) == {*MAIN, "log"}
    assert {"shift", "overdue", "group", "measures", "handover", "priorities", "returns"} < set(found["pages"])
    for figures in found["pages"].values():
        assert set(figures) == {
            "p50_ms", "p99_ms", "floor_p50_ms", "ratio", "least_ms", "floor_least_ms", "least_ratio", "queries",
        }  # fmt: skip
        assert figures["floor_p50_ms"] > 0
        assert figures["queries"] <= 20
    assert set(found["jobs"]) == {"flag_overdue", "draft_summaries"}
    assert set(found["growth"]) == set(found["pages"])
