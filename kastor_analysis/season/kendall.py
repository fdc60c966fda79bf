"""Theil and Sen's slope and the exact test of Mann and Kendall, of one series or of several that are not mixed.

Conventions: `x` is when, `y` is what; `strata` says of each point which series it is of, and only points of one series
are ever held against each other (Hirsch, Slack and Smith 1982, Water Resour. Res. 18:107-121, whose seasons are our
kinds of session). Kendall's S is then the sum over the series, and its distribution without a trend that of a sum of
independent ones: still exact, for any sizes. A pair of equal `x`, or equal `y`, counts for neither side.

Up to 1,000 points every pair is looked at. Beyond that S is counted without the pairs, by a radix sort in n log n
(pairs that fall are the inversions of a permutation); and slope and interval, which are order statistics of the slopes,
are found by halving, for how many slopes lie below b is such a count, of y - b x. They are exact to a millionth of the
spread of the slopes; the test stays exact in S, and with it the rate of false claims.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from math import inf, nan
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

SIGNIFICANCE: Final = 0.05  # usual: one false claim in twenty

_EXACT_UP_TO: Final = 200  # of more, the normal distribution tells as much
_PAIRS_UP_TO: Final = 1000  # half a million slopes take 4 MB
_SAMPLED_PAIRS: Final = 20_000  # they tell a quantile to half a percent
_SAMPLED_SDS: Final = 5.0  # so far about it the true one surely lies
_CLOSER: Final = 32.0  # of each step of halving
_SLOPE_PRECISION: Final = 1e-6
"""Of the spread of the slopes, for a slope found by halving."""


def theil_sen(
    x: ArrayLike, y: ArrayLike, significance: float = SIGNIFICANCE, strata: ArrayLike | None = None
) -> tuple[float, float, float]:
    """Return the Theil-Sen slope and the ends of Sen's interval.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Finite; pairs of equal `x` say nothing and are left out.
    significance : float
        One less the confidence.
    strata : array_like, shape (n,), optional
        Which series each point is of.

    Returns
    -------
    slope, low, high : float
        The interval is all slopes b for which the two-sided Mann-Kendall test does not reject y - b x; infinite where
        n is too small for any to be rejected.
    """
    return _interval(_slopes(x, y, strata), significance)


def _interval(slopes: _Slopes, significance: float) -> tuple[float, float, float]:
    critical = critical_s(slopes.sizes, significance)
    # S(b) = pairs - 2 k with k slopes below b; not rejected while |S(b)| <= critical - 2.
    k = (slopes.size - critical + 2) // 2
    if k < 1:
        return slopes.median(), -inf, inf
    return slopes.median(), slopes.smallest(k), slopes.smallest(slopes.size - k + 1)


def mann_kendall(x: ArrayLike, y: ArrayLike, strata: ArrayLike | None = None) -> float:
    """Return the two-sided p value of Kendall's S; a tie in `x` or `y` counts for neither side.

    The distribution is that of no ties, exact to 200 sessions and normal with continuity correction beyond; with ties
    the true one is narrower, so the p value errs on the safe side.
    """
    return _p_value(_slopes(x, y, strata))


def _p_value(slopes: _Slopes) -> float:
    s = abs(slopes.s)
    return min(1.0, 2.0 * _upper_tail(slopes.sizes, s)) if s else 1.0


def line_and_test(x: ArrayLike, y: ArrayLike, strata: ArrayLike) -> tuple[float, float, float, float]:
    """Return what `theil_sen` does, and the p value of `mann_kendall`; each pair of points is looked at once."""
    slopes = _slopes(x, y, strata)
    return *_interval(slopes, SIGNIFICANCE), _p_value(slopes)


def critical_s(n: int | Sequence[int], significance: float = SIGNIFICANCE) -> int:
    """Return the least S, of the parity S has for n points (or series of so many), that the two-sided test rejects.

    It is beyond the number of pairs where there is none.
    """
    sizes = _sizes([n] if isinstance(n, int) else n)
    pairs = _pairs(sizes)
    low, high = 0, pairs // 2 + 1
    while low < high:
        middle = (low + high) // 2
        if 2.0 * _upper_tail(sizes, pairs - 2 * (pairs // 2) + 2 * middle) <= significance:
            high = middle
        else:
            low = middle + 1
    return pairs % 2 + 2 * low


def _slopes(x: ArrayLike, y: ArrayLike, strata: ArrayLike | None) -> _Slopes:
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    series = [(x, y)]
    if strata is not None:
        names, which = np.unique(np.asarray(strata), return_inverse=True)
        series = [(x[which == i], y[which == i]) for i in range(names.size)]
    return _CountedSlopes(series) if x.size > _PAIRS_UP_TO else _SortedSlopes(series)


def _sizes(sizes: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in sizes if size > 1))


def _pairs(sizes: tuple[int, ...]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes)


def _upper_tail(sizes: tuple[int, ...], s: int) -> float:
    """Return P(S >= s) for series of these sizes, without ties, each in random order."""
    pairs = _pairs(sizes)
    if s > pairs:
        return 0.0
    if sum(sizes) <= _EXACT_UP_TO:
        # S = pairs - 2 x inversions.
        return float(_inversions_cumulative(sizes)[(pairs - s) // 2])
    from statistics import NormalDist

    sd = (sum(n * (n - 1) * (2 * n + 5) for n in sizes) / 18) ** 0.5
    return 1.0 - NormalDist().cdf((s - 1) / sd)


@lru_cache(maxsize=256)
def _inversions_cumulative(sizes: tuple[int, ...]) -> FloatArray:
    """Return P(inversions <= i) of independent random permutations of these sizes.

    Each is the sum of independent uniforms on 0..k for k < n (Kendall 1938).
    """
    share = np.ones(1)
    for n in sizes:
        for k in range(2, n + 1):
            total = np.concatenate([share, np.zeros(k - 1)]).cumsum()
            total[k:] -= total[:-k].copy()
            share = total / k
    cumulative: FloatArray = share.cumsum()
    return cumulative


class _Slopes(ABC):
    """The slopes of all pairs of points of one series and different `x`.

    Attributes
    ----------
    sizes : tuple of int
        Of the series, those of one point left out.
    size : int
        How many slopes there are.
    s : int
        How many of them rise less how many fall.
    """

    size: int
    s: int

    def __init__(self, series: Sequence[tuple[FloatArray, FloatArray]]) -> None:
        self.sizes = _sizes([x.size for x, _ in series])

    @abstractmethod
    def smallest(self, k: int) -> float:
        """Return the k-th smallest, from 1."""

    @abstractmethod
    def median(self) -> float:
        """Return the median."""


class _SortedSlopes(_Slopes):
    """Few enough to look at each."""

    def __init__(self, series: Sequence[tuple[FloatArray, FloatArray]]) -> None:
        super().__init__(series)
        slopes, self.s = [], 0
        for x, y in series:
            first, second = _places_of_pairs(x.size)
            run, rise = x[second] - x[first], y[second] - y[first]
            apart = run != 0
            run, rise = run[apart], rise[apart]
            slopes.append(rise / run)
            self.s += int((np.sign(rise) * np.sign(run)).sum())
        self._sorted = np.sort(np.concatenate(slopes))
        self.size = self._sorted.size

    def smallest(self, k: int) -> float:
        return float(self._sorted[k - 1])

    def median(self) -> float:
        n = self.size
        return float((self._sorted[(n - 1) // 2] + self._sorted[n // 2]) / 2.0) if n else nan


class _CountedSlopes(_Slopes):
    """Too many pairs to look at each: an order statistic is found by counting how many are below it."""

    def __init__(self, series: Sequence[tuple[FloatArray, FloatArray]]) -> None:
        super().__init__(series)
        self.s = sum(_falling(x, -y) - _falling(x, y) for x, y in series)
        self._series = [_in_order(x, y) for x, y in series if x.size > 1]
        self.size = sum(_unlike_pairs(x) for x, _ in self._series)
        chance = np.random.default_rng(0)
        sampled = []
        for x, y in self._series:
            n = max(int(_SAMPLED_PAIRS * _unlike_pairs(x) / max(self.size, 1)), 1)
            a, b = chance.integers(x.size, size=(2, n))
            apart = x[a] != x[b]
            sampled.append((y[a] - y[b])[apart] / (x[a] - x[b])[apart])
        self._sampled = np.sort(np.concatenate(sampled)) if any(part.size for part in sampled) else np.zeros(1)
        low, high = np.quantile(self._sampled, [0.25, 0.75])
        self._precision = _SLOPE_PRECISION * float(high - low)

    def median(self) -> float:
        return self.smallest((self.size + 1) // 2)

    def smallest(self, k: int) -> float:
        # Between bounds that a sample suggests, widened until they hold it.
        share, n = (k - 0.5) / self.size, self._sampled.size
        around = share + np.array([-1.0, 1.0]) * _SAMPLED_SDS * (share * (1.0 - share) / n) ** 0.5
        low, high = map(float, np.quantile(self._sampled, np.clip(around, 0.0, 1.0)))
        least = 1e-12 * max(abs(low), abs(high)) + 1e-300
        width = max(high - low, self._precision, least)
        while (below_low := self._below(low)) >= k:
            low, width = low - width, 2.0 * width
        while (below_high := self._below(high)) < k:
            high, width = high + width, 2.0 * width
        while (width := high - low) > max(self._precision, least):
            # Slopes lie nearly evenly between near bounds: where they do, both come close to the one that is sought.
            guess = low + width * (k - 0.5 - below_low) / (below_high - below_low)
            for trial in (guess - width / _CLOSER, guess + width / _CLOSER, (low + high) / 2.0):
                if not low < trial < high or high - low < width / 4.0:
                    continue
                below = self._below(trial)
                if below < k:
                    low, below_low = trial, below
                else:
                    high, below_high = trial, below
        return 0.0 if low <= 0.0 <= high else (low + high) / 2.0

    def _below(self, b: float) -> int:
        return sum(_falling(x, y - b * x) for x, y in self._series)


@lru_cache(maxsize=64)
def _places_of_pairs(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first, second = np.triu_indices(n, k=1)
    return first, second


def _in_order(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    order = np.lexsort((y, x))
    return x[order] - x.min(), y[order] - np.median(y)


def _unlike_pairs(x: FloatArray) -> int:
    _, alike = np.unique(x, return_counts=True)
    return int(x.size * (x.size - 1) // 2 - np.sum(alike * (alike - 1) // 2))


def _falling(x: FloatArray, y: FloatArray) -> int:
    """Return the number of pairs in which `y` falls while `x` rises, in n log n."""
    if not (np.diff(x) > 0).all():
        y = y[np.lexsort((y, x))]  # of equal x by y, so that no pair of them falls
    rank = np.empty(y.size, dtype=np.int32)
    # Equal y take ranks in the order of x, so that no pair of them falls.
    rank[np.argsort(y, kind="stable")] = np.arange(y.size)
    return _inversions(rank)


def _inversions(rank: NDArray[np.int32]) -> int:
    """Return how many pairs of a permutation of 0 to n - 1 stand in the wrong order.

    A radix sort from the highest bit down. Those that agree in the bits above stand together, from the place that these
    bits say on, and half of each full group before it are ones; each 0 goes before the ones of its group that stand
    before it.
    """
    n, total = rank.size, 0
    places = np.arange(n, dtype=np.int32)
    for bit in range(max(n - 1, 1).bit_length() - 1, -1, -1):
        is_one = (rank >> bit) & 1
        start = (rank >> (bit + 1)) << (bit + 1)
        passed = np.cumsum(is_one, dtype=np.int32) - is_one - (start >> 1)
        zero = is_one == 0
        total += int(passed[zero].sum(dtype=np.int64))
        sorted_so_far = np.empty_like(rank)
        sorted_so_far[np.where(zero, places - passed, start + (1 << bit) + passed)] = rank
        rank = sorted_so_far
    return total
