"""Sessions of other kinds than 400s: by time, over other distances; what compares with what, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from kastor_analysis import SeasonError
from kastor_analysis.cli import season_text
from kastor_analysis.season import Season
from kastor_analysis.season.window import as_kind
from kastor_analysis.simulation import Scenario, interval_session, simulate
from kastor_analysis.writers import to_fit


def written(folder, name, reps, rest_s, seed):
    sim = simulate(Scenario(name=name, moves=interval_session(reps, [rest_s] * len(reps)), place="road"), seed)
    path = folder / f"{name}.fit"
    path.write_bytes(to_fit(replace(sim.activity, start_time=sim.activity.start_time + timedelta(days=seed))))
    return path


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    chance = np.random.default_rng(3)
    with Season(folder / "season.db") as season:
        for number, speed_mps in enumerate((4.4, 4.6)):
            reps = [(180.0 * speed_mps * (1.0 + 0.012 * chance.standard_normal()), 180.0) for _ in range(6)]
            season.add(written(folder, f"timed{number}", reps, 120.0, number), progress=False)
        season.add(written(folder, "long", [(1000.0, 220.0 + i % 2) for i in range(5)], 150.0, 7), progress=False)
        yield season


def test_reps_by_time_are_told_by_their_pace(season):
    timed = season.sessions().query("rep_kind == '3:00'")
    assert timed["rep_distance_m"].tolist() == [1000.0, 1000.0]
    assert timed["median_regular_s"].to_numpy() == pytest.approx(
        [1000 / 4.4, 1000 / 4.6], rel=0.05
    )  # a watch on the road
    assert (timed["median_regular_sd_s"] > 0).all()
    assert season.like()["rep_kind"].tolist() == ["3:00", "3:00"]
    assert season.like(distance_m=1000.0)["rep_kind"].tolist() == ["1000 m"], "3:00 are not 1000s"
    first, second, long = season.sessions()["activity_id"]
    found = season.compare(first, second)
    assert found.median_difference_s == pytest.approx(np.diff(timed["median_regular_s"]).item(), abs=3.0)
    assert season.compare(first, long).reps["difference_s"].isna().all()
    assert season.plot_splits().axes


def test_what_compares_is_chosen_by_kind_or_by_a_session_like_it(season):
    for kind in ("6x3:00", "3:00", "5 x 3:00", "3min"):
        assert len(season.within(kind=kind).sessions()) == 2, kind
    long = int(season.sessions()["activity_id"].iloc[-1])
    assert season.within(like=long).like()["rep_kind"].tolist() == ["1000 m"]
    with pytest.raises(SeasonError, match="no session 99"):
        season.within(like=99)
    assert len(season.within(kind="3:00").weeks()) == len(season.weeks()), "a week is a week"


def test_the_default_says_what_it_left_out(season):
    told = season_text.left_out_text(season, "runner")
    assert told == "Not compared with these: 1 of other kinds (1000 m 1); --kind or --like chooses."
    assert season_text.left_out_text(season.within(kind="3:00"), "runner") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [("400", "400 m"), ("16x400m", "400 m"), ("1 km", "1000 m"), ("1 mile", "1 mile"), ("6 x 3:00", "3:00"),
     ("3min", "3:00"), ("30 s", "30 s"), ("10x0:45", "45 s")],
)  # fmt: skip
def test_kinds_as_they_are_written(text, kind):
    assert as_kind(text) == (kind, None)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("400 m r60", ("400 m", 60.0)), ("12x400 r1:30", ("400 m", 90.0)), ("strides", ("strides", None)),
     ("400, 800,  400 m", ("400, 800, 400 m", None)), ("6x3:00 r 2:00", ("3:00", 120.0))],
)  # fmt: skip
def test_kinds_with_a_rest_ladders_and_strides(text, kind):
    assert as_kind(text) == kind


@pytest.mark.parametrize("text", ["", "fast", "x400", "3:0", "-400", "400 400", "400 rx", "400 r0"])
def test_what_is_no_kind_is_refused(text):
    with pytest.raises(SeasonError, match="is no kind"):
        as_kind(text)
