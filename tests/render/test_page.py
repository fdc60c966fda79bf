"""The page as text: one file, nothing from files gets through unescaped, every number is the report's own."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pytest

from kastor_analysis.render.page import report_page
from kastor_analysis.render.terminal import report_lines
from kastor_analysis.scorer import score
from tests.charts.made import made_report
from tests.scorer.made import make_session

HOSTILE = "\"'><img src=x onerror=alert(1)><script>alert(2)</script>&amp;{{7*7}}.fit"


class _Seen(HTMLParser):
    """Collect elements with their attributes, checking that every element is closed."""

    VOID = frozenset({"meta", "link", "br", "img", "input"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def _cells(html: str, table: str) -> list[list[tuple[str | None, str]]]:
    """Return a table's body as rows of (data-value, text)."""
    body = re.search(rf"<table[^>]*{table}.*?<tbody>(.*?)</tbody>", html, re.S)[1]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    cell = re.compile(r"<t[dh]([^>]*)>(.*?)</t[dh]>", re.S)
    return [
        [
            (m[1] if (m := re.search(r'data-value="([^"]*)"', attrs)) else None, unescape(re.sub("<[^>]+>", "", text)))
            for attrs, text in cell.findall(row)
        ]
        for row in rows
    ]


def test_it_is_one_small_file_that_names_nothing_outside():
    html = made_report().to_html()
    assert len(html.encode()) < 600_000
    seen = _Seen(html).elements
    for tag, attributes in seen:
        assert tag not in {"iframe", "object", "embed", "base", "form"}
        for name in ("src", "href", "action", "srcset", "xlink:href"):
            assert (attributes.get(name) or "data:,").startswith(("data:", "#")), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes)
    assert "url(" not in html
    assert "@import" not in html
    policy = next(a["content"] for t, a in seen if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "script-src 'sha256-" in policy


def test_text_from_files_is_escaped_wherever_it_stands():
    report = made_report(source=HOSTILE)
    report = replace(
        report,
        advice=(HOSTILE,),
        notes={"pace": HOSTILE, "remark": HOSTILE},
        session=replace(
            report.session,
            notes=(HOSTILE,),
            activity=replace(report.session.activity, device=HOSTILE, warnings=(HOSTILE,), sport=HOSTILE),
            plan=report.plan,
        ),
        plan=replace(report.plan, name=HOSTILE),
    )
    html = report.to_html()
    seen = _Seen(html).elements
    assert [tag for tag, _ in seen].count("script") == 1
    assert not any(tag == "img" for tag, _ in seen)
    assert "{{7*7}}" in html
    assert html.count("alert(2)") >= 7
    assert "<script>alert(2)" not in html


def test_every_number_of_the_rep_table_is_the_reports_own():
    report = made_report(missing=(10,))
    plain = report.to_dict()["reps"]
    rows = _cells(report.to_html(), 'id="reps"')
    keys = {1: "time_s", 2: "time_sd_s", 3: "target_s", 4: "deviation_s", 6: "pace_s_per_km", 7: "watch_distance_m",
            8: "heart_rate_avg_bpm", 9: "heart_rate_max_bpm", 10: "cadence_spm", 11: "rest_s",
            12: "rest_ratio"}  # fmt: skip
    assert len(rows) == 16
    for cells, values in zip(rows, plain, strict=True):
        for at, key in keys.items():
            value, text = cells[at]
            assert (float(value) if value is not None else None) == values[key]
            assert bool(text) == (values[key] is not None)
    assert rows[1][1][1] == "1:34.8"
    assert rows[9][5][1] == "missing"
    assert rows[7][13][1] == "▲ long"


def test_scores_are_the_reports_own_and_a_part_that_cannot_be_told_says_why():
    report = made_report()
    report = replace(report, scores={**report.scores, "rest": float("nan")}, notes={"rest": "no rests in this file"})
    html = report.to_html()
    assert re.search(r'data-score="overall" data-value="86.0">86<', html)
    assert re.search(r'data-score="pace" data-value="84.0">84<', html)
    assert re.search(r'data-score="rest">–<', html)
    assert "no rests in this file" in html


def test_splits_stand_in_the_row_of_their_rep():
    report = made_report(missing=(10,))
    rows = {cells[0][1]: cells[1:] for cells in _cells(report.to_html(), 'class="splits"')}
    assert list(rows)[8:12] == ["9", "11", "12 H", "13"]
    expected = [row.time_s for row in report.split_rows if row.planned_rep == 12]
    assert [float(value) for value, _ in rows["12 H"]] == pytest.approx(expected, abs=1e-6)


def test_miles_change_paces_and_distances_only():
    report = made_report()
    km, mi = report_page(report), report_page(report, units="mi")
    assert "3:53" in km
    assert "min/mi" in mi
    assert "6:15" in mi  # 93.1 s over 400 m
    assert [cells[1] for cells in _cells(km, 'id="reps"')] == [cells[1] for cells in _cells(mi, 'id="reps"')]


@pytest.mark.parametrize(
    "change",
    [
        {"goal": None},
        {"heart_rate": False},
        {"positions": False},
        {"missing": (1, 12, 16)},
        {"missing": tuple(range(1, 17))},
    ],
    ids=str,
)
def test_what_is_missing_is_left_out_and_never_a_number(change):
    html = made_report(**change).to_html()
    _Seen(html)
    assert not re.search(r"\bnan\b|\bNone\b|\binf\b", html)


def test_tables_and_pictures_are_named_for_a_screen_reader():
    seen = _Seen(made_report().to_html()).elements
    ids = {attributes["id"] for _, attributes in seen if attributes.get("id")}
    for tag, attributes in seen:
        for name in ("aria-labelledby", "aria-describedby"):
            assert (attributes.get(name) or next(iter(ids))) in ids
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
            assert attributes["aria-describedby"]
        if tag == "th":
            assert attributes["scope"] in ("col", "row")
        if tag == "section":
            assert attributes["aria-labelledby"]
    tags = [tag for tag, _ in seen]
    assert tags.count("h1") == 1
    assert tags.count("table") == tags.count("caption")
    assert next(a for t, a in seen if t == "html")["lang"] == "en"


def test_a_run_without_reps_is_told_calmly():
    report = made_report()
    easy = tuple(row for row in report.session.rows if row.kind == "warmup")
    bare = replace(
        report, session=replace(report.session, rows=easy, plan=None), plan=None, rep_rows=(), hammer_rows=(),
        split_rows=(), scores={}, notes={},
    )  # fmt: skip
    html = bare.to_html()
    _Seen(html)
    assert "nothing to score" in html
    assert 'id="reps"' not in html
    assert html.count("<svg") == 1


def test_folders_of_the_runners_machine_do_not_reach_a_page_that_is_shared():
    report = made_report(source="/home/anna/runs/tuesday.fit")
    for html in (report.to_html(), report._repr_html_(), report.session._repr_html_()):
        assert "tuesday.fit" in html
        assert "anna" not in html


def test_standing_inside_the_reps_has_a_colour_but_no_pace():
    report = made_report()
    activity = report.session.activity
    time_s = activity.column("time_s")
    stood = np.zeros(time_s.size, dtype=bool)
    for row in report.rep_rows:
        stood |= (time_s >= row.start_s) & (time_s < row.start_s + 0.7 * row.time_s)
    last = np.maximum.accumulate(np.where(stood, 0, np.arange(time_s.size)))
    frozen = {name: activity.column(name)[last] for name in ("lat_deg", "lon_deg", "distance_m")}
    frozen["speed_mps"] = np.where(stood, 0.0, activity.column("speed_mps"))
    table = activity.sample_table.with_columns(**frozen)
    session = replace(report.session, activity=replace(activity, sample_table=table))
    html = replace(report, session=session).to_html()
    words = re.search(r'id="track-caption">(.*?)</figcaption>', html, re.S)[1]
    paces = [int(minutes) for minutes in re.findall(r"(\d+):\d\d", words)]
    assert paces
    assert max(paces) <= 33


def test_page_and_terminal_say_alike_how_sure_the_times_are():
    report = made_report()
    coarse = replace(report, figures={**report.figures, "time_sd_s": 2.43})
    assert "Times are good to about 2.4 s (one standard deviation)" in coarse.to_html()
    lines = report_lines(coarse, width=100)
    assert "times good to about 2.4 s" in "\n".join("".join(words for words, _ in line) for line in lines)


def test_a_page_speaks_of_hammers_and_parts_only_where_there_are_some():
    planned, found = made_report().to_html(), score(make_session([80.0] * 6)).to_html()
    assert "H: hammer rep." in planned
    assert "diamonds: hammers" in planned
    assert "hammer" not in found.replace("--plan", "").split("<main>")[1].split("</main>")[0].lower()
    assert "nobody knows what was meant" not in planned


def test_a_page_of_what_was_found_does_not_say_that_nothing_stands_out():
    found = score(make_session([95.0, 80.0, 95.0, 80.0, 87.0]))
    assert found.scores["pace"] < 50.0
    assert found.advice == ()
    assert "Without a plan nobody knows what was meant" in found.to_html()


def test_a_page_tells_what_the_watch_measured():
    html = score(make_session([80.0, 82.0, 84.0], nominal_m=float("nan"), watch_m=[395.0, 402.0, 411.0])).to_html()
    assert [
        [text for _, text in row].count(watch)
        for row, watch in zip(_cells(html, 'id="reps"'), ("395", "402", "411"), strict=True)
    ] == [1, 1, 1]


def test_only_a_rest_that_would_make_the_others_small_is_cut_and_that_is_said():
    assert "on top of a bar" not in score(make_session([60.0] * 5, [120.0, 120.0, 290.0, 120.0])).to_html()
    cut = score(make_session([60.0] * 5, [120.0, 120.0, 725.0, 120.0])).to_html()
    assert "A time on top of a bar" in cut
    assert ">12:05</text>" in cut


def test_a_rep_where_no_position_was_known_is_left_out_of_the_map():
    """The watch lost the sky between two points: a rep lies between them with not one of its own."""
    from kastor_analysis.render.figures import _coloured

    x, classes = np.arange(10.0), np.zeros(10, dtype=np.int64)
    assert _coloured(x, x, classes, np.array([], dtype=np.int64)) == []
    assert len(_coloured(x, x, classes, np.arange(3, 7))) == 1
