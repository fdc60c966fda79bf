"""`Candidates`: the bouts of a forest as arrays, and the best choice among them that holds no bout twice.

Conventions: rows are parents before children; logarithms are natural, so that differences are ratios.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, log, nan

import numpy as np
from numpy.typing import NDArray

from ..motion import RUNNING_MPS
from .levels import Bout

FloatArray = NDArray[np.float64]

SHORTEST_REP_M = 60.0
SHORTEST_REP_S = 9.0
LONGEST_REP_S = 1200.0
LEAST_PERSISTENCE = 1.09
LEAST_LOG_CONTRAST = 0.15
FLANK_S = (4.0, 14.0)
"""Where, before a bout and after it, the speed is taken that it is held against: past the runner's letting go."""

LEAST_EASY_S = 120
EASY_LASTS_S = 40
FAST_SHARE = 0.97
"""A shorter stretch at more than this share of the speed of the work is a stride, or work not chosen."""
EASY_BLOCK_S = 15
"""Speeds are averaged over so long before their median is taken: a distance written in steps jumps between two."""


class Candidates:
    """The bouts of a forest as arrays, parents before their children.

    Attributes
    ----------
    bouts : list of Bout
    parent : ndarray of int, shape (n,)
        Row of the parent, -1 for a root.
    log_d, log_t, log_v, log_p : ndarray, shape (n,)
        Logarithms of distance, duration, speed and persistence.
    log_c : ndarray, shape (n,)
        Log contrast: speed inside over the faster of the speeds just before and just after.
    possible : ndarray of bool, shape (n,)
        Whether the bout may be a rep at all.
    """

    def __init__(self, forest: Sequence[Bout], speed_mps: FloatArray) -> None:
        self.bouts: list[Bout] = []
        parents: list[int] = []
        stack = [(bout, -1) for bout in reversed(forest)]
        while stack:
            bout, parent = stack.pop()
            parents.append(parent)
            self.bouts.append(bout)
            stack.extend((child, len(self.bouts) - 1) for child in bout.children)
        self.parent = np.array(parents, dtype=np.int64)
        self.start = np.array([b.start_s for b in self.bouts])
        self.end = np.array([b.end_s for b in self.bouts])
        speed = np.array([b.speed_mps for b in self.bouts])
        self.log_t = np.log(self.end - self.start)
        self.log_v = np.log(speed)
        self.log_d = self.log_t + self.log_v
        self.log_p = np.log([b.persistence for b in self.bouts])
        total = np.concatenate([[0.0], np.cumsum(speed_mps)])
        flanks = [
            _mean_between(total, self.start - FLANK_S[1], self.start - FLANK_S[0]),
            _mean_between(total, self.end + FLANK_S[0], self.end + FLANK_S[1]),
        ]
        self.log_c = self.log_v - np.log(np.maximum(np.maximum(*flanks), 0.3))
        self.possible = (
            (self.end - self.start >= SHORTEST_REP_S)
            & (self.end - self.start <= LONGEST_REP_S)
            & (self.log_d >= log(SHORTEST_REP_M))
            & (self.log_p >= log(LEAST_PERSISTENCE))
            & (self.log_c >= LEAST_LOG_CONTRAST)
        )

    def best_antichain(self, worth: FloatArray) -> list[int]:
        """Return the rows, by time, with the greatest sum of `worth` of which no bout holds another."""
        below = np.zeros(worth.size)
        takes_itself = np.zeros(worth.size, dtype=bool)
        for i in range(worth.size - 1, -1, -1):
            own = float(worth[i])
            takes_itself[i] = own > 0 and own >= below[i]
            value = own if takes_itself[i] else float(below[i])
            if self.parent[i] >= 0:
                below[self.parent[i]] += value
        covered = np.zeros(worth.size, dtype=bool)
        rows = []
        for i in range(worth.size):
            parent = int(self.parent[i])
            covered[i] = parent >= 0 and (covered[parent] or takes_itself[parent])
            if takes_itself[i] and not covered[i]:
                rows.append(i)
        return sorted(rows, key=lambda k: self.start[k])


def easy_speed(grid_s: FloatArray, speed_mps: FloatArray, work: Sequence[Bout]) -> float:
    """Return the median running speed outside the bouts of work; NaN where there is hardly any."""
    outside = speed_mps > RUNNING_MPS
    for bout in work:
        outside &= (grid_s < bout.start_s - 3.0) | (grid_s > bout.end_s + 6.0)
    fast_mps = FAST_SHARE * float(np.median([bout.speed_mps for bout in work])) if work else inf
    edges = np.flatnonzero(np.diff(outside, prepend=False, append=False))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start < EASY_LASTS_S and speed_mps[start:end].mean() > fast_mps:
            outside[start:end] = False
    running = speed_mps[outside]
    if running.size <= LEAST_EASY_S:
        return nan
    blocks = running[: running.size // EASY_BLOCK_S * EASY_BLOCK_S].reshape(-1, EASY_BLOCK_S)
    return float(np.median(blocks.mean(axis=1)))


def _mean_between(total: FloatArray, start_s: FloatArray, end_s: FloatArray) -> FloatArray:
    """Return mean speeds over spans of the grid, 0 where a span lies outside the recording."""
    last = total.size - 1
    low = np.clip(np.round(start_s), 0, last).astype(np.int64)
    high = np.clip(np.round(end_s), 0, last).astype(np.int64)
    return np.asarray((total[high] - total[low]) / np.maximum(high - low, 1))
