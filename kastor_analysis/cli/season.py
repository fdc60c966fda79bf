"""``kastor season``: many sessions over time.

Sessions are named by their number in ``kastor season list``, by their day (``2026-03-03``), or as ``last``,
``last-1`` and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..files.saving import PAGE, PICTURE, SEASON, Saver, table_of
from ..shown.scales import MOST_SIDE_BY_SIDE
from . import season_mending, season_squad
from .options import FORCE, PLAN, UNITS, Number
from .outputs import unique_stem
from .running import FAILED, quiet_pictures, say, tell
from .season_access import (
    IS_NUMBER,
    athletes_of_folders,
    cluster,
    each_runners_two,
    known_athlete,
    look_into,
    named_plan,
    one_runner,
    open_season,
    session_number,
    something_to_draw,
    tell_of_folders,
    two_sessions,
)
from .season_options import (
    ATHLETE,
    DB,
    DISTANCE,
    INITIALS,
    JOBS,
    JSON,
    Look,
    called,
    looking,
    print_json,
    tell_page,
    tell_result,
)

if TYPE_CHECKING:
    import pandas as pd

    from ..quantities.lengths import Units
    from ..season.compare import Comparison

_METRICS = ("median_regular_s", "spread_s", "hammer_gain", "rest_on_share", "heart_rate_at_goal_bpm")
_CHARTS = ("splits", "heatmap", "trend", "pace", "intensity", "compare", "squad", "overlay")


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
@DB
@click.option("--athlete", metavar="NAME", help="Whose runs these are; known to athletes.toml or not.")
@click.option("--squad", is_flag=True, help="Each folder in PATH is a runner's, called as the folder.")
@click.option("--goal", metavar="TEXT", help="For these runs, in place of the goal of the day.")
@PLAN
@click.option("--max-heart-rate", type=Number(100, 240), metavar="BPM", help="Measured; kept for the athlete.")
@JOBS
@click.option("--again", is_flag=True, help="Also what was removed, and what failed.")
@click.option("--dask", metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:8786.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
@JSON
@click.pass_context
def add(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    db: Path | None,
    athlete: str | None,
    squad: bool,
    goal: str | None,
    plan: str | None,
    max_heart_rate: float | None,
    again: bool,
    jobs: int,
    dask: str | None,
    no_progress: bool,
    as_json: bool,
) -> None:
    """Analyse recordings, folders, zips or account exports and keep them.

    What is there already is recognised by its content and left alone, also under another name or in another format.
    """
    if squad and (athlete or max_heart_rate or len(paths) > 1):
        raise click.UsageError("--squad takes one folder, in which each folder is a runner's, and no figures of one")
    with open_season(db, create=True) as kept, cluster(dask) as executor:
        if not squad and athlete is None:
            tell_of_folders(kept, paths)
        add_to = (
            partial(kept.add_squad, paths[0], athletes=athletes_of_folders(paths[0]))
            if squad
            else partial(kept.add, paths, athlete=known_athlete(kept, athlete, max_heart_rate))
        )
        result = add_to(
            plan=named_plan(plan), goal=goal, again=again, jobs=jobs, executor=executor, progress=not no_progress
        )
    tell_result(ctx, result, as_json)


@season.command()
@DB
@ATHLETE
@click.option("--all", "everything", is_flag=True, help="Also what is up to date.")
@JOBS
@JSON
@click.pass_context
def refresh(
    ctx: click.Context, /, db: Path | None, athlete: str | None, everything: bool, jobs: int, as_json: bool
) -> None:
    """Analyse again what older software or another goal had analysed."""
    with open_season(db, athlete=athlete) as kept:
        result = kept.refresh(everything=everything, athlete=athlete, jobs=jobs)
    tell_result(ctx, result, as_json, done="analysed again")


@season.command(name="list")
@looking
@click.option("--runs", is_flag=True, help="Also the runs that are no sessions.")
@UNITS
@JSON
def list_(look: Look, runs: bool, units: Units, as_json: bool) -> None:
    """List the sessions, and what changes over them."""
    from ..season.record import is_running
    from .season_text import other_sports_lines, sessions_text, trends_lines

    with look_into(look) as kept:
        table = kept.runs(look.athletes) if runs else kept.sessions(look.athletes)
        table = table[table["sport"].map(is_running).astype(bool)] if runs else table
        others = [] if as_json else other_sports_lines(kept.other_sports(look.athletes))
        several = table["athlete"].nunique() > 1
        sentences = [] if as_json or several or table.empty else trends_lines(kept, table["athlete"].iloc[0])
    if as_json:
        print_json(table)
        return
    lines = [sessions_text(table, with_athlete=several, units=units), *sentences, *others]
    tell_page("\n".join(lines))


@season.command()
@looking
@UNITS
@JSON
def weeks(look: Look, units: Units, as_json: bool) -> None:
    """Show each week's 80/20: how much of it was hard, and which weeks are over the line."""
    from .season_text import weeks_text

    with look_into(look) as kept:
        table = kept.weeks(look.athletes)
    if as_json:
        print_json(table)
    else:
        tell(weeks_text(table, units))


@season.command()
@click.argument("session", required=False)
@looking
@click.option("--csv", "csv_file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write CSV.")
@FORCE
@UNITS
@JSON
def reps(session: str | None, look: Look, csv_file: Path | None, force: bool, units: Units, as_json: bool) -> None:
    """Show the reps of one SESSION, or of all."""
    from .season_text import reps_text

    with look_into(look) as kept:
        one = session_number(kept, session, look.athletes) if session is not None else None
        found = kept.reps(look.athletes) if one is None else kept.reps_of([one])
        none = "No reps." if one is None else f"No reps in session {one}; strides are numbered among none."
        saver = Saver([kept.path], force=force)
    if csv_file is not None:
        from ..season.export import csv_text

        say(f"written: {saver.save(csv_file, csv_text(found), table_of(found.columns))}")
    elif as_json:
        print_json(found)
    else:
        tell(reps_text(found, units) if len(found) else none)


@season.command()
@looking
@DISTANCE
@JSON
def trend(look: Look, distance: float | None, as_json: bool) -> None:
    """Say what changes over the season, and whether it is more than noise."""
    import pandas as pd

    from .season_text import trends_text

    with look_into(look) as kept:
        names = kept.names(look.athletes)
        if as_json:
            tables = [kept.trends(athlete=name, distance_m=distance).assign(athlete=name) for name in names]
            print_json(pd.concat(tables) if tables else pd.DataFrame())
            return
        told = {name: trends_text(kept, name, distance) for name in names}
    tell("\n\n".join(f"{name}\n{text}" if len(told) > 1 else text for name, text in told.items()) or "No sessions yet.")


@season.command()
@click.argument("which", metavar="KIND", type=click.Choice(_CHARTS))
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
@looking
@DISTANCE
@INITIALS
@UNITS
def chart(
    which: str,
    sessions: tuple[str, ...],
    output: Path | None,
    force: bool,
    metric: str,
    look: Look,
    distance: float | None,
    initials: bool,
    units: Units,
) -> None:
    """Draw the season into a file.

    Of one runner: splits, heatmap, trend of a metric, pace over all kinds of session, intensity week by week, or
    compare of two SESSIONS. Of several: squad side by side, or overlay of one SESSION that they ran.
    """
    if len(sessions) > {"compare": 2, "overlay": 1}.get(which, 0):
        raise click.UsageError(f"{which} takes {'one session' if which == 'overlay' else 'no sessions'}")
    athlete = one_runner(look.athletes, f"chart {which}") if which not in ("squad", "overlay") else None
    output = output or Path(f"season-{which}.png")
    quiet_pictures()
    with look_into(look) as kept:
        saver = Saver([kept.path], force=force)
        saver.check(output, PICTURE)
        something_to_draw(kept, which, metric, look.athletes, distance)
        draw: dict[str, Callable[[], Any]] = {
            "splits": partial(kept.plot_splits, athlete=athlete, distance_m=distance, units=units),
            "heatmap": partial(kept.plot_heatmap, athlete=athlete, distance_m=distance),
            "trend": partial(kept.plot_trend, metric, athlete=athlete, distance_m=distance, units=units),
            "pace": partial(kept.plot_pace, athlete=athlete, units=units),
            "intensity": partial(kept.plot_intensity, athlete=athlete, units=units),
            "compare": lambda: kept.plot_compare(*two_sessions(kept, sessions, athlete), units=units),
            "squad": partial(
                kept.plot_squad,
                athlete=look.athletes,
                distance_m=distance,
                units=units,
                called=called(kept, initials),
            ),
            "overlay": lambda: kept.plot_overlay(
                session_number(kept, sessions[0], look.athletes, is_any=True) if sessions else None,
                athlete=look.athletes,
                called=called(kept, initials),
            ),
        }
        figure = draw[which]()
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
@click.option(
    "--each/--no-each",
    default=None,
    help=f"A page of each runner beside the squad's.  [default: up to {MOST_SIDE_BY_SIDE} runners]",
)
@FORCE
@looking
@INITIALS
@UNITS
def page(output: Path, each: bool | None, force: bool, look: Look, initials: bool, units: Units) -> None:
    """Write the season as one page: trends, every session's reps, weeks and a table that sorts.

    Of a squad it shows the runners side by side, and leads to a page of each, which is written beside it; of a large
    one whom to look at first, and a table. The page of a runner, and of a squad that is not large, prints on one sheet.
    """
    with look_into(look) as kept:
        names = kept.names(look.athletes)
        short = called(kept, initials)
        of_each = each if each is not None else len(names) <= MOST_SIDE_BY_SIDE
        pages = _runners_pages(names, output, short) if len(names) > 1 and of_each else {}
        saver = Saver([kept.path], force=force)
        saver.check(output, PAGE)
        written = {output.name: kept.to_html(athlete=names or None, units=units, pages=pages, called=short)}
        written |= {file: kept.to_html(athlete=name, units=units, called=short) for name, file in pages.items()}
    saver.save_all(output.parent, {name: (html, PAGE) for name, html in written.items()})
    say(f"written: {output}" + (" and a page of each runner" if pages else ""))
    if len(names) > MOST_SIDE_BY_SIDE and each is None:
        say("a page of one runner: --athlete NAME; of each of them: --each")


def _runners_pages(names: Sequence[str], output: Path, called: Mapping[str, str]) -> dict[str, str]:
    """Return the file of each runner's page, beside that of the squad."""
    stems: list[str] = []
    for name in names:
        stems.append(unique_stem(f"{output.stem}-{called.get(name, name)}", {output.stem, *stems}))
    return {name: f"{stem}.html" for name, stem in zip(names, stems, strict=True)}


@season.command()
@click.argument("sessions", nargs=-1)
@looking
@UNITS
@JSON
@click.pass_context
def compare(ctx: click.Context, /, sessions: tuple[str, ...], look: Look, units: Units, as_json: bool) -> None:
    """Hold the second of two SESSIONS against the first, rep by rep (default: the last two).

    Of a squad each runner's two, a line each; two numbers name two sessions, be they of two runners.
    """
    from .season_text import comparison_text, comparisons_text

    with look_into(look) as kept:
        names = kept.names(look.athletes)
        if len(names) > 1 and not any(IS_NUMBER.fullmatch(name) for name in sessions):
            twos = each_runners_two(kept, sessions, names)
            compared = iter(kept.comparisons([two for two in twos.values() if not isinstance(two, str)]))
            found = {name: two if isinstance(two, str) else next(compared) for name, two in twos.items()}
            if as_json:
                print_json(_compared_reps(found))
            else:
                tell(comparisons_text(found, units))
            if all(isinstance(item, str) for item in found.values()):
                ctx.exit(FAILED)
            return
        one = kept.compare(*two_sessions(kept, sessions, names[0] if len(names) == 1 else None))
    if as_json:
        print_json(one.reps)
    else:
        tell(comparison_text(one, units))


def _compared_reps(found: Mapping[str, Comparison | str]) -> pd.DataFrame:
    """Return the reps of every runner's comparison as one table."""
    import pandas as pd

    parts = [item.reps.assign(athlete=name) for name, item in found.items() if not isinstance(item, str)]
    return pd.concat(parts) if parts else pd.DataFrame()


@season.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--format", "file_format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--parquet", "partitioned", is_flag=True, help="As Parquet, parted by athlete and year.")
@FORCE
@looking
def export(folder: Path, file_format: Any, partitioned: bool, force: bool, look: Look) -> None:
    """Write sessions, runs, reps, sets and weeks as tables into FOLDER.

    With --parquet each table is a folder, athlete=NAME/year=YEAR/part.parquet, which DuckDB, Polars and Spark read.
    """
    with look_into(look) as kept:
        paths = kept.export(folder, format=file_format, partitioned=partitioned, athlete=look.athletes, force=force)
    if partitioned:
        say(f"written: {len(paths)} parts in {folder}")
    for path in () if partitioned else paths:
        say(f"written: {path}")


@season.command()
@click.argument("file", type=click.Path(path_type=Path))
@DB
def backup(file: Path, db: Path | None) -> None:
    """Copy the season to FILE, which must be new; also while it is being added to."""
    with open_season(db) as kept:
        Saver([kept.path]).check(file, SEASON)
        kept.backup(file)
    say(f"written: {file}")


@season.command(name="check")
@DB
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


for _command in (*season_mending.COMMANDS, *season_squad.COMMANDS):
    season.add_command(_command)
