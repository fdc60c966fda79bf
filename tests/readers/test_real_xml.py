"""Real recordings: every file ends well, and gpxpy reads the same out of each GPX."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.readers import gpx
from kastor_analysis.readers.gpx_reference import decode_gpxpy

ROOT = Path(__file__).resolve().parents[2]

GPXPY_REFUSES = {
    "gpx1.0_with_all_fields__03fbd399.gpx": "<dgpsid> is not a number: gpxpy refuses the whole file for it",
    "gpx1.0_with_all_fields__0813f449.gpx": "<dgpsid> is not a number",
    "gpx1.0_with_all_fields__4d83ef5b.gpx": "a waypoint without latitude",
    "gpx1.0_with_all_fields__b416fbed.gpx": "<dgpsid> is not a number",
    "gpx1.0_with_all_fields__ecd03ba8.gpx": "<ele> of a waypoint is not a number",
}
GPXPY_LOSES = dict.fromkeys(
    ("run-22.gpx", "run-24.gpx", "run-27.gpx", "run-52.gpx"),
    "says version 1.3, which gpxpy reads as 1.0: it passes over the extensions and the track's type",
)


def test_gpxpy_reads_the_same(real: Path) -> None:
    compared = 0
    for path in sorted(real.rglob("*.gpx")):
        data = path.read_bytes()
        try:
            ours = gpx.decode(data)
        except ka.NoSamplesError as error:
            said = "gpxpy cannot read it" if path.name in GPXPY_REFUSES else error.what
            with pytest.raises(ka.ReadError, match=said):
                decode_gpxpy(data)
            continue
        if path.name in GPXPY_REFUSES:
            with pytest.raises(ka.XmlError, match="gpxpy cannot read it"):
                decode_gpxpy(data)
            continue
        theirs = decode_gpxpy(data)
        for one, other in zip(ours, theirs, strict=True):
            compared += 1
            known = {name for name, values in one.samples.items() if np.isfinite(values).any()}
            lost = known - other.samples.keys()
            assert not lost or path.name in GPXPY_LOSES, (path.name, lost)
            for name, values in other.samples.items():
                np.testing.assert_array_equal(one.samples[name], values, f"{path.name} {name}")
            np.testing.assert_array_equal(one.pauses, other.pauses)
            if path.name not in GPXPY_LOSES:
                assert (one.label, one.sport, one.device) == (other.label, other.sport, other.device)
    assert compared >= 55


OUTCOMES = """
import json, re, sys, time
from pathlib import Path
import kastor_analysis as ka
rows = []
for path in map(Path, sys.argv[1:]):
    started = time.process_time()
    try:
        kind, said = "Activity", " ".join(ka.load(path).warnings)
    except ka.KastorError as error:
        kind, said = type(error).__name__, str(error)
    rows.append([str(path), kind, said, time.process_time() - started])
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([rows, int(peak[1]) / 1024]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads its peak memory from /proc")
def test_every_file_ends_in_an_activity_or_an_error(real: Path) -> None:
    files = [str(path) for path in sorted(real.rglob("*")) if path.is_file() and path.suffix not in (".json", ".md")]
    assert len(files) > 280
    done = subprocess.run(
        [sys.executable, "-c", OUTCOMES, *files], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rows, peak_mib = json.loads(done.stdout)
    assert len(rows) == len(files)
    assert max(seconds for *_, seconds in rows) < 2.0
    assert peak_mib < 200
    for name, kind, said, _ in rows:
        path = Path(name).relative_to(real)
        assert "\n" not in said
        if path.parts[0] in ("runs", "sessions"):
            assert kind == "Activity", (name, said)
        elif kind != "Activity":
            assert said.startswith(name)
            assert said.count(". ") >= 1 or kind == "FitError", said  # it says what to do


@pytest.mark.parametrize(
    ("name", "laps", "pauses", "duration_s"),
    [
        ("runs/run-25.tcx", 1, 9, 3252.826),
        ("runs/run-43.tcx", 14, 0, 1668.342),
        ("runs/run-58.TCX", 2, 1, 684.0),
        ("runs/run-27.gpx", 0, 0, 4229.0),
    ],
)
def test_known_recordings(real: Path, name: str, laps: int, pauses: int, duration_s: float) -> None:
    activity = ka.load(real / name)
    assert (activity.lap_table.n_rows, activity.pause_table.n_rows) == (laps, pauses)
    assert activity.duration_s == pytest.approx(duration_s, abs=1.0)
