"""Fit what tells strides in an easy run from the short bursts that any run has; write it beside the other weights.

    python tools/fit_strides.py              fits on ../shared/real, prints the report, writes segmenter/weights.json
    python tools/fit_strides.py --report     the same, but writes nothing

Groups of short bursts (`segmenter.strides.groups`) of every run, and of the sessions whose runner pressed for strides
alone, are looked at as the signal tells them (blinded, and as bare GPX). A group is of strides where most of it was
pressed for; in an ordinary run none is, though some runner may have run strides there without a press: what is printed
as told there is an upper bound. Every figure printed, and written beside the weights, is of runners left out; who
trained together is left out together. Needs SciPy.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from fit_structure import WEIGHTS, Recording, cases, gathered, logistic, overlaps, rounded

from kastor_analysis.segmenter.candidates import FloatArray
from kastor_analysis.segmenter.strides import TOLD_FROM, groups, signs

CONDITIONS = ("blinded", "gpx")
LONGEST_S = 32.0
"""A session whose reps are all shorter is one of strides, or may as well be."""
RIDGE = 1.0


@dataclass(frozen=True)
class Group:
    """A group of short bursts: what speaks for it, and whether it is of strides."""

    name: str
    condition: str
    runner: str
    values: dict[str, float]
    is_strides: bool


def groups_of(recordings: list[Recording]) -> list[Group]:
    """Return the groups of recordings in which nothing but strides can have been run."""
    out = []
    for r in recordings:
        if not r.is_run and (not len(r.reps) or np.diff(r.reps).max() > LONGEST_S):
            continue
        nothing = np.zeros(r.found.n, dtype=bool)
        pressed = overlaps(r.found, r.reps).max(axis=0, initial=0.0) > 0.3
        for group, easy_mps in groups(r.found, nothing, nothing, r.easy):
            share = float(pressed[group].mean())
            if r.is_run or share >= 0.5:
                values = {name: float(value[0]) for name, value in signs(r.found, group, easy_mps).items()}
                out.append(Group(r.case.name, r.condition, r.runner, values, not r.is_run))
    return out


def fit(made: list[Group], runners: set[str]) -> tuple[FloatArray, float]:
    """Return weights and constant by the groups of some runners, each weighing as the square root of theirs."""
    own = [g for g in made if g.runner in runners]
    x = np.array([list(g.values.values()) for g in own])
    y = np.array([g.is_strides for g in own], dtype=np.float64)
    counts = Counter(g.runner for g in own)
    return logistic(x, y, np.array([counts[g.runner] ** -0.5 for g in own]), RIDGE)


def report(made: list[Group]) -> dict[str, object]:
    """Return how many recordings with strides, and without, are told as having some, their runner left out."""
    everyone = {g.runner for g in made}
    told = set()
    for runner in everyone:
        weights, constant = fit(made, everyone - {runner})
        for g in made:
            odds = float(np.array(list(g.values.values())) @ weights) + constant
            if g.runner == runner and odds >= np.log(TOLD_FROM / (1.0 - TOLD_FROM)):
                told.add((g.name, g.condition))
    out: dict[str, object] = {}
    for condition in CONDITIONS:
        held = {g.name: g.is_strides for g in made if g.condition == condition}
        out[condition] = {
            "with_strides": sum(held.values()),
            "told": sum(held[name] for name in held if (name, condition) in told),
            "runs_with_bursts": sum(not is_one for is_one in held.values()),
            "runs_told": sum(not held[name] for name in held if (name, condition) in told),
        }
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="write nothing")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as workers:
        nested = list(workers.map(partial(gathered, conditions=CONDITIONS), cases(("real", "run")), chunksize=4))
    made = groups_of([r for group in nested for r in group])
    weights, constant = fit(made, {g.runner for g in made})
    left_out = report(made)
    fitted = {
        "constant": constant,
        "weights": dict(zip(made[0].values, weights.tolist(), strict=True)),
        "left_out": left_out,
    }
    print(json.dumps(rounded(fitted), indent=1))
    if not options.report:
        data = json.loads(WEIGHTS.read_text("utf-8"))
        data["strides"] = rounded(fitted)
        WEIGHTS.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
