"""The parts of each rep (every 100 m on a track) for a terminal.

Conventions: parts are grouped by where they lie in the rep, [start_m, end_m); lines are lists of (text, style) spans.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ..report import Report, SplitResult
from ..shown import numbers as u
from ..shown.bands import splits_accuracy
from .glyphs import Glyphs
from .rep_table import FAINT, HAMMER, PLAIN, Line

_Part = tuple[float, float]


def split_summary(report: Report, *, width: int) -> list[Line]:
    """Return one line: the mean time of each part over the regular reps that have all parts.

    Empty without splits, or where they are too coarse for the tenths that tell a fast start from a fade.
    """
    by_rep, parts = _by_rep(report)
    planned = [row for row in report.rep_rows if row.planned_rep is not None and not row.is_hammer]
    regular = [rep for row in planned if (rep := by_rep.get(_key(row.planned_rep, row.run_rep)))]
    whole = [rep for rep in regular if set(rep) == set(parts)]
    if len(whole) < 2 or len(parts) < 2:
        return []
    means = [float(np.mean([rep[part].time_s for rep in whole])) for part in parts]
    digits = u.time_digits(split.time_sd_s for rep in whole for split in rep.values())
    if digits == 0:
        return []
    step_m = parts[0][1] - parts[0][0]
    text = "  ".join(u.number(mean, digits) for mean in means)
    head = f"Every {step_m:.0f} m "
    which = "regular reps" if len(whole) == len(regular) else f"reps of {u.rep_distance(parts[-1][1])}"
    tail = f"  (s, mean of the {which})"
    if len(head) + len(text) + len(tail) <= width:
        return [[(head, PLAIN), (text, PLAIN), (tail, FAINT)]]
    if len(head) + len(text) <= width:
        indent = min(len(head), max(width - len(tail.strip()), 0))
        return [[(head, PLAIN), (text, PLAIN)], [(" " * indent + tail.strip(), FAINT)]]
    return []


def split_lines(report: Report, *, width: int, glyphs: Glyphs) -> list[Line]:
    """Return a line a rep with the time of each of its parts; empty without splits.

    Parts that do not fit beside the others stand in a table of their own below, with the reps that have them.
    """
    by_rep, parts = _by_rep(report)
    if not by_rep:
        return []
    digits = u.time_digits(split.time_sd_s for rep in by_rep.values() for split in rep.values())
    lines: list[Line] = []
    most = max((width - 4) // 7, 1)
    for first in range(0, len(parts), most):
        shown = parts[first : first + most]
        lines += [[]] if lines else []
        lines.append([(" rep" + "".join(f"{f'{end_m:.0f} m':>7}" for _, end_m in shown), FAINT)])
        for row in report.rep_rows:
            rep = by_rep.get(_key(row.planned_rep, row.run_rep), {})
            if not any(part in rep for part in shown):
                continue
            number = row.planned_rep if row.planned_rep is not None else f"+{row.run_rep}"
            times = [u.number(rep[part].time_s, digits) if part in rep else glyphs.none for part in shown]
            style = HAMMER if row.is_hammer else PLAIN
            head = f"{number:>2}{' H' if row.is_hammer else '  '}"
            lines.append([(head, style), ("".join(f"{t:>7}" for t in times), PLAIN)])
    return [*lines, [(f"each good to about {splits_accuracy(report)}", FAINT)]]


def _by_rep(report: Report) -> tuple[dict[tuple[int | None, int | None], dict[_Part, SplitResult]], list[_Part]]:
    by_rep: dict[tuple[int | None, int | None], dict[_Part, SplitResult]] = defaultdict(dict)
    for split in report.split_rows:
        by_rep[_key(split.planned_rep, split.run_rep)][split.start_m, split.end_m] = split
    return by_rep, sorted({part for rep in by_rep.values() for part in rep})


def _key(planned_rep: int | None, run_rep: int | None) -> tuple[int | None, int | None]:
    return planned_rep, run_rep
