"""The track as a second witness: boundaries weighed with the lines they were run over, and what each rep was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .. import track
from ..motion import Motion
from ..track import TrackEvidence, TrackFit
from .boundaries import PAUSE_SLACK_START_S
from .spans import RepSpan, joined

FloatArray = NDArray[np.float64]


def weigh_with_track(
    motion: Motion, spans: Sequence[RepSpan], *, lane: int = 1
) -> tuple[list[RepSpan], TrackFit | None]:
    """Return the reps with the track's witness weighed in, and the track.

    A press keeps its place (the line is learnt from the presses themselves); a boundary found by the signal moves
    towards the line that this session's reps start or end at, and so does a start where the watch was resumed seconds
    before the runner set off. Every rep gets the distance the track tells.
    """
    if len(spans) < 2 or not np.isfinite(motion.x_m).any():
        return list(spans), None
    starts = np.array([s.start_s for s in spans])
    ends = np.array([s.end_s for s in spans])
    fit = track.find_track(motion.time_s, motion.x_m, motion.y_m, np.column_stack([starts, ends]), lane=lane)
    if fit is None:
        return list(spans), None
    start_sd = np.array([s.start_sd_s for s in spans])
    end_sd = np.array([s.end_sd_s for s in spans])
    evidence = track.refine(fit, motion.time_s, motion.x_m, motion.y_m, starts, ends, start_sd, end_sd)
    new_starts, new_start_sd = track.weighed(starts, start_sd, evidence.start_s, evidence.start_sd_s)
    new_ends, new_end_sd = track.weighed(ends, end_sd, evidence.end_s, evidence.end_sd_s)
    return [
        _weighed(span, evidence, i, (new_starts, new_start_sd), (new_ends, new_end_sd)) for i, span in enumerate(spans)
    ], fit


def _weighed(
    span: RepSpan,
    evidence: TrackEvidence,
    i: int,
    start: tuple[FloatArray, FloatArray],
    end: tuple[FloatArray, FloatArray],
) -> RepSpan:
    nominal = float(evidence.nominal_distance_m[i]) if evidence.nominal_ok[i] else np.nan
    span = span._replace(nominal_distance_m=nominal)
    start_source, end_source = span.sources
    resumed_early = start_source == "pause" and evidence.start_s[i] > span.start_s + PAUSE_SLACK_START_S
    if (start_source == "signal" or resumed_early) and np.isfinite(evidence.start_s[i]):
        span = span._replace(start_s=float(start[0][i]), start_sd_s=float(start[1][i]))
        start_source = "signal+track"
    if end_source == "signal" and np.isfinite(evidence.end_s[i]):
        span = span._replace(end_s=float(end[0][i]), end_sd_s=float(end[1][i]))
        end_source = "signal+track"
    return span._replace(
        duration_sd_s=float(np.hypot(span.start_sd_s, span.end_sd_s)), source=joined(start_source, end_source)
    )
