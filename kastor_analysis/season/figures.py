"""The figures of a session by which a season compares it, each defined here and where it is uncertain with one sd.

- ``rep_kind``: what its reps were: the kind of more than half of its regular reps (``400 m``, ``3:00``); of a ladder,
  or of kinds that take turns, all of them in order (``400, 800, 1200 m``); ``strides`` where there was nothing else.
- ``rep_distance_m``: what its times are over: the nominal distance of the reps of that kind; 1 km for reps by time and
  for ladders, whose times are paces then; 100 m for strides.
- ``median_regular_s``: median of the regular reps of that kind, as time over that distance; of a ladder all the running
  of its reps, as time over 1 km. Its sd is 1.2533 s / sqrt(n), the large-sample standard error of a median, s being the
  reps' robust spread and the stated timing error together; of a ladder the timing errors' alone.
- ``target_s``: the target of those reps over that distance; missing without a goal.
- ``spread_s``: 1.4826 x the median absolute deviation of the same reps (the sd of normal data).
- ``hammer_gain``: mean gain of the hammers that were run.
- ``rest_on_share``: share of the judged rests whose verdict is ``on``, with the sd of Agresti and Coull (1998, Am.
  Stat. 52:119-126), which stays above 0 at 0 and 1.
- ``heart_rate_at_goal_bpm``: median of the reps' average heart rates over the reps within 2 % of their target, the
  first two left out (heart rate is still on its way up).
- ``rest_median_s``: median rest between reps of one set, by which like sessions are told from unlike ones.
- ``reps_distance_m``: all that was run in reps, hammers too: how long a race the session is put beside.
- ``pressed_share``: share of the reps of its kind that were timed by a press, a workout step or by hand; the others are
  found in the signal.
- ``pressed_late_s``: by how much longer its reps are by presses than as found without them, of a session with presses,
  and ``pressed_late_scale_s`` the scale of its error (`clock`).
- ``on_track``: whether its times are over a marked track, and do not hang on how the watch measures distance.
- ``temperature_c``: median of what the recording says; a watch on the wrist reads some degrees too much.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import isfinite, nan, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..quantities.naming import kind_name, repeats_name
from ..report import Report, RepResult
from ..segments import Segment

FloatArray = NDArray[np.float64]

WITHIN_GOAL: Final = 0.02  # these: see above
HEART_RATE_SETTLES_REPS: Final = 2
TIMED_OVER_M: Final = 1000.0
"""What the times of reps by time, and of ladders, are over: they are paces then."""
STRIDES: Final = "strides"
STRIDES_OVER_M: Final = 100.0  # about as long as one is
_PRESSED: Final = ("lap", "workout", "hand")


def is_mixed(kind: object) -> bool:
    """Return whether a session's kind is that of a ladder, or of kinds that take turns; missing is neither."""
    return isinstance(kind, str) and ("," in kind or "(" in kind or kind.endswith(" repeats"))


def is_timed(kind: object) -> bool:
    """Return whether a kind is a time: ``3:00``, ``30 s``."""
    return isinstance(kind, str) and not is_mixed(kind) and (":" in kind or kind.endswith(" s"))


def session_kind(report: Report) -> str | None:
    """Return what kind of session it was by its regular reps: ``400 m``, ``3:00``, ``400, 800, 400 m``."""
    regular = _regular(report)
    kinds = [kind for rep in regular if (kind := _kind(rep)) is not None]
    if not kinds:
        return None
    kind, n = Counter(kinds).most_common(1)[0]
    return kind if 2 * n > len(kinds) else repeats_name(kinds)


def session_figures(report: Report) -> dict[str, float]:
    """Return the figures of a session with reps (see the module)."""
    has_goal = report.plan is not None and report.plan.goal is not None
    kind = session_kind(report)
    regular = _regular(report)
    alike = [rep for rep in regular if kind is not None and (is_mixed(kind) or _kind(rep) == kind)]
    return {
        **(_of_ladder(alike, has_goal) if is_mixed(kind) else _of_repeats(alike, has_goal)),
        **_of_hammers(report),
        **_of_rests(report),
        **_heart_rate_at_goal(report, has_goal),
        "rest_median_s": _rest_between(report.rep_rows),
        "reps_distance_m": _distance_in_reps(report.rep_rows),
        "pressed_share": _share(any(word in (rep.source or "") for word in _PRESSED) for rep in alike),
        "on_track": float(report.session.track is not None),
        "temperature_c": _temperature_c(report),
    }


def stride_figures(strides: Sequence[Segment]) -> dict[str, float]:
    """Return the figures of strides run without a session: their times as over 100 m, all by the watch's distance."""
    times_s = np.array(
        [STRIDES_OVER_M * stride.duration_s / stride.distance_m for stride in strides if stride.distance_m > 0]
    )
    known = times_s[np.isfinite(times_s)]
    spread_s = _spread_s(known)
    return {
        "rep_distance_m": STRIDES_OVER_M,
        "median_regular_s": float(np.median(known)) if known.size else nan,
        "median_regular_sd_s": 1.2533 * spread_s / sqrt(known.size) if isfinite(spread_s) else nan,
        "spread_s": spread_s,
    }


def over_m(rep: RepResult) -> float:
    """Return the distance over which a rep's times are told."""
    return rep.nominal_distance_m if isfinite(rep.nominal_distance_m) else TIMED_OVER_M


def over_nominal(rep: RepResult, time_s: float) -> float:
    """Return a time of a rep, or its target, as over the nominal distance, or of a rep by time over 1 km."""
    if isfinite(rep.scored_distance_m) and rep.scored_distance_m > 0:
        return time_s * over_m(rep) / rep.scored_distance_m
    return time_s if isfinite(rep.nominal_distance_m) else nan


def _regular(report: Report) -> list[RepResult]:
    return [rep for rep in report.rep_rows if rep.status == "run" and not rep.is_hammer]


def _kind(rep: RepResult) -> str | None:
    if rep.rep_kind is None and isfinite(rep.nominal_distance_m):
        return kind_name(rep.nominal_distance_m, nan)
    return rep.rep_kind


def _of_repeats(alike: Sequence[RepResult], has_goal: bool) -> dict[str, float]:
    times_s = np.array([over_nominal(rep, rep.time_s) for rep in alike])
    times_sd_s = np.array([over_nominal(rep, rep.time_sd_s) for rep in alike])[np.isfinite(times_s)]
    times_s = times_s[np.isfinite(times_s)]
    figures = {
        "rep_distance_m": _commonest(over_m(rep) for rep in alike),
        "target_s": _commonest(over_nominal(rep, rep.target_s) for rep in alike) if has_goal else nan,
        "median_regular_s": nan,
        "median_regular_sd_s": nan,
        "spread_s": _spread_s(times_s),
    }
    if times_s.size:
        timing_sd_s = float(np.sqrt(np.mean(np.nan_to_num(times_sd_s) ** 2)))
        figures["median_regular_s"] = float(np.median(times_s))
        # The reps' spread holds the timing error already; the larger of the two is the honest one where reps are few.
        sd_s = max(float(np.nan_to_num(figures["spread_s"])), timing_sd_s)
        figures["median_regular_sd_s"] = 1.2533 * sd_s / sqrt(times_s.size) if sd_s else nan
    return figures


def _of_ladder(reps: Sequence[RepResult], has_goal: bool) -> dict[str, float]:
    figures = dict.fromkeys(("target_s", "median_regular_s", "median_regular_sd_s", "spread_s"), nan)
    metres = np.array([rep.scored_distance_m for rep in reps])
    known = np.isfinite(metres) & (metres > 0)
    total_m = float(metres[known].sum())
    if total_m > 0:
        per_km = TIMED_OVER_M / total_m
        times_s, sds_s, targets_s = (
            np.array([getattr(rep, name) for rep in reps])[known] for name in ("time_s", "time_sd_s", "target_s")
        )
        figures["median_regular_s"] = per_km * float(times_s.sum())
        figures["median_regular_sd_s"] = per_km * float(np.sqrt((np.nan_to_num(sds_s) ** 2).sum())) or nan
        figures["target_s"] = per_km * float(targets_s.sum()) if has_goal else nan
    return {"rep_distance_m": TIMED_OVER_M, **figures}


def _spread_s(times_s: FloatArray) -> float:
    if times_s.size < 3:
        return nan
    return 1.4826 * float(np.median(np.abs(times_s - np.median(times_s))))


def _of_hammers(report: Report) -> dict[str, float]:
    gains = np.array([(hammer.gain, hammer.gain_sd) for hammer in report.hammer_rows]).reshape(-1, 2)
    gains = gains[np.isfinite(gains[:, 0])]
    return {
        "hammer_gain": float(gains[:, 0].mean()) if len(gains) else nan,
        "hammer_gain_sd": float(np.sqrt((gains[:, 1] ** 2).sum()) / len(gains)) if len(gains) else nan,
    }


def _of_rests(report: Report) -> dict[str, float]:
    verdicts = [rep.rest_verdict for rep in report.rep_rows if rep.rest_verdict]
    n, on = len(verdicts), verdicts.count("on")
    share = (on + 2) / (n + 4)
    return {
        "rest_on_share": on / n if n else nan,
        "rest_on_share_sd": sqrt(share * (1 - share) / (n + 4)) if n else nan,
    }


def _heart_rate_at_goal(report: Report, has_goal: bool) -> dict[str, float]:
    at_goal = np.array(
        [
            rep.heart_rate_avg_bpm
            for rep in report.rep_rows
            if rep.status == "run"
            and (rep.run_rep or 0) > HEART_RATE_SETTLES_REPS
            and abs(over_nominal(rep, rep.time_s) / rep.target_s - 1.0) <= WITHIN_GOAL
        ]
    )
    if not has_goal:
        at_goal = at_goal[:0]
    at_goal = at_goal[np.isfinite(at_goal)]
    is_enough = at_goal.size >= 3
    return {
        "heart_rate_at_goal_bpm": float(np.median(at_goal)) if is_enough else nan,
        "heart_rate_at_goal_sd_bpm": (
            1.2533 * max(float(at_goal.std(ddof=1)), 1.0) / sqrt(at_goal.size) if is_enough else nan
        ),
    }


def _rest_between(rows: Sequence[RepResult]) -> float:
    run = [rep for rep in rows if rep.run_rep is not None]
    rests_s = [first.rest_s for first, second in pairwise(run) if first.set == second.set and isfinite(first.rest_s)]
    return float(np.median(rests_s)) if rests_s else nan


def _distance_in_reps(rows: Sequence[RepResult]) -> float:
    metres = [rep.scored_distance_m for rep in rows if rep.run_rep is not None and isfinite(rep.scored_distance_m)]
    return float(sum(metres)) if metres else nan


def _temperature_c(report: Report) -> float:
    measured_c = report.session.activity.column("temperature_c")
    known_c = measured_c[np.isfinite(measured_c)]
    return float(np.median(known_c)) if known_c.size else nan


def _share(said: Iterable[bool]) -> float:
    found = list(said)
    return sum(found) / len(found) if found else nan


def _commonest(values: Iterable[float]) -> float:
    counted = Counter(round(value, 3) for value in values if isfinite(value))
    return counted.most_common(1)[0][0] if counted else nan
