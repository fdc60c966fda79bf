"""What every rendering says and draws alike: names of reps and phases, bands, how a hammer was run, how sure times are.

Conventions: bands are times in seconds over the distance that is scored; what cannot be told is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

from ..motion import distance_of
from ..quantities.lengths import UNIT_M, Units
from ..quantities.naming import is_by_time
from ..quantities.ordered import median
from ..report import HammerResult, PhaseResult, Report, RepResult, SetResult
from ..words import vocabulary
from ..words.vocabulary import PHASES
from .numbers import clock, pace_with_unit, rep_distance

_RUN_AT_A_PACE = frozenset({"warmup", "cooldown", "other"})
"""Phases whose pace says something: the others are made of running and of standing."""
_SLOWEST_S_PER_KM = 720.0
"""Slower is walking and standing about."""
_WORTH_PER_CENT = 0.95
"""A gain told in whole per cent is sure to its last digit where its sd is less."""


def pace_band(row: RepResult, report: Report) -> tuple[float, float] | None:
    """Return the quickest and the slowest time in band for a regular rep; None for a hammer or without a target.

    They are times over the distance the rep is scored by, as its target is.
    """
    if report.plan is None or row.is_hammer or not isfinite(row.target_s) or row.target_s <= 0:
        return None
    step = next((step for step in report.plan.steps if step.planned_rep == row.planned_rep), None)
    low, high = report.plan.band_of(step)
    return row.target_s * low, row.target_s * high


def rest_band(row: RepResult, report: Report) -> tuple[float, float] | None:
    """Return the shortest and the longest rest in band; None where none was asked for.

    After a hammer a rest as long as after a regular rep is in band too.
    """
    if report.plan is None or not isfinite(row.rest_target_s) or row.rest_target_s <= 0:
        return None
    low, high = report.plan.rules.rest_band
    longest_s = high * row.rest_target_s
    usual_s = report.figures.get("median_regular_s", nan)
    hammered = row.is_hammer or row.planned_rep in {hammer.wrong_rep for hammer in report.hammer_rows}
    if hammered and row.time_s > 0 and usual_s > 0:
        longest_s = max(longest_s, high * usual_s * row.rest_target_s / row.time_s)
    return low * row.rest_target_s, longest_s


def drawn_by(rows: Sequence[RepResult], units: Units) -> tuple[list[float], str]:
    """Return what to multiply each rep's time by to draw it, and what that makes of it, in words.

    Reps that share one distance are drawn by their time, others by their pace: NaN where a rep's distance is not known.
    """
    run = [row for row in rows if row.status == "run" and isfinite(row.scored_distance_m)]
    metres = {round(row.scored_distance_m, 1) for row in run}
    if len(metres) > 1:
        return [UNIT_M[units] / row.scored_distance_m for row in rows], f"pace, min/{units}"
    return [1.0] * len(rows), f"time over {rep_distance(metres.pop())}" if metres else "time"


PHASE_NAMES = {kind: PHASES[kind] for kind in ("warmup", "drills", "stride", "cooldown")}
"""The phases that pictures shade and name, by their kind."""


def total_distance_m(report: Report) -> float:
    """Return what the recording covers; NaN where it holds no motion."""
    return distance_of(report.session.activity)


def accuracy(report: Report) -> str:
    """Return how sure the times of the reps are, one standard deviation: ``0.4 s``; empty where that is not known."""
    return _about(report.figures.get("time_sd_s", nan))


def splits_accuracy(report: Report) -> str:
    """Return the same of the parts of the reps, as the median of them is."""
    known = [row.time_sd_s for row in report.split_rows if isfinite(row.time_sd_s)]
    return _about(float(median(known)) if known else nan)


def _about(sd_s: float) -> str:
    return f"{max(sd_s, 0.1):.{1 if sd_s < 9.5 else 0}f} s" if isfinite(sd_s) else ""


def is_by_watch_distance(report: Report) -> bool:
    """Return whether most reps are held against their targets over the distance that the watch measured.

    Then how sure that distance is counts in the standard deviation; the time on the clock is better than that.
    """
    rows = [row for row in report.rep_rows if isfinite(row.deviation_s)]
    return 2 * sum(row.scored_distance_m == row.watch_distance_m for row in rows) > len(rows)


def rep_name(row: RepResult) -> str:
    """Return a rep's number as it is shown: ``7``, ``12 H`` for a hammer, ``+3`` for one that was not planned."""
    return vocabulary.rep_name(row.planned_rep, row.run_rep, is_hammer=row.is_hammer)


def pace_said(row: RepResult, report: Report) -> str:
    """Return how a rep was run, in one word or two, the same in every table and picture.

    A status that is not ``run`` comes first, then how a hammer was run, then the pace; ``on ±`` is one that lies
    outside the band by less than its time is sure.
    """
    if row.status != "run":
        return row.status
    if row.is_hammer:
        own = (hammer.verdict for hammer in report.hammer_rows if hammer.planned_rep == row.planned_rep)
        return vocabulary.hammer_told(next(own, ""))
    if row.pace_verdict == "on" and (band := pace_band(row, report)) and not _within(row.time_s, band):
        return f"on {vocabulary.WITHIN_NOISE}"
    return row.pace_verdict or ""


def rest_said(row: RepResult, report: Report) -> str:
    """Return how long a rest was, in the same way."""
    if row.rest_verdict == "on" and (band := rest_band(row, report)) and not _within(row.rest_s, band):
        return f"on {vocabulary.WITHIN_NOISE}"
    return row.rest_verdict or ""


def said_within_noise(report: Report) -> bool:
    """Return whether any rep or rest is called on, though it lies outside its band."""
    mark = vocabulary.WITHIN_NOISE
    return any(pace_said(r, report).endswith(mark) or rest_said(r, report).endswith(mark) for r in report.rep_rows)


def _within(value_s: float, band: tuple[float, float]) -> bool:
    return band[0] - 1e-6 <= value_s <= band[1] + 1e-6


def phase_pace(row: PhaseResult, units: Units) -> str:
    """Return the pace of a phase that was run at one: ``5:31/km``; empty for the others."""
    is_pace = row.kind in _RUN_AT_A_PACE and row.pace_s_per_km <= _SLOWEST_S_PER_KM
    return pace_with_unit(row.pace_s_per_km, units) if is_pace else ""


def set_line(row: SetResult, digits: int, units: Units) -> str:
    """Return one set in a line: ``set 2  6 x 200 m  median 0:29.6 ± 0.9, 2:28/km, rests 2:03, 5:51 to the next``."""
    return f"set {row.set}  {'  '.join(set_words(row, digits, units))}"


def set_words(row: SetResult, digits: int, units: Units) -> tuple[str, str]:
    """Return what a set was, ``6 x 200 m``, and how it was run and rested."""
    said = []
    if is_by_time(row.rep_kind):
        if isfinite(row.distance_m):
            said.append(f"{row.distance_m / row.reps:.0f} m" + (" each (mean)" if row.reps > 1 else ""))
    elif isfinite(row.median_s):
        spread = f" ± {row.spread_s:.1f}" if isfinite(row.spread_s) else ""
        said.append(f"{'median ' if row.reps > 1 else ''}{clock(row.median_s, digits)}{spread}")
    if isfinite(row.pace_s_per_km):
        said.append(pace_with_unit(row.pace_s_per_km, units))
    if isfinite(row.rest_median_s):
        said.append(f"rests {clock(row.rest_median_s)}")
    if isfinite(row.rest_after_s):
        said.append(f"{clock(row.rest_after_s)} to the next")
    is_list = any(sign in row.rep_kind for sign in (",", " x ", "repeats"))
    what = row.rep_kind if is_list else f"{row.reps} x {row.rep_kind}"
    return what, ", ".join(said)


def found_name(row: RepResult) -> str:
    """Return the number that a correction names a rep by, where it is not the one shown; ``new``: added by hand."""
    if row.found_rep is None:
        return "new" if row.source == "hand" and isfinite(row.start_s) else ""
    shown = row.planned_rep if row.planned_rep is not None else row.run_rep
    return str(row.found_rep) if row.found_rep != shown else ""


def found_otherwise(rows: Sequence[RepResult]) -> str:
    """Return in words which reps were found under other numbers than they are shown by; empty where none was."""
    runs: list[tuple[list[RepResult], int]] = []
    for row in rows:
        name = found_name(row)
        if not name.isdigit():
            continue
        shift = int(name) - (row.planned_rep or 0)
        if runs and row.planned_rep is not None and runs[-1][1] == shift and runs[-1][0][-1].planned_rep is not None:
            runs[-1][0].append(row)
        else:
            runs.append(([row], shift))
    said = []
    for run, _ in runs:
        shown, found = ([f(run[0]), f(run[-1])] for f in (_plain_name, found_name))
        said.append(" as ".join(ends[0] if len(run) == 1 else f"{ends[0]}-{ends[1]}" for ends in (shown, found)))
    return f"found: {', '.join(said)}" if said else ""


def _plain_name(row: RepResult) -> str:
    return rep_name(row).removesuffix(vocabulary.HAMMER).rstrip()


def hammer_facts(row: HammerResult) -> list[str]:
    """Return in words how a hammer rep was run: its verdict, gain, score and highest heart rate."""
    said: list[str] = [
        vocabulary.hammer_told(row.verdict)
        + (f", rep {row.wrong_rep} was hammered in its stead" if row.wrong_rep else "")
    ]
    if isfinite(row.gain):
        percent, sure = round(abs(row.gain) * 100), 100.0 * row.gain_sd
        between = f" ± {sure:.0f}" if sure >= _WORTH_PER_CENT else ""
        quicker, than = "faster" if row.gain >= 0 else "slower", "than the median rep"
        said.append(f"{percent}{between} % {quicker} {than}" if percent else f"no faster {than}")
    if isfinite(row.score):
        said.append(f"score {row.score:.0f}")
    if isfinite(row.heart_rate_max_bpm):
        said.append(f"heart rate up to {row.heart_rate_max_bpm:.0f}")
    return said
