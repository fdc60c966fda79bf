"""The main job from the shell: recordings in, reports out."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.writers import to_fit

from .conftest import Outcome

Run = Callable[..., Outcome]
GOAL = ("--goal", "5k 20:00")


@pytest.fixture(scope="module")
def truth(sample_data: Path) -> dict[str, list[dict[str, float]]]:
    data = json.loads((sample_data / "truth.json").read_text())
    return {name: entry["reps"] for name, entry in data.items()}


def reps_of(outcome: Outcome) -> list[dict[str, float]]:
    assert outcome.code == 0, outcome.err
    return [rep for rep in json.loads(outcome.out)["reps"] if rep["status"] == "run"]


@pytest.mark.parametrize("name", ["kastor-good.fit", "kastor-good.gpx"])
def test_good_session_is_found_and_scored_high(
    run_command: Run, sample_data: Path, truth: dict[str, list[dict[str, float]]], name: str
) -> None:
    outcome = run_command("analyze", sample_data / name, *GOAL, "--json")
    reps = reps_of(outcome)
    assert [rep["planned_rep"] for rep in reps] == list(range(1, 17))
    error_s = np.array([rep["time_s"] for rep in reps]) - [rep["time_s"] for rep in truth[name]]
    assert np.median(np.abs(error_s)) < 1.5
    scores = json.loads(outcome.out)["scores"]
    assert scores["overall"] > 85


def test_flawed_session_is_told_its_flaws(run_command: Run, sample_data: Path) -> None:
    code, out, _ = run_command("analyze", sample_data / "kastor-flawed.fit", *GOAL)
    assert code == 0
    rows = {int(m[1]): m[0] for m in re.finditer(r"^ ?(\d+) [ H].*$", out, re.M)}
    assert "◂ fast" in rows[1]
    assert "missing" in rows[14]
    assert "◂ short" in rows[5]
    assert "◂ short" in rows[9]
    assert "not hammered" in rows[12]


def test_several_recordings_as_json_lines(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.fit").write_bytes(b"")
    files = (sample_data / "kastor-good.fit", tmp_path / "empty.fit", sample_data / "kastor-flawed.fit")
    code, out, err = run_command("analyze", *files, *GOAL, "--json")
    assert code == 1
    documents = [json.loads(line) for line in out.splitlines()]
    assert [Path(d["source"]).name for d in documents] == ["kastor-good.fit", "empty.fit", "kastor-flawed.fit"]
    assert "empty" in documents[1]["error"]
    assert err.startswith("2 analysed, 1 failed")


def test_nothing_speaks_of_kilometres_where_miles_are_asked_for(run_command: Run, sample_data: Path) -> None:
    code, out, _ = run_command("analyze", sample_data / "kastor-flawed.fit", *GOAL, "--units", "mi", "--by-100")
    assert code == 0
    assert "/mi" in out
    assert not re.search(r"\bkm\b", out)


def test_no_laps_asks_the_signal_alone(
    run_command: Run, sample_data: Path, truth: dict[str, list[dict[str, float]]]
) -> None:
    reps = reps_of(run_command("analyze", sample_data / "kastor-good.fit", *GOAL, "--json", "--no-laps"))
    assert len(reps) == 16
    assert all("lap" not in str(rep["source"]) for rep in reps)
    error_s = np.array([rep["time_s"] for rep in reps]) - [rep["time_s"] for rep in truth["kastor-good.fit"]]
    assert np.median(np.abs(error_s)) < 1.5


def test_a_broken_pipe_ends_quietly(sample_data: Path) -> None:
    code = "from kastor_analysis.cli import analyze; analyze()"
    report = subprocess.Popen(
        [sys.executable, "-c", code, str(sample_data / "kastor-good.fit")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert report.stdout is not None
    assert report.stderr is not None
    report.stdout.close()
    said = report.stderr.read()
    assert report.wait() == 1
    assert said == b""


def test_files_beside_the_report(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    names = {"--csv": "reps.csv", "--plot": "run.png", "--html": "run.html"}
    options = [word for option, name in names.items() for word in (option, tmp_path / name)]
    code, out, err = run_command("analyze", sample_data / "kastor-good.fit", *GOAL, *options)
    assert code == 0
    assert "Score" in out
    assert [line.split("/")[-1] for line in err.splitlines()] == ["run.html", "run.png", "reps.csv"]
    rows = list(csv.DictReader((tmp_path / "reps.csv").open(newline="")))
    assert len(rows) == 16
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    assert "<html" in (tmp_path / "run.html").read_text()


@pytest.mark.parametrize(("name", "decoder"), [("kastor-good.fit", "fitparse"), ("kastor-good.gpx", "gpxpy")])
def test_reference_decoders_tell_the_same(run_command: Run, sample_data: Path, name: str, decoder: str) -> None:
    ours = reps_of(run_command("analyze", sample_data / name, *GOAL, "--json"))
    theirs = reps_of(run_command("analyze", sample_data / name, *GOAL, "--json", "--decoder", decoder))
    assert [r["time_s"] for r in theirs] == pytest.approx([r["time_s"] for r in ours], abs=0.2)


@pytest.mark.parametrize(("name", "reps"), [("track-20.fit", 8), ("session-08.fit", 6)])
def test_other_repeats(run_command: Run, real: Path, name: str, reps: int) -> None:
    assert len(reps_of(run_command("analyze", real / "sessions" / name, "--json"))) == reps


def test_corrections_by_hand_are_said(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    splits = tmp_path / "splits.csv"
    splits.write_text("rep,time\n2,1:39.5\n")
    code, out, err = run_command(
        "analyze", sample_data / "kastor-good.fit", *GOAL, "--drop", 3, "--splits", splits, "--json"
    )
    assert code == 0, err
    data = json.loads(out)
    assert len([rep for rep in data["reps"] if rep["status"] == "run"]) == 15
    assert data["reps"][1]["time_s"] == 99.5
    assert "Rep 3 was dropped by hand" in data["session_notes"]
    assert run_command("analyze", sample_data / "kastor-good.fit", "--drop", 40).code == 1


def test_parts_recorded_apart_are_one_session(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    activity = ka.load(sample_data / "kastor-good.fit")
    laps = activity.lap_table
    middle_s = float(laps["start_s"][2])
    for name, from_s, to_s in (("one.fit", 0.0, middle_s), ("two.fit", middle_s, np.inf)):
        time_s = activity.column("time_s")
        samples = activity.sample_table.take((time_s >= from_s) & (time_s < to_s))
        inside = laps.take((laps["start_s"] >= from_s) & (laps["start_s"] < to_s))
        part = replace(
            activity,
            start_time=activity.start_time + timedelta(seconds=from_s),
            sample_table=samples.with_columns(time_s=samples["time_s"] - from_s),
            lap_table=inside.with_columns(start_s=inside["start_s"] - from_s, end_s=inside["end_s"] - from_s),
        )
        (tmp_path / name).write_bytes(to_fit(part))
    whole = reps_of(run_command("analyze", sample_data / "kastor-good.fit", *GOAL, "--json"))
    joined = reps_of(run_command("analyze", tmp_path / "two.fit", tmp_path / "one.fit", *GOAL, "--join", "--json"))
    assert [r["time_s"] for r in joined] == pytest.approx([r["time_s"] for r in whole], abs=0.5)


def test_ten_fast_reps_are_no_failed_sixteen(run_command: Run, real: Path) -> None:
    path = real / "sessions" / "track-02.fit"
    marked = json.loads((real / "sessions" / "truth.json").read_text())
    code, out, _ = run_command("analyze", path, "--goal", "10k 31:15", "--json")
    data = json.loads(out)
    assert code == 0
    assert data["plan"]["source"] == "inferred"
    assert len(data["reps"]) == 10
    entry = marked["track-02.fit"] if isinstance(marked, dict) else next(e for e in marked if "track-02" in e["file"])
    pressed_s = [rep["elapsed_s"] for rep in entry["reps"]]
    assert [rep["time_s"] for rep in data["reps"]] == pytest.approx(pressed_s, abs=0.1)
    assert len(reps_of(run_command("analyze", path, "--json", "--no-laps"))) == 10


def test_no_session_is_invented(run_command: Run, real: Path) -> None:
    runs = [real / "runs" / f"run-{i:02d}.fit" for i in range(1, 21)]
    code, out, err = run_command("analyze", *runs)
    assert code == 0, err
    assert " ".join(out.split()).count("nothing to score") == 20
    assert out.endswith("\n20 analysed, none failed\n")


def test_an_outer_lane_is_longer(run_command: Run, sample_data: Path) -> None:
    def distances(lane: int) -> list[float]:
        reps = reps_of(run_command("analyze", sample_data / "kastor-good.fit", *GOAL, "--json", "--lane", lane))
        return [rep["scored_distance_m"] for rep in reps]

    # Lane 2 is 2 pi x 1.22 m longer than lane 1, less the kerb's 0.10 m: 1.76 %.
    assert distances(1) == [400.0] * 16
    assert distances(2) == pytest.approx([407.0] * 16, abs=0.5)
