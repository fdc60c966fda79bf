"""What stands beside the reps: totals of work and rest, how the heart came down, what the session is worth.

Conventions: as in `notes`; what cannot be told is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np

from ..goal import race_name
from ..quantities.lengths import UNIT_M
from .held import HeldRep
from .judged import Judged
from .phrases import clock, count
from .rest import RestJudgement

_FEWEST_FALLS = 6  # a line through fewer follows its ends
_FEWEST_OF_PROGRESS, _LEAST_PROGRESS = 4, 0.01  # a third of fewer is one rep; a distance is good to 1 %
_FALL_CHANGES_BPM = 5.0  # a sensor scatters by three
_SURE_SD = 2.0  # one change is looked at: 1 in 20 by chance


def totals(rows: Sequence[HeldRep], rests: Sequence[RestJudgement]) -> dict[str, float]:
    """Return seconds and metres of all reps run and of all rests between them."""
    run = [row for row in rows if isfinite(row.time_s)]
    rested = [rest for rest in rests if isfinite(rest.rest_s)]
    return {
        "work_s": float(sum(row.time_s for row in run)),
        "work_m": float(sum(row.scored_distance_m for row in run)),
        "rest_s": float(sum(rest.rest_s for rest in rested)),
        "rest_m": float(sum(rest.distance_m for rest in rested)),
    }


def totals_note(judged: Judged) -> str:
    """Return how many reps were run, and the totals of work and rest."""
    sums = totals(judged.rows, judged.rests)
    said = [count(len(judged.session.reps), "rep")]
    for name in ("work", "rest"):
        if sums[f"{name}_s"] > 0:
            length = f"{sums[f'{name}_m'] / UNIT_M[judged.units]:.1f}"
            known = isfinite(sums[f"{name}_m"]) and float(length) > 0  # paused, or stood
            said.append(f"{name} {clock(sums[f'{name}_s'])}" + (f", {length} {judged.units}" if known else ""))
    return "; ".join(said)


def fall_trend(rests: Sequence[RestJudgement]) -> tuple[float, float, float]:
    """Return by how many beats the heart fell in the first minute of the first and of the last rest, and their sd.

    Both lie on a straight line through all rests; NaN where there are too few.
    """
    falls = np.array([rest.heart_rate_drop_bpm for rest in rests], dtype=np.float64)
    at = np.flatnonzero(np.isfinite(falls))
    if at.size < _FEWEST_FALLS:
        return nan, nan, nan
    slope, start = np.polyfit(at, falls[at], 1)
    first, last = start + slope * at[0], start + slope * at[-1]
    residual = float(np.std(falls[at] - (start + slope * at), ddof=2))
    spread = float(np.sqrt(np.sum((at - at.mean()) ** 2)))
    return float(first), float(last), residual / spread * float(at[-1] - at[0])


def fall_note(rests: Sequence[RestJudgement]) -> str:
    """Return how the heart's fall in the first minute changed from the first rest to the last; empty without change."""
    first, last, sd = fall_trend(rests)
    if not (isfinite(first) and abs(last - first) > max(_FALL_CHANGES_BPM, _SURE_SD * sd)):
        return ""
    return f"from {first:.0f} after the first reps to {last:.0f} after the last"


def progress_note(judged: Judged) -> str:
    """Return how the pace of reps by the clock went from the first third of them to the last; empty for others.

    Reps of a distance are told by their times, which stand in the table; of reps that all last as long, only the pace
    says whether they were held.
    """
    rows = [row for row in judged.judged_rows if row.segment is not None and isfinite(row.pace_s_per_m)]
    is_timed = all(row.step is not None and isfinite(row.step.duration_s) for row in rows)
    if len(rows) < _FEWEST_OF_PROGRESS or not is_timed or len({row.step.duration_s for row in rows if row.step}) > 1:
        return ""
    third = max(len(rows) // 3, 1)
    parts = (rows[:third], rows[-third:])
    first, last = (float(np.median([row.pace_s_per_m for row in part])) for part in parts)
    sds = [1.25 * float(np.median([row.time_sd_s / row.time_s for row in part])) / third**0.5 for part in parts]
    unit_m = UNIT_M[judged.units]
    which = ("rep", "rep") if third == 1 else (f"{third} reps", third)
    told = f"first {which[0]} to the last" + (f" {which[1]}" if third > 1 else "")
    sd = float(np.hypot(*sds))
    if not abs(last / first - 1.0) > max(_LEAST_PROGRESS, _SURE_SD * sd if isfinite(sd) else 0.0):
        return f"The pace was held from the {told}: {clock(float(np.mean([first, last])) * unit_m)}/{judged.units}"
    paces = f"{clock(first * unit_m)} to {clock(last * unit_m)}/{judged.units}"
    return f"The pace {'rose' if last < first else 'fell'} from the {told}: {paces}"


def worth_note(judged: Judged) -> str:
    """Return what the session is worth as a race, empty where it does not tell."""
    worth = judged.worth
    if worth is None:
        return ""
    return (
        f"Worth a {race_name(worth.race_m)} of {clock(worth.quick_s)} to {clock(worth.slow_s)}, if it was as hard as"
        f" you can repeat: such reps are run anywhere from {worth.races} pace, and even at best they tell a race to"
        " 3 %"
    )
