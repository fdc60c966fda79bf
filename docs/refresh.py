"""Rewrite what README and docs show of the program: its output and its pictures.

Run ``python docs/refresh.py`` after a change of what a report looks like.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory

import kastor_analysis as ka
from kastor_analysis.render.terminal import print_report

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "img"
GOAL = "5k 20:00"


class _Pipe(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]


def terminal_text(report: ka.Report) -> str:
    """Return a report as a pipe of 80 columns gets it."""
    pipe = _Pipe()
    print_report(report, pipe)
    return pipe.getvalue()


def main() -> None:
    """Rewrite the README's block of output and the pictures."""
    os.chdir(ROOT)
    IMAGES.mkdir(exist_ok=True)
    good, flawed = (ka.analyze(f"sample_data/kastor-{name}.fit", goal=GOAL) for name in ("good", "flawed"))
    good.plot().figure.savefig(IMAGES / "session.png", dpi=80)
    with TemporaryDirectory() as folder, ka.Season(Path(folder) / "season.db") as season:
        season.add("sample_data/season", goal=GOAL, progress=False)
        season.plot_splits().savefig(IMAGES / "season.png", dpi=80)
    readme = ROOT / "README.md"
    text, n = re.subn(
        r"(<!-- analyze output -->\n```\n).*?(```\n)",
        lambda m: m[1] + terminal_text(flawed) + m[2],
        readme.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    if n != 1:
        raise SystemExit("README.md has no block marked <!-- analyze output -->")
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
