"""The season's page: its numbers are the season's own, and it runs in Chromium as a report's page does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kastor_analysis import Season
from kastor_analysis.render import season_page
from tests.render.contrast import check_readable
from tests.render.opened import opened
from tests.render.test_page import _cells, _Seen


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    folder = Path(__file__).resolve().parents[2] / "sample_data" / "season"
    with Season(tmp_path_factory.mktemp("season") / "season.db") as made:
        made.add(sorted(folder.glob("*.fit")), goal="5k 20:00", progress=False)
        yield made


@pytest.fixture(scope="module")
def html(season: Season) -> str:
    return season.to_html()


def test_it_is_one_small_file(html):
    assert len(html.encode()) < 600_000
    for tag, attributes in _Seen(html).elements:
        for name in ("src", "href", "action", "srcset"):
            assert (attributes.get(name) or "data:,").startswith(("data:", "#")), (tag, attributes)
    assert not re.search(r"\bnan\b|\bNone\b|NaT|<NA>", html)


def test_the_table_of_sessions_holds_the_seasons_numbers(season, html):
    sessions = season.sessions()
    heads = [re.sub("<[^>]+>", "", head).strip() for head in re.findall(r"<th scope=\"col\".*?</th>", html, re.S)]
    heads = heads[heads.index("Date") :]
    rows = _cells(html, 'id="reps"')
    assert [cells[0][1].strip() for cells in rows] == list(sessions["date"].dt.strftime("%Y-%m-%d"))
    for head, key in (("Median", "median_regular_s"), ("Spread", "spread_s"), ("Score", "score_overall")):
        shown = [float(cells[heads.index(head)][0]) for cells in rows]
        assert shown == pytest.approx(list(sessions[key]), abs=1e-5)


def test_every_rep_stands_in_its_session_with_its_distance_from_the_target(season, html):
    reps = season.reps()
    rows = _cells(html, 'class="splits heat"')
    assert len(rows) == len(season.sessions())
    for cells, (_, own) in zip(rows, reps.groupby("activity_id", sort=False), strict=True):
        run = own[(own["status"] == "run") & own["planned_rep"].notna()]
        shown = {n: float(value) for n, (value, _) in enumerate(cells[1:], start=1) if value is not None}
        assert shown == pytest.approx(dict(zip(run["planned_rep"], run["deviation_s"], strict=True)), abs=1e-5)


def test_trends_are_told_in_the_seasons_own_sentences(season, html):
    assert all(sentence in html for sentence in season.trends()["sentence"])


def test_an_empty_season_has_a_page_too(tmp_path):
    with Season(tmp_path / "new.db") as empty:
        html = empty.to_html()
    _Seen(html)
    assert "no sessions yet" in html


def test_a_hostile_athlete_is_escaped(season, tmp_path):
    name = '<script>alert("x")</script>'
    folder = Path(__file__).resolve().parents[2] / "sample_data" / "season"
    with Season(tmp_path / "squad.db") as squad:
        squad.add(sorted(folder.glob("*.fit"))[:1], athlete=name, progress=False)
        html = squad.to_html()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_it_runs_sorts_and_marks_in_chromium(html: str, browser: Any, tmp_path: Path):
    path = tmp_path / "season.html"
    path.write_text(html, encoding="utf-8")
    with opened(browser, path) as page:
        page.locator("#reps thead button", has_text=re.compile("^Median$")).click()
        at = page.locator("#reps thead th").all_inner_texts().index("Median")
        values = page.evaluate(
            "at => Array.from(document.querySelectorAll('#reps tbody tr'), r => Number(r.cells[at].dataset.value))", at
        )
        assert values == sorted(values)
        page.locator("#reps tr[data-rep='3'] td").first.hover()
        assert (
            page.eval_on_selector_all(".on[data-rep]", "all => all.map(e => e.getAttribute('data-rep'))") == ["3"] * 3
        )
        check_readable(page)
        assert page.complaints == []
        assert page.asked == [path.as_uri()]


def test_paces_and_distances_are_those_of_the_units(season):
    median_s = season.sessions()["median_regular_s"].iloc[0]
    for units, other, metres in (("km", "mi", 1000.0), ("mi", "km", 1609.344)):
        html = season.to_html(units=units)
        pace_s = round(median_s * metres / 400.0)
        assert f">{pace_s // 60}:{pace_s % 60:02d}</td>" in html
        assert f"Pace /{units}" in html
        assert f"min/{units}" in html
        assert not re.search(rf"/{other}\b|\d {other}\b", html)
        week = season.weeks().iloc[0]
        assert f"week of {week['week']:%Y-%m-%d}: {week['distance_m'] / metres:.1f} {units}" in html


def test_of_a_long_career_a_page_shows_the_last_sessions_and_says_so(season, monkeypatch):
    sessions = season.sessions()
    monkeypatch.setattr(season_page, "MOST_SESSIONS", 5)
    html = season.to_html()
    assert f"the last 5 of {len(sessions)} sessions" in html
    assert len(_cells(html, 'id="reps"')) == len(_cells(html, 'class="splits heat"')) == 5
    part = season.within(since=sessions["date"].iloc[-5].date())
    assert all(sentence in html for sentence in part.trends()["sentence"])
    earlier = season.within(until=sessions["date"].iloc[-2].date())
    assert f"the last 5 of {len(sessions) - 1} sessions" in earlier.to_html(), "of a part of the season too"
    assert earlier.newest(5)[0].sessions()["date"].max() == sessions["date"].iloc[-2]
