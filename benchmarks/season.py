"""A season from cold: files a second and core, memory, adding again, and the tables of 5,000 sessions.

Run with ``python -m benchmarks.season [--files 1000] [--jobs 1]``; ``--verbs 1000`` prints the processor time of
every verb, each in a process of its own, on a season of so many sessions of one runner, and on one of a squad. The
recordings are simulated, an hour each at one sample a second (two sessions of ten 400s among three easy runs),
written as FIT with a different day each. Each figure is taken in a process of its own, linear algebra kept to one
thread as the command line does; fitparse reads the messages of some of the same files and does nothing with them.
Prints one JSON object; other work on the machine slows the seconds, not the CPU seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kastor_analysis.athlete import Athlete
from kastor_analysis.goal import Goal
from kastor_analysis.pipeline.pool import THREAD_VARIABLES
from kastor_analysis.season import Season, store
from kastor_analysis.season.database import transaction
from kastor_analysis.season.record import Record
from kastor_analysis.season.schema import REP_COLUMNS
from kastor_analysis.season.work import Task, analyse_task, record_activity
from kastor_analysis.simulation.scenario import WATCHES, Presses, Scenario
from kastor_analysis.simulation.session import Around, interval_session, kastor_session, road_run
from kastor_analysis.simulation.simulate import simulate
from kastor_analysis.writers import to_fit

FIRST_DAY = datetime(2020, 1, 1, 7, 0, tzinfo=UTC)
FITPARSE_FILES = 10


def recordings() -> Iterator[Any]:
    """Yield five activities of about an hour: two sessions, three easy runs."""
    watch = WATCHES["fr255"]
    around = Around(warmup_s=660.0, stretch_s=150.0, drills=4, strides=2, cooldown_s=630.0)
    for seed in range(2):
        moves = kastor_session([96.0 + seed] * 10, around=around)
        yield simulate(Scenario(name="session", moves=moves, watch=watch, presses=Presses(scatter_s=0.4)), seed=seed)
    for seed in range(3):
        moves = road_run(3600.0, 2.8 + 0.1 * seed, stops=seed, seed=seed)
        yield simulate(Scenario(name="easy", moves=moves, watch=watch), seed=10 + seed)


def write_files(folder: Path, n: int) -> dict[str, float]:
    """Write `n` recordings of different days; return how long they are."""
    activities = [simulated.activity for simulated in recordings()]
    total_bytes = 0
    for i in range(n):
        activity = replace(activities[i % len(activities)], start_time=FIRST_DAY + timedelta(days=i))
        content = to_fit(activity)
        total_bytes += len(content)
        (folder / f"{i:05d}.fit").write_bytes(content)
    minutes = sum(activity.duration_s for activity in activities) / 60 / len(activities)
    return {"files": n, "mean_minutes": round(minutes, 1), "mean_kb": round(total_bytes / n / 1000, 1)}


def add(folder: Path, db: Path, jobs: int) -> dict[str, float]:
    """Add a folder; return what it took, and the peak memory after a fifth of the files and at the end."""
    peaks: list[float] = []

    class Watched(Season):
        @staticmethod
        def _analyse_task(task: Task) -> Any:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            return analyse_task(task)

    start, start_cpu = time.perf_counter(), time.process_time()
    with (Watched if jobs == 1 else Season)(db) as season:
        result = season.add(folder, jobs=jobs, progress=False)
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    figures = {"seconds": seconds, "cpu_seconds": cpu, "sessions": len(result.added), "failed": len(result.failed)}
    figures["already"] = len(result.already_there)
    if peaks:
        figures["peak_mib_after_a_fifth"] = peaks[len(peaks) // 5]
        figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures


def read_fitparse(folder: Path, n: int) -> dict[str, float]:
    """Read the messages of `n` files with fitparse, nothing more."""
    import fitparse

    start = time.process_time()
    for path in sorted(folder.iterdir())[:n]:
        for message in fitparse.FitFile(str(path)).get_messages():
            message.get_values()
    return {"files": n, "cpu_seconds": time.process_time() - start}


def templates() -> list[tuple[Record, int]]:
    """Return what a season keeps of three kinds of session and an easy run, and in how many of ten each is run."""
    watch = WATCHES["fr255"]
    athlete = Athlete(name="runner", goals=((FIRST_DAY.date(), Goal.parse("5k 20:00")),), max_heart_rate_bpm=188.0)
    moves = (
        (kastor_session([95.0 + 0.3 * (i % 4) for i in range(16)]), 3),
        (interval_session([(1000.0, 240.0)] * 5, 150.0, recovery="jog"), 1),
        (interval_session([(180.0 * 4.1, 180.0)] * 6, 120.0, recovery="jog"), 1),
        (road_run(3600.0, 2.9, stops=1, seed=1), 5),
    )
    kept = []
    for seed, (way, of_ten) in enumerate(moves):
        activity = simulate(Scenario(name="day", moves=way, watch=watch, presses=Presses(scatter_s=0.4)), seed).activity
        kept.append((record_activity(activity, Task(path="", athlete=athlete)), of_ten))
    return kept


def fill(db: Path, n: int, runners: int = 1) -> None:
    """Store `n` sessions of 5 to 16 reps and as many easy runs, ten of them in each runner's week."""
    chance = random.Random(1)
    kinds = [record for record, of_ten in templates() for _ in range(of_ten)]
    with Season(db) as season, transaction(season._connection):
        numbers = [store.athlete_id(season._connection, f"runner {i:03d}" if i else "runner") for i in range(runners)]
        for i in range(2 * n):
            week, place = divmod(i, len(kinds))
            at = FIRST_DAY + timedelta(weeks=week // runners, days=7.0 * place / len(kinds))
            moved = on_a_day(kinds[place], at, form=1.0 - 0.01 * i / (2 * n) + chance.gauss(0.0, 0.006))
            digest = f"{i:064d}"
            kept = store.keep(season._connection, numbers[week % runners], digest, 0, moved)
            store.note_file(
                season._connection, path=f"/runs/{i:05d}.fit", entry="", part=0, size=60_000, mtime_ns=i,
                raw_size=60_000, content_hash=digest, activity_id=kept.activity_id, outcome="added", reason=None,
                request="{}",
            )  # fmt: skip


def on_a_day(record: Record, at: datetime, form: float) -> Record:
    """Return a session as it would be on a day of this form: its times over those that it was simulated with."""
    values = {**record.activity, "start_time_s": at.timestamp(), "local_date": at.date().isoformat()}
    if record.is_session:
        values["median_regular_s"] = form * float(record.activity["median_regular_s"] or 0.0)
    place = REP_COLUMNS.index("time_s")
    reps = tuple((*row[:place], form * float(row[place] or 0.0), *row[place + 1 :]) for row in record.reps)
    return replace(record, activity=values, reps=reps)


def tables(db: Path) -> dict[str, float]:
    """Return how long each table takes, after pandas has been imported."""
    import pandas as pd

    figures: dict[str, float] = {"pandas": float(pd.__version__.split(".")[0])}
    with Season(db) as season:
        for name in ("reps", "sessions", "weeks"):
            took = []
            for _ in range(3):
                start, start_cpu = time.perf_counter(), time.process_time()
                figures[f"{name}_rows"] = len(getattr(season, name)())
                took.append((time.perf_counter() - start, time.process_time() - start_cpu))
            figures[f"{name}_seconds"], figures[f"{name}_cpu_seconds"] = (
                sorted(part)[1] for part in zip(*took, strict=True)
            )
    return figures


VERBS: tuple[tuple[str, ...], ...] = (
    ("list",), ("list", "--last", "20"), ("reps",), ("reps", "last"), ("weeks",), ("trend",), ("squad",), ("overlay",),
    ("compare",), ("goal",), ("chart", "splits"), ("chart", "splits", "--last", "50"), ("chart", "heatmap"),
    ("chart", "trend"), ("chart", "pace"), ("chart", "intensity"), ("chart", "compare"), ("chart", "squad"),
    ("chart", "overlay"), ("page",), ("export", "tables"), ("export", "parts", "--parquet"), ("check",),
    ("backup", "copy.db"), ("tag", "7", "--add", "track"), ("note", "7", "windy"), ("move", "7", "--to", "other"),
    ("rename", "other", "another"), ("undo",), ("undo", "--list"), ("remove", "7"),
)  # fmt: skip
SQUAD_VERBS: tuple[tuple[str, ...], ...] = (
    ("list",), ("weeks",), ("trend",), ("squad",), ("overlay",), ("compare",), ("chart", "squad"), ("chart", "overlay"),
    ("page",), ("export", "parts", "--parquet"),
)  # fmt: skip
SQUAD_SESSIONS = 50
"""Of each runner."""


def verbs(n: int, only: str = "") -> dict[str, float]:
    """Return the processor seconds of each verb, on a season of `n` sessions of one runner, then of a squad."""
    figures = {}
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "MPLBACKEND": "agg"}
    environment |= dict.fromkeys(THREAD_VARIABLES, "1")
    start = "import sys; from kastor_analysis.cli import main; sys.argv = ['kastor', 'season', *sys.argv[1:]]; main()"
    squad = n // SQUAD_SESSIONS
    for runners, asked, whose in ((1, VERBS, ""), (squad, SQUAD_VERBS, f" ({squad} runners)")):
        with tempfile.TemporaryDirectory() as folder:
            db = Path(folder) / "season.db"
            fill(db, n, runners)
            for verb in asked:
                called = " ".join(verb) + whose
                if only not in called:
                    continue
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                command = [sys.executable, "-c", start, *verb, "--db", str(db)]
                subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                figures[called] = round(spent, 2)
                print(f"{spent:6.2f} s  {called}", file=sys.stderr, flush=True)
    return figures


def in_a_process(*words: object) -> dict[str, float]:
    """Run one part of this benchmark in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.season", *map(str, words)]
    one_thread = {name: os.environ.get(name, "1") for name in THREAD_VARIABLES}
    root = Path(__file__).parent.parent
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=root, env={**os.environ, **one_thread}
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--verbs", type=int, metavar="SESSIONS")
    parser.add_argument("--only", default="", metavar="WORD", help="verbs with this in their words")
    parser.add_argument("part", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.verbs:
        print(json.dumps({"sessions": args.verbs, "cpu_seconds": verbs(args.verbs, args.only)}, indent=2))
        return
    if args.part:
        name, *words = args.part
        parts: dict[str, Any] = {
            "add": lambda: add(Path(words[0]), Path(words[1]), int(words[2])),
            "fitparse": lambda: read_fitparse(Path(words[0]), int(words[1])),
            "tables": lambda: tables(Path(words[0])),
        }
        print(json.dumps(parts[name]()))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder, db, many = (Path(temporary) / name for name in ("runs", "season.db", "many.db"))
        folder.mkdir()
        about = write_files(folder, args.files)
        first = in_a_process("add", folder, db, args.jobs)
        again = in_a_process("add", folder, db, args.jobs)
        for path in folder.iterdir():
            os.utime(path, ns=(0, 0))
        touched = in_a_process("add", folder, db, args.jobs)
        alone = in_a_process("fitparse", folder, min(FITPARSE_FILES, args.files))
        fill(many, 5000)
        table = in_a_process("tables", many)
    rate = args.files / first["seconds"]
    fitparse_rate = alone["files"] / alone["cpu_seconds"]
    figures = {
        "recordings": about,
        "jobs": args.jobs,
        "files_a_second": round(rate, 1),
        "files_a_cpu_second": round(args.files / first["cpu_seconds"], 1) if args.jobs == 1 else None,
        "files_a_second_fitparse_alone": round(fitparse_rate, 2),
        "add": first,
        "add_again": again,
        "add_again_touched": touched,
        "tables_of_5000_sessions": table,
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
