"""The sport as words for it vary, what one that is none of running is called, and cadence as watches count it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

WORDS = {
    "run": "running",
    "jog": "running",
    "treadmill": "running",
    "lauf": "running",
    "hik": "hiking",
    "walk": "walking",
    "bik": "cycling",
    "cycl": "cycling",
    "ride": "cycling",
    "swim": "swimming",
    "ski": "skiing",
    "row": "rowing",
}
STRAVA_NUMBERS = {"1": "cycling", "4": "hiking", "9": "running", "10": "walking"}
"""Strava wrote the number of the sport as a track's type for years."""

NO_SPORT = frozenset({"track", "trk", "gps", "activity", "recording", "workout", "unknown", "uncategorized"})

ONE_FOOT_BELOW_SPM = {"walking": 75.0, "hiking": 75.0}
RUNNING_ONE_FOOT_BELOW_SPM = 120.0
ON_WHEELS = frozenset({"cycling", "swimming", "rowing"})

_CALLED = {
    "cycl": "a ride",
    "biking": "a ride",
    "driving": "a drive",
    "motor": "a drive",
    "swim": "a swim",
    "diving": "a dive",
    "alpine_ski": "skiing",
    "ski": "a ski tour",
    "snow": "a snow sport",
    "skat": "skating",
    "row": "rowing",
    "padd": "paddling",
    "kayak": "paddling",
    "sail": "sailing",
    "surf": "surfing",
    "horse": "a ride on a horse",
    "fly": "a flight",
    "gliding": "a flight",
    "golf": "golf",
}
"""Parts of the sports' names as FIT, GPX and TCX write them, likest first."""


def sport_of(word: str | None, creator: str | None = None) -> str | None:
    """Return the sport a file names, in FIT's words; None where it names none."""
    if not word or not word.strip():
        return None
    plain = word.strip().lower()
    if plain in STRAVA_NUMBERS and "strava" in (creator or "").lower():
        return STRAVA_NUMBERS[plain]
    if plain in NO_SPORT:
        return None
    return next((sport for part, sport in WORDS.items() if part in plain), plain[:40])


def other_sport(sport: str | None) -> str | None:
    """Return what a recording of a sport is called that is not on foot; None where it may be a run.

    Walks and hikes may hold a run, and what exporters call "other", "training" or a word of their own often is one.
    """
    if not sport or "run" in sport:
        return None
    return next((called for part, called in _CALLED.items() if part in sport), None)


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
    return cadence * 2 if np.quantile(turning, 0.9) < below_spm else cadence
