"""Charts of one session: what is drawn is what the report says."""

from __future__ import annotations

import itertools
import subprocess
import sys
from io import BytesIO
from math import isfinite

import numpy as np
import pytest
from matplotlib.figure import Figure

from kastor_analysis import KastorError, charts, score
from tests.charts.made import TIMES_S, made_report
from tests.scorer.made import kastor_times, make_session

SESSION_CHARTS = (charts.plot_session, charts.plot_reps, charts.plot_rests, charts.plot_splits, charts.plot_track)


def _texts(figure: Figure) -> set[str]:
    figure.draw_without_rendering()
    found = {text.get_text() for ax in figure.axes for text in ax.texts}
    for ax in figure.axes:
        found |= {label.get_text() for label in (*ax.get_xticklabels(), *ax.get_yticklabels())}
        found |= {ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()}
    return found


def _markers(figure: Figure) -> set[tuple[float, float]]:
    """Return every point drawn with a marker in the first axes."""
    lines = [line for line in figure.axes[0].lines if line.get_marker() in ("o", "D", "^")]
    return {(float(x), round(float(y), 3)) for line in lines for x, y in zip(*line.get_data(), strict=True)}


def _ticks(figure: Figure) -> list[tuple[float, str]]:
    axis = figure.axes[0].yaxis
    return [(float(at), axis.get_major_formatter()(at)) for at in axis.get_majorticklocs()]


def test_reps_stand_at_their_times_with_the_quicker_further_up():
    figure = charts.plot_reps(made_report())
    assert _markers(figure) == {(i + 1.0, t) for i, t in enumerate(TIMES_S)}
    low, high = figure.axes[0].get_ylim()
    assert low > max(TIMES_S) > min(TIMES_S) > high
    assert {"12 H", "16 H", "11"} <= _texts(figure)


def test_the_band_drawn_is_the_band_scored():
    patches = charts.plot_reps(made_report()).axes[0].patches
    edges = {(round(p.get_y(), 2), round(p.get_y() + p.get_height(), 2)) for p in patches}
    assert edges == {(93.12, 96.96)}
    assert len(patches) == 14  # a hammer has no band


def test_a_missing_rep_has_no_point_and_says_so():
    figure = charts.plot_reps(made_report(missing=(10, 12)))
    assert {x for x, _ in _markers(figure)} == set(range(1, 17)) - {10.0, 12.0}
    assert "missing" in _texts(figure)


def test_rests_stand_against_their_reps_and_the_long_one_is_named():
    report = made_report()
    figure = charts.plot_rests(report)
    rows = [row for row in report.rep_rows if isfinite(row.rest_s)]
    assert _markers(figure) == {(row.time_s, round(row.rest_s, 3)) for row in rows}
    assert "8" in {text.get_text() for text in figure.axes[0].texts}


def test_the_session_bears_its_phases_and_the_pace_each_rep_is_scored_by():
    figure = charts.plot_session(made_report())
    bars = {
        round(float(line.get_ydata()[0]), 3)
        for line in figure.axes[0].lines
        if len(line.get_ydata()) == 2 and line.get_ydata()[0] == line.get_ydata()[1]
    }
    assert bars == {round(400 / t, 3) for t in TIMES_S}
    assert {"warm-up", "cool-down", "1", "16 H", "4:00"} <= _texts(figure)
    assert len(figure.axes) == 2
    assert len(charts.plot_session(made_report(heart_rate=False)).axes) == 1


def test_miles_move_the_labels_and_not_the_data():
    report = made_report()
    km, mi = (charts.plot_session(report, units=units) for units in ("km", "mi"))
    assert "pace, min/mi" in _texts(mi)
    for figure, unit_m in ((km, 1000.0), (mi, 1609.344)):
        ticks = _ticks(figure)
        assert len(ticks) >= 5
        for at_mps, label in ticks:
            minutes, seconds = label.split(":")
            assert unit_m / at_mps == pytest.approx(60 * int(minutes) + int(seconds))
    for a, b in zip(km.axes[0].lines, mi.axes[0].lines, strict=True):
        assert np.array_equal(a.get_xydata(), b.get_xydata(), equal_nan=True)
    with pytest.raises(KastorError, match="Choose km or mi"):
        charts.plot_session(report, units="furlong")


def test_every_split_is_written_with_its_tenths():
    report = made_report()
    written = _texts(charts.plot_splits(report))
    assert {f"{row.time_s:.1f}" for row in report.split_rows} <= written


def test_the_track_is_drawn_to_scale_and_only_while_a_rep_is_run():
    report = made_report()
    figure = charts.plot_track(report, rep=3)
    segments = figure.axes[0].collections[0].get_segments()
    row = report.session.reps[2]
    assert len(segments) == pytest.approx(row.duration_s, abs=2)
    run_m = sum(float(np.hypot(*(b - a))) for a, b in segments)
    assert run_m == pytest.approx(400, abs=12)
    with pytest.raises(ValueError, match="rep 40 was not run"):
        charts.plot_track(report, rep=40)


@pytest.mark.parametrize("chart", SESSION_CHARTS, ids=lambda c: c.__name__)
def test_a_callers_axes_are_drawn_into_and_nothing_else_is_touched(chart):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figure = Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    assert chart(made_report(), ax=left) is figure
    assert left.has_data()
    assert not right.has_data()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("chart", SESSION_CHARTS, ids=lambda c: c.__name__)
def test_what_a_recording_does_not_hold_is_said(chart):
    from dataclasses import replace

    report = made_report(heart_rate=False, positions=False)
    rest = tuple(row for row in report.session.rows if row.kind == "warmup")
    bare = replace(report, session=replace(report.session, rows=rest, plan=None), plan=None, rep_rows=(), split_rows=())
    stored = BytesIO()
    figure = chart(bare)
    figure.savefig(stored, format="svg")
    assert stored.getvalue().startswith(b"<?xml")
    if chart is not charts.plot_session:
        assert any(word in " ".join(_texts(figure)) for word in ("no reps", "no rests", "need a 400 m track"))


def test_charts_need_no_pyplot_and_their_door_no_matplotlib():
    code = (
        "import sys, kastor_analysis.charts as c; assert 'matplotlib' not in sys.modules;"
        "from tests.charts.made import made_report; c.plot_session(made_report())._repr_png_();"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_two_axes_of_the_callers_share_the_clock():
    figure = Figure(layout="constrained")
    axes = figure.subplots(2, 1)
    report = made_report()
    assert report.plot(ax=axes) is axes[0]
    assert axes[0].get_xlim() == axes[1].get_xlim() == (0.0, report.session.activity.duration_s)
    assert {"30:00", "1:00:00"} <= {label.get_text() for label in axes[0].get_xticklabels()}


@pytest.mark.parametrize("width_in", [3.5, 5.0, 11.0])
def test_numbers_of_reps_never_touch_and_hammers_keep_theirs(width_in):
    figure = charts.plot_session(made_report(), size_in=(width_in, 3.2))
    figure.draw_without_rendering()
    texts = [text for text in figure.axes[0].texts if text.get_text().rstrip(" H").isdigit()]
    boxes = sorted((text.get_window_extent() for text in texts), key=lambda box: box.x0)
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))
    assert {"12 H", "16 H"} <= {text.get_text() for text in texts}


def test_the_times_of_rests_that_are_cut_off_do_not_cover_each_other():
    times, rests = [600.0, 301.0, 602.0, *([14.0] * 6)], [300.0, 299.0, 1242.0, *([70.0] * 5)]
    metres = [3000.0, 1600.0, 3000.0, *([100.0] * 6)]
    figure = charts.plot_rests(score(make_session(times, rests, nominal_m=metres, watch_m=metres)))
    figure.canvas.draw()
    boxes = [label.get_window_extent() for label in figure.axes[0].texts if ":" in label.get_text()]
    assert len(boxes) == 3
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("draws", ["activity", "session", "report"])
def test_every_value_draws_itself_into_axes(draws):
    report = made_report()
    value = {"activity": report.session.activity, "session": report.session, "report": report}[draws]
    alone = value.plot()
    assert alone.lines
    figure = Figure()
    left, right = figure.subplots(1, 2)
    assert value.plot(ax=right, units="mi") is right
    assert right.lines
    assert not left.lines
    with pytest.raises(KastorError, match="ax must be matplotlib Axes, not 'left'"):
        value.plot(ax="left")
    with pytest.raises(KastorError, match="there is no unit 'furlong'"):
        value.plot(units="furlong")


def test_what_was_found_is_numbered():
    texts = {text.get_text() for text in made_report().session.plot().texts}
    assert {"1", "warm-up", "cool-down"} <= texts


def test_found_stands_against_corrected():
    session = make_session(kastor_times())
    found = session.corrected(drop=[9], move=["7 end +8"], add=["2:00-2:40"]).plot()
    texts = [text.get_text() for text in found.texts]
    # As they count at the top, as found along the bottom.
    assert texts.count("1") == 2
    assert texts.count("16") == 2
    assert texts.count("9") == 2
    legend = found.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "rep, as found",
        "rep, by hand",
        "along the bottom: as found",
        "of these, corrected",
    ]
    hatched = [patch for patch in found.patches if patch.get_hatch()]
    assert len(hatched) == 2 + 2, "added and moved above; moved and dropped below"
    assert session.plot().get_legend() is None


@pytest.mark.parametrize("kind", ["activity", "session", "report"])
def test_axes_show_themselves_in_jupyter(kind):
    report = made_report()
    value = {"activity": report.session.activity, "session": report.session, "report": report}[kind]
    content, size = value.plot()._repr_png_()
    assert content.startswith(b"\x89PNG")
    assert size["width"] == 880
