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
metrics without a trend one is claimed in up to 23 % of seasons; so `kastor season list` speaks of one alone, and those
that are looked at together share one error rate (`together`).

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

What is assumed: sessions independent of each other. Where good and bad days come in spells (lag-1 correlation 0.3) the
same measurement gives 5 to 6 % false claims of improvement, 11 % of either, and intervals that hold 88 %.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, nan
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..quantities.ordered import median
from .kendall import SIGNIFICANCE, line_and_test

LEAST_SESSIONS: Final = 5  # under 5 no test at 5 % can reject
DAYS_A_WEEK: Final = 7.0  # from days to what is said
WEEKS_A_MONTH: Final = 365.25 / 12 / 7  # by the calendar

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
        Metric(name="pace", sd_name="", label="Pace, like with like", unit="%", scale=100.0, better=-1),
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
"""What `Season.trend` follows. ``pace`` is the logarithm of the median regular rep's pace: of all kinds of session,
each held against its own kind alone, its slope is a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A line through the sessions of a season, and whether it is more than noise.

    Attributes
    ----------
    metric : Metric
        What was followed.
    n : int
        Sessions that have it, and another one to be held against.
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
    kinds : int
        How many kinds of session, of watch or of ground it is made of, none of which is held against another.
    beside : int
        How many figures were looked at together with this one, where it is not the first of them: the test is then
        that of Holm for so many.
    basis : str
        What it rests on: how the times were taken, on what ground, by which watches, in what weather.
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
    kinds: int = 1
    beside: int = 1
    basis: str = ""

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
        if not self.n:
            return f"{label}: no two sessions to hold against each other, too few to tell a trend"
        if self.verdict == "too few sessions":
            known = f"known in {self.n} session{'' if self.n == 1 else 's'}"
            return f"{label}: {known}, too few to tell a trend (at least {LEAST_SESSIONS})"
        parts = "of {} kinds" if self.metric.name == "pace" else "in {} parts, by ground and watch"
        of = f"{self.n} sessions" + (f" {parts.format(self.kinds)}" if self.kinds > 1 else "")
        if self.metric.is_share and not self.is_more_than_noise:
            level = scale * min(max((self.at_start + self.at_end) / 2.0, 0.0), 1.0)
            return f"{label}: around {level:.0f} {unit} ({of}, p = {self.p_value:.2g}): {self._claim}"
        a_month = scale * WEEKS_A_MONTH
        slope = f"{_signed(self.slope_per_week * a_month)} {unit} a month"
        between = f"95 %: {_signed(self.low_per_week * a_month)} to {_signed(self.high_per_week * a_month)}"
        if not isfinite(self.low_per_week):
            between = "how sure cannot be told from so few"
        return f"{label}: {slope} ({between}; {of}, p = {self.p_value:.2g}): {self._claim}"

    @property
    def _claim(self) -> str:
        if self.is_more_than_noise:
            return f"{self.verdict}, more than noise"
        if self.p_value <= SIGNIFICANCE:
            return f"no more than noise, for {self.beside} figures were looked at"
        return "no more than noise"


def _signed(value: float) -> str:
    """Return a slope to a tenth; beside zero it is said on which side, where the claim hangs on that."""
    if 0.0 < abs(value) < 0.05:
        return "just above 0" if value > 0 else "just below 0"
    return f"{value:+.1f}"


def trend(
    days: ArrayLike, values: ArrayLike, metric: Metric, *, strata: ArrayLike | None = None, basis: str = ""
) -> Trend:
    """Fit a robust line through a season and test it.

    Parameters
    ----------
    days : array_like, shape (n,)
        When, in days from any day.
    values : array_like, shape (n,)
        The metric; NaN is left out.
    metric : Metric
        What it is.
    strata : array_like, shape (n,), optional
        Of which kind each session is; sessions of two kinds are never held against each other, and one that is alone
        of its kind beside others says nothing.
    basis : str
        What it rests on, in words.
    """
    day, value = np.asarray(days, dtype=np.float64), np.asarray(values, dtype=np.float64)
    known = np.isfinite(day) & np.isfinite(value)
    kind = np.zeros(day.size, dtype=np.int64)
    if strata is not None:
        kind = np.unique(np.asarray(strata), return_inverse=True)[1]
        has_fellow = known & (np.bincount(kind[known], minlength=kind.size + 1)[kind] > 1)
        known = has_fellow if has_fellow.any() else known
    day, value, kind = day[known], value[known], kind[known]
    n = day.size
    kinds = np.unique(kind)
    if n < 2 or all(np.ptp(day[kind == each]) == 0.0 for each in kinds):
        middle = float(median(value))
        return Trend(
            metric=metric, n=n, slope_per_week=nan, low_per_week=-inf, high_per_week=inf, at_start=middle,
            at_end=middle, p_value=nan, verdict="too few sessions", basis=basis,
        )  # fmt: skip
    slope, low, high, p_value = line_and_test(day, value, kind)
    height = float(median(value - slope * day))
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
        kinds=int(kinds.size),
        basis=basis,
    )


def together(trends: Sequence[Trend]) -> list[Trend]:
    """Return trends that are looked at together: the first claims by itself, the others share one error rate.

    The first is the question that is asked of every season. The others are what one looks at as well: that any of them
    is claimed without a trend happens in at most 5 % of seasons, by Holm's procedure (Holm 1979, Scand. J. Stat.
    6:65-70).
    """
    first, *others = trends
    tested = sorted((other for other in others if other.p_value <= 1.0), key=lambda other: other.p_value)
    claimed: set[str] = set()
    for place, other in enumerate(tested):
        if other.p_value * (len(tested) - place) > SIGNIFICANCE:
            break
        claimed.add(other.metric.name)
    return [
        first,
        *(
            replace(other, verdict="noise" if _is_lost(other, claimed) else other.verdict, beside=len(tested))
            for other in others
        ),
    ]


def _is_lost(trend: Trend, claimed: set[str]) -> bool:
    return trend.is_more_than_noise and trend.metric.name not in claimed
