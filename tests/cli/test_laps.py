"""``kastor laps``: the reps given back to the recording."""

from __future__ import annotations

import shutil
from pathlib import Path

import kastor_analysis as ka

from .test_analyze import Run


def test_corrected_reps_are_the_laps_of_the_copy(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    run = Path(shutil.copy(sample_data / "kastor-good.fit", tmp_path / "run.fit"))
    assert run_command("kastor", "correct", run, "--drop", 3).code == 0
    code, out, err = run_command("kastor", "laps", run, "-o", tmp_path / "copy.fit")
    assert code == 0, err
    assert "15 reps, 1 correction by hand" in err
    assert sum(" rep " in line for line in out.splitlines()) == 15
    copy = ka.segment(ka.load(tmp_path / "copy.fit"))
    assert [rep.start_s for rep in copy.reps] == [rep.start_s for rep in ka.analyze(run).session.reps]
    assert run_command("kastor", "laps", run, "-o", tmp_path / "as-found.fit", "--as-found").code == 0
    assert len(ka.segment(ka.load(tmp_path / "as-found.fit")).reps) == 16


def test_no_recording_is_overwritten_and_gpx_is_told(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    run = Path(shutil.copy(sample_data / "kastor-good.gpx", tmp_path / "run.gpx"))
    other = Path(shutil.copy(sample_data / "kastor-flawed.fit", tmp_path / "other.fit"))
    content = other.read_bytes()
    code, _, err = run_command("kastor", "laps", run, "-o", tmp_path / "laps.gpx")
    assert code == 1
    assert "GPX has no laps. Write it as TCX" in err
    for output in (run, other):
        assert run_command("kastor", "laps", run, "-o", output, "--force").code != 0
    assert other.read_bytes() == content
    assert run_command("kastor", "laps", run, "-o", tmp_path / "laps.tcx").code == 0
