import numpy as np
import pytest

from kastor_analysis.track import arc_lengths, device_bias, find_track, refine, splits, weighed
from kastor_analysis.track.lines import Crossing, learn_lines

from .running import intervals, oval_path


def session(seed, *, clumsy_s=1.0, **how):
    """Made-up reps, their fit, and boundaries that miss the true ones as a speed kink does."""
    run = intervals(*oval_path(), seed=seed, clumsy_s=0.0, **how)
    rng = np.random.default_rng(seed + 1000)
    clumsy = run.spans + rng.normal(0.0, clumsy_s, run.spans.shape)
    fit = find_track(run.time_s, run.x_m, run.y_m, clumsy)
    assert fit is not None
    return run, fit, clumsy


def evidence_of(run, fit, spans, sd_s=1.0):
    return refine(fit, run.time_s, run.x_m, run.y_m, *spans.T, *np.broadcast_to(sd_s, spans.shape).T)


@pytest.mark.parametrize("step_s", [1.0, 5.0])
def test_arc_length_follows_the_runner(step_s):
    run, fit, _ = session(1, step_s=step_s, gps_sd_m=1.5)
    off = []
    for arc in arc_lengths(fit, run.time_s, run.x_m, run.y_m, run.spans):
        true = np.interp(arc.time_s, run.time_s, run.arc_m)
        assert arc.on_track
        assert np.ptp(arc.arc_m) == pytest.approx(np.ptp(true), abs=8.0)
        # The oval may have been found the other way up: half a lap on is the same place.
        off.append(np.mod(arc.arc_m - true + 100.0, 200.0) - 100.0)
        assert 0.8 < np.median(arc.sd_m) < 2.5
    off = np.concatenate(off)
    assert np.sqrt(np.mean(np.square(off - off.mean()))) < 2.0


@pytest.mark.parametrize(("rep_m", "start_m", "lines"), [(400.0, 84.39, 1), (200.0, 84.39, 1), (300.0, 184.39, 1)])
def test_crossings_take_the_scatter_out_of_clumsy_boundaries(rep_m, start_m, lines):
    before, after, stated = [], [], []
    for seed in range(4):
        run, fit, clumsy = session(seed, reps=12, rep_m=rep_m, start_m=start_m, step_s=4.0)
        found = evidence_of(run, fit, clumsy)
        assert len(found.end_lines) == lines
        off = found.end_s - run.spans[:, 1]
        assert np.isfinite(off).mean() > 0.8
        before.append(np.std(clumsy[:, 1] - run.spans[:, 1]))
        after.append(np.nanstd(off))
        stated.append(np.nanmedian(found.end_sd_s))
    assert np.mean(after) < 0.6 * np.mean(before)
    assert np.mean(stated) == pytest.approx(np.mean(after), rel=0.6)


def test_a_lap_is_measured_to_half_a_percent():
    off = []
    for seed in range(5):
        run, fit, clumsy = session(seed, clumsy_s=0.5, reps=16)
        found = evidence_of(run, fit, clumsy, sd_s=0.5)
        assert (found.nominal_distance_m == 400.0).all()
        assert found.nominal_ok.all()
        off.append(np.abs(found.distance_m - 400.0))
    assert np.median(np.concatenate(off)) < 2.0


@pytest.mark.parametrize("odd_m", [-50.0, 22.0])
def test_a_rep_that_was_no_lap_is_told(odd_m):
    run, fit, spans = session(7, clumsy_s=0.3, reps=10, odd_m={4: odd_m})
    found = evidence_of(run, fit, spans, sd_s=0.5)
    others = np.arange(10) != 4
    assert (found.nominal_distance_m[others] == 400.0).all()
    assert not found.nominal_ok[4]
    assert np.isnan(found.nominal_distance_m[4])
    assert np.isnan(found.end_s[4])
    assert found.distance_m[4] == pytest.approx(400.0 + odd_m, abs=6.0)


def test_a_boundary_gone_wrong_is_found_again_at_the_line():
    run, fit, spans = session(5, clumsy_s=0.3, reps=10, step_s=4.0)
    spans[3, 1] -= 14.0
    spans[6, 0] += 11.0
    sd_s = np.full((10, 2), 0.5)
    sd_s[3, 1] = sd_s[6, 0] = 3.0
    found = evidence_of(run, fit, spans, sd_s)
    assert found.end_s[3] == pytest.approx(run.spans[3, 1], abs=1.2)
    assert found.start_s[6] == pytest.approx(run.spans[6, 0], abs=1.2)
    end, sd = weighed(spans[:, 1], np.full(10, 0.7), found.end_s, found.end_sd_s)
    assert end[3] == pytest.approx(run.spans[3, 1], abs=1.2)
    assert (sd < 0.7).all()
    assert found.nominal_ok.all()


def test_a_boundary_sure_of_itself_is_left_where_no_line_is():
    run, fit, spans = session(5, clumsy_s=0.3, reps=10, step_s=4.0)
    spans[3, 1] -= 14.0
    found = evidence_of(run, fit, spans, sd_s=0.5)
    assert found.end_line[3] < 0
    assert np.isnan(found.end_s[3])


def test_lines_of_one_track_lie_100_m_apart():
    spread = {True: [], False: []}
    for seed in range(20):
        rng = np.random.default_rng(seed)
        places = np.repeat([70.0, 370.0], 5) + np.repeat(rng.normal(0.0, 3.0, 2), 5) + rng.normal(0.0, 2.0, 10)
        for tied in spread:
            lap_m = 400.0 if tied else 407.0  # in lane 2 the marks are elsewhere
            lines, line = learn_lines([Crossing(0.0, at, 5.5, 1.0) for at in places], np.full(10, 0.5), lap_m)
            assert line.tolist() == [line[0]] * 5 + [line[5]] * 5
            first, second = lines[line[0]].arc_m, lines[line[5]].arc_m
            spread[tied].append((second - first + 150.0) % 100.0 - 50.0)
    assert np.median(np.abs(spread[True])) < 0.7 * np.median(np.abs(spread[False]))


def test_round_lengths_among_odd_ones_are_chance():
    run = intervals(*oval_path(), seed=8, rep_m=430.0, clumsy_s=0.3, odd_m={3: 72.0, 5: -28.0, 1: 30.0, 7: 15.0})
    fit = find_track(run.time_s, run.x_m, run.y_m, run.spans)
    found = evidence_of(run, fit, run.spans, sd_s=0.5)
    assert found.distance_m[3] == pytest.approx(502.0, abs=8.0)
    assert np.isnan(found.nominal_distance_m[[3, 5]]).all()


def test_weighing_is_by_the_precision_of_the_scatter():
    # 0.65 s of which 0.5 s are common leave 0.415 s of scatter: as much as the crossing's.
    time, sd = weighed(
        np.array([10.0, 20.0]), np.array([0.65, 0.65]), np.array([10.2, np.nan]), np.array([0.415, np.nan])
    )
    assert time == pytest.approx([10.1, 20.0], abs=0.005)
    assert sd == pytest.approx([np.hypot(0.5, 0.415 / np.sqrt(2.0)), 0.65], abs=0.005)


def test_scattered_ends_have_no_line():
    found = 0
    for seed in range(40):
        phase = np.random.default_rng(seed).uniform(0.0, 400.0, 8)
        lines, _ = learn_lines([Crossing(0.0, place, 5.5, 1.0) for place in phase], np.full(8, 0.5), 400.0)
        found += bool(lines)
    assert found <= 2


def test_in_lane_3_a_lap_is_414_7_m():
    path = oval_path(lane=3)
    run = intervals(*path, seed=2, rep_m=path[1], clumsy_s=0.3)
    fit = find_track(run.time_s, run.x_m, run.y_m, run.spans, lane=3)
    found = evidence_of(run, fit, run.spans, sd_s=0.5)
    assert found.nominal_distance_m == pytest.approx(414.70, abs=0.01)


def test_splits_add_up_and_tell_fast_from_slow():
    off = []
    for seed in range(4):
        run, fit, _ = session(seed, gps_sd_m=2.1, step_s=4.0)
        found = splits(fit, run.time_s, run.x_m, run.y_m, *run.spans.T, np.full(10, 400.0))
        assert [(split.from_m, split.to_m) for split in found[:4]] == [(0, 100), (100, 200), (200, 300), (300, 400)]
        assert len(found) == 40
        for rep in range(10):
            assert sum(split.time_s for split in found if split.rep == rep) == pytest.approx(80.0)
        off.extend(abs(split.time_s - 20.0) for split in found)
        assert 0.2 < np.median([split.time_sd_s for split in found]) < 1.0
    assert np.median(off) < 0.5


def test_a_rep_off_the_line_has_no_splits_and_no_witness():
    run, fit, _ = session(3)
    away = (run.time_s >= run.spans[2, 0]) & (run.time_s < run.spans[2, 1])
    x = np.where(away, run.x_m + 40.0, run.x_m)
    moved = type(run)(run.time_s, x, run.y_m, run.arc_m, run.spans)
    found = evidence_of(moved, fit, run.spans)
    assert not found.on_track[2]
    assert found.on_track.sum() == 9
    assert np.isnan([found.start_s[2], found.end_s[2], found.distance_m[2], found.nominal_distance_m[2]]).all()
    reps = {split.rep for split in splits(fit, run.time_s, x, run.y_m, *run.spans.T, np.full(10, 400.0))}
    assert reps == set(range(10)) - {2}


def test_two_lines_are_kept_apart_also_across_the_lap_s_seam():
    places = [398.0, 1.0, 2.0, 399.0, 200.0, 203.0, 198.0, 60.0]
    runnings = [Crossing(100.0 * i, place, 5.0, 1.0) for i, place in enumerate(places)]
    lines, line_of = learn_lines(runnings, np.full(8, 0.5), 400.0)
    assert list(line_of) == [0, 0, 0, 0, 1, 1, 1, -1]
    assert (lines[0].arc_m + 200.0) % 400.0 - 200.0 == pytest.approx(0.0, abs=1.0)
    assert lines[1].arc_m == pytest.approx(200.3, abs=1.0)
    assert runnings[0].time_at(lines[0].arc_m, 400.0) == pytest.approx(0.0 + 2.0 / 5.0, abs=0.2)


def test_few_reps_over_many_lines_share_their_marks():
    places = [85.0, 283.0, 187.0, 384.0, 82.0, 286.0]
    lines, line_of = learn_lines([Crossing(0.0, p, 5.0, 1.0) for p in places], np.full(6, 0.5), 400.0)
    assert (line_of >= 0).all()
    assert line_of[0] == line_of[4]
    assert line_of[1] == line_of[5]
    assert len(lines) == 4
    assert [line.arc_m % 100.0 for line in lines] == pytest.approx([85.0] * 4, abs=3.0)


def test_the_watch_reads_long():
    bias = device_bias(np.array([415.0, 417.0, 413.0, 830.0, np.nan]), np.array([400.0, 400.0, 400.0, 800.0, 400.0]))
    assert bias.ratio == pytest.approx(1.0375, abs=1e-4)
    assert bias.reps == 4
    assert device_bias(np.array([415.0]), np.array([400.0])) is None


def test_no_reps_no_evidence():
    run, fit, _ = session(0)
    found = refine(fit, run.time_s, run.x_m, run.y_m, *np.zeros((4, 0)))
    assert found.start_s.shape == (0,)
    assert found.end_lines == ()


@pytest.mark.parametrize("seed", range(30))
def test_nothing_that_a_recording_may_hold_is_too_odd(seed):
    # Gaps, samples without position, spans that overlap, lie in rests or beyond the recording.
    rng = np.random.default_rng(seed)
    run = intervals(*oval_path(), seed=seed, reps=int(rng.integers(1, 6)), step_s=float(rng.choice([1.0, 4.0, 9.0])))
    kept = rng.random(run.time_s.size) > rng.choice([0.0, 0.1, 0.5])
    time = run.time_s[kept]
    lost = rng.random(time.size) < rng.choice([0.0, 0.1, 0.6])
    x, y = (np.where(lost, np.nan, column[kept]) for column in (run.x_m, run.y_m))
    spans = np.sort(rng.uniform(-50.0, run.time_s[-1] + 50.0, (int(rng.integers(0, 9)), 2)), axis=1)
    find_track(time, x, y, spans)
    fit = find_track(run.time_s, run.x_m, run.y_m, run.spans) or session(0)[1]
    sd = np.full(len(spans), rng.choice([0.1, 1.0, np.nan]))
    found = refine(fit, time, x, y, *spans.T, sd, sd)
    for crossing, boundary in ((found.start_s, spans[:, 0]), (found.end_s, spans[:, 1])):
        known = np.isfinite(crossing)
        assert (np.abs(crossing - boundary)[known] < 45.0).all()
    cut = splits(fit, time, x, y, *spans.T, found.distance_m)
    assert all(part.time_s >= 0.0 and part.time_sd_s > 0.0 for part in cut)
