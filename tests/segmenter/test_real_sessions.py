"""The segmenter on real recordings: how well, how exactly, and that nothing is invented.

The bounds are a little looser than what was measured (docs/accuracy.md); they guard against falling back.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import KastorError, Plan, load, segment
from kastor_analysis.evaluation import evaluate, pool
from kastor_analysis.truth import as_bare_gpx, blind, load_truth

DOUBTED = {"session-07.fit", "session-15.fit", "session-30.fit"}
"""Sessions whose truth is a rule's guess about kilometre laps: left out here, kept in the benchmark."""


def scored(real: Path, condition: str):
    """Return the pooled figures over the real sessions in one condition."""
    scores = []
    for name, truth in load_truth(real / "sessions" / "truth.json").items():
        if name in DOUBTED:
            continue
        activity = load(real / "sessions" / name)
        spans = truth.spans(activity)
        late_s = 0.0
        if condition != "laps":
            blinded = blind(activity, spans)
            if condition == "gpx":
                if not activity.has_positions:
                    continue
                blinded = load(as_bare_gpx(blinded))
                late_s = (blinded.start_time - activity.start_time).total_seconds()
            activity = blinded
        found = segment(activity, use_laps=condition == "laps").reps
        estimate = np.array([(r.start_s, r.end_s) for r in found]).reshape(-1, 2) + late_s
        scores.append(evaluate(spans[~truth.doubtful], estimate, ignore=spans[truth.doubtful]))
    return pool(scores)


@pytest.mark.parametrize(
    ("condition", "recall", "precision", "median_s", "most_s"),
    [("laps", 0.98, 0.95, 0.1, 0.5), ("blinded", 0.95, 0.93, 0.75, 2.7), ("gpx", 0.93, 0.91, 0.8, 2.9)],
)
def test_figures_on_real_sessions_hold(real, condition, recall, precision, median_s, most_s):
    pooled = scored(real, condition)
    assert pooled.recall >= recall
    assert pooled.precision >= precision
    assert pooled.errors["time"].median_s <= median_s
    assert pooled.errors["time"].p90_s <= most_s


def test_the_main_set_alone_is_found(real):
    scores = []
    for name, truth in load_truth(real / "sessions" / "truth.json").items():
        activity = load(real / "sessions" / name)
        spans = truth.spans(activity)
        reps = spans[~truth.doubtful]
        if name in DOUBTED or not len(reps):
            continue
        time_s = activity.column("time_s")
        near = (time_s > reps[0, 0] - 25.0) & (time_s < reps[-1, 1] + 25.0)
        alone = replace(blind(activity, spans), sample_table=activity.sample_table.take(near))
        estimate = np.array([(r.start_s, r.end_s) for r in segment(alone).reps]).reshape(-1, 2)
        scores.append(evaluate(reps, estimate, ignore=spans[truth.doubtful]))
    pooled = pool(scores)
    assert pooled.recall >= 0.94
    assert pooled.precision >= 0.95


@pytest.mark.parametrize(("use_laps", "plan"), [(True, None), (False, None), (True, Plan.kastor("5k 20:00"))])
def test_no_session_is_invented_in_runs(real, use_laps, plan):
    invented = []
    for path in sorted((real / "runs").iterdir()):
        if path.suffix == ".json":
            continue
        try:
            if segment(load(path), plan, use_laps=use_laps).reps:
                invented.append(path.name)
        except KastorError:
            continue
    assert invented == []
