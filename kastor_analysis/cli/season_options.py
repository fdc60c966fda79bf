"""Options that the verbs of ``kastor season`` share, and how they tell what they did."""

from __future__ import annotations

import json
import os
import sys
from functools import wraps
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ..words.escapes import shown_lines
from .options import Number
from .running import FAILED, say, tell, tell_json

if TYPE_CHECKING:
    import pandas as pd

    from ..season.reading import SeasonReader

DB = click.option("--db", type=click.Path(path_type=Path), metavar="FILE", help="The season's database.")
ATHLETE = click.option("--athlete", metavar="NAME", help="Whose; not needed where the season has one runner.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
JOBS = click.option(
    "--jobs", type=click.IntRange(0), default=1, show_default=True, metavar="N", help="Processes; 0: all cores."
)
DISTANCE = click.option("--distance", type=Number(1, 100_000), metavar="M", help="Of the reps; default: the commonest.")
INITIALS = click.option("--initials", is_flag=True, help="Initials in place of the runners' names.")


class Look(NamedTuple):
    """What a verb looks at: a season, and which part of it."""

    db: Path | None
    athletes: tuple[str, ...] | None
    """Whose; None: everybody's."""
    since: str | None
    until: str | None
    last: int | None
    tag: tuple[str, ...]
    kind: str | None
    like: str | None


def looking(command: Any) -> Any:
    """Add the options that say which season is looked at, and which part of it; the command gets them as ``look``."""

    @DB
    @click.option(
        "--athlete", "athletes", multiple=True, metavar="NAME", help="Whose; repeat it for several.  [default: all]"
    )
    @click.option("--since", metavar="DAY", help="From this day on: 2026-03-01.")
    @click.option("--until", metavar="DAY", help="Until this day.")
    @click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N, of each runner.")
    @click.option("--tag", multiple=True, metavar="WORD", help="Only what has this tag; repeat it for all of several.")
    @click.option("--kind", metavar="KIND", help='Only sessions of such reps, however many: "400 m", "6x3:00".')
    @click.option("--like", metavar="SESSION", help="Only sessions of the kind of this one.")
    @wraps(command)
    def with_look(*args: Any, **given: Any) -> Any:
        look = Look(**{name: given.pop(name) for name in Look._fields})
        return command(*args, look=look._replace(athletes=look.athletes or None), **given)

    return with_look


def called(kept: SeasonReader, initials: bool) -> dict[str, str]:
    """Return how runners are called: by their initials where those are asked for, else (empty) by their names.

    They are those of the whole season, so that one runner is the same everywhere.
    """
    from ..season.squad import initials_of

    return initials_of(kept.names()) if initials else {}


def tell_result(ctx: click.Context, result: Any, as_json: bool, *, done: str = "added") -> None:
    """Tell what adding did; exit code 1 where something failed."""
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


def tell_page(text: str) -> None:
    """Write a result that may be long: a page at a time where it is more than the terminal shows at once."""
    if sys.stdout.isatty() and sys.stdin.isatty() and text.count("\n") + 2 > get_terminal_size().lines:
        os.environ.setdefault("LESS", "-FRX")
        click.echo_via_pager(shown_lines(text) + "\n")
    else:
        tell(text)


def print_json(table: pd.DataFrame) -> None:
    """Print a table as JSON, an object a row."""
    sys.stdout.write(table.to_json(orient="records", date_format="iso", indent=2) + "\n")
