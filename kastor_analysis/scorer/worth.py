"""What a session is worth: the range of race times that its reps speak of.

Conventions: seconds and metres. Reps with rests between them are quicker than the race they prepare for, the more so
the shorter they are and the longer the rests. The range runs from the race whose pace reps of this length are run at at
the most to the one at the least; between races goes Riegel's power law (`goal.riegel_time_s`), which is well calibrated
up to the half marathon (Vickers and Vertosick, BMC Sports Science, Medicine and Rehabilitation 8, 2016). It is widened
by the error of predictions from reps at the greatest effort that can be repeated: 2.3 % over 3 km and 3.4 % over 10 km
from 6 x 3 min (International Journal of Sports Medicine 44, 2023, 657-663).

"None is given for reps of several kinds, for too few of them, in a recording too coarse, or where rests are longer than
one and a half times the rep (three times for reps below a minute): those say nothing of a race." (docs/scoring.md)
"""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple

from ..goal import race_name, riegel_time_s
from .impossible import equivalent_s

_LONG_REP_S, _MIDDLE_REP_S, _SHORT_REP_S = 150.0, 60.0, 25.0
_ERROR_5K, _ERROR_10K = 0.03, 0.034  # 5 km lies between the two above
_LEAST_WORK_M, _FEWEST_REPS = 1500.0, 4  # less does not tire as a race does
_LEAST_WORK_LONG_M, _FEWEST_LONG = 2400.0, 3  # three times 800 m
_LONGEST_REST = 1.5
"""Rests longer than this share of the rep say nothing of a race any more; of short reps twice as much."""


class Worth(NamedTuple):
    """Between which times a race may be run, and what was assumed."""

    race_m: float
    quick_s: float
    slow_s: float
    races: str
    """The races between whose paces such reps are run: ``3k to 5k``."""


def worth_of(
    pace_s_per_m: float, rep_s: float, reps: int, work_m: float, rest_ratio: float, *, is_10k: bool
) -> Worth | None:
    """Return what reps are worth, None where they do not tell, or tell of a race that nobody runs.

    Parameters
    ----------
    pace_s_per_m : float
        Median of the regular reps.
    rep_s : float
        Their median time.
    reps : int
        How many were run.
    work_m : float
        Metres of all of them.
    rest_ratio : float
        Median rest / time of its rep.
    is_10k : bool
        Whether a 10K is asked for; else a 5K.
    """
    if not (isfinite(pace_s_per_m) and isfinite(rep_s) and isfinite(rest_ratio)):
        return None
    is_long = rep_s >= _LONG_REP_S
    least_m, fewest = (_LEAST_WORK_LONG_M, _FEWEST_LONG) if is_long else (_LEAST_WORK_M, _FEWEST_REPS)
    if rep_s < _SHORT_REP_S or reps < fewest or work_m < least_m:
        return None
    if rest_ratio > _LONGEST_REST * (1.0 if rep_s >= _MIDDLE_REP_S else 2.0):
        return None
    shortest_m, longest_m = (
        (3000.0, 5000.0) if is_long else (1500.0, 5000.0) if rep_s >= _MIDDLE_REP_S else (800.0, 3000.0)
    )
    if is_long and rep_s >= 2.0 * _LONG_REP_S:
        longest_m = 10_000.0
    race_m, error = (10_000.0, _ERROR_10K) if is_10k else (5000.0, _ERROR_5K)
    quick_s, slow_s = (riegel_time_s(m, pace_s_per_m * m, race_m) for m in (longest_m, shortest_m))
    if not isfinite(equivalent_s(race_m, slow_s / race_m)):
        return None
    return Worth(
        race_m=race_m,
        quick_s=quick_s * (1.0 - error),
        slow_s=slow_s * (1.0 + error),
        races=f"{race_name(shortest_m)} to {race_name(longest_m)}",
    )
