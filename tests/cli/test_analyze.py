"""The main job from the shell: recordings in, reports out."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

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
    assert "held back" in rows[12]


def test_report_needs_no_heavy_import(sample_data: Path) -> None:
    code = (
        "import sys; sys.argv = ['analyze', sys.argv[1], '--goal', '5k 20:00']\n"
        "from kastor_analysis.cli import analyze\n"
        "try: analyze()\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "heavy = {'pandas', 'matplotlib', 'scipy', 'jinja2', 'sqlite3', 'fitparse', 'gpxpy'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    for name in ("kastor-good.fit", "kastor-good.gpx"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(sample_data / name)], capture_output=True, text=True, check=True
        )
        assert done.stdout.endswith("HEAVY []\n"), done.stdout[-200:]


def test_several_recordings_as_json_lines(run_command: Run, sample_data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.fit").write_bytes(b"")
    files = (sample_data / "kastor-good.fit", tmp_path / "empty.fit", sample_data / "kastor-flawed.fit")
    code, out, err = run_command("analyze", *files, *GOAL, "--json")
    assert code == 1
    documents = [json.loads(line) for line in out.splitlines()]
    assert [Path(d["source"]).name for d in documents] == ["kastor-good.fit", "empty.fit", "kastor-flawed.fit"]
    assert "empty" in documents[1]["error"]
    assert err.startswith("2 analysed, 1 failed")


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
