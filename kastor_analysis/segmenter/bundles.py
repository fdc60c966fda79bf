"""`Bundle`: many explanations of one recording as padded arrays, so that each trait is measured for all at once.

Conventions: a matrix has one row an explanation and one column a rep of it, in order of time, NaN beyond its last. What
several steps ask of the same explanations is found once and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from .candidates import BoolArray, Candidates, FloatArray, IntArray

FAR = 9.0
"""A distance (log) beyond any."""
LONGEST_TURN, FARTHEST_TURN = 4, 0.7
"""Mixed sets repeat after up to four reps (1000, 800, 600, 400); what differs by a factor of two is no repeat."""
FADE_WITH_DISTANCE, LONGEST_FADE = 0.08, 1.6
"""Within a session speed falls as distance^-0.08 (Riegel's exponent for races is 0.06), over a factor of 5 at most."""


class Bundle:
    """Explanations, none of them empty.

    Attributes
    ----------
    chosen : ndarray of bool, shape (k, n)
        Which candidates each takes for reps.
    n : ndarray of int, shape (k,)
        How many these are.
    rows : ndarray of int, shape (k, most)
        Which, in order of time; 0 beyond the last.
    real : ndarray of bool, shape (k, most)
        Whether a cell holds a rep.
    start, end, log_d, log_t, log_v, contrast : ndarray, shape (k, most)
        Of each rep.
    middle, usual_log_t, usual_log_v, usual_contrast : ndarray, shape (k,)
        Medians of log distance, log time, log speed and contrast of the reps.
    """

    def __init__(self, found: Candidates, chosen: BoolArray) -> None:
        self.found: Candidates = found
        self.chosen: BoolArray = chosen
        self.n: IntArray = chosen.sum(axis=1)
        most = max(int(self.n.max()), 2)
        self.real: BoolArray = np.arange(most) < self.n[:, None]
        self.rows: IntArray = np.zeros(self.real.shape, dtype=np.int64)
        self.rows[self.real] = np.nonzero(chosen)[1]
        self.start: FloatArray = self.of(found.start)
        self.end: FloatArray = self.of(found.end)
        self.log_d: FloatArray = self.of(found.log_d)
        self.log_t: FloatArray = self.of(found.log_t)
        self.log_v: FloatArray = self.of(found.log_v)
        self.contrast: FloatArray = self.of(found.contrast)
        self.middle: FloatArray
        self.usual_log_t: FloatArray
        self.usual_log_v: FloatArray
        self.usual_contrast: FloatArray
        usual = median(np.concatenate([self.log_d, self.log_t, self.log_v, self.contrast]))
        self.middle, self.usual_log_t, self.usual_log_v, self.usual_contrast = usual.reshape(4, -1)

    def of(self, values: FloatArray) -> FloatArray:
        """Return a value of each rep, given one of each candidate."""
        return np.where(self.real, values[self.rows], np.nan)

    def of_each(self, values: FloatArray) -> FloatArray:
        """Return a value of each rep, given one of each candidate under each explanation, shape (k, n)."""
        return np.where(self.real, np.take_along_axis(values, self.rows, axis=1), np.nan)

    @cached_property
    def level(self) -> FloatArray:
        """The usual log speed of the reps at that distance, shape (k,)."""
        return median(self.log_v + faded(self.log_d - self.middle[:, None]))

    @cached_property
    def off_level(self) -> FloatArray:
        """How far (log) each candidate's speed lies from that of the reps at its distance, shape (k, n)."""
        found = self.found
        return np.asarray(found.log_v + faded(found.log_d - self.middle[:, None]) - self.level[:, None])

    @cached_property
    def to_fellow_d(self) -> FloatArray:
        """How far (log) the distance of each rep lies from the nearest other, shape (k, most)."""
        return to_fellow(self.log_d)

    @cached_property
    def to_fellow_t(self) -> FloatArray:
        """The same for its time."""
        return to_fellow(self.log_t)

    @cached_property
    def free(self) -> BoolArray:
        """Which candidates no rep of the explanation overlaps, shape (k, n)."""
        found = self.found
        # Reps that start before a candidate ends, less those that end before it starts, are those that overlap it.
        shape, one = (self.n.size, found.n + 1), np.int32(1)
        started, ended = (np.zeros(shape[0] * shape[1], dtype=np.int32) for _ in range(2))
        row = np.nonzero(self.real)[0] * shape[1]
        by_end = np.argsort(found.end, kind="stable")  # by their start the candidates are in order
        np.add.at(started, row + np.searchsorted(found.end[by_end], self.start[self.real], side="right"), one)
        np.add.at(ended, row + np.searchsorted(found.start, self.end[self.real], side="left"), one)
        before_end, before_start = (
            np.cumsum(steps.reshape(shape), axis=1, dtype=np.int32)[:, :-1] for steps in (started, ended)
        )
        out = np.empty(before_start.shape, dtype=bool)
        out[:, by_end] = before_end <= before_start[:, by_end]
        return out

    def last(self, values: FloatArray) -> FloatArray:
        """Return the last rep's value of each explanation."""
        return np.asarray(values[np.arange(self.n.size), self.n - 1])


def faded(longer: FloatArray) -> FloatArray:
    """Return by how much (log) speed is expected to fall over a distance so much longer (log)."""
    return np.asarray(FADE_WITH_DISTANCE * np.clip(longer, -LONGEST_FADE, LONGEST_FADE))


def quantile(values: FloatArray, share: float) -> FloatArray:
    """Return a quantile of each row less its NaNs; NaN where a row has no more."""
    ordered, n = np.sort(values, axis=1), np.isfinite(values).sum(axis=1)
    last = np.maximum(n - 1, 0)
    at = share * last
    low = at.astype(np.int64)
    flat, first = ordered.ravel(), np.arange(n.size) * ordered.shape[1]
    a, b = flat[first + low], flat[first + np.minimum(low + 1, last)]
    return np.asarray(np.where(n > 0, a + (at - low) * (b - a), np.nan))


def median(values: FloatArray) -> FloatArray:
    """Return the median of each row less its NaNs."""
    return quantile(values, 0.5)


def mean(values: FloatArray) -> FloatArray:
    """Return the mean of each row less its NaNs; 0 where a row has no more."""
    known = np.isfinite(values)
    return np.asarray(np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def spread(values: FloatArray) -> FloatArray:
    """Return the standard deviation of each row less its NaNs."""
    return np.sqrt(mean((values - mean(values)[:, None]) ** 2))


def to_fellow(values: FloatArray) -> FloatArray:
    """Return how far each value lies from the nearest other of its row; `FAR` where there is none."""
    order = np.argsort(values, axis=1)
    ordered = np.take_along_axis(values, order, axis=1)
    steps = np.diff(ordered, axis=1)
    steps = np.where(np.isfinite(steps), steps, FAR)
    edge = np.full((values.shape[0], 1), FAR)
    nearest = np.minimum(np.concatenate([edge, steps], axis=1), np.concatenate([steps, edge], axis=1))
    out = np.empty_like(nearest)
    np.put_along_axis(out, order, nearest, axis=1)
    return np.where(np.isfinite(values), out, np.nan)


def to_turn(values: FloatArray) -> FloatArray:
    """Return how far, in the mean, the values of each row lie from those a turn before, for the turn that suits best.

    A turn is one to `LONGEST_TURN` values long, and shows at least twice; NaN where a row has too few.
    """
    out = np.full(len(values), np.nan)
    for turn in range(1, min(LONGEST_TURN, values.shape[1] - 1) + 1):
        steps = np.minimum(np.abs(values[:, turn:] - values[:, :-turn]), FARTHEST_TURN)
        enough = np.isfinite(steps).sum(axis=1) >= max(2, turn)
        out = np.fmin(out, np.where(enough, mean(steps), np.nan))
    return out


def kinds(values: FloatArray, within: FloatArray) -> IntArray:
    """Return how many runs of neighbours no further apart than `within` each row falls into."""
    return np.asarray(1 + (np.diff(np.sort(values, axis=1), axis=1) > within[:, None]).sum(axis=1))


class Sorted:
    """The values of all explanations in one sorted array, so that one search answers for all of them."""

    def __init__(self, values: FloatArray, n: IntArray, reach: float) -> None:
        self.reach: float = reach
        self.shift: FloatArray = np.asarray((2.0 * reach) * np.arange(n.size)[:, None], dtype=np.float64)
        self.flat: FloatArray = np.asarray(np.sort(values, axis=1) + self.shift)[
            np.arange(values.shape[1]) < n[:, None]
        ]

    def nearest(self, queries: FloatArray, own: BoolArray) -> FloatArray:
        """Return the distance of each query, shape (n,), to the nearest value of each explanation, shape (k, n).

        Where `own`, the query is itself one of the values, which then does not count.
        """
        at, place, steps = self._searched(queries)
        left, right, beyond = (np.abs(steps(place + k) - at) for k in (-1, 0, 1))
        nearest = np.minimum(left, np.where(own, beyond, right))
        return np.asarray(np.minimum(nearest, self.reach))

    def next_after(self, queries: FloatArray) -> FloatArray:
        """Return by how much the next value of each explanation lies after each query; inf where there is none."""
        at, place, steps = self._searched(queries)
        ahead = steps(place) - at
        return np.where(ahead < self.reach, ahead, np.inf)

    def last_before(self, queries: FloatArray) -> FloatArray:
        """Return by how much the last value of each explanation lies before each query; inf where there is none."""
        at, place, steps = self._searched(queries)
        behind = at - steps(place - 1)
        return np.where(behind < self.reach, behind, np.inf)

    def _searched(self, queries: FloatArray) -> tuple[FloatArray, IntArray, Callable[[IntArray], FloatArray]]:
        at = queries[None, :] + self.shift
        place = np.empty(at.shape, dtype=np.int64)
        order = np.argsort(queries)  # a search next to the one before it takes half the time
        place[:, order] = np.searchsorted(self.flat, at[:, order])
        padded = np.concatenate([[-np.inf], self.flat, [np.inf, np.inf]])
        return at, place, lambda rows: padded[rows + 1]
