"""Lap presses: kept where they are plausible, overruled where they are not, never missed for good."""

from __future__ import annotations

import numpy as np
import pytest

from kastor_analysis import Activity, WorkoutStep, segment
from tests.segmenter.made import activity, rep_spans, session

PIECES = session(8, (84.0, 4.8), (80.0, 0.8))
TRUTH = rep_spans(PIECES, 4.8)
PRESSES = [float(x) for x in TRUTH.ravel()]


def reps(presses, pieces=PIECES):
    """Return the reps found with these presses."""
    return segment(activity(pieces, presses_s=sorted(presses))).reps


def test_clean_presses_are_kept_to_the_millisecond():
    pressed = np.array(PRESSES) + np.random.default_rng(3).normal(0.0, 0.4, len(PRESSES))
    found = reps(pressed.tolist())
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(pressed.reshape(-1, 2), abs=1e-9)
    assert {r.source for r in found} == {"lap"}


def test_labels_are_not_needed_and_laps_can_be_ignored():
    found = segment(activity(PIECES, presses_s=PRESSES), use_laps=False).reps
    assert len(found) == 8
    assert all("lap" not in r.source for r in found)


def test_a_double_press_is_no_boundary():
    found = reps([*PRESSES, PRESSES[5] + 2.0])
    assert len(found) == 8
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(TRUTH, abs=2.5)


def test_a_missed_press_is_found_from_the_signal():
    without = [p for i, p in enumerate(PRESSES) if i not in (6, 7)]
    found = reps(without)
    assert len(found) == 8
    assert found[3].source == "signal"
    assert (found[3].start_s, found[3].end_s) == pytest.approx(tuple(TRUTH[3]), abs=1.5)


@pytest.mark.parametrize("late_s", [-1.5, 2.0])
def test_a_missed_press_is_on_the_clock_of_the_others(late_s):
    # Whoever presses for seven finishes two seconds late would have done so for the eighth.
    late = [press + late_s * (i % 2) for i, press in enumerate(PRESSES)]
    found = reps([press for i, press in enumerate(late) if i not in (6, 7)])
    assert found[3].source == "signal"
    assert (found[3].start_s, found[3].end_s) == pytest.approx((TRUTH[3, 0], TRUTH[3, 1] + late_s), abs=0.7)
    assert [rep.end_s for rep in found if rep.source == "lap"] == pytest.approx([p for p in late[1::2] if p != late[7]])


def test_a_press_twenty_seconds_late_loses():
    late = list(PRESSES)
    late[9] += 20.0
    found = reps(late)
    assert found[4].end_s == pytest.approx(TRUTH[4, 1], abs=1.5)
    assert found[4].source == "lap/signal"
    assert found[3].source == "lap"


def test_automatic_kilometres_are_no_boundaries():
    pieces = session(5, (300.0, 4.6), (120.0, 1.0))
    truth = rep_spans(pieces, 4.6)
    inside = [float(t[0]) + 1000.0 / 4.6 for t in truth]
    found = reps([*truth.ravel().tolist(), *inside], pieces)
    assert [r.duration_s for r in found] == pytest.approx([300.0] * 5, abs=0.01)


def test_a_pause_at_the_end_of_a_reps_lap_is_rest():
    pauses = [(float(t[1]), float(t[1]) + 60.0) for t in TRUTH[:-1]]
    presses = [float(t[0]) for t in TRUTH] + [float(t[1]) + 60.0 for t in TRUTH]
    found = segment(activity(PIECES, presses_s=sorted(presses), pauses_s=pauses)).reps
    assert [r.duration_s for r in found][:-1] == pytest.approx([84.0] * 7, abs=0.1)


def test_kilometre_laps_of_an_easy_run_make_no_session():
    pieces = [(323.0, 3.1), (345.0, 2.9), (323.0, 3.1), (345.0, 2.9), (333.0, 3.0), (350.0, 2.86), (320.0, 3.12)]
    edges = np.cumsum([p[0] for p in pieces])[:-1]
    assert reps(edges.tolist(), pieces) == ()


def test_a_boundary_set_by_a_workout_step_says_so():
    run = WorkoutStep(name="Run", intensity="active", duration_s=np.nan, distance_m=400.0)
    rest = WorkoutStep(name="Rest", intensity="rest", duration_s=np.nan, distance_m=np.nan)
    edges = np.array([0.0, *PRESSES, sum(p[0] for p in PIECES)])
    steps = [np.nan, *([0, 1] * 8)]
    a = activity(PIECES, workout=(run, rest))
    laps = {"start_s": edges[:-1], "end_s": edges[1:], "workout_step": steps}
    found = segment(Activity.from_columns(a.start_time, dict(a.sample_table), laps=laps, workout=a.workout)).reps
    assert len(found) == 8
    assert {r.source for r in found} == {"lap/workout"}


def test_presses_given_up_after_three_reps_lose_none():
    pieces = session(16, (84.0, 4.8), (80.0, 0.8))
    truth = rep_spans(pieces, 4.8)
    found = reps([float(x) for x in truth[:3].ravel()], pieces)
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(truth, abs=1.5)
    assert [r.source for r in found[:4]] == ["lap", "lap", "lap", "signal"]


@pytest.mark.parametrize("are_reps_pressed", [True, False])
def test_pressed_strides_are_no_reps(are_reps_pressed):
    pieces = [(600.0, 3.0)]
    for _ in range(4):
        pieces += [(20.0, 5.5), (60.0, 0.8)]
    pieces += session(10, (84.0, 4.8), (80.0, 0.8))[2:]
    truth, strides = rep_spans(pieces, 4.8), rep_spans(pieces, 5.5)
    presses = [*strides.ravel().tolist(), *(truth.ravel().tolist() if are_reps_pressed else [])]
    rows = segment(activity(pieces, presses_s=presses)).rows
    found = [(r.start_s, r.end_s) for r in rows if r.kind == "rep"]
    assert np.array(found) == pytest.approx(truth, abs=1e-9 if are_reps_pressed else 1.5)
    assert [r.kind for r in rows].count("stride") == 4


def test_presses_all_twenty_seconds_late_lose_everywhere():
    found = reps([p + 20.0 for p in PRESSES])
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(TRUTH, abs=1.5)


@pytest.mark.parametrize("off_s", [-4.0, 4.0])
@pytest.mark.parametrize("edge", [6, 7])
def test_a_kilometre_full_just_beside_a_press_moves_no_boundary(edge, off_s):
    automatic = PRESSES[edge] + off_s
    edges = np.array([0.0, *sorted([*PRESSES, automatic]), sum(p[0] for p in PIECES)])
    triggers = ["distance" if end == automatic else "manual" for end in edges[1:]]
    a = activity(PIECES)
    laps = {"start_s": edges[:-1], "end_s": edges[1:], "trigger": triggers}
    found = segment(Activity.from_columns(a.start_time, dict(a.sample_table), laps=laps)).reps
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(TRUTH, abs=1e-9)


def test_a_press_at_a_change_of_speed_is_believed_against_a_slow_end():
    # The runner lets go at the press, jogs on for half a minute and only then walks.
    pieces = [(600.0, 2.6), (60.0, 0.5)]
    for _ in range(4):
        pieces += [(200.0, 3.8), (30.0, 2.4), (120.0, 0.6)]
    truth = rep_spans([*pieces, (500.0, 2.6)], 3.8)
    found = reps(truth.ravel().tolist(), [*pieces, (500.0, 2.6)])
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(truth, abs=1e-9)


def test_a_rep_cut_off_by_a_pause_lasts_as_long_as_the_timer_of_its_lap():
    """The file has the pause in whole seconds, the lap's timer has it to the millisecond: what the watch showed."""
    rng = np.random.default_rng(5)
    ends = TRUTH[:, 1] + rng.uniform(0.0, 1.0, len(TRUTH))
    starts = TRUTH[:, 0] + rng.uniform(0.0, 1.0, len(TRUTH))
    edges = np.array([0.0, *starts, float(ends[-1])])
    timers = np.diff(np.append(edges, sum(p[0] for p in PIECES)))
    timers[1:-2] = (ends - starts)[:-1]  # each lap ends when the watch is resumed for the next rep
    pauses = [(float(np.floor(a)), float(np.floor(b))) for a, b in zip(ends[:-1], starts[1:], strict=True)]
    found = segment(activity(PIECES, presses_s=edges[1:].tolist(), pauses_s=pauses, timers_s=timers)).reps
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(np.column_stack([starts, ends]), abs=1e-6)
    assert {r.source for r in found} == {"lap"}


def test_a_stop_just_after_a_press_is_not_the_press():
    """The runner stood a second after the kilometre was full; the rep began when the watch was resumed."""
    presses = sorted({float(TRUTH[2, 0]) - 30.0, *PRESSES} - {float(TRUTH[2, 0])})
    paused = (float(TRUTH[2, 0]) - 29.0 + 0.4, float(TRUTH[2, 0]) + 0.6)
    edges = np.array([0.0, *presses, sum(p[0] for p in PIECES)])
    timers = np.diff(edges)
    lap = int(np.searchsorted(edges, paused[0])) - 1
    timers[lap] -= paused[1] - paused[0]
    recorded = [(float(np.floor(paused[0])), float(np.floor(paused[1])))]
    found = segment(activity(PIECES, presses_s=presses, pauses_s=recorded, timers_s=timers)).reps
    assert found[2].start_s == pytest.approx(paused[1], abs=0.55)


def test_rest_between_a_press_and_a_pause_is_rest():
    # The lap of the third rep was pressed 40 s before it, and the watch then paused for 25 s until the rep began.
    presses = sorted([*(p for p in PRESSES if p != TRUTH[2, 0]), float(TRUTH[2, 0]) - 40.0])
    pauses = [(float(TRUTH[2, 0]) - 25.0, float(TRUTH[2, 0]))]
    found = segment(activity(PIECES, presses_s=presses, pauses_s=pauses)).reps
    assert len(found) == 8
    assert (found[2].start_s, found[2].end_s) == pytest.approx(tuple(TRUTH[2]), abs=0.1)
    assert found[2].source == "pause/lap"


def test_a_rep_unlike_the_others_with_one_press_of_two_is_found():
    pieces = [(600.0, 3.0), (120.0, 0.3)]
    for work, speed in ((180.0, 4.8), (140.0, 4.9), (100.0, 5.1), (60.0, 5.4), (28.0, 6.2)):
        pieces += [(work, speed), (110.0, 0.8)]
    ends = np.cumsum([p[0] for p in pieces])
    truth = np.array([(e - p[0], e) for p, e in zip(pieces, ends, strict=True) if p[1] > 4.0])
    found = reps(truth.ravel().tolist()[:-1], [*pieces, (400.0, 3.0)])
    assert len(found) == 5
    assert found[-1].end_s == pytest.approx(truth[-1, 1], abs=2.0)


def test_a_lap_that_holds_several_reps_gives_way_to_them():
    # All presses from the end of the fourth rep to the start of the sixth were forgotten.
    found = reps([p for i, p in enumerate(PRESSES) if i not in (7, 8, 9, 10)])
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(TRUTH, abs=2.5)


def test_presses_for_warm_up_and_cool_down_alone_take_no_rep():
    edges = [float(TRUTH[0][0]) - 20.0, float(TRUTH[-1][1]) + 30.0]
    found = reps(edges)
    assert np.array([(r.start_s, r.end_s) for r in found]) == pytest.approx(TRUTH, abs=2.5)
