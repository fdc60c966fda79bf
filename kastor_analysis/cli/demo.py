"""``kastor demo``: sample recordings in a folder, analysed, so that a newcomer sees everything in one command."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..errors import ProtectedError
from ..files.saving import PAGE, PICTURE, Saver
from ..quantities.lengths import Units
from .options import UNITS
from .running import quiet_pictures, say, tell

GOAL = "5k 20:00"
RUNNER = "sample runner"
SEASON, SEASON_SPLITS, SEASON_PAGE = "season.db", "season-splits.png", "season.html"
_SESSIONS = ("kastor-good.fit", "kastor-flawed.fit")
_HINT = "Name another folder: kastor demo FOLDER"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path("kastor-demo"))
@UNITS
def demo(folder: Path, units: Units) -> None:
    """Write sample recordings to FOLDER (default: kastor-demo) and analyse them.

    The recordings are simulated: a good session, a flawed one, and the season of a runner who improves. Beside them
    come a page and a picture of each session, and charts of the season. Files of other content are left alone.
    """
    from ..charts import plot_session
    from ..charts.style import drawn
    from ..pipeline import analyze
    from ..render.terminal import print_report
    from ..simulation.samples import write_samples

    quiet_pictures()
    saver = Saver()
    _check(folder, saver)
    paths = write_samples(folder)
    say(f"{len(paths)} files written to {folder}")
    made: list[Path] = []
    for name in _SESSIONS:
        report = analyze(folder / name, goal=GOAL, units=units)
        print_report(report, sys.stdout, units=units)
        tell()
        page, picture = folder / f"{Path(name).stem}.html", folder / f"{Path(name).stem}.png"
        made.append(saver.save(page, report.to_html(units=units), PAGE))
        made.append(saver.save(picture, drawn(plot_session(report, units=units), picture), PICTURE))
    made += _season(folder, units, saver)
    tell("To look at:")
    for path in made:
        tell(f"  {path}")
    tell("To try:")
    tell(f'  analyze {folder / "kastor-good.gpx"} --goal "{GOAL}"')
    tell(f'  analyze {folder / _SESSIONS[1]} --goal "{GOAL}" --by-100')
    tell(f"  kastor season list --db {folder / SEASON}")
    tell(f'  kastor plan card --goal "{GOAL}"')


def _check(folder: Path, saver: Saver) -> None:
    """Refuse a folder in which files of someone else bear the names of the demo's outputs."""
    if not folder.is_dir():
        return
    for name in _SESSIONS:
        saver.check(folder / f"{Path(name).stem}.html", PAGE)
        saver.check(folder / f"{Path(name).stem}.png", PICTURE)
    saver.check(folder / SEASON_SPLITS, PICTURE)
    saver.check(folder / SEASON_PAGE, PAGE)
    if (folder / SEASON).exists():
        from ..season import Season

        with Season(folder / SEASON) as season:
            others = [name for name in season.names() if name != RUNNER]
        if others:
            raise ProtectedError(f"is the season of {', '.join(others)}", file=str(folder / SEASON), hint=_HINT)


def _season(folder: Path, units: Units, saver: Saver) -> list[Path]:
    """Keep the sample season in a database of its own, print what changed, and return the charts made of it."""
    from ..charts.style import drawn
    from ..season import Season

    with Season(folder / SEASON) as season:
        result = season.add(folder / "season", athlete=RUNNER, goal=GOAL, progress=False)
        tell(f"Season: {result}")
        for text in season.trends()["sentence"]:
            tell(f"  {text}")
        tell()
        splits, page = folder / SEASON_SPLITS, folder / SEASON_PAGE
        saver.save(splits, drawn(season.plot_splits(units=units), splits), PICTURE)
        saver.save(page, season.to_html(units=units), PAGE)
    return [splits, page]
