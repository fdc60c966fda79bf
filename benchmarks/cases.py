"""The recordings a segmenter is measured on, each with its truth, under each condition.

Simulated recordings go through `to_fit` and `load`, real ones are read as they are, so that what is measured is what
a user would have. Conditions: ``laps`` (as recorded), ``blinded`` (laps, workout and what a smart recorder wrote at
presses taken out), ``gpx`` (blinded, then only positions, time and heart rate).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.simulation import Simulated, catalogue, simulate
from kastor_analysis.truth import as_bare_gpx, blind, load_truth
from kastor_analysis.writers import to_fit

FloatArray = NDArray[np.float64]
ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "real"
CONDITIONS = ("laps", "blinded", "gpx")

NO_TRUTH = {
    "session-07.fit": "every rep is a kilometre lap of an even run",
    "session-15.fit": "the reps are mile laps; the fast stretches from 1800 s on bear no laps",
    "session-30.fit": "two of four reps are mile laps of an even run, one holds a pause",
}
PART_OF_TRUTH = {
    "track-03.fit": "a fast stretch between the first two reps bears no press",
    "session-09.fit": "two earlier sets bear no presses",
    "session-16.fit": "strides before and after bear no presses; the last rep is a part of one",
    "session-21.fit": "a second set of four bears no presses",
    "session-22.fit": "the first rep bears no press",
    "session-23.fit": "the first rep bears no press",
    "session-35.fit": "the last rep bears no press",
}
"""Real sessions whose truth is not what it says, found by looking at the speed trace with the truth alone, before any
estimate was drawn on it. In the row ``real checked`` the first are left out, and in the second what is found beyond
the truth counts neither way. All other rows take the truth as it is."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One recording: ``sim:NAME:SEED``, ``real:FILE`` (a session) or ``run:FILE`` (a run that is none)."""

    name: str
    group: str
    ended_by: str

    @property
    def source(self) -> str:
        """``sim``, ``real`` or ``run``."""
        return self.name.split(":")[0]


def cases(sources: tuple[str, ...], *, only: str = "", seeds: int = 1) -> list[Case]:
    """Return the cases of the sources whose name contains `only`."""
    out = []
    if "sim" in sources:
        for name, scenario in catalogue().items():
            out += [
                Case(name=f"sim:{name}:{seed}", group=scenario.watch.name, ended_by=scenario.presses.ending)
                for seed in range(seeds)
            ]
    if "real" in sources:
        for name, truth in load_truth(REAL / "sessions" / "truth.json").items():
            out.append(Case(name=f"real:{name}", group=truth.device, ended_by=truth.ended_by))
    if "run" in sources:
        about = json.loads((REAL / "runs" / "index.json").read_text())
        for path in sorted((REAL / "runs").iterdir()):
            if path.suffix.lower() in (".fit", ".gpx", ".tcx"):
                out.append(Case(name=f"run:{path.name}", group=about.get(path.name, "easy runs"), ended_by="none"))
    return [case for case in out if only in case.name]


def pressed_reps(sim: Simulated) -> FloatArray:
    """Return the reps of a simulated session as its lap presses have them, less those without a press at both ends."""
    if not sim.presses_s.size:
        return np.empty((0, 2))
    spans = []
    for rep in sim.reps:
        edges = [float(sim.presses_s[np.abs(sim.presses_s - edge).argmin()]) for edge in (rep.start_s, rep.end_s)]
        if rep.status == "run" and abs(edges[0] - rep.start_s) < 3 and abs(edges[1] - rep.end_s) < 3:
            spans.append(edges)
    return np.array(spans).reshape(-1, 2)


def as_pressed(case: Case) -> FloatArray:
    """Return `pressed_reps` of a simulated case."""
    _, name, seed = case.name.split(":")
    return pressed_reps(simulate(catalogue()[name], int(seed)))


def loaded(case: Case, condition: str) -> tuple[Activity, FloatArray, FloatArray]:
    """Return a case's recording under a condition, its reps and the spans to be ignored.

    Raises
    ------
    KastorError
        If the recording cannot be read.
    """
    _, name, *rest = case.name.split(":")
    if case.source == "sim":
        sim = simulate(catalogue()[name], int(rest[0]))
        activity = load(to_fit(sim.activity))
        reps, skipped = sim.rep_spans, np.array([rep.status != "run" for rep in sim.reps], dtype=bool)
        boundaries = sim.presses_s
    elif case.source == "real":
        truth = load_truth(REAL / "sessions" / "truth.json")[name]
        activity = load(REAL / "sessions" / name)
        reps, skipped = truth.spans(activity), truth.doubtful
        boundaries = reps.ravel()
    else:
        activity = load(REAL / "runs" / name)
        reps, skipped, boundaries = np.empty((0, 2)), np.zeros(0, dtype=bool), activity.lap_table["start_s"]
    spans = np.array(reps).reshape(-1, 2)
    if condition != "laps":
        activity = blind(activity, boundaries)
    if condition == "gpx":
        bare = load(as_bare_gpx(activity))
        spans = spans + (activity.start_time - bare.start_time).total_seconds()
        activity = bare
    return activity, spans[~skipped], spans[skipped]
