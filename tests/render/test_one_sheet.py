"""A season's page and a squad's print on one sheet each, however long the season is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kastor_analysis.season import store
from kastor_analysis.season.database import transaction
from kastor_analysis.season.record import Record, record_of
from tests.season.fakes import FakeSeason, make_report

RUNNERS, WEEKS = 12, 52


@pytest.fixture(scope="module")
def season(tmp_path_factory):
    """Return a year of twelve runners: a session and two easy runs a week."""
    session = record_of(make_report(), goal=None)
    run = record_of(make_report(times=()), goal=None)
    with FakeSeason(tmp_path_factory.mktemp("year") / "season.db") as season, transaction(season._connection):
        for place in range(RUNNERS):
            athlete = store.athlete_id(season._connection, f"Runner {place}")
            for week in range(WEEKS):
                for weekday, record in ((1, session), (3, run), (5, run)):
                    day = date(2026, 1, 5) + timedelta(weeks=week, days=weekday)
                    start_s = 1.7676e9 + 86400.0 * (7 * week + weekday) + 3600.0 * place
                    values = {**record.activity, "local_date": day.isoformat(), "start_time_s": start_s}
                    kept = Record(activity=values, reps=record.reps, hammers=record.hammers)
                    digest = f"{place:02d}{week:02d}{weekday}".rjust(64, "0")
                    store.keep(season._connection, athlete, digest, 0, kept)
    with FakeSeason(season.path) as season:
        yield season


@pytest.mark.parametrize("athlete", [None, "Runner 3"], ids=["the coach's", "a runner's"])
def test_it_prints_on_one_sheet(season: Any, athlete: str | None, browser: Any, tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_text(season.to_html(athlete=athlete), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
    shown = page_text(browser, path)
    assert "the last 8 of 52" in shown if athlete else "Runner 11" in shown


def page_text(browser: Any, path: Path) -> str:
    page = browser.new_page()
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    text: str = page.inner_text("body")
    page.close()
    return text
