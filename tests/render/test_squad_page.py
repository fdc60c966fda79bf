"""The squad's page: its numbers are the season's own, runners are marked everywhere, and it runs in Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kastor_analysis import Season
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
