"""The squad's page: its numbers are the season's own, runners are marked everywhere, and it runs in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kastor_analysis import Season
from kastor_analysis.render import squad_page
from kastor_analysis.render.large_squad_page import NAMED, _first_looks
from tests.render.contrast import check_readable
from tests.render.opened import opened
from tests.render.test_page import _cells, _Seen
from tests.season.fakes import FakeSeason, write_fake

HOSTILE = '<b onload="alert(1)">'
NAMES = ["ann", HOSTILE, "new runner"]


@pytest.fixture(scope="module")
def squad(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    folder = tmp_path_factory.mktemp("squad")
    with FakeSeason(folder / "season.db") as season:
        for k, name in enumerate(NAMES):
            own = folder / str(k)
            own.mkdir()
            season.set_goal("5k 20:00", since="2026-01-01", athlete=name)
            for week in range(6) if name != "new runner" else ():
                times = [97.0 + 5 * k - (1 - k) * week] * 16
                write_fake(own, f"{week}.fit", start=f"2026-03-{1 + 5 * week:02d}T17:00:00+00:00", times=times)
                for run in range(2):
                    start = f"2026-03-{1 + 5 * week:02d}T0{6 + run}:00:00+00:00"
                    write_fake(own, f"{week}-{run}.fit", start=start, times=[], heart_rate=140.0 + k)
            season.add(own, athlete=name, progress=False)
        yield season


@pytest.fixture(scope="module")
def html(squad: Season) -> str:
    return squad.to_html(athlete=NAMES, pages={"ann": "ann.html"})


def test_it_is_one_small_file_without_holes(html):
    assert len(html.encode()) < 200_000
    for tag, attributes in _Seen(html).elements:
        for name in ("src", "href", "action", "srcset"):
            assert (attributes.get(name) or "data:,").startswith(("data:", "#")) or attributes[name] == "ann.html", tag
    assert not re.search(r"\bnan\b|\bNone\b|NaT|<NA>|\binf\b", html)
    assert HOSTILE not in html
    assert "&lt;b onload=" in html


def test_a_row_a_runner_holds_the_seasons_numbers(squad, html):
    table = squad.squad(NAMES)
    heads = [re.sub("<[^>]+>", "", head).strip() for head in re.findall(r"<th scope=\"col\".*?</th>", html, re.S)]
    heads = heads[heads.index("Runner") :]
    rows = _cells(html, 'id="reps"')
    assert len(rows) == 3
    keys = {
        "Median": "median_regular_s",
        "Off": "deviation_s",
        "Score": "score_overall",
        "km/week": "weekly_distance_m",
    }
    for head, key in keys.items():
        shown = [cells[heads.index(head)][0] for cells in rows]
        assert [float(value) for value in shown[:2]] == pytest.approx(list(table[key])[:2], abs=1e-5)
        assert shown[2] is None, "the new runner has none"
    assert '<a href="ann.html">ann</a>' in html


def test_the_latest_session_of_each_stands_rep_by_rep(squad, html):
    latest = squad.squad(NAMES)["activity_id"].dropna()
    reps = squad.reps()
    rows = _cells(html, 'class="splits heat"')
    assert len(rows) == 2
    for cells, number in zip(rows, latest, strict=True):
        own = reps[reps["activity_id"] == number]
        shown = [float(value) for value, _ in cells[1:]]
        assert shown == pytest.approx(list(own["deviation_s"]), abs=1e-5)


def test_each_has_a_picture_of_the_same_scale_and_its_trend(squad, html):
    panels = re.findall(r'<figure data-rep="(\d)".*?</figure>', html, re.S)
    assert panels == ["0", "1"]
    for trend in squad.squad(NAMES)["trend"].iloc[:2]:
        assert trend in html
    heights = []
    for panel in re.findall(r"<figure data-rep.*?</figure>", html, re.S):
        ticks = [float(y) for y in re.findall(r'<line x1="[\d.]+" x2="[\d.]+" y1="([\d.]+)"', panel)]
        labels = re.findall(r'text-anchor="end">(\d):(\d\d)<', panel)
        seconds = [60 * int(minutes) + int(rest) for minutes, rest in labels]
        heights.append((ticks[1] - ticks[0]) / (seconds[1] / seconds[0] - 1.0))
    assert heights[0] == pytest.approx(heights[1], rel=0.05), "one in a hundred is as high everywhere"


def test_each_session_bears_its_median_and_how_far_its_reps_spread(squad, html):
    for name, panel in zip(NAMES, re.findall(r"<figure data-rep.*?</figure>", html, re.S), strict=False):
        spreads_s = squad.like(name)["spread_s"]
        told = [float(text) for text in re.findall(r"reps spread by ([\d.]+) s", panel)]
        assert told == pytest.approx(list(spreads_s), abs=0.051)
        bands = re.findall(r'd="M[\d.]+ ([\d.]+)V([\d.]+)" class="spread"', panel)
        assert len(bands) == len(spreads_s)
        assert f"spread {np.median(spreads_s):.1f} s" in panel


@pytest.fixture(scope="module")
def large(squad: Season) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(squad_page, "MOST_SIDE_BY_SIDE", 2)
        return squad.to_html(athlete=NAMES, pages={"ann": "ann.html"})


def test_a_large_squad_is_one_table_and_whom_to_look_at(squad, large):
    table = squad.squad(NAMES).set_index("athlete")
    assert "<figure" not in large
    assert HOSTILE not in large
    looks = dict(re.findall(r"<dt[^>]*>(.*?): \d+</dt>\s*<dd>(.*?)</dd>", large, re.S))
    assert table.loc["ann", "verdict"] == "better"
    assert looks["Quicker, more than noise"] == '<a href="ann.html">ann</a>'
    assert looks["No run in the last four weeks"] == "new runner"
    rows = _cells(large, 'id="reps"')
    assert len(rows) == 3
    heads = [re.sub("<[^>]+>", "", head).strip() for head in re.findall(r"<th scope=\"col\".*?</th>", large, re.S)]
    shares = [cells[heads.index("Trend")][0] for cells in rows]
    expected = table["slope_per_week"] / table["median_regular_s"]
    assert [float(share) for share in shares[:2]] == pytest.approx(list(expected)[:2], rel=1e-3)
    assert shares[2] is None


def test_the_dots_of_all_have_the_same_days_and_the_same_share_of_a_rep(squad, large):
    drawn = re.findall(r'class="dots".*?d="(.*?)"|<svg[^>]*><path d="(.*?)"/>', large)
    places = [re.findall(r"M([\d.]+) ([\d.]+)h0", one or other) for one, other in drawn]
    assert len(places) == 2
    assert [x for x, _ in places[0]] == [x for x, _ in places[1]]
    for name, dots in zip(NAMES, places, strict=False):
        times_s = squad.like(name)["median_regular_s"].to_numpy()
        share = times_s / np.median(times_s) - 1.0
        heights = np.array([float(y) for _, y in dots])
        assert heights == pytest.approx(10.0 + 160.0 * np.clip(share, -0.05, 0.05), abs=0.06)


def test_the_groups_of_a_large_squad_name_those_first_of_whom_it_is_truest():
    n = 2 * NAMED
    told = {
        "athlete": [str(i) for i in range(n)], "trend_metric": "pace", "median_regular_s": 90.0,
        "verdict": ["better"] * (n - 1) + ["worse"], "slope_per_week": np.linspace(-0.001, -0.01, n),
        "weeks_over_the_line": [0, 2] * NAMED, "hard_share_time": np.linspace(0.1, 0.5, n), "weekly_distance_m": 1.0,
    }  # fmt: skip
    looks = {group["what"]: group for group in _first_looks(pd.DataFrame(told), None)}
    quicker = looks["Quicker, more than noise"]
    assert (quicker["places"], quicker["more"]) == (list(range(n - 2, -1, -1)), n - 1 - NAMED)
    assert looks["Slower, more than noise"]["places"] == [n - 1]
    assert looks["Over 20 % hard in 2 or more of the last four weeks"]["places"] == list(range(n - 1, 0, -2))
    assert "No run in the last four weeks" not in looks


def test_weeks_bear_their_distance_in_the_units_asked_for(squad, html):
    weeks = squad.weeks("ann")
    in_miles = squad.to_html(athlete=NAMES, units="mi")
    for page, metres in ((html, 1000.0), (in_miles, 1609.344)):
        cells = _cells(page, 'class="splits"')[0][1:]
        assert [text.split()[0].strip("▲") or text.split()[1] for _, text in cells] == [
            f"{distance_m / metres:.0f}" for distance_m in weeks["distance_m"]
        ]
    assert "Pace /mi" in in_miles
    assert "/km" not in in_miles
    assert "km/week" not in in_miles


def test_a_large_squads_table_sorts_by_trend_in_chromium(large: str, browser: Any, tmp_path: Path):
    path = tmp_path / "squad.html"
    path.write_text(large, encoding="utf-8")
    with opened(browser, path) as page:
        page.locator("#reps thead button", has_text=re.compile("^Trend$")).click()
        assert page.locator("#reps tbody th").all_inner_texts() == ["ann", HOSTILE, "new runner"]
        check_readable(page)
        assert page.complaints == []
        assert page.asked == [path.as_uri()]


def test_it_runs_sorts_and_marks_in_chromium(html: str, browser: Any, tmp_path: Path):
    path = tmp_path / "squad.html"
    path.write_text(html, encoding="utf-8")
    with opened(browser, path) as page:
        for _ in range(2):
            page.locator("#reps thead button", has_text=re.compile("^Median$")).click()
        assert page.locator("#reps tbody th").all_inner_texts() == [HOSTILE, "ann", "new runner"]
        page.locator("figure[data-rep='1'] svg").hover()
        marked = page.eval_on_selector_all("figure.on, tr.on", "all => all.map(e => e.getAttribute('data-rep'))")
        assert marked == ["1"] * 5, "its row in four tables, and its picture"
        check_readable(page)
        assert page.complaints == []
        assert page.asked == [path.as_uri()]
