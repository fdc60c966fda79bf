"""Cadence as watches count it: of one foot, or of both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..quantities.ordered import quantile

FloatArray = NDArray[np.float64]

ON_WHEELS = frozenset({"cycling", "swimming", "rowing"})
ONE_FOOT_BELOW_SPM = {"walking": 75.0, "hiking": 75.0}  # see `both_feet`
RUNNING_ONE_FOOT_BELOW_SPM = 120.0  # see `both_feet`


def both_feet(cadence: FloatArray, sport: str | None) -> FloatArray:
    """Return the cadence in steps a minute of both feet.

    GPX and TCX do not say which foot they count: Garmin, Strava and Amazfit write one foot's (about 85 in a run),
    others both (about 170). Fast legs and slow ones never meet: where nine tenths of a run's values above 0 lie under
    120 (of a walk's, 75), one foot was counted. Turns of a crank and strokes are left as they are.
    """
    turning = cadence[cadence > 0]
    if sport in ON_WHEELS or not turning.size:
        return cadence
    below_spm = ONE_FOOT_BELOW_SPM.get(sport or "", RUNNING_ONE_FOOT_BELOW_SPM)
    return cadence * 2 if quantile(turning, 0.9) < below_spm else cadence
