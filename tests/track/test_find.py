import numpy as np
import pytest

from kastor_analysis.track import find_track

from .running import intervals, oval_path, polygon_path, rectangle_path


def fitted(run, lane=1):
    return find_track(run.time_s, run.x_m, run.y_m, run.spans, lane=lane)


@pytest.mark.parametrize("step_s", [1.0, 4.0])
@pytest.mark.parametrize("direction", [1, -1])
def test_the_oval_is_found_where_it_lies(step_s, direction):
    # 3 m of error: 2.1 m each way.
    off, turned = [], []
    for seed in range(8):
        angle = np.random.default_rng(seed).uniform(-4.0, 4.0)
        run = intervals(*oval_path(direction=direction), seed=seed, reps=16, gps_sd_m=2.1, step_s=step_s)
        fit = fitted(run.turned(angle, 4000.0, -700.0))
        assert fit is not None
        assert fit.direction == direction
        off.append(np.hypot(fit.centre_x_m - 4000.0, fit.centre_y_m + 700.0))
        turned.append(abs((fit.heading_deg - (90.0 - np.degrees(angle)) + 90.0) % 180.0 - 90.0))
    assert np.median(off) < 0.8
    assert np.max(off) < 1.6
    assert np.max(turned) < 1.0


def test_a_lap_is_400_m_whatever_the_straight():
    for straight_m in (78.0, 84.39, 100.0):
        fit = fitted(intervals(*oval_path(straight_m=straight_m), seed=1, gps_sd_m=0.7))
        assert fit.lap_m == pytest.approx(400.0)
        # Watches draw straights 3 m wrong: a little off the standard is taken for the standard.
        assert fit.straight_m == pytest.approx(straight_m, abs=5.0)
        assert fit.confidence > 0.7


def test_reps_of_half_a_lap_make_a_track():
    fit = fitted(intervals(*oval_path(), seed=2, rep_m=200.0, start_m=284.39, reps=12))
    assert fit is not None
    assert fit.residual_m < 1.5


def test_given_its_lane_lane_8_is_found():
    run = intervals(*oval_path(lane=8), seed=3, gps_sd_m=1.0)
    assert fitted(run) is None
    fit = fitted(run, lane=8)
    assert fit.lap_m == pytest.approx(453.03, abs=0.01)
    assert abs(fit.wide_m) < 1.0


RNG = np.linspace(0.0, 2 * np.pi, 400)
TRAPS = {
    "block 120 x 80": rectangle_path(120, 80, 1),
    "block 140 x 60": rectangle_path(140, 60, 8),
    "block 100 x 100": rectangle_path(100, 100, 15),
    "park loop": polygon_path(
        63 * (1 + 0.25 * np.cos(2 * RNG + 1) + 0.12 * np.cos(3 * RNG)) * np.stack([np.cos(RNG), np.sin(RNG)])
    ),
    "round": polygon_path(63.7 * np.stack([np.cos(RNG), np.sin(RNG)])),
    "ellipse": polygon_path(np.stack([80 * np.cos(RNG), 45 * np.sin(RNG)])),
    "200 m oval": oval_path(scale=0.5),
    "300 m oval": oval_path(scale=0.75),
    "lane 8": oval_path(lane=8),
    "out and back": polygon_path(np.array([[0.0, 200.0], [0.0, 3.0]])),
}


@pytest.mark.parametrize("name", TRAPS)
@pytest.mark.parametrize("step_s", [1.0, 4.0])
def test_no_track_rather_than_a_wrong_one(name, step_s):
    for seed, gps_sd_m in enumerate((0.7, 1.5, 2.1)):
        assert fitted(intervals(*TRAPS[name], seed=seed, step_s=step_s, gps_sd_m=gps_sd_m)) is None


def test_strides_on_one_straight_are_no_track():
    assert fitted(intervals(*oval_path(), seed=1, rep_m=84.0, start_m=0.0, reps=20)) is None


def test_infield_running_is_no_track():
    there_and_back = polygon_path(np.array([[-40.0, 40.0], [-30.0, 30.0]]))
    assert fitted(intervals(*there_and_back, seed=1, rep_m=100.0, reps=20)) is None


def test_nothing_to_go_by():
    empty = np.zeros(0)
    assert find_track(empty, empty, empty, np.zeros((0, 2))) is None
    time = np.arange(600.0)
    lost = np.full(600, np.nan)
    assert find_track(time, lost, lost, np.array([[0.0, 300.0]])) is None
    assert find_track(time, np.zeros(600), np.zeros(600), np.array([[0.0, 300.0], [900.0, 950.0]])) is None


def test_outline_closes():
    fit = fitted(intervals(*oval_path(), seed=0))
    x, y = fit.outline(101)
    assert x.shape == (101,)
    assert np.hypot(x[0] - x[-1], y[0] - y[-1]) < 1e-6
    assert np.abs(fit.arc_length_m(x, y)[1]).max() < 1e-9
    assert fit.arc_length_m(*fit.outline(wide_m=2.0))[1] == pytest.approx(2.0)
