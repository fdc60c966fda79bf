"""Reps named by distance or time, and grouped into sets."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

from kastor_analysis.plans.kinds import find_kinds
from kastor_analysis.plans.sets import group

NAN = float("nan")


def told(durations, metres, rests, nominal=None):
    """Return the sets as ``["4 x 400 m", "2 x 3:00"]``."""
    groups = group(durations, nominal or [NAN] * len(durations), metres, rests)
    sets = groupby(groups, key=lambda g: g.set)
    return [", ".join(f"{len(list(same))} x {kind}" for kind, same in groupby(g.rep_kind for g in s)) for _, s in sets]


def made(kinds, *, pace=3.6, seed=0, bias=1.012, evenness=0.02, thumb_s=0.4):
    """Run these kinds: metres as numbers, times as ``(seconds,)``; return durations and watch distances."""
    rng = np.random.default_rng(seed)
    durations, metres = [], []
    for kind in kinds:
        s_per_m = (1.0 / pace) * np.exp(evenness * rng.standard_normal())
        timed = isinstance(kind, tuple)
        true_s = kind[0] + 0.4 + thumb_s * rng.standard_normal() if timed else kind * s_per_m
        true_m = true_s / s_per_m if timed else kind
        durations.append(true_s)
        metres.append(true_m * bias * np.exp(0.01 * rng.standard_normal()) + 2.0 * rng.standard_normal())
    return durations, metres


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("pace", [3.47, 4.27, 5.6])
def test_reps_are_named_by_what_they_were_run_by(seed, pace):
    for kind, name in [((180.0,), "3:00"), (800.0, "800 m"), ((60.0,), "1:00"), (400.0, "400 m")]:
        durations, metres = made([kind] * 7, pace=pace, seed=seed)
        assert told(durations, metres, [90.0] * 6) == [f"7 x {name}"]


def test_a_watch_that_ends_the_reps_is_exact_and_tells():
    metres = [85, 84, 95, 99, 95, 95, 95, 95, 96, 96]
    assert told([20.0] * 10, metres, [45] * 9) == ["10 x 20 s"]
    assert told([443.1, 447.2, 452.0], [1609.3, 1609.4, 1609.3], [90, 90]) == ["3 x 1 mile"]


def test_the_track_knows_better_than_round_times():
    assert told([90.1, 90.0, 90.2, 89.9], [405, 409, 398, 411], [90] * 3, nominal=[400.0] * 4) == ["4 x 400 m"]


def test_a_longer_rest_begins_a_set():
    seconds = [96, 97, 96, 95] * 4
    rests = [115, 116, 114, 180, 113, 117, 115, 184, 116, 115, 118, 178, 114, 115, 116]
    assert told(seconds, [404] * 16, rests) == ["4 x 400 m"] * 4


@pytest.mark.parametrize("factor", [0.9, 1.1, 1.25])
def test_uneven_rests_do_not(factor):
    rests = 90.0 * np.geomspace(1.0, factor, 7)
    assert told([96] * 8, [404] * 8, rests) == ["8 x 400 m"]


def test_another_kind_begins_a_set():
    durations, metres = made([1000.0] * 4 + [200.0] * 6)
    assert told(durations, metres, [120] * 4 + [60] * 5) == ["4 x 1000 m", "6 x 200 m"]
    durations, metres = made([1600.0] + [400.0] * 4)
    assert told(durations, metres, [165, 60, 60, 60]) == ["1 x 1600 m", "4 x 400 m"]


def test_a_ladder_with_rests_as_long_as_its_reps_is_one_set():
    ladder = [400.0, 800.0, 1200.0, 800.0, 400.0]
    durations, metres = made(ladder)
    assert len(told(durations, metres, durations[:-1])) == 1


def test_kinds_that_alternate_are_one_set_unless_the_rests_part_them():
    durations, metres = made([800.0, 200.0] * 4)
    assert len(told(durations, metres, [60.0] * 7)) == 1
    assert len(told(durations, metres, [60, 130, 58, 134, 64, 132, 62])) == 4


def test_kinds_in_rotation_are_a_set_each_round():
    durations, metres = made([300.0, 400.0, 400.0, 400.0] * 2)
    assert told(durations, metres, [90.0] * 7) == ["1 x 300 m, 3 x 400 m"] * 2


def test_one_rep_stopped_early_parts_nothing():
    assert told([71.1, 80.2, 81.0, 80.5, 79.9], [371, 404, 402, 407, 401], [90] * 4) == ["5 x 400 m"]


def test_long_rests_in_a_row_are_the_rests_of_a_slower_set():
    rests = [33, 35, 33, 34, 32, 385, 106, 106, 114, 105, 96]
    assert told([35, 36, 35, 34, 35, 36, 29, 30, 29, 29, 30, 29], [203] * 12, rests) == ["6 x 200 m"] * 2


def test_values_that_cannot_be_told():
    assert group([], [], [], []) == ()
    assert told([93.7], [NAN], []) == ["1 x 1:34"]
    with pytest.raises(ValueError, match="2 durations"):
        find_kinds([1.0, 2.0], [NAN], [NAN])
    with pytest.raises(ValueError, match="rests"):
        group([90.0] * 3, [400.0] * 3, [400.0] * 3, [])
