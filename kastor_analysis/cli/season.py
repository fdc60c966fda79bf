"""``kastor season``: many sessions over time.

Sessions are named by their number in ``kastor season list``, by their day (``2026-03-03``), or as ``last``,
``last-1`` and so on.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..saving import PAGE, PICTURE, SEASON, Saver, table_of
from .correct import checked, corrected, saying
from .options import FORCE, PLAN, UNITS, Number
from .outputs import unique_stem
from .running import FAILED, quiet_pictures, say, tell, tell_json
from .season_access import (
    cluster,
    each_runners_two,
    known_athlete,
    named_plan,
    one_runner,
    open_season,
    session_number,
    something_to_draw,
    two_sessions,
)

if TYPE_CHECKING:
    import pandas as pd

    from ..lengths import Units
    from ..season.compare import Comparison

_METRICS = ("median_regular_s", "spread_s", "hammer_gain", "rest_on_share", "heart_rate_at_goal_bpm")
_CHARTS = ("splits", "heatmap", "trend", "intensity", "compare", "squad")

_DB = click.option("--db", type=click.Path(path_type=Path), metavar="FILE", help="The season's database.")
_ATHLETE = click.option("--athlete", metavar="NAME", help="Whose; not needed where the season has one runner.")
_ATHLETES = click.option(
    "--athlete", "athletes", multiple=True, metavar="NAME", help="Whose; repeat it for several.  [default: all]"
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_DISTANCE = click.option(
    "--distance", type=Number(1, 100_000), metavar="M", help="Of the reps; default: the commonest."
)


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Without --db the season is kept in your data directory, or where $KASTOR_SEASON says.",
)
def season() -> None:
    """Keep sessions over weeks and say what changes.

    Begin with `kastor season add FOLDER`, give a goal with `kastor season goal "5k 19:30" --since 2026-03-01`, then
    look: `kastor season list`, `kastor season chart splits -o splits.png`.
    """


@season.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@_DB
@click.option("--athlete", metavar="NAME", help="Whose runs these are; known to athletes.toml or not.")
@click.option("--goal", metavar="TEXT", help="For these runs, in place of the goal of the day.")
@PLAN
@click.option("--max-heart-rate", type=Number(100, 240), metavar="BPM", help="Measured; kept for the athlete.")
@click.option(
    "--jobs", type=click.IntRange(0), default=1, show_default=True, metavar="N", help="Processes; 0: all cores."
)
@click.option("--dask", metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:8786.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@_JSON
@click.pass_context
def add(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    db: Path | None,
    athlete: str | None,
    goal: str | None,
    plan: str | None,
    max_heart_rate: float | None,
    jobs: int,
    dask: str | None,
    no_progress: bool,
    as_json: bool,
) -> None:
    """Analyse recordings, folders, zips or account exports and keep them.

    What is there already is recognised by its content and left alone, also under another name or in another format.
    """
    with open_season(db, create=True) as kept, cluster(dask) as executor:
        result = kept.add(
            paths,
            athlete=known_athlete(kept, athlete, max_heart_rate),
            plan=named_plan(plan),
            goal=goal,
            jobs=jobs,
            executor=executor,
            progress=not no_progress,
        )
    _tell(ctx, result, as_json)


@season.command()
@_DB
@_ATHLETE
@click.option("--all", "everything", is_flag=True, help="Also what is up to date.")
@click.option(
    "--jobs", type=click.IntRange(0), default=1, show_default=True, metavar="N", help="Processes; 0: all cores."
)
@_JSON
@click.pass_context
def refresh(
    ctx: click.Context, /, db: Path | None, athlete: str | None, everything: bool, jobs: int, as_json: bool
) -> None:
    """Analyse again what older software or another goal had analysed."""
    with open_season(db, athlete=athlete) as kept:
        result = kept.refresh(everything=everything, athlete=athlete, jobs=jobs)
    _tell(ctx, result, as_json, done="analysed again")


@season.command(name="list")
@_DB
@_ATHLETES
@click.option("--runs", is_flag=True, help="Also the runs that are no sessions.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N.")
@UNITS
@_JSON
def list_(
    db: Path | None, athletes: tuple[str, ...], runs: bool, last: int | None, units: Units, as_json: bool
) -> None:
    """List the sessions, and what changes over them."""
    from .season_text import sessions_text, trends_lines

    with open_season(db, athlete=athletes or None) as kept:
        table = kept.runs(athletes or None) if runs else kept.sessions(athletes or None)
        several = table["athlete"].nunique() > 1
        sentences = [] if as_json or several or table.empty else trends_lines(kept, table["athlete"].iloc[0])
    if last:
        table = table.tail(last)
    if as_json:
        _print_json(table)
        return
    tell(sessions_text(table, with_athlete=several, units=units))
    for sentence in sentences:
        tell(sentence)


@season.command()
@_DB
@_ATHLETES
@UNITS
@_JSON
def weeks(db: Path | None, athletes: tuple[str, ...], units: Units, as_json: bool) -> None:
    """Show each week's 80/20: how much of it was hard, and which weeks are over the line."""
    from .season_text import weeks_text

    with open_season(db, athlete=athletes or None) as kept:
        table = kept.weeks(athletes or None)
    if as_json:
        _print_json(table)
    else:
        tell(weeks_text(table, units))


@season.command()
@click.argument("session", required=False)
@_DB
@_ATHLETES
@click.option("--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write CSV.")
@FORCE
@UNITS
@_JSON
def reps(
    session: str | None,
    db: Path | None,
    athletes: tuple[str, ...],
    csv_file: Path | None,
    force: bool,
    units: Units,
    as_json: bool,
) -> None:
    """Show the reps of one SESSION, or of all."""
    from .season_text import reps_text

    with open_season(db, athlete=athletes or None) as kept:
        found = kept.reps(athletes or None)
        if session is not None:
            found = found[found["activity_id"] == session_number(kept, session, athletes or None)]
        saver = Saver([kept.path], force=force)
    if csv_file is not None:
        from ..season.export import csv_text

        say(f"written: {saver.save(csv_file, csv_text(found), table_of(found.columns))}")
    elif as_json:
        _print_json(found)
    else:
        tell(reps_text(found, units))


@season.command()
@_DB
@_ATHLETES
@_DISTANCE
@_JSON
def trend(db: Path | None, athletes: tuple[str, ...], distance: float | None, as_json: bool) -> None:
    """Say what changes over the season, and whether it is more than noise."""
    import pandas as pd

    with open_season(db, athlete=athletes or None) as kept:
        names = kept.names(athletes or None)
        tables = [kept.trends(athlete=name, distance_m=distance) for name in names]
    if as_json:
        several = len(names) > 1
        whose = [found.assign(athlete=name) if several else found for name, found in zip(names, tables, strict=True)]
        _print_json(pd.concat(whose))
        return
    for name, found in zip(names, tables, strict=True):
        if len(names) > 1:
            tell(name if name == names[0] else f"\n{name}")
        tell("\n".join(found["sentence"]))


@season.command()
@click.argument("kind", type=click.Choice(_CHARTS))
@click.argument("sessions", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="png, svg or pdf.  [default: season-KIND.png]",
)
@FORCE
@click.option("--metric", type=click.Choice(_METRICS), default=_METRICS[0], show_default=True, help="For trend.")
@_DB
@_ATHLETES
@_DISTANCE
@UNITS
def chart(
    kind: str,
    sessions: tuple[str, ...],
    output: Path | None,
    force: bool,
    metric: str,
    db: Path | None,
    athletes: tuple[str, ...],
    distance: float | None,
    units: Units,
) -> None:
    """Draw the season into a file: splits, heatmap, trend, intensity, compare two SESSIONS, or a squad side by side."""
    if sessions and kind != "compare":
        raise click.UsageError(f"{kind} takes no sessions")
    athlete = one_runner(athletes, f"chart {kind}") if kind != "squad" else None
    output = output or Path(f"season-{kind}.png")
    quiet_pictures()
    with open_season(db, athlete=athletes or None) as kept:
        saver = Saver([kept.path], force=force)
        saver.check(output, PICTURE)
        something_to_draw(kept, kind, metric, athletes, distance)
        draw: dict[str, Callable[[], Any]] = {
            "splits": partial(kept.plot_splits, athlete=athlete, distance_m=distance, units=units),
            "heatmap": partial(kept.plot_heatmap, athlete=athlete, distance_m=distance),
            "trend": partial(kept.plot_trend, metric, athlete=athlete, distance_m=distance, units=units),
            "intensity": partial(kept.plot_intensity, athlete=athlete, units=units),
            "compare": lambda: kept.plot_compare(*two_sessions(kept, sessions, athlete), units=units),
            "squad": partial(kept.plot_squad, athlete=athletes or None, distance_m=distance, units=units),
        }
        figure = draw[kind]()
    from ..charts.style import drawn

    say(f"written: {saver.save(output, drawn(figure, output, dpi=150), PICTURE)}")


@season.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("season.html"),
    show_default=True,
    metavar="FILE",
    help="The page.",
)
@FORCE
@_DB
@_ATHLETES
@UNITS
def page(output: Path, force: bool, db: Path | None, athletes: tuple[str, ...], units: Units) -> None:
    """Write the season as one page: trends, every session's reps, weeks and a table that sorts.

    Of a squad it shows the runners side by side, and leads to a page of each, which is written beside it.
    """
    with open_season(db, athlete=athletes or None) as kept:
        names = kept.names(athletes or None)
        pages = _runners_pages(names, output) if len(names) > 1 else {}
        saver = Saver([kept.path], force=force)
        saver.check(output, PAGE)
        written = {file: kept.to_html(athlete=name, units=units) for name, file in pages.items()}
        written[output.name] = kept.to_html(athlete=names or None, units=units, pages=pages)
    saver.save_all(output.parent, {name: (html, PAGE) for name, html in written.items()})
    say(f"written: {output}" + (" and a page of each runner" if pages else ""))


def _runners_pages(names: Sequence[str], output: Path) -> dict[str, str]:
    """Return the file of each runner's page, beside that of the squad."""
    stems: list[str] = []
    for name in names:
        stems.append(unique_stem(f"{output.stem}-{name}", {output.stem, *stems}))
    return {name: f"{stem}.html" for name, stem in zip(names, stems, strict=True)}


@season.command()
@_DB
@_ATHLETES
@_DISTANCE
@UNITS
@_JSON
def squad(db: Path | None, athletes: tuple[str, ...], distance: float | None, units: Units, as_json: bool) -> None:
    """Show a squad, a runner a line: the latest session, what changes, and the last weeks."""
    from .season_text import squad_text

    with open_season(db, athlete=athletes or None) as kept:
        table = kept.squad(athletes or None, distance_m=distance)
    if as_json:
        _print_json(table)
    else:
        tell(squad_text(table, units))


@season.command()
@click.argument("sessions", nargs=-1)
@_DB
@_ATHLETES
@UNITS
@_JSON
@click.pass_context
def compare(
    ctx: click.Context, /, sessions: tuple[str, ...], db: Path | None, athletes: tuple[str, ...], units: Units,
    as_json: bool,
) -> None:  # fmt: skip
    """Hold the second of two SESSIONS against the first, rep by rep (default: the last two).

    Of a squad each runner's two, a line each; two numbers name two sessions, be they of two runners.
    """
    from .season_text import comparison_text, comparisons_text

    with open_season(db, athlete=athletes or None) as kept:
        names = kept.names(athletes or None)
        if len(names) > 1 and not any(name.isdigit() for name in sessions):
            found = {
                name: two if isinstance(two, str) else kept.compare(*two)
                for name, two in each_runners_two(kept, sessions, names).items()
            }
            if as_json:
                _print_json(_compared_reps(found))
            else:
                tell(comparisons_text(found, units))
            if all(isinstance(item, str) for item in found.values()):
                ctx.exit(FAILED)
            return
        one = kept.compare(*two_sessions(kept, sessions, athletes[0] if len(athletes) == 1 else None))
    if as_json:
        _print_json(one.reps)
    else:
        tell(comparison_text(one, units))


def _compared_reps(found: Mapping[str, Comparison | str]) -> pd.DataFrame:
    """Return the reps of every runner's comparison as one table."""
    import pandas as pd

    parts = [item.reps.assign(athlete=name) for name, item in found.items() if not isinstance(item, str)]
    return pd.concat(parts) if parts else pd.DataFrame()


@season.command()
@click.argument("goal", required=False)
@click.option("--since", metavar="DAY", help="From which day it holds; default: today.")
@_DB
@_ATHLETE
@UNITS
@_JSON
def goal(
    goal: str | None, since: str | None, db: Path | None, athlete: str | None, units: Units, as_json: bool
) -> None:
    """Set a GOAL such as "5k 19:30" from a day on; without one, list the goals."""
    from .season_text import goals_text

    with open_season(db, create=goal is not None, athlete=athlete if goal is None else None) as kept:
        if goal is not None:
            kept.set_goal(goal, since=since, athlete=athlete)
        table = kept.goals(athlete)
    if as_json:
        _print_json(table)
        return
    tell(goals_text(table, units))
    if goal is not None:
        say("Sessions already there keep their goal until: kastor season refresh")


@season.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "kind", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@FORCE
@_DB
@_ATHLETES
def export(folder: Path, kind: Any, force: bool, db: Path | None, athletes: tuple[str, ...]) -> None:
    """Write sessions, runs, reps and weeks as tables into FOLDER."""
    with open_season(db, athlete=athletes or None) as kept:
        for path in kept.export(folder, format=kind, athlete=athletes or None, force=force):
            say(f"written: {path}")


@season.command()
@click.argument("session")
@saying
@_DB
@_ATHLETE
def correct(session: str, db: Path | None, athlete: str | None, **said: Any) -> None:
    """Put right what was found in SESSION; see `kastor correct`.

    The season keeps the corrections with the recording's content, wherever its file is moved; where a file of
    corrections lies beside the recording, it is brought up to date.
    """
    asked = checked(said)
    with open_season(db, athlete=athlete) as kept:
        number = session_number(kept, session, athlete)
        before = kept.session(number)
        name = f"session {number}"
        if (corrections := corrected(before, before.corrections, asked, name=name)) is not None:
            kept.correct(number, corrections)
            say(f"{name}: {corrections}")


@season.command()
@click.argument("sessions", nargs=-1, required=True)
@_DB
@_ATHLETE
def remove(sessions: tuple[str, ...], db: Path | None, athlete: str | None) -> None:
    """Take SESSIONS out; their files are not touched."""
    with open_season(db, athlete=athlete) as kept:
        numbers = [session_number(kept, name, athlete) for name in sessions]
        count = kept.remove(numbers)
    tell(f"{count} removed")


@season.command()
@click.argument("file", type=click.Path(path_type=Path))
@_DB
def backup(file: Path, db: Path | None) -> None:
    """Copy the season to FILE, which must be new; also while it is being added to."""
    with open_season(db) as kept:
        Saver([kept.path]).check(file, SEASON)
        kept.backup(file)
    say(f"written: {file}")


@season.command(name="check")
@_DB
@click.pass_context
def check_(ctx: click.Context, /, db: Path | None) -> None:
    """Look for damage in the season's file, and say what to do about it."""
    with open_season(db) as kept:
        faults = kept.faults()
        if not faults:
            tell(f"{kept.path}: sound, with {kept.in_short()}")
            return
        for fault in faults:
            tell(f"  {fault}")
        say(f"{kept.path}: is damaged. Restore a backup of it (kastor season backup makes one) and add what is newer")
        say("again; or begin another from the recordings: kastor season add FOLDER --db NEW.db")
    ctx.exit(FAILED)


def _tell(ctx: click.Context, result: Any, as_json: bool, *, done: str = "added") -> None:
    if as_json:
        items = [
            {"file": item.name, "outcome": item.outcome, "activity_id": item.activity_id, "reason": item.reason}
            for item in result.items
        ]
        tell_json(json.dumps(items, indent=2, ensure_ascii=False))
    else:
        for item in result.failed:
            say(f"failed: {item.reason}")
        tell(str(result).replace("added", done, 1))
    if result.failed:
        ctx.exit(FAILED)


def _print_json(table: pd.DataFrame) -> None:
    sys.stdout.write(table.to_json(orient="records", date_format="iso", indent=2) + "\n")
