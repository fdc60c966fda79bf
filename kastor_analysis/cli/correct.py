"""``kastor correct``: what the runner knows better, written beside the recording.

Conventions: reps are named by their number as found (the report shows it wherever it differs) or by an instant in them;
what is kept are instants. The recording itself is never written.
"""

from __future__ import annotations

import os
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
    """Add the options by which corrections are said, listed and undone to a command."""
    command = click.option("--show", is_flag=True, help="List the corrections; change nothing.")(command)
    command = click.option("--undo", is_flag=True, help="Take the last correction back.")(command)
    command = click.option("--note", metavar="TEXT", help="Something to be remembered with it.")(command)
    command = click.option("--plan", metavar="NAME|FILE", help="What was to be run.")(command)
    for option, metavar, about in reversed(_SAYING):
        command = click.option(option, metavar=metavar, multiple=True, help=about)(command)
    return command


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", metavar="FILE")
@saying
@click.option("--part", type=click.IntRange(0), metavar="N", help="Which recording of a file with several.")
@click.option("--no-laps", is_flag=True, help="Find the reps by the signal alone, as in analyze.")
def correct(file: str, part: int | None, no_laps: bool, **said: Any) -> None:
    """Put right what was found in the recording FILE.

    Writes FILE.kastor.toml beside it, which analyze and the season find by themselves; the recording stays as it is.
    A REP is its number as found (analyze --found lists them) or an instant in it; a TIME is 32:10.5 since the start.

    \b
    kastor correct run.fit --drop 9 --split 5
    kastor correct run.fit --add 32:10-33:28 --note "pressed too late"
    kastor correct run.fit --move "7 end +1.2"
    kastor correct run.fit --undo
    """  # noqa: D301 (click's \b keeps the lines apart)
    from ..corrections import corrections_of, side_file
    from ..plan import Plan
    from ..readers import load
    from ..segmenter.segment import segment

    said = checked(said)
    if file == "-" or not os.path.isfile(file):
        raise ReadError(
            "there is no such file" if file != "-" else "corrections are kept beside a file",
            file=file, hint="Name the recording itself",
        )  # fmt: skip
    path = side_file(file)
    kept = corrections_of(file)
    plan = said.get("plan") or kept.plan
    found = segment(load(file, part=part), Plan.load(plan) if plan else None, use_laps=not no_laps)
    if not kept.are_of(found.activity.start_time):
        raise KastorError(
            "the corrections beside it are of a recording that starts at another time",
            file=file,
            hint="Look at the file of corrections, and remove it if it is not of this recording",
        )
    if (corrections := corrected(kept.apply(found), kept, said, name=path.name)) is not None:
        corrections.save(path)
        say(f"written: {path} ({corrections})")


def checked(said: dict[str, Any]) -> dict[str, Any]:
    """Return what was said, without what was not; wrong usage ends here."""
    said = {name: value for name, value in said.items() if value not in ((), None, False)}
    if ("undo" in said or "show" in said) and len(said) > 1:
        raise click.UsageError("--undo and --show stand alone")
    if not said:
        raise click.UsageError("say what is to be corrected, or --show")
    return said


def corrected(before: Session, kept: Corrections, said: dict[str, Any], *, name: str) -> Corrections | None:
    """Show what was said makes of a session, and return the corrections to be kept; None where nothing changes.

    `said` is as `checked` returns it; `name` is what holds the corrections, for messages.
    """
    from .found import tell_change

    if "show" in said:
        _list(before, kept, name)
        return None
    if "undo" in said:
        if not kept:
            raise KastorError("there is nothing to undo", file=name)
        tell(f"undone: {kept.items[-1]}\n")
        corrections = kept.undone()
        after = corrections.apply(before)
    else:
        after = before.corrected(**said)
        corrections = after.corrections
    tell_change(before, after)
    tell()
    return corrections


def _list(session: Session, kept: Corrections, name: str) -> None:
    tell(f"{kept} ({name})")
    for number, correction in enumerate(kept, start=1):
        waits = "  meets nothing here any more" if correction in session.unmet else ""
        tell(f"{number:>3}  {correction}{waits}")
