"""Heart rate taken from another recording of the same run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.errors import ReadError


@pytest.fixture(scope="module")
def run(sample_data: Path) -> ka.Activity:
    return ka.load(sample_data / "kastor-good.fit")


def strap_of(run: ka.Activity, *, ahead_s: float = 0.0, starts_s: int = 0) -> ka.Activity:
    """What a strap's app records: heart rate alone, by a clock that is ahead, begun some seconds after the watch."""
    time_s = np.arange(float(starts_s), run.duration_s)
    bpm = np.interp(time_s, run.column("time_s"), run.column("heart_rate_bpm"))
    start = run.start_time + timedelta(seconds=ahead_s + starts_s)
    return ka.Activity.from_columns(start, {"time_s": time_s - starts_s, "heart_rate_bpm": bpm}, source="strap.fit")


def without_heart_rate(activity: ka.Activity) -> ka.Activity:
    table = activity.sample_table
    return replace(activity, sample_table=table.with_columns(heart_rate_bpm=np.full(table.n_rows, np.nan)))


def rough(run: ka.Activity) -> ka.Activity:
    """The run with the heart rate of a poor wrist sensor: the true one, late by some beats and noisy."""
    noise = np.random.default_rng(3).normal(0.0, 6.0, run.column("time_s").size)
    noisy = run.sample_table.with_columns(heart_rate_bpm=run.column("heart_rate_bpm") + noise)
    return replace(run, sample_table=noisy)


@pytest.mark.parametrize("ahead_s", [0, 7, -23, 60])
def test_a_clock_that_disagrees_is_made_up_for(run: ka.Activity, ahead_s: float) -> None:
    got = rough(run).with_heart_rate(strap_of(run, ahead_s=ahead_s, starts_s=40))
    known = np.isfinite(got.column("heart_rate_bpm"))
    off = np.abs(got.column("heart_rate_bpm") - run.column("heart_rate_bpm"))[known]
    assert np.median(off) < 1.0
    assert known.mean() > 0.95
    assert not known[:30].any()
    (said,) = [text for text in got.warnings if "heart rate is that of strap.fit" in text]
    assert ("by the clock" in said) == (ahead_s == 0)
    if ahead_s:
        assert f"{abs(ahead_s)} s {'earlier' if ahead_s > 0 else 'later'} than its clock says" in said


def test_without_a_heart_rate_of_its_own_the_effort_tells(run: ka.Activity) -> None:
    none = without_heart_rate(run)
    got = none.with_heart_rate(strap_of(run))
    np.testing.assert_allclose(got.column("heart_rate_bpm")[:-2], run.column("heart_rate_bpm")[:-2], atol=1.0)
    late = none.with_heart_rate(strap_of(run, ahead_s=60))
    assert "as the effort shows" in late.warnings[-1]
    known = np.isfinite(late.column("heart_rate_bpm"))
    assert np.median(np.abs(late.column("heart_rate_bpm") - run.column("heart_rate_bpm"))[known]) < 12.0


def test_what_is_of_another_run_is_refused_or_doubted(run: ka.Activity) -> None:
    strap = strap_of(run)
    with pytest.raises(ReadError, match="recorded at another time"):
        run.with_heart_rate(replace(strap, start_time=run.start_time + timedelta(hours=3)))
    with pytest.raises(ReadError, match="no heart rate"):
        run.with_heart_rate(without_heart_rate(strap))
    walk = np.random.default_rng(1).normal(0.0, 1.0, strap.sample_table.n_rows).cumsum() + 150.0
    foreign = replace(strap, sample_table=strap.sample_table.with_columns(heart_rate_bpm=walk))
    assert "may be of another run" in run.with_heart_rate(foreign).warnings[-1]


def test_a_report_is_made_with_it(run: ka.Activity) -> None:
    report = ka.analyze(rough(run).with_heart_rate(strap_of(run, ahead_s=7)), goal="5k 20:00")
    plain = ka.analyze(run, goal="5k 20:00")
    for got, own in zip(report.rep_rows, plain.rep_rows, strict=True):
        assert got.heart_rate_avg_bpm == pytest.approx(own.heart_rate_avg_bpm, abs=1.0)
    assert any("strap.fit" in text for text in report.session.activity.warnings)
