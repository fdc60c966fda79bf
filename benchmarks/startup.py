"""How long a report in the terminal takes from the shell, against importing pandas alone.

Run with ``python benchmarks/startup.py``. Each command is a whole process, started and awaited; the two take turns, so
that whatever else the machine does meets both. Reported: the median of each, and the median of the paired ratios with
the middle half of them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent.parent / "sample_data" / "kastor-good.fit"
ANALYZE = "from kastor_analysis.cli import analyze; analyze()"


def seconds(command: list[str]) -> float:
    """Run a command once and return its wall time; its output goes to a pipe that is read.

    Both commands may keep compiled bytecode, as they do on a user's machine.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True, env=environment)
    return time.perf_counter() - start


def measure(rounds: int, file: Path) -> tuple[list[float], list[float]]:
    """Return wall times of ``analyze file`` and of ``python -c "import pandas"``, pairwise interleaved."""
    report = [sys.executable, "-c", ANALYZE, str(file), "--goal", "5k 20:00"]
    pandas = [sys.executable, "-c", "import pandas"]
    for command in (report, pandas):
        seconds(command)
    pairs = [(seconds(report), seconds(pandas)) for _ in range(rounds)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=SAMPLE)
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    report, pandas = measure(args.rounds, args.file)
    ratios = [a / b for a, b in zip(report, pandas, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"analyze {args.file.name:<24} {statistics.median(report) * 1000:6.0f} ms")
    print(f'python -c "import pandas"        {statistics.median(pandas) * 1000:6.0f} ms')
    print(f"ratio, paired: {middle:.2f} ({low:.2f} to {high:.2f}, middle half of {args.rounds} rounds)")


if __name__ == "__main__":
    main()
