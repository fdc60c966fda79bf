"""The page in Chromium: it runs without a network or an error, sorts, highlights, prints, and can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kastor_analysis import analyze
from tests.charts.made import made_report
from tests.render.contrast import CONTRASTS
from tests.render.opened import opened

HOSTILE = "\"'><img src=x onerror=window.hacked=1><script>window.hacked=1</script>.fit"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(made_report(missing=(10,)).to_html(), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    with opened(browser, page_file) as page:
        yield page


def _column(page: Any, head: str) -> list[str | None]:
    at = page.locator("#reps thead th").all_inner_texts().index(head)
    return page.evaluate(
        "at => Array.from(document.querySelectorAll('#reps tbody tr'), r => r.cells[at].getAttribute('data-value'))", at
    )


def _marked(page: Any) -> dict[str, list[str]]:
    """Return which reps are marked in the table, in the speed picture and on the track."""
    places = {
        "table": "#reps",
        "trace": "[aria-describedby=trace-caption]",
        "track": "[aria-describedby=track-caption]",
    }
    return {
        name: page.eval_on_selector_all(f"{where} .on[data-rep]", "all => all.map(e => e.getAttribute('data-rep'))")
        for name, where in places.items()
    }


def test_no_request_leaves_the_page_and_nothing_is_complained_about(page, page_file):
    for head in page.locator("#reps thead button").all():
        head.click()
    page.locator(".rep-button").first.click()
    page.wait_for_load_state("networkidle")
    assert page.asked == [page_file.as_uri()]
    assert page.complaints == []


def test_headings_sort_and_what_is_missing_stays_last(page):
    for head in ("time", "bpm", "ratio"):
        button = page.locator("#reps thead button", has_text=re.compile(rf"^{head}$"))
        button.click()
        up = [float(v) for v in _column(page, head) if v is not None]
        assert up == sorted(up)
        assert page.locator("#reps th[aria-sort=ascending]").inner_text() == head
        button.press("Enter")
        down = [float(v) for v in _column(page, head) if v is not None]
        assert down == sorted(up, reverse=True)
        assert page.locator("#reps th[aria-sort]").count() == 1
        values = _column(page, head)
        assert None not in values[: len(up)]
        assert len(values) == 16
    page.locator("#reps thead button", has_text=re.compile("^verdict$")).click()
    words = [v for v in _column(page, "verdict") if v]
    assert words == sorted(words)


def test_a_rep_pointed_at_is_marked_in_table_trace_and_track(page):
    nothing = {"table": [], "trace": [], "track": []}
    assert _marked(page) == nothing
    page.locator("#reps tr[data-rep='4'] td").first.hover()
    assert _marked(page) == {"table": ["4"], "trace": ["4"], "track": ["4"]}
    page.locator("[aria-describedby=trace-caption] [data-rep='6'] .span").hover(force=True)
    assert _marked(page) == {"table": ["6"], "trace": ["6"], "track": ["6"]}
    page.locator("h1").hover()
    assert _marked(page) == nothing


def test_the_keyboard_marks_pins_and_lets_go(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    button = page.locator("#reps tr[data-rep='11'] .rep-button")
    button.focus()
    assert _marked(page)["track"] == ["11"]
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    page.locator("#reps tr[data-rep='3'] .rep-button").focus()
    assert _marked(page)["trace"] == ["3"]
    page.locator("#reps thead button").first.focus()
    assert _marked(page)["trace"] == ["11"]
    page.keyboard.press("Escape")
    assert _marked(page)["trace"] == []
    assert page.locator("[aria-pressed=true]").count() == 0


def test_the_numbers_shown_are_those_of_to_dict(page):
    report = made_report(missing=(10,))
    rows = report.to_dict()["reps"]
    shown = page.evaluate(
        "() => Array.from(document.querySelectorAll('#reps tbody tr'),"
        " r => Array.from(r.cells, c => [c.getAttribute('data-value'), c.innerText]))"
    )
    heads = page.locator("#reps thead th").all_inner_texts()
    keys = {
        "time": "time_s",
        "target": "target_s",
        "off": "deviation_s",
        "bpm": "heart_rate_avg_bpm",
        "rest": "rest_s",
    }
    for cells, row in zip(shown, rows, strict=True):
        for head, key in keys.items():
            value, text = cells[heads.index(head)]
            assert (None if value is None else float(value)) == row[key]
            if value is not None:
                sign = -1 if text.startswith("-") else 1
                *minutes, seconds = (abs(float(part)) for part in text.split(":"))
                assert sign * (60 * sum(minutes) + seconds) == pytest.approx(
                    row[key], abs=0.51 if head == "rest" else 0.051
                )
    scores = page.eval_on_selector_all(
        "[data-score]", "all => all.map(e => [e.dataset.score, Number(e.dataset.value)])"
    )
    assert dict(scores) == report.to_dict()["scores"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_of_wcag_aa(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.locator("#reps tr[data-rep='4'] td").first.hover()
    page.wait_for_timeout(200)
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 250
    assert [(round(ratio, 2), text) for ratio, text in contrasts if ratio < 4.5] == []


def test_kastors_session_prints_on_two_sheets_of_a4(page, sample_data, tmp_path):
    for name in ("kastor-good.fit", "kastor-flawed.fit"):
        path = tmp_path / "sample.html"
        path.write_text(analyze(sample_data / name, goal="5k 20:00").to_html(), encoding="utf-8")
        page.goto(path.as_uri())
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 2, name


@pytest.mark.parametrize("width", [360, 414, 768, 1280])
def test_nothing_overflows_the_window(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_hostile_recording_runs_nothing(browser, tmp_path):
    report = made_report(source=HOSTILE)
    report = replace(report, advice=(HOSTILE,), notes={"remark": HOSTILE})
    path = tmp_path / "hostile.html"
    path.write_text(report.to_html(), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert "window.hacked=1" in page.locator(".advice").inner_text()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=1\">')")
    page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None  # the policy stops what the escaping would have let through
    page.close()
