"""Whatever a report holds and whatever it lacks, page, notebook and pictures show it without a false number."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

from hypothesis import given, settings
from hypothesis import strategies as st

from kastor_analysis import Plan, Report, charts
from tests.charts.made import made_report
from tests.render.test_page import _Seen

REPORT = made_report()
seconds = st.one_of(st.just(nan), st.floats(0.5, 7200.0))
rep_changes = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["run", "missing", "extra", "aborted", "double"]),
        "time_s": seconds,
        "time_sd_s": st.one_of(st.just(nan), st.floats(0.0, 60.0)),
        "target_s": seconds,
        "scored_distance_m": st.one_of(st.just(nan), st.floats(20.0, 5000.0)),
        "rest_s": st.one_of(st.just(nan), st.floats(0.0, 7200.0)),
        "rest_target_s": seconds,
        "heart_rate_avg_bpm": st.just(nan),
        "planned_rep": st.none(),
        "is_hammer": st.booleans(),
    },
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    rows = list(REPORT.rep_rows[: draw(st.integers(0, 16))])
    for i in draw(st.sets(st.integers(0, 15), max_size=5)):
        if i < len(rows):
            changed = replace(rows[i], **draw(rep_changes))
            if changed.status == "missing":
                changed = replace(changed, planned_rep=i + 1, start_s=nan, end_s=nan, time_s=nan, run_rep=None)
            rows[i] = changed
    plan = draw(st.sampled_from([REPORT.plan, None, Plan(reps=16, rest_s=60.0), Plan.kastor("10k 42:00")]))
    scores = {name: draw(st.one_of(st.just(nan), st.floats(0, 100))) for name in REPORT.scores}
    return replace(
        REPORT,
        rep_rows=tuple(rows),
        plan=plan,
        scores=scores,
        split_rows=REPORT.split_rows if draw(st.booleans()) else (),
    )


@settings(max_examples=40)
@given(report=reports(), units=st.sampled_from(["km", "mi"]))
def test_page_and_notebook_show_any_report(report, units):
    html = report.to_html(units=units)
    _Seen(html)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", html.split("</style>")[1])
    assert "nan" not in report._repr_html_()


@settings(max_examples=8)
@given(report=reports())
def test_charts_draw_any_report(report):
    for chart in (charts.plot_session, charts.plot_reps, charts.plot_rests, charts.plot_splits, charts.plot_track):
        chart(report).draw_without_rendering()
