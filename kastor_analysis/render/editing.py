"""What the page's edit mode works on: the reps and strides, the speed in full, and the corrections made so far.

Conventions: the page has no server, so it carries all of it. Instants are seconds since the recording's start; speed is
packed a character a sample, as `packed` says. What the mode hands back is the text of a file of corrections, which
begins with `kept`, or the words for ``kastor correct``; `templates/edit.js` is its other half.
"""

from __future__ import annotations

import json
from math import ceil, isfinite

import numpy as np

from ..activity import FloatArray
from ..corrections import Corrections
from ..quantities.lengths import UNIT_M, Units
from ..report import Report
from ..shown.numbers import file_name
from ..shown.trace import Trace

STANDING_OUT = ("rep", "stride")
DIGITS = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"&'<>\\")
"""From none to the fastest: whatever neither JSON nor HTML escapes. 88 of them are 0.1 m/s apart."""
UNKNOWN = " "
"""What was not recorded."""
MOST_SAMPLES = 8000
"""A longer recording is drawn at more than a second a sample, so that a page stays small."""


def edit_data(report: Report, trace: Trace, units: Units = "km") -> str:
    """Return what the edit mode needs, as JSON; empty where no speed was recorded, which leaves nothing to edit by."""
    session, activity = report.session, report.session.activity
    if not trace.has_speed or not session.rows:
        return ""
    end_s = session.rows[-1].end_s
    step_s = float(max(1, ceil(end_s / MOST_SAMPLES)))
    fastest_mps = max(float(np.nanpercentile(trace.speed_mps, 99.7)) * 1.12, 3.0)
    rows = {row.run_rep: i for i, row in enumerate(report.rep_rows) if row.run_rep is not None}
    kept = session.corrections
    if kept.start_time is None:
        kept = Corrections(items=kept.items, start_time=activity.start_time.replace(microsecond=0))
    name = file_name(activity.source)
    data = {
        "file": name,
        "kept": kept.to_toml(recording=name),
        "end": round(end_s, 3),
        "unit": units,
        "unit_m": UNIT_M[units],
        "step": step_s,
        "fastest": round(fastest_mps, 3),
        "speed": packed(_sampled(trace, end_s, step_s), fastest_mps),
        "marks": [
            {
                "kind": row.kind,
                "start": round(row.start_s, 3),
                "end": round(row.end_s, 3),
                "row": rows.get(row.run_rep) if row.kind == "rep" and row.run_rep is not None else None,
            }
            for row in session.rows
            if row.kind in STANDING_OUT
        ],
    }
    return json.dumps(data, separators=(",", ":"))


def packed(values: FloatArray, most: float) -> str:
    """Return values from 0 to `most` as one of `DIGITS` each, NaN as `UNKNOWN`."""
    places = np.rint(np.clip(values, 0.0, most) / most * (len(DIGITS) - 1))
    return "".join(DIGITS[int(place)] if isfinite(place) else UNKNOWN for place in places.tolist())


def _sampled(trace: Trace, end_s: float, step_s: float) -> FloatArray:
    """Return the speed at every `step_s` from 0 to the end; where none was recorded nearby, NaN."""
    at_s = np.arange(0.0, end_s + step_s, step_s)
    known = np.isfinite(trace.speed_mps)
    time_s = trace.time_s[known]
    after = np.clip(np.searchsorted(time_s, at_s), 1, max(time_s.size - 1, 1)) if time_s.size > 1 else None
    if after is None:
        return np.full(at_s.shape, np.nan)
    nearest_s = np.minimum(np.abs(time_s[after] - at_s), np.abs(time_s[after - 1] - at_s))
    return np.where(nearest_s <= step_s, np.interp(at_s, time_s, trace.speed_mps[known]), np.nan)
