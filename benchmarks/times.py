"""How exactly reps are timed where no press tells: by runner, format and rest, and the worst of them as pictures.

    python benchmarks/times.py                         as recorded without its laps, and bare GPX
    python benchmarks/times.py --sim --jobs 2          simulated sessions too: those of the catalogue against what
                                                       was run, those with unkind watches against the presses
    python benchmarks/times.py --runners --worst 60    a line a runner; the 60 worst listed
    python benchmarks/times.py --worst 60 --draw       and drawn, twelve to a sheet, into benchmarks/out/

Matched reps only, doubtful ones apart; conditions as in `cases`. *400 m by thumb*: reps of sessions ended by presses
which the watch measured as 370 to 440 m. *Scatter*: median absolute error about the session's own median, in sessions
of three reps and more. *Jogged*: the runner went on at 1.6 m/s or more after the rep. Real errors are against presses,
themselves 0.3 to 0.5 s off. What is printed is the product as it stands; what a runner gets whom its fitted numbers
do not know is told by ``tools/fit_times.py``.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from cases import Case, cases, loaded, real_truth

import kastor_analysis as ka
from kastor_analysis.evaluation import coverage, match
from kastor_analysis.motion import Motion, motion_of

OUT = Path(__file__).resolve().parent / "out"
CONDITIONS = ("blinded", "gpx")
FOUR_HUNDRED_M = (370.0, 440.0)
JOGGED_MPS = 1.6
AFTER_S = (8.0, 20.0)
SHEET, AROUND_S = 12, 25.0


@dataclass(frozen=True, kw_only=True)
class Rep:
    """A matched rep: what it is, its errors (found less true) and the sds stated for them, in seconds."""

    name: str
    runner: str
    condition: str
    format: str
    ended_by: str
    number: int
    true_s: tuple[float, float]
    is_400: bool
    rest: str
    source: str
    start_s: float
    end_s: float
    start_sd_s: float
    end_sd_s: float
    time_sd_s: float

    @property
    def time_s(self) -> float:
        """The error of the time."""
        return self.end_s - self.start_s


def by_thumb_400(case: Case, n: int) -> np.ndarray:
    """Return of which of the n reps of a case it is known that they are 400 m ended by a thumb."""
    if case.source != "real" or case.ended_by != "pressed":
        return np.zeros(n, dtype=bool)
    truth = real_truth()[case.name.removeprefix("real:")]
    metres = truth.watch_distance_m[~truth.doubtful]
    return np.asarray((metres >= FOUR_HUNDRED_M[0]) & (metres <= FOUR_HUNDRED_M[1]))


def rest_after(motion: Motion, end_s: float) -> str:
    """Return whether the rest after a rep was ``jogged`` or ``stood``."""
    return "jogged" if motion.mean_speed(end_s + AFTER_S[0], end_s + AFTER_S[1]) > JOGGED_MPS else "stood"


def reps_of(case: Case, condition: str) -> list[Rep]:
    """Return the matched reps of a case."""
    warnings.simplefilter("ignore")
    try:
        activity, true, _ = loaded(case, condition)
        session = ka.segment(activity, use_laps=False)
    except ka.KastorError:
        return []
    motion = motion_of(activity)
    is_400 = by_thumb_400(case, len(true))
    told = [rep for rep in session.reps if rep.status != "aborted"]
    pairs = match(true, [(rep.start_s, rep.end_s) for rep in told])
    return [
        Rep(
            name=case.name,
            runner=case.group,
            condition=condition,
            format="gpx" if condition == "gpx" else activity.format,
            ended_by=case.ended_by,
            number=int(i),
            true_s=(float(true[i, 0]), float(true[i, 1])),
            is_400=bool(is_400[i]),
            rest=rest_after(motion, true[i, 1]),
            source=told[j].source,
            start_s=float(told[j].start_s - true[i, 0]),
            end_s=float(told[j].end_s - true[i, 1]),
            start_sd_s=told[j].start_sd_s,
            end_sd_s=told[j].end_sd_s,
            time_sd_s=told[j].duration_sd_s,
        )
        for i, j in pairs
    ]


HEAD = (
    f"{'':34s} {'reps':>4s} {'median':>6s} {'90 %':>6s} {'bias':>6s} {'scatter':>7s} | {'1sd':>4s} {'by thirds':>14s}"
)


def row(name: str, reps: Sequence[Rep]) -> str:
    """Return a line of figures."""
    if not reps:
        return f"{name:34s} {0:4d}"
    off = np.array([rep.time_s for rep in reps])
    text = f"{name:34s} {off.size:4d} {np.median(np.abs(off)):6.2f} {np.quantile(np.abs(off), 0.9):6.2f} "
    text += f"{np.median(off):+6.2f} {scatter_s(off, [rep.name for rep in reps]):7.2f} | "
    held = coverage(off, [rep.time_sd_s for rep in reps])
    return text + " ".join(f"{part.within_1sd:4.2f}" for part in held)


def scatter_s(off_s: np.ndarray, sessions: Sequence[str]) -> float:
    """Return the median absolute error about each session's own median, of sessions of three reps and more."""
    of_session: dict[str, list[float]] = {}
    for name, off in zip(sessions, off_s.tolist(), strict=True):
        of_session.setdefault(name, []).append(off)
    about = [np.abs(np.array(off) - np.median(off)) for off in of_session.values() if len(off) >= 3]
    return float(np.median(np.concatenate(about))) if about else float("nan")


def grouped(reps: Sequence[Rep], key: Callable[[Rep], str]) -> Iterable[tuple[str, list[Rep]]]:
    """Yield the reps by a key, in order of it."""
    groups: dict[str, list[Rep]] = {}
    for rep in reps:
        groups.setdefault(key(rep), []).append(rep)
    return sorted(groups.items())


def table(reps: Sequence[Rep], *, runners: bool) -> Iterable[str]:
    """Yield the lines for one condition."""
    yield row("all", reps)
    yield row("400 m by thumb", [rep for rep in reps if rep.is_400])
    keys: list[Callable[[Rep], str]] = [lambda rep: f"rest {rep.rest}", lambda rep: f"format {rep.format}"]
    keys += [lambda rep: f"ended by {rep.ended_by}", lambda rep: rep.source]
    for key in [*keys, *([lambda rep: f"runner {rep.runner}"] if runners else [])]:
        for name, members in grouped(reps, key):
            yield row(f"  {name}"[:34], members)


def listed(reps: Sequence[Rep]) -> Iterable[str]:
    """Yield a line a rep."""
    for k, rep in enumerate(reps):
        yield (
            f"{k:3d} {rep.name:22s} {rep.condition:8s} {rep.runner[:18]:18s} rep {rep.number:2d} at "
            f"{rep.true_s[0]:6.0f} of {rep.true_s[1] - rep.true_s[0]:6.1f} s: start {rep.start_s:+6.1f} "
            f"end {rep.end_s:+6.1f} time {rep.time_s:+6.1f} sd {rep.time_sd_s:4.1f} {rep.rest} {rep.source}"
        )


def draw(reps: Sequence[Rep]) -> Iterable[Path]:
    """Draw both edges of each rep, twelve to a sheet: the true edge green, the found one orange."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    OUT.mkdir(exist_ok=True)
    by_name = {case.name: case for case in cases(("real", "sim"), seeds=1)}
    for sheet in range(0, len(reps), SHEET):
        figure, axes = plt.subplots(SHEET // 2, 4, figsize=(22, 18), constrained_layout=True)
        for k, rep in enumerate(reps[sheet : sheet + SHEET]):
            activity, _, _ = loaded(by_name[rep.name], rep.condition)
            motion = motion_of(activity)
            step_s = np.diff(motion.time_s)
            mps = np.diff(motion.distance_m) / step_s
            for side, (true_s, off_s) in enumerate(zip(rep.true_s, (rep.start_s, rep.end_s), strict=True)):
                ax = axes[k // 2][2 * (k % 2) + side]
                ax.stairs(mps, motion.time_s, color="0.6", lw=0.8)
                ax.plot(motion.grid_time_s, motion.grid_speed_mps, color="tab:blue", lw=1.2)
                ax.axvline(true_s, color="tab:green", lw=2)
                ax.axvline(true_s + off_s, color="tab:orange", lw=2)
                for pause in motion.pauses_s:
                    ax.axvspan(*pause, ymax=0.05, color="black", lw=0)
                ax.plot(motion.time_s, np.full(motion.time_s.size, 0.1), "k|", ms=4)
                ax.set(xlim=(true_s - AROUND_S, true_s + AROUND_S), ylim=(0.0, 7.5))
                ax.set_title(
                    f"{sheet + k} {rep.name[5:]} {rep.condition} {rep.runner[:8]} {('start', 'end')[side]} "
                    f"{off_s:+.1f} ({rep.true_s[1] - rep.true_s[0]:.0f} s)",
                    fontsize=8,
                )
        path = OUT / f"times-{sheet // SHEET:02d}.png"
        figure.savefig(path, dpi=60)
        plt.close(figure)
        yield path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--condition", choices=CONDITIONS, action="append")
    parser.add_argument("--sim", action="store_true", help="simulated sessions too")
    parser.add_argument("--seeds", type=int, default=1, help="days a simulated scenario (default 1)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only recordings whose name contains TEXT")
    parser.add_argument("--runners", action="store_true", help="a line a runner")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N worst times")
    parser.add_argument("--draw", action="store_true", help="draw those, too")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args()
    sources = ("real", "sim", "unkind") if options.sim else ("real",)
    every = cases(sources, only=options.only, seeds=options.seeds)
    found: list[Rep] = []
    with ProcessPoolExecutor(options.jobs) as workers:
        for condition in options.condition or CONDITIONS:
            reps = [
                rep for some in workers.map(partial(reps_of, condition=condition), every, chunksize=2) for rep in some
            ]
            for source in sources:
                print(f"{source}, {condition}\n{HEAD}")
                print("\n".join(table([r for r in reps if r.name.startswith(source)], runners=options.runners)))
            found += [rep for rep in reps if rep.name.startswith("real")]
    worst = sorted(found, key=lambda rep: -abs(rep.time_s))[: options.worst]
    print("\n".join(listed(worst)))
    if options.draw:
        for path in draw(worst):
            print("drawn:", path.relative_to(OUT.parent.parent))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
