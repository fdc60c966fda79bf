"""What is no run, what nobody runs, and parts in one file: passed over, called so, joined."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.readers.loading import chosen
from kastor_analysis.readers.raw import RawRecording

from .drafts import SHAPES, draft, to_fit, to_gpx

SHAPE = SHAPES["8 x 200"]


def test_a_ride_is_passed_over_and_analysed_where_any_sport_is_asked_for() -> None:
    ride = to_fit(replace(draft(SHAPE), sport="cycling"))
    passed_over = ka.analyze(ride)
    assert not passed_over.rep_rows
    assert any("a ride, not a run" in note and "--sport any" in note for note in passed_over.notes.values())
    assert len(ka.analyze(ride, sport="any").rep_rows) == SHAPE.reps


def test_reps_that_nobody_runs_are_called_so_and_no_race_is_made_of_them() -> None:
    # Nothing contradicts the distance: no positions, and presses alone.
    fast = draft(replace(SHAPE, rep_s=26.0, rep_m=400.0, easy_mps=4.0)).without("lat_deg", "lon_deg", "speed_mps")
    report = ka.analyze(to_fit(fast))
    assert "impossible for a runner" in report.notes["impossible"]
    assert "another unit" in report.notes["impossible"]
    assert not any("Worth a 5k" in text for text in report.notes.values())


def test_parts_in_one_file_are_named_and_joined(tmp_path: Path) -> None:
    whole = draft(SHAPE)
    rows = np.arange(whole.columns["time_s"].size)
    first, second = whole.taken(rows[rows < 620]), whole.taken(rows[rows >= 700])
    path = tmp_path / "parts.gpx"
    head, tail = to_gpx(first).split(b"</trk></gpx>")[0], to_gpx(second).split(b"<trk>")[1]
    path.write_bytes(head + b"</trk><trk>" + tail)
    with pytest.raises(ka.MultipleRecordingsError, match=r"--part N.*--join"):
        ka.load(path)
    joined = ka.join(path)
    assert joined.duration_s == pytest.approx(SHAPE.duration_s, abs=1.0)


def test_a_recording_that_is_written_twice_is_read_once() -> None:
    once = RawRecording(format="gpx", samples={"timestamp_s": np.arange(9.0), "lat_deg": np.full(9, np.nan)})
    assert "written 2 times" in chosen([once, replace(once)], None, "twice.gpx").warnings[0]
    other = replace(once, samples={**once.samples, "timestamp_s": np.arange(9.0) + 60.0})
    with pytest.raises(ka.MultipleRecordingsError):
        chosen([once, other], None, "two.gpx")
