"""``kastor correct``: what the runner knows better, written beside the recording.

Conventions: reps are named by their number as found (the report shows it wherever it differs) or by an instant in them;
what is kept are instants. The recording itself is never written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import KastorError, ReadError
from .running import say, tell

if TYPE_CHECKING:
    from ..corrections import Corrections
    from ..session import Session

_SAYING: tuple[tuple[str, str, str], ...] = (
    ("--drop", "REP", "It was none."),
    ("--merge", "N,M", "Reps N to M were one."),
    ("--split", "REP[@TIME[-TIME]]", "It was two: parted at TIME (with a rest between), or where it shows best."),
    ("--add", "TIME-TIME", "A rep that was not found."),
    ("--move", '"REP start|end TIME|+S"', "An edge of it is elsewhere, or so many seconds later or earlier."),
    ("--call", '"REP|TIME-TIME KIND"', "What it is: rep, stride, warm-up, drills, recovery, cool-down, other."),
    ("--time", '"REP TIME"', "Its time as taken by hand."),
    ("--distance", '"REP METRES"', "Its true distance."),
)


def saying(command: Any) -> Any:
    """Add the options by which corrections are said to a command."""
    command = click.option("--note", metavar="TEXT", help="Something to be remembered with it.")(command)
    command = click.option("--plan", metavar="NAME|FILE", help="What was to be run.")(command)
    for option, metavar, about in reversed(_SAYING):
        command = click.option(option, metavar=metavar, multiple=True, help=about)(command)
    return command


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", metavar="FILE")
@saying
@click.option("--undo", is_flag=True, help="Take the last correction back.")
@click.option("--show", is_flag=True, help="List the corrections; change nothing.")
@click.option("--part", type=click.IntRange(0), metavar="N", help="Which recording of a file with several.")
@click.option("--no-laps", is_flag=True, help="Find the reps by the signal alone, as in analyze.")
@click.pass_context
def correct(
    ctx: click.Context, /, file: str, undo: bool, show: bool, part: int | None, no_laps: bool, **said: Any
) -> None:
    """Put right what was found in the recording FILE.

    Writes FILE.kastor.toml beside it, which analyze and the season find by themselves; the recording stays as it is.
    A REP is its number as found (analyze --found lists them) or an instant in it; a TIME is 32:10.5 since the start.

    \b
    kastor correct run.fit --drop 9 --split 5
    kastor correct run.fit --add 32:10-33:28 --note "pressed too late"
    kastor correct run.fit --move "7 end +1.2"
    kastor correct run.fit --undo
    """  # noqa: D301 (click's \b keeps the lines apart)
    from .. import load, segment
    from ..corrections import corrections_of, side_file
    from ..plan import Plan

    said = {name: value for name, value in said.items() if value not in ((), None)}
    if sum((undo, show, bool(said))) > 1:
        raise click.UsageError("--undo and --show stand alone", ctx)
    if not (undo or show or said):
        raise click.UsageError("say what is to be corrected, or --show", ctx)
    if file == "-" or not Path(file).is_file():
        raise ReadError(
            "there is no such file" if file != "-" else "corrections are kept beside a file",
            file=file, hint="Name the recording itself",
        )  # fmt: skip
    path = side_file(file)
    kept = corrections_of(file)
    plan = said.get("plan") or kept.plan
    found = segment(load(file, part=part), Plan.load(plan) if plan else None, use_laps=not no_laps)
    before = kept.apply(found)
    if show:
        tell_corrections(before, kept, name=path.name)
        return
    if undo:
        if not kept:
            raise KastorError("there is nothing to undo", file=str(path))
        tell(f"undone: {kept.items[-1]}\n")
        after = kept.undone().apply(found)
        corrections = kept.undone()
    else:
        after = before.corrected(**said) if before.corrections or not kept else _elsewhere(file)
        corrections = after.corrections
    tell_before_and_after(before, after)
    if not corrections and path.exists():
        path.unlink()
        say(f"removed: {path}")
    elif corrections:
        corrections.save(path)
        say(f"written: {path} ({corrections})")


def tell_before_and_after(before: Session, after: Session) -> None:
    """Print what corrections made of the reps."""
    from .found import tell_change

    tell_change(before, after)
    tell()


def tell_corrections(session: Session, kept: Corrections, *, name: str) -> None:
    """Print the corrections, one a line, and which of them meet nothing."""
    if not kept:
        tell(f"no corrections ({name})")
        return
    tell(f"{kept} ({name})")
    for number, correction in enumerate(kept, start=1):
        waits = "  meets nothing here any more" if correction in session.unmet else ""
        tell(f"{number:>3}  {correction}{waits}")


def _elsewhere(file: str) -> Session:
    raise KastorError(
        "the corrections beside it are of a recording that starts at another time",
        file=file,
        hint="Look at the file of corrections, and remove it if it is not of this recording",
    )
