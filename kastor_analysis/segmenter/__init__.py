"""Segmenter: Activity (and Plan) -> Session. `segment` is the door.

The steps: `levels` finds the bouts that stand out at any level of speed; `choose` says which of them are the session's
reps (a stop inside one does not part it: `interrupted`); `boundaries` times their starts and finishes to a fraction of
a second; `presses` weighs the lap presses against that; `phases` names everything else.
"""

from .segment import segment

__all__ = ["segment"]
