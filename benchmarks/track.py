"""What the track gives: times with and without it, the oval, splits and distances, and where there is no track.

    python benchmarks/track.py                 all six tables
    python benchmarks/track.py --real          times of real track sessions, with and without, recorded and bare GPX
    python benchmarks/track.py --sessions      the same, a line a session: its oval, lines and distances
    python benchmarks/track.py --witnesses     the scatter of presses, kinks and lines, each from the other two
    python benchmarks/track.py --robust        what is lost from worse positions or fewer of them
    python benchmarks/track.py --sim           oval, splits and distances against simulated truth
    python benchmarks/track.py --runs          every run that is no interval session: is a track seen in it?
    python benchmarks/track.py --watches       how long each watch reads on its track

The signal alone is used, with and without the track's witness; reps found both ways, on the track, count. Real starts
and ends are lap presses, themselves 0.3 to 0.5 s off; recordings are blinded to them.
"""

from __future__ import annotations

import argparse
import sys
import time
import warnings
from collections import defaultdict
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from cases import Case, cases, loaded

import kastor_analysis as ka
from kastor_analysis.evaluation import match
from kastor_analysis.evaluation.truth import load_truth
from kastor_analysis.motion import Motion, motion_of
from kastor_analysis.quantities.geodesy import local_metres
from kastor_analysis.segmenter.on_track import weigh_with_track
from kastor_analysis.simulation import WATCHES, Scenario, kastor_session, simulate
from kastor_analysis.track import TrackEvidence, TrackFit, device_bias, find_track, refine, splits

FloatArray = np.ndarray
PRESS_WENT_WRONG_S = 4.0
segment_module = import_module("kastor_analysis.segmenter.segment")


class Found:
    """The reps of a recording as found without the track and with it, and what the track says of them."""

    def __init__(self, activity: ka.Activity) -> None:
        self.motion: Motion = motion_of(activity)
        with patch.object(segment_module, "weigh_with_track", lambda motion, spans, lane=1: (list(spans), None)):
            self.without = reps_of(ka.segment(activity, use_laps=False))
        session = ka.segment(activity, use_laps=False)
        self.reps = reps_of(session)
        self.sd = np.array([(rep.start_sd_s, rep.end_sd_s) for rep in session.reps if rep.status != "aborted"])
        self.fit: TrackFit | None = session.track
        self.evidence: TrackEvidence | None = None
        motion = self.motion
        began = time.perf_counter()
        fit = find_track(motion.time_s, motion.x_m, motion.y_m, self.without)
        if fit is not None:
            sd = np.full(len(self.without), 0.7)
            refine(fit, motion.time_s, motion.x_m, motion.y_m, *self.without.T, sd, sd)
        self.took_s = time.perf_counter() - began
        if self.fit is not None:
            sd = np.full(len(self.reps), 0.7)
            self.evidence = refine(self.fit, motion.time_s, motion.x_m, motion.y_m, *self.reps.T, sd, sd)


def reps_of(session: ka.Session) -> FloatArray:
    """Return start and end of the reps, the aborted ones left out."""
    return np.array([(rep.start_s, rep.end_s) for rep in session.reps if rep.status != "aborted"]).reshape(-1, 2)


def figures(errors: list[FloatArray]) -> str:
    """Return bias, median and 90 % of the errors, and the median deviation from each session's own mean and median.

    A mean is drawn by a press that came many seconds late, a median is not: the third figure is about the mean of the
    errors within 4 s of the median.
    """
    flat = np.concatenate(errors)
    several = [e for e in errors if e.size >= 3]
    sound = [e[np.abs(e - np.median(e)) < PRESS_WENT_WRONG_S] for e in several]
    about = ([e - e.mean() for e in several], [e - np.median(e) for e in several], [e - e.mean() for e in sound])
    within = (f"{np.median(np.abs(np.concatenate(deviations))):.2f}" for deviations in about)
    return (
        f"bias {np.median(flat):+.2f} |e|50 {np.median(np.abs(flat)):.2f} |e|90 {np.quantile(np.abs(flat), 0.9):.2f} "
        f"within {' / '.join(within)} (about mean / median / mean of the sound)"
    )


def real(*, by_session: bool) -> None:
    """Print times with and without the track."""
    took = []
    for condition in ("blinded", "gpx"):
        errors: dict[str, dict[str, list[FloatArray]]] = defaultdict(lambda: defaultdict(list))
        on_track = of_all = reps = witnessed = 0
        for case in cases(("real",)):
            activity, truth, _ = loaded(case, condition)
            found = Found(activity)
            of_all += 1
            if found.fit is None or found.evidence is None:
                continue
            took.append(found.took_s)
            before = dict(match(truth, found.without))
            pairs = [(rep, before[rep], own) for rep, own in match(truth, found.reps) if rep in before]
            pairs = np.array([row for row in pairs if found.evidence.on_track[row[2]]], dtype=int).reshape(-1, 3)
            if not pairs.size:
                continue
            on_track += 1
            reps += len(pairs)
            own = pairs[:, 2]
            witnessed += int(np.isfinite(found.evidence.start_s[own]).sum())
            witnessed += int(np.isfinite(found.evidence.end_s[own]).sum())
            for method, off in (
                ("without", found.without[pairs[:, 1]] - truth[pairs[:, 0]]),
                ("with", found.reps[own] - truth[pairs[:, 0]]),
            ):
                for what, error in (("start", off[:, 0]), ("end", off[:, 1]), ("time", off[:, 1] - off[:, 0])):
                    errors[method][what].append(error)
            if by_session:
                print(session_line(case, found, errors))
        print(
            f"{condition}: {on_track} of {of_all} sessions on a track, {reps} reps, "
            f"{witnessed / reps / 2:.0%} of their ends witnessed"
        )
        for what in ("start", "end", "time"):
            for method in ("without", "with"):
                print(f"  {what:5s} {method:7s} {figures(errors[method][what])}")
    print(f"find_track and refine: median {1e3 * np.median(took):.0f} ms, slowest {1e3 * np.max(took):.0f} ms")


def session_line(case: Case, found: Found, errors: dict[str, dict[str, list[FloatArray]]]) -> str:
    """Return one line about a session."""
    fit, evidence = found.fit, found.evidence
    without, within = errors["without"]["time"][-1], errors["with"]["time"][-1]
    lines = "/".join(f"{line.arc_m:.0f}x{len(line.reps)}" for line in evidence.start_lines) + " to "
    lines += "/".join(f"{line.arc_m:.0f}x{len(line.reps)}" for line in evidence.end_lines)
    nominal = " ".join("?" if np.isnan(m) else f"{m:.0f}" for m in evidence.nominal_distance_m)
    return (
        f"  {case.name[5:]:15s} {case.group[:12]:12s} straight {fit.straight_m:5.1f} wide {fit.wide_m:+4.1f} "
        f"residual {fit.residual_m:3.1f} confidence {fit.confidence:4.2f} time without "
        f"{np.median(np.abs(without)):4.2f} with {np.median(np.abs(within)):4.2f} lines {lines} | {nominal}"
    )


def witnesses() -> None:
    """Print what presses, kinks and lines each scatter by within a session.

    The three err independently, so the covariance of kink less press and line less press is the variance of the press
    (a three-cornered hat). Reps of one line, their common error taken out, differences beyond 3 s left out.
    """
    for condition in ("blinded", "gpx"):
        rows: dict[str, list[FloatArray]] = defaultdict(list)
        for case in cases(("real",)):
            activity, truth, _ = loaded(case, condition)
            found = Found(activity)
            if found.fit is None:
                continue
            motion, kinks = found.motion, found.without
            sd = np.full(len(kinks), 0.7)
            evidence = refine(found.fit, motion.time_s, motion.x_m, motion.y_m, *kinks.T, sd, sd)
            true, own = match(truth, kinks).T
            lines = np.stack([evidence.start_s, evidence.end_s], axis=1)[own]
            off = np.stack([kinks[own] - truth[true], lines - truth[true]], axis=2)
            off[~(np.abs(off) < 3.0).all(axis=2)] = np.nan
            line = np.stack([evidence.start_line, evidence.end_line], axis=1)[own]
            for what, error, group in (
                ("start", off[:, 0], line[:, 0]),
                ("end", off[:, 1], line[:, 1]),
                ("time", off[:, 1] - off[:, 0], 100 * line[:, 0] + line[:, 1]),
            ):
                for label in np.unique(group):
                    inner = error[(group == label) & np.isfinite(error).all(axis=1)]
                    if len(inner) >= 3:
                        rows[what].append((inner - inner.mean(axis=0)) * np.sqrt(len(inner) / (len(inner) - 1)))
        for what, inner in rows.items():
            kink, line = np.concatenate(inner).T
            press = float(np.mean(kink * line))
            alone = [np.sqrt(max(v, 0.0)) for v in (press, np.mean(kink**2) - press, np.mean(line**2) - press)]
            print(
                f"{condition} {what:5s} {kink.size} reps: sd of press {alone[0]:.2f} kink {alone[1]:.2f} "
                f"line {alone[2]:.2f} s; the press alone makes a median error of {0.6745 * alone[0]:.2f} s"
            )


def robust() -> None:
    """Print how the reps move where the positions are worse, or fewer."""
    sessions = []
    for case in cases(("real",)):
        motion, spans = spans_of(loaded(case, "blinded")[0])
        if len(spans) >= 2:
            sessions.append((case.name[5:], motion, spans))
    for how in ("2 m more drift", "a sample every 5 s", "first half of the reps", "mirrored", "turned"):
        lost, moved, told = [], [np.zeros(0)], 0
        for number, (name, motion, spans) in enumerate(sessions):
            before, fit = weigh_with_track(motion, spans)
            if fit is None:
                continue
            few = spans[: max(3, (len(spans) + 1) // 2)] if how.startswith("first") else spans
            after, fit = weigh_with_track(worse(motion, few, how, number), few)
            if fit is None:
                lost.append(name)
                continue
            pairs = list(zip(before, after, strict=False))
            moved += [np.array([abs(a.start_s - b.start_s), abs(a.end_s - b.end_s)]) for a, b in pairs]
            both = [(a.nominal_distance_m, b.nominal_distance_m) for a, b in pairs]
            told += sum(a != b for a, b in both if np.isfinite(a) and np.isfinite(b))
        size = np.concatenate(moved)
        print(
            f"{how:22s}: {told} reps of another distance, boundaries moved by median {np.median(size):.2f} "
            f"90 % {np.quantile(size, 0.9):.2f} most {size.max():.1f} s; no track in {', '.join(lost) or 'none'}"
        )


def spans_of(activity: ka.Activity) -> tuple[Motion, list]:
    """Return the motion, and the reps as they are before the track is asked."""
    seen: list[tuple[Motion, list]] = [(motion_of(activity), [])]

    def look(motion, spans, lane=1):
        seen.append((motion, list(spans)))
        return list(spans), None

    with patch.object(segment_module, "weigh_with_track", look):
        ka.segment(activity, use_laps=False)
    return seen[-1]


def worse(motion: Motion, spans: list, how: str, seed: int) -> Motion:
    """Return the motion with its positions worsened or moved."""
    time_s, x_m, y_m = motion.time_s, motion.x_m, motion.y_m
    keep = np.ones(time_s.size, dtype=bool)
    if how == "2 m more drift":
        rng = np.random.default_rng(seed)
        off, memory = np.zeros((time_s.size, 2)), np.exp(-np.diff(time_s, prepend=-np.inf) / 40.0)
        for i, kick in enumerate(rng.normal(0.0, np.sqrt(2.0), off.shape)):
            off[i] = memory[i] * off[i - 1] + kick * np.sqrt(1.0 - memory[i] ** 2)
        x_m, y_m = x_m + off[:, 0], y_m + off[:, 1]
    elif how == "a sample every 5 s":
        keep = np.diff(np.floor(time_s / 5.0), prepend=-1.0) > 0
    elif how == "mirrored":
        x_m = -x_m
    elif how == "turned":
        cos, sin = np.cos(1.0), np.sin(1.0)
        x_m, y_m = cos * x_m - sin * y_m + 300.0, sin * x_m + cos * y_m
    else:
        keep = time_s < spans[-1].end_s + 60.0
    return replace(motion, time_s=time_s[keep], distance_m=motion.distance_m[keep], x_m=x_m[keep], y_m=y_m[keep])


def simulated(days: int) -> None:
    """Print how near the oval, splits, distances and times come to simulated truth."""
    for error_m in (2.1, 3.0):
        for name in ("fr255", "fr235"):
            watch = replace(WATCHES[name], gps_sd_m=error_m)
            rows: dict[str, list[FloatArray]] = defaultdict(list)
            for day in range(days):
                times = 92.0 + np.random.default_rng(day).normal(0.0, 1.0, 16)
                times[[11, 15]] *= 0.9
                sim = simulate(Scenario(name=f"track {name}", moves=kastor_session(times), watch=watch), day)
                measure_day(sim, rows)
            print(f"sim {name} {'smart' if watch.smart else '1 s':5s} {error_m} m an axis, {days} days of 16 x 400 m:")
            for what, unit in (
                ("centre", "m"),
                ("heading", "deg"),
                ("distance", "%"),
                ("split", "s"),
                ("split in sds", ""),
            ):
                size = np.abs(np.concatenate(rows[what]))
                size = size[np.isfinite(size)]
                print(
                    f"  {what:12s} median {np.median(size):.2f} 90 % {np.quantile(size, 0.9):.2f} "
                    f"most {size.max():.2f} {unit}"
                )
            for what in ("without", "with"):
                print(f"  time {what:7s} {figures(rows[what])}")


def measure_day(sim, rows: dict[str, list[FloatArray]]) -> None:
    """Add one simulated day's errors."""
    activity = sim.activity.without_laps()
    found = Found(activity)
    if found.fit is None:
        print("  no track found")
        return
    motion, place = found.motion, sim.place
    fixed = np.isfinite(activity.column("lat_deg"))
    middle = [float(np.median(activity.column(name)[fixed])) for name in ("lat_deg", "lon_deg")]
    x, y = local_metres(np.array([place.lat_deg]), np.array([place.lon_deg]), *middle)
    rows["centre"].append(np.hypot(found.fit.centre_x_m - x, found.fit.centre_y_m - y))
    turned = found.fit.heading_deg - (90.0 - np.degrees(place.heading_rad))
    rows["heading"].append(np.array([(turned + 90.0) % 180.0 - 90.0]))
    truth = sim.rep_spans
    for method, spans in (("without", found.without), ("with", found.reps)):
        pairs = match(truth, spans)
        off = spans[pairs[:, 1]] - truth[pairs[:, 0]]
        rows[method].append(off[:, 1] - off[:, 0])
    rows["distance"].append((found.evidence.distance_m[pairs[:, 1]] - 400.0) / 4.0)
    cut = splits(
        found.fit,
        motion.time_s,
        motion.x_m,
        motion.y_m,
        *found.reps.T,
        found.evidence.nominal_distance_m,
        start_sd_s=found.sd[:, 0],
        end_sd_s=found.sd[:, 1],
    )
    true_rep = dict(zip(pairs[:, 1], pairs[:, 0], strict=True))
    off_s, stated_s = [], []
    for part in cut:
        if part.rep not in true_rep or not part.to_m <= 400.0:
            continue
        start_s, end_s = truth[true_rep[part.rep]]
        inside = (sim.movement.time_s > start_s) & (sim.movement.time_s < end_s)
        run_m = sim.movement.along_m[inside] - np.interp(start_s, sim.movement.time_s, sim.movement.along_m)
        passed = np.interp([part.from_m, part.to_m], run_m, sim.movement.time_s[inside], left=start_s, right=end_s)
        off_s.append(part.time_s - (passed[1] - passed[0]))
        stated_s.append(part.time_sd_s)
    rows["split"].append(np.array(off_s))
    rows["split in sds"].append(np.array(off_s) / np.array(stated_s))


def runs() -> None:
    """Print what is seen in runs that are no interval sessions, taking all of each as fast running."""
    seen = 0
    for case in cases(("run",)):
        try:
            activity, _, _ = loaded(case, "laps")
            motion = motion_of(activity)
        except ka.KastorError:
            continue
        whole = np.array([[0.0, activity.duration_s]])
        of_all = find_track(motion.time_s, motion.x_m, motion.y_m, whole)
        found = Found(activity)
        if of_all is None and found.fit is None:
            continue
        seen += 1
        for how, fit in (("whole", of_all), ("reps found", found.fit)):
            if fit is not None:
                print(
                    f"  {case.name[4:]:12s} {how:10s} straight {fit.straight_m:5.1f} wide {fit.wide_m:+4.1f} residual "
                    f"{fit.residual_m:3.1f} misfit {fit.misfit_m:3.1f} on it {fit.on_track:4.0%} "
                    f"confidence {fit.confidence:4.2f}"
                )
    print(f"runs: a track in {seen} of {len(cases(('run',)))}")


def watches() -> None:
    """Print how long watches read on their track."""
    truths = load_truth(Path(__file__).resolve().parent.parent.parent / "shared" / "real" / "sessions" / "truth.json")
    by_watch = defaultdict(list)
    for case in cases(("real",)):
        activity, truth, _ = loaded(case, "blinded")
        found = Found(activity)
        if found.evidence is None:
            continue
        pairs = match(truth, found.reps)
        watch_m = truths[case.name[5:]].watch_distance_m[~truths[case.name[5:]].doubtful]
        bias = device_bias(watch_m[pairs[:, 0]], found.evidence.nominal_distance_m[pairs[:, 1]])
        if bias is not None:
            by_watch[case.group].append((bias.ratio, bias.sd, found.fit.wide_m))
    for name, rows in sorted(by_watch.items()):
        ratio, sd, wide = np.array(rows).T
        print(
            f"  {name:24s} sessions {len(rows):2d} reads {100 * (np.median(ratio) - 1):+.1f} % "
            f"({100 * (ratio.min() - 1):+.1f} to {100 * (ratio.max() - 1):+.1f}; sd of one session "
            f"{100 * np.median(sd):.1f}), draws {np.median(wide):+.1f} m wide"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("real", "sessions", "witnesses", "robust", "sim", "runs", "watches"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--days", type=int, default=5, help="simulated days a watch (default 5)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    tables = (options.witnesses, options.robust, options.sim, options.runs, options.watches)
    every = not (options.real or options.sessions or any(tables))
    if every or options.real or options.sessions:
        real(by_session=options.sessions)
    if every or options.witnesses:
        witnesses()
    if every or options.robust:
        robust()
    if every or options.sim:
        simulated(options.days)
    if every or options.runs:
        runs()
    if every or options.watches:
        watches()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
