"""What was found and what was corrected, as tables: ``analyze --found`` and ``kastor correct``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from ..corrections import instant_text
from ..segments import Segment
from ..session import Session
from ..words import counted
from .running import tell


def tell_found(session: Session) -> None:
    """Print every span of a session, ready to be named in a correction."""
    tell(f"{session.activity.source}: {counted(len(session.reps), 'rep')}")
    if said := session.corrected_by_hand:
        tell(said)
    tell()
    rows = [
        (
            _number(row, session),
            row.kind,
            instant_text(row.start_s),
            instant_text(row.end_s),
            instant_text(row.duration_s),
            _metres(row),
            row.source,
        )
        for row in session.rows
    ]
    _table(("found", "kind", "start", "end", "time", "metres", "from"), rows, left=(1, 6))
    tell("\nfound: the number by which a correction names a rep; else name it by an instant in it")


def tell_change(before: Session, after: Session) -> None:
    """Print the reps before and after corrections, in one table, those that are the same on one line."""
    rows: list[tuple[str, ...]] = []
    was, now = before.reps, after.reps
    pairs = _paired(was, now)
    for old, new in pairs:
        change = ""
        if old is None:
            change = "added"
        elif new is None:
            change = "none"
        elif (round(old.start_s, 1), round(old.end_s, 1)) != (round(new.start_s, 1), round(new.end_s, 1)):
            edges = (("start", old.start_s, new.start_s), ("end", old.end_s, new.end_s))
            change = ", ".join(f"{name} {b - a:+.1f} s" for name, a, b in edges if abs(b - a) >= 0.05)
        elif new.hand_time_s == new.hand_time_s != old.hand_time_s:
            change = f"timed {instant_text(new.hand_time_s)}"
        elif new.nominal_distance_m == new.nominal_distance_m != old.nominal_distance_m:
            change = f"{new.nominal_distance_m:g} m"
        rows.append((*_cells(old, before), *_cells(new), change))
    _table(("found", "start", "end", "time", "now", "start", "end", "time", ""), rows, left=(8,))


def _cells(row: Segment | None, found_in: Session | None = None) -> tuple[str, str, str, str]:
    if row is None:
        return "", "", "", ""
    number = str(row.run_rep or "") if found_in is None else _number(row, found_in)
    return number, instant_text(row.start_s), instant_text(row.end_s), instant_text(row.duration_s)


def _paired(was: Sequence[Segment], now: Sequence[Segment]) -> list[tuple[Segment | None, Segment | None]]:
    """Return each rep before with the one after that shares most of its time, in order of time, others alone."""
    pairs: list[tuple[Segment | None, Segment | None]] = []
    left = list(now)
    for old in was:
        sharing = [new for new in left if min(old.end_s, new.end_s) > max(old.start_s, new.start_s)]
        if sharing:
            new = sharing[0]
            left.remove(new)
            pairs.append((old, new))
        else:
            pairs.append((old, None))
    pairs += [(None, new) for new in left]
    return sorted(pairs, key=lambda pair: next(row.start_s for row in reversed(pair) if row is not None))


def _number(row: Segment, session: Session) -> str:
    if row.kind != "rep":
        return ""
    number = row.run_rep if session.found is None else row.found_rep
    return str(number) if number is not None else "new"


def _metres(row: Segment) -> str:
    return f"{row.distance_m:.0f}" if row.distance_m == row.distance_m else ""


def _table(heads: Sequence[str], rows: Sequence[tuple[str, ...]], *, left: Sequence[int]) -> None:
    columns = list(zip_longest(heads, *rows, fillvalue=""))
    widths = [max(map(len, column)) for column in columns]
    for row in (heads, *rows):
        cells = (
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        tell("  ".join(cells).rstrip())
