"""One story: every rendering of a session tells the same words and the same numbers."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import get_args

import pytest

from kastor_analysis import Plan, Report, score
from kastor_analysis.render.glyphs import UNICODE
from kastor_analysis.render.overview import overview_lines
from kastor_analysis.render.terminal import report_lines
from kastor_analysis.report import HammerVerdict, PaceVerdict, RestVerdict, ResultStatus
from kastor_analysis.shown.bands import hammer_facts, set_line, set_words
from kastor_analysis.shown.numbers import time_digits
from kastor_analysis.words import vocabulary
from tests.charts.made import made_report
from tests.scorer.made import kastor_times, make_session

NAN = float("nan")


def sessions() -> Iterator[tuple[str, Report]]:
    """Yield thirty sessions that differ in all that a table tells of."""
    goals = [None, "5k 20:00", "10k 42:00"]
    for goal in goals:
        kastor = Plan.kastor(goal)
        yield f"kastor {goal}", score(make_session(kastor_times()), kastor)
        yield f"all slow {goal}", score(make_session([t * 1.012 for t in kastor_times()], sd_s=1.2), kastor)
        yield f"hammer on 11 {goal}", score(make_session([96.0] * 10 + [86.4] + [96.0] * 4 + [86.4]), kastor)
        yield f"not hammered {goal}", score(make_session([96.0] * 16), kastor)
        yield f"stopped early {goal}", score(make_session([96.0] * 13), kastor)
        yield f"extra {goal}", score(make_session([96.0] * 18), kastor)
        yield f"rests {goal}", score(make_session([96.0] * 16, [50.0, 140.0, 96.0, 106.0] * 3 + [96.0] * 3), kastor)
        yield f"sets {goal}", score(make_session([96.0] * 16, [115.0, 116.0, 117.0, 180.0] * 3 + [115.0] * 3), kastor)
        metres = [400.0, 800.0, 1200.0, 800.0, 400.0]
        ladder = make_session([96.0, 192.0, 288.0, 192.0, 96.0], nominal_m=metres, watch_m=NAN)
        yield f"ladder {goal}", score(ladder, Plan.parse("400-800-1200-800-400 r=rep").with_goal(goal))
        timed = make_session([180.0] * 6, [120.0] * 5, nominal_m=NAN, watch_m=750.0)
        yield f"timed {goal}", score(timed, Plan.parse("6x3:00 r2:00").with_goal(goal))
    yield "made", made_report(missing=(10,))


SESSIONS = dict(sessions())
WORDS = {
    *get_args(PaceVerdict), *get_args(RestVerdict), *get_args(ResultStatus), f"on {vocabulary.WITHIN_NOISE}", "",
    *map(vocabulary.hammer_told, get_args(HammerVerdict)),
}  # fmt: skip
HEADS = {term.head for term in vocabulary.COLUMNS.values()} | {"min/km", "min/mi", ""}


def bare(word: str) -> str:
    """Return a verdict without the sign before it."""
    return re.sub("^[▲▼◂▸] ", "", word)


def page_tables(report: Report) -> list[list[str]]:
    table = re.search(r'<table[^>]*id="reps".*?</table>', report.to_html(), re.S)
    assert table is not None
    return _rows(table[0])


def notebook_rows(report: Report) -> list[list[str]]:
    return _rows(report._repr_html_())


def _rows(markup: str) -> list[list[str]]:
    rows = re.findall(r"<tr.*?</tr>", markup, re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in cells]


def terminal_text(report: Report) -> str:
    lines = report_lines(report, width=160, glyphs=UNICODE)
    return "\n".join("".join(words for words, _ in line) for line in lines)


def test_there_are_thirty_sessions_and_they_use_every_word():
    assert len(SESSIONS) >= 30
    rows = [row for report in SESSIONS.values() for row in report.rep_rows]
    used = {word for row in rows for word in (row.pace_verdict, row.rest_verdict)}
    assert {*get_args(PaceVerdict), *get_args(RestVerdict)} <= used
    hammers = {row.verdict for report in SESSIONS.values() for row in report.hammer_rows}
    assert {"all out", "not hammered", "on the wrong rep", "missing"} <= hammers


@pytest.mark.parametrize("name", SESSIONS)
def test_headings_and_verdicts_are_of_the_vocabulary_in_every_table(name):
    report = SESSIONS[name]
    for table in (page_tables(report), notebook_rows(report)):
        heads, *rows = table
        assert set(heads) <= HEADS
        for at, head in enumerate(heads):
            if head in ("verdict", "rest verdict", ""):
                assert {bare(row[at]) for row in rows} <= WORDS
    text = terminal_text(report)
    head = next(line for line in text.splitlines() if line.lstrip().startswith("rep "))
    assert set(head.replace("│", "").replace("faster", "").replace("slower", "").split()) <= HEADS
    for old in ("held back", "12H", "12*", "Diff", "not run", "time unknown"):
        assert old not in text + json.dumps(page_tables(report)) + report._repr_html_()


@pytest.mark.parametrize("name", SESSIONS)
def test_verdicts_and_numbers_are_the_same_in_every_rendering(name):
    report = SESSIONS[name]
    heads, *page = page_tables(report)
    notebook_heads, *notebook = notebook_rows(report)
    table = re.split(r"\n *rep ", terminal_text(report))[1].splitlines()
    terminal = [line for line in table if re.match(r" *(\d+|\+\d+)( H)? ", line)]
    csv_rows = list(io.StringIO(report.to_csv()))[1:]
    plain = report.to_dict()["reps"]
    assert len(page) == len(notebook) == len(csv_rows) == len(plain) == len(report.rep_rows)
    for i, row in enumerate(report.rep_rows):
        on_page = dict(zip(heads, page[i], strict=True))
        in_notebook = dict(zip(notebook_heads, notebook[i], strict=True))
        line = next(line for line in terminal if line.split()[0] == page[i][0].split()[0])
        assert on_page["rep"] == in_notebook["rep"]
        for head in ("time", "off", "rest", "ratio"):
            said = on_page.get(head, "")
            assert in_notebook.get(head, "") == said, head
            assert said in line
        assert bare(on_page["verdict"]) in line
        assert bare(on_page["verdict"]) in notebook[i]
        assert plain[i]["pace_verdict"] == row.pace_verdict


@pytest.mark.parametrize("name", SESSIONS)
def test_no_hammer_is_called_two_things(name):
    report = SESSIONS[name]
    text = terminal_text(report)
    for hammer in report.hammer_rows:
        told = vocabulary.hammer_told(hammer.verdict)
        row = next(line for line in text.splitlines() if re.match(rf"{hammer.planned_rep} H ", line.strip()))
        facts = next(line for line in text.splitlines() if line.startswith(f"Hammer {hammer.planned_rep:>2}"))
        assert told in row
        assert told in facts
        if hammer.verdict in ("all out", "faster, not all out"):
            assert "slower" not in facts


def test_a_mark_outside_the_band_called_on_says_why():
    report = SESSIONS["all slow 5k 20:00"]
    assert "on ±" in terminal_text(report)
    assert vocabulary.WITHIN_NOISE_MEANS in " ".join(terminal_text(report).split())
    assert "On ±: outside the band by less than is sure" in report.to_html()
    sure = replace(report, rep_rows=tuple(replace(row, pace_verdict="slow") for row in report.rep_rows))
    assert "on ±" not in terminal_text(sure).split("Hammer")[0] or any(r.rest_verdict for r in sure.rep_rows)


@pytest.mark.parametrize("name", SESSIONS)
def test_phases_scores_sets_and_hammers_are_the_same_in_terminal_page_and_data(name):
    report = SESSIONS[name]
    text, page, data = terminal_text(report), html.unescape(report.to_html()), report.to_dict()
    plain_page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    # Phases: of the vocabulary, with one name, time and remark.
    shown = _rows(re.search(r'<table class="phases">.*?</table>', page, re.S)[0])[1:]
    assert len(shown) == len(data["phases"])
    for cells, phase in zip(shown, data["phases"], strict=True):
        word = vocabulary.phase_name(phase["kind"])
        assert cells[0] == word
        line = next(line for line in text.splitlines() if line.startswith(f"{word} ") and cells[1] in line)
        assert all(cell in line for cell in cells[2:4])
        assert cells[-1] == (phase["note"] or "")
        assert cells[-1] in " ".join(text.split())
    # Points: one number a part.
    for part, points in data["scores"].items():
        if points is None or part == "overall":
            continue
        called = "evenness" if part == "pace" and report.plan.goal is None else part
        told = re.search(rf'data-score="{called}" data-value="[\d.]+">(\d+)<', page)
        assert told, part
        assert told[1] == f"{report.scores[part]:.0f}"
        assert abs(points - report.scores[part]) < 1e-6
        assert re.search(rf"^  {called} +{told[1]} ", text, re.M)
    # Sets and hammers: the same words.
    digits = time_digits(row.time_sd_s for row in report.rep_rows)
    for row in report.set_rows if len(report.set_rows) > 1 else ():
        what, said = set_words(row, digits, "km")
        assert f"Set {row.set}: {what}" in plain_page
        assert said in plain_page
        assert set_line(row, digits, "km") in text
    for hammer in report.hammer_rows:
        for fact in hammer_facts(hammer):
            assert fact in plain_page
            assert fact in " ".join(text.split()) or fact in text
    # Advice and remarks: each sentence in both.
    flat = " ".join(text.replace("\n", " ").split())
    for line in report.advice[:4]:
        assert line in flat
        assert line in re.sub(r"\s+", " ", page)


CHARTED = ["kastor 5k 20:00", "sets None", "ladder None", "timed 5k 20:00", "rests 10k 42:00"]


@pytest.mark.parametrize("name", CHARTED)
def test_charts_use_the_words_of_the_tables(name):
    from matplotlib.text import Text

    from kastor_analysis import charts

    report = SESSIONS[name]
    names = {vocabulary.rep_name(r.planned_rep, r.run_rep, is_hammer=r.is_hammer) for r in report.rep_rows}
    phases = set(vocabulary.PHASES.values())
    for figure in (charts.plot_session(report), charts.plot_reps(report), charts.plot_rests(report)):
        figure.canvas.draw() if hasattr(figure.canvas, "draw") else None
        words = {text.get_text() for text in figure.findobj(Text)}
        for word in words:
            assert not re.search(r"held back|12H|\bDiff\b|12\*|time unknown", word), word
            if re.fullmatch(r"\+?\d+( ?H)", word):
                assert word in names
        if report.plan.goal is None:
            assert vocabulary.BAND not in words
        assert not {"warmup", "cooldown", "recovery"} & words
        assert {word for word in words if word in phases} <= {"warm-up", "cool-down", "drills", "strides", "other"}


@pytest.mark.parametrize("name", CHARTED)
def test_the_overview_says_the_score_of_the_report(name):
    report = SESSIONS[name]
    line = overview_lines([report], width=160, units="km", glyphs=UNICODE)[1]
    overall = report.scores["overall"]
    assert (f" {overall:.0f}" in line) if isfinite(overall) else True
    assert report.plan.title.split(",")[0] in line
