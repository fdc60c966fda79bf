"""What the verbs of ``kastor season`` are given: a season, a cluster, an athlete, sessions by name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import SeasonError
from .running import say

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from ..athlete import Athlete
    from ..plan import Plan
    from ..season import Season
    from ..season.reading import SeasonReader
    from ..season.store import Whose
    from .season_options import Look

IS_NUMBER = re.compile(r"[0-9]{1,18}")
"""What names a session by its number."""
_FEWEST_RUNNERS = 2
_NAMED = 4


def open_season(db: Path | None, *, athlete: Whose = None, create: bool = False) -> Season:
    """Open the season of ``--db``, or the default one; where there is none say how to begin, unless it may be made.

    Athletes that are to be read about have to be in it.
    """
    from ..season import Season
    from ..season.location import default_path

    path = db or default_path()
    if not create and not path.exists():
        raise SeasonError("there is no season yet", file=str(path), hint="Begin one: kastor season add FOLDER")
    kept = Season(path)
    if athlete is not None:
        try:
            kept.names(athlete)
        except SeasonError:
            kept.close()
            raise
    return kept


def look_into(look: Look) -> SeasonReader:
    """Open the season for a verb that reads: the part of it that is asked for."""
    _import_pandas()
    kept = open_season(look.db, athlete=look.athletes)
    try:
        if look.kind is not None and look.like is not None:
            raise click.UsageError("--kind and --like say the same in two ways; name one")
        like = session_number(kept, look.like, look.athletes) if look.like is not None else None
        return kept.within(since=look.since, until=look.until, last=look.last, tag=look.tag, kind=look.kind, like=like)
    except BaseException:
        kept.close()
        raise


def _import_pandas() -> None:
    """Import pandas without pyarrow, which it would load where it is there: 70 ms more of each verb, for nothing.

    Afterwards pyarrow can be imported by whoever writes Parquet.
    """
    if "pandas" in sys.modules or "pyarrow" in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    modules["pyarrow"] = None
    try:
        import pandas  # noqa: F401
    finally:
        del modules["pyarrow"]


@contextmanager
def cluster(address: str | None) -> Iterator[Executor | None]:
    """Return the executor of the Dask cluster at ``--dask``, while the block runs; None where none is named."""
    if address is None:
        yield None
        return
    try:
        import distributed
    except ImportError as error:
        raise SeasonError("--dask needs Dask", hint="pip install 'kastor-analysis[dask]'") from error
    try:
        make_client: Any = distributed.Client
        client = make_client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise SeasonError(
            f"no Dask scheduler answers at {address} ({error})", hint="Start one with: dask scheduler"
        ) from error
    with client:
        yield client.get_executor()


def known_athlete(kept: Season, name: str | None, max_heart_rate_bpm: float | None) -> Athlete | str | None:
    """Return the athlete of ``--athlete``: from athletes.toml where that is there and knows the name."""
    from dataclasses import replace

    from ..athlete import Athlete

    found = (_from_file([name]).get(name) or Athlete(name=name)) if name is not None else None
    if max_heart_rate_bpm is not None:
        found = replace(found or kept.athlete_or_new(), max_heart_rate_bpm=max_heart_rate_bpm)
    return found


def athletes_of_folders(folder: str) -> dict[str, Athlete]:
    """Return the athletes that athletes.toml knows among those that the folders in a folder are called after."""
    from ..season.contents import runners_folders

    return _from_file(runners_folders(folder))


def _from_file(names: Sequence[str]) -> dict[str, Athlete]:
    """Return those of these names whom athletes.toml knows, where it is there."""
    from ..athlete import ATHLETES_FILE, load_athletes

    known = load_athletes() if Path(ATHLETES_FILE).is_file() else {}
    by_name = {word.casefold(): athlete for key, athlete in known.items() for word in (athlete.name, key)}
    return {name: by_name[name.casefold()] for name in names if name.casefold() in by_name}


def tell_of_folders(kept: Season, paths: Sequence[str]) -> None:
    """Say that folders are all taken as one runner's where they may be a runner's each: they are called by no number.

    A season that has one runner already goes on as theirs.
    """
    from ..season.contents import runners_folders
    from ..season.store import DEFAULT_ATHLETE
    from ..words.escapes import shown

    names = kept.names()
    for path in paths if len(names) != 1 else ():
        folders = [shown(name) for name in runners_folders(path) if not any(map(str.isdigit, name))]
        if len(folders) < _FEWEST_RUNNERS:
            continue
        few = ", ".join(folders[:_NAMED]) + (" ..." if len(folders) > _NAMED else "")
        if names:
            say(f"{shown(path)} has {len(folders)} folders ({few}); where each is a runner's: --squad")
        else:
            say(f"{shown(path)} has {len(folders)} folders ({few}), all added as {DEFAULT_ATHLETE}'s. Where each is a")
            say("runner's: kastor season undo, then add it with --squad")


def named_plan(name: str | None) -> Plan | None:
    """Return the plan of ``--plan``."""
    from ..plan import Plan

    return None if name is None else Plan.load(name)


def session_number(kept: SeasonReader, name: str, athlete: Whose, *, is_any: bool = False) -> int:
    """Return the number of a session that is named by number, day, or place from the end.

    Of a day with several it is the first with reps where any of them will do (`is_any`).
    """
    runs = kept.index(athlete)
    sessions = [run for run in runs if run.is_session]
    if IS_NUMBER.fullmatch(name):
        if all(run.number != int(name) for run in runs):
            raise SeasonError(
                f"has no session {name}", file=str(kept.path), hint="See the numbers with: kastor season list"
            )
        return int(name)
    if match := re.fullmatch(r"last(?:-(\d{1,9}))?", name):
        back = int(match[1] or 0)
        # Strides are a session, but none that is meant by the last one while there are others.
        sessions = [run for run in sessions if run.reps] or sessions
        if back < len(sessions):
            return sessions[-1 - back].number
        raise SeasonError(f"has only {len(sessions)} sessions", file=str(kept.path))
    on_day = [run for run in sessions if run.day == name]
    if is_any and on_day:
        on_day = [max(on_day, key=lambda run: run.reps)]
    if len(on_day) == 1:
        return on_day[0].number
    if on_day:
        numbers = ", ".join(str(run.number) for run in on_day)
        raise SeasonError(f"has {len(on_day)} sessions on {name}", hint=f"Name one by its number: {numbers}")
    raise SeasonError(f"has no session {name!r}", hint="Name it by number, by day (2026-03-03), or as last, last-1")


def two_sessions(kept: SeasonReader, names: tuple[str, ...], athlete: str | None) -> tuple[int, int]:
    """Return the numbers of two sessions that are named, or of the last two that compare."""
    if len(names) not in (0, 2):
        raise click.UsageError("compare takes two sessions")
    if names:
        first, second = (session_number(kept, name, athlete) for name in names)
        if first == second:
            raise SeasonError(f"has only one session called {' and '.join(names)}", file=str(kept.path))
        return first, second
    alike, _ = kept.likened(athlete)
    if len(alike) < 2:
        raise SeasonError("has fewer than two sessions to compare", file=str(kept.path))
    return alike[-2], alike[-1]


def each_runners_two(
    kept: SeasonReader, names: tuple[str, ...], athletes: Sequence[str]
) -> dict[str, tuple[int, int] | str]:
    """Return the two sessions of each runner of a squad, named by day or place, or why a runner has none."""
    found: dict[str, tuple[int, int] | str] = {}
    for athlete in athletes:
        try:
            found[athlete] = two_sessions(kept, names, athlete)
        except SeasonError as error:
            found[athlete] = error.what
    return found


def one_runner(athletes: Sequence[str] | None, what: str) -> str | None:
    """Return the one athlete that may be named for `what`."""
    if athletes is None:
        return None
    if len(athletes) > 1:
        raise click.UsageError(f"{what} shows one runner; name one --athlete")
    return athletes[0]


def something_to_draw(
    kept: SeasonReader, kind: str, metric: str, athletes: Sequence[str] | None, distance_m: float | None
) -> None:
    """Raise `SeasonError` where a chart would be an empty picture."""
    begin = "Add some first: kastor season add FOLDER"
    athlete = athletes[0] if athletes else None
    if kind == "intensity":
        if kept.weeks(athlete).empty:
            raise SeasonError("has no runs to draw", file=str(kept.path), hint=begin)
    elif kind == "pace":
        if not kept.trend("pace", athlete=athlete).n:
            raise SeasonError("has no session with a pace to draw", file=str(kept.path), hint=begin)
    elif kind == "squad":
        if not any(kept.likened(name, distance_m)[0] for name in kept.names(athletes)):
            raise SeasonError("has no sessions to draw", file=str(kept.path), hint=begin)
    elif kind not in ("compare", "overlay"):
        if not kept.likened(athlete, distance_m)[0]:
            over = f" over {distance_m:g} m" if distance_m else ""
            raise SeasonError(f"has no sessions{over} to draw", file=str(kept.path), hint=begin)
        if kind == "trend" and not kept.trend(metric, athlete=athlete, distance_m=distance_m).n:
            raise SeasonError(f"has no session with a {metric} to draw", file=str(kept.path))
