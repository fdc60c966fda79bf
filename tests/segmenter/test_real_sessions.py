"""The segmenter on real recordings: how well, how exactly, and that nothing is invented.

The bounds are a little looser than what was measured (docs/accuracy.md); they guard against falling back.
"""

from __future__ import annotations

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
    [("laps", 0.97, 0.94, 0.1, 1.0), ("blinded", 0.93, 0.91, 0.85, 3.0), ("gpx", 0.92, 0.88, 0.9, 3.2)],
)
def test_figures_on_real_sessions_hold(real, condition, recall, precision, median_s, most_s):
    pooled = scored(real, condition)
    assert pooled.recall >= recall
    assert pooled.precision >= precision
    assert pooled.errors["time"].median_s <= median_s
    assert pooled.errors["time"].p90_s <= most_s


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
