"""How far off positions are, stretch by stretch: the drift of a watch's GPS as an Ornstein-Uhlenbeck process.

Stretches of a span form a chain, each tied to the one before it, and spans are independent. So the normal equations of
their offsets fall into one chain of 2 x 2 blocks a span: solved by one pass of elimination along all chains at once,
in time linear in the stretches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..activity import FloatArray
from .course import IntArray

DRIFT_SD_M = 1.5  # either way: 2 m in the plane is what a watch in the open is off by
DRIFT_MEMORY_S = 40.0  # GPS stays wrong the same way for most of a minute
NODE_S = 20.0  # half of that memory
_MAX_NODES = 60  # 20 minutes of a span; longer ones get longer stretches


class Drift(NamedTuple):
    """How far off the positions were: columns of one row a stretch, in order.

    Attributes
    ----------
    span : ndarray of int, shape (n,)
        Index of the span.
    time_s : ndarray, shape (n,)
        Middle of the stretch.
    offset_m : ndarray, shape (n, 2)
        Recorded less true position, east and north.
    covariance_m2 : ndarray, shape (n, 2, 2)
        Of these, were the oval known.
    """

    span: IntArray
    time_s: FloatArray
    offset_m: FloatArray
    covariance_m2: FloatArray

    def at(self, span: int, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the offset east and north at times of a span, held beyond its first and last stretch."""
        rows = np.flatnonzero(self.span == span)
        if not rows.size:
            return np.zeros_like(time_s), np.zeros_like(time_s)
        east, north = self.offset_m[rows].T
        return np.interp(time_s, self.time_s[rows], east), np.interp(time_s, self.time_s[rows], north)

    def along_sd_m(self, span: int, time_s: FloatArray, course_rad: FloatArray) -> FloatArray:
        """Return one sd of the offset along a course, at times of a span."""
        rows = np.flatnonzero(self.span == span)
        if not rows.size:
            return np.full_like(time_s, DRIFT_SD_M)
        nearest = rows[np.abs(time_s[:, None] - self.time_s[rows]).argmin(axis=1)]
        along = np.stack([np.cos(course_rad), np.sin(course_rad)], axis=-1)
        variance: FloatArray = np.einsum("ni,nij,nj->n", along, self.covariance_m2[nearest], along)
        return np.sqrt(variance)


class Chains:
    """The stretches of all spans, and the equations of their offsets.

    Parameters
    ----------
    time_s, span : ndarray, shape (n_samples,)
        Samples and the span each lies in, in order.

    Attributes
    ----------
    node : ndarray of int, shape (n_samples,)
        The stretch of each sample.
    time_s, span : ndarray, shape (n,)
        Mean time and span of each stretch.
    """

    def __init__(self, time_s: FloatArray, span: IntArray) -> None:
        starts = np.flatnonzero(np.diff(span, prepend=-1))
        ends = np.append(starts[1:], span.size) - 1
        lengths = time_s[ends] - time_s[starts]
        node_s = max(NODE_S, float(lengths.sum()) / _MAX_NODES)
        pieces = np.maximum(np.rint(lengths / node_s), 1.0)
        which = np.repeat(np.arange(starts.size), ends - starts + 1)
        share = (time_s - time_s[starts][which]) / np.maximum(lengths[which], 1e-9)
        piece = np.minimum(np.floor(share * pieces[which]), pieces[which] - 1.0)
        label = np.concatenate([[0.0], np.cumsum(pieces)])[which] + piece
        _, first, node = np.unique(label, return_index=True, return_inverse=True)
        self.node: IntArray = node
        self.size: int = first.size
        self.time_s: FloatArray = self.sums(time_s) / self.sums(np.ones_like(time_s))
        self.span: IntArray = span[first]
        self._row = which[first]
        heads = np.flatnonzero(np.diff(self._row, prepend=-1))
        self._column = np.arange(self.size) - heads[self._row]
        self._shape = (starts.size, int(self._column.max(initial=0)) + 1)
        memory = np.exp(-np.diff(self.time_s, prepend=self.time_s[:1]) / DRIFT_MEMORY_S)
        memory[heads] = 0.0
        fresh = 1.0 / (DRIFT_SD_M**2 * (1.0 - np.square(memory)))
        self._tie = -memory * fresh
        self._own = fresh - np.append(self._tie[1:] * memory[1:], 0.0)

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sum of a column of samples over each stretch."""
        return np.asarray(np.bincount(self.node, values, self.size), dtype=np.float64)

    def pull(self, offset_m: FloatArray) -> FloatArray:
        """Return the gradient of the process's misfit at some offsets, shape (n, 2)."""
        tied = self._tie[1:, None]
        gradient: FloatArray = self._own[:, None] * offset_m
        gradient[1:] += tied * offset_m[:-1]
        gradient[:-1] += tied * offset_m[1:]
        return gradient

    def solve(self, blocks: FloatArray, right: FloatArray) -> FloatArray:
        """Return the solution for several right-hand sides.

        Parameters
        ----------
        blocks : ndarray, shape (n, 2, 2)
            What the samples of each stretch add to the process's own equations.
        right : ndarray, shape (n, 2, k)
            Right-hand sides.
        """
        pivots, ties = self._pivots(blocks)
        found = self._grid(right, 0.0)
        for j in range(1, self._shape[1]):
            found[:, j] -= ties[:, j, None, None] * (pivots[:, j - 1] @ found[:, j - 1])
        found[:, -1] = pivots[:, -1] @ found[:, -1]
        for j in range(self._shape[1] - 2, -1, -1):
            found[:, j] = pivots[:, j] @ (found[:, j] - ties[:, j + 1, None, None] * found[:, j + 1])
        return np.asarray(found[self._row, self._column])

    def covariance(self, blocks: FloatArray) -> FloatArray:
        """Return the covariance of each stretch's offset, shape (n, 2, 2)."""
        pivots, ties = self._pivots(blocks)
        found = pivots.copy()
        for j in range(self._shape[1] - 2, -1, -1):
            back = ties[:, j + 1, None, None] * pivots[:, j]
            found[:, j] += back @ found[:, j + 1] @ back
        return np.asarray(found[self._row, self._column])

    def _pivots(self, blocks: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the inverse pivots of the elimination, and the ties between neighbours, on the grid of spans."""
        pivots = self._grid(blocks + self._own[:, None, None] * np.eye(2), np.eye(2))
        ties = self._grid(self._tie, 0.0)
        for j in range(self._shape[1]):
            if j:
                pivots[:, j] -= np.square(ties[:, j])[:, None, None] * pivots[:, j - 1]
            pivots[:, j] = _inverse(pivots[:, j])
        return pivots, ties

    def _grid(self, values: FloatArray, empty: FloatArray | float) -> FloatArray:
        grid = np.empty(self._shape + values.shape[1:])
        grid[:] = empty
        grid[self._row, self._column] = values
        return grid


def _inverse(matrices: NDArray[np.float64]) -> FloatArray:
    """Return the inverses of 2 x 2 matrices, shape (n, 2, 2)."""
    a, b, c, d = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1]
    adjugate = np.empty(matrices.shape)
    adjugate[:, 0, 0], adjugate[:, 0, 1], adjugate[:, 1, 0], adjugate[:, 1, 1] = d, -b, -c, a
    return np.asarray(adjugate / (a * d - b * c)[:, None, None])
