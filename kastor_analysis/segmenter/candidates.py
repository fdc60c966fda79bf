"""`Candidates`: every span that may be a rep, as arrays: the bouts of the forest, and the laps that no bout answers to.

Conventions: rows are in order of their start, so that the rows of an antichain are in order of time; a bout may start
some seconds before the one that holds it. Logarithms are natural, so that differences are ratios. A row is no rep yet:
an *explanation* says which rows are reps, as a row of a boolean matrix, shape (explanations, candidates).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .levels import Bout, walk

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

FLANK_S = (4.0, 14.0)
"""Where, before a bout and after it, the speed is taken that it is held against: past the runner's letting go."""
SLOWEST_MPS = 0.3
"""Standing still, as far as a ratio of speeds is concerned."""
MOST_CONTRAST = 1.1
"""Beside standing still everything stands out: from here on, by how much says nothing."""
MOST_PERSISTENCE = 1.0
"""Edges that keep over a range of levels of 2.7 are as clear as edges can be."""


class Candidates:
    """Spans that may be reps.

    Attributes
    ----------
    bouts : list of Bout
    parent : ndarray of int, shape (n,)
        Row of the bout that holds it, -1 for a root of the forest and for a lap.
    in_forest : ndarray of bool, shape (n,)
        False for a lap that no bout answers to.
    start, end : ndarray, shape (n,)
        Seconds.
    log_d, log_t, log_v : ndarray, shape (n,)
        Logarithms of distance, duration and speed.
    persistence : ndarray, shape (n,)
        Log of the range of levels over which the bout keeps its edges, capped.
    falls_apart : ndarray, shape (n,)
        Log of the highest such level over its own speed, at most 0: low where it holds a dip.
    before, after : ndarray, shape (n,)
        Log of its speed over that just before and just after.
    contrast : ndarray, shape (n,)
        The lesser of the two, capped.
    inner, outer : ndarray, shape (n,)
        By how much the best bout inside it, and the one that holds it, stand out more than itself.
    """

    def __init__(self, forest: Sequence[Bout], speed_mps: FloatArray, laps: Sequence[Bout] = ()) -> None:
        bouts, parents = _listed(forest)
        known = len(bouts)
        bouts += laps
        parents += [-1] * len(laps)
        order = sorted(range(len(bouts)), key=lambda i: (bouts[i].start_s, -bouts[i].end_s, i))
        row = np.empty(len(order) + 1, dtype=np.int64)
        row[order], row[-1] = np.arange(len(order)), -1
        self.bouts: list[Bout] = [bouts[i] for i in order]
        self.parent: IntArray = row[[parents[i] for i in order]] if order else np.empty(0, dtype=np.int64)
        self.in_forest: BoolArray = np.array([i < known for i in order], dtype=bool)
        self._by_depth: list[tuple[IntArray, IntArray, IntArray]] = _by_depth(self.parent)
        self.start: FloatArray = np.array([b.start_s for b in self.bouts])
        self.end: FloatArray = np.array([b.end_s for b in self.bouts])
        speed, low, high = (np.array([getattr(b, k) for b in self.bouts]) for k in ("speed_mps", "low_mps", "high_mps"))
        self.log_t: FloatArray = np.log(self.end - self.start)
        self.log_v: FloatArray = np.log(np.maximum(speed, SLOWEST_MPS))
        self.log_d: FloatArray = self.log_t + self.log_v
        self.persistence: FloatArray = np.minimum(np.log(high / low), MOST_PERSISTENCE)
        self.falls_apart: FloatArray = np.clip(np.log(high) - self.log_v, -0.8, 0.0)
        self.total: FloatArray = np.concatenate([[0.0], np.cumsum(speed_mps)])
        near, far = FLANK_S
        self.before: FloatArray = self.log_v - np.log(
            np.maximum(self.mean_speed(self.start - far, self.start - near), SLOWEST_MPS)
        )
        self.after: FloatArray = self.log_v - np.log(
            np.maximum(self.mean_speed(self.end + near, self.end + far), SLOWEST_MPS)
        )
        self.contrast: FloatArray = np.clip(np.minimum(self.before, self.after), -0.3, MOST_CONTRAST)
        self.inner: FloatArray
        self.outer: FloatArray
        self.inner, self.outer = self._beside_kin()

    @property
    def n(self) -> int:
        """How many rows."""
        return len(self.bouts)

    def mean_speed(self, start_s: FloatArray, end_s: FloatArray) -> FloatArray:
        """Return mean speeds over spans of the grid, 0 where a span lies outside the recording."""
        last = self.total.size - 1
        low = np.clip(np.round(start_s), 0, last).astype(np.int64)
        high = np.clip(np.round(end_s), 0, last).astype(np.int64)
        return np.asarray((self.total[high] - self.total[low]) / np.maximum(high - low, 1))

    def overlap(self, start_s: float, end_s: float) -> FloatArray:
        """Return intersection over union of each row with a span; negative where they lie apart."""
        shared = np.minimum(self.end, end_s) - np.maximum(self.start, start_s)
        return np.asarray(shared / (np.maximum(self.end, end_s) - np.minimum(self.start, start_s)))

    def best_antichains(self, worth: FloatArray) -> BoolArray:
        """Return for each row of `worth`, shape (k, n), the antichain with the greatest sum: none holds another.

        Only what is worth more than nothing is taken, and no lap: laps hold bouts without being of their tree.
        """
        takes, _ = self._weighed(worth)
        covered = np.zeros(takes.shape, dtype=bool)
        for rows, _, _ in self._by_depth[1:]:
            holders = self.parent[rows]
            covered[rows] = covered[holders] | takes[holders]
        return np.ascontiguousarray((takes & ~covered).T)

    def best_sums(self, worth: FloatArray) -> FloatArray:
        """Return the greatest sum that an antichain has under each row of `worth`, shape (k, n)."""
        return self._weighed(worth)[1]

    def _weighed(self, worth: FloatArray) -> tuple[BoolArray, FloatArray]:
        """Return which rows are worth more than what they hold, shape (n, k), and the greatest sums, shape (k,)."""
        value = np.ascontiguousarray(np.where(self.in_forest, worth, 0.0).T)
        takes = value > 0.0
        held = np.zeros((self.n + 1, value.shape[1]))  # in its last row what no other holds, whose parent is -1
        for rows, first, holders in reversed(self._by_depth):
            own, below = value[rows], held[rows]
            takes[rows] &= own >= below
            held[holders] = np.add.reduceat(np.maximum(own, below), first, axis=0)
        return takes, held[-1]

    def _beside_kin(self) -> tuple[FloatArray, FloatArray]:
        stands_out = self.contrast + self.persistence
        inner = np.full(self.n, -np.inf)
        for rows, _, _ in self._by_depth[:0:-1]:
            np.maximum.at(inner, self.parent[rows], np.maximum(inner[rows], stands_out[rows]))
        outer = np.where(self.parent >= 0, stands_out[self.parent], -np.inf)
        return np.clip(inner - stands_out, 0.0, 1.5), np.clip(outer - stands_out, 0.0, 1.5)


def _listed(forest: Sequence[Bout]) -> tuple[list[Bout], list[int]]:
    bouts = list(walk(forest))
    row = {id(bout): i for i, bout in enumerate(bouts)}
    parents = [-1] * len(bouts)
    for i, bout in enumerate(bouts):
        for child in bout.children:
            parents[row[id(child)]] = i
    return bouts, parents


def _by_depth(parent: IntArray) -> list[tuple[IntArray, IntArray, IntArray]]:
    """Return for each depth of the forest, roots first: its rows from the last on, where in them those of one holder
    begin, and the holders.
    """
    depth, holder = np.zeros(parent.size, dtype=np.int64), parent
    while (held := holder >= 0).any():
        depth[held] += 1
        holder = np.where(held, parent[holder], -1)
    out = []
    for deep in range(int(depth.max(initial=-1)) + 1):
        rows = np.flatnonzero(depth == deep)[::-1]
        rows = rows[np.argsort(-parent[rows], kind="stable")]
        first = np.flatnonzero(np.diff(parent[rows], prepend=-2))
        out.append((rows, first, parent[rows[first]]))
    return out
