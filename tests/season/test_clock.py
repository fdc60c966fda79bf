"""Pressed and found times on one clock: the runner's own offset, and what is moved by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from kastor_analysis.season import Season
from kastor_analysis.season.asking import trend_of
from kastor_analysis.season.clock import fitted_clock, press_clock
from kastor_analysis.season.compare import Clocks
from kastor_analysis.simulation import Presses, Scenario, interval_session, simulate
from kastor_analysis.writers import to_fit

from .fakes import table_of

LATE_S = 2.0


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """Four sessions of one who presses two seconds late at the end of each rep, then two without a press."""
    folder = tmp_path_factory.mktemp("clock")
    with Season(folder / "season.db") as season:
        for day in range(6):
            presses = Presses(end_bias_s=LATE_S) if day < 4 else Presses(ending="none")
            moves = interval_session([(400.0, 90.0)] * 8, 90.0)
            sim = simulate(Scenario(name="400s", moves=moves, place="track", presses=presses), day)
            path = folder / f"{day}.fit"
            path.write_bytes(to_fit(replace(sim.activity, start_time=sim.activity.start_time + timedelta(days=day))))
            season.add(path, progress=False)
        yield season


def test_sessions_with_presses_tell_how_late_a_runner_presses(season):
    sessions = season.sessions()
    assert (sessions["pressed_late_s"].notna() == (sessions["pressed_share"] > 0.5)).all()
    clock = season.clock()
    assert clock.sessions == 4
    # What the watch's own finishes follow the line by is in it as well; and it is drawn to what is usual.
    assert fitted_clock().late_s + 0.4 < clock.late_s < LATE_S + 0.3
    assert 0.05 < clock.late_sd_s < fitted_clock().runners_s


def test_sessions_that_were_found_are_moved_to_the_presses_and_it_is_said(season):
    sessions = season.sessions()
    pressed = sessions["pressed_share"] > 0.5
    clock = season.clock()
    trend = season.trend("median_regular_s")
    assert f"2 of 6 sessions timed from the motion, moved by {clock} to match the presses" in trend.basis
    before = trend_of(table_of(sessions), "median_regular_s", replace(clock, late_s=0.0))
    assert abs(trend.slope_per_week) < abs(before.slope_per_week)
    assert "moved" not in season.trend("hammer_gain").basis
    same = sessions[pressed].reset_index(drop=True)
    assert "moved" not in trend_of(table_of(same), "median_regular_s", clock).basis

    first, *_, last = sessions["activity_id"]
    both = season.compare(first, last)
    assert f"the second timed from the motion, moved by {clock} to match the presses" in str(both)
    raw = season.reps().query("activity_id == @last")["time_s"].to_numpy()
    assert both.reps["time_b_s"].to_numpy() == pytest.approx(raw + clock.late_s)
    assert not season.compare(first, first + 1).basis
    assert season.plot_trend().axes


def test_the_fewer_the_sessions_the_nearer_is_an_offset_to_the_usual_one():
    usual = fitted_clock()
    none = press_clock(np.empty(0), np.empty(0))
    few = press_clock(np.full(2, 2.0), np.full(2, 0.5))
    assert (none.late_s, few.late_s, none.sessions, few.sessions) == (0.0, 0.0, 0, 2)
    late_s = usual.late_s + 2.0
    told = [press_clock(np.full(n, late_s), np.full(n, 0.5)) for n in (3, 6, 40)]
    assert usual.late_s < told[0].late_s < told[1].late_s < told[2].late_s < late_s
    assert told[2].late_s == pytest.approx(late_s, abs=0.2)
    assert told[2].late_sd_s < told[1].late_sd_s < told[0].late_sd_s < none.late_sd_s
    # One session that went wrong, or one that nothing is known of, moves nothing.
    odd = press_clock(np.array([0.4] * 8 + [25.0, np.nan]), np.array([0.3] * 9 + [np.nan]))
    assert odd.late_s == pytest.approx(press_clock(np.full(8, 0.4), np.full(8, 0.3)).late_s, abs=0.1)
    assert odd.sessions == 9


def test_trends_of_both_clocks_are_nearer_the_truth_once_they_are_one():
    chance, usual = np.random.default_rng(4), fitted_clock()
    n, seasons, sd_s = 12, 150, 1.3
    days = pd.Timestamp("2026-01-05") + pd.to_timedelta(7 * np.arange(n), unit="D")
    found = np.arange(n) < n // 2
    off: dict[bool, list[float]] = {True: [], False: []}
    claims = {True: 0, False: 0}
    for _ in range(seasons):
        late_s = 0.8 + usual.runners_s * chance.standard_normal()
        shared_s = usual.common * sd_s * chance.standard_t(3.0, n)
        scale_s = np.full(n, usual.common * sd_s)
        clock = press_clock(late_s + shared_s[~found], scale_s[~found])
        sessions = pd.DataFrame(
            {
                "date": days,
                "median_regular_s": 90.0 + 0.7 * chance.standard_normal(n) + np.where(found, shared_s - late_s, 0.0),
                "pressed_share": np.where(found, 0.0, 1.0),
                "rep_kind": "400 m",
                "rep_distance_m": 400.0,
                "reps_distance_m": 3200.0,
                "run_reps": 8,
                "on_track": True,
                "device": "watch",
                "temperature_c": np.nan,
            }
        )
        for is_one in (True, False):
            trend = trend_of(table_of(sessions), "median_regular_s", clock if is_one else replace(clock, late_s=0.0))
            off[is_one].append(abs(trend.slope_per_week))
            claims[is_one] += trend.is_more_than_noise
    assert np.median(off[True]) < 0.8 * np.median(off[False])
    assert claims[True] <= 0.08 * seasons < claims[False]


def test_what_the_reps_of_a_session_share_is_in_what_a_comparison_claims():
    usual = fitted_clock()
    clock = press_clock(np.full(5, 0.7), np.full(5, 0.5))
    on_track = (False, False)
    mixed = Clocks.of((1.0, 0.0), on_track, (clock, clock))
    assert mixed.moved_s == (0.0, clock.late_s)
    assert mixed.moved_sd_s == clock.late_sd_s
    assert Clocks.of((0.9, 1.0), on_track, (clock, clock)) == Clocks()
    assert 0.5 * clock.late_s < Clocks.of((0.0, 1.0), (True, True), (clock, clock)).moved_s[0] < clock.late_s
    neither = Clocks.of((0.0, 0.1), on_track, (clock, clock))
    assert (neither.moved_s, neither.moved_sd_s, neither.are_found) == ((0.0, 0.0), 0.0, (True, True))
    assert usual.shared_sd_s(1.4) > 0.5
