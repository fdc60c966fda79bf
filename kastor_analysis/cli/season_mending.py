"""``kastor season``'s verbs that put right what is in a season, and the one that takes a change back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..words import counted
from .correct import checked, corrected, saying
from .options import UNITS
from .running import FAILED, say, tell
from .season_access import open_season, session_number
from .season_options import ATHLETE, DB, JOBS, JSON, print_json

if TYPE_CHECKING:
    from ..quantities.lengths import Units

_SESSIONS = click.argument("sessions", nargs=-1, required=True, metavar="SESSION...")


@click.command()
@click.argument("goal", required=False)
@click.option("--since", metavar="DAY", help="From which day it holds; default: today, with --apply: all along.")
@click.option("--until", metavar="DAY", help="Until which day; then the earlier goal holds again.")
@click.option("--apply", "applied", is_flag=True, help="Hold the sessions of these days against it.")
@JOBS
@DB
@ATHLETE
@UNITS
@JSON
@click.pass_context
def goal(
    ctx: click.Context,
    /,
    goal: str | None,
    since: str | None,
    until: str | None,
    applied: bool,
    jobs: int,
    db: Path | None,
    athlete: str | None,
    units: Units,
    as_json: bool,
) -> None:
    """Set a GOAL such as "5k 19:30" from a day on; without one, list the goals.

    With --apply the sessions that are there already are held against it, whatever goal they were added with.
    """
    from .season_text import goals_text

    if goal is None and (since or until or applied):
        raise click.UsageError("say which goal")
    with open_season(db, create=goal is not None and not applied, athlete=athlete if goal is None else None) as kept:
        result = None
        if goal is not None and applied:
            result = kept.apply_goal(goal, since=since, until=until, athlete=athlete, jobs=jobs)
        elif goal is not None:
            kept.set_goal(goal, since=since, until=until, athlete=athlete)
        table = kept.goals(athlete)
    if as_json:
        print_json(table)
    else:
        tell(goals_text(table, units))
    if result is not None:
        for item in result.failed:
            say(f"failed: {item.reason}")
        say(f"{counted(len(result.added), 'session')} held against it anew; take it back with: kastor season undo")
        if result.failed:
            ctx.exit(FAILED)
    elif goal is not None:
        say("Sessions already there keep their goal until: kastor season refresh, or goal --apply")


@click.command()
@click.argument("session")
@saying
@DB
@ATHLETE
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


@click.command()
@_SESSIONS
@DB
@ATHLETE
def remove(sessions: tuple[str, ...], db: Path | None, athlete: str | None) -> None:
    """Take SESSIONS out; their files are not touched, and `add --again` takes them in again."""
    with open_season(db, athlete=athlete) as kept:
        count = kept.remove([session_number(kept, name, athlete) for name in sessions])
    tell(f"{count} removed")


@click.command()
@_SESSIONS
@click.option("--to", required=True, metavar="NAME", help="Whose they are; known or new.")
@DB
@ATHLETE
def move(sessions: tuple[str, ...], to: str, db: Path | None, athlete: str | None) -> None:
    """Hand SESSIONS over to another runner."""
    with open_season(db, athlete=athlete) as kept:
        is_new = to not in kept.names()
        count = kept.move([session_number(kept, name, athlete) for name in sessions], to)
    tell(f"{count} moved to {to}{', a new runner' if is_new and count else ''}")
    say("They are held against that runner's goals by: kastor season refresh")


@click.command()
@click.argument("name")
@click.argument("new_name")
@DB
def rename(name: str, new_name: str, db: Path | None) -> None:
    """Call the runner NAME by NEW_NAME."""
    with open_season(db, athlete=name) as kept:
        kept.rename(name, new_name)
    tell(f"{name} is now {new_name}")


@click.command()
@click.argument("name")
@click.argument("into")
@DB
def merge(name: str, into: str, db: Path | None) -> None:
    """Make one runner of two: the runs of NAME become those of INTO."""
    with open_season(db, athlete=[name, into]) as kept:
        moved, doubled = kept.merge(name, into)
    both = f", {doubled} of them there from another file already" if doubled else ""
    tell(f"{moved} runs of {name} are now of {into}{both}")
    say(f"They are held against the goals of {into} by: kastor season refresh")


@click.command()
@click.argument("session")
@click.argument("text", nargs=-1)
@click.option("--clear", is_flag=True, help="Take the note away.")
@DB
@ATHLETE
def note(session: str, text: tuple[str, ...], clear: bool, db: Path | None, athlete: str | None) -> None:
    """Keep a note with SESSION, in place of the one there is; without TEXT, show it."""
    if clear and text:
        raise click.UsageError("--clear stands alone")
    with open_season(db, athlete=athlete) as kept:
        number = session_number(kept, session, athlete)
        if text or clear:
            kept.note(number, " ".join(text))
        _, kept_note = kept.words_of(number)
    tell(f"{number}: {kept_note or 'no note'}")


@click.command()
@_SESSIONS
@click.option("--add", "added", multiple=True, metavar="WORD", help="A tag; repeat it for several.")
@click.option("--drop", multiple=True, metavar="WORD", help="A tag to be taken off.")
@DB
@ATHLETE
def tag(
    sessions: tuple[str, ...], added: tuple[str, ...], drop: tuple[str, ...], db: Path | None, athlete: str | None
) -> None:
    """Tag SESSIONS with words, by which the verbs that read choose (--tag); without any, show their tags."""
    with open_season(db, athlete=athlete) as kept:
        numbers = [session_number(kept, name, athlete) for name in sessions]
        if added or drop:
            kept.tag(numbers, *added, drop=drop)
        tags = {number: " ".join(kept.words_of(number)[0]) for number in numbers}
    for number, words in tags.items():
        tell(f"{number}: {words or 'no tags'}")


@click.command()
@click.option("--list", "listed", is_flag=True, help="List what can be taken back; change nothing.")
@DB
def undo(listed: bool, db: Path | None) -> None:
    """Take the last change of the season back: what add, remove, correct, move, goal and the like did."""
    with open_season(db) as kept:
        if listed:
            changes = kept.changes()
            for change in changes:
                tell(f"{change.made.astimezone():%Y-%m-%d %H:%M}  {change}")
            if not changes:
                tell("Nothing to undo.")
            return
        tell(f"undone: {kept.undo()}")


COMMANDS = (goal, correct, move, rename, merge, note, tag, remove, undo)
