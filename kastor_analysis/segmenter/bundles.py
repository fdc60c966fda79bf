"""`Bundle`: many explanations of one recording as padded arrays, so that each trait is measured for all at once.

Conventions: a matrix has one row an explanation and one column a rep of it, in order of time, NaN beyond its last. What
several steps ask of the same explanations is found once and kept.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .candidates import BoolArray, Candidates, FloatArray, IntArray

FAR = 9.0
"""A distance (log) beyond any."""
LONGEST_TURN, FARTHEST_TURN = 4, 0.7
"""Mixed sets repeat after up to four reps (1000, 800, 600, 400); what differs by a factor of two is no repeat."""
FADE_WITH_DISTANCE, LONGEST_FADE = 0.08, 1.6
"""Within a session speed falls as distance^-0.08 (Riegel's exponent for races is 0.06), over a factor of 5 at most."""
PARTED = 0.5
"""Reps whose lengths (log) leave such a gap, with two at least on either side, are of two kinds, each with a level, a
contrast and rests of its own: 200s after 1000s. Two long ones around all others are a warm-up and a cool-down."""


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
        known = np.array([found.start, found.end, found.log_d, found.log_t, found.log_v, found.contrast])
        of_reps = np.where(self.real, known[:, self.rows], np.nan)
        self.start: FloatArray
        self.end: FloatArray
        self.log_d: FloatArray
        self.log_t: FloatArray
        self.log_v: FloatArray
        self.contrast: FloatArray
        self.start, self.end, self.log_d, self.log_t, self.log_v, self.contrast = of_reps
        self.middle: FloatArray
        self.usual_log_t: FloatArray
        self.usual_log_v: FloatArray
        self.usual_contrast: FloatArray
        usual = median(of_reps[2:].reshape(-1, most))
        self.middle, self.usual_log_t, self.usual_log_v, self.usual_contrast = usual.reshape(4, -1)

    @cached_property
    def parting(self) -> FloatArray:
        """The log distance that parts short reps from long ones, shape (k,); infinite where all are of a length."""
        ordered = np.sort(self.log_d, axis=1)
        place, last = np.arange(self.real.shape[1]), self.n[:, None] - 1
        gaps = np.nan_to_num(np.diff(ordered, axis=1))
        gaps[(place[1:] < 2) | (place[1:] > last - 1)] = 0.0
        rows, at = np.arange(self.n.size), gaps.argmax(axis=1)
        middle = 0.5 * (ordered[rows, at] + ordered[rows, at + 1])
        is_long = self.log_d > middle[:, None]
        has_inner = (is_long & (place > 0) & (place < last)).any(axis=1)
        return np.where((gaps[rows, at] > PARTED) & has_inner, middle, np.inf)

    def by_length(self, values: FloatArray, usual: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Return the median of a value of the reps, shape (k, most), for short and for long ones, shape (k,) each.

        `usual`, where it is known, is the median for all of them.
        """
        usual = median(values) if usual is None else usual
        parted = np.flatnonzero(np.isfinite(self.parting))
        if not parted.size:
            return usual, usual
        is_long, values = self.log_d[parted] > self.parting[parted, None], values[parted]
        usual, long = usual.copy(), usual.copy()
        usual[parted] = median(np.where(is_long, np.nan, values))
        long[parted] = median(np.where(is_long, values, np.nan))
        return usual, long

    def of_length(self, log_d: FloatArray, short: FloatArray, long: FloatArray) -> FloatArray:
        """Return for each distance, shape (n,) or (k, m), the value for its length; shape (k, 1) where both are one."""
        if short is long:
            return short[:, None]
        return np.where(log_d > self.parting[:, None], long[:, None], short[:, None])

    @cached_property
    def rest_s(self) -> FloatArray:
        """The rest that follows each rep, shape (k, most)."""
        last = np.full((self.n.size, 1), np.nan)
        return np.concatenate([self.start[:, 1:] - self.end[:, :-1], last], axis=1)

    def of(self, values: FloatArray) -> FloatArray:
        """Return a value of each rep, given one of each candidate."""
        return np.where(self.real, values[self.rows], np.nan)

    def of_each(self, values: FloatArray) -> FloatArray:
        """Return a value of each rep, given one of each candidate under each explanation, shape (k, n)."""
        return np.where(self.real, np.take_along_axis(values, self.rows, axis=1), np.nan)

    @cached_property
    def level(self) -> tuple[FloatArray, FloatArray]:
        """The usual log speed at the middle of the distances of short reps, and of long ones, shape (k,) each."""
        return self.by_length(self.log_v + faded(self.log_d - self.of_length(self.log_d, *self.middle_of)))

    @cached_property
    def middle_of(self) -> tuple[FloatArray, FloatArray]:
        """The middle of the log distances of short reps, and of long ones, shape (k,) each."""
        return self.by_length(self.log_d, self.middle)

    @cached_property
    def off_level(self) -> FloatArray:
        """How far (log) each candidate's speed lies from that of the reps at its distance, shape (k, n)."""
        found = self.found
        level, middle = (self.of_length(found.log_d, *usual) for usual in (self.level, self.middle_of))
        return np.asarray(found.log_v + faded(found.log_d - middle) - level)

    @cached_property
    def usual_contrast_of(self) -> FloatArray:
        """The usual contrast of the reps of each candidate's length, shape (k, n) or (k, 1)."""
        return self.of_length(self.found.log_d, *self.by_length(self.contrast, self.usual_contrast))

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
        # Of the reps that start before a candidate ends, the one that ends last.
        latest = np.maximum.accumulate(np.where(self.chosen, found.end, -np.inf), axis=1)
        return np.asarray(latest[:, np.searchsorted(found.start, found.end) - 1] <= found.start)

    def to_next(self, overlap_s: float) -> FloatArray:
        """Return how long after each candidate the next rep starts, shape (k, n); inf where none does.

        A rep that starts before the candidate ends, but by less than `overlap_s`, is the next one, too.
        """
        found, out = self.found, np.full((self.n.size, self.found.n + 1), np.inf)
        starts = np.where(self.chosen, found.start, np.inf)
        np.minimum.accumulate(starts[:, ::-1], axis=1, out=out[:, -2::-1])
        return np.asarray(out[:, np.searchsorted(found.start, found.end - overlap_s)] - found.end)

    def to_last(self, overlap_s: float) -> FloatArray:
        """Return how long before each candidate the last rep ends, shape (k, n); inf where none does."""
        found, out = self.found, np.full((self.n.size, self.found.n + 1), -np.inf)
        order = np.argsort(found.end, kind="stable")  # by their start the candidates are in order
        ends = np.where(self.chosen[:, order], found.end[order], -np.inf)
        np.maximum.accumulate(ends, axis=1, out=out[:, 1:])
        return np.asarray(found.start - out[:, np.searchsorted(found.end[order], found.start + overlap_s)])

    def to_nearest(self, values: FloatArray) -> FloatArray:
        """Return how far a value of each candidate, shape (n,), lies from that of the nearest rep beside it.

        inf where there is no other; shape (k, n).
        """
        order = np.argsort(values)
        ordered, chosen = values[order], self.chosen[:, order]
        below, above = (np.full(chosen.shape, end) for end in (-np.inf, np.inf))
        np.maximum.accumulate(np.where(chosen, ordered, -np.inf)[:, :-1], axis=1, out=below[:, 1:])
        np.minimum.accumulate(np.where(chosen, ordered, np.inf)[:, :0:-1], axis=1, out=above[:, -2::-1])
        out = np.empty(chosen.shape)
        out[:, order] = np.minimum(ordered - below, above - ordered)
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
