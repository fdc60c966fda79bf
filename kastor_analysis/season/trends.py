"""Is the runner getting quicker, or is it noise? A robust slope, its interval, and a test with a stated error rate.

The slope is Theil's and Sen's: the median of the slopes of all pairs of sessions (Theil 1950, Proc. K. Ned. Akad. Wet.
53; Sen 1968, J. Am. Stat. Assoc. 63:1379-1389). One bad day in four cannot turn it. The test is Mann's and Kendall's
(Mann 1945, Econometrica 13:245-259; Kendall 1938, Biometrika 30:81-93): S, the number of pairs that rose less the
number that fell, against its *exact* distribution for n sessions without a trend, so that the error rate also holds for
five sessions. The interval is Sen's, the inverse of the same test: it leaves zero out exactly when the test rejects.

What is claimed, and how often wrongly: `Trend.verdict` says *better* or *worse* where the two-sided test rejects at
5 %, so at most 5 % of seasons without a trend are given one, and at most 2.5 % are told that they improved. The
distribution being discrete, short seasons are safer still: 8 sessions 3.1 %, 5 sessions 1.7 %; under 5 nothing can be
claimed. Ties count for neither side, which errs on the same, safe side. Each metric is tested by itself: of five
metrics without a trend one is claimed in up to 23 % of seasons; so `kastor season list` speaks of the median alone.

What is found: a runner's median 400 scatters by about 1 % from week to week (1.0 s at 96 s; the within-session error is
0.2 to 0.5 s of it). Share of 2,000 simulated seasons of one session a week, improving by 1.5 s a month, whose
improvement is claimed, and (in the last column) whose 95 % interval holds the true slope:

========  ===================  ===================  ==========
sessions  scatter 1.0 s        scatter 1.5 s        interval
========  ===================  ===================  ==========
6         7 %                  4 %                  98 %
8         31 %                 16 %                 97 to 98 %
10        72 %                 40 %                 96 %
12        92 %                 62 %                 95 to 96 %
16        100 %                95 %                 95 %
20        100 %                100 %                95 %
========  ===================  ===================  ==========

The same seasons without improvement were told of one in 0.9 to 2.9 %, and of either in at most 5.0 %.
``tests/season/test_trends.py`` measures these rates again.

Long seasons: up to 1,000 sessions every pair is looked at. Beyond that S is counted without the pairs, by a radix sort
in n log n (pairs that fall are the inversions of a permutation); and slope and interval, which are order statistics of
the slopes, are found by halving, for how many slopes lie below b is such a count, of y - b x. They are exact to a
millionth of the spread of the slopes; the test stays exact in S, and with it the rate of false claims.

What is assumed: sessions independent of each other. Where good and bad days come in spells (lag-1 correlation 0.3) the
same measurement gives 5 to 6 % false claims of improvement, 11 % of either, and intervals that hold 88 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

SIGNIFICANCE: Final = 0.05
LEAST_SESSIONS: Final = 5
DAYS_A_WEEK: Final = 7.0
WEEKS_A_MONTH: Final = 365.25 / 12 / 7

_EXACT_UP_TO: Final = 200
_PAIRS_UP_TO: Final = 1000
_SAMPLED_PAIRS: Final = 20_000
_SAMPLED_SDS: Final = 5.0
_CLOSER: Final = 32.0
_SLOPE_PRECISION: Final = 1e-6
"""Of the spread of the slopes, for a slope found by halving."""

Verdict = Literal["better", "worse", "noise", "too few sessions"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure of a session that can be followed.

    Attributes
    ----------
    name, sd_name : str
        Columns of `Season.sessions` with the value and its standard deviation; `sd_name` may be empty.
    label, unit : str
        For text and charts.
    scale : float
        What a value is multiplied with to be in `unit`.
    better : int
        -1 where less is better, 1 where more is, 0 where neither.
    is_share : bool
        Whether it lies between 0 and 1; most sessions may lie at one end, where a slope says little.
    """

    name: str
    sd_name: str
    label: str
    unit: str
    scale: float = 1.0
    better: int = 0
    is_share: bool = False


METRICS: Final[Mapping[str, Metric]] = {
    metric.name: metric
    for metric in (
        Metric(name="median_regular_s", sd_name="median_regular_sd_s", label="Median regular rep", unit="s", better=-1),
        Metric(name="spread_s", sd_name="", label="Spread of the regular reps", unit="s", better=-1),
        Metric(name="hammer_gain", sd_name="hammer_gain_sd", label="Hammer gain", unit="%", scale=100.0, better=1),
        Metric(
            name="rest_on_share",
            sd_name="rest_on_share_sd",
            label="Rests on target",
            unit="%",
            scale=100.0,
            better=1,
            is_share=True,
        ),
        Metric(
            name="heart_rate_at_goal_bpm",
            sd_name="heart_rate_at_goal_sd_bpm",
            label="Heart rate at goal pace",
            unit="bpm",
            better=-1,
        ),
    )
}
"""What `Season.trend` follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line through the sessions of a season, and whether it is more than noise.

    Attributes
    ----------
    metric : Metric
        What was followed.
    n : int
        Sessions that have it.
    slope_per_week, low_per_week, high_per_week : float
        Theil-Sen slope and its 95 % interval, in the metric's own column unit a week; infinite where the sessions are
        too few for an interval.
    at_start, at_end : float
        The line at the first and last session; its height is the median of the residuals.
    p_value : float
        Two-sided, exact Mann-Kendall.
    verdict : str
        ``better``, ``worse`` (by the metric's own direction), ``noise`` or ``too few sessions``; a metric without a
        direction is *better* when it rises.
    """

    metric: Metric
    n: int
    slope_per_week: float
    low_per_week: float
    high_per_week: float
    at_start: float
    at_end: float
    p_value: float
    verdict: Verdict

    @property
    def is_more_than_noise(self) -> bool:
        """Whether the test rejects "no trend" at 5 %."""
        return self.verdict in ("better", "worse")

    @property
    def in_short(self) -> str:
        """What a table has room for: ``-2.0 s a month, better``; ``too few sessions`` where nothing can be told."""
        if self.verdict == "too few sessions":
            return self.verdict
        slope = _signed(self.metric.scale * self.slope_per_week * WEEKS_A_MONTH)
        return f"{slope} {self.metric.unit} a month, {self.verdict}"

    def __str__(self) -> str:
        label, unit, scale = self.metric.label, self.metric.unit, self.metric.scale
        if self.verdict == "too few sessions":
            known = f"known in {self.n} session{'' if self.n == 1 else 's'}"
            return f"{label}: {known}, too few to tell a trend (at least {LEAST_SESSIONS})"
        if self.metric.is_share and not self.is_more_than_noise:
            level = scale * min(max((self.at_start + self.at_end) / 2.0, 0.0), 1.0)
            return f"{label}: around {level:.0f} {unit} ({self.n} sessions, p = {self.p_value:.2g}): no more than noise"
        a_month = scale * WEEKS_A_MONTH
        slope = f"{_signed(self.slope_per_week * a_month)} {unit} a month"
        between = f"95 %: {_signed(self.low_per_week * a_month)} to {_signed(self.high_per_week * a_month)}"
        claim = {"better": "better, more than noise", "worse": "worse, more than noise"}.get(
            self.verdict, "no more than noise"
        )
        return f"{label}: {slope} ({between}; {self.n} sessions, p = {self.p_value:.2g}): {claim}"


def _signed(value: float) -> str:
    """Return a slope to a tenth; beside zero it is said on which side, where the claim hangs on that."""
    if 0.0 < abs(value) < 0.05:
        return "just above 0" if value > 0 else "just below 0"
    return f"{value:+.1f}"


def trend(days: ArrayLike, values: ArrayLike, metric: Metric) -> Trend:
    """Fit a robust line through a season and test it.

    Parameters
    ----------
    days : array_like, shape (n,)
        When, in days from any day.
    values : array_like, shape (n,)
        The metric; NaN is left out.
    metric : Metric
        What it is.
    """
    day, value = np.asarray(days, dtype=np.float64), np.asarray(values, dtype=np.float64)
    known = np.isfinite(day) & np.isfinite(value)
    day, value = day[known], value[known]
    n = day.size
    if n < 2 or day.min() == day.max():
        middle = float(np.median(value)) if n else nan
        return Trend(
            metric=metric, n=n, slope_per_week=nan, low_per_week=-inf, high_per_week=inf, at_start=middle,
            at_end=middle, p_value=nan, verdict="too few sessions",
        )  # fmt: skip
    slope, low, high = theil_sen(day, value)
    height = float(np.median(value - slope * day))
    p_value = mann_kendall(day, value)
    if n < LEAST_SESSIONS:
        verdict: Verdict = "too few sessions"
    elif p_value <= SIGNIFICANCE:
        verdict = "better" if slope * (metric.better or 1) > 0 else "worse"
    else:
        verdict = "noise"
    return Trend(
        metric=metric,
        n=n,
        slope_per_week=slope * DAYS_A_WEEK,
        low_per_week=low * DAYS_A_WEEK,
        high_per_week=high * DAYS_A_WEEK,
        at_start=height + slope * float(day.min()),
        at_end=height + slope * float(day.max()),
        p_value=p_value,
        verdict=verdict,
    )


def theil_sen(x: ArrayLike, y: ArrayLike, significance: float = SIGNIFICANCE) -> tuple[float, float, float]:
    """Return the Theil-Sen slope and the ends of Sen's interval.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Finite; pairs of equal `x` say nothing and are left out.
    significance : float
        One less the confidence.

    Returns
    -------
    slope, low, high : float
        The interval is all slopes b for which the two-sided Mann-Kendall test does not reject y - b x; infinite where
        n is too small for any to be rejected.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    slopes = _Slopes(x, y) if x.size > _PAIRS_UP_TO else _SortedSlopes(x, y)
    critical = critical_s(x.size, significance)
    # S(b) = pairs - 2 k with k slopes below b; not rejected while |S(b)| <= critical - 2.
    k = (slopes.size - critical + 2) // 2
    if k < 1:
        return slopes.median(), -inf, inf
    return slopes.median(), slopes.smallest(k), slopes.smallest(slopes.size - k + 1)


def mann_kendall(x: ArrayLike, y: ArrayLike) -> float:
    """Return the two-sided p value of Kendall's S; a tie in `x` or `y` counts for neither side.

    The distribution is that of no ties, exact to 200 sessions and normal with continuity correction beyond; with ties
    the true one is narrower, so the p value errs on the safe side.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    s = abs(_falling(x, -y) - _falling(x, y))
    return min(1.0, 2.0 * _upper_tail(x.size, s)) if s else 1.0


def critical_s(n: int, significance: float = SIGNIFICANCE) -> int:
    """Return the least S, of the parity S has for n, that the two-sided test rejects.

    It is beyond n (n - 1) / 2 where there is none.
    """
    pairs = n * (n - 1) // 2
    low, high = 0, pairs // 2 + 1
    while low < high:
        middle = (low + high) // 2
        if 2.0 * _upper_tail(n, pairs - 2 * (pairs // 2) + 2 * middle) <= significance:
            high = middle
        else:
            low = middle + 1
    return pairs % 2 + 2 * low


def _upper_tail(n: int, s: int) -> float:
    """Return P(S >= s) for n values without ties in random order."""
    pairs = n * (n - 1) // 2
    if s > pairs:
        return 0.0
    if n <= _EXACT_UP_TO:
        # S = pairs - 2 x inversions.
        return float(_inversions_cumulative(n)[(pairs - s) // 2])
    from statistics import NormalDist

    sd = (n * (n - 1) * (2 * n + 5) / 18) ** 0.5
    return 1.0 - NormalDist().cdf((s - 1) / sd)


@lru_cache(maxsize=256)
def _inversions_cumulative(n: int) -> FloatArray:
    """Return P(inversions <= i) of a random permutation of n.

    It is the sum of independent uniforms on 0..k for k < n (Kendall 1938).
    """
    share = np.ones(1)
    for k in range(2, n + 1):
        total = np.concatenate([share, np.zeros(k - 1)]).cumsum()
        total[k:] -= total[:-k].copy()
        share = total / k
    cumulative: FloatArray = share.cumsum()
    return cumulative


class _SortedSlopes:
    """The slopes of all pairs of points of different `x`."""

    def __init__(self, x: FloatArray, y: FloatArray) -> None:
        first, second = np.triu_indices(x.size, k=1)
        run, rise = x[second] - x[first], y[second] - y[first]
        self._sorted = np.sort(rise[run != 0] / run[run != 0])
        self.size = self._sorted.size

    def smallest(self, k: int) -> float:
        """Return the k-th smallest, from 1."""
        return float(self._sorted[k - 1])

    def median(self) -> float:
        """Return the median."""
        return float(np.median(self._sorted))


class _Slopes:
    """The same, of too many pairs to look at each: an order statistic is found by counting how many are below it."""

    def __init__(self, x: FloatArray, y: FloatArray) -> None:
        order = np.lexsort((y, x))
        self._x, self._y = x[order] - x.min(), y[order] - np.median(y)
        _, alike = np.unique(self._x, return_counts=True)
        self.size = x.size * (x.size - 1) // 2 - int(np.sum(alike * (alike - 1) // 2))
        chance = np.random.default_rng(0)
        a, b = chance.integers(x.size, size=(2, _SAMPLED_PAIRS))
        apart = self._x[a] != self._x[b]
        sampled = (self._y[a] - self._y[b])[apart] / (self._x[a] - self._x[b])[apart]
        self._sampled = np.sort(sampled) if sampled.size else np.zeros(1)
        low, high = np.quantile(self._sampled, [0.25, 0.75])
        self._precision = _SLOPE_PRECISION * float(high - low)

    def median(self) -> float:
        """Return the median."""
        return self.smallest((self.size + 1) // 2)

    def smallest(self, k: int) -> float:
        """Return the k-th smallest, from 1: between bounds that a sample suggests, widened until they hold it."""
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
        return _falling(self._x, self._y - b * self._x)


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
