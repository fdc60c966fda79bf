"""A squad's simulated year goes in, is put right where it is wrong, and is told, all by the command.

The short form is three runners and four weeks; the long one, twelve runners and the whole year, is of the long tier.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kastor_analysis.goal import Goal
from kastor_analysis.season import Season
from kastor_analysis.season.intensity import HIGH_FROM_VO2MAX, vo2_speed, vo2max_for
from kastor_analysis.simulation.squad_year import SQUAD, squad_year, write_year

RUNS = ("easy", "long", "ride")


def _year(folder: Path, runners: int, weeks: int, first_week: int) -> pd.DataFrame:
    days = squad_year(SQUAD[:runners], weeks=weeks, first_week=first_week)
    truth = pd.DataFrame(write_year(folder, days))
    return truth.assign(date=pd.to_datetime(truth["date"]), folder=truth["file"].str.split("/").str[0])


class _Coach:
    """Somebody who has the command, and nothing else."""

    def __init__(self, run_command, folder: Path, jobs: int) -> None:
        self.run, self.folder, self.jobs = run_command, folder, str(jobs)
        self.db = folder / "season.db"

    def __call__(self, verb: str, *words: object) -> str:
        done = self.run("kastor", "season", verb, *words, "--db", self.db)
        assert done.code == 0, f"{verb} {words}: {done.err}"
        return done.out

    def rows(self, verb: str, *words: object) -> pd.DataFrame:
        return pd.DataFrame(json.loads(self(verb, *words, "--json")))


def _put_in_and_right(coach: _Coach, folder: Path, truth: pd.DataFrame) -> None:
    for name in sorted(truth["folder"].unique()):
        coach("add", folder / name, "--athlete", name, "--jobs", coach.jobs, "--no-progress")
    first, second, third = (trainee.name for trainee in SQUAD[:3])
    of_first = coach.rows("list", "--runs", "--athlete", first)
    strayed = of_first.loc[of_first["file"].fillna("").str.contains("-ben"), "activity_id"]
    assert len(strayed) == (truth["folder"].eq(first) & truth["runner"].eq(second)).sum() > 0
    coach("move", *strayed, "--to", second)
    coach("undo")
    coach("move", *strayed, "--to", second)
    coach("merge", f"{third} new phone", third)
    for trainee in SQUAD:
        if trainee.name in set(truth["runner"]):
            coach("goal", trainee.goal, "--apply", "--athlete", trainee.name, "--jobs", coach.jobs)


def _is_as_it_was_run(coach: _Coach, truth: pd.DataFrame) -> None:
    """Look whether every runner has their own runs, each once, and their sessions are told for what they were."""
    runs = coach.rows("list", "--runs")
    own = truth[~truth["file"].str.contains("-again") & (truth["what"] != "ride")]
    assert runs["athlete"].value_counts().to_dict() == own["runner"].value_counts().to_dict()
    rides = (truth["what"] == "ride").sum()
    assert (f"cycling {rides}" in coach("list")) == bool(rides)
    sessions = coach.rows("list")
    sessions["date"] = pd.to_datetime(sessions["date"]).dt.tz_localize(None)
    run = own[~own["what"].isin(RUNS)]
    found = run.merge(sessions, left_on=["runner", "date"], right_on=["athlete", "date"], how="left")
    is_vouched = (found["what"] != "2 x 2000 m") | found["runner"].isin([t.name for t in SQUAD if t.presses])
    assert found.loc[is_vouched, "activity_id"].notna().mean() >= 0.98
    kinds = {"16 x 400 m": "400 m", "5 x 1000 m": "1000 m", "6 x 3:00": "3:00", "8 x 400 m": "400 m"}
    known = found[found["what"].isin(list(kinds))]
    assert (known["rep_kind"] == known["what"].map(kinds)).mean() >= 0.98
    ladders = found.loc[found["what"] == "ladder", "rep_kind"]
    assert (ladders == "400, 800, 1200, 800, 400 m").mean() >= 0.9 or ladders.empty
    assert not len(own[own["what"] == "easy"].merge(sessions, left_on=["runner", "date"], right_on=["athlete", "date"]))


def _is_told(coach: _Coach, names: list[str]) -> None:
    for name in names:
        listed = coach("list", "--athlete", name)
        assert max(map(len, listed.splitlines())) <= 80
        told = coach("trend", "--athlete", name)
        assert "sessions" in told
        assert not re.search(r"\b0 sessions", told)
    weeks = coach("weeks")
    assert "Unknown" in weeks
    held = coach.rows("overlay")
    assert len(held) > 1
    assert max(map(len, coach("overlay").splitlines())) <= 80
    for kind in ("splits", "heatmap", "pace", "intensity"):
        coach("chart", kind, "--athlete", names[0], "-o", coach.folder / f"{kind}.png")
    for kind in ("squad", "overlay"):
        coach("chart", kind, "--initials", "-o", coach.folder / f"{kind}.png")
    coach("page", "-o", coach.folder / "squad.html", "--initials")
    assert not any(name in (coach.folder / "squad.html").read_text() for name in names)
    assert len(list(coach.folder.glob("squad-*.html"))) == len(names)
    coach("export", coach.folder / "tables")
    assert "sound" in coach("check")


def _thresholds_are_the_runners_own(coach: _Coach, runners: int, weeks: int, first_week: int) -> None:
    """Look whether threshold pace and its heart rate are those that the runners were simulated with."""
    days = pd.DataFrame(
        [(day.trainee, day.form, day.scenario.runner) for day in squad_year(SQUAD[:runners], weeks=weeks,
                                                                            first_week=first_week)],
        columns=["runner", "form", "of"],
    )  # fmt: skip
    told = coach.rows("weeks")
    off_pace, off_bpm = [], []
    for trainee in SQUAD[:runners]:
        own, found = days[days["runner"] == trainee.name], told[told["athlete"] == trainee.name]
        who = own["of"].iloc[0]
        true_mps = vo2_speed(HIGH_FROM_VO2MAX * vo2max_for(Goal.parse(trainee.goal))) / own["form"].median()
        # As the simulator has it: a share of the range above easy running, and 6 bpm more in an hour.
        low_bpm = who.rest_bpm + 25.0
        true_bpm = low_bpm + (who.max_bpm - low_bpm) * (true_mps / who.max_mps) ** 0.9 + 3.0
        pace_s = found.loc[found["threshold_sessions"] > 0, "threshold_pace_s_per_km"]
        assert len(pace_s), trainee.name
        off_pace.append(pace_s.median() / (1000.0 / true_mps) - 1.0)
        off_bpm.append(found["threshold_bpm"].dropna().median() - true_bpm)
    assert np.nanmax(np.abs(off_pace)) <= 0.04, off_pace
    assert np.nanmedian(np.abs(off_bpm)) <= 5.0, off_bpm
    assert np.nanmax(np.abs(off_bpm)) <= 10.0, off_bpm


def test_four_weeks_of_three_runners(run_command, tmp_path):
    truth = _year(tmp_path / "runs", runners=3, weeks=4, first_week=19)
    coach = _Coach(run_command, tmp_path, jobs=1)
    _put_in_and_right(coach, tmp_path / "runs", truth)
    _is_as_it_was_run(coach, truth)
    _is_told(coach, [trainee.name for trainee in SQUAD[:3]])
    _thresholds_are_the_runners_own(coach, 3, 4, 19)


@pytest.mark.full
def test_a_year_of_twelve_runners(run_command, tmp_path):
    truth = _year(tmp_path / "runs", runners=len(SQUAD), weeks=52, first_week=1)
    coach = _Coach(run_command, tmp_path, jobs=os.cpu_count() or 1)
    _put_in_and_right(coach, tmp_path / "runs", truth)
    _is_as_it_was_run(coach, truth)
    _is_told(coach, [trainee.name for trainee in SQUAD])
    _thresholds_are_the_runners_own(coach, len(SQUAD), 52, 1)
    told, held = [], 0
    hard = truth[~truth["what"].isin([*RUNS, "strides"])]
    with Season(coach.db) as season:
        for trainee in SQUAD:
            found = season.headline(trainee.name)
            told.append(found.verdict)
            own = hard[hard["runner"] == trainee.name]
            weeks = (own["date"] - own["date"].min()).dt.days / 7.0
            true_slope = np.polyfit(weeks, np.log(own["form"]), 1)[0]
            held += found.low_per_week <= true_slope <= found.high_per_week
    # All of them got quicker, by 2 % less what the summer's heat took: nobody is told the contrary.
    assert "worse" not in told
    assert told.count("better") >= 6
    assert held >= 9
