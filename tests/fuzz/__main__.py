"""``python -m tests.fuzz COUNT [FIRST]``: read so many mutants, and print a line of what came of them."""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from .mutants import MOST_MIB, try_all
from .season import small_season


def main(words: list[str]) -> int:
    """Return 0 where every mutant came to a fair end in little memory."""
    warnings.simplefilter("error", RuntimeWarning)
    count, first = int(words[0]), int(words[1]) if len(words) > 1 else 0
    with tempfile.TemporaryDirectory() as folder:
        told = (lambda line: print(line, flush=True)) if count > 10_000 else None
        summary = try_all(count, Path(folder), small_season(Path(folder)), first=first, told=told)
    for line in [*summary.foreign, *(f"{late} does not end" for late in summary.hangs)]:
        print(line)
    print(summary)
    return int(bool(summary.foreign or summary.hangs or summary.peak_mib > MOST_MIB))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
