"""Kinds of sessions that are easily told wrongly: sets of two kinds, ladders, presses on jogged reps."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis import segment
from tests.segmenter.made import activity, rep_spans

WARM_UP, COOL_DOWN = (900.0, 2.9), (600.0, 2.8)


def told(pieces, *, use_laps=False, presses_s=None, seed=0):
    """Return the spans of reps and of strides that are told."""
    made = segment(activity(pieces, noise_m=0.5, presses_s=presses_s, seed=seed), use_laps=use_laps)
    return (np.array([(r.start_s, r.end_s) for r in rows]).reshape(-1, 2) for rows in (made.reps, made.strides))


def edges(pieces):
    """Return where each piece ends but the last: a press at each."""
    return np.cumsum([p[0] for p in pieces])[:-1].tolist()


@pytest.mark.parametrize("seed", range(3))
def test_two_sets_of_different_kinds_are_both_told(seed):
    pieces = [WARM_UP, (200.0, 0.3)]
    for _ in range(5):
        pieces += [(190.0, 4.4), (80.0, 0.5)]
    pieces[-1] = (260.0, 0.4)
    for _ in range(4):
        pieces += [(62.0, 5.4), (90.0, 0.5)]
    reps, _ = told([*pieces, COOL_DOWN], seed=seed)
    assert reps == pytest.approx(np.concatenate([rep_spans(pieces, 4.4), rep_spans(pieces, 5.4)]), abs=6.0)


def test_presses_on_jogged_reps_are_believed():
    pieces = [(900.0, 2.5)]
    for _ in range(3):
        pieces += [(600.0, 3.0), (180.0, 2.5)]
    pieces += [(400.0, 2.4)]
    reps, _ = told(pieces, use_laps=True, presses_s=edges(pieces))
    assert reps == pytest.approx(rep_spans(pieces, 3.0), abs=0.01)


def test_a_press_at_a_full_kilometre_ends_the_rep():
    pieces = [WARM_UP, (120.0, 1.4), (1081.0, 3.7), (14.0, 3.6), (110.0, 1.4), (540.0, 3.8), (120.0, 1.4)]
    presses = [*edges(pieces)[:3], edges(pieces)[4], edges(pieces)[5]]
    for _ in range(6):
        pieces += [(91.0, 4.4), (120.0, 1.4)]
        presses += [presses[-1] + 120.0, presses[-1] + 211.0]
    reps, _ = told(pieces, use_laps=True, presses_s=presses)
    assert len(reps) == 8
    assert reps[0] == pytest.approx((1020.0, 2108.0), abs=10.0)


def test_all_of_a_ladder_from_a_standing_start_is_told():
    pieces = []
    for work_s in (240.0, 200.0, 160.0, 120.0, 80.0, 40.0):
        pieces += [(work_s, 4.6 * (120.0 / work_s) ** 0.08), (90.0, 0.6)]
    reps, strides = told([(20.0, 0.2), *pieces])
    assert len(reps) + len(strides) == 6


def test_a_brisk_cool_down_is_no_rep():
    pieces = [WARM_UP]
    for _ in range(8):
        pieces += [(120.0, 4.4), (60.0, 3.1)]
    pieces[-1] = (40.0, 0.4)
    reps, _ = told([*pieces, (170.0, 3.5)])
    assert len(reps) == 8


@pytest.mark.parametrize("faint_at", [1, 3])
def test_a_pressed_stride_that_hardly_stands_out_goes_with_its_fellows(faint_at):
    pieces = [WARM_UP]
    for i in range(5):
        pieces += [(20.0, 3.1 if i == faint_at else 5.2), (60.0, 2.9)]
    pieces += [(60.0, 0.6)]
    for _ in range(6):
        pieces += [(180.0, 4.4), (90.0, 1.0)]
    pieces[-1] = (500.0, 2.8)
    reps, strides = told(pieces, use_laps=True, presses_s=edges(pieces))
    assert reps == pytest.approx(rep_spans(pieces, 4.4), abs=0.01)
    assert len(strides) == 5


@pytest.mark.parametrize("seed", range(2))
def test_two_hundreds_pressed_after_longer_reps_are_no_strides(seed):
    pieces = [WARM_UP, (120.0, 0.6)]
    for _ in range(3):
        pieces += [(170.0, 4.7), (150.0, 1.2)]
    pieces += [(120.0, 0.8)]
    for _ in range(6):
        pieces += [(34.0, 5.9), (75.0, 1.2)]
    reps, strides = told([*pieces, COOL_DOWN], use_laps=True, presses_s=edges([*pieces, COOL_DOWN]), seed=seed)
    assert (len(reps), len(strides)) == (9, 0)
