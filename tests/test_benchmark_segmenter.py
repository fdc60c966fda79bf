from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.full
def test_what_carries_over_is_printed(real: Path) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "robustness.py"), "--only", "track-02", "--jobs", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rows = {(line[:8].strip(), line[9:25].strip()): line[25:].split() for line in done.stdout.splitlines()[1:]}
    assert {condition for condition, _ in rows} == {"laps", "blinded", "gpx"}
    assert rows["blinded", "backwards"][:3] == ["1", "10", "1.000"]
    assert rows["laps", "presses doubled"][:3] == ["1", "10", "1.000"]


@pytest.mark.full
def test_the_benchmark_prints_its_table() -> None:
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "segmenter.py"),
        "--sim",
        "--only",
        "kastor-walk",
        "--sessions",
    ]
    done = subprocess.run([*command, "--baselines"], capture_output=True, text=True, check=True)
    rows = [line for line in done.stdout.splitlines() if line[:14].strip() == "sim"]
    pairs = {(line[15:24].strip(), line[25:34].strip()) for line in rows}
    assert ("blinded", "kastor") in pairs
    assert ("gpx", "threshold") in pairs
    assert ("laps", "own laps") in pairs
    assert len(rows) == 4 + 3 + 3
