"""`unkind`: the catalogue's sessions with watches and thumbs as far apart as those of many runners are.

The catalogue's press about as they set off and let go, as a few models of watch recorded it. In the real sessions of
400 m that forty runners pressed for, without their laps, what all reps of a session have in common is off by more: the
starts by 0.7 s, the ends by 0.6 s, the times by 0.7 s (robust sd of a session's median, found less pressed); about it
they scatter by 0.35, 0.4 and 0.45 s, and three edges in a hundred are off by over 4 s. Here a lag of the watch that
starts and ends share, thumbs of their own, watches that smooth and now and then fall silent do the like: 0.65, 1.05 and
0.8 s, scattering by 0.4, 0.45 and 0.55 s.
"""

from __future__ import annotations

from dataclasses import replace
from math import exp
from statistics import NormalDist

from .catalogue import catalogue
from .scenario import Scenario

LAG_S, THUMB_START_S, THUMB_END_S = 0.4, 0.3, 0.0
THUMB_SCATTER_S = 0.3
LATE, LATE_S = 0.03, 8.0
SMOOTHED_S = 1.5
REACTION = 0.6
"""Sd between runners of the logarithm of how long a beep takes to sink in."""
WANDERS = 1.2
"""How much more the distance and the positions wander than those of the catalogue."""
SILENCES_PER_HOUR, SILENT_S = 12.0, 6.0  # under trees and beside stands


def unkind() -> dict[str, Scenario]:
    """Return the interval sessions of `catalogue` that were pressed for, or led by the watch, by name."""
    out = {}
    chosen = [s for name, s in catalogue().items() if not name.startswith("no-") and s.presses.ending != "none"]
    for i, scenario in enumerate(chosen, start=1):
        shares = [(i * prime**0.5) % 1.0 for prime in (13, 17, 19, 23, 29)]
        lag, start, end, reaction = (NormalDist().inv_cdf(share) for share in shares[:4])
        watch, presses, runner = scenario.watch, scenario.presses, scenario.runner
        smoothed_s = watch.distance_window_s + SMOOTHED_S * shares[4] ** 2
        watch = replace(
            watch,
            distance_delay_s=watch.distance_delay_s + LAG_S * lag - 0.5 * smoothed_s,
            position_delay_s=watch.position_delay_s + LAG_S * lag,
            distance_window_s=smoothed_s,
            distance_wander=WANDERS * watch.distance_wander,
            distance_swing=WANDERS * watch.distance_swing,
            gps_sd_m=WANDERS * watch.gps_sd_m,
            silences_per_hour=SILENCES_PER_HOUR,
            silent_s=SILENT_S,
        )
        presses = replace(
            presses,
            start_bias_s=presses.start_bias_s + THUMB_START_S * start,
            end_bias_s=presses.end_bias_s + THUMB_END_S * end,
            scatter_s=THUMB_SCATTER_S,
            late=LATE,
            late_s=LATE_S,
            missed=0.0,
            doubled=0.0,
        )
        runner = replace(runner, reaction_s=runner.reaction_s * exp(REACTION * reaction))
        name = f"unkind-{scenario.name}"
        out[name] = replace(scenario, name=name, watch=watch, presses=presses, runner=runner)
    return out
