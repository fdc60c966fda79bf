"""Motion: speed and distance against continuous time, from what a recording happens to hold.

Conventions: seconds on the elapsed clock; paused time is time at rest; distance is cumulative metres, never
decreasing. Two views are kept: the samples themselves (`Motion.time_s`, `Motion.distance_m`), to which boundaries
are fitted, and a regular grid of one second (`Motion.grid_speed_mps`), on which bouts are searched.
"""

from .motion import PAUSE_LASTS_S, RUNNING_MPS, Motion, motion_of

__all__ = ["PAUSE_LASTS_S", "RUNNING_MPS", "Motion", "motion_of"]
