"""The track in real recordings: where it is, where it is not, and what it does to the times."""

import numpy as np
import pytest

import kastor_analysis as ka
from kastor_analysis.evaluation.truth import blind, load_truth
from kastor_analysis.motion import motion_of
from kastor_analysis.track import find_track, refine, weighed

ON_A_TRACK = ["track-02", "track-04", "track-13", "track-19", "track-20", "session-01", "session-14", "session-25"]
ON_NONE = ["session-06", "session-08", "session-11", "session-22", "session-28", "session-36", "session-24"]
LOOPS = ["run-07.fit", "run-10.fit", "run-12.fit", "run-17.fit", "run-21.fit", "run-28.fit", "run-33.fit", "run-43.tcx"]


def session_of(real, name):
    truth = load_truth(real / "sessions" / "truth.json")[f"{name}.fit"]
    activity = ka.load(real / "sessions" / f"{name}.fit")
    reps = truth.spans(activity)
    motion = motion_of(blind(activity, reps.ravel()))
    return motion, reps, truth


@pytest.fixture(scope="module")
def sessions(real):
    return {name: session_of(real, name) for name in ON_A_TRACK}


@pytest.mark.parametrize("name", ON_A_TRACK)
def test_track_sessions_have_their_track(sessions, name):
    motion, reps, _ = sessions[name]
    clumsy = reps + np.random.default_rng(1).normal(0.3, 1.0, reps.shape)
    fit = find_track(motion.time_s, motion.x_m, motion.y_m, clumsy)
    assert fit is not None
    assert fit.confidence > 0.5
    assert fit.lap_m == pytest.approx(400.0)
    assert fit.residual_m < 2.0
    assert fit.direction == 1
    near = np.hypot(motion.x_m - fit.centre_x_m, motion.y_m - fit.centre_y_m)
    assert np.nanmedian(near[np.searchsorted(motion.time_s, reps[:, 0])]) < 100.0


@pytest.mark.parametrize("name", [*ON_A_TRACK, "session-19", "session-27"])
def test_a_sample_every_five_seconds_is_enough(real, name):
    motion, reps, _ = session_of(real, name)
    sd = np.full(len(reps), 0.7)
    kept = np.flatnonzero(np.diff(np.floor(motion.time_s / 5.0), prepend=-1.0))
    dense, sparse = (
        find_track(motion.time_s[rows], motion.x_m[rows], motion.y_m[rows], reps) for rows in (slice(None), kept)
    )
    assert dense is not None
    assert sparse is not None
    passed = [
        refine(fit, motion.time_s[rows], motion.x_m[rows], motion.y_m[rows], *reps.T, sd, sd)
        for fit, rows in ((dense, slice(None)), (sparse, kept))
    ]
    moved = np.concatenate([passed[0].start_s - passed[1].start_s, passed[0].end_s - passed[1].end_s])
    assert np.nanmedian(np.abs(moved)) < 0.4


def test_turned_or_mirrored_positions_tell_the_same(sessions):
    for motion, reps, _ in sessions.values():
        sd = np.full(len(reps), 0.7)
        cos, sin = np.cos(1.0), np.sin(1.0)
        turned = cos * motion.x_m - sin * motion.y_m + 300.0, sin * motion.x_m + cos * motion.y_m
        found = []
        for x_m, y_m in ((motion.x_m, motion.y_m), turned, (-motion.x_m, motion.y_m)):
            fit = find_track(motion.time_s, x_m, y_m, reps)
            found.append(refine(fit, motion.time_s, x_m, y_m, *reps.T, sd, sd))
        for other in found[1:]:
            np.testing.assert_allclose(other.start_s, found[0].start_s, atol=0.05)
            np.testing.assert_allclose(other.end_s, found[0].end_s, atol=0.05)
            np.testing.assert_array_equal(other.nominal_distance_m, found[0].nominal_distance_m)


@pytest.mark.parametrize("name", ON_NONE)
def test_road_sessions_and_strides_have_none(real, name):
    motion, reps, _ = session_of(real, name)
    assert find_track(motion.time_s, motion.x_m, motion.y_m, reps) is None


@pytest.mark.parametrize("file", LOOPS)
def test_loops_that_are_no_track(real, file):
    motion = motion_of(ka.load(real / "runs" / file))
    whole = np.array([[0.0, motion.end_s]])
    assert find_track(motion.time_s, motion.x_m, motion.y_m, whole) is None
    # Nor may parts of a loop make one, taken for reps.
    starts = np.arange(0.0, motion.end_s - 90.0, 180.0)
    assert find_track(motion.time_s, motion.x_m, motion.y_m, np.stack([starts, starts + 90.0], axis=1)) is None


@pytest.mark.full
def test_no_run_has_a_track_but_those_on_one(real):
    seen = set()
    for path in sorted((real / "runs").glob("run-*")):
        try:
            motion = motion_of(ka.load(path))
        except ka.KastorError:
            continue
        if find_track(motion.time_s, motion.x_m, motion.y_m, np.array([[0.0, motion.end_s]])):
            seen.add(path.stem)
    assert seen == {"run-41", "run-42", "run-44", "run-45", "run-46"}


def test_steady_laps_of_a_track_are_on_it(real):
    for file in ("run-42.fit", "run-45.fit"):
        motion = motion_of(ka.load(real / "runs" / file))
        fit = find_track(motion.time_s, motion.x_m, motion.y_m, np.array([[0.0, motion.end_s]]))
        assert fit is not None
        assert fit.straight_m == pytest.approx(84.39, abs=2.0)


def test_crossings_halve_the_scatter_of_clumsy_boundaries(sessions):
    before, after = [], []
    rng = np.random.default_rng(5)
    for motion, reps, truth in sessions.values():
        clumsy = reps + rng.normal(0.4, 1.0, reps.shape)
        fit = find_track(motion.time_s, motion.x_m, motion.y_m, clumsy)
        sd = np.full(len(reps), 1.1)
        found = refine(fit, motion.time_s, motion.x_m, motion.y_m, *clumsy.T, sd, sd)
        start, _ = weighed(clumsy[:, 0], sd, found.start_s, found.start_sd_s)
        end, _ = weighed(clumsy[:, 1], sd, found.end_s, found.end_sd_s)
        for errors, spans in ((before, clumsy), (after, np.stack([start, end], axis=1))):
            off = np.diff(spans - reps, axis=1)[~truth.doubtful, 0]
            errors.extend(off - off.mean())
    assert len(before) > 50
    assert np.median(np.abs(after)) < 0.6 * np.median(np.abs(before))


def test_what_was_run_is_told_whatever_the_watch_read(sessions):
    nominal = {"track-02": {400.0}, "track-13": {200.0, 300.0}, "track-19": {200.0}, "track-20": {400.0}}
    nominal |= {"session-01": {300.0}, "session-25": {200.0}, "track-04": {200.0, 400.0}}
    for name, distances in nominal.items():
        motion, reps, _ = sessions[name]
        fit = find_track(motion.time_s, motion.x_m, motion.y_m, reps)
        sd = np.full(len(reps), 0.5)
        found = refine(fit, motion.time_s, motion.x_m, motion.y_m, *reps.T, sd, sd)
        told = found.nominal_distance_m
        assert set(told[np.isfinite(told)]) == distances
        assert np.isfinite(told).mean() > 0.85
