"""The sample recordings, from file to report: the good one is praised, the flawed one is told its flaws alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from kastor_analysis.pipeline import analyze


def test_the_good_sample(sample_data: Path) -> None:
    report = analyze(sample_data / "kastor-good.fit", goal="5k 20:00")
    assert report.scores["overall"] > 95
    assert len(report.advice) == 1
    assert report.advice[0].startswith("Well run")
    assert [row.verdict for row in report.hammer_rows] == ["all out", "all out"]


def test_the_flawed_sample(sample_data: Path) -> None:
    report = analyze(sample_data / "kastor-flawed.fit", goal="5k 20:00")
    assert 45 < report.scores["overall"] < 70
    rows = {row.planned_rep: row for row in report.rep_rows}
    assert [n for n, row in rows.items() if row.status == "missing"] == [14]
    assert [n for n, row in rows.items() if row.rest_verdict == "short"] == [5, 9]
    assert [rows[n].pace_verdict for n in (1, 2, 3)] == ["fast"] * 3
    assert [row.verdict for row in report.hammer_rows] == ["not hammered", "faster, not all out"]
    starts = ["Reps 1-3 averaged", "Rests after reps 5 and 9 were", "Hammer 12 was no quicker", "Rep 14 is missing"]
    assert [said[: len(start)] for said, start in zip(report.advice, starts, strict=True)] == starts


@pytest.mark.parametrize("name", ["kastor-good", "kastor-flawed"])
def test_the_samples_heart_rate_is_believed(sample_data: Path, name: str) -> None:
    report = analyze(sample_data / f"{name}.fit", goal="5k 20:00")
    assert "heart_rate" not in report.notes
    assert report.notes["rest_kind"].startswith("Rests were walked; heart rate fell by")
