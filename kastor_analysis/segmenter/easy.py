"""`Easy`: the recording in blocks, and how fast its easy running is under each explanation.

Conventions: a block is `BLOCK_S` long; what an explanation does not take for reps, and is no walk, is its easy running.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..motion import RUNNING_MPS
from .bundles import Bundle, median
from .candidates import BoolArray, FloatArray

BLOCK_S = 15.0
"""Speeds are averaged over so long before their median is taken: a distance written in steps jumps between two."""
BESIDE_S = 9.0
"""So far beside a rep the runner may still be speeding up or slowing down."""
LEAST_S = 120.0
"""Of less easy running the median says little."""
USUALLY_SLOWER = 0.25
"""Log of how much slower than the reps easy running is taken to be where there is none."""


class EasyRunning(NamedTuple):
    """The easy running under each explanation, shape (k,): how long it lasts, and its speed.

    Where there is hardly any, its speed is what it usually is.
    """

    lasts_s: FloatArray
    speed_mps: FloatArray


class Easy:
    """The running of a recording in blocks.

    Attributes
    ----------
    blocks_mps, middle_s : ndarray, shape (m,)
        Mean speed and middle of each block in which the runner ran.
    """

    def __init__(self, speed_mps: FloatArray) -> None:
        width = int(BLOCK_S)
        whole = speed_mps.size // width * width
        blocks_mps = speed_mps[:whole].reshape(-1, width).mean(axis=1)
        ran = blocks_mps > RUNNING_MPS
        self.blocks_mps: FloatArray = blocks_mps[ran]
        self.middle_s: FloatArray = np.asarray(BLOCK_S * (np.flatnonzero(ran) + 0.5), dtype=np.float64)

    def inside(self, bundle: Bundle, beside_s: float = 0.0) -> BoolArray:
        """Return which blocks have their middle in a rep, or so near to one, shape (k, m)."""
        found, shape = bundle.found, (bundle.n.size, self.middle_s.size + 1)
        steps = np.zeros(shape[0] * shape[1], dtype=np.int32)
        explanation, row = np.nonzero(bundle.chosen)
        for edge_s, step in ((found.start - beside_s, np.int32(1)), (found.end + beside_s, np.int32(-1))):
            np.add.at(steps, explanation * shape[1] + np.searchsorted(self.middle_s, edge_s)[row], step)
        return np.cumsum(steps.reshape(shape), axis=1, dtype=np.int32)[:, :-1] > 0

    def running_s(self, start_s: float, end_s: float) -> float:
        """Return for how long the runner runs outside a span."""
        return BLOCK_S * float(((self.middle_s < start_s) | (self.middle_s > end_s)).sum())

    def under(self, bundle: Bundle) -> EasyRunning:
        """Return the easy running under each explanation."""
        outside = ~self.inside(bundle, BESIDE_S)
        lasts_s = BLOCK_S * outside.sum(axis=1)
        enough = lasts_s >= LEAST_S
        speed_mps = np.exp(bundle.usual_log_v - USUALLY_SLOWER)
        if enough.any():
            speed_mps = np.where(enough, median(np.where(outside, self.blocks_mps, np.nan)), speed_mps)
        return EasyRunning(lasts_s, speed_mps)
