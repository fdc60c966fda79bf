"""What to say of the rests: one by one, all alike, or set by set where longer ones part sets that nobody planned.

Conventions: as in `advice`.
"""

from __future__ import annotations

from itertools import groupby
from math import isfinite

import numpy as np

from ..quantities.ordered import median, quantile
from ..report import RepResult
from ..steps import Step
from .judged import Judged
from .phrases import clock, gap, listed, numbers, span
from .rest import RestJudgement

REST_WORTH_SAYING = 96.0
"""A rest part above this has nothing in it that a coach would stop for."""
_ALIKE_S, _ALIKE_SHARE = 4.0, 0.35  # rests counted from a watch's face differ by no more; of long ones a third
_MOST_OF = 0.8  # four in five speak for all
_NAMES = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
"""As newspapers write numbers."""

_Rested = tuple[RepResult, RestJudgement]


def rests_advice(j: Judged) -> str | None:
    """Return what was wrong with the rests and what they were to be, None where nothing was."""
    part = j.parts["rest"]
    if not isfinite(part) or part >= REST_WORTH_SAYING:
        return None
    rested = [(row, rest) for row, rest in zip(j.results, j.rests, strict=True) if rest.verdict is not None]
    rule = _rule(j, rested)
    return _by_sets(j, rested, rule) or _all_alike(j, rested, rule) or _one_by_one(rested, rule)


def _by_sets(j: Judged, rested: list[_Rested], rule: str) -> str | None:
    """Return how it was rested within and between sets, where the plan knows of none."""
    if j.plan.set_reps is not None:
        return None
    sizes = [
        len(list(same)) for _, same in groupby(r.set for r in j.results if r.set is not None and isfinite(r.time_s))
    ]
    last = {row.set: row.planned_rep for row in j.results if isfinite(row.time_s)}
    between = [rest for row, rest in rested if row.planned_rep == last.get(row.set)]
    within = [(row, rest) for row, rest in rested if row.planned_rep != last.get(row.set)]
    if len(sizes) < 2 or min(sizes) < 2 or not between or not within or any(r.verdict != "long" for r in between):
        return None
    how = _NAMES.get(len(sizes), str(len(sizes)))
    sets = f"{how} sets of {_NAMES.get(sizes[0], sizes[0])}" if len(set(sizes)) == 1 else f"{how} sets"
    ratio = float(median([rest.q for _, rest in within]))
    off_s = float(median([_off_s(rest) for _, rest in within]))
    usual = float(median([rest.rest_s for rest in between]))
    low, high = j.plan.rules.rest_band
    if low <= ratio <= high:
        inside = "within a set the rests were as meant"
    else:
        way = "long" if off_s > 0 else "short"
        inside = f"within a set rests were {ratio:.1f} of {_measure(within)}, {gap(off_s)} too {way}"
    return f"You ran {sets}: {inside}, {clock(usual)} between sets. For one session of {len(j.plan.steps)}, {rule}."


def _all_alike(j: Judged, rested: list[_Rested], rule: str) -> str | None:
    """Return that all rests were off by the same."""
    verdicts = [str(rest.verdict) for _, rest in rested]
    word = max(("short", "long"), key=verdicts.count)
    if len(rested) < 4 or verdicts.count(word) < _MOST_OF * len(verdicts):
        return None
    off = np.array([_off_s(rest) for _, rest in rested], dtype=np.float64)
    middle = float(median(off))
    low, high = quantile(off, np.array([0.10, 0.90]))
    if high - low > max(_ALIKE_S, _ALIKE_SHARE * abs(middle)) or not isfinite(middle):
        return None
    ratio = float(median([rest.q for _, rest in rested]))
    return f"All rests were about {gap(middle)} too {word}, {ratio:.1f} of {_measure(rested)}: {rule}."


def _one_by_one(rested: list[_Rested], rule: str) -> str | None:
    clauses = []
    for verdict in ("short", "long"):
        found = [(row, rest) for row, rest in rested if rest.verdict == verdict]
        if found:
            noun = "The rest after rep" if len(found) == 1 else "Rests after reps"
            verb = "was" if len(found) == 1 else "were"
            who = numbers([row.planned_rep or 0 for row, _ in found])
            clauses.append((f"{noun} {who} {verb} {_spans(found)} too {verdict}", len(found)))
    if not clauses:
        return None
    clauses.sort(key=lambda clause: -clause[1])
    text = ", and ".join(c if i == 0 else c[0].lower() + c[1:] for i, (c, _) in enumerate(clauses))
    return f"{text}: {rule}."


def _spans(found: list[_Rested]) -> str:
    in_metres = [rest.distance_m - rest.target_m for _, rest in found if isfinite(rest.target_m)]
    in_seconds = [rest.rest_s - rest.target_s for _, rest in found if isfinite(rest.target_s)]
    said = [span(in_seconds)] if in_seconds else []
    if in_metres:
        sizes = sorted(round(abs(metres), -1) for metres in in_metres)
        said.append(f"{sizes[0]:.0f} m" if sizes[0] == sizes[-1] else f"{sizes[0]:.0f} to {sizes[-1]:.0f} m")
    return listed(said)


def _off_s(rest: RestJudgement) -> float:
    """Return by how many seconds a rest was off; one by distance by what its metres took."""
    if isfinite(rest.target_m):
        return rest.rest_s * (1.0 - 1.0 / rest.q) if rest.q > 0 else float("nan")
    return rest.rest_s - rest.target_s


def _measure(found: list[_Rested]) -> str:
    """Return what a rest is a share of."""
    own = [rest.ratio > 0 and abs(rest.q / rest.ratio - 1.0) < 0.02 for _, rest in found]
    return "the rep" if sum(own) > len(own) / 2 else "what was planned"


def _rule(j: Judged, rested: list[_Rested]) -> str:
    """Return what the rests were to be: what most of those that were off were planned as."""
    steps = {step.planned_rep: step for step in j.plan.steps}
    off = [row for row, rest in rested if rest.verdict != "on"] or [row for row, _ in rested]
    rules = [_asked(steps[row.planned_rep]) for row in off if row.planned_rep in steps]
    several = len(set(rules)) > 1
    return max(rules, key=rules.count) + (" (most of them)" if several else "") if rules else "rest as planned"


def _asked(step: Step) -> str:
    if isfinite(step.rest_m):
        return f"{step.rest_how or 'take'} the {step.rest_m:.0f} m that are planned"
    if isfinite(step.rest_s):
        return f"take the {clock(step.rest_s)} that are planned"
    if step.rest_ratio == 1.0:
        return "rest as long as the rep just run"
    return f"rest {step.rest_ratio:g} times as long as the rep just run"
