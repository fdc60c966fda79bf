"""`Easy`: the recording in blocks, and how fast its easy running is under each explanation.

Conventions: a block is `BLOCK_S` long; what an explanation does not take for reps, and is no walk, is its easy running.
"""

from __future__ import annotations

import numpy as np

from ..motion import RUNNING_MPS
from .bundles import Bundle, median
from .candidates import BoolArray, FloatArray

BLOCK_S = 15.0
"""Speeds are averaged over so long before their median is taken: a distance written in steps jumps between two."""
BESIDE_S = 9.0
"""So far beside a rep the runner may still be speeding up or slowing down."""
LEAST_BLOCKS = 8
"""Two minutes: of less easy running the median says little."""
USUALLY_SLOWER = 0.25
"""Log of how much slower than the reps easy running is taken to be where there is none."""


class Easy:
    """The recording in blocks.

    Attributes
    ----------
    blocks_mps : ndarray, shape (m,)
        Mean speed of each.
    """

    def __init__(self, speed_mps: FloatArray) -> None:
        width = int(BLOCK_S)
        whole = speed_mps.size // width * width
        self.blocks_mps: FloatArray = speed_mps[:whole].reshape(-1, width).mean(axis=1)
        self.middle_s: FloatArray = BLOCK_S * (np.arange(self.blocks_mps.size) + 0.5)

    def inside(self, bundle: Bundle, beside_s: float = 0.0) -> BoolArray:
        """Return which blocks have their middle in a rep, or so near to one, shape (k, m)."""
        k, m = bundle.n.size, self.middle_s.size
        steps = np.zeros(k * (m + 1), dtype=np.int32)
        row = np.nonzero(bundle.real)[0] * (m + 1)
        for edge_s, step in ((bundle.start - beside_s, np.int32(1)), (bundle.end + beside_s, np.int32(-1))):
            np.add.at(steps, row + np.searchsorted(self.middle_s, edge_s[bundle.real]), step)
        return np.cumsum(steps.reshape(k, m + 1), axis=1, dtype=np.int32)[:, :m] > 0

    def outside(self, bundle: Bundle) -> BoolArray:
        """Return which blocks are easy running under each explanation, shape (k, m)."""
        return ~self.inside(bundle, BESIDE_S) & (self.blocks_mps > RUNNING_MPS)

    def running_s(self, start_s: float, end_s: float) -> float:
        """Return for how long the runner runs outside a span."""
        outside = (self.middle_s < start_s) | (self.middle_s > end_s)
        return BLOCK_S * float((outside & (self.blocks_mps > RUNNING_MPS)).sum())

    def speed_mps(self, bundle: Bundle) -> FloatArray:
        """Return the speed of easy running under each explanation; where there is hardly any, what it usually is."""
        outside = self.outside(bundle)
        enough = outside.sum(axis=1) >= LEAST_BLOCKS
        usual = np.exp(bundle.usual_log_v - USUALLY_SLOWER)
        return np.where(enough, median(np.where(outside, self.blocks_mps, np.nan)), usual) if enough.any() else usual
