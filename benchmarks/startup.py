"""How long ``analyze`` takes from the shell, against the least that a process like it can take.

Run with ``python benchmarks/startup.py``: a report against ``python -c "import pandas"``, ``analyze --help`` against
``python -c pass``, and, with ``--folder``, a folder on all cores against the same on one. Each command is a whole
process, started and awaited; the two of a pair take turns, so that whatever else the machine does meets both.
Reported: the median wall time of each, and the median of the paired ratios with the middle half of them; also that of
processor time, which a busy machine moves less.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data" / "kastor-good.fit"
ANALYZE = [sys.executable, "-c", "from kastor_analysis.cli import analyze; analyze()"]
IMPORT_PANDAS = [sys.executable, "-c", "import pandas"]
NOTHING = [sys.executable, "-c", "pass"]
ON_ONE_CORE = [
    sys.executable,
    "-c",
    "from kastor_analysis.cli import analyze; from kastor_analysis.pipeline import pool; "
    "pool.usable_cores = lambda: 1; analyze()",
]


class Cost(NamedTuple):
    """Of a command run once: by the clock, and of the processor."""

    wall_s: float
    cpu_s: float


def cost(command: list[str]) -> Cost:
    """Run a command once; its output goes to a pipe that is read.

    Commands may keep compiled bytecode, as they do on a user's machine.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, env=environment)
    wall_s, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def measure(command: list[str], base: list[str], rounds: int) -> list[tuple[Cost, Cost]]:
    """Return what a command costs and what another does, pairwise interleaved."""
    for each in (command, base):
        cost(each)
    return [(cost(command), cost(base)) for _ in range(rounds)]


def report_of(file: Path) -> list[str]:
    """Return the command that reports on a recording."""
    return [*ANALYZE, str(file), "--goal", "5k 20:00"]


def compare(name: str, command: list[str], base_name: str, base: list[str], rounds: int) -> None:
    """Print what a command costs against another."""
    pairs = measure(command, base, rounds)
    print(f"{name:<32} {statistics.median(a.wall_s for a, _ in pairs) * 1000:6.0f} ms")
    print(f"{base_name:<32} {statistics.median(b.wall_s for _, b in pairs) * 1000:6.0f} ms")
    for what, ratios in (
        ("ratio", [a.wall_s / b.wall_s for a, b in pairs]),
        ("processor time", [a.cpu_s / max(b.cpu_s, 0.001) for a, b in pairs]),
    ):
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"{what}, paired: {middle:.2f} ({low:.2f} to {high:.2f}, middle half of {rounds} rounds)")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="also compare a folder of recordings on all cores and on one")
    args = parser.parse_args()
    compare(f"analyze {args.file.name}", report_of(args.file), 'python -c "import pandas"', IMPORT_PANDAS, args.rounds)
    compare("analyze --help", [*ANALYZE, "--help"], "python -c pass", NOTHING, args.rounds)
    if args.folder:
        words = [str(args.folder), "--brief"]
        rounds = min(args.rounds, 5)
        compare("folder, all cores", [*ANALYZE, *words], "folder, one core", [*ON_ONE_CORE, *words], rounds)


if __name__ == "__main__":
    main()
