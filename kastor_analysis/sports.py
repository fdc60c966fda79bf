"""Which sports are none of running, and what they are called."""

from __future__ import annotations

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


def other_sport(sport: str | None) -> str | None:
    """Return what a recording of a sport is called that is not on foot; None where it may be a run.

    Walks and hikes may hold a run, and what exporters call "other", "training" or a word of their own often is one.
    """
    if not sport or "run" in sport:
        return None
    return next((called for part, called in _CALLED.items() if part in sport), None)
