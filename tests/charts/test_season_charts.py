"""The season's charts: what is drawn, and that no label runs into another with 3, 8 and 60 sessions."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import matplotlib.pyplot
import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from kastor_analysis import KastorError
from kastor_analysis.charts.season import plot_splits
from kastor_analysis.charts.season_style import mdates, rep_time_axis
from kastor_analysis.charts.season_weeks import plot_intensity
from tests.season.fakes import FakeSeason, write_fake

KINDS = ("splits", "heatmap", "trend", "heart rate", "rests", "intensity", "compare")


@pytest.fixture(scope="module", params=[3, 8, 60])
def season(request, tmp_path_factory):
    n, folder = request.param, tmp_path_factory.mktemp("runs")
    rng = np.random.default_rng(n)
    first = date(2025, 1, 7)
    with FakeSeason(folder / "season.db") as season:
        for share, goal in ((0.0, "5k 20:00"), (0.5, "5k 19:30"), (0.75, "5k 19:20")):
            season.set_goal(goal, since=first + timedelta(days=round(7 * n * share) - 2))
        for week in range(n):
            day = first + timedelta(days=7 * week + int(rng.integers(-1, 2)))
            times = 97.5 - 0.05 * week + rng.normal(0, 0.9) + rng.normal(0, 0.8, 16)
            times[[11, 15]] -= rng.uniform(4, 12, 2)
            write_fake(
                folder, f"{week}.fit", start=f"{day}T17:30:00+00:00", times=times.tolist(), goal=None,
                missing=[int(rng.integers(3, 15))], rest_ratio=float(rng.choice([1.0, 1.3])),
                heart_rate=170.0 - week / 10,
            )  # fmt: skip
            for run in range(int(rng.integers(1, 4))):
                start = f"{day + timedelta(days=1 + run)}T06:00:00+00:00"
                write_fake(folder, f"{week}-{run}.fit", start=start, times=[], goal=None)
        season.add(folder)
        yield season


def drawn(season, kind, **options) -> Figure:
    ids = season.sessions()["activity_id"]
    return {
        "splits": season.plot_splits,
        "heatmap": season.plot_heatmap,
        "trend": season.plot_trend,
        "heart rate": lambda **o: season.plot_trend("heart_rate_at_goal_bpm", **o),
        "rests": lambda **o: season.plot_trend("rest_on_share", **o),
        "intensity": season.plot_intensity,
        "compare": lambda **o: season.plot_compare(int(ids.iloc[0]), int(ids.iloc[-1]), **o),
    }[kind](**options)


def labels(figure: Figure) -> list[tuple[str, object]]:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    ticks = {
        id(tick.label1): axis.get_view_interval() for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
    }  # fmt: skip
    shown = {
        id(t) for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels() if _inside(t, axis)
    }
    found = []
    for text in figure.findobj(Text):
        if not text.get_visible() or not text.get_text().strip() or (id(text) in ticks and id(text) not in shown):
            continue
        box = text.get_window_extent(renderer)
        if box.width > 1 and box.height > 1:
            found.append((text.get_text(), box))
    return found


def _inside(label, axis) -> bool:
    low, high = sorted(axis.get_view_interval())
    place = label.get_position()[0 if axis.axis_name == "x" else 1]
    return low - 1e-9 <= place <= high + 1e-9


@pytest.mark.parametrize(
    ("kind", "size_in"),
    [(kind, None) for kind in KINDS] + [(kind, (6.0, 3.6)) for kind in ("splits", "heatmap", "trend", "intensity")],
)
def test_no_label_runs_into_another_or_out_of_the_picture(season, kind, size_in):
    if size_in is None:
        figure = drawn(season, kind)
    else:
        figure = Figure(figsize=size_in, layout="constrained")
        assert drawn(season, kind, ax=figure.add_subplot()) is figure
    found = labels(figure)
    assert len(found) > 5
    for (a, box_a), (b, box_b) in combinations(found, 2):
        width = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
        height = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        assert width <= 0.5 or height <= 0.5, f"{a!r} and {b!r} overlap by {width:.1f} x {height:.1f} px"
    for text, box in found:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= figure.bbox.x1 + 1, text
        assert box.y1 <= figure.bbox.y1 + 1, text


def test_charts_leave_pyplot_alone(season):
    drawn(season, "splits")
    assert matplotlib.pyplot.get_fignums() == []


def test_splits_draw_a_line_a_session_the_targets_and_the_hammers(season):
    figure = drawn(season, "splits")
    ax = figure.axes[0]
    n = len(season.sessions())
    lines = [marks for marks in ax.collections if isinstance(marks, LineCollection)]
    assert sum(len(marks.get_segments()) for marks in lines) == n
    colours = {to_hex(colour) for marks in lines for colour in marks.get_colors()}
    assert len(colours) > min(n, 20) / 2, "coloured by date"
    points = [marks for marks in ax.collections if isinstance(marks, PathCollection)]
    hammers = sum(len(marks.get_offsets()) for marks in points if marks.get_zorder() == 5)
    assert hammers == season.reps().query("is_hammer and status == 'run'").shape[0]
    low, high = sorted(ax.get_ylim())
    assert ax.yaxis_inverted(), "quicker is up"
    assert low < season.reps()["time_s"].min()
    assert season.reps()["time_s"].max() < high


def test_heatmap_shows_deviation_and_frames_hammers(season):
    figure = drawn(season, "heatmap")
    image = figure.axes[0].images[0].get_array()
    reps = season.reps()
    assert image.shape == (len(season.sessions()), 16)
    assert np.ma.count_masked(np.ma.masked_invalid(image)) == (reps["status"] == "missing").sum()
    first = reps[reps["activity_id"] == reps["activity_id"].iloc[0]]
    assert np.allclose(np.ma.masked_invalid(image)[0].compressed(), first["deviation_s"].dropna())
    frames = [patch for patch in figure.axes[0].patches if patch.get_linewidth() > 1]
    assert {round(frame.get_x() + 0.5) for frame in frames} == {12, 16}


def test_a_session_without_goal_is_held_against_its_own_median(tmp_path):
    with FakeSeason(tmp_path / "season.db") as season:
        season.add(write_fake(tmp_path, "a.fit", times=[95.0] * 8 + [97.0] * 8, goal=None))
        image = np.asarray(season.plot_heatmap().axes[0].images[0].get_array())
        assert np.allclose(image[0, :8], 0.0)
        assert np.allclose(image[0, 8:], 2.0)
        figure = plot_splits(season.reps())
        assert "target of the day" not in [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def ticks(figure: Figure, place: int = 0) -> list[str]:
    FigureCanvasAgg(figure).draw()
    return [label.get_text() for label in figure.axes[place].get_yticklabels()]


@pytest.mark.parametrize(("units", "pace"), [("km", "4:00"), ("mi", "6:26")])
def test_times_of_reps_stand_beside_their_pace(tmp_path, units, pace):
    with FakeSeason(tmp_path / "season.db") as season:
        for week, time_s in enumerate((94.0, 96.0, 98.0)):
            write_fake(tmp_path, f"{week}.fit", start=f"2026-03-{3 + 7 * week:02d}T17:30:00+00:00", times=[time_s] * 16)
        season.add(tmp_path, progress=False)
        for kind in ("splits", "trend", "compare"):
            figure = drawn(season, kind, units=units)
            assert f"1:36 ({pace})" in ticks(figure), kind
            assert figure.axes[0].get_ylabel() == f"time over 400 m (min/{units}), quicker is up"
        with pytest.raises(KastorError, match="no unit 'yd'"):
            season.plot_splits(units="yd")


def test_reps_over_the_unit_itself_need_no_pace(tmp_path):
    figure = Figure()
    ax = figure.add_subplot()
    ax.set_ylim(400.0, 360.0)
    rep_time_axis(ax, 40.0, pd.Series([1609.344]), "mi")
    assert ax.get_ylabel() == "time over 1 mi, quicker is up"
    assert not any("(" in text for text in ticks(figure))
    rep_time_axis(ax, 40.0, pd.Series([1609.344]), "km")
    assert any("(" in text for text in ticks(figure))


def test_each_week_bears_its_distance(season):
    weeks = season.weeks()
    for units, metres in (("km", 1000.0), ("mi", 1609.344)):
        figure = drawn(season, "intensity", units=units)
        written = [text.get_text() for text in figure.axes[0].texts]
        known = [text for text in written if text.isdigit()]
        step = -(-len(weeks) // len(known))
        assert known == [f"{distance_m / metres:.0f}" for distance_m in weeks["distance_m"][::step]]
        assert units in written


@pytest.mark.parametrize("n", [2, 4, 7])
def test_a_squad_is_drawn_to_one_scale_and_no_label_runs_into_another(tmp_path, n):
    with FakeSeason(tmp_path / "season.db") as season:
        names = ["a runner of an uncommonly long name", *(f"runner {k}" for k in range(2, n + 1))]
        for k, name in enumerate(names):
            folder = tmp_path / name
            folder.mkdir()
            for week in range(6):
                day = date(2026, 3, 3) + timedelta(days=7 * week)
                times = [90.0 + 6.0 * k - (0.5 if k % 2 else 0.0) * week + 0.1 * (week % 2)] * 16
                write_fake(folder, f"{week}.fit", start=f"{day}T17:30:00+00:00", times=times)
            season.add(folder, athlete=name, goal="5k 19:00", progress=False)
        figure = season.plot_squad(athlete=names, units="mi")
    panels = [ax for ax in figure.axes if ax.get_visible()]
    assert [ax.get_title(loc="left")[:8] for ax in panels] == [name[:8] for name in names]
    shares = [max(ax.get_ylim()) / min(ax.get_ylim()) for ax in panels]
    assert shares == pytest.approx([shares[0]] * n), "one in a hundred is as high everywhere"
    assert len({ax.get_xlim() for ax in panels}) == 1
    assert all(ax.yaxis_inverted() for ax in panels), "quicker is up"
    solid = [[line for line in ax.lines if line.get_linestyle() == "-"] for ax in panels]
    assert [len(lines) for lines in solid] == [k % 2 for k in range(n)], "a line where it is more than noise"
    found = [item for item in labels(figure) if "\n" not in item[0]]
    for (a, box_a), (b, box_b) in combinations(found, 2):
        width = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
        height = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        assert width <= 0.5 or height <= 0.5, f"{a!r} and {b!r} overlap by {width:.1f} x {height:.1f} px"


def test_a_career_of_weeks_is_a_handful_of_shapes(season):
    """An artist a week would take seconds to draw."""
    weeks = season.weeks()
    long = pd.concat([weeks] * (1500 // len(weeks) + 1), ignore_index=True)
    long["week"] = pd.date_range("1998-01-05", periods=len(long), freq="7D")
    ax = plot_intensity(long).axes[0]
    assert len(ax.patches) + len(ax.lines) + len(ax.collections) <= 12
    bars = [path.get_extents() for shapes in ax.collections for path in shapes.get_paths()]
    assert len(bars) == 4 * len(long)
    heights = np.zeros(len(long))
    first = float(mdates.date2num(long["week"].iloc[0]))
    for bar in bars:
        heights[round((0.5 * (bar.x0 + bar.x1) - 3.5 - first) / 7.0)] += bar.height
    known = long[["low_s", "moderate_s", "high_s", "unknown_s"]].sum(axis=1).to_numpy() > 0
    assert heights == pytest.approx(known.astype(float))
