"""``analyze``: recordings in, a report each.

One recording gives one report; several, or a folder of them, give one each, an overview with a line for each, and a
last line that counts. A recording that fails does not stop the others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from .._version import __version__
from ..errors import KastorError, ProtectedError
from .options import FORCE, PLAN, UNITS
from .running import FAILED, USAGE, debugging, interrupts, one_line, say, tell, tell_json

_FAILURES_SHOWN = 5  # the rest is counted

if TYPE_CHECKING:
    from ..athlete import Athlete
    from ..plan import Plan
    from ..report import Report


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--goal", metavar="TEXT", help='What you train for: "5k 20:00", "10k 42:00", "4:00/km", "1:36/400".')
@PLAN
@click.option("--reps", type=click.IntRange(1, 200), metavar="N", help="Kastor's session in a short form of N reps.")
@click.option("--athlete", metavar="NAME", help="Who ran: goals and heart rate from athletes.toml.")
@UNITS
@click.option("--by-100", "splits", is_flag=True, help="Show every 100 m of each rep (on a track).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: one document, or a line for each of several files.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False), metavar="FILE", help="Write the reps as CSV.")
@click.option(
    "--plot", metavar="FILE", help="Draw it (png, svg, pdf); of several recordings into a folder of this name."
)
@click.option("--html", metavar="FILE", help="Write it as one page; of several recordings into a folder of this name.")
@FORCE
@click.option("--brief", is_flag=True, help="Only the overview: a line a recording.")
@click.option(
    "--lane", type=click.IntRange(1, 10), default=1, show_default=True, help="Lane of the track that was run in."
)
@click.option("--no-laps", is_flag=True, help="Find the reps by the signal alone, not by lap presses.")
@click.option("--splits", "splits_file", metavar="FILE", help="Hand-timed reps (CSV: a time a line, or rep,time).")
@click.option("--explain", is_flag=True, help="Say what else the recording may be, how sure that is, and why.")
@click.option("--take", type=click.IntRange(1), metavar="N", help="Take reading N of --explain instead of the first.")
@click.option("--found", is_flag=True, help="List every span found, with its number, times, kind and source.")
@click.option("--as-found", is_flag=True, help="Leave out what was corrected by hand (run.fit.kastor.toml).")
@click.option("--drop", type=click.IntRange(1), multiple=True, metavar="N", help="Rep N as found was none.")
@click.option("--merge", multiple=True, metavar="N,M", help="Reps N to M as found were one.")
@click.option("--join", "as_one", is_flag=True, help="The files, or the recordings in one, are parts of one session.")
@click.option(
    "--heart-rate-from", "strap", metavar="FILE", help="Take the heart rate from another recording of the same run."
)
@click.option("--part", type=click.IntRange(0), metavar="N", help="Which recording of a file with several.")
@click.option(
    "--sport",
    type=click.Choice(["run", "any"]),
    default="run",
    show_default=True,
    help="Look for reps in runs only, or whatever the sport says.",
)
@click.option("--strict", is_flag=True, help="Refuse a damaged file instead of reading what can be read of it.")
@click.option("--decoder", type=click.Choice(["fitparse", "gpxpy"]), help="Read by a reference decoder instead.")
@click.version_option(__version__, "-V", "--version", message="kastor_analysis %(version)s")
@click.pass_context
def analyze(ctx: click.Context, /, files: tuple[str, ...], **options: Any) -> None:
    """Say whether a speed session was run as meant.

    Reads each FILE (.fit, .gpx, .tcx, also .gz or .zip; a folder stands for the recordings in it, - for standard
    input), finds the reps and prints a report.

    \b
    analyze run.fit --goal "5k 20:00"
    analyze run.fit --plan kastor --reps 8 --html report.html
    analyze warmup.fit main.fit cooldown.fit --join
    analyze tuesday/ --plan kastor --goal "5k 20:00" --brief
    """  # noqa: D301 (click's \b keeps the lines apart)
    one_report = options["as_one"] or (len(files) == 1 and not os.path.isdir(files[0]))
    if not one_report:
        for option in ("part", "splits_file", "drop", "merge", "strap", "take"):
            if options[option] not in (None, ()):
                name = "heart-rate-from" if option == "strap" else option.removesuffix("_file")
                raise click.UsageError(f"--{name} takes one recording, not {len(files) if files[1:] else 'a folder'}")
    # Imported here, for they need NumPy: help, and wrong usage, are told at once.
    from ..files.saving import Saver
    from .outputs import Outputs
    from .several import FAULTS, Asked, reports_of

    outputs = Outputs(
        html=options["html"], plot=options["plot"], csv=options["csv_file"], units=options["units"],
        several=not one_report, saver=Saver(_read_by(files, options), force=options["force"]),
    )  # fmt: skip
    asked = _asked(options)

    reading = {key: options[key] for key in ("part", "decoder", "strict")}
    failures: list[str] = []
    code = FAILED
    reports: list[Report] = []
    for name, found in reports_of(files, Asked(reading, options["strap"], asked), as_one=options["as_one"]):
        try:
            report = _given(found)
            _show(report, len(reports) + len(failures), one_report, options)
            written = outputs.write(report)
        except FAULTS as error:
            interrupts.check()
            if isinstance(error, BrokenPipeError) or (debugging() and not isinstance(error, KastorError)):
                raise
            if isinstance(error, ProtectedError):
                code = USAGE
            message = one_line(error)
            failures.append(f"{name}: {error.what}" if isinstance(error, KastorError) else message)
            _show_failure(name, message, one_report, options)
            continue
        reports.append(report if one_report else _in_short(report))
        for path in written if one_report else ():
            say(f"written: {path}")
    outputs.finish(reports)
    if not options["as_json"] and (len(reports) > 1 or (reports and options["brief"])):
        _show_overview(reports, options)
    if not one_report:
        _count(len(reports), failures, to_stderr=options["as_json"])
    if failures:
        ctx.exit(code)


def _read_by(files: Sequence[str], options: dict[str, Any]) -> list[str]:
    """Return every file that the call reads: none of them may become an output."""
    read = [*files, options["plan"], options["splits_file"], options["strap"]]
    if options["athlete"]:
        from ..athlete import ATHLETES_FILE

        read.append(ATHLETES_FILE)
    return [name for name in read if name]


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """Return what `pipeline.analyze` is asked for besides the recording; wrong usage ends here, before any is read."""
    from ..goal import Goal

    goal = options["goal"]
    return {
        "plan": _plan(options["plan"], options["reps"]),
        "goal": None if goal is None else Goal.parse(goal),
        "athlete": None if options["athlete"] is None else _athlete(options["athlete"]),
        "use_laps": not options["no_laps"],
        "splits": options["splits_file"],
        "corrections": not options["as_found"],
        "drop": options["drop"],
        "merge": [_neighbours(text) for text in options["merge"]],
        "lane": options["lane"],
        "sport": options["sport"],
        "take": options["take"],
        "units": options["units"],
    }


def _athlete(name: str) -> Athlete:
    from ..athlete import Athlete

    return Athlete.load(name)


def _plan(name: str | None, reps: int | None) -> Plan | None:
    from ..plan import Plan

    if reps is None:
        return None if name is None else Plan.load(name)
    if name not in (None, "kastor"):
        raise click.UsageError("--reps goes with Kastor's session only: a recipe has its own number of reps")
    return Plan.kastor(reps=reps)


def _neighbours(text: str) -> list[int]:
    """Return the reps of ``--merge 7,8``."""
    try:
        return [int(number) for number in text.split(",")]
    except ValueError:
        raise click.UsageError(f"--merge takes numbers of reps like 7,8, not {text!r}") from None


def _given(found: Report | Exception) -> Report:
    if isinstance(found, Exception):
        raise found
    return found


def _in_short(report: Report) -> Report:
    """Return what overview, list of pages and table of reps tell of: the memory has room for years of recordings."""
    from ..quantities.table import Table

    session = report.session
    told = replace(session.activity, sample_table=Table({"time_s": ()}))
    bare = replace(session, activity=told, rows=(), plan=None, found=None, explanations=())
    return replace(report, session=bare, phase_rows=(), split_rows=())


def _show(report: Report, number: int, one_report: bool, options: dict[str, Any]) -> None:
    if options["as_json"]:
        tell_json(report.to_json(indent=2 if one_report else None))
        return
    if options["brief"]:
        return
    from ..render.terminal import print_report

    if number:
        tell()
    if options["found"]:
        from .found import tell_found

        tell_found(report.session)
        return
    if options["explain"]:
        from .explained import tell_explained

        tell_explained(report.session)
        return
    print_report(report, sys.stdout, units=options["units"], splits=options["splits"])


def _show_overview(reports: Sequence[Report], options: dict[str, Any]) -> None:
    from ..render.terminal import print_overview

    if not options["brief"]:
        tell()
    print_overview(reports, sys.stdout, units=options["units"])


def _show_failure(name: str, message: str, one_report: bool, options: dict[str, Any]) -> None:
    if options["as_json"] and not one_report:
        import json

        tell_json(json.dumps({"source": name, "error": message}))
    else:
        say(f"analyze: {message}")


def _count(analysed: int, failures: Sequence[str], *, to_stderr: bool) -> None:
    """Print the last line: how many were analysed, how many failed and why."""
    shown = list(failures[:_FAILURES_SHOWN])
    if more := len(failures) - len(shown):
        shown.append(f"and {more} more, said above")
    text = f"{analysed} analysed, " + (f"{len(failures)} failed ({'; '.join(shown)})" if failures else "none failed")
    if to_stderr:
        say(text)
    else:
        tell(f"\n{text}")
