from __future__ import annotations

from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis.evaluation import bootstrap, coverage, error_figures, evaluate, match, pool, spans, window_overlap

# Three reps of 90 s, rests of 90 s.
REFERENCE = [(100.0, 190.0), (280.0, 370.0), (460.0, 550.0)]


def test_hand_worked_session() -> None:
    # Rep 1 found 2 s late and 3 s too long; rep 2 found as two halves (neither overlaps by more than half of the
    # union: 45 / 90 is not more than 0.5); rep 3 found exactly; one rep too many at the end.
    estimate = [(102.0, 195.0), (280.0, 325.0), (325.0, 370.0), (460.0, 550.0), (700.0, 790.0)]
    score = evaluate(REFERENCE, estimate)
    assert score.pairs.tolist() == [[0, 0], [2, 3]]
    assert (score.n_reference, score.n_estimate, score.n_matched) == (3, 5, 2)
    assert score.recall == pytest.approx(2 / 3)
    assert score.precision == pytest.approx(2 / 5)
    assert not score.exact
    assert score.errors_s["start"].tolist() == [2.0, 0.0]
    assert score.errors_s["end"].tolist() == [5.0, 0.0]
    assert score.errors_s["time"].tolist() == [3.0, 0.0]


@pytest.mark.parametrize(
    ("estimate", "n_estimate", "exact"),
    [
        ([(100, 190), (460, 550)], 2, True),  # the ignored rep was not found: nobody minds
        ([(100, 190), (285, 330), (460, 550)], 2, True),  # found in part inside it: neither for nor against
        ([(100, 190), (350, 450), (460, 550)], 3, False),  # mostly outside it: one too many
    ],
)
def test_ignored_spans_count_neither_way(estimate: list, n_estimate: int, exact: bool) -> None:
    score = evaluate([REFERENCE[0], REFERENCE[2]], estimate, ignore=[REFERENCE[1]])
    assert score.n_reference == 2
    assert score.n_estimate == n_estimate
    assert score.exact is exact
    assert score.recall == 1.0


def test_a_match_inside_an_ignored_span_counts() -> None:
    assert evaluate([(0, 90)], [(0, 90)], ignore=[(0, 500)]).precision == 1.0


def test_a_failure_misses_every_rep() -> None:
    score = evaluate(REFERENCE, [], failure="broken file")
    pooled = pool([score, evaluate(REFERENCE, REFERENCE)])
    assert pooled.recall == 0.5
    assert pooled.precision == 1.0
    assert pooled.exact == 0.5
    assert pooled.n_failed == 1


def test_a_run_without_reps_is_exact_where_none_is_found() -> None:
    quiet, invented = evaluate([], []), evaluate([], [(10.0, 60.0)])
    assert quiet.exact
    assert not invented.exact
    assert np.isnan(quiet.recall)
    assert invented.precision == 0.0


def test_window_overlap_by_hand() -> None:
    # Windows of 4 s up to 40 s: reference fast in 8-20 (3 windows), estimate in 10-24: the window 8-12 is half in it,
    # so it has 8-12, 12-16, 16-20, 20-24 (4 windows): 3 shared of 4.
    assert window_overlap([(8, 20)], [(10, 24)], 40.0) == 0.75
    assert np.isnan(window_overlap([], [], 40.0))


def test_error_figures_take_each_sessions_habit_out() -> None:
    # Two sessions with habits of +2 and -2 s and a scatter of +-0.5: overall they look unbiased and wide.
    figures = error_figures([np.array([1.5, 2.5]), np.array([-2.5, -1.5])])
    assert figures.n == 4
    assert figures.bias_s == pytest.approx(0.0)
    assert figures.median_s == pytest.approx(2.0)
    assert figures.p90_s == pytest.approx(2.5)
    assert figures.within_sd_s == pytest.approx(np.sqrt(4 * 0.25 / 2))


def test_coverage_sees_through_a_constant_sd() -> None:
    rng = np.random.default_rng(0)
    true_sd = np.repeat([0.3, 1.0, 3.0], 2000)
    errors = rng.normal(0.0, true_sd)
    honest = coverage(errors, true_sd)
    assert [figures.within_1sd for figures in honest] == pytest.approx([0.683] * 4, abs=0.03)
    assert [figures.within_2sd for figures in honest] == pytest.approx([0.954] * 4, abs=0.02)
    assert [figures.rms_error_s for figures in honest[1:]] == pytest.approx([0.3, 1.0, 3.0], rel=0.06)
    # A constant that covers 68 % overall is far off in the parts that the honest sds tell apart.
    constant = np.full(errors.size, 0.97)
    by_part = [coverage(errors[i : i + 2000], constant[:2000])[0].within_1sd for i in (0, 2000, 4000)]
    assert by_part[0] > 0.95
    assert by_part[2] < 0.35


def test_coverage_leaves_missing_sds_out_and_pool_tells() -> None:
    sds = {"time": [0.5, nan, 0.5]}
    pooled = pool([evaluate(REFERENCE, np.array(REFERENCE) + np.array([0.0, 0.4]), stated_sd_s=sds)])
    assert pooled.sd_is_finite["time"] == pytest.approx(2 / 3)
    assert pooled.sd_is_finite["start"] == 0.0
    assert pooled.coverage["start"] == ()
    assert [figures.n for figures in pooled.coverage["time"]] == [2]
    assert pooled.coverage["time"][0].within_1sd == 1.0


def test_groups_are_averaged_as_groups() -> None:
    # Runner a: nine sessions, all found; runner b: one, nothing found.
    scores = [evaluate(REFERENCE, REFERENCE, group="a") for _ in range(9)] + [evaluate(REFERENCE, [], group="b")]
    pooled = pool(scores)
    assert pooled.recall == pytest.approx(0.9)
    assert pooled.group_mean_recall == pytest.approx(0.5)


def test_bootstrap_draws_sessions() -> None:
    scores = [evaluate(REFERENCE, REFERENCE) for _ in range(8)] + [evaluate(REFERENCE, []) for _ in range(8)]
    low, high = bootstrap(scores, lambda pooled: pooled.recall, draws=400)
    # Half of 16 sessions: binomial sd 0.125, so about 0.5 +- 0.25.
    assert low == pytest.approx(0.25, abs=0.08)
    assert high == pytest.approx(0.75, abs=0.08)
    assert bootstrap(scores[:8], lambda pooled: pooled.recall, draws=50) == (1.0, 1.0)


@pytest.mark.parametrize("bad", [[(1, 1)], [(2, 1)], [(0, nan)], [(0, 5), (4, 9)], [(5, 9), (0, 4)]])
def test_unsound_spans_are_refused(bad: list) -> None:
    with pytest.raises(ValueError, match="span"):
        spans(bad)


@st.composite
def _span_sets(draw: st.DrawFn) -> np.ndarray:
    steps = draw(st.lists(st.floats(0.1, 50.0), min_size=0, max_size=16))
    edges = np.cumsum(steps)[: len(steps) // 2 * 2]
    return edges.reshape(-1, 2)


@given(_span_sets(), _span_sets(), st.floats(-20.0, 20.0))
def test_matching_is_one_to_one_symmetric_and_blind_to_the_clock(a: np.ndarray, b: np.ndarray, shift: float) -> None:
    pairs = match(a, b)
    assert len(set(pairs[:, 0])) == len(set(pairs[:, 1])) == len(pairs)
    assert match(b, a)[:, ::-1].tolist() == pairs.tolist()
    assert match(a, a).tolist() == [[i, i] for i in range(len(a))]
    moved = evaluate(a + 1000.0 + shift, b + 1000.0 + shift)
    assert moved.errors_s["time"] == pytest.approx(evaluate(a, b).errors_s["time"], abs=1e-6)
