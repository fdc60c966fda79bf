"""The segmenter on real recordings: how well, how exactly, and that nothing is invented.

The bounds are a little looser than what was measured (docs/accuracy.md); they guard against falling back.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kastor_analysis import KastorError, Plan, load, segment
from kastor_analysis.evaluation import evaluate, match, pool
from kastor_analysis.evaluation.truth import as_bare_gpx, blind, load_truth

TRUTHS = ("sessions/truth.json", "sessions/checked.json"), ("more/sessions/truth.json", None)


def sessions(real: Path, which: int):
    """Yield activity, reps and doubtful reps of the older sessions (0), or of every fourth of the further ones (1)."""
    truth, checked = TRUTHS[which]
    known = load_truth(real / truth, real / checked if checked else None)
    for name in sorted(known)[:: 4 if which else 1]:
        activity = load(real / Path(truth).parent / name)
        spans = known[name].spans(activity)
        yield activity, spans, known[name].doubtful


def told(activity, condition: str):
    """Return the spans of reps and of strides, told under a condition."""
    session = segment(activity, use_laps=condition == "laps")
    return (np.array([(r.start_s, r.end_s) for r in rows]).reshape(-1, 2) for rows in (session.reps, session.strides))


def scored(real: Path, condition: str, which: int):
    """Return the pooled figures over real sessions in one condition; a rep told as a stride counts as found."""
    scores = []
    for activity, spans, doubtful in sessions(real, which):
        late_s = 0.0
        if condition != "laps":
            blinded = blind(activity, spans)
            if condition == "gpx":
                if not activity.has_positions:
                    continue
                blinded = load(as_bare_gpx(blinded))
                late_s = (blinded.start_time - activity.start_time).total_seconds()
            activity = blinded
        reps, strides = told(activity, condition)
        sure = spans[~doubtful] - late_s
        beside = match(sure, strides)[:, 0]
        found = match(sure, reps)[:, 0]
        as_stride = [i for i in beside.tolist() if i not in found.tolist()]
        scores.append(evaluate(np.delete(sure, as_stride, axis=0), reps, ignore=spans[doubtful] - late_s))
    return pool(scores)


@pytest.mark.parametrize(
    ("condition", "which", "exact", "recall", "precision", "median_s", "most_s"),
    [
        ("laps", 0, 0.93, 0.98, 0.98, 0.1, 0.7),
        ("laps", 1, 0.88, 0.97, 0.96, 0.1, 1.0),
        ("blinded", 0, 0.77, 0.91, 0.97, 0.9, 3.2),
        ("blinded", 1, 0.77, 0.87, 0.96, 1.4, 5.5),
        ("gpx", 0, 0.72, 0.90, 0.94, 0.9, 3.6),
    ],
)
def test_figures_on_real_sessions_hold(real, condition, which, exact, recall, precision, median_s, most_s):
    pooled = scored(real, condition, which)
    assert pooled.exact >= exact
    assert pooled.recall >= recall
    assert pooled.precision >= precision
    assert pooled.errors["time"].median_s <= median_s
    assert pooled.errors["time"].p90_s <= most_s


def test_the_main_set_alone_is_found(real):
    scores = []
    for activity, spans, doubtful in sessions(real, 0):
        reps = spans[~doubtful]
        if not len(reps):
            continue
        time_s = activity.column("time_s")
        near = (time_s > reps[0, 0] - 25.0) & (time_s < reps[-1, 1] + 25.0)
        alone = replace(blind(activity, spans), sample_table=activity.sample_table.take(near))
        session = segment(alone)
        estimate, strides = (
            np.array([(r.start_s, r.end_s) for r in rows]).reshape(-1, 2) for rows in (session.reps, session.strides)
        )
        # A rep that is told as a stride is found.
        estimate = np.concatenate([estimate, strides[np.unique(match(reps, strides)[:, 1])]])
        scores.append(evaluate(reps, estimate[np.argsort(estimate[:, 0])], ignore=spans[doubtful]))
    pooled = pool(scores)
    assert pooled.recall >= 0.94
    assert pooled.precision >= 0.95


@pytest.mark.parametrize(("use_laps", "plan"), [(True, None), (False, None), (True, Plan.kastor("5k 20:00"))])
def test_hardly_a_run_is_taken_for_a_session_or_told_strides(real, use_laps, plan):
    invented, bursts = [], []
    for path in sorted((real / "runs").iterdir()):
        if path.suffix == ".json":
            continue
        try:
            session = segment(load(path), plan, use_laps=use_laps)
        except KastorError:
            continue
        if session.reps:
            invented.append(path.name)
        elif session.strides:
            bursts.append(path.name)
    assert len(invented) <= 2, invented
    assert len(bursts) <= 2, bursts
