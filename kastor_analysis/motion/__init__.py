"""Motion: speed and distance against continuous time, from what a recording happens to hold.

What the recording holds are witnesses of one run (`witnesses`): they are held against each other (`compare`), and one
account is made of them (`arbitrate`), less pauses (`pauses`), as speed over time (`grid`). Nothing after this package
looks at the raw columns for motion.

Conventions: seconds on the elapsed clock; paused time is time at rest; distance is cumulative metres, never
decreasing. Two views are kept: the samples themselves (`Motion.time_s`, `Motion.distance_m`), to which boundaries
are fitted, and a regular grid of one second (`Motion.grid_speed_mps`), on which bouts are searched.
"""

from .arbitrate import Stretch
from .motion import Motion, distance_of, motion_of, path_of
from .pauses import PAUSE_LASTS_S, RUNNING_MPS

__all__ = ["PAUSE_LASTS_S", "RUNNING_MPS", "Motion", "Stretch", "distance_of", "motion_of", "path_of"]
