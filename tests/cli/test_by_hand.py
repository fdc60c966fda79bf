"""``analyze`` with what only the runner knows: stopwatch, reps that were none, who ran."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kastor_analysis.cli.analyze import analyze
from kastor_analysis.errors import AthleteError, SegmentError


@pytest.fixture
def good(sample_data: Path) -> str:
    return str(sample_data / "kastor-good.fit")


def report(*args):
    result = CliRunner().invoke(analyze, [*args, "--json"])
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_splits(good, tmp_path):
    file = tmp_path / "splits.csv"
    file.write_text("2,1:33.3\n", encoding="utf-8")
    reps = report(good, "--goal", "5k 20:00", "--splits", str(file))["reps"]
    assert reps[1]["time_s"] == 93.3
    assert reps[1]["source"] == "hand"
    assert reps[0]["source"] != "hand"


def test_drop_and_merge(good):
    reps = report(good, "--goal", "5k 20:00", "--drop", "16")["reps"]
    assert [row["planned_rep"] for row in reps if row["status"] == "missing"] == [16]
    merged = report(good, "--plan", "kastor", "--merge", "7,8")["reps"]
    assert max(row["time_s"] or 0.0 for row in merged) > 250.0
    assert isinstance(CliRunner().invoke(analyze, [good, "--drop", "99"]).exception, SegmentError | SystemExit)
    assert CliRunner().invoke(analyze, [good, "--merge", "7-8"]).exit_code == 2


def test_athlete(good, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failed = CliRunner().invoke(analyze, [good, "--athlete", "anna"])
    assert failed.exit_code != 0 or isinstance(failed.exception, AthleteError)
    (tmp_path / "athletes.toml").write_text('[anna]\ngoal = "5k 20:00"\nbest_400_s = 72.0\n', encoding="utf-8")
    done = report(good, "--athlete", "anna")
    assert done["scores"]["overall"] > 90
    assert "best 400 m" in json.dumps(done)
