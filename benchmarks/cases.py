"""The recordings a segmenter is measured on, each with its truth, under each condition.

Simulated recordings go through `to_fit` and `load`, real ones are read as they are, so that what is measured is what
a user would have. Conditions: ``laps`` (as recorded), ``blinded`` (laps, workout and what a smart recorder wrote at
presses taken out), ``gpx`` (blinded, then only positions, time and heart rate).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kastor_analysis import load
from kastor_analysis.activity import Activity
from kastor_analysis.evaluation.truth import Truth, as_bare_gpx, blind, load_truth
from kastor_analysis.simulation import Simulated, catalogue, simulate, unkind
from kastor_analysis.writers import to_fit

FloatArray = NDArray[np.float64]
ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "real"
LATE_PRESS_S = 20.0
"""Of unkind simulated sessions the presses are the truth, as of real ones, also where they come late."""
CONDITIONS = ("laps", "blinded", "gpx")
TOGETHER = {"AC": "AC and AD", "AD": "AC and AD"}
"""Runners who trained together on some days: left out of a fit together."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One recording: ``sim:NAME:SEED``, ``unkind:NAME:SEED``, ``real:FILE`` (a session) or ``run:FILE`` (none).

    `group` is who ran: a letter; for sessions of unknown runners the device, for simulated ones the watch.
    """

    name: str
    group: str
    ended_by: str

    @property
    def runner(self) -> str:
        """Who is left out of a fit together."""
        return TOGETHER.get(self.group, self.group)

    @property
    def source(self) -> str:
        """``sim``, ``unkind``, ``real`` or ``run``."""
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
    if "unkind" in sources:
        for name, scenario in unkind().items():
            out += [
                Case(name=f"unkind:{name}:{seed}", group=name, ended_by=scenario.presses.ending)
                for seed in range(seeds)
            ]
    if "real" in sources:
        for truth in real_truth().values():
            group = truth.runner or truth.device
            out.append(Case(name=f"real:{truth.name}", group=group, ended_by=truth.ended_by))
    if "run" in sources:
        for path in _recordings("runs"):
            about = _run_index().get(path.name)
            out.append(Case(name=f"run:{path.name}", group=about or "unknown runners", ended_by="none"))
    return [case for case in out if only in case.name]


@cache
def real_truth() -> dict[str, Truth]:
    """Return the truth of all real sessions by file name, as checked."""
    older, more = REAL / "sessions", REAL / "more" / "sessions"
    return load_truth(older / "truth.json", older / "checked.json") | load_truth(more / "truth.json")


@cache
def _run_index() -> dict[str, str]:
    return {name: about["runner"] for name, about in json.loads((REAL / "more/runs/index.json").read_text()).items()}


def _recordings(kind: str) -> list[Path]:
    folders = (REAL / kind, REAL / "more" / kind)
    return sorted(p for folder in folders for p in folder.iterdir() if p.suffix.lower() in (".fit", ".gpx", ".tcx"))


@cache
def path_of(name: str, kind: str) -> Path:
    """Return where a real recording lies; `kind` is ``sessions`` or ``runs``."""
    return next(path for path in _recordings(kind) if path.name == name)


def pressed_reps(sim: Simulated, within_s: float = 3.0) -> FloatArray:
    """Return the reps of a simulated session as its lap presses have them, less those without a press at both ends."""
    if not sim.presses_s.size:
        return np.empty((0, 2))
    spans = []
    for rep in sim.reps:
        edges = [float(sim.presses_s[np.abs(sim.presses_s - edge).argmin()]) for edge in (rep.start_s, rep.end_s)]
        off_s = max(abs(edges[0] - rep.start_s), abs(edges[1] - rep.end_s))
        if rep.status == "run" and off_s < within_s and edges[0] < edges[1]:
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
    elif case.source == "unkind":
        sim = simulate(unkind()[name], int(rest[0]))
        activity = load(to_fit(sim.activity))
        reps = pressed_reps(sim, LATE_PRESS_S)
        skipped, boundaries = np.zeros(len(reps), dtype=bool), sim.presses_s
    elif case.source == "real":
        truth = real_truth()[name]
        activity = load(path_of(name, "sessions"))
        reps, skipped = truth.spans(activity), truth.doubtful
        boundaries = reps.ravel()
    else:
        activity = load(path_of(name, "runs"))
        reps, skipped, boundaries = np.empty((0, 2)), np.zeros(0, dtype=bool), activity.lap_table["start_s"]
    spans = np.array(reps).reshape(-1, 2)
    if condition != "laps":
        activity = blind(activity, boundaries)
    if condition == "gpx":
        bare = load(as_bare_gpx(activity))
        spans = spans + (activity.start_time - bare.start_time).total_seconds()
        activity = bare
    return activity, spans[~skipped], spans[skipped]
