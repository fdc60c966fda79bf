"""The robust slope, its interval and its test: against brute force, SciPy, and simulated seasons."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from kastor_analysis.season import METRICS, trend
from kastor_analysis.season.kendall import (
    _CountedSlopes,
    _falling,
    _SortedSlopes,
    critical_s,
    mann_kendall,
    theil_sen,
)
from kastor_analysis.season.trends import WEEKS_A_MONTH, together

MEDIAN = METRICS["median_regular_s"]
SESSION_SD_S = 1.0
"""Scatter of a session's median from week to week: about 1 % of a 96 s rep."""


@pytest.mark.parametrize("n", [4, 5, 6, 7])
def test_the_exact_distribution_is_that_of_all_permutations(n):
    count = Counter()
    for order in itertools.permutations(range(n)):
        count[int(sum(np.sign(b - a) for a, b in itertools.combinations(order, 2)))] += 1
    total = sum(count.values())
    for s in (s for s in count if s > 0):
        shape = next(p for p in itertools.permutations(range(n)) if _s(p) == s)
        both_tails = 2 * sum(k for value, k in count.items() if value >= s) / total
        assert mann_kendall(range(n), shape) == pytest.approx(min(1.0, both_tails))


def _s(order):
    return sum(int(np.sign(b - a)) for a, b in itertools.combinations(order, 2))


def test_kendalls_published_critical_values():
    # Kendall's table (Hollander and Wolfe, table A.30): two-sided 5 %.
    assert [critical_s(n) for n in (5, 6, 7, 8, 9, 10, 12)] == [10, 13, 15, 18, 20, 23, 30]
    assert critical_s(4) > 6, "four sessions can show nothing"


def test_slope_and_p_value_are_those_of_scipy():
    rng = np.random.default_rng(3)
    x = np.cumsum(rng.integers(3, 10, 14)).astype(float)
    y = 96 - 0.05 * x + rng.normal(0, 1, 14)
    slope, low, high = theil_sen(x, y)
    assert slope == pytest.approx(stats.theilslopes(y, x).slope)
    assert mann_kendall(x, y) == pytest.approx(stats.kendalltau(x, y, method="exact").pvalue)
    assert low < slope < high


@pytest.mark.parametrize("n", [5, 8, 9, 13])
def test_the_interval_leaves_zero_out_exactly_where_the_test_rejects(n):
    rng = np.random.default_rng(n)
    rejected = 0
    for _ in range(300):
        x, y = np.arange(n) * 7.0, np.arange(n) * -0.3 + rng.normal(0, 1, n)
        _, low, high = theil_sen(x, y)
        rejects = mann_kendall(x, y) <= 0.05
        rejected += rejects
        assert rejects == (low > 0 or high < 0)
    assert 0 < rejected < 300


def test_one_bad_day_in_four_does_not_turn_the_slope():
    days = np.arange(12) * 7.0
    times_s = 98.0 - 0.35 * np.arange(12)
    times_s[[2, 6, 10]] += 12.0
    found = trend(days, times_s, MEDIAN)
    assert found.slope_per_week == pytest.approx(-0.35, abs=0.08)


def test_ties_claim_less_never_more():
    days = np.arange(8.0)
    assert trend(days, np.full(8, 0.9), METRICS["rest_on_share"]).verdict == "noise"
    tied = [1, 1, 2, 2, 3, 3, 4, 4]
    assert mann_kendall(days, tied) >= stats.kendalltau(days, tied).pvalue * 0.5
    assert mann_kendall(days, tied) > mann_kendall(days, days)


def test_a_metric_is_better_in_its_own_direction():
    days, rising = np.arange(8.0) * 7, np.arange(8.0)
    assert trend(days, rising, METRICS["hammer_gain"]).verdict == "better"
    assert trend(days, rising, MEDIAN).verdict == "worse"
    assert trend(days, -rising, MEDIAN).verdict == "better"


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_too_few_sessions_are_called_that(n):
    found = trend(np.arange(n) * 7.0, 96.0 - np.arange(n), MEDIAN)
    assert found.verdict == "too few sessions"
    assert "too few" in str(found)


def test_missing_values_are_left_out():
    days, values = np.arange(8.0), 96 - np.arange(8.0)
    values[3] = np.nan
    assert trend(days, values, MEDIAN).n == 7


def simulated(rng, weeks, slope_per_week):
    """Return a season of one session a week (a day early or late now and then) and what the trend says of it."""
    days = np.arange(weeks) * 7.0 + rng.integers(-1, 2, weeks)
    medians_s = 96.0 + slope_per_week * days / 7.0 + rng.normal(0.0, SESSION_SD_S, weeks)
    return trend(days, medians_s, MEDIAN)


@pytest.mark.parametrize("weeks", [6, 8, 12, 20])
def test_seasons_without_improvement_claim_one_in_at_most_5_percent(weeks):
    rng = np.random.default_rng(2026)
    found = [simulated(rng, weeks, 0.0) for _ in range(200)]
    assert sum(t.verdict == "better" for t in found) <= 0.05 * 200


@pytest.mark.parametrize(("weeks", "claimed_share"), [(8, 0.25), (10, 0.60), (12, 0.85), (16, 0.98)])
def test_seasons_with_improvement_find_it_at_the_stated_rate(weeks, claimed_share):
    rng = np.random.default_rng(7)
    slope = -1.5 / WEEKS_A_MONTH
    found = [simulated(rng, weeks, slope) for _ in range(200)]
    assert sum(t.verdict == "better" for t in found) >= claimed_share * 200
    assert sum(t.low_per_week <= slope <= t.high_per_week for t in found) >= 0.91 * 200
    assert not any(t.verdict == "worse" for t in found)


def test_the_sentence_says_slope_interval_and_verdict():
    text = str(trend(np.arange(10) * 7.0, 98.0 - 0.4 * np.arange(10), MEDIAN))
    assert text.startswith("Median regular rep: -1.7 s a month (95 %: -1.7 to -1.7; 10 sessions")
    assert text.endswith("better, more than noise")


def test_a_share_at_its_end_is_told_by_its_level_unless_it_changes():
    rests = METRICS["rest_on_share"]
    days = np.arange(8) * 7.0
    noise = str(trend(days, [0.1, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0], rests))
    assert noise.startswith("Rests on target: around 100 % (8 sessions, p = ")
    assert noise.endswith("no more than noise")
    assert "a month" in str(trend(days, np.linspace(0.1, 0.9, 8), rests))


def test_an_interval_that_ends_beside_zero_says_on_which_side():
    wobble = np.array([0.0, -0.1, -0.1, -0.3, -0.2, -0.5, -0.4, -0.41])
    text = str(trend(np.arange(8) * 7.0, 96.0 + 0.02 * wobble, MEDIAN))
    assert "-0.0" not in text
    assert "just below 0" in text


@pytest.mark.parametrize("n", [1, 2, 3, 8, 33, 200])
def test_pairs_that_fall_are_counted_without_looking_at_them(n):
    rng = np.random.default_rng(n)
    first, second = np.triu_indices(n, k=1)
    for kinds in (2, 5, 10 * n):
        x, y = rng.integers(0, kinds, n).astype(float), rng.integers(0, kinds, n) / 3.0
        assert _falling(x, y) == np.sum((x[second] - x[first]) * (y[second] - y[first]) < 0)


@pytest.mark.parametrize("strata", [False, True])
@pytest.mark.parametrize("ties", [False, True])
def test_slopes_too_many_to_sort_are_those_that_sorting_finds(ties, strata):
    rng = np.random.default_rng(4)
    x = np.sort(rng.integers(0, 300 if ties else 10**6, 700)).astype(float)
    y = 100.0 - 3.0 * x / x.max() + (rng.integers(-2, 3, 700) / 2.0 if ties else rng.normal(0.0, 1.0, 700))
    series = [(x[:300], y[:300]), (x[300:], y[300:])] if strata else [(x, y)]
    counted, sorted_ = _CountedSlopes(series), _SortedSlopes(series)
    assert (counted.size, counted.s) == (sorted_.size, sorted_.s)
    for k in (1, 2, counted.size // 50, counted.size // 2, counted.size - 1, counted.size):
        assert abs(counted.smallest(k) - sorted_.smallest(k)) <= 2e-6 * np.ptp([sorted_.smallest(1), sorted_.median()])


@pytest.mark.parametrize("n", [1001, 3000])
def test_long_seasons_without_a_trend_claim_one_in_at_most_5_percent(n):
    rng = np.random.default_rng(n)
    days = np.cumsum(rng.integers(0, 8, n)).astype(float)
    claimed = sum(mann_kendall(days, rng.normal(96.0, 1.0, n).round(1)) <= 0.05 for _ in range(200))
    assert claimed <= 0.05 * 200 + 3 * (0.05 * 0.95 * 200) ** 0.5
    assert claimed > 0


def test_the_interval_of_a_long_season_holds_its_slope_and_agrees_with_the_test():
    rng = np.random.default_rng(8)
    days = np.arange(1500.0)
    held = 0
    for _ in range(40):
        slope = rng.choice([0.0, -0.0001, 0.001])
        values = 96.0 + slope * days + rng.normal(0.0, 1.0, days.size)
        found, low, high = theil_sen(days, values)
        assert low < found < high
        assert (mann_kendall(days, values) <= 0.05) == (low > 0 or high < 0)
        held += low <= slope <= high
    assert held >= 34


@pytest.mark.parametrize("values", [np.zeros(2000), np.arange(2000) % 2, np.repeat([0.0, 1.0], 1000)])
def test_a_long_season_of_few_values_is_borne(values):
    found = trend(np.arange(2000.0), values, METRICS["rest_on_share"])
    assert found.verdict == ("better" if values[999] < values[1000] == values[-1] and values[1] == 0.0 else "noise")
    assert (found.slope_per_week == 0.0) == (found.verdict == "noise")


@pytest.mark.parametrize("sizes", [(4, 3), (3, 3, 2), (5, 1)])
def test_the_distribution_of_kinds_that_are_not_mixed_is_that_of_all_orders_of_each(sizes):
    strata = np.repeat(np.arange(len(sizes)), sizes)
    days = np.arange(strata.size, dtype=float)
    every = [
        sum(map(_s, orders)) for orders in itertools.product(*(list(itertools.permutations(range(n))) for n in sizes))
    ]
    for s in sorted({abs(value) for value in every} - {0}):
        orders = next(
            orders
            for orders in itertools.product(*(list(itertools.permutations(range(n))) for n in sizes))
            if sum(map(_s, orders)) == s
        )
        tails = np.mean(np.abs(every) >= s)
        assert mann_kendall(days, np.concatenate(orders).astype(float), strata) == pytest.approx(tails)


def test_a_step_between_two_kinds_is_no_trend_and_a_trend_within_both_is_one():
    rng = np.random.default_rng(11)
    days = np.arange(16) * 7.0
    kinds = np.repeat(["old watch", "new watch"], 8)
    step = np.where(kinds == "new watch", -3.0, 0.0)
    noise = rng.normal(0.0, 0.3, 16)
    assert trend(days, 96.0 + step + noise, MEDIAN).verdict == "better", "mixed, the new watch looks like training"
    assert trend(days, 96.0 + step + noise, MEDIAN, strata=kinds).verdict == "noise"
    slower = trend(days, 96.0 + step + noise + 0.03 * days, MEDIAN, strata=kinds)
    assert (slower.verdict, slower.kinds) == ("worse", 2)
    assert slower.slope_per_week == pytest.approx(0.21, abs=0.06)


def test_what_is_alone_of_its_kind_says_nothing():
    days, kinds = np.arange(9) * 7.0, [*"aaaaaaaa", "b"]
    found = trend(days, [*np.arange(8.0), -50.0], MEDIAN, strata=kinds)
    assert (found.n, found.kinds, found.verdict) == (8, 1, "worse")


def test_figures_that_are_looked_at_together_share_an_error_rate():
    rng = np.random.default_rng(5)
    names = list(METRICS)
    first = others = 0
    seasons = 400
    for _ in range(seasons):
        found = together([trend(np.arange(10) * 7.0, rng.normal(0.0, 1.0, 10), METRICS[name]) for name in names])
        first += found[0].is_more_than_noise
        others += any(other.is_more_than_noise for other in found[1:])
    most = 0.05 * seasons + 2.6 * (0.05 * 0.95 * seasons) ** 0.5
    assert 0 < first <= most
    assert 0 < others <= most


def test_a_figure_that_is_lost_among_others_says_so():
    days = np.arange(10) * 7.0
    weak = [2.0, 4.0, 1.0, 5.0, 3.0, 6.0, 0.0, 7.0, 8.0, 9.0]
    noise = [1.0, 3.0, 2.0, 2.5, 1.5, 2.2, 3.1, 1.2, 2.9, 2.1]
    first, second, *others = METRICS
    alone = trend(days, weak, METRICS[second])
    assert alone.is_more_than_noise
    assert alone.p_value > 0.01
    found = together([trend(days, noise, METRICS[name]) for name in (first, *others)])
    found = together([found[0], alone, *found[1:]])
    assert not found[1].is_more_than_noise
    assert str(found[1]).endswith("no more than noise, for 5 figures were looked at")


def test_an_interval_without_an_end_is_no_number():
    told = str(
        trend([0, 7, 14, 21, 28], [96.0, 95.0, 96.0, 95.5, 95.0], METRICS["median_regular_s"], strata=[0, 0, 0, 1, 1])
    )
    assert "inf" not in told
    assert "how sure cannot be told from so few" in told
