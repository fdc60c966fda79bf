"""The FIT decoder on real recordings: what the runner's lap presses say must come out."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis.readers.fit import decode


def test_laps_agree_with_the_presses(real: Path) -> None:
    truth = json.loads((real / "sessions" / "truth.json").read_text())
    told = met = 0
    for name, entry in truth.items():
        path = real / "sessions" / name
        if path.suffix != ".fit":
            continue
        (recording,) = decode(path.read_bytes(), file=name)
        start_s, end_s = recording.laps["start_s"], recording.laps["end_s"]
        for rep in entry["reps"]:
            begun_s = datetime.fromisoformat(rep["start_utc"]).timestamp()
            at = int(np.argmin(np.abs(start_s - begun_s)))
            # Where the truth cut a pause off the rep's end it tells whole seconds; a lap holds the pause.
            cut = float(rep["elapsed_s"]).is_integer() or rep.get("doubtful")
            if not cut and abs(start_s[at] - begun_s) <= 1.1:
                told += 1
                met += abs(end_s[at] - start_s[at] - rep["elapsed_s"]) < 0.0015
    assert told > 250
    assert met == told


@pytest.mark.parametrize("strict", [False, True])
def test_what_is_no_fit_file_is_refused(strict: bool) -> None:
    from kastor_analysis import FitError

    with pytest.raises(FitError, match="no FIT header"):
        decode(b"<gpx>" * 9, strict=strict)
