"""The edit mode in Chromium: by mouse, keys and touch, and what it hands back is what `Corrections` makes of it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kastor_analysis import Corrections, Report, analyze
from kastor_analysis.cli.root import kastor as command
from kastor_analysis.corrections import parse_instant
from tests.charts import made
from tests.render.contrast import CONTRASTS
from tests.render.opened import opened

EDGE = "[data-edge='{} {}']"


@pytest.fixture(scope="module")
def report(sample_data: Path) -> Report:
    return analyze(sample_data / "kastor-flawed.fit", goal="5k 20:00")


@pytest.fixture(scope="module")
def page_file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edit") / "report.html"
    path.write_text(report.to_html(), encoding="utf-8")
    return path


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    with opened(browser, page_file) as page:
        page.click("#edit-open")
        yield page
        assert page.complaints == []
        assert {address.split(":")[0] for address in page.asked} <= {"file", "blob"}


def choose(page: Any, number: int) -> str:
    """Choose a rep by its button in the table, look at it closely, and return its key."""
    page.locator("#reps tbody tr .rep-button").get_by_text(str(number), exact=True).first.click()
    page.click("[data-look=rep]")
    page.locator("#edit-chart").scroll_into_view_if_needed()
    return (
        page.locator("#edit-chart .edge")
        .nth(0)
        .evaluate(
            "() => document.querySelectorAll('#edit-chart .chosen').length === 1 &&"
            " [...document.querySelectorAll('#edit-chart .edge')].find(e => e.getAttribute('aria-label') =="
            f" 'Rep {number}, end').dataset.edge.split(' ')[0]"
        )
    )


def drag(page: Any, selector: str, by_px: float) -> None:
    box = page.locator(selector).locator("line").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by_px, y, steps=4)
    page.mouse.up()


def instant(page: Any, selector: str) -> float:
    return parse_instant(page.locator(selector).get_attribute("aria-valuetext"))


def saved(page: Any, tmp_path: Path) -> Path:
    with page.expect_download() as download:
        page.click("[data-do=save]")
    assert download.value.suggested_filename == "kastor-flawed.fit.kastor.toml"
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    return path


def shown(page: Any) -> list[dict[str, str]]:
    """Return the table of reps as it stands, by the keys of its columns."""
    return page.evaluate(
        "() => { const keys = [...document.querySelectorAll('#reps thead th')].map(h => h.dataset.key || 'rep');"
        " return [...document.querySelectorAll('#reps tbody tr')].map(r => Object.fromEntries("
        "keys.map((k, i) => [k, r.cells[i].innerText]))) }"
    )


def holds(page: Any, report: Report, tmp_path: Path, sample_data: Path) -> Any:
    """Apply what was saved and run what is copied: both give the reps the page shows. Return the session."""
    corrections = Corrections.load(saved(page, tmp_path))
    session = corrections.apply(report.session)
    assert session.unmet == ()
    spans = page.evaluate(
        "() => [...document.querySelectorAll('#edit-chart .edge')].filter(e => e.getAttribute('aria-label')"
        ".startsWith('Rep')).map(e => Number(e.getAttribute('aria-valuenow')))"
    )
    assert spans == pytest.approx([s for rep in session.reps for s in (rep.start_s, rep.end_s)], abs=0.002)
    rows = shown(page)
    assert [row["rep"] for row in rows] == [str(i + 1) for i in range(len(session.reps))]
    for i, row in enumerate(rows):
        rep, after = session.reps[i], session.reps[i + 1] if i + 1 < len(session.reps) else None
        assert parse_instant(row["time_s"]) == pytest.approx(rep.duration_s, abs=0.11)
        if after is not None:
            assert parse_instant(row["rest_s"]) == pytest.approx(after.start_s - rep.end_s, abs=0.56)
    told = tmp_path / "told" / "kastor-flawed.fit"
    told.parent.mkdir(exist_ok=True)
    told.write_bytes((sample_data / told.name).read_bytes())
    for call in page.input_value("#edit-command").split(" && "):
        name, *words = shlex.split(call)
        assert name == "kastor"
        assert words[:2] == ["correct", told.name]
        result = CliRunner().invoke(command, [words[0], str(told), *words[2:]])
        assert result.exit_code == 0, result.output
    by_command = Corrections.load(f"{told}.kastor.toml")
    assert by_command == corrections
    return session


def test_an_edge_dragged_by_the_mouse(page, report, tmp_path, sample_data):
    key = choose(page, 5)
    before = [instant(page, EDGE.format(key, edge)) for edge in ("start", "end")]
    drag(page, EDGE.format(key, "end"), 30)
    after = [instant(page, EDGE.format(key, edge)) for edge in ("start", "end")]
    assert after[0] == before[0]
    assert after[1] > before[1] + 1
    session = holds(page, report, tmp_path, sample_data)
    assert session.reps[4].end_s == after[1]
    row = shown(page)[4]
    assert parse_instant(row["time_s"]) == pytest.approx(after[1] - report.session.reps[4].start_s, abs=0.051)
    assert row["verdict"] == "…"
    assert "After re-analysis" in page.evaluate("getComputedStyle(document.querySelector('.top'), '::before').content")
    page.click("[data-do=undo]")
    assert page.input_value("#edit-command") == ""
    assert page.locator("body.edited").count() == 0
    assert shown(page)[4]["verdict"] != "…"


def test_a_rep_stands_between_its_edges(page):
    choose(page, 5)
    body, *edges = (
        page.locator(f"#edit-chart {where}").bounding_box()
        for where in (".chosen .body", "[aria-label='Rep 5, start'] line", "[aria-label='Rep 5, end'] line")
    )
    middles = [edge["x"] + edge["width"] / 2 for edge in edges]
    assert middles == pytest.approx([body["x"], body["x"] + body["width"]], abs=1.5)


def test_the_table_follows_while_an_edge_is_held(page):
    choose(page, 5)
    times = [row["time_s"] for row in shown(page)]
    box = page.locator("#edit-chart .chosen .body").bounding_box()
    x, y = box["x"] + box["width"], box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    seen = set()
    for by in (10, 20, 30):
        page.mouse.move(x + by, y)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seen.add(shown(page)[4]["time_s"])
    assert len(seen) == 3
    assert times[4] not in seen
    page.keyboard.press("Escape")
    page.mouse.up()
    assert [row["time_s"] for row in shown(page)] == times


def test_every_verb_in_any_order(page, report, tmp_path, sample_data):
    count = len(report.session.reps)
    key = choose(page, 5)
    page.click("[data-do=split]")
    assert len(shown(page)) == count + 1
    drag(page, EDGE.format(key, "end"), -25)
    choose(page, 9)
    page.click("[data-do=drop]")
    choose(page, 2)
    page.click("[data-do=merge]")
    choose(page, 7)
    page.click("[data-do=call]")
    page.click("[data-look=all]")
    page.click("[data-do=add]")
    assert len(shown(page)) == count - 1
    session = holds(page, report, tmp_path, sample_data)
    assert [c.do for c in session.corrections] == ["split", "move", "drop", "merge", "call", "add"]


def test_a_rep_added_by_dragging_over_empty_ground(page, report, tmp_path, sample_data):
    page.click("[data-look=all]")
    box = page.locator("#edit-chart > svg").bounding_box()
    x, y = box["x"] + 60, box["y"] + 150
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=5)
    page.mouse.up()
    session = holds(page, report, tmp_path, sample_data)
    assert len(session.reps) == len(report.session.reps) + 1
    assert session.corrections.items[0].do == "add"
    assert session.reps[0].source == "hand"


def test_the_keyboard_alone_is_enough(page, report, tmp_path, sample_data):
    rep = report.session.reps[2]
    page.locator("#edit-open").focus()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Rep 3, end":
            break
    for keys in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        page.keyboard.press(keys)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Rep 3, end"
    assert float(page.evaluate("document.activeElement.getAttribute('aria-valuenow')")) == pytest.approx(
        rep.end_s + 1.1, abs=0.11
    )
    assert page.input_value("#edit-command").count("--move") == 1
    page.keyboard.press("s")
    assert len(shown(page)) == len(report.session.reps) + 1
    page.keyboard.press("Control+z")
    page.keyboard.press("Delete")
    assert len(shown(page)) == len(report.session.reps) - 1
    session = holds(page, report, tmp_path, sample_data)
    assert [c.do for c in session.corrections] == ["move", "drop"]
    for _ in range(2):
        page.locator("#edit-chart .edge").first.focus()
        page.keyboard.press("Control+z")
    assert page.input_value("#edit-command") == ""


def test_a_finger_drags_on_a_phone(browser, page_file, report, tmp_path):
    context = browser.new_context(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(page_file.as_uri())
    page.tap("#edit-open")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#edit-chart").scroll_into_view_if_needed()
    body = page.locator("#edit-chart .rep .body").nth(6).bounding_box()
    page.touchscreen.tap(body["x"] + body["width"] / 2, body["y"] + 100)
    chosen = page.locator("#edit-chart .chosen .body")
    assert chosen.bounding_box()["width"] > 100  # a narrow one comes closer when it is tapped
    box = chosen.bounding_box()
    touch = context.new_cdp_session(page)
    x, y = box["x"] + box["width"] + 12, box["y"] + 100  # a finger is not exact
    for kind, at in (("touchStart", x), *(("touchMove", x - 6 * i) for i in range(1, 6)), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(50)
    corrections = Corrections.load(saved(page, tmp_path))
    assert [c.do for c in corrections] == ["move"]
    session = corrections.apply(report.session)
    assert session.reps[6].end_s < report.session.reps[6].end_s - 3
    small = page.evaluate(
        "() => [...document.querySelectorAll('#edit button')].filter(b => b.offsetHeight < 44).map(b => b.innerText)"
    )
    assert small == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_said_and_shown_can_be_read(page, scheme):
    page.emulate_media(color_scheme=scheme)
    choose(page, 5)
    contrasts = page.evaluate(CONTRASTS)
    assert [(round(ratio, 2), text) for ratio, text in contrasts if ratio < 4.5] == []


def test_printed_it_is_the_report_as_it_was(page):
    page.emulate_media(media="print")
    assert not page.locator("#edit").is_visible()
    assert page.locator("#trace-figure").is_visible()


def test_a_name_cannot_leave_its_quotes(browser, tmp_path):
    path = tmp_path / "named.html"
    name = "it's $(touch x) & `y`.fit"
    path.write_text(made.made_report(source=name).to_html(), encoding="utf-8")
    with opened(browser, path) as page:
        page.click("#edit-open")
        page.click("[data-do=add]")
        assert shlex.split(page.input_value("#edit-command"))[2] == name


def test_two_hours_are_dragged_at_the_screen_s_own_pace(browser, tmp_path, monkeypatch):
    monkeypatch.setattr(made, "WARMUP_S", 2400.0)
    monkeypatch.setattr(made, "COOLDOWN_S", 1900.0)
    report = made.made_report()
    path = tmp_path / "long.html"
    path.write_text(report.to_html(), encoding="utf-8")
    with opened(browser, path) as page:
        page.click("#edit-open")
        page.locator("#reps .rep-button").nth(7).click()
        page.click("[data-look=all]")
        # What a frame costs in scripts, style and layout: the pace of frames itself is that of a busy machine.
        cost_ms = page.evaluate(
            """async () => {
              const svg = document.querySelector("#edit-chart svg"), box = svg.getBoundingClientRect();
              const held = document.querySelectorAll("#edit-chart .edge")[15].querySelector("line");
              const edge = held.getBoundingClientRect();
              const chart = document.getElementById("edit-chart");
              chart.setPointerCapture = () => {};
              const tell = (type, x) => chart.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x,
                clientY: box.top + 100, pointerId: 1, isPrimary: true, button: 0, pointerType: "mouse" }));
              const frame = () => new Promise(requestAnimationFrame), costs = [];
              tell("pointerdown", edge.left + edge.width / 2);
              for (let i = 0; i < 60; i++) {
                tell("pointermove", edge.left + edge.width / 2 + 12 * Math.sin(i / 6));
                const begun = await new Promise((done) => requestAnimationFrame(() => done(performance.now())));
                void document.body.offsetHeight;
                costs.push(performance.now() - begun);
                await frame();
              }
              tell("pointerup", edge.left);
              return costs.sort((a, b) => a - b);
            }"""
        )
        assert len(cost_ms) == 60
        assert page.input_value("#edit-command").count("--move") == 1
        assert cost_ms[30] < 1000 / 60
