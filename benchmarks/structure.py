"""Whether sessions are told as their runners would: exact sessions by runner and by kind, and runs taken for one.

    python benchmarks/structure.py                              all conditions, a table
    python benchmarks/structure.py --condition blinded --sessions --runners
    python benchmarks/structure.py --save before.json           to compare with later: --against before.json

A session is *exact* where every rep that was run is found, as a rep or as a stride, and no other rep is; doubtful
reps count neither way. Conditions: ``laps``, ``blinded``, ``gpx`` (see `cases`), ``kastor`` (blinded, with
Kastor's plan given; runs only). The fitted weights are judged apart, runners left out
(``tools/fit_structure.py``): what is printed here is the product as it stands, whose weights know these recordings.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from cases import CONDITIONS, Case, cases, loaded, real_truth

import kastor_analysis as ka
from kastor_analysis.evaluation import FloatArray, match, overlap_s

KINDS = ("400s", "other distance", "by time", "mixed", "ladder", "several sets", "long reps", "few reps", "strides")


@dataclass(frozen=True)
class Told:
    """How one recording was told: reps run, found (as reps or strides) and told beyond, and how many were told."""

    name: str
    group: str
    kind: str
    run: int
    found: int
    beyond: int
    told: int
    failure: str = ""

    @property
    def exact(self) -> bool:
        """Every rep and no other."""
        return not self.failure and self.found == self.run and self.beyond == 0


def held(reps: FloatArray, ignored: FloatArray, told: FloatArray, strides: FloatArray) -> tuple[int, int]:
    """Return how many reps were found, and how many were told that were none."""
    pairs = match(reps, told)
    beside = match(reps, strides)
    found = len(set(pairs[:, 0].tolist()) | set(beside[:, 0].tolist()))
    counts = np.ones(len(told), dtype=bool)
    if len(ignored) and len(told):
        counts = overlap_s(told, ignored).sum(axis=1) < 0.5 * np.diff(told, axis=1)[:, 0]
    counts[pairs[:, 1]] = False
    return found, int(counts.sum())


def kind_of(case: Case) -> str:
    """Return what kind of session the truth tells of."""
    truth = real_truth()[case.name.removeprefix("real:")]
    sure = ~truth.doubtful
    if not sure.any():
        return "few reps"
    time_s, metres, start_s = truth.elapsed_s[sure], truth.watch_distance_m[sure], truth.start_unix_s[sure]
    rests = np.array([b - a - t for (a, b), t in zip(pairwise(start_s), time_s[:-1], strict=True)])
    if len(time_s) <= 2:
        return "few reps"
    if np.median(time_s) <= 30.0:
        return "strides"
    if rests.size and rests.max() > max(3.0 * np.median(rests), 240.0):
        return "several sets"
    if np.median(time_s) >= 290.0:
        return "long reps"
    spread_m, spread_s = (np.ptp(np.log(v)) if np.isfinite(v).all() else 9.0 for v in (metres, time_s))
    if truth.ended_by == "timer" and spread_s < 0.1:
        return "by time"
    if min(spread_m, spread_s) < 0.16:
        return "400s" if abs(np.median(metres) / 400.0 - 1.0) < 0.09 else "other distance"
    return "ladder" if len(set(np.round(np.log(metres) / 0.12).tolist())) > max(2, len(time_s) / 2) else "mixed"


def tell(case: Case, condition: str) -> Told:
    """Segment a case and hold it against its truth."""
    warnings.simplefilter("ignore")
    kind = kind_of(case) if case.source == "real" else "run"
    try:
        activity, reps, ignored = loaded(case, "blinded" if condition == "kastor" else condition)
    except ka.KastorError:
        return Told(case.name, case.group, kind, 0, 0, 0, 0)
    try:
        plan = ka.Plan.kastor() if condition == "kastor" else None
        session = ka.segment(activity, plan, use_laps=condition == "laps")
    except ka.KastorError as error:
        return Told(case.name, case.group, kind, len(reps), 0, 0, 0, str(error)[:90] if len(reps) else "")
    rows = {
        kind: np.array(
            [(r.start_s, r.end_s) for r in session.rows if r.kind == kind and r.status != "aborted"]
        ).reshape(-1, 2)
        for kind in ("rep", "stride")
    }
    found, beyond = held(reps, ignored, rows["rep"], rows["stride"])
    return Told(case.name, case.group, kind, len(reps), found, beyond, len(rows["rep"]))


def summary(condition: str, told: list[Told]) -> str:
    """Return one line of figures."""
    real, runs = [t for t in told if t.kind != "run"], [t for t in told if t.kind == "run"]
    text = f"{condition:8s} "
    if real:
        run, found = sum(t.run for t in real), sum(t.found for t in real)
        beyond = sum(t.beyond for t in real)
        text += (
            f"exact {sum(t.exact for t in real):3d} of {len(real)} ({np.mean([t.exact for t in real]):.3f}), "
            f"by runner {np.mean([np.mean(e) for e in by(real, 'group').values()]):.3f}, recall {found / run:.3f}, "
            f"precision {found / max(found + beyond, 1):.3f}, silent {sum(not t.told and t.run > 0 for t in real)}, "
        )
    return text + f"runs taken {sum(t.told > 0 for t in runs)} of {len(runs)}"


def by(told: list[Told], key: str) -> dict[str, list[bool]]:
    """Return which sessions are exact, by group or kind."""
    out: dict[str, list[bool]] = defaultdict(list)
    for t in told:
        out[getattr(t, key)].append(t.exact)
    return dict(sorted(out.items()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--condition", choices=(*CONDITIONS, "kastor"), action="append")
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--sessions", action="store_true", help="a line for each that is not exact")
    parser.add_argument("--runners", action="store_true", help="exact by runner")
    parser.add_argument("--save", metavar="FILE")
    parser.add_argument("--against", metavar="FILE", help="what --save wrote before: shows what changed")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    saved: dict[str, list[dict[str, object]]] = {}
    before = json.loads(Path(options.against).read_text()) if options.against else {}
    every = cases(("real", "run"), only=options.only)
    with ProcessPoolExecutor(options.jobs) as workers:
        for condition in options.condition or (*CONDITIONS, "kastor"):
            chosen = [c for c in every if c.source == "run"] if condition == "kastor" else every
            told = list(workers.map(partial(tell, condition=condition), chosen, chunksize=2))
            print(summary(condition, told), flush=True)
            saved[condition] = [asdict(t) for t in told]
            real = [t for t in told if t.kind != "run"]
            for key in ("kind", *(["group"] if options.runners else [])) if real else ():
                print("   " + ", ".join(f"{name} {sum(e)}/{len(e)}" for name, e in by(real, key).items()))
            was = {t["name"]: Told(**t) for t in before.get(condition, ())}
            for t in told:
                wrong = not t.exact if t.kind != "run" else t.told > 0
                changed = t.name in was and was[t.name].exact != t.exact
                if (options.sessions and wrong) or changed:
                    mark = ("better " if t.exact else "worse  ") if changed else ""
                    print(
                        f"   {mark}{t.name} {t.group} {t.kind}: {t.found}/{t.run} + {t.beyond} of {t.told} {t.failure}"
                    )
    if options.save:
        Path(options.save).write_text(json.dumps(saved, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
