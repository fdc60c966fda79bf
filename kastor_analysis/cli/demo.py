"""``kastor demo``: sample recordings in a folder, analysed, so that a newcomer sees everything in one command."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..lengths import Units
from .options import UNITS
from .running import say, tell

GOAL = "5k 20:00"
SEASON = "season.db"
_SESSIONS = ("kastor-good.fit", "kastor-flawed.fit")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("kastor-demo"))
@UNITS
def demo(folder: Path, units: Units) -> None:
    """Write sample recordings to FOLDER (default: kastor-demo) and analyse them.

    The recordings are simulated: a good session, a flawed one, and the season of a runner who improves. Beside them
    come a page and a picture of each session, and charts of the season.
    """
    from ..pipeline import analyze
    from ..render.terminal import print_report
    from ..simulation.samples import write_samples

    paths = write_samples(folder)
    say(f"{len(paths)} files written to {folder}")
    made: list[Path] = []
    for name in _SESSIONS:
        report = analyze(folder / name, goal=GOAL, units=units)
        print_report(report, sys.stdout, units=units)
        tell()
        page, picture = folder / f"{Path(name).stem}.html", folder / f"{Path(name).stem}.png"
        page.write_text(report.to_html(units=units), encoding="utf-8")
        report.plot(units=units).savefig(picture)
        made += [page, picture]
    made += _season(folder, units)
    tell("To look at:")
    for path in made:
        tell(f"  {path}")
    tell("To try:")
    tell(f'  analyze {folder / "kastor-good.gpx"} --goal "{GOAL}"')
    tell(f'  analyze {folder / _SESSIONS[1]} --goal "{GOAL}" --by-100')
    tell(f"  kastor season list --db {folder / SEASON}")
    tell(f'  kastor plan card --goal "{GOAL}"')


def _season(folder: Path, units: Units) -> list[Path]:
    """Keep the sample season in a database of its own, print what changed, and return the charts made of it."""
    from ..season import Season

    with Season(folder / SEASON) as season:
        result = season.add(folder / "season", athlete="sample runner", goal=GOAL, progress=False)
        tell(f"Season: {result}")
        for text in season.trends()["sentence"]:
            tell(f"  {text}")
        tell()
        splits, page = folder / "season-splits.png", folder / "season.html"
        season.plot_splits(units=units).savefig(splits)
        page.write_text(season.to_html(units=units), encoding="utf-8")
    return [splits, page]
