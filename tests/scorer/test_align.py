"""Which rep run is which rep planned."""

from __future__ import annotations

import pytest

from kastor_analysis.plan import Plan
from kastor_analysis.plans.inference import infer_plan
from kastor_analysis.scorer import score
from kastor_analysis.scorer.align import align, pair_up
from tests.scorer.made import kastor_times, make_session

KASTOR = Plan.kastor("5k 20:00")
NAN = float("nan")


def aligned(plan, session):
    """The run rep of every planned one, None where missing; and the extra ones."""
    pairs = align(plan.steps, session.reps)
    planned = {p.step.planned_rep: (p.segment.run_rep if p.segment else None) for p in pairs if p.step}
    return [planned[n] for n in range(1, len(plan.steps) + 1)], [p.segment.run_rep for p in pairs if not p.step]


def gap_before(run_rep, n, gap_s=288.0, rest_s=96.0):
    rests = [rest_s] * (n - 1)
    rests[run_rep - 2] = gap_s
    return rests


def test_sixteen_are_sixteen():
    assert aligned(KASTOR, make_session(kastor_times())) == (list(range(1, 17)), [])


@pytest.mark.parametrize("n", [1, 2, 9, 13, 15])
def test_without_a_gap_fewer_reps_are_the_first_ones(n):
    session = make_session([96.0] * n)
    assert aligned(KASTOR, session) == ([*range(1, n + 1), *([None] * (16 - n))], [])


@pytest.mark.parametrize("missing", [2, 7, 14, 15])
def test_a_gap_of_three_rests_is_where_a_rep_is_missing(missing):
    session = make_session([96.0] * 15, gap_before(missing, 15))
    run, extra = aligned(KASTOR, session)
    assert run == [*range(1, missing), None, *range(missing, 16)]
    assert extra == []


def test_two_missing_in_one_long_gap():
    session = make_session([96.0] * 14, gap_before(7, 14, gap_s=480.0))
    assert aligned(KASTOR, session)[0] == [*range(1, 7), None, None, *range(7, 15)]


def test_a_gap_in_a_whole_session_is_only_a_long_rest():
    session = make_session([96.0] * 16, gap_before(9, 16, gap_s=400.0))
    assert aligned(KASTOR, session) == (list(range(1, 17)), [])


def test_a_set_rest_that_is_planned_is_no_gap():
    plan = Plan.load("sets-4x4x400")
    rests = [60.0, 60.0, 60.0, 240.0] * 4
    session = make_session([80.0] * 15, rests[:14])
    assert aligned(plan, session)[0] == [*range(1, 16), None]


def test_an_extra_rep_at_the_end_shifts_nothing():
    assert aligned(KASTOR, make_session([96.0] * 17)) == (list(range(1, 17)), [17])


def test_many_extra_reps_follow_the_planned_ones_however_the_watch_measured_each():
    measured_m = [411.0, 399.0, 414.0, 409.0, 400.0, 422.0, 410.0, 400.0] * 2
    session = make_session(kastor_times(), watch_m=measured_m, nominal_m=NAN)
    assert aligned(Plan.kastor("5k 20:00", reps=8), session) == (list(range(1, 9)), list(range(9, 17)))


def test_a_fast_piece_of_the_warm_up_is_not_rep_1():
    session = make_session(
        [45.0, *kastor_times()],
        [400.0, *kastor_times()[:-1]],
        nominal_m=[200.0, *([400.0] * 16)],
        watch_m=[203.0, *([405.0] * 16)],
    )
    assert aligned(KASTOR, session) == (list(range(2, 18)), [1])
    # The same before a session that was cut short.
    session = make_session(
        [45.0, *kastor_times()[:13]],
        [400.0, *kastor_times()[:12]],
        nominal_m=NAN,
        watch_m=[203.0, *([405.0] * 13)],
    )
    assert aligned(KASTOR, session) == ([*range(2, 15), None, None, None], [1])


def test_a_slow_lap_of_the_warm_up_is_not_rep_1():
    session = make_session([140.0, *kastor_times()], [300.0, *kastor_times()[:-1]])
    assert aligned(KASTOR, session) == (list(range(2, 18)), [1])


def test_a_false_start_is_extra_when_the_rep_was_run_again():
    times = [*kastor_times()[:6], 35.0, *kastor_times()[6:]]
    session = make_session(
        times,
        watch_m=[*([405.0] * 6), 150.0, *([405.0] * 10)],
        nominal_m=NAN,
        statuses={7: "aborted"},
    )
    assert aligned(KASTOR, session) == ([*range(1, 7), *range(8, 18)], [7])


def test_an_aborted_rep_keeps_its_number_when_it_was_not_run_again():
    times = kastor_times()
    times[6] = 60.0
    session = make_session(
        times, watch_m=[*([405.0] * 6), 250.0, *([405.0] * 9)], nominal_m=NAN, statuses={7: "aborted"}
    )
    assert aligned(KASTOR, session) == (list(range(1, 17)), [])


def test_a_double_stands_for_two_where_one_is_lacking_and_for_one_where_none_is():
    times = [*([96.0] * 6), 192.0, *([96.0] * 8)]
    watch = [*([405.0] * 6), 810.0, *([405.0] * 8)]
    fifteen = make_session(times, watch_m=watch, nominal_m=NAN, statuses={7: "double"})
    assert aligned(KASTOR, fifteen)[0] == [*range(1, 7), 7, 7, *range(8, 16)]
    sixteen = make_session([*times, 96.0], watch_m=[*watch, 405.0], nominal_m=NAN, statuses={7: "double"})
    assert aligned(KASTOR, sixteen) == (list(range(1, 17)), [])


def test_a_ladder_with_its_second_rung_left_out():
    plan = Plan.load("ladder")
    metres = [400.0, 1200.0, 800.0, 400.0]
    session = make_session([0.24 * m for m in metres], nominal_m=metres, watch_m=metres)
    assert aligned(plan, session) == ([1, None, 2, 3, 4], [])


def test_timed_reps_are_aligned_by_their_times():
    plan = Plan(reps=4, duration_s=(60, 180, 180, 60), rest_s=60)
    session = make_session([180.0, 181.0, 61.0], [60.0, 60.0], nominal_m=NAN, watch_m=[700.0, 705.0, 250.0])
    assert aligned(plan, session)[0] == [None, 1, 2, 3]


def test_the_whole_of_a_large_plan_is_aligned_in_reasonable_time():
    plan = Plan(reps=200, distance_m=100)
    session = make_session([20.0] * 190, nominal_m=100.0, watch_m=100.0, heart_rate=False)
    assert aligned(plan, session)[0][:190] == list(range(1, 191))


def test_what_was_found_is_its_own_plan_whatever_it_looks_like():
    # A tempo run, twenty minutes of walking, strides: aligned by their cost the first ones would be extra.
    metres = [3000.0, 1600.0, 3000.0, *([100.0] * 6)]
    times = [600.0, 301.0, 602.0, *([14.0] * 6)]
    session = make_session(times, [300.0, 299.0, 1242.0, *([70.0] * 5)], nominal_m=metres, watch_m=metres)
    report = score(session)
    assert report.plan.is_inferred
    assert [(row.planned_rep, row.run_rep, row.status) for row in report.rep_rows] == [
        (n, n, "run") for n in range(1, 10)
    ]


def test_of_what_was_found_a_rep_that_was_cut_short_is_no_step():
    session = make_session([80.0, 81.0, 30.0, 80.0, 82.0], statuses={3: "aborted"})
    found = infer_plan([80.0, 81.0, 80.0, 82.0], [400.0] * 4, [405.0] * 4, [80.0] * 3)
    pairs = pair_up(found, session.reps)
    assert [p.step.planned_rep if p.step else None for p in pairs] == [1, 2, None, 3, 4]


def test_what_was_found_in_another_session_is_a_plan_like_any():
    found = infer_plan([80.0] * 4 + [40.0], [400.0] * 4 + [200.0], [405.0] * 5, [80.0] * 4)
    session = make_session([80.0] * 5)
    assert pair_up(found, session.reps) == align(found.steps, session.reps)
