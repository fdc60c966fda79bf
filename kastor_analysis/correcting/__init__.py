"""Correcting: a session found and the runner's corrections -> the session that counts.

`apply` is the door; `asked` makes corrections of what a runner says ("drop 9", "move 7 end +1.2"), where reps are named
by the number they were found under.
"""

from .ask import Asked, asked
from .hand import HAND_SD_S, apply
from .marked import as_marked

__all__ = ["HAND_SD_S", "Asked", "apply", "as_marked", "asked"]
