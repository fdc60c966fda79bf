"""Whether heart rate is worth showing: wrist sensors fail in intervals, and are recognised by how.

Conventions: beats and steps per minute; a reason is a clause for a sentence, None where nothing speaks against
the sensor.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from ..quantities.ordered import median, quantile
from ..segments import Segment
from .samples import Samples

_FEWEST_REPS = 3  # of fewer any sensor may be right by chance
_FLAT_BPM = 6.0
"""Over a whole main set heart rate spans some 20 to 60 bpm; a sensor stuck on a value spans next to nothing."""
_RESPONSE_BPM = 3.0  # what a sensor scatters by; a heart rises by 10 and more
_SHORTEST_REST_S = 60.0  # after a shorter rest the heart has not come down, and cannot rise
_CLEAR_RESPONSE_BPM = 15.0
"""From here on the sensor follows the reps, whatever it said of the warm-up."""
_SHORTEST_REP_S = 30.0  # in a shorter rep it has no time to rise
_LONG_REP_S = 50.0  # a heart needs about so long to come near its level
_SHORTEST_WARMUP_S = 300.0  # a shorter one is not run at a level of its own
_LOCK_BPM = 3.0  # beats and steps this near are counted as the same number
_LOCK_SHARE = 0.6  # a sensor of its own meets the cadence now and then, no more
_LOCK_WINDOW_S = (10.0, 35.0)
"""After the start of a rep, when the heart is still on its way up and cannot keep to a constant cadence."""
_KNOWN_SHARE = 0.5  # half of the main set


def heart_rate_doubt(
    reps: Sequence[Segment], samples: Samples, warmup: tuple[float, float] | None = None
) -> str | None:
    """Return why heart rate is not to be trusted, or None.

    `warmup` is start and end of easy running before the first rep.
    """
    if len(reps) < _FEWEST_REPS:
        return None
    heart = samples.heart_rate_bpm
    main = heart[samples.rows(reps[0].start_s, reps[-1].end_s)]
    known = main[np.isfinite(main)]
    if not known.size:
        return None
    if known.size < _KNOWN_SHARE * main.size:
        return "it is missing for more than half of the main set"
    low, high = quantile(known, np.array([0.05, 0.95]))
    if high - low < _FLAT_BPM:
        return f"it stays at {median(known):.0f} bpm through reps and rests"
    if _locked_share(reps, samples) >= _LOCK_SHARE:
        return "it follows the cadence of the steps"
    rises = _responses(reps, samples)
    if rises.size >= _FEWEST_REPS and median(rises) < _RESPONSE_BPM:
        return "it does not rise in the reps"
    follows = rises.size >= _FEWEST_REPS and median(rises) >= _CLEAR_RESPONSE_BPM
    if warmup is not None and not follows and _is_below_warmup(reps, warmup, samples):
        return "it is no higher in the reps than in the warm-up"
    return None


def _is_below_warmup(reps: Sequence[Segment], warmup: tuple[float, float], samples: Samples) -> bool:
    """Return whether the ends of the reps are no higher than the second half of the warm-up."""
    long = [rep for rep in reps if rep.duration_s >= _LONG_REP_S]
    if len(long) < _FEWEST_REPS or warmup[1] - warmup[0] < _SHORTEST_WARMUP_S:
        return False
    easy = samples.mean(samples.heart_rate_bpm, (warmup[0] + warmup[1]) / 2.0, warmup[1])
    ends = np.array([samples.at(samples.heart_rate_bpm, rep.end_s) for rep in long], dtype=np.float64)
    ends = ends[np.isfinite(ends)]
    return bool(ends.size >= _FEWEST_REPS and median(ends) < easy + _RESPONSE_BPM)


def _responses(reps: Sequence[Segment], samples: Samples) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return by how much heart rate at a rep's end exceeds that at the end of the rest before it."""
    rises = []
    for before, rep in itertools.pairwise(reps):
        if rep.start_s - before.end_s < _SHORTEST_REST_S or rep.duration_s < _SHORTEST_REP_S:
            continue
        start = samples.at(samples.heart_rate_bpm, rep.start_s)
        end = samples.at(samples.heart_rate_bpm, rep.end_s)
        rises.append(end - start)
    values = np.array(rises, dtype=np.float64)
    return values[np.isfinite(values)]


def _locked_share(reps: Sequence[Segment], samples: Samples) -> float:
    """Return the share of the seconds after the starts of reps in which heart rate equals cadence."""
    near, total = 0, 0
    for rep in reps:
        rows = samples.rows(rep.start_s + _LOCK_WINDOW_S[0], min(rep.start_s + _LOCK_WINDOW_S[1], rep.end_s))
        apart = np.abs(samples.heart_rate_bpm[rows] - samples.cadence_spm[rows])
        apart = apart[np.isfinite(apart)]
        near += int((apart <= _LOCK_BPM).sum())
        total += apart.size
    return near / total if total else 0.0
