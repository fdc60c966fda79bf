"""Segmenter: Activity (and Plan) -> Session. `segment` is the door.

The steps: `levels` finds the bouts that stand out at any level of speed, `candidates` lists them; `search` proposes
explanations of the whole recording (`proposals`) and ranks them by one `criterion`, a sum of fitted weights over what
an explanation looks like (`traits`, `likeness`) and what vouches for it (`evidence`: laps, workout, plan); `explain`
takes the first and says why. Then `boundaries` times starts and finishes to a fraction of a second, `presses` puts
them where the runner pressed, and `phases` names everything else. Where the reps are known, `timed_at` times them.
"""

from .segment import segment, timed_at

__all__ = ["segment", "timed_at"]
