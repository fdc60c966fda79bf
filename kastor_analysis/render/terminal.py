"""A report for a terminal, a pipe or a file: head, score, reps, hammers, phases, advice, what was doubtful.

Conventions: colour never says what words and signs do not; only colours that read on light and on dark grounds are
used; no line is wider than the terminal. rich finds out what the terminal can do and writes the colours; a pipe or a
file gets the words alone, and rich, which takes some 20 ms to import, is left out.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from math import isfinite, nan
from typing import TYPE_CHECKING, TextIO

from ..quantities.lengths import Units
from ..report import SCORE_PARTS, PhaseResult, Report
from ..shown import numbers as u
from ..shown.bands import (
    accuracy,
    found_otherwise,
    hammer_facts,
    is_by_watch_distance,
    phase_pace,
    said_within_noise,
    set_line,
    total_distance_m,
)
from ..words import vocabulary
from ..words.escapes import shown
from .glyphs import ASCII, UNICODE, Glyphs, can_show_unicode, plain
from .rep_table import BAD, FAINT, GOOD, HAMMER, HEAD, PLAIN, Line, band, rep_lines
from .split_table import split_lines, split_summary

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_MIN, TEXT_MAX = 40, 100
_WIDTH_USUAL = 80  # of a terminal that does not tell its own
ADVICE_SHOWN = 4  # more is not remembered at the next session
_SCORE_BAR = 20
_NUMBER_AND_UNIT = re.compile(r"(\d) (%|s|m|km|mi|min|beats|bpm)(?![\w/])")
_SLOWEST_MPS = 0.5
"""Less distance than this for the time on the clock makes no pace: most of the run is not in the file."""
_DOUBTS = frozenset({"coarse", "distance", "heart_rate", "impossible"})
"""Notes that speak of the recording; the others speak of the session."""


def print_report(
    report: Report,
    file: TextIO,
    *,
    units: Units = "km",
    splits: bool = False,
    console: Console | None = None,
) -> None:
    """Print a report.

    Colours are written only where `file` is a terminal that shows them, and never with ``NO_COLOR``; a console that is
    given decides that in its place. `splits`: show the parts of every rep, not their mean alone.
    """
    console = console or _console(file)
    glyphs = UNICODE if can_show_unicode(file) else ASCII
    width = console.width if console else _width()
    _print(report_lines(report, width=width, units=units, splits=splits, glyphs=glyphs), file, console, glyphs)


def print_overview(reports: Sequence[Report], file: TextIO, *, units: Units = "km") -> None:
    """Print several reports as one table, a line each; `file` and `units` as in `print_report`."""
    from .overview import overview_lines

    console = _console(file)
    glyphs = UNICODE if can_show_unicode(file) else ASCII
    width = max(console.width if console else _width(), WIDTH_MIN)
    head, *rows = overview_lines(reports, width=width, units=units, glyphs=glyphs)
    _print([[(head, FAINT)], *([(row, PLAIN)] for row in rows)], file, console, glyphs)


def _console(file: TextIO) -> Console | None:
    """Return what writes colours, where `file` is a terminal or the surroundings say that it takes them."""
    if not (file.isatty() or "FORCE_COLOR" in os.environ or "TTY_COMPATIBLE" in os.environ):
        return None
    from rich.console import Console

    return Console(file=file, highlight=False, emoji=False, markup=False)


def _width() -> int:
    """Return the columns of the terminal that the command was called from, as rich does."""
    if re.fullmatch(r"\d{1,4}", columns := os.environ.get("COLUMNS", "")):
        return int(columns) or _WIDTH_USUAL
    for descriptor in range(3):
        with suppress(OSError):
            return os.get_terminal_size(descriptor).columns or _WIDTH_USUAL
    return _WIDTH_USUAL


def _print(lines: Iterable[Line], file: TextIO, console: Console | None, glyphs: Glyphs) -> None:
    spell = shown if glyphs is UNICODE else lambda words: plain(shown(words))
    if console is None:
        for line in lines:
            file.write("".join(spell(words) for words, _ in line) + "\n")
        return
    from rich.text import Text

    for line in lines:
        text = Text(end="\n", no_wrap=True, overflow="ignore")
        for words, style in line:
            text.append(spell(words), style or None)
        console.print(text, soft_wrap=True)


def report_lines(
    report: Report, *, width: int, units: Units = "km", splits: bool = False, glyphs: Glyphs = UNICODE
) -> list[Line]:
    """Return the report as lines of (text, style) spans, none wider than `width` (40 columns at least)."""
    width = max(width, WIDTH_MIN)
    sections: list[list[Line]] = [_head(report, width, units, glyphs)]
    if any(row.run_rep is not None for row in report.rep_rows):
        table = rep_lines(report, width=width, units=units, glyphs=glyphs)
        has_bars = any(glyphs.target in words for line in table[:1] for words, _ in line)
        sections += [
            _scores(report, width, glyphs),
            table,
            _legend(report, width, glyphs, has_bars=has_bars),
            _hammers(report, width, glyphs),
            _sets(report, width, units, glyphs),
            split_lines(report, width=width, glyphs=glyphs) if splits else split_summary(report, width=width),
        ]
    else:
        sections.append(_no_reps(report, width, units))
    sections += [
        _phases(report.phase_rows, width, units),
        _listed("Next time", report.advice[:ADVICE_SHOWN], width, glyphs, HEAD),
        _listed("Also seen", _remarks(report, report.notes.keys() - _DOUBTS - set(SCORE_PARTS)), width, glyphs, FAINT),
        _listed("About this recording", _doubts(report), width, glyphs, FAINT),
    ]
    lines: list[Line] = []
    for section in filter(None, sections):
        if lines:
            lines.append([])
        lines += section
    return lines


def _head(report: Report, width: int, units: Units, glyphs: Glyphs) -> list[Line]:
    activity, plan = report.session.activity, report.plan
    facts = [u.date_and_time(activity.start_time, activity.utc_offset_s), u.clock(activity.duration_s)]
    if isfinite(total := total_distance_m(report)):
        facts.append(u.distance(total, units))
    if activity.device:
        facts.append(activity.device)
    if activity.sport and activity.sport != "running":
        facts.append(f"recorded as {activity.sport}")
    if report.athlete:
        facts.insert(0, report.athlete.name)
    lines = [[(line, HEAD)] for line in _wrapped(activity.source, width)]
    lines += [[(line, PLAIN)] for line in _facts(facts, width, glyphs)]
    if corrected := report.session.corrected_by_hand:
        lines += [[(line, PLAIN)] for line in _wrapped(corrected, width)]
    if plan is None:
        return lines
    said = [plan.title]
    if plan.source == "inferred":
        said[0] += " (as found: no plan was named)"
    if plan.goal:
        said.append(f"goal {plan.goal.text}")
    distances = {step.distance_m for step in plan.steps if isfinite(step.distance_m)}
    target_s = plan.steps[0].target_s if plan.goal else report.figures.get("median_regular_s", nan)
    if len(distances) == 1 and isfinite(target_s) and (edges := band(report)):
        what = "target" if plan.goal else "target (median rep)"
        said.append(f"{what} {u.clock(target_s, 1)}, in band {u.clock(edges[0] * target_s, 1)} to "
                    f"{u.clock(edges[1] * target_s, 1)}")  # fmt: skip
    return lines + [[(line, PLAIN)] for line in _facts(said, width, glyphs)]


def _scores(report: Report, width: int, glyphs: Glyphs) -> list[Line]:
    overall = report.scores.get("overall", float("nan"))
    if isfinite(overall):
        lines: list[Line] = [[("Score ", HEAD), (f"{overall:.0f}", HEAD), (" of 100", FAINT)]]
        if reason := report.notes.get("overall"):
            lines += _paragraph(reason, width, FAINT, "  ")
    else:
        lines = _paragraph(report.notes.get("overall", "No overall score"), width, HEAD)
    inferred = report.plan is not None and report.plan.is_inferred
    for part in SCORE_PARTS[1:]:
        score, reason = report.scores.get(part, float("nan")), report.notes.get(part)
        name = "evenness" if part == "pace" and not (report.plan and report.plan.goal) else part
        if isfinite(score):
            filled = round(score / 100.0 * _SCORE_BAR)
            style = GOOD if score >= 75 else PLAIN if score >= 50 else BAD
            line: Line = [(f"  {name:<9} ", PLAIN), (f"{score:3.0f} ", style)]
            lines.append([*line, (glyphs.full * filled, style), (glyphs.empty * (_SCORE_BAR - filled), FAINT)])
            if reason:
                lines += _paragraph(reason, width, FAINT, " " * 12)
        elif reason and not inferred:
            wrapped = _wrapped(reason, width - 16)
            lines.append([(f"  {name:<9} ", PLAIN), (f"{glyphs.none:>3} ", FAINT), (wrapped[0], FAINT)])
            lines += [[(" " * 16 + line, FAINT)] for line in wrapped[1:]]
    return lines


def _legend(report: Report, width: int, glyphs: Glyphs, *, has_bars: bool) -> list[Line]:
    """Return what the signs mean and how sure the times are."""
    said = []
    if any(row.is_hammer for row in report.rep_rows):
        said.append(f"{vocabulary.HAMMER} hammer rep")
    if has_bars:
        has_goal = report.plan is not None and report.plan.goal is not None
        said.append(f"{glyphs.band} {vocabulary.BAND if has_goal else vocabulary.BAND_NO_GOAL}")
    if said_within_noise(report):
        said.append(vocabulary.WITHIN_NOISE_MEANS)
    over = "off: against the target over the distance measured"
    sure = accuracy(report)
    if sure and is_by_watch_distance(report):
        said.append(f"{over}, good to about {sure}")
    else:
        if any(abs(row.scored_distance_m - row.nominal_distance_m) > 2.0 for row in report.rep_rows):
            said.append(over)
        if sure:
            said.append(f"times good to about {sure}")
    if found := found_otherwise(report.rep_rows):
        said.append(found)
    if any(isfinite(row.rest_ratio) for row in report.rep_rows):
        said.append(f"ratio: {vocabulary.COLUMNS['ratio'].about}")
    return [[(line, FAINT)] for line in _facts([_spelt(fact, glyphs) for fact in said], width, glyphs)]


def _hammers(report: Report, width: int, glyphs: Glyphs) -> list[Line]:
    lines: list[Line] = []
    for row in report.hammer_rows:
        facts = [_spelt(fact, glyphs) for fact in hammer_facts(row)]
        head = f"Hammer {row.planned_rep:>2}  "
        for i, line in enumerate(_facts(facts, width - len(head), glyphs)):
            lines.append([(head if i == 0 else " " * len(head), HAMMER), (line, PLAIN)])
    return lines


def _sets(report: Report, width: int, units: Units, glyphs: Glyphs) -> list[Line]:
    """Return a line a set, where there are several."""
    if len(report.set_rows) < 2:
        return []
    digits = u.time_digits(row.time_sd_s for row in report.rep_rows)
    return [
        [(line, PLAIN)]
        for row in report.set_rows
        for line in _wrapped_under(_spelt(set_line(row, digits, units), glyphs), width)
    ]


def _spelt(text: str, glyphs: Glyphs) -> str:
    """Return text as it will be written, where that is longer in ASCII."""
    return plain(text) if glyphs is ASCII else text


def _wrapped_under(text: str, width: int) -> list[str]:
    """Return text on lines no wider than `width`, those after the first indented."""
    return textwrap.wrap(
        text, max(width, 20), subsequent_indent=" " * 7, break_long_words=False, break_on_hyphens=False
    ) or [""]


def _phases(rows: Sequence[PhaseResult], width: int, units: Units) -> list[Line]:
    names = [vocabulary.phase_name(row.kind) for row in rows]
    name_width = max((len(name) for name in names), default=0)
    lines: list[Line] = []
    for name, row in zip(names, rows, strict=True):
        cells = [f"{name:<{name_width}}", f"{u.clock(row.duration_s):>8}", f"{u.distance(row.distance_m, units):>9}"]
        cells.append(f"{phase_pace(row, units):>10}")
        cells.append(f"{u.number(row.heart_rate_avg_bpm):>5} bpm" if isfinite(row.heart_rate_avg_bpm) else " " * 9)
        while len(text := "".join(cells)) > width:
            cells.pop()
        note = row.note or ""
        if note and len(text) + 2 + len(note) <= width:
            lines.append([(text, PLAIN), (f"  {note}", FAINT)])
        else:
            lines.append([(text.rstrip(), PLAIN)])
            lines += _paragraph(note, width, FAINT, " " * (name_width + 2)) if note else []
    return lines


def _no_reps(report: Report, width: int, units: Units) -> list[Line]:
    """Return the calm sentence on a run without reps: what was found instead, and how to ask for more."""
    activity = report.session.activity
    total_m = total_distance_m(report)
    what = f"{u.clock(activity.duration_s)} on the clock"
    if isfinite(total_m) and total_m > 0:
        what += f" and {u.distance(total_m, units)}"
        if total_m > _SLOWEST_MPS * activity.duration_s:
            what += f", {u.pace_with_unit(1000 * activity.duration_s / total_m, units)} overall"
    if report.session.passed_over:
        return _paragraph(f"{report.session.passed_over}.", width, PLAIN)
    text = f"{report.notes.get('overall', vocabulary.NOTHING_FOUND)}: {what}."
    if report.plan is not None and report.plan.source != "inferred":
        text += f" {report.plan.title} was asked for, but none of its reps can be seen."
    else:
        text += " If it was a session, say which, and it is looked for: --plan kastor, or --reps 8 for a short form."
    return _paragraph(text, width, PLAIN)


def _remarks(report: Report, names: Collection[str]) -> list[str]:
    # That no plan was named, and how to name one, stands above in the place of the score.
    return [text for name, text in report.notes.items() if name in names and name != "plan"]


def _doubts(report: Report) -> list[str]:
    return list(dict.fromkeys([*_remarks(report, _DOUBTS), *report.session.notes, *report.session.activity.warnings]))


def _listed(title: str, texts: Iterable[str], width: int, glyphs: Glyphs, style: str) -> list[Line]:
    lines: list[Line] = []
    for text in texts:
        text = text if text.endswith((".", "!", "?")) else f"{text}."
        for i, line in enumerate(_wrapped(text, min(width, TEXT_MAX) - 4)):
            lines.append([(f"  {glyphs.bullet} " if i == 0 else "    ", FAINT), (line, PLAIN)])
    return [[(title, style)], *lines] if lines else []


def _paragraph(text: str, width: int, style: str, indent: str = "") -> list[Line]:
    return [[(indent + line, style)] for line in _wrapped(text, min(width, TEXT_MAX) - len(indent))]


def _wrapped(text: str, width: int) -> list[str]:
    # A number and its unit stay together.
    bound = _NUMBER_AND_UNIT.sub("\\1\N{NO-BREAK SPACE}\\2", " ".join(text.split()))
    lines = textwrap.wrap(bound, max(width, 10), break_on_hyphens=False)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines] or [""]


def _facts(facts: Sequence[str], width: int, glyphs: Glyphs) -> list[str]:
    """Return facts joined by dots, broken only between them (and inside one that is wider than the line)."""
    lines: list[str] = []
    for fact in facts:
        joined = f"{lines[-1]} {glyphs.dot} {fact}" if lines else fact
        if lines and len(joined) <= width:
            lines[-1] = joined
        else:
            lines += _wrapped(fact, width)
    return lines
