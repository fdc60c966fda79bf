"""The eight sample weeks, from their files to the trend, against what was truly run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import Plan, Season


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    root = Path(__file__).resolve().parents[2]
    with Season(tmp_path_factory.mktemp("sample") / "season.db") as season:
        season.set_goal("5k 20:00", since="2026-01-01")
        result = season.add(root / "sample_data" / "season", progress=False)
        assert len(result.added) == 8, result
        yield season


@pytest.fixture(scope="module")
def truth():
    path = Path(__file__).resolve().parents[2] / "sample_data" / "truth.json"
    return {Path(name).stem: entry["reps"] for name, entry in json.loads(path.read_text()).items() if "season/" in name}


def test_each_session_has_the_reps_that_were_run(season, truth):
    reps = season.reps()
    for day, session in reps.groupby(reps["date"].dt.strftime("%Y-%m-%d")):
        run = session[session["status"] == "run"]
        assert run["planned_rep"].tolist() == [rep["planned_rep"] for rep in truth[day]]
        assert run["is_hammer"].tolist() == [rep["is_hammer"] for rep in truth[day]]


def test_the_median_regular_rep_is_the_true_one_within_its_uncertainty(season, truth):
    sessions = season.sessions()
    true_s = [
        np.median([rep["time_s"] for rep in truth[f"{day:%Y-%m-%d}"] if not rep["is_hammer"]])
        for day in sessions["date"]
    ]
    error_s = sessions["median_regular_s"] - true_s
    assert error_s.abs().max() < 1.0
    assert (error_s.abs() / sessions["median_regular_sd_s"]).max() < 3.0


def test_the_season_is_better_more_than_noise_and_the_spread_is_noise(season):
    assert season.trend().verdict == "better"
    assert season.trend("spread_s").verdict == "noise"
    assert season.trend().slope_per_week == pytest.approx(-0.6, abs=0.25)


def test_the_last_session_is_quicker_than_the_first_rep_by_rep(season):
    ids = season.sessions()["activity_id"].tolist()
    found = season.compare(ids[0], ids[-1])
    assert found.verdict == "quicker"
    assert (found.reps["verdict"] == "quicker").sum() >= 12
    assert found.reps["verdict"].isna().sum() == 2, "reps 15 and 16 were not run in the first"


def test_nothing_is_out_of_date_and_no_week_of_one_run_is_judged(season):
    assert not season.refresh(progress=False).items
    weeks = season.weeks()
    assert len(weeks) == 9
    assert set(weeks["verdict"]) == {"too few runs"}
    assert weeks["high_s"].sum() == pytest.approx(season.reps()["time_s"].sum(), rel=0.02)


@pytest.mark.parametrize("plan", ["14x400 @ 3:50-4:05/km", "7x400 @ 4:00/km + 7x400 @ 3:50/km", "14x400 @ 4:00.5/km"])
def test_a_session_held_against_paces_can_be_read_again(plan, tmp_path):
    root = Path(__file__).resolve().parents[2]
    with Season(tmp_path / "season.db") as season:
        season.add(root / "sample_data" / "season" / "2026-03-03.fit", plan=Plan.parse(plan), progress=False)
    with Season(tmp_path / "season.db") as season:
        assert season.sessions()["goal"].notna().all()
        assert season.faults() == []
        assert len(season.refresh(everything=True, progress=False).items) == 1
        assert season.sessions()["run_reps"].tolist() == [14]
