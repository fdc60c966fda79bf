"""Stated uncertainties: what the fits claim, brought to what they were measured to be.

A fit knows the noise of its samples; it does not know that one runner presses late and another sets off before the
line, nor how often a kink is the wrong one. So the sd that is stated is the size which two in three errors keep
within, fitted to the lap presses of real sessions as a sum (in logarithms) over what can be seen of a rep: what the
fits claim, what told its edges, how much slower the rests are, how many fellows it has. The numbers are fitted by
``tools/fit_times.py``, which checks them leaving runners out, and stand in ``times.json``. What a press itself misses
the line by (0.3 to 0.5 s) is in the errors they were fitted to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..motion import Motion
from .fellows import ALIKE, Habits
from .spans import RepSpan

FloatArray = NDArray[np.float64]

TRAITS = ("constant", "claimed", "line", "positions", "contrast", "other_contrast", "few", "fellows")
REST_NEAR_S, REST_FAR_S = 5.0, 20.0
"""The rest beside an edge: past the runner's letting go, and no further than a short rest reaches."""
LEAST_MPS = 0.3
"""Standing still, as far as a ratio of speeds is concerned."""
MOST_CONTRAST = 1.5
"""Beside standing still everything stands out: from here on (log), by how much says nothing."""
LEAST_S, MOST_S = 0.3, 30.0
"""No time is surer than a thumb on a button, and beyond half a minute's doubt more says no more."""


class Spread(NamedTuple):
    """Weights over `TRAITS` of the logarithm of the stated sds: of a start, an end and a time."""

    start: FloatArray
    end: FloatArray
    time: FloatArray


def spread_of(data: Mapping[str, Mapping[str, float]]) -> Spread:
    """Return the weights that ``times.json`` writes down."""
    return Spread(*(np.array([data[key][name] for name in TRAITS]) for key in ("start", "end", "time")))


@cache
def fitted_times() -> tuple[Habits, Spread]:
    """Return the habits that fellows are weighed by, and the spread that sds are stated by, as they were fitted."""
    data: dict[str, Any] = json.loads(Path(__file__).with_name("times.json").read_text("utf-8"))
    return Habits(**data["habits"]), spread_of(data["spread"])


def stated(motion: Motion, spans: Sequence[RepSpan], spread: Spread) -> list[RepSpan]:
    """Return the reps with their sds as measured; those of presses stay."""
    rows = zip(spans, *traits_of(motion, spans), strict=True)
    return [_stated(span, start, end, time, spread) for span, start, end, time in rows]


def _stated(span: RepSpan, start: FloatArray, end: FloatArray, time: FloatArray, spread: Spread) -> RepSpan:
    if all(span.pressed):
        return span
    start_is_pressed, end_is_pressed = span.pressed
    start_sd_s = span.start_sd_s if start_is_pressed else float(sds_s(start, spread.start))
    end_sd_s = span.end_sd_s if end_is_pressed else float(sds_s(end, spread.end))
    both = float(np.hypot(start_sd_s, end_sd_s) if any(span.pressed) else sds_s(time, spread.time))
    return span._replace(start_sd_s=start_sd_s, end_sd_s=end_sd_s, duration_sd_s=both)


def sds_s(traits: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the sd stated for each row of traits, shape (..., traits)."""
    return np.clip(np.exp(traits @ weights), LEAST_S, MOST_S)


def traits_of(motion: Motion, spans: Sequence[RepSpan]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what the sds of starts, ends and times depend on, shape (n, traits) each.

    In the order of `TRAITS`: 1; log of the sd that the fits claim (s); edges told by a line of the track (of an edge:
    itself; of a time: how many of two); whether the distance is from positions; log of the rep's speed over that of the
    rest beside the edge, and beside the other one (of a time: the lesser contrast and the greater); one over the number
    of reps; share of the session's reps that are alike in time or distance.
    """
    n = len(spans)
    if not n:
        empty = np.empty((0, len(TRAITS)))
        return empty, empty, empty
    time_s = np.array([span.duration_s for span in spans])
    metres = np.array([motion.gained_m(span.start_s, span.end_s) for span in spans])
    mps = np.maximum(metres / time_s, LEAST_MPS)
    contrast = np.array([_contrasts(motion, span, own) for span, own in zip(spans, mps, strict=True)])
    line = np.array([["track" in source for source in span.sources] for span in spans], dtype=float)
    shared = {
        "constant": np.ones(n),
        "positions": np.full(n, float(motion.distance_source != "device")),
        "few": np.full(n, 1.0 / n),
        "fellows": _fellows(time_s, metres),
    }
    of_edges = [
        {
            **shared,
            "claimed": np.log([span.end_sd_s if side else span.start_sd_s for span in spans]),
            "line": line[:, side],
            "contrast": contrast[:, side],
            "other_contrast": contrast[:, 1 - side],
        }
        for side in (0, 1)
    ]
    of_time = {
        **shared,
        "claimed": np.log([span.duration_sd_s for span in spans]),
        "line": line.sum(axis=1),
        "contrast": contrast.min(axis=1),
        "other_contrast": contrast.max(axis=1),
    }
    start, end, time = (np.column_stack([values[name] for name in TRAITS]) for values in (*of_edges, of_time))
    return start, end, time


def _contrasts(motion: Motion, span: RepSpan, own_mps: float) -> tuple[float, float]:
    before_mps = motion.mean_speed(span.start_s - REST_FAR_S, span.start_s - REST_NEAR_S)
    after_mps = motion.mean_speed(span.end_s + REST_NEAR_S, span.end_s + REST_FAR_S)
    before, after = np.clip(np.log(own_mps / np.maximum([before_mps, after_mps], LEAST_MPS)), 0.0, MOST_CONTRAST)
    return float(before), float(after)


def _fellows(time_s: FloatArray, metres: FloatArray) -> FloatArray:
    """Return the share of the reps that are alike to each, in time or in distance."""
    log_s, log_m = np.log(time_s), np.log(np.maximum(metres, LEAST_MPS))
    near = (np.abs(log_s[:, None] - log_s) < ALIKE) | (np.abs(log_m[:, None] - log_m) < ALIKE)
    return np.asarray(near.mean(axis=1))
