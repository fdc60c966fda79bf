"""One session of several runners over each other: who held, who faded, whose rests were short."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kastor_analysis import SeasonError
from kastor_analysis.charts.season_overlay import _apart, plot_overlay
from kastor_analysis.season.overlay import aligned
from kastor_analysis.season.squad import initials_of
from tests.season.fakes import FakeSeason, write_fake

EVEN = [96.0, 96.4, 95.7, 96.2, 95.9, 96.1, 96.0, 96.3, 95.8, 96.0, 96.2, 88.0, 96.1, 95.9, 96.2, 86.0]
FADING = [time * (1.0 + 0.004 * i) for i, time in enumerate(EVEN)]
RUNNERS = {
    "anna": {"times": EVEN},
    "ben": {"times": FADING},
    "cleo": {"times": [1.2 * time for time in EVEN], "rest_ratio": 0.7},
}


@pytest.fixture(scope="module")
def squad(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overlay")
    with FakeSeason(folder / "season.db") as season:
        for minute, (name, run) in enumerate(RUNNERS.items()):
            own = folder / name
            own.mkdir()
            goal = "5k 24:00" if name == "cleo" else "5k 20:00"
            write_fake(own, "before.fit", start=f"2026-03-03T17:{minute:02d}:00+00:00", goal=goal, times=EVEN)
            write_fake(own, "now.fit", start=f"2026-03-10T17:{minute:02d}:00+00:00", goal=goal, **run)
            season.add(own, athlete=name, goal=goal, progress=False)
        yield season


def test_each_is_held_against_their_own_goal(squad):
    found = squad.overlay().set_index("athlete")
    assert list(found.index) == ["anna", "ben", "cleo"]
    assert (found["date"] == pd.Timestamp("2026-03-10")).all()
    assert found.loc["cleo", "off_share"] == pytest.approx(found.loc["anna", "off_share"]), (
        "1.2 times as slow, as meant"
    )
    assert found["held"].to_dict() == {"anna": "held", "ben": "faded", "cleo": "held"}
    regular = [time for i, time in enumerate(FADING) if i not in (11, 15)]
    assert found.loc["ben", "fade_share"] == pytest.approx(np.median(regular[-4:]) / np.median(regular[:4]) - 1.0)
    assert found["rests_held"].to_dict()["anna"] == "on target"
    assert all(len(before) == 1 for before in found["fades_before"])


def test_any_ones_session_names_everybodys(squad):
    number = int(squad.sessions("ben")["activity_id"].iloc[0])
    found = squad.overlay(number)
    assert (found["date"] == pd.Timestamp("2026-03-03")).all()
    assert len(found) == 3
    assert squad.overlay(number, "ben")["athlete"].tolist() == ["ben"]
    with pytest.raises(SeasonError, match="no session 99"):
        squad.overlay(99)


def test_without_a_goal_a_runner_is_held_against_their_own_median(squad):
    sessions = squad.sessions().assign(goal=None)
    lines = aligned(squad.reps(), sessions)
    middles = lines[~lines["is_hammer"]].groupby("activity_id")["off_share"].median()
    assert middles.to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_the_picture_has_a_line_and_a_name_a_runner_and_none_lies_on_another(squad):
    names = initials_of(squad.names())
    figure = squad.plot_overlay(called=names)
    ax = figure.axes[0]
    texts = {text.get_text(): text for text in ax.texts if text.get_text() in names.values()}
    assert set(texts) == set(names.values()) == {"A", "B", "C"}
    figure.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in texts.values()), key=lambda box: box.y0)
    assert all(lower.y1 <= upper.y0 + 1.0 for lower, upper in pairwise(boxes))
    empty = plot_overlay(squad.reps().head(0).assign(off_share=[], rep=[]), {}, title="none")
    assert empty.axes


@given(st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=20))
def test_names_stand_apart_in_the_picture_and_no_further_off_than_they_must(ends):
    wanted, gap = sorted(ends), 0.01
    found = _apart(wanted, gap, -0.1, 0.1)
    assert all(b - a >= gap - 1e-12 for a, b in pairwise(found))
    assert found[0] >= -0.1 - 1e-12
    assert found[-1] <= 0.1 + 1e-12
    inside = [end for end in wanted if -0.1 <= end <= 0.1]
    if inside == wanted and all(b - a >= gap for a, b in pairwise(wanted)):
        assert found == pytest.approx(wanted)


def test_names_at_one_place_are_moved_up_as_far_as_down():
    assert _apart([0.0, 0.0, 0.0], 0.1, -1.0, 1.0) == pytest.approx([-0.1, 0.0, 0.1])


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["Anna", "Ben"], ["A", "B"]),
        (["Anna", "Anton", "Ben"], ["A", "An", "B"]),
        (["Anna Muster", "Andi Meier"], ["AM", "AnMe"]),
        (["Bo", "Bo."], ["B", "Bo"]),
    ],
)
def test_initials_are_short_and_never_alike(names, short):
    found = initials_of(names)
    assert list(found.values()) == short
    assert len(set(found.values())) == len(names)


def test_initials_of_names_that_begin_alike_to_the_end(squad):
    names = ["Al", "Ala", "Alan", "A l"]
    assert len(set(initials_of(names).values())) == 4
    page = squad.to_html(called=initials_of(squad.names()))
    for name in ("anna", "ben", "cleo"):
        assert f">{name}<" not in page
        assert f"{name}," not in page


def test_a_session_whose_kind_is_not_known_stands_alone(tmp_path):
    with FakeSeason(tmp_path / "season.db") as season:
        write_fake(tmp_path, "a.fit", start="2026-03-03T17:00:00+00:00", times=EVEN)
        season.add(tmp_path, progress=False)
        season._connection.execute("UPDATE activities SET rep_kind = NULL")
        assert season.overlay()["reps"].tolist() == [16]
        assert "Reps, 03 Mar 2026" in season.plot_overlay().axes[0].get_title(loc="left")
